"""The face check: the person sees the own picture, what to do, and how far it is."""

import logging
from time import monotonic

from typing_extensions import override

from config.fonts import Weight
from flows.prompts import FaceHint, FaceProgress, LookAtCamera, OtherWay
from screens.screen import Action, Reply, Scene, Screen, back_action
from screens.widgets.base import Block
from screens.widgets.button import beside
from screens.widgets.camera_view import CameraView, Frames
from screens.widgets.kit import Kit
from screens.widgets.steps import steps_line
from screens.widgets.text import Icon, Sentence, Style, headline, small

log = logging.getLogger(__name__)

# A face that is known is known sooner; who waits longer is told that there is another way.
_SLOW_SECONDS = 6.0


class CameraScreen(Screen[LookAtCamera]):
    """Frames come through ``update``; a touch can only choose the other way."""

    def __init__(self) -> None:
        self.frames = Frames()
        self._view: CameraView | None = None
        self._hint: Sentence | None = None
        self._shown = ""
        self._slow = ""
        self._checking_since: float | None = None
        self._told: FaceHint | None = None

    @override
    def open(self, prompt: LookAtCamera) -> None:
        self.frames.blank()
        self._shown = _key(FaceHint.LOOK_HERE)
        self._slow = "camera.slow.card" if prompt.card_way else "camera.slow.staff"
        self._checking_since = None
        self._told = None

    @override
    def compose(self, kit: Kit, prompt: LookAtCamera, reply: Reply) -> Scene:
        style = Style(round(kit.sizes.title * 1.15), kit.palette.brand_deep, Weight.BOLD, 1.3, 0.5)
        self._view = CameraView(kit, self.frames)
        self._hint = Sentence(kit, kit.say(self._shown), style)
        lead: list[Block] = [*steps_line(kit, prompt.steps), headline(kit, "camera.question"), _camera_on(kit)]
        other = "camera.card_way" if prompt.card_way else "camera.staff_way"
        way = Action(
            "other_way",
            kit.say(other),
            lambda: reply.answer(OtherWay.DECLINED),
            icon="keypad" if prompt.card_way else "staff",
        )
        return Scene(lead=lead, body=[self._view, self._hint], actions=[*back_action(kit, prompt, reply), way])

    def update(self, progress: FaceProgress) -> None:
        """Show a camera picture and what to do."""
        if self._view is None or self._hint is None:
            return
        self._view.show(progress)
        self._tell(progress.hint)
        words = self._words(progress.hint)
        if words != self._shown:
            self._shown = words
            self._hint.set_text(self._hint.kit.say(words))

    def _tell(self, hint: FaceHint) -> None:
        """For programs that stand before the camera: what the person is asked to do, each time that it changes."""
        if hint is not self._told:
            self._told = hint
            log.debug("face_hint", extra={"hint": hint.value})

    def _words(self, hint: FaceHint) -> str:
        if hint is not FaceHint.CHECKING:
            self._checking_since = None
            return _key(hint)
        now = monotonic()
        if self._checking_since is None:
            self._checking_since = now
        return _key(hint) if now - self._checking_since < _SLOW_SECONDS else self._slow

    @override
    def wipe(self) -> None:
        self.frames.blank()
        self._view = self._hint = None


def _key(hint: FaceHint) -> str:
    return f"camera.hint.{hint.value}"


def _camera_on(kit: Kit) -> Block:
    sign = Icon(kit, "camera", kit.sizes.small * 1.5, kit.palette.stop.sign)
    return beside(kit, sign, small(kit, "camera.on", kit.palette.stop.text))
