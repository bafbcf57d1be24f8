"""The house in which matters are played by real touches: hall, screen, and the kiosk's own program in its window."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from pathlib import Path

from config import clock
from flows.presence_prompts import Agreed, Consent, EnterPin, LookAtCamera
from flows.prompts import ChooseMatter, EnterNumber, OtherWay, PresentDocument
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


class Way(Enum):
    """How the citizen proves who is here."""

    FACE = auto()  # with the ID, and the face check
    PIN = auto()  # with the card and its PIN; the face check is declined


@dataclass(frozen=True)
class House:
    """Plays matters. ``look``: how the kiosk's screen is set otherwise; ``pictures``: where those of each step go."""

    hall: Hall
    desktop: Desktop
    look: Mapping[str, Value]
    pictures: Path
    keeps_pictures: bool = False

    def play(self, matter: Matter, way: Way) -> Count:
        """To its end, on a kiosk started for it, so that none meets what another has left, its clock least of all.

        Raises:
            CitizenError: it did not get there; ``lost`` shows where it stood.
        """
        self._prepare(matter)
        with self._kiosk(self.hall.directory / f"{matter.service.value}.log") as kiosk:
            citizen = Citizen(kiosk, self.desktop, self.hall, _nobody_hears, self._folder(matter))
            try:
                citizen.visit(self._steps(matter, way))
            except CitizenError:
                self.pictures.mkdir(parents=True, exist_ok=True)
                self.desktop.picture(kiosk.pid).save(self.lost(matter))
                raise
        return Count.of(citizen.taken)

    def lost(self, matter: Matter) -> Path:
        """The picture of the screen at which a matter stood."""
        return self.pictures / f"lost-{matter.service.value}.png"

    def _folder(self, matter: Matter) -> Path | None:
        if not self.keeps_pictures:
            return None
        folder = self.pictures / matter.service.value
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

    def _prepare(self, matter: Matter) -> None:
        changes = {"screen": self.look, "matters": {"enable": OPTIONAL}, "face": _PATIENT}
        self.hall.write_configuration(self.desktop.window, changes)
        _leave(self.hall)
        self.hall.new_cards()
        self.hall.reset_gateway()
        if matter.changes:
            self.hall.gateway.state.amend(matter.person, **matter.changes)
        if matter.day is not None:
            self.hall.gateway.state.clock = _beginning_at(matter.day)  # the kiosk believes the gateway's time

    @contextmanager
    def _kiosk(self, log: Path) -> Iterator[KioskProgram]:
        kiosk = self.hall.kiosk(log, self.desktop.environment)
        kiosk.start()
        try:
            self.desktop.await_window(kiosk.pid, _WINDOW_SECONDS)
            yield kiosk
        finally:
            kiosk.stop()


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
