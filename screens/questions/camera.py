"""The face check: the person sees the own picture, what to do, and how far it is."""

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


class CameraScreen(Screen[LookAtCamera]):
    """Frames come through ``update``; a touch can only choose the other way."""

    def __init__(self) -> None:
        self.frames = Frames()
        self._view: CameraView | None = None
        self._hint: Sentence | None = None
        self._shown = FaceHint.LOOK_HERE

    @override
    def open(self, prompt: LookAtCamera) -> None:
        del prompt
        self._shown = FaceHint.LOOK_HERE

    @override
    def compose(self, kit: Kit, prompt: LookAtCamera, reply: Reply) -> Scene:
        style = Style(round(kit.sizes.title * 1.15), kit.palette.brand_deep, Weight.BOLD, 1.3, 0.5)
        self._view = CameraView(kit, self.frames)
        self._hint = Sentence(kit, kit.say(_key(self._shown)), style)
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
        if progress.hint is not self._shown:
            self._shown = progress.hint
            self._hint.set_text(self._hint.kit.say(_key(progress.hint)))

    @override
    def wipe(self) -> None:
        self.frames.blank()
        self._view = self._hint = None


def _key(hint: FaceHint) -> str:
    return f"camera.hint.{hint.value}"


def _camera_on(kit: Kit) -> Block:
    sign = Icon(kit, "camera", kit.sizes.small * 1.5, kit.palette.stop.sign)
    return beside(kit, sign, small(kit, "camera.on", kit.palette.stop.text))
