"""How often each member of staff has been wrong with the PIN: five times are free, then every try has to be waited for.

Those with the card in the reader and those without it, at the hidden login, count each by themselves: else anybody who
knows a number could keep its owner from confirming citizens, without ever having had the card.

On disk, so that a restart gives no try back; and counted before the PIN is looked at, so that a power cut gives none.
The files have room of their own: else a full disk would keep out those who could see that it is full.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from kiosk.staff import files
from kiosk.staff.member import StaffNumber

WITH_CARD = "tries.json"
WITHOUT_CARD = "tries_without_card.json"
_FREE = 5
_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=1)


class _Wrong(BaseModel):
    model_config = ConfigDict(extra="forbid")

    times: Annotated[int, Field(ge=1)]
    last: AwareDatetime


_Number = Annotated[str, Field(pattern=r"^S[0-9]{2,4}$")]


class _All(BaseModel):
    model_config = ConfigDict(extra="forbid")

    wrong: dict[_Number, _Wrong] = {}
    codes: dict[_Number, Annotated[int, Field(ge=0)]] = {}  # the step of the last time-based code that was taken


class Tries:
    """The wrong PINs of all members of staff, in one way. Every method raises ``StaffFilesError``."""

    def __init__(self, directory: Path, now: Callable[[], datetime], file: str = WITH_CARD) -> None:
        self._directory = directory
        self._path = directory / file
        self._now = now

    def wrong(self, number: StaffNumber) -> int:
        """How many there have been since the last right one."""
        found = self._read().wrong.get(number)
        return found.times if found else 0

    def wait(self, number: StaffNumber) -> timedelta:
        """For how long no PIN is taken; never longer than the step itself, whatever the clock did."""
        found = self._read().wrong.get(number)
        if found is None or found.times < _FREE:
            return timedelta()
        step = wait_after(found.times)
        return min(step, max(timedelta(), found.last + step - self._now()))

    def set_right(self, number: StaffNumber) -> None:
        """Let a wait begin now that begins in what is the future: the clock was ahead then, and has been set right.

        Else it would not end before that time, which may be years away.
        """
        found = self._read().wrong.get(number)
        if found is None or found.last <= self._now():
            return
        with files.locked(self._directory):
            present = self._read()
            if (found := present.wrong.get(number)) is not None:
                present.wrong[number] = _Wrong(times=found.times, last=min(found.last, self._now()))
                files.replace_in_room_of_its_own(self._path, present)

    def count(self, number: StaffNumber) -> None:
        """Another try begins; wrong until ``forget`` says otherwise."""
        with files.locked(self._directory):
            present = self._read()
            found = present.wrong.get(number)
            present.wrong[number] = _Wrong(times=found.times + 1 if found else 1, last=self._now())
            files.replace_in_room_of_its_own(self._path, present)

    def forget(self, number: StaffNumber) -> None:
        """The PIN was right, or there is another one."""
        with files.locked(self._directory):
            present = self._read()
            if present.wrong.pop(number, None) is not None:
                files.replace_in_room_of_its_own(self._path, present)

    def make_room(self) -> None:
        """Take the room that counting needs, while there is some."""
        with files.locked(self._directory):
            files.replace_in_room_of_its_own(self._path, self._read())

    def use_code(self, number: StaffNumber, step: int) -> bool:
        """Take the code of this step of time, if neither it nor a later one was taken before."""
        with files.locked(self._directory):
            present = self._read()
            if step <= present.codes.get(number, -1):
                return False
            present.codes[number] = step
            files.replace_in_room_of_its_own(self._path, present)
            return True

    def _read(self) -> _All:
        return files.read(self._path, _All)


def wait_after(times: int) -> timedelta:
    """The wait after so many wrong PINs in a row: none, then 1 minute, 2, 4, up to an hour."""
    if times < _FREE:
        return timedelta()
    doublings = min(times - _FREE, 10)  # the longest wait is reached long before
    return min(_LONGEST_WAIT, _FIRST_WAIT * (1 << doublings))
