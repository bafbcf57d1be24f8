"""The mirrored picture of the camera in an oval, with a ring that closes as the check goes on.

One texture serves the whole life of the kiosk: a new one per frame would leak (Kivy 5171).
"""

import zlib
from typing import Any

from kivy.graphics import Color, Rectangle, SmoothEllipse, SmoothLine, SmoothRoundedRectangle
from kivy.graphics.texture import Texture
from PIL import Image, ImageDraw
from typing_extensions import override

from flows.face_progress import FaceHint, FaceProgress
from screens.theme.tokens import colour
from screens.widgets.base import Block
from screens.widgets.gesture_arrow import GestureArrow
from screens.widgets.kit import Kit, texture_of

_SHAPE = 0.78  # width of the oval per height
_SAMPLED = 61  # every so many bytes tell one picture from the next: a live one never repeats itself


class Frames:
    """The one texture of the camera. It keeps no picture but that one, and that only until ``blank``."""

    def __init__(self) -> None:
        self.texture: Any = None
        self.live = False  # a picture of the present person is in it
        self.size = (0, 0)
        self._sum = 0  # of the picture that is in it: the same one is not sent to the graphics card twice

    def take(self, progress: FaceProgress) -> bool:
        """Put a picture into the texture; False if it is there already, or is not as large as it says."""
        size = (progress.width, progress.height)
        if len(progress.picture) != 3 * size[0] * size[1]:
            return False
        known = zlib.crc32(progress.picture[::_SAMPLED])
        if self.live and (known, size) == (self._sum, self.size):
            return False
        if size != self.size:
            self.blank()  # what is let go of is overwritten first
            self.texture = Texture.create(size=size, colorfmt="rgb")
            self.texture.flip_vertical()
            self.size = size
        self.texture.blit_buffer(progress.picture, colorfmt="rgb", bufferfmt="ubyte")
        self.live, self._sum = True, known
        return True

    def blank(self) -> None:
        """Overwrite the last picture."""
        if self.live:
            width, height = self.size
            self.texture.blit_buffer(bytes(3 * width * height), colorfmt="rgb", bufferfmt="ubyte")
        self.live, self._sum = False, 0


class CameraView(Block):
    """The oval with the picture inside."""

    grows = True

    def __init__(self, kit: Kit, frames: Frames) -> None:
        super().__init__(kit)
        self._frames = frames
        self._share = 0.0
        self._ring: Any = None
        self._picture: Any = None
        self._mask: tuple[tuple[int, int], Any] | None = None
        self._arrow = GestureArrow(kit)
        self.add_widget(self._arrow)

    @override
    def height_for(self, width: float) -> float:
        return min(width, self.kit.px(440 if self.kit.landscape else 560))

    def _oval(self) -> tuple[int, int, int, int]:
        height = min(self.height, self.kit.px(900)) - self.kit.px(40)
        width = min(height * _SHAPE, self.width - self.kit.px(40))
        height = width / _SHAPE
        return (round(self.center_x - width / 2), round(self.center_y - height / 2), round(width), round(height))

    @override
    def arrange(self) -> None:
        self.canvas.before.clear()
        left, bottom, width, height = self._oval()
        thick = self.kit.px(14)
        with self.canvas.before:
            Color(1, 1, 1, 1) if self._frames.live else Color(*colour(self.kit.palette.brand_soft))
            self._picture = Rectangle(pos=(left, bottom), size=(width, height))
            self._crop()
            if not self._frames.live:
                self._draw_somebody(left, bottom, width, height)
            Color(*colour(self.kit.palette.ground))
            Rectangle(
                texture=self._mask_texture(width, height), pos=(left - 2, bottom - 2), size=(width + 4, height + 4)
            )
            Color(*colour(self.kit.palette.line_strong))
            SmoothLine(ellipse=(left, bottom, width, height), width=thick / 2)
            # Not the green of "done": a full ring means enough pictures, not yet that the face is known.
            Color(*colour(self.kit.palette.brand))
            self._ring = SmoothLine(width=thick / 2)
        self._draw_ring()
        self._arrow.place(left, bottom + height, width, height)

    def _draw_somebody(self, left: int, bottom: int, width: int, height: int) -> None:
        """Where the face shall be: before the first picture, and in place of the face where the screen is copied."""
        Color(*colour(self.kit.palette.brand_pale))
        middle = left + width / 2
        head, shoulders = (0.46 * width, 0.5 * height), (0.86 * width, 0.28 * height)
        SmoothEllipse(pos=(round(middle - head[0] / 2), round(bottom + 0.36 * height)), size=head)
        # What lies outside the oval is covered, but not what lies below it.
        SmoothRoundedRectangle(
            pos=(round(middle - shoulders[0] / 2), bottom), size=shoulders, radius=[0.27 * height, 0.27 * height, 0, 0]
        )

    def _mask_texture(self, width: int, height: int) -> Any:
        """White with an oval hole, smooth at its edge."""
        size = (int(width) + 4, int(height) + 4)
        if self._mask is None or self._mask[0] != size:
            large = Image.new("L", (size[0] * 2, size[1] * 2), 255)
            ImageDraw.Draw(large).ellipse((4, 4, size[0] * 2 - 5, size[1] * 2 - 5), fill=0)
            cover = large.resize(size, Image.Resampling.BOX)
            white = Image.new("L", size, 255)
            pixels = Image.merge("RGBA", (white, white, white, cover)).tobytes()
            self._mask = (size, texture_of(pixels, *size))
        return self._mask[1]

    def _crop(self) -> None:
        """Show the middle of the picture, undistorted."""
        texture = self._frames.texture
        if not self._frames.live:
            return
        width, height = self._frames.size
        shown = min(1.0, _SHAPE * height / width)
        left, right = 0.5 - shown / 2, 0.5 + shown / 2
        tall = min(1.0, width / _SHAPE / height)
        top, bottom = 0.5 - tall / 2, 0.5 + tall / 2
        self._picture.texture = texture
        self._picture.tex_coords = (left, bottom, right, bottom, right, top, left, top)

    @property
    def texture(self) -> Any:
        """The picture, None before the first one."""
        return self._frames.texture

    def show(self, progress: FaceProgress) -> None:
        """A new picture and share of the ring."""
        before = (self._frames.live, self._frames.size)
        if self._frames.take(progress):
            if before != (self._frames.live, self._frames.size):
                self.arrange()
            self.canvas.ask_update()
        if progress.share != self._share:
            self._share = progress.share
            self._draw_ring()

    def point(self, hint: FaceHint) -> None:
        """Show the arrows of ``hint``, if it asks for a movement."""
        self._arrow.point(hint)

    @override
    def conceal(self) -> None:
        if self._frames.live:
            self._frames.blank()
            self.arrange()

    def _draw_ring(self) -> None:
        if self._ring is None:
            return
        if self._share > 0:
            self._ring.ellipse = (*self._oval(), 0, 360 * min(1.0, self._share))
        else:
            self._ring.points = []
