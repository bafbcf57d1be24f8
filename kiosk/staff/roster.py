"""The list of the members of staff of one kiosk.

Version 2 of the file knows time-based codes; one of version 1, which has no number, is read as it is, and becomes one
of version 2 with its next change.
"""

import hmac
import secrets as random
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from kiosk.staff import files
from kiosk.staff.hashes import StaffSecrets
from kiosk.staff.member import Member, Role, StaffNumber

_FILE = "roster.json"
_VERSION = 2
_SEED_BYTES = 20


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid")

    role: Role
    card: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    pin: Annotated[str, Field(pattern=r"^\$argon2id\$")]
    added: date
    changed: date
    codes: Annotated[str, Field(pattern=r"^([0-9a-f]{40})?$")] = ""


class _List(BaseModel):
    model_config = ConfigDict(extra="forbid")

    version: Literal[1, 2] = 1
    members: dict[Annotated[str, Field(pattern=r"^S[0-9]{2,4}$")], _Record] = {}


class StaffListError(Exception):
    """The list cannot be changed so; the text says why."""


class Roster:
    """Reads the file anew each time: a command may change it beside the running kiosk."""

    def __init__(self, directory: Path, secrets: StaffSecrets) -> None:
        self._directory = directory
        self._path = directory / _FILE
        self._secrets = secrets

    def members(self) -> tuple[Member, ...]:
        """All of them, by number. Raises ``StaffFilesError``."""
        return tuple(_member(number, record) for number, record in sorted(self._read().members.items()))

    def of_card(self, identification: str) -> Member | None:
        """Whose card this 卡的识别码 is; every card takes the same time. Raises ``StaffFilesError``."""
        wanted = self._secrets.card(identification)
        found = [member for member in self.members() if hmac.compare_digest(member.card, wanted)]
        return found[0] if found else None

    def add(self, number: StaffNumber, role: Role, identification: str, pin: str, today: date) -> None:
        """Put somebody on the list.

        Raises:
            StaffListError: the number is taken, or the card is somebody's already.
            StaffFilesError: the list cannot be read or written.
        """
        card, kept = self._secrets.card(identification), self._secrets.pin(pin)
        with files.locked(self._directory):
            present = self._read()
            if number in present.members:
                raise StaffListError(f"{number} is taken")
            if taken := [one for one, record in present.members.items() if hmac.compare_digest(record.card, card)]:
                raise StaffListError(f"this card is that of {taken[0]} already")
            present.members[number] = _Record(role=role, card=card, pin=kept, added=today, changed=today)
            self._write(present)

    def remove(self, number: StaffNumber) -> None:
        """Take somebody off the list. Raises ``StaffListError`` if there is nobody, ``StaffFilesError``."""
        with files.locked(self._directory):
            present = self._read()
            if present.members.pop(number, None) is None:
                raise StaffListError(f"there is no {number}")
            self._write(present)

    def reset_pin(self, number: StaffNumber, pin: str, today: date) -> None:
        """Give somebody another PIN. Raises ``StaffListError`` if there is nobody, ``StaffFilesError``."""
        self._change(number, {"pin": self._secrets.pin(pin), "changed": today})

    def make_codes(self, number: StaffNumber) -> str:
        """Give somebody another secret for time-based codes, and return it in base 32; it is shown this once.

        Raises ``StaffListError`` if there is nobody, ``StaffFilesError``.
        """
        seed = random.token_hex(_SEED_BYTES)
        self._change(number, {"codes": seed})
        return self._secrets.code_secret(seed)

    def _change(self, number: StaffNumber, changed: dict[str, object]) -> None:
        with files.locked(self._directory):
            present = self._read()
            if number not in present.members:
                raise StaffListError(f"there is no {number}")
            present.members[number] = present.members[number].model_copy(update=changed)
            self._write(present)

    def _write(self, present: _List) -> None:
        files.replace(self._path, present.model_copy(update={"version": _VERSION}))

    def _read(self) -> _List:
        return files.read(self._path, _List)


def _member(number: str, record: _Record) -> Member:
    return Member(StaffNumber(number), record.role, record.card, record.pin, record.added, record.changed, record.codes)
