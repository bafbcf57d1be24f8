"""A member of staff as the kiosk knows them: a number, a role, a card and a PIN; never a name."""

import re
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Self

_NUMBER = re.compile(r"S[0-9]{2,4}")


class StaffNumber(str):
    """The number of a member of staff, such as S07. The hall keeps who that is; the kiosk does not know."""

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        """Raises ``ValueError`` for anything but S and two to four digits."""
        if _NUMBER.fullmatch(text) is None:
            raise ValueError("not a staff number: S and two to four digits, such as S07")
        return super().__new__(cls, text)


class Role(StrEnum):
    """What a member of staff may do here."""

    ATTENDANT = "attendant"  # confirms who a citizen is; sees to paper, and takes the kiosk out of service
    TECHNICIAN = "technician"  # looks after the machine


class StaffAct(StrEnum):
    """What was done to the list of the members of staff."""

    ADDED = "added"
    REMOVED = "removed"
    PIN_RESET = "pin_reset"
    CODES_MADE = "codes_made"  # another secret of the time-based codes


class StaffRefusal(StrEnum):
    """Why a confirmation did not come about."""

    NOT_STAFF = "not_staff"
    NOT_ATTENDANT = "not_attendant"
    UNREADABLE = "unreadable"
    OWN_CARD = "own_card"
    WRONG_PIN = "wrong_pin"
    CARD_TAKEN = "card_taken"  # the staff card was pulled before the confirmation
    NOT_CONFIRMED = "not_confirmed"  # by the member of staff
    GIVEN_UP = "given_up"
    READER_FAILED = "reader_failed"


@dataclass(frozen=True)
class Member:
    """One member of staff. ``card`` and ``pin`` are what is kept in their place: hashes.

    ``codes``: from what the secret of the time-based codes is made; empty: they have none.
    """

    number: StaffNumber
    role: Role
    card: str = field(repr=False)
    pin: str = field(repr=False)
    added: date
    changed: date
    codes: str = field(default="", repr=False)
