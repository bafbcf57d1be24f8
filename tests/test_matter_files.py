"""The matters' files: wrong ones are refused with file, line, key and what is allowed; the hall's settings on top."""

import shutil
import sys
from datetime import date
from pathlib import Path

import pytest

from config import settings as configuration
from config.services import ServiceName
from config.settings import ConfigurationError, MattersSettings
from config.toml_places import dotted, line_of, places
from kiosk import cli
from kiosk.catalogue import MATTERS, IdentityLevel, featured, load_matters, offers
from kiosk.matter_list import table
from simulator import hall_configuration

TODAY = date(2026, 11, 23)
AS_GIVEN = MattersSettings(enable=(), disable=(), loss_days=7, youngest=16, identity={})


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A copy of the matters' files that may be spoilt."""
    return Path(shutil.copytree(MATTERS, tmp_path / "matters"))


def file(directory: Path, number: int) -> Path:
    return next(directory.glob(f"{number:02}-*.toml"))


def spoil(directory: Path, number: int, good: str, bad: str, *, last: bool = False) -> int:
    """Put ``bad`` where ``good`` stands, at its last place if ``last``; returns the line."""
    text = file(directory, number).read_text("utf-8")
    at = text.rindex(good) if last else text.index(good)
    file(directory, number).write_text(text[:at] + bad + text[at + len(good) :], "utf-8")
    return text.count("\n", 0, at) + 1


def refusal(directory: Path) -> str:
    with pytest.raises(ConfigurationError) as caught:
        load_matters(directory)
    return str(caught.value)


@pytest.mark.parametrize(
    ("number", "good", "bad", "key", "told"),
    [
        (26, 'offline = "store"', 'offline = "later"', "kiosk[1].offline", "'store' or 'refuse'"),
        (26, 'flow = "reinstatement"', 'flow = "unlosing"', "kiosk[1].flow", "'activation', 'loss_report'"),
        (
            26,
            'identity = "in_person"',
            'identity = "by_word"',
            "kiosk[1].identity",
            "'document', 'in_person' or 'face_or_staff'",
        ),
        (26, "steps = 4", "steps = 99", "kiosk[1].steps", "less than or equal to 12"),
        (26, 'icon = "card_found"', 'iccon = "card_found"', "kiosk[1].iccon", "no such key; allowed: flow, title"),
        (26, 'icon = "card_found"\n', "", "kiosk[1].icon", "Field required"),
        (26, 'kind = "kiosk"', 'kind = "robot"', "offline[0].kind", "'web', 'app', 'telephone', 'counter', 'kiosk' or"),
        (26, 'kind = "web"', 'kind = "net"', "online[4].kind", "'web', 'app', 'telephone'"),
        (25, 'category = "card"', 'category = "cards"', "category", "'card', 'pension', 'unemployment'"),
        (25, 'audience = ["person"]', 'audience = ["person", "cat"]', "audience[1]", "'person', 'enterprise' or"),
        (25, "number = 25", "number = 36", "number", "less than or equal to 35"),
        (25, "title = { zh", "titel = { zh", "titel", "no such key; allowed: number, title, names"),
        (29, "2023-03-31  #", '"soon"  #', "open_until", "valid date"),
        (29, "open_until =", "open_from = 2024-01-01\nopen_until =", "open_until", "not be before open_from (2024-01"),
        (29, "instead = {", "notes2 = {", "notes2", "no such key"),
    ],
)
def test_a_wrong_value_is_told_with_line_key_and_what_is_allowed(
    directory: Path, number: int, good: str, bad: str, key: str, told: str
) -> None:
    spoil(directory, number, good, bad, last=key.startswith("kiosk[1]"))
    path = file(directory, number)
    message = next(line for line in refusal(directory).splitlines() if f": {key}: " in line)
    assert told in message
    place = line_of(path.read_text("utf-8"), _written(key, bad))
    assert message.startswith(f"{path}, line {place}: ")


def _written(key: str, bad: str) -> tuple[str | int, ...]:
    """Where a key stands in the file; what is missing is told with the line of its table."""
    names = key.replace("]", "").replace("[", ".").split(".")
    parts = [int(name) if name.isdigit() else name for name in names]
    return tuple(parts if bad else parts[:-1])


def test_the_line_is_counted_in_the_file(directory: Path) -> None:
    line = spoil(directory, 26, 'offline = "store"', 'offline = "later"', last=True)
    assert f"line {line}: kiosk[1].offline" in refusal(directory)


def test_a_wording_in_one_language_is_refused_with_its_line(directory: Path) -> None:
    line = spoil(directory, 30, ', en = "You apply within', ', fr = "Vous')
    messages = refusal(directory).splitlines()
    assert f"{file(directory, 30)}, line {line}: conditions[3].en: Field required" in messages
    assert any(f"line {line}: conditions[3].fr: no such key; allowed: zh, en" in message for message in messages)


def test_a_wording_that_is_a_mere_string_is_refused(directory: Path) -> None:
    file(directory, 7).write_text(
        file(directory, 7).read_text("utf-8").replace("time_limit = {", 'time_limit = "at once"  # {'), "utf-8"
    )
    assert "time_limit: must be a table of zh, en" in refusal(directory)


def test_what_has_closed_says_what_there_is_instead(directory: Path) -> None:
    spoil(directory, 31, "instead = ", "# instead = ")
    assert "instead must be set when open_until is" in refusal(directory)


def test_a_missing_item_is_refused(directory: Path) -> None:
    file(directory, 7).unlink()
    file(directory, 35).unlink()
    assert refusal(directory) == f"{directory}: no file with number = 7, 35"


def test_no_files_at_all_are_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path).startswith(f"{tmp_path}: no file with number = 1, 2, 3")


def test_a_doubled_item_is_refused_with_both_files(directory: Path) -> None:
    line = spoil(directory, 8, "number = 8", "number = 7")
    assert refusal(directory) == (
        f"{file(directory, 8)}, line {line}: number: 7 is taken already by {file(directory, 7).name}"
    )


def test_a_flow_of_two_matters_is_refused(directory: Path) -> None:
    spoil(directory, 27, 'flow = "cancellation"', 'flow = "activation"')
    assert f"kiosk[0].flow: activation is taken already by {file(directory, 25).name}" in refusal(directory)


def test_a_place_on_the_home_screen_is_given_once(directory: Path) -> None:
    spoil(directory, 26, "featured = 3", "featured = 2")
    assert "kiosk[1].featured: 2 is taken already" in refusal(directory)


def test_what_is_no_toml_is_refused_with_its_line(directory: Path) -> None:
    spoil(directory, 29, "2023-03-31", "2023-02-30")
    assert f"{file(directory, 29)}: not valid TOML" in refusal(directory)


def test_all_faults_of_all_files_are_told_at_once(directory: Path) -> None:
    spoil(directory, 1, 'category = "registration"', 'category = "x"')
    spoil(directory, 2, 'category = "work_injury"', 'category = "x"')
    assert len(refusal(directory).splitlines()) == 2


TOML = '''
top = 1   # a comment with [ and "
"quoted key" = "[no table]"
list = [
    "a", # ]
    { in = "x" },
    { in = "y, }",
      out = 2 },
]
dotted.key = 2020-01-02T03:04:05

[[rows]]
name = "one"
[[rows]]
name = "two"
inner = { deep = """
several
lines""", next = 1.5 }
  [rows.below]
  end = \'\'\'x\'\'\'
'''


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("top",), 2),
        (("quoted key",), 3),
        (("list",), 4),
        (("list", 0), 5),
        (("list", 1, "in"), 6),
        (("list", 2), 7),
        (("list", 2, "out"), 8),
        (("dotted", "key"), 10),
        (("rows", 0), 12),
        (("rows", 0, "name"), 13),
        (("rows", 1, "name"), 15),
        (("rows", 1, "inner", "deep"), 16),
        (("rows", 1, "inner", "next"), 18),
        (("rows", 1, "below", "end"), 20),
        (("rows", 2), None),
        (("nothing",), None),
    ],
)
def test_the_line_of_every_place(place: tuple[str | int, ...], line: int | None) -> None:
    assert line_of(TOML, place) == line


def test_every_value_of_every_file_has_a_line() -> None:
    for path in sorted(MATTERS.glob("*.toml")):
        text = path.read_text("utf-8")
        lines = text.splitlines()
        for place, line in places(text).items():
            name = str(place[-1]) if isinstance(place[-1], str) else ""
            assert name in lines[line - 1], (path.name, dotted(place))


def test_this_kiosk_offers_what_the_files_switch_on() -> None:
    offered = offers(load_matters(), AS_GIVEN)
    assert [offer.matter.number for offer in offered] == [19, 21, 22, 23, 24, 25, 26, 26, 27, 28, 29, 30, 35]
    assert [offer.service.flow for offer in featured(offered)] == [
        "activation",
        "loss_report",
        "reinstatement",
        "contribution_certificate",
        "unemployment_benefit",
        "pension_certificate",
    ]


def test_the_hall_switches_on_and_off() -> None:
    hall = AS_GIVEN.model_copy(
        update={
            "enable": (ServiceName.ENTITLEMENT_RECORD, ServiceName.ENTITLEMENT_REVIEW),
            "disable": (ServiceName.CANCELLATION,),
        }
    )
    offered = {offer.service.flow: offer for offer in offers(load_matters(), hall)}
    assert {"entitlement_record", "entitlement_review"} <= offered.keys()
    assert "cancellation" not in offered
    assert offered[ServiceName.ENTITLEMENT_REVIEW].service.enabled


def test_the_hall_sets_what_proves_who_is_here() -> None:
    service = ServiceName.CONTRIBUTION_CERTIFICATE
    hall = AS_GIVEN.model_copy(update={"identity": {service: "document"}})
    levels = {offer.service.flow: offer.service.identity for offer in offers(load_matters(), hall)}
    assert levels.pop(service) is IdentityLevel.DOCUMENT
    assert set(levels.values()) == {IdentityLevel.IN_PERSON}


def test_the_allowance_is_open_inside_its_window_only() -> None:
    allowance = next(offer for offer in offers(load_matters(), AS_GIVEN) if offer.matter.number == 29)
    assert allowance.open_on(date(2023, 3, 31))
    assert not allowance.open_on(date(2023, 4, 1))


def test_the_table_has_every_matter_with_its_channels_and_state() -> None:
    matters = load_matters()
    lines = table(matters, offers(matters, AS_GIVEN), TODAY).splitlines()
    assert len(lines) == 1 + 35 + 1  # the heading, and a second line for item 26
    assert [line.split()[0] for line in lines if line[0].isdigit()] == [str(number) for number in range(1, 36)]
    said = {line.split()[0]: " ".join(line.split()[2:]) for line in lines}
    assert said["1"] == "counter not here"
    assert said["20"] == "web, app, counter entitlement_record: off, off line: refuse"
    assert said["26"] == "web, app, telephone, counter, kiosk loss_report: on, off line: store"
    assert said["29"] == "web, app, kiosk unemployment_allowance: closed after 2023-03-31, off line: store"
    assert said["31"] == "web not here, closed after 2022-12-31"


def test_the_columns_stand_below_each_other() -> None:
    matters = load_matters()
    heading, first, *_ = table(matters, offers(matters, AS_GIVEN), TODAY).splitlines()
    wide = sum(char > "⺀" for char in first)
    assert first.index("counter") + wide == heading.index("channels")


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["kiosk", *arguments])
    return cli.main()


def test_the_command_lists_them(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, "matters") == 0
    assert "社会保障卡挂失与解挂" in capsys.readouterr().out


def test_the_command_refuses_a_broken_file_with_key_and_line(
    directory: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    line = spoil(directory, 26, 'offline = "store"', 'offline = "later"', last=True)
    assert run(monkeypatch, "matters", "--directory", str(directory)) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert f"{file(directory, 26)}, line {line}: kiosk[1].offline: Input should be 'store' or 'refuse'" in printed.err


def test_the_simulated_hall_can_switch_services(tmp_path: Path) -> None:
    written = hall_configuration.write(
        tmp_path / "hall.toml",
        {},
        {"matters": {"enable": ["entitlement_record"], "loss_days": 3}, "matters.identity": {"activation": "document"}},
    )
    matters = configuration.load(written).matters
    assert (matters.enable, matters.loss_days) == ((ServiceName.ENTITLEMENT_RECORD,), 3)
    assert matters.identity == {ServiceName.ACTIVATION: "document"}
