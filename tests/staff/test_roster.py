"""The list of the staff and the wrong PINs: on disk, private, and of no use to who finds them."""

import json
import stat
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.staff.desk import StaffDesk
from kiosk.staff.files import StaffFilesError, directory_of
from kiosk.staff.hashes import StaffSecrets, too_weak
from kiosk.staff.member import Role, StaffNumber
from kiosk.staff.roster import Roster, StaffListError
from kiosk.staff.tries import Tries, wait_after

KEY = bytes(range(32))
CARD, OTHER_CARD = "370100D156000005002083D1AABBCCDD", "370100D156000005002083D2AABBCCDD"
PIN = "802946"
S07, S08 = StaffNumber("S07"), StaffNumber("S08")
DAY = date(2026, 11, 24)


@dataclass
class HandClock:
    time: datetime = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def desk(tmp_path: Path, clock: HandClock) -> StaffDesk:
    desk = StaffDesk(tmp_path, KEY, clock)
    desk.roster.add(S07, Role.ATTENDANT, CARD, PIN, DAY)
    return desk


def test_a_member_is_known_by_card_and_pin(desk: StaffDesk, tmp_path: Path, clock: HandClock) -> None:
    again = StaffDesk(tmp_path, KEY, clock)
    member = again.roster.of_card(CARD)
    assert member is not None
    assert (member.number, member.role, member.added, member.changed) == ("S07", Role.ATTENDANT, DAY, DAY)
    assert again.is_pin(member, PIN)
    assert not again.is_pin(member, "802947")
    assert again.roster.of_card(OTHER_CARD) is None
    assert desk.has_attendants()


def test_the_files_name_nobody_and_hold_no_card_and_no_pin(desk: StaffDesk, tmp_path: Path) -> None:
    member = desk.roster.members()[0]
    desk.is_pin(member, "135790")
    content = b"".join(path.read_bytes() for path in directory_of(tmp_path).iterdir())
    assert b"argon2id" in content
    assert [each for each in (CARD, CARD[:12], PIN, "135790") if each.encode() in content] == []
    assert PIN not in repr(member)
    assert member.card not in repr(member)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in directory_of(tmp_path).iterdir()}
    assert modes == dict.fromkeys(("roster.json", "tries.json", "tries.json.before", "staff.lock"), 0o600)
    assert stat.S_IMODE(directory_of(tmp_path).stat().st_mode) == 0o700


def test_without_the_kiosks_key_neither_card_nor_pin_can_be_guessed(desk: StaffDesk, tmp_path: Path) -> None:
    stranger = StaffSecrets(bytes(32))
    assert Roster(directory_of(tmp_path), stranger).of_card(CARD) is None
    assert not stranger.is_pin(desk.roster.members()[0].pin, PIN)


def test_the_same_pin_is_never_kept_twice_alike(desk: StaffDesk) -> None:
    desk.roster.add(S08, Role.TECHNICIAN, OTHER_CARD, PIN, DAY)
    first, second = desk.roster.members()
    assert first.pin != second.pin


def test_a_number_and_a_card_are_one_persons(desk: StaffDesk) -> None:
    with pytest.raises(StaffListError, match="S07 is taken"):
        desk.roster.add(S07, Role.TECHNICIAN, OTHER_CARD, PIN, DAY)
    with pytest.raises(StaffListError, match="that of S07 already"):
        desk.roster.add(S08, Role.ATTENDANT, CARD, PIN, DAY)
    for change in (lambda: desk.roster.remove(S08), lambda: desk.roster.reset_pin(S08, PIN, DAY)):
        with pytest.raises(StaffListError, match="there is no S08"):
            change()
    assert [member.number for member in desk.roster.members()] == ["S07"]


def test_who_is_removed_confirms_nothing_any_more(desk: StaffDesk) -> None:
    desk.roster.remove(S07)
    assert desk.roster.of_card(CARD) is None
    assert not desk.has_attendants()


def test_a_technician_is_no_attendant(tmp_path: Path, clock: HandClock) -> None:
    desk = StaffDesk(tmp_path, KEY, clock)
    desk.roster.add(S07, Role.TECHNICIAN, CARD, PIN, DAY)
    assert not desk.has_attendants()


def test_another_pin_takes_the_place_of_the_first(desk: StaffDesk) -> None:
    desk.roster.reset_pin(S07, "917350", DAY + timedelta(days=3))
    member = desk.roster.members()[0]
    assert (member.added, member.changed) == (DAY, DAY + timedelta(days=3))
    assert desk.is_pin(member, "917350")
    assert not desk.is_pin(member, PIN)


def test_after_five_wrong_pins_even_the_right_one_waits(desk: StaffDesk, clock: HandClock) -> None:
    member = desk.roster.members()[0]
    for _ in range(4):
        assert not desk.is_pin(member, "000000")
    assert desk.wait(member) == timedelta()
    assert not desk.is_pin(member, "000000")
    assert desk.wait(member) == timedelta(minutes=1)
    assert not desk.is_pin(member, PIN)
    assert desk.tries.wrong(S07) == 5  # what is not looked at does not count
    clock.time += timedelta(seconds=59)
    assert desk.wait(member) == timedelta(seconds=1)
    clock.time += timedelta(seconds=1)
    assert desk.is_pin(member, PIN)
    assert desk.tries.wrong(S07) == 0


def test_every_further_wrong_pin_doubles_the_wait(desk: StaffDesk, clock: HandClock) -> None:
    member = desk.roster.members()[0]
    waits = []
    for _ in range(13):
        desk.tries.count(S07)
        waits.append(int(desk.wait(member).total_seconds()))
        clock.time += desk.wait(member)
    assert waits == [0, 0, 0, 0, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]
    assert wait_after(10_000) == timedelta(hours=1)


def test_a_restart_gives_no_try_back(desk: StaffDesk, tmp_path: Path, clock: HandClock) -> None:
    for _ in range(5):
        desk.tries.count(S07)
    again = StaffDesk(tmp_path, KEY, clock)
    assert again.wait(again.roster.members()[0]) == timedelta(minutes=1)


def test_a_power_cut_while_the_pin_is_looked_at_gives_no_try_back(
    desk: StaffDesk, tmp_path: Path, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def power_cut(*_: object) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(StaffSecrets, "is_pin", power_cut)
        with pytest.raises(KeyboardInterrupt):
            desk.is_pin(desk.roster.members()[0], "000000")
    assert Tries(directory_of(tmp_path), clock).wrong(S07) == 1


def test_a_clock_that_goes_back_makes_no_wait_longer_than_its_step(desk: StaffDesk, clock: HandClock) -> None:
    for _ in range(5):
        desk.tries.count(S07)
    clock.time -= timedelta(days=300)
    assert desk.wait(desk.roster.members()[0]) == timedelta(minutes=1)


def test_a_clock_that_was_ahead_makes_no_wait_without_end(desk: StaffDesk, clock: HandClock) -> None:
    (member,) = desk.roster.members()
    for _ in range(5):
        desk.tries.count(S07)
    clock.time -= timedelta(days=300)
    assert desk.wait(member) == timedelta(minutes=1)
    clock.time += timedelta(seconds=59)
    assert desk.wait(member) == timedelta(seconds=1)
    assert not desk.is_pin(member, PIN)
    clock.time += timedelta(seconds=1)
    assert desk.is_pin(member, PIN)


def test_each_member_has_tries_of_their_own(desk: StaffDesk) -> None:
    desk.roster.add(S08, Role.ATTENDANT, OTHER_CARD, "917350", DAY)
    first, second = desk.roster.members()
    for _ in range(5):
        desk.tries.count(first.number)
    assert desk.is_pin(second, "917350")


@pytest.mark.parametrize("content", ["", "{", "[]", '{"members": {"S07": {}}}', '{"members": {"张玲": {}}}'])
def test_a_damaged_list_is_told_without_its_content(desk: StaffDesk, tmp_path: Path, content: str) -> None:
    path = directory_of(tmp_path) / "roster.json"
    path.write_text(content, "utf-8")
    with pytest.raises(StaffFilesError, match="damaged") as caught:
        desk.roster.members()
    assert "张玲" not in str(caught.value)


def test_a_list_that_others_can_read_is_not_used(desk: StaffDesk, tmp_path: Path) -> None:
    (directory_of(tmp_path) / "roster.json").chmod(0o644)
    with pytest.raises(StaffFilesError, match="chmod 0600"):
        desk.roster.members()


def test_the_list_is_plain_json_without_names(desk: StaffDesk, tmp_path: Path) -> None:
    assert [member.number for member in desk.roster.members()] == ["S07"]
    found = json.loads((directory_of(tmp_path) / "roster.json").read_text("ascii"))
    assert set(found["members"]["S07"]) == {"role", "card", "pin", "added", "changed", "codes"}


@pytest.mark.parametrize("text", ["", "7", "S7", "S12345", "s07", "S０７", "S07 ", "370102199001011234", "张玲"])
def test_what_is_no_staff_number(text: str) -> None:
    with pytest.raises(ValueError, match="S and two to four digits"):
        StaffNumber(text)


@pytest.mark.parametrize(
    "pin",
    [
        *("", "1234", "80294", "8029461234567", "80294a", "２３４５６７"),
        *("111111", "121212", "112211", "123456", "654321", "901234"),
        *("456789", "789456", "147258", "852741", "741852", "159357"),
    ],
)
def test_weak_pins_are_refused(pin: str) -> None:
    assert too_weak(pin)


@pytest.mark.parametrize("pin", [PIN, "917350", "19700523", "135792468024"])
def test_other_pins_are_taken(pin: str) -> None:
    assert too_weak(pin) == ""
