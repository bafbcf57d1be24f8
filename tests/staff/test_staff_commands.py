"""``kiosk staff`` over the real card reader and a real terminal: what it takes, refuses and writes down."""

import getpass
import os
import pty
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest

from config import clock
from kiosk import cli
from kiosk.audit.log import directory_of
from kiosk.staff import commands
from kiosk.staff.member import Role, StaffNumber
from simulator.hall_state import StrangeCard
from tests.audit.trail import entries, told
from tests.faults.conftest import hall, stand
from tests.flows.conftest import Stand
from tests.staff.coming import ATTENDANT, OTHER
from tests.staff.enrolled import NUMBER, PIN, desk_of, enrol, identification_of

__all__ = ["hall", "stand"]

Run = Callable[..., int]


@pytest.fixture
def run(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command with what is typed at its terminal; the exit code."""
    monkeypatch.setenv("KIOSK_DATA_DIRECTORY", str(stand.settings.data_directory))

    def run(*words: str, types: tuple[str, ...] = ()) -> int:
        typed: Iterator[str] = iter(types)
        monkeypatch.setattr(getpass, "getpass", lambda _question: next(typed))
        monkeypatch.setattr(sys, "argv", ["kiosk", "--config", str(stand.hall.configuration), "staff", *words])
        code = cli.main()
        assert list(typed) == []
        return code

    return run


def _noted(stand: Stand) -> list[tuple[str, dict[str, object]]]:
    directory = directory_of(stand.settings.data_directory)
    return told(entries(directory)) if directory.exists() else []


def _members(stand: Stand) -> list[tuple[str, Role]]:
    return [(member.number, member.role) for member in desk_of(stand.settings.data_directory).roster.members()]


def test_somebody_is_enrolled_with_the_card_in_the_reader(
    run: Run, stand: Stand, capsys: pytest.CaptureFixture[str]
) -> None:
    stand.hall.insert_card(ATTENDANT)  # of version 3.0: its 卡的识别码 is shown without a PSAM
    assert run("add", "--number", "S07", "--role", "attendant", types=(PIN, PIN)) == 0
    out = capsys.readouterr().out
    assert "Put the card of S07 into the reader" in out
    assert "S07 added" in out
    assert PIN not in out
    member = desk_of(stand.settings.data_directory).roster.of_card(identification_of(ATTENDANT))
    assert member is not None
    assert (member.number, member.role) == ("S07", Role.ATTENDANT)
    assert desk_of(stand.settings.data_directory).is_pin(member, PIN)
    assert _noted(stand) == [("staff_changed", {"act": "added", "number": "S07"})]


def test_weak_and_mistyped_pins_are_not_taken(run: Run, stand: Stand, capsys: pytest.CaptureFixture[str]) -> None:
    stand.hall.insert_card(ATTENDANT)
    assert run("add", "--number", "S07", "--role", "technician", types=("123456", "12", PIN, "802947")) == 1
    said = capsys.readouterr()
    assert said.out.count("Not taken") == 2
    assert "not the same" in said.out
    assert "no PIN was set" in said.err
    assert (_members(stand), _noted(stand)) == ([], [])


@pytest.mark.parametrize(("number", "card", "reason"), [("S07", OTHER, "S07 is taken"), ("S08", ATTENDANT, "of S07")])
def test_numbers_and_cards_are_taken_once(
    run: Run, stand: Stand, capsys: pytest.CaptureFixture[str], number: str, card: str, reason: str
) -> None:
    enrol(stand.settings.data_directory, ATTENDANT)
    stand.hall.insert_card(card)
    assert run("add", "--number", number, "--role", "attendant") == 1
    assert reason in capsys.readouterr().err
    assert _members(stand) == [("S07", Role.ATTENDANT)]


def test_a_card_that_cannot_be_a_staff_card_is_refused(
    run: Run, stand: Stand, capsys: pytest.CaptureFixture[str]
) -> None:
    stand.hall.insert_card(StrangeCard.BANK)
    assert run("add", "--number", "S07", "--role", "attendant") == 2
    assert "CARD_WRONG" in capsys.readouterr().err


def test_without_a_card_nothing_is_done(
    run: Run, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "_CARD_SECONDS", 1.5)
    assert run("add", "--number", "S07", "--role", "attendant") == 1
    assert "no card was put in" in capsys.readouterr().err


@pytest.mark.parametrize("number", ["7", "张玲", "370102199001011234"])
def test_only_a_staff_number_is_a_number(run: Run, capsys: pytest.CaptureFixture[str], number: str) -> None:
    with pytest.raises(SystemExit):
        run("remove", "--number", number)
    assert "S and two to four digits" in capsys.readouterr().err


def test_the_list_tells_numbers_roles_days_and_waits(
    run: Run, stand: Stand, capsys: pytest.CaptureFixture[str]
) -> None:
    enrol(stand.settings.data_directory, ATTENDANT)
    enrol(stand.settings.data_directory, OTHER, StaffNumber("S08"), Role.TECHNICIAN)
    for _ in range(5):
        desk_of(stand.settings.data_directory).tries.count(NUMBER)
    assert run("list") == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("S07   attendant   added 2026-11-24  PIN of 2026-11-24  wrong PINs: 5, waits ")
    assert second == "S08   technician  added 2026-11-24  PIN of 2026-11-24"


def test_a_new_pin_forgets_the_wrong_ones(run: Run, stand: Stand) -> None:
    enrol(stand.settings.data_directory, ATTENDANT)
    desk = desk_of(stand.settings.data_directory)
    for _ in range(7):
        desk.tries.count(NUMBER)
    assert run("reset-pin", "--number", "S07", types=("917350", "917350")) == 0
    [member] = desk.roster.members()
    assert desk.wait(member) == timedelta()
    assert desk.is_pin(member, "917350")
    assert _noted(stand) == [("staff_changed", {"act": "pin_reset", "number": "S07"})]


def test_who_leaves_is_taken_off_the_list(run: Run, stand: Stand) -> None:
    enrol(stand.settings.data_directory, ATTENDANT)
    assert run("remove", "--number", "S07") == 0
    assert _members(stand) == []
    assert run("remove", "--number", "S07") == 1
    assert _noted(stand) == [("staff_changed", {"act": "removed", "number": "S07"})]


def _secret(out: str) -> str:
    """The secret in the one line that an authenticator app takes."""
    (line,) = (line for line in out.splitlines() if line.startswith("otpauth://totp/"))
    return parse_qs(urlsplit(line).query)["secret"][0]


def _lets_in(stand: Stand, secret: str) -> bool:
    desk = desk_of(stand.settings.data_directory)
    member = desk.numbered(StaffNumber("S31"))
    return member is not None and desk.is_pin_and_code(member, PIN, pyotp.TOTP(secret).at(clock.now()))


def test_whoever_is_added_with_codes_gets_in_with_the_secret_shown(
    run: Run, stand: Stand, capsys: pytest.CaptureFixture[str]
) -> None:
    stand.hall.insert_card(OTHER)
    assert run("add", "--number", "S31", "--role", "technician", "--totp", types=(PIN, PIN)) == 0
    out = capsys.readouterr().out
    secret = _secret(out)
    assert "not shown again" in out
    assert "\u2580" in out  # half blocks of the QR code
    assert [told["act"] for _, told in _noted(stand)] == ["added", "codes_made"]
    assert secret not in str(_noted(stand))
    written = [path.read_bytes() for path in stand.settings.data_directory.rglob("*") if path.is_file()]
    assert not any(secret.encode() in content for content in written)
    assert _lets_in(stand, secret)
    assert run("list") == 0
    assert "codes" in capsys.readouterr().out


def test_another_secret_replaces_the_first(run: Run, stand: Stand, capsys: pytest.CaptureFixture[str]) -> None:
    enrol(stand.settings.data_directory, OTHER, StaffNumber("S31"), Role.TECHNICIAN)
    assert run("codes", "--number", "S31") == 0
    first = _secret(capsys.readouterr().out)
    assert run("codes", "--number", "S31") == 0
    second = _secret(capsys.readouterr().out)
    assert first != second
    assert not _lets_in(stand, first)
    assert _lets_in(stand, second)
    assert _noted(stand) == [("staff_changed", {"act": "codes_made", "number": "S31"})] * 2


def test_codes_are_made_only_for_members(run: Run, stand: Stand, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("codes", "--number", "S31") == 1
    said = capsys.readouterr()
    assert "S31" in said.err
    assert "otpauth" not in said.out
    assert _noted(stand) == []


def test_a_damaged_list_is_no_empty_one(run: Run, stand: Stand, capsys: pytest.CaptureFixture[str]) -> None:
    enrol(stand.settings.data_directory, ATTENDANT)
    (stand.settings.data_directory / "staff" / "roster.json").write_text("{", "ascii")
    assert run("list") == 2
    assert "damaged" in capsys.readouterr().err


def test_a_terminal_does_not_show_the_pin(stand: Stand, tmp_path: Path) -> None:
    """The command as its own process at a real terminal, whose echo getpass turns off."""
    enrol(stand.settings.data_directory, ATTENDANT)
    master, terminal = pty.openpty()
    environment = {**os.environ, "KIOSK_DATA_DIRECTORY": str(tmp_path)}
    command = [sys.executable, "-m", "kiosk.cli", "--config", str(stand.hall.configuration), "staff", "reset-pin"]
    shown = b""
    with subprocess.Popen(
        [*command, "--number", "S07"],
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        env=environment,
        start_new_session=True,
    ) as process:
        os.close(terminal)
        for question in (b"PIN of S07", b"Once more: "):
            while question not in shown:
                shown += os.read(master, 1024)
            os.write(master, b"917350\n")
        while b"S07 pin reset" not in shown:
            shown += os.read(master, 1024)
        assert process.wait(30) == 0
    os.close(master)
    assert b"917350" not in shown
    desk = desk_of(tmp_path)
    assert desk.is_pin(desk.roster.members()[0], "917350")
