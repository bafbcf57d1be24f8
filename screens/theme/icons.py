"""The signs of the kiosk: strokes on a grid of 24, drawn by Pillow at eight times the size and reduced, so that every edge
and corner is smooth at any size, without a symbol font whose shapes a hall could not change.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw

Point = tuple[float, float]

_GRID = 24.0
_STROKE = 1.9
_OVERSAMPLING = 8


@dataclass(frozen=True)
class Stroke:
    """A line through ``points`` with round ends; ``filled`` fills the shape instead."""

    points: tuple[Point, ...]
    filled: bool = False


def _line(*points: Point) -> Stroke:
    return Stroke(points)


def _arc(x: float, y: float, radius: float, start: float = 0, end: float = 360) -> Stroke:
    """Part of a circle; degrees clockwise from three o'clock."""
    count = max(8, int(abs(end - start) / 4))
    angles = [math.radians(start + (end - start) * i / count) for i in range(count + 1)]
    return Stroke(tuple((x + radius * math.cos(a), y + radius * math.sin(a)) for a in angles))


def _dot(x: float, y: float, radius: float = 1.25) -> Stroke:
    return Stroke(_arc(x, y, radius).points, filled=True)


def _box(left: float, top: float, right: float, bottom: float, radius: float = 2.5) -> Stroke:
    """A rectangle with round corners."""
    corners = (
        (right - radius, top + radius, -90),
        (right - radius, bottom - radius, 0),
        (left + radius, bottom - radius, 90),
        (left + radius, top + radius, 180),
    )
    points = [p for x, y, start in corners for p in _arc(x, y, radius, start, start + 90).points]
    return Stroke((*points, points[0]))


_HEADSET = (
    _arc(12, 12, 8, 180, 360),
    _box(2.8, 12, 6.6, 18, 1.6),
    _box(17.4, 12, 21.2, 18, 1.6),
    _line((20, 18), (20, 19), (18, 21), (13.5, 21)),
)

ICONS: dict[str, tuple[Stroke, ...]] = {
    "home": (
        _line((3.5, 11.5), (12, 4), (20.5, 11.5)),
        _line((6, 9.5), (6, 20), (18, 20), (18, 9.5)),
        _line((10, 20), (10, 14.5), (14, 14.5), (14, 20)),
    ),
    "back": (_line((20, 12), (4.5, 12)), _line((11, 5), (4, 12), (11, 19))),
    "forward": (_line((9, 5), (16, 12), (9, 19)),),
    "down": (_line((12, 4), (12, 19.5)), _line((5, 13), (12, 20), (19, 13))),
    "close": (_line((5.5, 5.5), (18.5, 18.5)), _line((18.5, 5.5), (5.5, 18.5))),
    "check": (_line((4.5, 12.5), (10, 18), (20, 6.5)),),
    "exclamation": (_line((12, 4.5), (12, 14)), _dot(12, 19, 1.4)),
    "clock": (_arc(12, 12, 9), _line((12, 6.8), (12, 12), (15.6, 14.2))),
    "info": (_arc(12, 12, 9), _line((12, 11.2), (12, 16.6)), _dot(12, 7.6)),
    "warning": (_line((12, 3.6), (21.4, 20), (2.6, 20), (12, 3.6)), _line((12, 9.6), (12, 14)), _dot(12, 17, 1.15)),
    "done": (_arc(12, 12, 9), _line((7.8, 12.4), (10.8, 15.4), (16.4, 9))),
    "stop": (_arc(12, 12, 9), _line((8.6, 8.6), (15.4, 15.4)), _line((15.4, 8.6), (8.6, 15.4))),
    "help": _HEADSET,
    "phone": (
        _line(
            (5.2, 3.8), (8.8, 3.4), (10.8, 8), (8.6, 10.2), (13.8, 15.4), (16, 13.2), (20.6, 15.2), (20.2, 18.8),
            (18.6, 20.4), (14, 20), (8.4, 16.6), (4.4, 10.4), (3.6, 5.4), (5.2, 3.8),
        ),
    ),
    "type_large": (_line((2.5, 19.5), (8.5, 4.5), (14.5, 19.5)), _line((4.7, 14.4), (12.3, 14.4)),
                   _line((18.2, 9), (18.2, 17)), _line((14.8, 13), (21.6, 13))),
    "type_standard": (_line((2.5, 19.5), (8.5, 4.5), (14.5, 19.5)), _line((4.7, 14.4), (12.3, 14.4)),
                      _line((15.4, 13), (21.6, 13))),
    "language": (_arc(12, 12, 9), _line((3, 12), (21, 12)), _arc(3.6, 12, 12.3, -47, 47), _arc(20.4, 12, 12.3, 133, 227)),
    "card": (_box(2.5, 5, 21.5, 19, 2.6), _line((2.5, 9.6), (21.5, 9.6)), _line((6.2, 14.8), (11, 14.8))),
    "card_chip": (_box(2.5, 5, 21.5, 19, 2.6), _box(6, 9.4, 10.6, 13.4, 0.9), _line((14, 14.8), (18, 14.8))),
    "identity": (
        _box(2.5, 5, 21.5, 19, 2.6),
        _arc(16, 10.6, 1.9),
        _arc(16, 16.6, 3.2, 195, 345),
        _line((6, 9.8), (10.4, 9.8)),
        _line((6, 14.2), (9.4, 14.2)),
    ),
    "lock": (_box(5, 10.5, 19, 20.5, 2.4), _arc(12, 8.4, 4, 180, 360), _line((8, 8.4), (8, 10.5)), _line((16, 8.4), (16, 10.5)),
             _line((12, 14.4), (12, 16.6))),
    "unlock": (_box(5, 10.5, 19, 20.5, 2.4), _arc(12, 7.4, 4, 180, 340), _line((8, 7.4), (8, 10.5)), _line((12, 14.4), (12, 16.6))),
    "document": (
        _line((13.6, 3), (5.5, 3), (5.5, 21), (18.5, 21), (18.5, 7.9), (13.6, 3), (13.6, 7.9), (18.5, 7.9)),
        _line((9, 12.4), (15, 12.4)),
        _line((9, 16.4), (15, 16.4)),
    ),
    "money": (_arc(12, 12, 9), _line((8.4, 6.8), (12, 11.6), (15.6, 6.8)), _line((12, 11.6), (12, 17.6)),
              _line((8.8, 12), (15.2, 12)), _line((8.8, 14.8), (15.2, 14.8))),
    "award": (_arc(12, 8.8, 5.4), _line((8.6, 13.2), (7.2, 21), (12, 18.2), (16.8, 21), (15.4, 13.2))),
    "transfer": (_line((3.5, 8.5), (20, 8.5)), _line((16, 4.5), (20, 8.5), (16, 12.5)), _line((20.5, 16), (4, 16)),
                 _line((8, 12.4), (4, 16), (8, 20))),
    "cancel": (_arc(12, 12, 9), _line((5.7, 5.7), (18.3, 18.3))),
    "person": (_arc(12, 8, 4), _arc(12, 20.8, 7.6, 188, 352)),
    "no_document": (_box(2.5, 5, 21.5, 19, 2.6), _line((9.3, 9.3), (14.7, 14.7)), _line((14.7, 9.3), (9.3, 14.7))),
    "face": (
        _line((3.5, 8), (3.5, 5.4), (5.4, 3.5), (8, 3.5)), _line((16, 3.5), (18.6, 3.5), (20.5, 5.4), (20.5, 8)),
        _line((20.5, 16), (20.5, 18.6), (18.6, 20.5), (16, 20.5)), _line((8, 20.5), (5.4, 20.5), (3.5, 18.6), (3.5, 16)),
        _dot(9, 10, 1.1), _dot(15, 10, 1.1), _arc(12, 12.4, 4, 35, 145),
    ),
    "keypad": tuple(_dot(x, y, 1.5) for y in (5.5, 10, 14.5) for x in (6.5, 12, 17.5)) + (_dot(12, 19, 1.5),),
    "backspace": (_line((8, 5), (21, 5), (21, 19), (8, 19), (2.6, 12), (8, 5)), _line((11.6, 9.4), (16.8, 14.6)),
                  _line((16.8, 9.4), (11.6, 14.6))),
    "camera": (_box(2.5, 6.4, 15.6, 17.6, 2.4), _line((15.6, 10.6), (21.5, 7.4), (21.5, 16.6), (15.6, 13.4))),
    "receipt": (
        _line((5, 3.4), (5, 20.6), (7.4, 19), (9.7, 20.6), (12, 19), (14.3, 20.6), (16.6, 19), (19, 20.6), (19, 3.4), (5, 3.4)),
        _line((8.6, 8), (15.4, 8)), _line((8.6, 12.6), (15.4, 12.6)),
    ),
    "retry": (_arc(12, 12, 8.2, -60, 230), _line((16.4, 1.8), (16.3, 5), (19.6, 5.6))),
    "staff": (_arc(12, 7.6, 3.9), _arc(12, 20.8, 7.6, 188, 352), _line((10.6, 14.6), (12, 17.6), (13.4, 14.6))),
    "touch": (
        _line((9, 13.4), (9, 5.4)), _arc(10.5, 5.4, 1.5, 180, 360), _line((12, 5.4), (12, 11.2)),
        _line((12, 11.2), (17, 12), (19, 13.8), (18.2, 19), (17, 21), (10.6, 21), (5.4, 15), (5.8, 13.6), (7.4, 13.4), (9, 15)),
        _arc(10.5, 5.4, 4.6, 150, 390),
    ),
    "bank": (_line((3, 9.4), (12, 4), (21, 9.4), (3, 9.4)), _line((6, 12.4), (6, 17)), _line((12, 12.4), (12, 17)),
             _line((18, 12.4), (18, 17)), _line((3.4, 20), (20.6, 20))),
    "shield": (_line((12, 3), (19.6, 6), (19.2, 12.4), (16.4, 17.6), (12, 21), (7.6, 17.6), (4.8, 12.4), (4.4, 6), (12, 3)),
               _line((8.6, 11.8), (11.2, 14.4), (15.6, 9.4))),
    "offline": (_dot(12, 19, 1.4), _arc(12, 19, 5.6, 225, 315), _arc(12, 19, 10.4, 225, 315), _line((4, 4), (20, 20))),
    "online": (_dot(12, 19, 1.4), _arc(12, 19, 5.6, 225, 315), _arc(12, 19, 10.4, 225, 315), _arc(12, 19, 15, 228, 312)),
}  # fmt: skip

# Names that a matter's configuration may use as well.
ALIASES = {"lost": "lock", "reinstate": "unlock", "certificate": "document", "pension": "document", "subsidy": "award"}
DEFAULT = "document"


def draw_icon(name: str, size: int) -> bytes:
    """White RGBA rows of the sign ``name``, ``size`` pixels square; an unknown name gives the plain document."""
    strokes = ICONS.get(ALIASES.get(name, name), ICONS[DEFAULT])
    return as_white(draw_strokes(strokes, size))


def draw_strokes(strokes: Sequence[Stroke], size: int, width: float = _STROKE) -> Image.Image:
    """The cover of the strokes, 0..255."""
    scale = size * _OVERSAMPLING / _GRID
    image = Image.new("L", (size * _OVERSAMPLING,) * 2)
    pen = ImageDraw.Draw(image)
    for stroke in strokes:
        points = [(x * scale, y * scale) for x, y in stroke.points]
        if stroke.filled:
            pen.polygon(points, fill=255)
        else:
            _draw_line(pen, points, width * scale)
    return image.resize((size, size), Image.Resampling.BOX)


def _draw_line(pen: ImageDraw.ImageDraw, points: Sequence[Point], width: float) -> None:
    pen.line(points, fill=255, width=round(width))
    radius = width / 2
    for x, y in points:
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)


def as_white(cover: Image.Image) -> bytes:
    """A cover as white pixels of that opacity."""
    white = Image.new("L", cover.size, 255)
    return Image.merge("RGBA", (white, white, white, cover)).tobytes()
