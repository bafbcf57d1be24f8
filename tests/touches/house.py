"""The house in which matters are played by real touches: hall, screen, and the kiosk's own program in its window."""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Self

from config import clock
from flows.presence_prompts import Agreed, Consent, EnterPin, LookAtCamera
from flows.prompts import ChooseMatter, Confirm, EnterNumber, OtherWay, PresentDocument
from flows.start_prompts import Invitation, Touched
from simulator.citizen import Citizen, CitizenError, Step
from simulator.desktop import Desktop
from simulator.hall import Hall
from simulator.hall_configuration import Value
from simulator.kiosk_program import KioskProgram
from tests.flows.play import Then
from tests.touches.buttons import button
from tests.touches.count import Count
from tests.touches.matters import OPTIONAL, Matter

_WINDOW_SECONDS = 120.0
_PAD = (EnterPin, EnterNumber)
_SETTLES = 0.8
_COMES_UP = 1.5  # the start screen moves in
# A machine that makes the pictures of the camera too may be slow to see a move; the citizen makes it again meanwhile.
_PATIENT = {"gesture_seconds": 60, "tries": 9}


class Way(StrEnum):
    """How the citizen proves who is here."""

    FACE = "face"  # with the ID, and the face check
    PIN = "pin"  # with the card and its PIN; the face check is declined


class House:
    """Plays matters, on one kiosk as long as nothing has to be set otherwise. Use as a context manager.

    ``pictures``: where those of each step go, a folder for each matter; None: nowhere.
    """

    def __init__(self, hall: Hall, desktop: Desktop, pictures: Path | None) -> None:
        self.hall = hall
        self._desktop = desktop
        self._pictures = pictures
        self._kiosk: KioskProgram | None = None
        self._citizen: Citizen | None = None
        self._open_as: object = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the kiosk; the next matter begins with a new one."""
        if self._kiosk is not None:
            self._kiosk.stop()
        self._kiosk = self._citizen = None

    def play(self, matter: Matter, way: Way, look: Mapping[str, Value], lost: Path) -> Count:
        """To its end. ``look``: how the kiosk's screen is set otherwise.

        Raises:
            CitizenError: it did not get there; the picture ``lost`` shows where it stood.
        """
        self._prepare(matter)
        citizen = self._open(look, matter.day)
        try:
            citizen.visit(self._steps(matter, way), self._folder(f"{matter.service.value}-{way.value}", look))
        except CitizenError:
            if self._kiosk is not None:
                self._desktop.picture(self._kiosk.pid).save(lost)
            self.close()
            raise
        return Count.of(citizen.taken)

    def _prepare(self, matter: Matter) -> None:
        _leave(self.hall)
        self.hall.new_cards()
        self.hall.reset_gateway()
        if matter.changes:
            self.hall.gateway.state.amend(matter.person, **matter.changes)
        if matter.day is not None:
            self.hall.gateway.state.clock = _beginning_at(matter.day)  # the kiosk believes the gateway's time

    def _open(self, look: Mapping[str, Value], day: datetime | None) -> Citizen:
        """The citizen before a kiosk that looks like that and was started on that day."""
        if self._citizen is not None and self._open_as == (look, day):
            return self._citizen
        self.close()
        changes = {"screen": look, "matters": {"enable": OPTIONAL}, "face": _PATIENT}
        self.hall.write_configuration(self._desktop.window, changes)
        self._kiosk = self.hall.kiosk(self.hall.directory / "kiosk.log", self._desktop.environment)
        self._kiosk.start()
        self._desktop.await_window(self._kiosk.pid, _WINDOW_SECONDS)
        self._open_as = (look, day)
        self._citizen = Citizen(self._kiosk, self._desktop, self.hall, _nobody_hears)
        return self._citizen

    def _folder(self, name: str, look: Mapping[str, Value]) -> Path | None:
        if self._pictures is None:
            return None
        folder = self._pictures / "-".join([name, *map(str, look.values())])
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _steps(self, matter: Matter, way: Way) -> list[Step]:
        hall, person = self.hall, matter.person
        begin = (Then(Invitation, Touched()), Then(ChooseMatter, matter.service.value))
        if way is Way.PIN:
            proof = (
                Then(PresentDocument, does=lambda: hall.insert_card(person)),
                Then(Consent, OtherWay.DECLINED),
                Then(EnterPin, "123456"),
            )
        else:
            proof = (
                Then(PresentDocument, does=lambda: hall.lay_id(person)),
                Then(Consent, Agreed("")),
                Then(LookAtCamera, does=lambda: hall.stand(person)),
            )
        lines = matter.script(begin, proof, hall.pull_card if way is Way.PIN else hall.lift_id)
        return [*map(_step, lines), Step(Invitation.__name__, "goes", act=_leave)]


def _leave(hall: Hall) -> None:
    hall.stand(None)
    hall.lift_id()
    hall.pull_card()
    hall.take_paper()


def _beginning_at(day: datetime) -> Callable[[], datetime]:
    behind = clock.now() - day
    return lambda: clock.now() - behind


def _step(line: Then) -> Step:
    """A line of a script, done by touches."""
    deed = line.does
    return Step(
        line.question.__name__,
        "",
        _touched(line),
        act=(lambda _hall: deed()) if deed else None,
        reads_on=line.question is Confirm,
        settles=_COMES_UP if line.question is Invitation else _SETTLES,
    )


def _touched(line: Then) -> tuple[str, ...]:
    if line.answer is None:
        return ()
    if line.question in _PAD and isinstance(line.answer, str):
        return (*line.answer, "ok")
    return (button(line.answer),)


def _nobody_hears(_screen: str, _says: str) -> None:
    """Each step is not worth a line."""
