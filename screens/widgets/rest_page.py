"""The page of rest: dark all over, with a few words of invitation that stand somewhere else each time."""

from kivy.graphics import Color, Rectangle
from typing_extensions import override

from config.fonts import Weight
from flows.prompts import Text, Words
from screens.theme.tokens import colour
from screens.widgets.base import Block, Stack
from screens.widgets.kit import Kit
from screens.widgets.text import Icon, Sentence, Style

GROUND = "#0B1220"
TINTS = ("#B9C7DD", "#C9C2AE", "#AFCBB9", "#C6B8CF")  # as light as one another, so that no part of a point ages first
_WIDE = 0.86  # of the page


class RestPage(Block):
    """Covers everything below. Only the place and the colour of its words change, and only now and then."""

    def __init__(self, kit: Kit, headline: Words, ask: Words) -> None:
        super().__init__(kit)
        self._headline, self._ask = headline, ask
        self._height_share = 0.5
        self.step = 0

    def show(self, step: int, place: float) -> None:
        """Let the words stand at ``place``, a share of the height from below, in the colour of ``step``."""
        self.step, self._height_share = step, place
        self.arrange()

    @override
    def height_for(self, width: float) -> float:
        return self.parent.height if self.parent else 0

    @override
    def arrange(self) -> None:
        self.canvas.before.clear()
        with self.canvas.before:
            Color(*colour(GROUND))
            Rectangle(pos=self.pos, size=self.size)
        self.clear_widgets()
        words = self._words(TINTS[self.step % len(TINTS)])
        self.add_widget(words)
        width = self.width * _WIDE
        height = words.height_for(width)
        top = self.y + height + self._height_share * (self.height - height)
        words.place(self.x + (self.width - width) / 2, top, width, height)

    def _words(self, tint: str) -> Stack:
        kit, sizes = self.kit, self.kit.sizes
        large = Sentence(kit, kit.say(self._headline), Style(sizes.headline, tint, Weight.BOLD, 1.25, 0.5))
        small = Sentence(kit, kit.say(self._ask), Style(sizes.title, tint, Weight.REGULAR, 1.35, 0.5))
        return Stack(kit, [large, Icon(kit, "touch", sizes.headline * 1.1, tint), small], gap=24)


def rest_words(*, is_open: bool) -> tuple[Text, Text]:
    """What the page of rest says: the invitation, or that nothing is possible."""
    if is_open:
        return Text("start.headline"), Text("rest.touch")
    return Text("start.shut.headline"), Text("start.shut.ask")
