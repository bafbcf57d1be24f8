"""The drag test: a path along all edges and into the middle; what a finger has reached of it changes its colour."""

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from kivy.graphics import Color, Ellipse, Line
from typing_extensions import override

from config.fonts import Weight
from drivers.touch_panel.path import DragPath, Drawing, Point
from flows.desk_prompts import DeskDrag
from flows.prompts import Text
from screens.questions.staff_desk.head import head
from screens.questions.staff_desk.patience import Patience
from screens.screen import Reply, Scene, Screen
from screens.theme.tokens import colour
from screens.widgets.base import Block, Panel, Row, Stack
from screens.widgets.button import Rank
from screens.widgets.desk_rows import DeskButton
from screens.widgets.kit import Kit
from screens.widgets.text import Sentence, Style

_SECONDS = 60  # without a touch: a panel that is dead ends the test by itself
# Design pixels.
_EDGE, _STEP, _REACH, _JUMP = 34, 56, 64, 150
_BAND, _START, _LOST, _AIR = 22, 40, 34, 36


class DragSurface(Block):
    """The path over the whole window, and the words in its middle."""

    grows = True

    def __init__(self, kit: Kit, words: Block) -> None:
        super().__init__(kit)
        self._words = Panel(kit, words, line=kit.palette.line_strong)
        self._colours: list[Any] = []
        self.drawing: Drawing | None = None
        self.add_widget(self._words)

    def _path(self, width: float, height: float) -> DragPath:
        return DragPath.over(width, height, self.kit.px(_EDGE), self.kit.px(_STEP))

    @override
    def height_for(self, width: float) -> float:
        """So high that the words have room in the middle, whose share of the height is always the same."""
        usual = 1080 / 1920
        height = width * usual if self.kit.landscape else width / usual
        left, top, right, bottom = self._path(width, height).room
        air = 2 * self.kit.px(_AIR)
        return (self._words.height_for(right - left - air) + air) * height / (bottom - top)

    @override
    def arrange(self) -> None:
        path = self._path(self.width, self.height)
        if self.drawing is None or self.drawing.path != path:
            self.drawing = Drawing(path, self.kit.px(_REACH), self.kit.px(_JUMP))
        left, top, right, bottom = path.room
        air = self.kit.px(_AIR)
        width = right - left - 2 * air
        high = self._words.height_for(width)
        self._words.place(left + air, self.height - (top + bottom - high) / 2, width, high)
        self._draw(path, self.drawing)

    def _draw(self, path: DragPath, drawing: Drawing) -> None:
        palette, self._colours = self.kit.palette, []
        self.canvas.before.clear()
        with self.canvas.before:
            for at, (start, end) in enumerate(path.sections):
                tint = palette.ok.sign if at in drawing.reached else palette.line_strong
                self._colours.append(Color(*colour(tint)))
                Line(points=[*self.seen(start), *self.seen(end)], width=self.kit.px(_BAND), cap="round")
            for start, end in pairwise(path.corners):
                self._arrow(start, end)
            self._start(path.corners[0])
        for loss in drawing.losses:
            self._lost(loss.place)

    def _arrow(self, start: Point, end: Point) -> None:
        """Which way the path goes, in the middle of one of its arms."""
        (x, y), (to_x, to_y) = self.seen(start), self.seen(end)
        length = max(1.0, abs(to_x - x) + abs(to_y - y))
        along = ((to_x - x) / length * self.kit.px(_BAND), (to_y - y) / length * self.kit.px(_BAND))
        tip = ((x + to_x) / 2 + along[0] / 2, (y + to_y) / 2 + along[1] / 2)
        wings = [(tip[0] - along[0] + side * along[1], tip[1] - along[1] - side * along[0]) for side in (0.6, -0.6)]
        Color(*colour(self.kit.palette.shade))  # dark on every band, whatever the look
        Line(points=[*wings[0], *tip, *wings[1]], width=self.kit.px(4), cap="round", joint="round")

    def _start(self, place: Point) -> None:
        """A dot where to begin; half of it lies on the path, all of it in the window."""
        side = self.kit.px(_START)
        x, y = self.seen(place)
        Color(*colour(self.kit.palette.brand))
        Ellipse(pos=(x - side / 2, y - side / 2), size=(side, side))

    def _lost(self, place: Point) -> None:
        """A ring with a cross in it."""
        x, y = self.seen(place)
        radius, arm = self.kit.px(_LOST), self.kit.px(_LOST * 0.5)
        with self.canvas.before:
            Color(*colour(self.kit.palette.card))
            Ellipse(pos=(x - radius, y - radius), size=(2 * radius, 2 * radius))
            Color(*colour(self.kit.palette.stop.sign))
            Line(circle=(x, y, radius), width=self.kit.px(4))
            Line(points=[x - arm, y - arm, x + arm, y + arm], width=self.kit.px(4))
            Line(points=[x - arm, y + arm, x + arm, y - arm], width=self.kit.px(4))

    def seen(self, place: Point) -> Point:
        """A place of the path as Kivy counts it, and the other way round."""
        return place[0], self.height - place[1]

    def show(self, reached: Iterable[int], lost: int) -> None:
        """These sections are reached now; ``lost``: how many losses were drawn before."""
        for at in reached:
            self._colours[at].rgba = colour(self.kit.palette.ok.sign)
        if self.drawing is not None:
            for loss in self.drawing.losses[lost:]:
                self._lost(loss.place)


class DeskDragScreen(Screen[DeskDrag]):
    """Follows the finger; the words in the middle say how far it is and how often the finger was lost."""

    def __init__(self) -> None:
        self._surface: DragSurface | None = None
        self._words: Sentence | None = None
        self._kit: Kit | None = None
        self._reply: Reply | None = None
        self._patience = Patience(_SECONDS, self._end)

    @override
    def compose(self, kit: Kit, prompt: DeskDrag, reply: Reply) -> Scene:
        self._kit, self._reply = kit, reply
        kit = kit.for_desk()
        self._words = Sentence(kit, self._said(0, 0), Style(kit.sizes.body, kit.palette.ink, Weight.BOLD, 1.3))
        buttons = Row(
            kit,
            [
                DeskButton(kit, "again", kit.say("desk.drag.again"), reply.anew),
                DeskButton(kit, "end", kit.say("desk.drag.end"), self._end, rank=Rank.MAIN),
            ],
            gap=16,
        )
        self._surface = DragSurface(kit, Stack(kit, [*head(kit, prompt), self._words, buttons]))
        self._patience.restart()
        return Scene(lead=[], body=[self._surface], staff=True, bare=True)

    @property
    def _drawing(self) -> Drawing | None:
        return self._surface.drawing if self._surface else None

    @override
    def finger_down(self, x: float, y: float) -> None:
        self._follow(x, y, first=True)

    @override
    def finger_moved(self, x: float, y: float) -> None:
        self._follow(x, y, first=False)

    def _follow(self, x: float, y: float, *, first: bool) -> None:
        surface, drawing = self._surface, self._drawing
        if surface is None or drawing is None:
            return
        self._patience.restart()
        lost, place = len(drawing.losses), surface.seen((x, y))
        surface.show(drawing.down(place) if first else drawing.move(place), lost)
        self._tell(drawing)

    @override
    def finger_up(self, x: float, y: float) -> None:
        if self._surface is None or self._drawing is None:
            return
        lost = len(self._drawing.losses)
        self._drawing.up()
        self._surface.show((), lost)
        self._tell(self._drawing)
        if self._drawing.complete:
            self._end()

    def _tell(self, drawing: Drawing) -> None:
        if self._words is not None:
            self._words.set_text(self._said(int(drawing.share * 100), len(drawing.losses)))

    def _said(self, share: int, lost: int) -> str:
        return self._kit.say(Text("desk.drag.so_far", {"share": share, "lost": lost})) if self._kit else ""

    def _end(self) -> None:
        if self._reply is not None and self._drawing is not None:
            self._reply.answer(self._drawing.drawn())

    @override
    def close(self) -> None:
        self._patience.stop()

    @override
    def wipe(self) -> None:
        self._patience.stop()
        self._surface = self._words = self._reply = None
