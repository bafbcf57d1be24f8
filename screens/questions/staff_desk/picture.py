"""The camera's live picture for a technician: all of it, with a box around the face and what is measured."""

from typing import Any

from kivy.graphics import Color, Line, Rectangle
from typing_extensions import override

from flows.desk_prompts import DeskCamera
from flows.face_progress import FaceProgress, Measured
from flows.prompts import Text
from screens.questions.staff_desk.head import deeds, head
from screens.screen import Reply, Scene, Screen
from screens.theme.tokens import colour
from screens.widgets.base import Block
from screens.widgets.camera_view import Frames
from screens.widgets.kit import Kit
from screens.widgets.text import Sentence, Style

_HIGHEST = 720  # design pixels


class _Picture(Block):
    """The picture, undistorted, in the middle of its place."""

    grows = True

    def __init__(self, kit: Kit, frames: Frames) -> None:
        super().__init__(kit)
        self._frames = frames
        self._box: tuple[float, float, float, float] | None = None

    @override
    def height_for(self, width: float) -> float:
        return min(width * 0.75, self.kit.px(300))

    def show(self, progress: FaceProgress) -> None:
        """A new picture, and where the face is in it."""
        self._frames.take(progress)
        self._box = progress.measured.box if progress.measured else None
        self.arrange()

    @override
    def arrange(self) -> None:
        self.canvas.clear()
        width, height = self._frames.size if self._frames.live else (4, 3)
        scale = min(self.width / width, min(self.height, self.kit.px(_HIGHEST)) / height)
        wide, high = width * scale, height * scale
        left, top = self.center_x - wide / 2, self.top
        with self.canvas:
            Color(1, 1, 1, 1) if self._frames.live else Color(*colour(self.kit.palette.brand_soft))
            texture: Any = self._frames.texture if self._frames.live else None
            Rectangle(texture=texture, pos=(left, top - high), size=(wide, high))
            if self._box and self._frames.live:
                x, y, across, along = self._box
                Color(*colour(self.kit.palette.ok.sign))
                place = (left + x * wide, top - (y + along) * high, across * wide, along * high)
                Line(rectangle=place, width=self.kit.px(4))

    @override
    def conceal(self) -> None:
        if self._frames.live:
            self._frames.blank()
            self.arrange()


class DeskCameraScreen(Screen[DeskCamera]):
    """Frames come through ``update``; none is kept when the page is left."""

    def __init__(self) -> None:
        self.frames = Frames()
        self._picture: _Picture | None = None
        self._words: Sentence | None = None
        self._say: Any = None

    @override
    def open(self, prompt: DeskCamera) -> None:
        self.frames.blank()

    @override
    def compose(self, kit: Kit, prompt: DeskCamera, reply: Reply) -> Scene:
        kit = kit.for_desk()
        self._picture, self._say = _Picture(kit, self.frames), kit.say
        style = Style(kit.sizes.body, kit.palette.ink, leading=1.3)
        nothing = dict.fromkeys(("width", "height", "rate", "brightness", "faces"), "---")  # room for the words to come
        self._words = Sentence(kit, kit.say(Text("desk.tests.picture", nothing)), style)
        return Scene(
            lead=[*head(kit, prompt), self._words],
            body=[self._picture],
            after=deeds(kit, prompt, reply),
            staff=True,
        )

    def update(self, progress: FaceProgress) -> Text | None:
        """Show a picture, and what is measured of it; there is nothing to say aloud."""
        if self._picture is not None and self._words is not None:
            self._picture.show(progress)
            if progress.measured is not None:
                self._words.set_text(self._measured(progress.measured))
        return None

    def _measured(self, measured: Measured) -> str:
        """In one line what is measured of the picture, and in the next how alike two faces are."""
        values = {name: str(value) for name, value in vars(measured).items() if name not in {"box", "alike"}}
        words: str = self._say(Text("desk.tests.picture", values))
        if measured.alike is None:
            return words
        score = {"score": f"{measured.alike.score:.2f}"}
        return f"{words}\n{self._say(Text(f'desk.tests.alike.{measured.alike.zone}', score))}"

    @override
    def close(self) -> None:
        if self._picture is not None:
            self._picture.conceal()

    @override
    def wipe(self) -> None:
        self.frames.blank()
        self._picture = self._words = None
