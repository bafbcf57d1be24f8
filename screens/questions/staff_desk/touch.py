"""The touch test: squares all over the page, each of which changes when a finger has been on it."""

from functools import partial

from typing_extensions import override

from flows.desk_prompts import DeskTouch
from screens.questions.staff_desk.head import head
from screens.screen import Action, Reply, Scene, Screen
from screens.theme.tokens import colour
from screens.widgets.base import Block, Row, draw_panel
from screens.widgets.button import Rank, Touchable
from screens.widgets.kit import Kit
from screens.widgets.options import Rows

_COLUMNS, _ROWS = {False: 5, True: 6}, {False: 5, True: 3}  # by whether the window is lying
_GAP = 14


class _Square(Touchable):
    """Filled with a strong colour once it was touched."""

    grows = True
    done = False

    @override
    def height_for(self, width: float) -> float:
        return self.kit.px(self.kit.space.touch)

    @override
    def paint(self) -> None:
        palette = self.kit.palette
        ground = palette.ok.sign if self.done or self.pressed else palette.card
        self.canvas.before.clear()
        with self.canvas.before:
            draw_panel(self, colour(ground), colour(palette.line_strong), self.kit.px(14), self.kit.px(3))


class _Grid(Rows):
    """All squares, as large as the page allows."""

    grows = True

    @override
    def height_for(self, width: float) -> float:
        rows = self.blocks()
        return sum(row.height_for(width) for row in rows) + self._gap * (len(rows) - 1)


class DeskTouchScreen(Screen[DeskTouch]):
    """Keeps which squares were touched; another size of window begins anew."""

    def __init__(self) -> None:
        self._touched: set[str] = set()

    @override
    def open(self, prompt: DeskTouch) -> None:
        self.wipe()

    @override
    def compose(self, kit: Kit, prompt: DeskTouch, reply: Reply) -> Scene:
        desk = kit.for_desk()
        columns, rows = _COLUMNS[kit.landscape], _ROWS[kit.landscape]
        squares: dict[str, _Square] = {}

        def touched(name: str) -> None:
            self._touched.add(name)
            squares[name].done = True
            squares[name].paint()
            if self._touched >= squares.keys():
                reply.answer(True)  # noqa: FBT003 - the answer of the prompt

        for name in (f"square_{row}_{column}" for row in range(rows) for column in range(columns)):
            squares[name] = _Square(desk, name, partial(touched, name), Rank.QUIET)
            squares[name].done = name in self._touched
        all_squares: list[Block] = list(squares.values())
        grid = [Row(desk, all_squares[row * columns : (row + 1) * columns], gap=_GAP) for row in range(rows)]
        give_up = Action(
            "give_up",
            kit.say("desk.tests.give_up"),
            lambda: reply.answer(False),  # noqa: FBT003 - the answer of the prompt
            icon="close",
        )
        return Scene(
            lead=head(desk, prompt),
            body=[_Grid(desk, grid, desk.px(_GAP), even=True)],
            actions=[give_up],
            staff=True,
        )

    @override
    def wipe(self) -> None:
        self._touched.clear()
