"""The camera's live picture for a technician: all of it, with a box around the face and what is measured."""

from collections.abc import Sequence
from typing import Any

from kivy.graphics import Color, Line, Rectangle
from typing_extensions import override

from config.fonts import Weight
from flows.desk_prompts import DeskCamera
from flows.face_progress import Alike, FaceProgress, Measured
from flows.prompts import Text
from screens.questions.staff_desk.head import deeds, head
from screens.screen import Reply, Scene, Screen
from screens.theme.tokens import colour
from screens.widgets.base import Block, Stack
from screens.widgets.camera_view import Frames
from screens.widgets.kit import Kit
from screens.widgets.text import Sentence, Style

_HIGHEST = 720  # design pixels
_MEASURED = ("width", "height", "rate", "brightness", "faces")


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


class _Line(Sentence):
    """One line of words that change; it has room for the longest of them."""

    def __init__(self, kit: Kit, style: Style, all_words: Sequence[Text]) -> None:
        super().__init__(kit, kit.say(all_words[0]), style)
        self._longest = [Sentence(kit, kit.say(words), style) for words in all_words]

    @override
    def height_for(self, width: float) -> float:
        return max(words.height_for(width) for words in self._longest)

    def tell(self, words: Text) -> None:
        """Say this now."""
        self.set_text(self.kit.say(words))


class DeskCameraScreen(Screen[DeskCamera]):
    """Frames come through ``update``; none is kept when the page is left."""

    def __init__(self) -> None:
        self.frames = Frames()
        self._picture: _Picture | None = None
        self._lines: list[_Line] = []  # of the picture, of the camera, and of the comparison if there is one

    @override
    def open(self, prompt: DeskCamera) -> None:
        self.frames.blank()

    @override
    def compose(self, kit: Kit, prompt: DeskCamera, reply: Reply) -> Scene:
        kit = kit.for_desk()
        self._picture = _Picture(kit, self.frames)
        style = Style(kit.sizes.body, kit.palette.ink, leading=1.3)
        strong = Style(kit.sizes.title, kit.palette.ink, Weight.BOLD, 1.3)
        self._lines = [_Line(kit, style, _PICTURES), _Line(kit, style, _EXPOSURES)]
        if prompt.compares:
            self._lines.append(_Line(kit, strong, _COMPARISONS))
        return Scene(
            lead=head(kit, prompt),
            body=[Stack(kit, self._lines, gap=0), self._picture],
            after=deeds(kit, prompt, reply),
            staff=True,
        )

    def update(self, progress: FaceProgress) -> Text | None:
        """Show a picture, and what is measured of it; there is nothing to say aloud."""
        if self._picture is not None:
            self._picture.show(progress)
        if (measured := progress.measured) is not None:
            for line, words in zip(self._lines, _said(measured), strict=False):
                line.tell(words)
        return None

    @override
    def close(self) -> None:
        if self._picture is not None:
            self._picture.conceal()

    @override
    def wipe(self) -> None:
        self.frames.blank()
        self._picture, self._lines = None, []


def _said(measured: Measured) -> tuple[Text, Text, Text]:
    """What is measured of the picture, what the camera tells of itself, and how alike two faces are."""
    picture = {name: str(getattr(measured, name)) for name in _MEASURED}
    return Text("desk.tests.picture", picture), _exposure(measured), _alike(measured.alike)


def _exposure(measured: Measured) -> Text:
    """Exposure and gain, or that this camera does not tell them."""
    time, gain = measured.exposure, measured.gain
    if time is None and gain is None:
        return Text("desk.tests.exposure.not_told")
    values = {"time": "—" if time is None else f"{time:.1f}", "gain": "—" if gain is None else f"{gain:g}"}
    return Text(f"desk.tests.exposure.{_WHO_CHOOSES[measured.automatic]}", values)


def _alike(alike: Alike | None) -> Text:
    if alike is None:
        return Text("desk.tests.alike.waiting")
    return Text(f"desk.tests.alike.{alike.zone}", {"score": f"{alike.score:.2f}"})


_WHO_CHOOSES = {None: "told", True: "automatic", False: "fixed"}
# What each line may say: the first of them until there is a picture.
_PICTURES = (
    Text("desk.tests.picture", dict.fromkeys(_MEASURED, "---")),
    Text("desk.tests.picture", dict.fromkeys(_MEASURED, "8888")),
)
_EXPOSURES = (
    Text("desk.tests.exposure.not_told"),
    *(Text(f"desk.tests.exposure.{who}", {"time": "888.8", "gain": "888"}) for who in _WHO_CHOOSES.values()),
)
_COMPARISONS = (
    Text("desk.tests.alike.waiting"),
    *(Text(f"desk.tests.alike.{zone}", {"score": "-0.88"}) for zone in ("same", "unsure", "different")),
)
