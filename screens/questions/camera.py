"""The face check: the person sees the own picture, one sentence on what to do, and how far it is."""

import logging
from time import monotonic

from typing_extensions import override

from config.fonts import Weight
from flows.face_progress import FaceHint, FaceProgress
from flows.presence_prompts import LookAtCamera
from flows.prompts import OtherWay, Text
from screens.hints import SteadyHint
from screens.screen import Action, Reply, Scene, Screen, back_action
from screens.widgets.base import Block
from screens.widgets.camera_view import CameraView, Frames
from screens.widgets.chip import camera_chip
from screens.widgets.kit import Kit
from screens.widgets.steps import steps_line
from screens.widgets.text import Sentence, Style

log = logging.getLogger(__name__)

# A face that is known is known sooner; who waits longer is told that there is another way.
_SLOW_SECONDS = 6.0


class CameraScreen(Screen[LookAtCamera]):
    """Frames come through ``update``; a touch can only choose the other way."""

    def __init__(self) -> None:
        self.frames = Frames()
        self._hint = SteadyHint()
        self._view: CameraView | None = None
        self._words: Hint | None = None
        self._slow = ""
        self._over = False  # the check has ended; a picture that is still on its way is not shown

    @override
    def open(self, prompt: LookAtCamera) -> None:
        self.frames.blank()
        self._over = False
        self._hint.begin(monotonic())
        self._slow = "camera.slow.card" if prompt.card_way else "camera.slow.staff"

    @override
    def compose(self, kit: Kit, prompt: LookAtCamera, reply: Reply) -> Scene:
        self._view = CameraView(kit, self.frames)
        self._view.point(self._hint.shown)
        self._words = Hint(kit, [*(_key(hint) for hint in FaceHint), self._slow], self._key())
        way = Action(
            "other_way",
            kit.say("camera.card_way" if prompt.card_way else "camera.staff_way"),
            lambda: reply.answer(OtherWay.DECLINED),
            icon="keypad" if prompt.card_way else "staff",
        )
        lead: list[Block] = [*steps_line(kit, prompt.steps), self._words, camera_chip(kit)]
        return Scene(lead=lead, body=[self._view], actions=[*back_action(kit, prompt, reply), way])

    def update(self, progress: FaceProgress) -> Text | None:
        """Show a camera picture and what to do; returns what is new of that."""
        if self._over or self._view is None or self._words is None:
            return None
        self._view.show(progress)
        before, hint = self._hint.shown, self._hint.take(progress.hint, monotonic())
        if hint is not before:
            log.debug("face_hint", extra={"hint": hint.value})  # for programs that stand before the camera
        self._view.point(hint)
        self._words.say(self._key())
        return Text(self._key()) if hint is not before else None

    def _key(self) -> str:
        if self._hint.shown is FaceHint.CHECKING and self._hint.seconds(monotonic()) > _SLOW_SECONDS:
            return self._slow
        return _key(self._hint.shown)

    @override
    def close(self) -> None:
        self._over = True
        if self._view is not None:
            self._view.conceal()

    @override
    def wipe(self) -> None:
        self.frames.blank()
        self._view = self._words = None


class Hint(Block):
    """The one sentence of the screen, as large as a question. It has room for the longest, so that nothing jumps."""

    def __init__(self, kit: Kit, keys: list[str], shown: str) -> None:
        super().__init__(kit)
        self._style = Style(kit.sizes.headline, kit.palette.brand_deep, Weight.BOLD, kit.theme.headline_leading)
        self._all = [Sentence(kit, kit.say(key), self._style) for key in keys]
        self._words = Sentence(kit, kit.say(shown), self._style, Text(shown))
        self.add_widget(self._words)

    def say(self, key: str) -> None:
        """Another sentence in the same place."""
        if self.kit.say(key) == self._words.text:
            return
        self._words.set_text(self.kit.say(key))
        self.arrange()  # a shorter sentence begins where the longer one began

    @override
    def height_for(self, width: float) -> float:
        return max(sentence.height_for(width) for sentence in self._all)

    @override
    def arrange(self) -> None:
        self._words.place(self.x, self.top, self.width, self._words.height_for(self.width))


def _key(hint: FaceHint) -> str:
    return f"camera.hint.{hint.value}"
