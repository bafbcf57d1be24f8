"""What the documents name is there, and what a user can type is told: links, files, targets, commands, settings."""

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.faults import FaultCode
from config.settings import Settings
from kiosk.audit.entries import Act, Event
from kiosk.cli import _parser
from kiosk.desk import eyes
from kiosk.desk.kinds import DeskAct
from screens.text.catalogue import Catalogue

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = [*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *ROOT.glob("simulator/*/README.md")]
TEXTS = {str(page.relative_to(ROOT)): page.read_text("utf-8") for page in sorted(PAGES)}
HISTORY = "CHANGELOG.md"  # tells also of what has another name by now
TARGETS = set(re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))

_PATH = re.compile(
    r"(?<![\w/.-])((?:tests|kiosk|docs|systemd|config|drivers|offline_queue|screens|flows|simulator)/[\w./*-]+)"
)
_MADE = ("tests/output",)  # by `make test`
_KIOSK = re.compile(r"(?:^|\s)kiosk(?: --config \S+)? ([a-z][a-z-]*)(?: ([a-z|-]+))?(.*)")
_HARDWARE = re.compile(r"(?i)hardware\.md ((?:(?:, | and | to )?\d(?:\.\d+)?)+)")
_UNIT = re.compile(r"[\w-]+\.(?:service|timer|target|mount|rules)\b")


def code(text: str) -> Iterator[str]:
    """Everything set as code, a line each, without comments."""
    yield from (" ".join(span.split()) for span in re.findall(r"`([^`]+)`", text))
    for line in re.findall(r"^ {4,}(?![-*\d])(.+)$", re.sub(r"`[^`]+`", "", text), re.MULTILINE):
        yield re.split(r"(?:^|\s)#\s", line)[0]


def under(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    found = [action.choices for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    return dict(found[0]) if found else {}


def options(parser: argparse.ArgumentParser) -> set[str]:
    return {name for action in parser._actions for name in action.option_strings if name.startswith("--")} - {"--help"}


GROUPS = under(_parser())
COMMANDS = {  # `kiosk queue list` and all the others, with what each takes
    f"kiosk {name} {sub}".strip(): each
    for name, parser in GROUPS.items()
    for sub, each in (under(parser) or {"": parser}).items()
}


def named(line: str) -> Iterator[tuple[str, str]]:
    """The commands in a line of code, ``add|list`` one by one, each with its rest; not a group by its name alone."""
    for first, second, rest in _KIOSK.findall(line):
        if first not in GROUPS or not under(GROUPS[first]):
            yield f"kiosk {first}", f"{second}{rest}"
        elif second or rest.strip():
            yield from ((f"kiosk {first} {sub}", rest) for sub in second.split("|"))


CODE = {page: list(code(text)) for page, text in TEXTS.items()}
NAMED = {page: [found for line in lines for found in named(line)] for page, lines in CODE.items()}


@pytest.mark.parametrize("page", TEXTS)
def test_links_and_pictures_lead_somewhere(page: str) -> None:
    place = (ROOT / page).parent
    for link in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", TEXTS[page]):
        assert link.startswith("https://") or (place / link).exists(), link


def test_each_picture_is_shown() -> None:
    assert [
        one.name for one in sorted((DOCS / "pictures").glob("*.png")) if one.name not in "".join(TEXTS.values())
    ] == []


@pytest.mark.parametrize("page", TEXTS)
def test_files_that_are_named_are_there(page: str) -> None:
    for path in {path.rstrip("./") for line in CODE[page] for path in _PATH.findall(line)}:
        assert any(ROOT.glob(path.replace("NN-name", "*"))) or path.startswith(_MADE), path


def test_units_that_are_named_are_there() -> None:
    there = {path.name for path in (ROOT / "systemd").rglob("*")}
    units = {unit for lines in CODE.values() for line in lines for unit in _UNIT.findall(line)}
    assert len(units) > 8
    assert {unit for unit in units if unit.startswith(("hall-kiosk", "70-", "media"))} - there == set()


@pytest.mark.parametrize("page", TEXTS)
def test_what_may_be_typed_is_understood(page: str) -> None:
    for command, rest in NAMED[page]:
        assert command in COMMANDS, rest
        assert set(re.findall(r"(?<!\S)(--[a-z-]+)", rest)) <= options(COMMANDS[command]), command
    assert {target for line in CODE[page] for target in re.findall(r"\bmake ([a-z-]+)", line)} <= TARGETS


def test_pages_and_parts_of_pages_that_the_program_names_are_there() -> None:
    rooms = ("config", "drivers", "flows", "kiosk", "offline_queue", "screens", "simulator", "systemd", "tests")
    texts = [path.read_text("utf-8") for room in rooms for path in sorted((ROOT / room).rglob("*.py"))]
    pages = {page.name.casefold() for page in PAGES}
    named = {name for text in texts for name in re.findall(r"(?<![\w.-])\w[\w.-]*\.md\b", text)}
    assert {name for name in named if name.casefold() not in pages} == set()
    parts = set(re.findall(r"^#+ ([\d.]+\d|\d)", TEXTS["docs/hardware.md"], re.MULTILINE))
    told = {part for text in texts for each in _HARDWARE.findall(text) for part in re.findall(r"[\d.]*\d", each)}
    assert len(told) > 15
    assert told - parts == set()


def test_each_command_and_each_of_its_options_is_told() -> None:
    for command, parser in COMMANDS.items():
        pages = [
            text for page, text in TEXTS.items() if command in {name for name, _ in NAMED[page]} and page != HISTORY
        ]
        assert pages, command
        assert [each for each in sorted(options(parser)) if not any(each in text for text in pages)] == [], command


def test_each_target_is_told() -> None:
    told = {target for line in CODE["README.md"] for target in re.findall(r"\bmake ([a-z-]+)", line)}
    assert TARGETS - told == {"help"}  # `make` alone


@pytest.mark.parametrize("page", [page for page in TEXTS if page != HISTORY])
def test_settings_and_faults_that_are_named_exist(page: str) -> None:
    fields = {name: getattr(field.annotation, "model_fields", {}) for name, field in Settings.model_fields.items()}
    for name in re.findall(r"`([a-z_]+\.[a-z_]+)`", TEXTS[page]):
        table, _, key = name.partition(".")
        assert table not in fields or key in fields[table] or (key in {"toml", "jwks", "db", "json", "jpg"}), name
    groups = "|".join({code.value.split("_")[0] for code in FaultCode})
    assert set(re.findall(rf"\b(?:{groups})_[A-Z][A-Z_]+\b", TEXTS[page])) <= set(FaultCode)


def test_each_entry_of_the_audit_log_is_told() -> None:
    text = TEXTS["docs/audit.md"]
    assert [event for event in Event if f"`{event}`" not in text] == []
    assert [act for kind in (Act, DeskAct) for act in kind if not re.search(rf"\b{act}\b", text)] == []


@pytest.mark.parametrize("page", TEXTS)
def test_what_is_asked_of_the_gateway_is_in_its_contract(page: str) -> None:
    paths = set(re.findall(r"^  (/v1/\S+):$", (DOCS / "gateway.yaml").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"\b(?:GET|PUT|POST) (/v1/[\w/]+)", TEXTS[page])) <= paths


def test_each_check_of_the_doctor_is_told() -> None:
    checks = set(re.findall(r"^check\.(\w+)$", "\n".join(Catalogue.load("en").messages), re.MULTILINE))
    without_a_hand = checks - set(eyes.TESTS) - {"read_card", "read_id", "print_page"}
    assert len(without_a_hand) > 20
    assert [name for name in sorted(without_a_hand) if not re.search(rf"\b{name}\b", TEXTS["docs/doctor.md"])] == []
