"""The members of staff of this kiosk: whose card is in the reader, and whether the PIN is theirs."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from kiosk.staff.files import directory_of
from kiosk.staff.hashes import StaffSecrets
from kiosk.staff.member import Member, Role
from kiosk.staff.roster import Roster
from kiosk.staff.tries import Tries


class StaffDesk:
    """Everything here reads files, and a PIN takes a tenth of a second: not for the event loop.

    Every method raises ``StaffFilesError``.
    """

    def __init__(self, data_directory: Path, key: bytes, now: Callable[[], datetime]) -> None:
        """``key``: that of the kiosk's pseudonyms."""
        self._secrets = StaffSecrets(key)
        self.roster = Roster(directory_of(data_directory), self._secrets)
        self.tries = Tries(directory_of(data_directory), now)

    def has_attendants(self) -> bool:
        """True if there is anybody who may confirm who a citizen is."""
        return any(member.role is Role.ATTENDANT for member in self.roster.members())

    def wait(self, member: Member) -> timedelta:
        """For how long no PIN of this member is taken."""
        return self.tries.wait(member.number)

    def is_pin(self, member: Member, pin: str) -> bool:
        """True if ``pin`` is right, and no wait is on; a wrong one is counted for good."""
        if self.tries.wait(member.number):
            return False
        self.tries.count(member.number)
        if not self._secrets.is_pin(member.pin, pin):
            return False
        self.tries.forget(member.number)
        return True
