"""Everything that a flow says can be said in both languages."""

import dataclasses
from collections.abc import Iterator, Mapping

from flows.prompts import Text
from flows.visit import Outcome, Refused
from screens.text.catalogue import LANGUAGES, Catalogue, raise_missing
from tests.flows.light import LightVisit

CATALOGUES = [Catalogue.load(language, raise_missing) for language in LANGUAGES]


def texts_of(thing: object) -> Iterator[Text]:
    """Every sentence in a prompt, a slip or an outcome, however deep."""
    if isinstance(thing, Text):
        yield thing
    elif dataclasses.is_dataclass(thing) and not isinstance(thing, type):
        for field in dataclasses.fields(thing):
            yield from texts_of(getattr(thing, field.name))
    elif isinstance(thing, tuple | list):
        for part in thing:
            yield from texts_of(part)
    elif isinstance(thing, Mapping):
        for part in thing.values():
            yield from texts_of(part)


def said(thing: object) -> list[str]:
    """The sentences of ``thing`` in Chinese; a missing sentence or value in either language is an error."""
    for catalogue in CATALOGUES:
        for text in texts_of(thing):
            assert catalogue.render(text).strip()
    return [CATALOGUES[0].render(text) for text in texts_of(thing)]


def all_is_said(visit: LightVisit, end: Outcome | Refused) -> None:
    """Nothing that the citizen saw or took home lacks its words, not even the words of a refusal."""
    said([visit.asked, visit.slips])
    if isinstance(end, Outcome):
        said(end)
    else:
        said([Text(f"refusal.{end.refusal}.{part}") for part in ("headline", "explanation")])
        said(end.lines)
