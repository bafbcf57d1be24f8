"""The citizen of the demo: looks at what is shown, and does what it asks for."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from simulator.desktop import Desktop
from simulator.hall import Hall
from simulator.kiosk_program import KioskProgram, ShownScreen
from simulator.people import BY_KEY

CITIZEN = BY_KEY["zhang_ling"]

_STEP_SECONDS = 120.0
_TOUCH_AGAIN_SECONDS = 5.0
_LOOK_AGAIN = 0.05
_TRY_AGAIN = "FaceTryAgain"  # on a busy machine a move may be missed
_DEAD_ENDS = {"ShowFault", "ShowRefusal", "EnterPin"}


class DemoError(Exception):
    """The visit did not go as it must; the message says where and why."""


@dataclass(frozen=True)
class Step:
    """What the citizen does when ``screen`` is shown: touch ``target``, or something with the hall.

    ``settles``: seconds until the screen is looked at. ``watched``: seconds for which it is looked at after the act, at
    most, while it stays; a picture is kept of each thing that it asks for meanwhile.
    """

    screen: str
    says: str
    target: str | None = None
    act: Callable[[Hall], None] | None = None
    settles: float = 0.8  # a screen comes up softly, and takes no touch at once
    watched: float = 0.0


STEPS = (
    Step("Invitation", "touches the start screen", target="start", settles=2.5),
    Step("ChooseMatter", "chooses the activation of the card", target="activation"),
    Step("PresentDocument", "puts her card in", act=lambda hall: hall.insert_card(CITIZEN.key)),
    Step("Consent", "agrees to the face check", target="agree"),
    Step("LookAtCamera", "stands before the camera", act=lambda hall: hall.stand(CITIZEN.key), watched=60.0),
    Step("Confirm", "reads the summary and confirms", target="confirm"),
    Step("ShowResult", "reads the result and is done", target="finish"),
    Step("Working", "takes her card", act=lambda hall: hall.pull_card()),
    Step("Invitation", "takes the slip and goes", act=lambda hall: hall.stand(None)),
)


class Citizen:
    """Goes through a visit. ``tell`` hears of each step; pictures of the screens go to ``output``."""

    def __init__(
        self, kiosk: KioskProgram, desktop: Desktop, hall: Hall, output: Path, tell: Callable[[str, str], None]
    ) -> None:
        self._kiosk = kiosk
        self._desktop = desktop
        self._hall = hall
        self._output = output
        self._tell = tell
        self._pictures = 0
        self._shown: ShownScreen | None = None

    def visit(self) -> None:
        """Do all steps.

        Raises:
            DemoError: a screen did not come, or one came that should not.
        """
        done: Step | None = None
        for step in STEPS:
            self._await(step, done)
            time.sleep(step.settles)
            self._look()  # it may have been laid out anew meanwhile
            self._keep(self._picture())
            self._tell(step.screen, step.says)
            self._do(step)
            self._watch(step)
            done = step

    def _await(self, step: Step, done: Step | None) -> None:
        """Wait for the screen of ``step``, and touch the one before once more, as people do, if nothing comes of it."""
        deadline = time.monotonic() + _STEP_SECONDS
        touch_again = time.monotonic() + _TOUCH_AGAIN_SECONDS
        while time.monotonic() < deadline:
            if self._came(step):
                return
            if done and done.target and time.monotonic() > touch_again:
                if self._shown and self._shown.name == done.screen and done.target in self._shown.targets:
                    self._do(done)
                touch_again = time.monotonic() + _TOUCH_AGAIN_SECONDS
            time.sleep(_LOOK_AGAIN)
        present = self._shown.name if self._shown else "nothing"
        raise DemoError(f"{step.screen} did not come within {_STEP_SECONDS:g} s; {present} is shown")

    def _came(self, step: Step) -> bool:
        """True once the wanted screen is the present one, with what is to be touched on it."""
        self._look()
        if self._shown and self._shown.name in _DEAD_ENDS:
            time.sleep(step.settles)
            self._keep(self._picture())
            raise DemoError(f"waited for {step.screen}, and {self._shown.name} came")
        self._try_again(step)
        return (
            self._shown is not None
            and self._shown.name == step.screen
            and (step.target is None or step.target in self._shown.targets)
        )

    def _try_again(self, step: Step) -> None:
        """Take the other try that is offered, if one is."""
        if self._shown and self._shown.name == _TRY_AGAIN and "retry" in self._shown.targets:
            time.sleep(step.settles)
            self._tell(_TRY_AGAIN, "tries the face check once more")
            self._desktop.touch(self._kiosk.pid, *self._shown.targets["retry"])
            self._shown = None  # until the next screen comes

    def _look(self) -> None:
        for shown in self._kiosk.new_screens():
            self._shown = shown

    def _do(self, step: Step) -> None:
        if step.act:
            step.act(self._hall)
        if step.target and self._shown:
            self._desktop.touch(self._kiosk.pid, *self._shown.targets[step.target])

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

    def _picture(self) -> Image.Image:
        return self._desktop.picture(self._kiosk.pid)

    def _keep(self, picture: Image.Image) -> None:
        self._pictures += 1
        name = _dashed(self._shown.name if self._shown else "nothing")
        picture.save(self._output / f"{self._pictures:02}-{name}.png")


def _dashed(name: str) -> str:
    """``LookAtCamera`` as ``look-at-camera``."""
    return "".join(f"-{char.lower()}" if char.isupper() else char for char in name).lstrip("-")
