"""Both languages say everything, with the same values, in characters that the kiosk can draw."""

import re
import string
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from config.faults import Action, FaultCode
from config.fonts import FontSet
from flows.face_progress import FaceHint
from flows.months import Month
from flows.prompts import Localised, Text, Verbatim
from flows.records import CardStatus, DocumentKind, SkillObjection
from flows.transactions import ReceiptState
from flows.visit import Refusal
from kiosk.catalogue import Group
from kiosk.fleet.kinds import StopReason
from screens.samples import samples
from screens.text.catalogue import LANGUAGES, Catalogue, MissingTextError, log_missing, raise_missing
from simulator.gateway.hall_words import TESTS
from simulator.people import PEOPLE

WANTED = [
    *(f"fault.{code}.{reader}" for code in FaultCode for reader in ("citizen", "technician")),
    *(f"fault.remedy.{action}" for action in Action),
    *(f"refusal.{refusal}.{part}" for refusal in Refusal for part in ("headline", "explanation")),
    *(f"activation.{state}.{part}" for state in ReceiptState for part in ("headline", "explanation", "next")),
    *(f"card_status.{status}" for status in CardStatus),
    *(f"camera.hint.{hint}" for hint in FaceHint),
    *(f"document.{kind}.{part}" for kind in DocumentKind for part in ("name", "how")),
    *(f"document.question.{kind}" for kind in DocumentKind),
    *(f"group.{group}" for group in Group),
    *(f"{place}.stopped.{reason}" for reason in StopReason for place in ("closed", "start")),
    *(f"skill_objection.{objection}" for objection in SkillObjection),
]


def fields(message: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(message) if name}


ROOT = Path(__file__).parents[2]
SPEAKING = [path for room in ("flows", "kiosk", "screens") for path in sorted((ROOT / room).rglob("*.py"))]
SAID = re.compile(r"""\bText\(\s*"([a-z_.0-9]+)"|\b(?:body|headline|title|small|say)\((?:kit, )?"([a-z_.0-9]+)\"""")


def test_every_sentence_named_in_the_program_exists(catalogues: dict[str, Catalogue]) -> None:
    named = {(path.name, one or other) for path in SPEAKING for one, other in SAID.findall(path.read_text("utf-8"))}
    assert len(named) > 40
    assert [(file, key) for file, key in sorted(named) if not catalogues["zh_CN"].has(key)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_is_said(language: str, catalogues: dict[str, Catalogue]) -> None:
    assert set(WANTED) <= set(catalogues[language].messages)


def test_languages_have_the_same_keys_and_values(catalogues: dict[str, Catalogue]) -> None:
    chinese, english = (catalogues[language].messages for language in LANGUAGES)
    assert set(chinese) == set(english)
    assert {key: fields(chinese[key]) for key in chinese} == {key: fields(english[key]) for key in english}


@pytest.mark.parametrize("at", range(len(LANGUAGES)))
def test_the_offline_queue_has_one_name(at: int, catalogues: dict[str, Catalogue]) -> None:
    said = catalogues[LANGUAGES[at]].messages
    name = said["desk.page.queue"].lower()
    assert said["check.queue"].lower() == name  # kiosk doctor, and the list of the tests
    assert said["desk.logs.device.Q"].lower() == f"{name} q"
    assert TESTS["queue"][at] == name  # the hall's page
    assert not [key for key, message in said.items() if "待办队列" in message or "待发队列" in message]


def test_a_refusal_needs_no_value_because_the_gateway_gives_none(catalogues: dict[str, Catalogue]) -> None:
    said = catalogues["zh_CN"].messages
    assert {key for key in said if key.startswith("refusal.") and fields(said[key])} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_bold_marks_are_closed(language: str, catalogues: dict[str, Catalogue]) -> None:
    for key, message in catalogues[language].messages.items():
        assert re.fullmatch(r"([^\[]|\[b\][^\[]+\[/b\])*", message), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_citizens_sentences_are_short(language: str, catalogues: dict[str, Catalogue]) -> None:
    longest = {"zh_CN": 60, "en": 150}[language]
    for key, message in catalogues[language].messages.items():
        if not key.endswith(".technician"):
            assert len(message) <= longest, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_characters_can_be_drawn(language: str, catalogues: dict[str, Catalogue], faces: FontSet) -> None:
    names = "".join(person.name + person.english_name for person in PEOPLE)
    assert faces.missing("".join(catalogues[language].messages.values()) + names) == ""


def test_values_may_be_texts_moments_and_names(catalogues: dict[str, Catalogue]) -> None:
    chinese = catalogues["zh_CN"]
    moment = datetime(2026, 11, 30, 6, 26, tzinfo=UTC)
    assert chinese.render(Text("value.moment", {"at": moment})) == "11月30日 14:26"
    assert catalogues["en"].render(Text("value.moment", {"at": moment})) == "30 Nov, 14:26"
    assert chinese.render(Text("value.day", {"day": date(2023, 3, 31)})) == "2023年3月31日"
    assert catalogues["en"].render(Text("value.day", {"day": date(2023, 3, 31)})) == "31 Mar 2023"
    assert chinese.render(Text("value.month", {"month": Month(2023, 3)})) == "2023年3月"
    status = Text("value.moment", {"at": Text("card_status.cancelled")})
    assert chinese.render(status) == "已注销"
    assert catalogues["en"].render(Localised("启用", "Activate")) == "Activate"
    assert chinese.render(Verbatim("赵\U0002c386")) == "赵\U0002c386"


def test_a_value_cannot_change_the_type(catalogues: dict[str, Catalogue]) -> None:
    values = {"bank": "甲\x02乙[b]{telephone}", "telephone": "1"}
    marked = catalogues["zh_CN"].marked(Text("note.bank_side_separate", values))
    assert "甲乙[b]{telephone}" in marked
    assert marked.count("\x02") == 2


def test_a_missing_sentence_is_an_error_here_and_a_log_line_in_the_hall(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(MissingTextError):
        Catalogue.load("en", raise_missing).render(Text("no.such"))
    with pytest.raises(MissingTextError):
        Catalogue.load("en", raise_missing).render(Text("value.moment"))
    assert Catalogue.load("en", log_missing).render(Text("no.such")) == "no.such"
    assert caplog.records[-1].message == "text_missing"


def test_samples_use_invented_people() -> None:
    assert len({sample.name for sample in samples()}) == len(samples())
