"""What members of staff do at the kiosk in a played visit."""

import time
from datetime import datetime
from pathlib import Path

import pyotp

from config import clock
from flows.desk_prompts import DeskDigits, DeskList
from flows.start_prompts import Invitation, StaffEntrance
from kiosk.audit.log import directory_of
from kiosk.staff.codes import STEP_SECONDS
from kiosk.staff.member import Role, StaffNumber
from tests.audit.trail import entries, told
from tests.flows.conftest import Stand
from tests.flows.play import Then
from tests.staff.enrolled import PIN, desk_of, enrol

TECHNICIAN_CARD = "zhou_ming"
TECHNICIAN = StaffNumber("S31")


def technician(data_directory: Path) -> str:
    """Enrol a technician with card, PIN and time-based codes; returns the secret of the codes."""
    enrol(data_directory, TECHNICIAN_CARD, TECHNICIAN, Role.TECHNICIAN)
    return desk_of(data_directory).roster.make_codes(TECHNICIAN)


def code_of(secret: str, at: datetime | None = None, later: int = 0) -> str:
    """What the authenticator app shows, ``later`` steps on."""
    seconds = int((at or clock.now()).timestamp()) + later * STEP_SECONDS
    return pyotp.TOTP(secret).at(seconds)


def by_gesture(secret: str, pin: str = PIN, number: str = "31", later: int = 0) -> tuple[Then, ...]:
    """The gesture, then number, PIN and code."""
    return (
        Then(Invitation, StaffEntrance()),
        Then(DeskDigits, number),
        Then(DeskDigits, pin),
        Then(DeskDigits, code_of(secret, later=later)),
    )


def by_card(stand: Stand, key: str = TECHNICIAN_CARD, pin: str = PIN) -> tuple[Then, ...]:
    """The card is put in while the start screen is shown, once the reader has seen its empty slot; then the PIN."""

    def insert() -> None:
        time.sleep(1.2)
        stand.hall.insert_card(key)

    return (Then(Invitation, does=insert), Then(DeskDigits, pin))


def opens(page: str) -> Then:
    """Touches a row of a list."""
    return Then(DeskList, page)


LOG_OUT = Then(DeskList, "log_out")


def desk_events(stand: Stand) -> list[tuple[str, dict[str, object]]]:
    """What the audit log has of the staff's desk."""
    found = told(entries(directory_of(stand.settings.data_directory)))
    return [(event, fields) for event, fields in found if event.startswith("desk")]


def wait_for(stand: Stand, word: str) -> None:
    """Until the log holds a change of a device with ``word`` in it."""
    deadline = time.monotonic() + 20
    while not any(
        event == "device_state" and word in str(fields)
        for event, fields in told(entries(directory_of(stand.settings.data_directory)))
    ):
        assert time.monotonic() < deadline, "no change was written down"
        time.sleep(0.1)
