"""The fault catalogue as pages for technicians: docs/faults.md and docs/faults.zh-CN.md are made of it.

Each code has an anchor with its own name, so that ``staff.handbook_url`` plus ``#CODE`` leads to its row.
"""

from itertools import groupby

from config.faults import FaultCode
from flows.prompts import Text
from screens.text.catalogue import LANGUAGES, Catalogue, raise_missing

_HEAD = """# Faults

Made by `make contract` from config/faults.py and screens/text; do not edit. Each code is shown to the staff with the
citizen's sentence, and stands in the log. The action is what helps: `retry` (the citizen tries again), `other_way`
(another document or another proof), `staff`, `engineer`, `wait`.

| code | action | the citizen reads | the technician reads |
|---|---|---|---|
"""


def markdown() -> str:
    """One row for each code, in Chinese and English."""
    languages = [Catalogue.load(language, on_missing=raise_missing) for language in LANGUAGES]
    return _HEAD + "".join(_row(code, languages) for code in FaultCode)


def markdown_in(language: str) -> str:
    """One table for each part, in one language: code, cause and check, what the citizen reads, what helps."""
    words = Catalogue.load(language, on_missing=raise_missing)
    head = f"# {words.render(Text('desk.page.faults'))}\n\n{words.render(Text('desk.fault.page'))}\n"
    return head + "".join(_table(part, list(codes), words) for part, codes in groupby(FaultCode, part_of))


def part_of(code: FaultCode) -> str:
    """The part of the kiosk that a code is about, such as ``CARD``."""
    return code.partition("_")[0]


def _row(code: FaultCode, languages: list[Catalogue]) -> str:
    def say(reader: str) -> str:
        return "<br>".join(catalogue.render(Text(f"fault.{code}.{reader}")) for catalogue in languages)

    return f"| {_name(code)} | {code.action} | {say('citizen')} | {say('technician')} |\n"


def _table(part: str, codes: list[FaultCode], words: Catalogue) -> str:
    columns = ("desk.fact.code", "desk.fault.cause", "desk.fault.citizen", "desk.fault.action")
    head = " | ".join(words.render(Text(column)) for column in columns)
    rows = "".join(_row_in(code, words) for code in codes)
    return f"\n## {words.render(Text(f'desk.logs.device.{part}'))}\n\n| {head} |\n|---|---|---|---|\n{rows}"


def _row_in(code: FaultCode, words: Catalogue) -> str:
    keys = (f"fault.{code}.technician", f"fault.{code}.citizen", f"fault.remedy.{code.action}")
    return f"| {_name(code)} | " + " | ".join(words.render(Text(key)) for key in keys) + " |\n"


def _name(code: FaultCode) -> str:
    return f'<a id="{code}"></a>`{code}`'
