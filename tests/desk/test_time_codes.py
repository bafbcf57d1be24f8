"""Time-based codes: one step of skew, each once, and nothing of the secret on the disk."""

import base64
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest

from kiosk.staff import codes
from kiosk.staff.desk import StaffDesk
from kiosk.staff.files import directory_of
from kiosk.staff.member import Member, Role, StaffNumber

KEY = bytes(range(32))
S31, PIN = StaffNumber("S31"), "802946"
NOW = datetime(2026, 11, 24, 1, 0, 15, tzinfo=UTC)
DAY = date(2026, 11, 24)


class HandClock:
    def __init__(self) -> None:
        self.time = NOW

    def __call__(self) -> datetime:
        return self.time


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def desk(tmp_path: Path, clock: HandClock) -> StaffDesk:
    desk = StaffDesk(tmp_path, KEY, clock)
    desk.roster.add(S31, Role.TECHNICIAN, "370100D156000005002083D1AABBCCDD", PIN, DAY)
    return desk


def member(desk: StaffDesk) -> Member:
    found = desk.numbered(S31)
    assert found is not None
    return found


def test_the_codes_are_those_of_rfc_6238() -> None:
    secret = base64.b32encode(b"12345678901234567890").decode()
    at = datetime.fromtimestamp(1111111109, UTC)
    assert codes.step_of(secret, "081804", at) == 1111111109 // 30  # appendix B, SHA-1, the last six of eight digits


@pytest.mark.parametrize(("late", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_one_step_of_skew(desk: StaffDesk, late: int, taken: bool) -> None:
    secret = desk.roster.make_codes(S31)
    code = pyotp.TOTP(secret).at(NOW + timedelta(seconds=30 * late))
    assert desk.is_pin_and_code(member(desk), PIN, code) is taken


def test_each_code_once_and_none_before_it_any_more(desk: StaffDesk, clock: HandClock) -> None:
    made = pyotp.TOTP(desk.roster.make_codes(S31))
    assert desk.is_pin_and_code(member(desk), PIN, made.at(NOW))
    assert not desk.is_pin_and_code(member(desk), PIN, made.at(NOW))
    assert not desk.is_pin_and_code(member(desk), PIN, made.at(NOW - timedelta(seconds=30)))
    clock.time += timedelta(seconds=30)
    assert desk.is_pin_and_code(member(desk), PIN, made.at(clock.time))


def test_a_restart_forgets_no_used_code(desk: StaffDesk, tmp_path: Path, clock: HandClock) -> None:
    code = pyotp.TOTP(desk.roster.make_codes(S31)).at(NOW)
    assert desk.is_pin_and_code(member(desk), PIN, code)
    assert not StaffDesk(tmp_path, KEY, clock).is_pin_and_code(member(desk), PIN, code)


def test_another_secret_ends_the_first(desk: StaffDesk) -> None:
    first = pyotp.TOTP(desk.roster.make_codes(S31)).at(NOW)
    second = pyotp.TOTP(desk.roster.make_codes(S31)).at(NOW)
    assert not desk.is_pin_and_code(member(desk), PIN, first)
    assert desk.is_pin_and_code(member(desk), PIN, second)


def test_who_has_no_codes_gets_in_with_none(desk: StaffDesk) -> None:
    assert not desk.is_pin_and_code(member(desk), PIN, "000000")


def test_who_has_no_card_keeps_nobody_from_confirming_with_one(desk: StaffDesk, clock: HandClock) -> None:
    made = pyotp.TOTP(desk.roster.make_codes(S31))
    for _ in range(5):
        assert not desk.is_pin_and_code(member(desk), "000000", made.at(NOW))
    assert desk.wait_without_card(member(desk)) == timedelta(minutes=1)
    assert not desk.is_pin_and_code(member(desk), PIN, made.at(NOW))
    assert desk.wait(member(desk)) == timedelta()
    assert desk.is_pin(member(desk), PIN)
    assert desk.wait_without_card(member(desk)) == timedelta(minutes=1)  # the card's right PIN gives no try back there
    desk.forget(S31)
    assert desk.is_pin_and_code(member(desk), PIN, made.at(NOW))


def test_the_disk_keeps_no_secret(desk: StaffDesk, tmp_path: Path) -> None:
    secret = desk.roster.make_codes(S31)
    raw = base64.b32decode(secret)
    content = b"".join(path.read_bytes() for path in directory_of(tmp_path).iterdir())
    assert secret.encode() not in content
    assert raw.hex().encode() not in content
    assert StaffDesk(tmp_path, bytes(32), lambda: NOW).roster.members()  # another key reads the list, and
    assert not StaffDesk(tmp_path, bytes(32), lambda: NOW).is_pin_and_code(
        member(desk), PIN, pyotp.TOTP(secret).at(NOW)
    )


def test_a_list_of_the_first_version_is_read_and_becomes_one_of_the_second(desk: StaffDesk, tmp_path: Path) -> None:
    path = directory_of(tmp_path) / "roster.json"
    old = json.loads(path.read_text("ascii"))
    del old["version"], old["members"]["S31"]["codes"]
    path.write_text(json.dumps(old), "ascii")
    assert member(desk).codes == ""
    assert desk.is_pin(member(desk), PIN)
    desk.roster.make_codes(S31)
    assert json.loads(path.read_text("ascii"))["version"] == 2


def test_the_app_is_told_whose_account_it_is() -> None:
    parts = urlsplit(codes.uri("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "JN03", "S31"))
    assert (parts.scheme, parts.netloc, parts.path) == ("otpauth", "totp", "/hall-kiosk:JN03%20S31")
    assert parse_qs(parts.query)["secret"] == ["JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"]
