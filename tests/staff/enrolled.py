"""Members of staff enrolled for a test, by the same list that the command writes."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from config import clock
from drivers.card_reader.reading import read_social_card
from kiosk import enrolment
from kiosk.staff.desk import StaffDesk
from kiosk.staff.member import Role, StaffNumber
from simulator.cards import card_for
from simulator.people import BY_KEY

NUMBER = StaffNumber("S07")
PIN = "802946"
DAY = date(2026, 11, 24)


def identification_of(key: str) -> str:
    """The 卡的识别码 of somebody's card, as the driver reads it."""
    chip = card_for(BY_KEY[key])
    return read_social_card(chip.answer, chip.atr).identification


def desk_of(data_directory: Path, now: Callable[[], datetime] = clock.now) -> StaffDesk:
    """The desk of an enrolled kiosk."""
    key = enrolment.load(data_directory / "keys").subject_key
    return StaffDesk(data_directory, key, now)


def enrol(
    data_directory: Path, key: str, number: StaffNumber = NUMBER, role: Role = Role.ATTENDANT, pin: str = PIN
) -> None:
    """Put the holder of ``key``'s card on the list."""
    desk_of(data_directory).roster.add(number, role, identification_of(key), pin, DAY)
