"""The members of staff of this kiosk: whose card is in the reader, and whether the PIN is theirs."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from kiosk.staff.codes import step_of
from kiosk.staff.files import directory_of
from kiosk.staff.hashes import StaffSecrets
from kiosk.staff.member import Member, Role, StaffNumber
from kiosk.staff.roster import Roster
from kiosk.staff.tries import WITHOUT_CARD, Tries


class StaffDesk:
    """Everything here reads files, and a PIN takes a tenth of a second: not for the event loop.

    Every method raises ``StaffFilesError``.
    """

    def __init__(self, data_directory: Path, key: bytes, now: Callable[[], datetime]) -> None:
        """``key``: that of the kiosk's pseudonyms."""
        self._secrets = StaffSecrets(key)
        self._now = now
        self._nobody = ""  # a PIN that nobody has, made when it is first wanted
        self.roster = Roster(directory_of(data_directory), self._secrets)
        self.tries = Tries(directory_of(data_directory), now)
        self.tries_without_card = Tries(directory_of(data_directory), now, WITHOUT_CARD)

    def make_room(self) -> None:
        """Take room on the disk for counting wrong PINs, so that a full one keeps nobody of the staff out."""
        if self.roster.members():
            self.tries.make_room()
            self.tries_without_card.make_room()

    def has_attendants(self) -> bool:
        """True if there is anybody who may confirm who a citizen is."""
        return any(member.role is Role.ATTENDANT for member in self.roster.members())

    def numbered(self, number: StaffNumber) -> Member | None:
        """The member with this number."""
        return next((member for member in self.roster.members() if member.number == number), None)

    def wait(self, member: Member) -> timedelta:
        """For how long no PIN of this member is taken with the card, by the kiosk's own clock."""
        return _wait(self.tries, member)

    def wait_without_card(self, member: Member) -> timedelta:
        """The same for PIN and code."""
        return _wait(self.tries_without_card, member)

    def forget(self, number: StaffNumber) -> None:
        """Wrong PINs of whoever has or had this number count no more."""
        self.tries.forget(number)
        self.tries_without_card.forget(number)

    def is_pin(self, member: Member, pin: str) -> bool:
        """True if ``pin`` is right, and no wait is on; a wrong one is counted for good."""
        if self.tries.wait(member.number):
            return False
        self.tries.count(member.number)
        if not self._secrets.is_pin(member.pin, pin):
            return False
        self.tries.forget(member.number)
        return True

    def is_pin_and_code(self, member: Member, pin: str, code: str) -> bool:
        """True if both are right, no wait is on, and the code was not used before; counted as ``is_pin`` does.

        Which of the two was wrong is not told, and takes the same time.
        """
        if self.tries_without_card.wait(member.number):
            return False
        self.tries_without_card.count(member.number)
        right_pin = self._secrets.is_pin(member.pin, pin)
        step = step_of(self._secrets.code_secret(member.codes), code, self._now()) if member.codes else None
        if not right_pin or step is None or not self.tries.use_code(member.number, step):
            return False
        self.tries_without_card.forget(member.number)
        return True

    def waste_time(self, pin: str) -> None:
        """Take as long as for somebody who exists: an unknown number is not told by its haste."""
        self._nobody = self._nobody or self._secrets.pin(pin[::-1] + "0")
        self._secrets.is_pin(self._nobody, pin)


def _wait(tries: Tries, member: Member) -> timedelta:
    tries.set_right(member.number)
    return tries.wait(member.number)
