"""The signs of the kiosk.

Strokes on a grid of 24, drawn by Pillow at eight times the size and reduced: every edge and corner is smooth at any
size, and the hall's designer can change a shape by changing a line here.

    line X,Y X,Y ...            a line with round ends and corners
    arc X,Y RADIUS FROM TO      part of a circle, degrees clockwise from three o'clock
    dot X,Y RADIUS              a filled circle
    box L,T R,B RADIUS          a rectangle with round corners
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


def _arc(centre: Point, radius: float, start: float, end: float) -> list[Point]:
    count = max(8, int(abs(end - start) / 4))
    angles = [math.radians(start + (end - start) * i / count) for i in range(count + 1)]
    return [(centre[0] + radius * math.cos(a), centre[1] + radius * math.sin(a)) for a in angles]


def _box(first: Point, second: Point, radius: float) -> list[Point]:
    (left, top), (right, bottom) = first, second
    corners = (
        ((right - radius, top + radius), -90),
        ((right - radius, bottom - radius), 0),
        ((left + radius, bottom - radius), 90),
        ((left + radius, top + radius), 180),
    )
    points = [point for centre, start in corners for point in _arc(centre, radius, start, start + 90)]
    return [*points, points[0]]


def parse(stroke: str) -> Stroke:
    """One stroke from its notation."""
    kind, *words = stroke.split()
    points: list[Point] = [(float(x), float(y)) for x, y in (word.split(",") for word in words if "," in word)]
    numbers = [float(word) for word in words if "," not in word]
    if kind == "line":
        return Stroke(tuple(points))
    if kind == "arc":
        return Stroke(tuple(_arc(points[0], numbers[0], numbers[1], numbers[2])))
    if kind == "dot":
        return Stroke(tuple(_arc(points[0], numbers[0], 0, 360)), filled=True)
    return Stroke(tuple(_box(points[0], points[1], numbers[0])))


# A card that leaves room for a sign at its lower right corner.
_CARD_WITH_ROOM = (
    "arc 5,16.4 2.5 180 90",
    "line 5,18.9 10.6,18.9",
    "line 2.5,16.4 2.5,7.1",
    "arc 5,7.1 2.5 180 270",
    "line 5,4.6 19,4.6",
    "arc 19,7.1 2.5 270 360",
    "line 21.5,7.1 21.5,10.4",
    "line 2.5,9.4 21.5,9.4",
)
_SMALL_COIN = (
    "arc 14.6,6.9 4.7 0 360",
    "line 12.8,4.7 14.6,7 16.4,4.7",
    "line 14.6,7 14.6,9.5",
    "line 13,7.9 16.2,7.9",
)

ICONS: dict[str, tuple[str, ...]] = {
    "home": ("line 3.5,11.5 12,4 20.5,11.5", "line 6,9.5 6,20 18,20 18,9.5", "line 10,20 10,14.5 14,14.5 14,20"),
    "back": ("line 20,12 4.5,12", "line 11,5 4,12 11,19"),
    "forward": ("line 9,5 16,12 9,19",),
    "left": ("line 20,12 4.5,12", "line 11,5 4,12 11,19"),
    "right": ("line 4,12 19.5,12", "line 13,5 20,12 13,19"),
    "closer": ("dot 3.4,12 2.9", "line 7.8,12 10.2,12", "line 8.6,9.6 11,12 8.6,14.4", "dot 18,12 5.6"),
    "farther": ("dot 6,12 5.6", "line 13,12 15.6,12", "line 14,9.6 16.4,12 14,14.4", "dot 20.6,12 2.9"),
    "down": ("line 12,4 12,19.5", "line 5,13 12,20 19,13"),
    "before": ("line 15,5 8,12 15,19",),
    "far_before": ("line 19,5 12,12 19,19", "line 11,5 4,12 11,19"),
    "far_forward": ("line 5,5 12,12 5,19", "line 13,5 20,12 13,19"),
    "passport": ("box 4.5,2.5 19.5,21.5 2.4", "arc 12,10 4 0 360", "line 8,10 16,10", "line 9,17.6 15,17.6"),
    "close": ("line 5.5,5.5 18.5,18.5", "line 18.5,5.5 5.5,18.5"),
    "bin": (
        "line 3.8,6.5 20.2,6.5",
        "line 9,6 9,3.4 15,3.4 15,6",
        "line 5.8,6.5 7,20.6 17,20.6 18.2,6.5",
        "line 10,10.6 10.4,16.8",
        "line 14,10.6 13.6,16.8",
    ),
    "check": ("line 4.5,12.5 10,18 20,6.5",),
    "exclamation": ("line 12,4.5 12,14", "dot 12,19 1.4"),
    "clock": ("arc 12,12 9 0 360", "line 12,6.8 12,12 15.6,14.2"),
    "info": ("arc 12,12 9 0 360", "line 12,11.2 12,16.6", "dot 12,7.6 1.25"),
    "warning": ("line 12,3.6 21.4,20 2.6,20 12,3.6", "line 12,9.6 12,14", "dot 12,17 1.15"),
    "done": ("arc 12,12 9 0 360", "line 7.8,12.4 10.8,15.4 16.4,9"),
    "stop": ("arc 12,12 9 0 360", "line 8.6,8.6 15.4,15.4", "line 15.4,8.6 8.6,15.4"),
    "help": (
        "arc 12,12 8 180 360",
        "box 2.8,12 6.6,18 1.6",
        "box 17.4,12 21.2,18 1.6",
        "line 20,18 20,19 18,21 13.5,21",
    ),
    "type_large": (
        "line 2.5,19.5 8.5,4.5 14.5,19.5",
        "line 4.7,14.4 12.3,14.4",
        "line 18.2,9 18.2,17",
        "line 14.8,13 21.6,13",
    ),
    "type_standard": ("line 2.5,19.5 8.5,4.5 14.5,19.5", "line 4.7,14.4 12.3,14.4", "line 15.4,13 21.6,13"),
    "voice": ("line 3,9.5 7,9.5 12,5 12,19 7,14.5 3,14.5 3,9.5", "arc 12,12 4.6 -42 42", "arc 12,12 8.6 -42 42"),
    "voice_off": ("line 3,9.5 7,9.5 12,5 12,19 7,14.5 3,14.5 3,9.5", "line 15.5,9 21,15", "line 21,9 15.5,15"),
    "looks": ("arc 12,17 10.4 207 333", "arc 12,7.6 10.4 27 153", "arc 12,12.3 2.9 0 360"),
    "language": ("arc 12,12 9 0 360", "line 3,12 21,12", "arc 3.6,12 12.3 -47 47", "arc 20.4,12 12.3 133 227"),
    "card": ("box 2.5,5 21.5,19 2.6", "line 2.5,9.6 21.5,9.6", "line 6.2,14.8 11,14.8"),
    "card_chip": ("box 2.5,5 21.5,19 2.6", "box 6,9.4 10.6,13.4 0.9", "line 14,14.8 18,14.8"),
    "identity": (
        "box 2.5,5 21.5,19 2.6",
        "arc 16,10.6 1.9 0 360",
        "arc 16,16.6 3.2 195 345",
        "line 6,9.8 10.4,9.8",
        "line 6,14.2 9.4,14.2",
    ),
    "lock": (
        "box 5,10.5 19,20.5 2.4",
        "arc 12,8.4 4 180 360",
        "line 8,8.4 8,10.5",
        "line 16,8.4 16,10.5",
        "line 12,14.4 12,16.6",
    ),
    "unlock": ("box 5,10.5 19,20.5 2.4", "arc 12,7.4 4 180 340", "line 8,7.4 8,10.5", "line 12,14.4 12,16.6"),
    "document": (
        "line 13.6,3 5.5,3 5.5,21 18.5,21 18.5,7.9 13.6,3 13.6,7.9 18.5,7.9",
        "line 9,12.4 15,12.4",
        "line 9,16.4 15,16.4",
    ),
    "money": (
        "arc 12,12 9 0 360",
        "line 8.4,6.8 12,11.6 15.6,6.8",
        "line 12,11.6 12,17.6",
        "line 8.8,12 15.2,12",
        "line 8.8,14.8 15.2,14.8",
    ),
    "award": ("arc 12,8.8 5.4 0 360", "line 8.6,13.2 7.2,21 12,18.2 16.8,21 15.4,13.2"),
    "transfer": ("line 3.5,8.5 20,8.5", "line 16,4.5 20,8.5 16,12.5", "line 20.5,16 4,16", "line 8,12.4 4,16 8,20"),
    "cancel": ("arc 12,12 9 0 360", "line 5.7,5.7 18.3,18.3"),
    "card_lost": (
        *_CARD_WITH_ROOM,
        "box 14,16.2 21.6,21.6 1.3",
        "arc 17.8,14.8 2.2 180 360",
        "line 15.6,14.8 15.6,16.2",
        "line 20,14.8 20,16.2",
    ),
    "card_found": (*_CARD_WITH_ROOM, "line 13.6,17.8 16.6,20.8 22,14.6"),
    "card_cancel": (*_CARD_WITH_ROOM, "line 14.8,14.8 21,21", "line 21,14.8 14.8,21"),
    "certificate": (
        "line 10.6,21 5,21 5,3 13.4,3 18.4,8 18.4,10.2",
        "line 13.4,3 13.4,8 18.4,8",
        "line 8.6,12.2 11,12.2",
        "arc 16.4,15.4 3.2 0 360",
        "line 14.5,18.2 14.1,22 16.4,20.7 18.7,22 18.3,18.2",
    ),
    "pension": (
        "arc 9,5 2.4 0 360",
        "line 9.2,10 8.6,15.4 6,21",
        "line 8.6,15.4 11.6,17.6 11.8,21",
        "line 9.2,10.4 15.6,13.6",
        "line 9,10 6,12 5.4,15",
        "line 16.4,21 16.4,12.4",
    ),
    "work": (
        "box 3,7.8 21,20 2.4",
        "line 8.4,7.8 8.4,5.2 9.4,4.2 14.6,4.2 15.6,5.2 15.6,7.8",
        "line 3,13 21,13",
        "line 12,12 12,14.4",
    ),
    "allowance": (
        *_SMALL_COIN,
        "line 2.6,15.2 6.4,15.2 9.2,16.6 13,16.6 14.2,17.9 13,19.2 9.8,19.2",
        "line 14.2,18.1 18.8,15.4 20.8,15.8 20.8,17.4 14.6,21.4 7,21.4 2.6,20",
    ),
    "skill": (
        "line 12,4.6 22,9.4 12,14.2 2,9.4 12,4.6",
        "line 6.2,11.6 6.2,16.4 9,18.6 12,19.2 15,18.6 17.8,16.4 17.8,11.6",
        "line 22,9.4 22,15.4",
    ),
    "record": ("box 4.4,2.8 19.6,21.2 2.4", "line 8.4,8 15.6,8", "line 8.4,12.2 15.6,12.2", "line 8.4,16.4 12.4,16.4"),
    "review": (
        "arc 10,7.4 3.8 0 360",
        "arc 10,20.6 7.6 188 290",
        "line 2.6,20.6 9.6,20.6",
        "line 13.4,17.8 16.4,20.8 21.8,14.6",
    ),
    "guide": (
        "line 12,6.4 9.4,4.8 2.8,4.8 2.8,18.6 9.4,18.6 12,20.2 14.6,18.6 21.2,18.6 21.2,4.8 14.6,4.8 12,6.4",
        "line 12,6.4 12,20.2",
    ),
    "grid": ("box 3.4,3.4 10,10 1.6", "box 14,3.4 20.6,10 1.6", "box 3.4,14 10,20.6 1.6", "box 14,14 20.6,20.6 1.6"),
    "letters": ("line 2.4,18 7,6 11.6,18", "line 4.1,13.8 9.9,13.8", "line 14.2,6 21.4,6 14.2,18 21.6,18"),
    "number": ("line 3.6,8.8 7,6 7,18.4", "arc 16,9.6 3.8 185 395", "line 19.1,11.8 12.4,18.4 20.2,18.4"),
    "print": (
        "line 7,8.4 7,3.2 17,3.2 17,8.4",
        "line 7,17 4.4,17 2.8,15.4 2.8,10 4.4,8.4 19.6,8.4 21.2,10 21.2,15.4 19.6,17 17,17",
        "box 7,13.4 17,21 0.8",
    ),
    "work_injury": (
        "arc 12,14.6 8 180 360",
        "box 2.2,14.8 21.8,18.4 1.4",
        "line 9.6,11 9.6,5 14.4,5 14.4,11",
    ),
    "registration": (
        "arc 9.4,8 3.8 0 360",
        "arc 9.4,20.8 7.4 188 352",
        "line 19.4,6.6 19.4,13",
        "line 16.2,9.8 22.6,9.8",
    ),
    "payment": ("box 2.4,6 21.6,18 2.2", "arc 12,12 3 0 360", "dot 6,12 1", "dot 18,12 1"),
    "person": ("arc 12,8 4 0 360", "arc 12,20.8 7.6 188 352"),
    "no_document": ("box 2.5,5 21.5,19 2.6", "line 9.3,9.3 14.7,14.7", "line 14.7,9.3 9.3,14.7"),
    "face": (
        "line 3.5,8 3.5,5.4 5.4,3.5 8,3.5",
        "line 16,3.5 18.6,3.5 20.5,5.4 20.5,8",
        "line 20.5,16 20.5,18.6 18.6,20.5 16,20.5",
        "line 8,20.5 5.4,20.5 3.5,18.6 3.5,16",
        "dot 9,10 1.1",
        "dot 15,10 1.1",
        "arc 12,12.4 4 35 145",
    ),
    "keypad": (
        "dot 6.5,5.5 1.5",
        "dot 12,5.5 1.5",
        "dot 17.5,5.5 1.5",
        "dot 6.5,10 1.5",
        "dot 12,10 1.5",
        "dot 17.5,10 1.5",
        "dot 6.5,14.5 1.5",
        "dot 12,14.5 1.5",
        "dot 17.5,14.5 1.5",
        "dot 12,19 1.5",
    ),
    "backspace": ("line 8,5 21,5 21,19 8,19 2.6,12 8,5", "line 11.6,9.4 16.8,14.6", "line 16.8,9.4 11.6,14.6"),
    "camera": ("box 2.5,6.4 15.6,17.6 2.4", "line 15.6,10.6 21.5,7.4 21.5,16.6 15.6,13.4"),
    "receipt": (
        "line 5,3.4 5,20.6 7.4,19 9.7,20.6 12,19 14.3,20.6 16.6,19 19,20.6 19,3.4 5,3.4",
        "line 8.6,8 15.4,8",
        "line 8.6,12.6 15.4,12.6",
    ),
    "retry": ("arc 12,12 8.2 -60 230", "line 16.4,1.8 16.3,5 19.6,5.6"),
    "staff": ("arc 12,7.6 3.9 0 360", "arc 12,20.8 7.6 188 352", "line 10.6,14.6 12,17.6 13.4,14.6"),
    "touch": (
        "line 9,13.4 9,5.4",
        "arc 10.5,5.4 1.5 180 360",
        "line 12,5.4 12,11.2",
        "line 12,11.2 17,12 19,13.8 18.2,19 17,21 10.6,21 5.4,15 5.8,13.6 7.4,13.4 9,15",
        "arc 10.5,5.4 4.6 150 390",
    ),
    "bank": (
        "line 3,9.4 12,4 21,9.4 3,9.4",
        "line 6,12.4 6,17",
        "line 12,12.4 12,17",
        "line 18,12.4 18,17",
        "line 3.4,20 20.6,20",
    ),
    "shield": (
        "line 12,3 19.6,6 19.2,12.4 16.4,17.6 12,21 7.6,17.6 4.8,12.4 4.4,6 12,3",
        "line 8.6,11.8 11.2,14.4 15.6,9.4",
    ),
    "offline": ("dot 12,19 1.4", "arc 12,19 5.6 225 315", "arc 12,19 10.4 225 315", "line 4,4 20,20"),
    "online": ("dot 12,19 1.4", "arc 12,19 5.6 225 315", "arc 12,19 10.4 225 315", "arc 12,19 15 228 312"),
}

# Names that the matters' files and the headings of the guide may use as well.
ALIASES = {
    "lost": "card_lost",
    "reinstate": "card_found",
    "subsidy": "award",
    "unemployment": "work",
    "proof": "certificate",
    "digits": "number",
}
DEFAULT = "document"


def draw_icon(name: str, size: int) -> bytes:
    """White RGBA rows of the sign ``name``, ``size`` pixels square; an unknown name gives the plain document."""
    strokes = ICONS.get(ALIASES.get(name, name), ICONS[DEFAULT])
    return as_white(draw_strokes([parse(stroke) for stroke in strokes], size))


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
