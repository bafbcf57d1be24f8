"""A citizen at the kiosk's real window: looks at what is shown, and does what it asks for."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from simulator.desktop import Desktop
from simulator.hall import Hall
from simulator.kiosk_program import KioskProgram, ShownScreen

_STEP_SECONDS = 120.0
_TOUCH_AGAIN_SECONDS = 5.0
_LOOK_AGAIN = 0.05
_TRY_AGAIN = "FaceTryAgain"  # on a busy machine a move may be missed
_DEAD_ENDS = {"ShowFault", "ShowRefusal", "EnterPin"}
_FURTHER = ("next_page", "all_matters")  # where what is wanted may be, when it is not here
_MOST_PAGES = 20


class CitizenError(Exception):
    """The visit did not go as it must; the message says where and why."""


@dataclass(frozen=True)
class Step:
    """What the citizen does when ``screen`` is shown: something with the hall, and touches on ``targets`` in turn.

    What is to be touched first is looked for on further pages, and among all matters. ``settles``: seconds until the
    screen is looked at. ``watched``: seconds for which it is looked at after the act, at most, while it stays; a
    picture is kept of each thing that it asks for meanwhile.
    """

    screen: str
    says: str
    targets: tuple[str, ...] = ()
    act: Callable[[Hall], object] | None = None
    settles: float = 0.8  # a screen comes up softly, and takes no touch at once
    watched: float = 0.0
    reads_on: bool = False  # all pages are turned before anything is touched, as for a summary


@dataclass
class Taken:
    """What a step took. ``came`` and ``done``: when its screen stood there, and when the citizen had done what it asks.

    Both by the monotonic clock. ``again``: touches made once more because nothing came of the first, or for another try
    of the face check; ``touches`` is without these. ``further``: screens on the way to what was to be touched.
    """

    screen: str
    came: float
    signs: int
    done: float = 0.0
    touches: int = 0
    again: int = 0
    further: int = 0


class Citizen:
    """Goes through visits. ``tell`` hears of each step."""

    def __init__(self, kiosk: KioskProgram, desktop: Desktop, hall: Hall, tell: Callable[[str, str], object]) -> None:
        self._kiosk = kiosk
        self._desktop = desktop
        self._hall = hall
        self._tell = tell
        self._folder: Path | None = None
        self._kept = 0
        self._shown: ShownScreen | None = None
        self.taken: list[Taken] = []  # of the present visit, or the last

    def visit(self, steps: Iterable[Step], pictures: Path | None = None) -> None:
        """Do all steps; pictures of the screens go to ``pictures``, if to anywhere.

        Raises:
            CitizenError: a screen did not come, or one came that should not.
        """
        self.taken, self._folder, self._kept = [], pictures, 0
        done: Step | None = None
        for step in steps:
            self._await(step, done)
            self.taken.append(Taken(step.screen, time.monotonic(), self._shown.signs if self._shown else 0))
            time.sleep(step.settles)
            self._look()  # it may have been laid out anew meanwhile
            self._keep(self._picture())
            self._tell(step.screen, step.says)
            self._do(step)
            self.taken[-1].done = time.monotonic()
            self._watch(step)
            done = step

    def _await(self, step: Step, done: Step | None) -> None:
        """Wait for the screen of ``step``, and touch the one before once more, as people do, if nothing comes of it."""
        before, deadline = self._shown, time.monotonic() + _STEP_SECONDS
        touch_again = time.monotonic() + _TOUCH_AGAIN_SECONDS
        if done and done.targets:
            self._shown = None  # only what comes now counts: the next screen may be of the same kind
        while time.monotonic() < deadline:
            if self._came(step):
                return
            if done and done.targets and self._shown is None and before and time.monotonic() > touch_again:
                self._touch(before, done.targets[-1])
                self.taken[-1].again += 1
                touch_again = time.monotonic() + _TOUCH_AGAIN_SECONDS
            time.sleep(_LOOK_AGAIN)
        present = self._shown or before
        raise CitizenError(self._waited(step, f"{present.name if present else 'nothing'} stood there"))

    def _waited(self, step: Step, what: str) -> str:
        wanted = f"{step.screen} with {step.targets[0]}" if step.targets else step.screen
        last = f" after {self.taken[-1].screen}" if self.taken else ""
        return f"waited{last} for {wanted}, up to {_STEP_SECONDS:g} s: {what}"

    def _came(self, step: Step) -> bool:
        """True once the wanted screen is the present one, with what is to be touched on it, or a way to that."""
        self._look()
        if self._shown and self._shown.name in _DEAD_ENDS and self._shown.name != step.screen:
            time.sleep(step.settles)
            self._keep(self._picture())
            raise CitizenError(self._waited(step, f"{self._shown.name} came"))
        self._try_again(step)
        if self._shown is None or self._shown.name != step.screen:
            return False
        return not step.targets or any(name in self._shown.targets for name in (step.targets[0], *_FURTHER))

    def _try_again(self, step: Step) -> None:
        """Take the other try that is offered, if one is."""
        if self._shown and self._shown.name == _TRY_AGAIN and "retry" in self._shown.targets:
            time.sleep(step.settles)
            self._tell(_TRY_AGAIN, "tries the face check once more")
            self._touch(self._shown, "retry")
            self.taken[-1].again += 1
            self._shown = None  # until the next screen comes

    def _look(self) -> None:
        for shown in self._kiosk.new_screens():
            self._shown = shown

    def _do(self, step: Step) -> None:
        if step.act:
            step.act(self._hall)
        if step.targets:
            self._go_to(step)
        for target in step.targets:
            if self._shown:
                self._touch(self._shown, target)
                self.taken[-1].touches += 1

    def _go_to(self, step: Step) -> None:
        """Turn pages, or ask for all matters, until what is to be touched stands there."""
        for _ in range(_MOST_PAGES):
            shown = self._shown
            way = next((name for name in _FURTHER if shown and name in shown.targets), None)
            found = shown is not None and step.targets[0] in shown.targets
            if shown is None or way is None or (found and not (step.reads_on and way == "next_page")):
                break
            self._touch(shown, way)
            self.taken[-1].touches += 1
            self._await_another(shown)
            time.sleep(step.settles)
            self._look()
            self._keep(self._picture())
        if self._shown is None or step.targets[0] not in self._shown.targets:
            raise CitizenError(f"{step.targets[0]} is nowhere to be touched on {step.screen}")

    def _await_another(self, before: ShownScreen) -> None:
        """Wait until another page stands there in place of ``before``."""
        deadline = time.monotonic() + _TOUCH_AGAIN_SECONDS
        while self._shown is before and time.monotonic() < deadline:
            time.sleep(_LOOK_AGAIN)
            self._look()
        if self._shown and self._shown is not before:
            self.taken[-1].signs += self._shown.signs
            self.taken[-1].further += self._shown.name != before.name

    def _touch(self, shown: ShownScreen, target: str) -> None:
        self._desktop.touch(self._kiosk.pid, *shown.targets[target])

    def _watch(self, step: Step) -> None:
        """Keep a picture of each thing that the face check asks for, until the next screen comes."""
        seen: str | None = None
        until = time.monotonic() + step.watched
        while time.monotonic() < until and self._stays(step):
            hint = self._kiosk.face_hint
            if hint != seen:
                seen = hint
                picture = self._picture()
                if self._stays(step):
                    self._keep(picture)
            time.sleep(_LOOK_AGAIN)

    def _stays(self, step: Step) -> bool:
        self._look()
        return self._shown is not None and self._shown.name == step.screen

    def _picture(self) -> Image.Image | None:
        return self._desktop.picture(self._kiosk.pid) if self._folder else None

    def _keep(self, picture: Image.Image | None) -> None:
        if picture is None or self._folder is None:
            return
        self._kept += 1
        name = _dashed(self._shown.name if self._shown else "nothing")
        picture.save(self._folder / f"{self._kept:02}-{name}.png")


def _dashed(name: str) -> str:
    """``LookAtCamera`` as ``look-at-camera``."""
    return "".join(f"-{char.lower()}" if char.isupper() else char for char in name).lstrip("-")
