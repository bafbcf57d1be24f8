"""What is the same on every screen: header, tools, action bar."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from kivy.graphics import Color, Rectangle, SmoothEllipse
from typing_extensions import override

from config.fonts import Weight
from flows.prompts import Text
from screens.ease import Ease
from screens.screen import Action
from screens.theme.tokens import colour
from screens.widgets.base import Block, Centred, Row
from screens.widgets.button import Button, Rank, Touchable
from screens.widgets.kit import Kit
from screens.widgets.text import Icon, Sentence, Style

_HALF = 0.55  # of what words need in one line, they need in two
_BETWEEN_TOOLS = 14  # 8 dp are 13.1 design pixels
_LOUDER = 1.3  # how much wider than its words the main button is, where room is short


class StaffCare(Enum):
    """What the staff should look at: what waits, because it becomes much; or the machine itself."""

    NONE = "none"
    QUEUE = "queue"
    MACHINE = "machine"


@dataclass(frozen=True)
class StageStatus:
    """What the header shows of the hall and the network.

    ``waiting``: transactions that the gateway has not taken yet; ``care``: whether the staff should look; ``heard``:
    whether it is known at all if the network is there, a moment after the start it is not.
    """

    hall: str
    kiosk: str  # the number of this machine, "03"
    online: bool
    now: datetime
    waiting: int = 0
    care: StaffCare = StaffCare.NONE
    heard: bool = True

    @property
    def shown(self) -> "StageStatus":
        """The same to the minute: what can be seen of it."""
        return replace(self, now=self.now.replace(second=0, microsecond=0))

    @property
    def words(self) -> Text:
        """The state of network and queue, in a few words."""
        state = Text(f"status.{self._network}")
        match self.care:
            case StaffCare.MACHINE:
                return Text("status.stopped")
            case StaffCare.QUEUE:
                return Text("status.staff", {"count": self.waiting})
            case StaffCare.NONE:
                return Text("status.waiting", {"state": state, "count": self.waiting}) if self.waiting else state

    @property
    def _network(self) -> str:
        if self.online:
            return "online"
        return "offline" if self.heard else "connecting"


class _Dot(Block):
    """A round sign; its colour says the same as the word beside it."""

    def __init__(self, kit: Kit, tint: str) -> None:
        super().__init__(kit)
        self._tint = tint

    def arrange(self) -> None:
        self.canvas.clear()
        side = self.width
        with self.canvas:
            Color(*colour(self._tint))
            SmoothEllipse(pos=(self.x, round(self.center_y - side / 2)), size=(side, side))


class Header(Block):
    """Hall and kiosk on the left; network and time on the right."""

    def __init__(self, kit: Kit, status: StageStatus) -> None:
        super().__init__(kit)
        self._show(status)

    def _show(self, status: StageStatus) -> None:
        kit, palette, sizes = self.kit, self.kit.palette, self.kit.sizes
        hall = round(sizes.small * 1.18)
        fine, unknown = palette.ok.sign, palette.ink_soft
        well = (status.online or not status.heard) and status.care is StaffCare.NONE
        self._hall = Sentence(kit, status.hall, Style(hall, palette.ink, Weight.BOLD, 1.15))
        number = kit.say(Text("status.kiosk", {"number": status.kiosk}))
        self._kiosk = Sentence(kit, number, Style(sizes.small, palette.ink_soft, leading=1.3))
        self._dot = _Dot(kit, (fine if status.online else unknown) if well else palette.stop.sign)
        tint = palette.ink_soft if well else palette.stop.text
        self._word = Sentence(kit, kit.say(status.words), Style(sizes.small, tint, leading=1.3))
        self._time = Sentence(kit, f"{status.now:%H:%M}", Style(sizes.small, palette.ink_soft, leading=1.3))
        for block in (self._hall, self._kiosk, self._dot, self._word, self._time):
            self.add_widget(block)

    def update(self, status: StageStatus) -> None:
        """Show another status in the same place."""
        self.clear_widgets()
        self._show(status)
        self.arrange()

    @override
    def height_for(self, width: float) -> float:
        del width
        return self.kit.px(self.kit.space.header if not self.kit.landscape else 104)

    @override
    def arrange(self) -> None:
        self._ground()
        kit = self.kit
        gap = kit.px(28)
        right = self.right - kit.px(kit.space.gutter)
        width = self._time.natural_width() + 2
        self._time.place(right - width, self.top, width, self.height)
        right -= width + gap
        side, after = kit.px(18), kit.px(14)
        width = self._word_width(right - side - after - gap)
        self._word.place(right - width, self.top, width, self.height)
        right -= width + after
        self._dot.place(right - side, self.top, side, self.height)
        self._arrange_left(right - side - gap, gap)

    def _word_width(self, limit: float) -> float:
        """Long words about the queue take a second line rather than the hall's name."""
        wanted = self._word.natural_width() + 2
        room = limit - self.x - self.kit.px(self.kit.space.gutter) - self._hall.natural_width() - 2
        return float(max(min(wanted, room), wanted * _HALF))

    def _arrange_left(self, limit: float, gap: int) -> None:
        """The kiosk's number gives way where the room is short."""
        left = self.x + self.kit.px(self.kit.space.gutter)
        width = min(self._hall.natural_width() + 2, limit - left)
        self._hall.place(left, self.top, width, self.height)
        left += width + gap
        wanted = self._kiosk.natural_width() + 2
        if left + wanted <= limit:
            self._kiosk.place(left, self.top, wanted, self.height)
        else:
            self.remove_widget(self._kiosk)

    def _ground(self) -> None:
        self.canvas.before.clear()
        with self.canvas.before:
            Color(*colour(self.kit.palette.card))
            Rectangle(pos=self.pos, size=self.size)
            Color(*colour(self.kit.palette.line))
            Rectangle(pos=self.pos, size=(self.width, self.kit.px(2)))


class Tool(Touchable):
    """A help at the foot of every screen: a sign with its word below."""

    def __init__(self, kit: Kit, name: str, icon: str, text: str, action: Callable[[], None]) -> None:
        super().__init__(kit, name, action, Rank.QUIET)
        self._icon = Icon(kit, icon, kit.sizes.small * 1.45, kit.palette.brand)
        self._word = Sentence(kit, text, Style(kit.sizes.small, kit.palette.ink, leading=1.3, align=0.5))
        self.add_widget(self._icon)
        self.add_widget(self._word)

    def grounds(self) -> tuple[str, str]:
        palette = self.kit.palette
        return (palette.brand_soft, palette.brand_soft) if self.pressed else (palette.card, palette.card)

    def height_for(self, width: float) -> float:
        del width
        return self.kit.px(self.kit.space.tools)

    def arrange(self) -> None:
        super().arrange()
        sign, word = self._icon.height_for(self.width), self._word.height_for(self.width)
        gap = self.kit.px(4)
        top = self.center_y + (sign + word + gap) / 2
        self._icon.place(self.x, top, self.width, sign)
        self._word.place(self.x, top - sign - gap, self.width, word)

    def natural_width(self) -> float:
        """Room for its word."""
        return max(self._word.natural_width(), float(self.kit.px(self.kit.space.touch))) + self.kit.px(16)


@dataclass(frozen=True)
class ToolActions:
    """What the tools do."""

    home: Callable[[], None]
    size: Callable[[], None]
    looks: Callable[[], None]
    language: Callable[[], None]
    help: Callable[[], None]
    voice: Callable[[], None] | None = None  # None: there is no loudspeaker


def tools_row(kit: Kit, actions: ToolActions, ease: Ease, *, home: bool) -> Row:
    """The helps that every screen has; "home" where there is something to leave."""
    larger = not kit.theme.large
    tools = [
        Tool(kit, "size", "type_large" if larger else "type_standard",
             kit.say("tool.large" if larger else "tool.standard"), actions.size),
        Tool(kit, "looks", "looks", kit.say("tool.looks"), actions.looks),
        *_voice_tool(kit, actions, ease),
        Tool(kit, "language", "language", kit.say("tool.language"), actions.language),
        Tool(kit, "help", "help", kit.say("tool.help"), actions.help),
    ]  # fmt: skip
    if home:
        tools.insert(0, Tool(kit, "home", "home", kit.say("tool.home"), actions.home))
    return Row(kit, tools, [tool.natural_width() for tool in tools], gap=_BETWEEN_TOOLS)


def _voice_tool(kit: Kit, actions: ToolActions, ease: Ease) -> list[Tool]:
    if actions.voice is None:
        return []
    icon, word = ("voice_off", "tool.silence") if ease.voice else ("voice", "tool.voice")
    return [Tool(kit, "voice", icon, kit.say(word), actions.voice)]


class Footer(Block):
    """The action bar and the tools: above one another in portrait, beside one another in landscape."""

    def __init__(self, kit: Kit, actions: Sequence[Action], tools: Row) -> None:
        super().__init__(kit)
        self._tools = tools
        self._actions: Row | None = None
        if actions:
            buttons = [
                Button(kit, act.name, act.text, act.act, rank=act.rank, icon=act.icon, closed=act.closed)
                for act in actions
            ]
            self._weights = [action.weight for action in actions]
            self._buttons = buttons
            self._actions = Row(kit, buttons, self._weights)
            self.add_widget(self._actions)
        self.add_widget(tools)

    def _share_out(self, width: float) -> None:
        """The widths as the screen wants them; where a word would not fit, as the words need them."""
        if self._actions is None:
            return
        free = width - self.kit.px(self.kit.space.gap) * (len(self._weights) - 1)
        share = free / sum(self._weights)
        needed = [button.natural_width() for button in self._buttons]
        fits = all(need <= share * weight for need, weight in zip(needed, self._weights, strict=True))
        if sum(self._aloud(needed)) > free:
            needed = [button.least_width() for button in self._buttons]
        loud = self._aloud(needed)
        # Leaving what cannot be undone has the same room as doing it, whatever the length of the words.
        final = any(button.rank is Rank.FINAL for button in self._buttons)
        self._actions.weigh(self._weights if fits or final else loud)

    def _aloud(self, widths: Sequence[float]) -> list[float]:
        """Widths of the buttons, that of the main one a little more than it needs."""
        pairs = zip(widths, self._buttons, strict=True)
        return [width * (_LOUDER if button.rank is Rank.MAIN else 1) for width, button in pairs]

    def _width_of_tools(self, inner: float) -> float:
        share = 0.48 if self.kit.theme.large else 0.4
        return inner * share if self._actions else inner

    @override
    def height_for(self, width: float) -> float:
        kit = self.kit
        inner = width - 2 * kit.px(kit.space.gutter)
        self._share_out(inner - (self._width_of_tools(inner) if kit.landscape else 0))
        tools = self._tools.height_for(inner)
        if not self._actions:
            return tools + 2 * kit.px(20)
        if kit.landscape:
            return max(tools, self._actions.height_for(inner - self._width_of_tools(inner))) + 2 * kit.px(24)
        return kit.px(32) + self._actions.height_for(inner) + kit.px(_BETWEEN_TOOLS) + tools + kit.px(12)

    @override
    def arrange(self) -> None:
        self._ground()
        kit = self.kit
        gutter = kit.px(kit.space.gutter)
        left, inner = self.x + gutter, self.width - 2 * gutter
        if kit.landscape:
            self._arrange_beside(left, inner)
            return
        tools = self._tools.height_for(inner)
        if self._actions:
            height = self._actions.height_for(inner)
            self._actions.place(left, self.top - kit.px(32), inner, height)
        bottom = kit.px(12) if self._actions else kit.px(20)
        self._tools.place(left, self.y + bottom + tools, inner, tools)

    def _arrange_beside(self, left: float, inner: float) -> None:
        gap = self.kit.px(40)
        width = self._width_of_tools(inner)
        tools = self._tools.height_for(width)
        self._tools.place(left, self.center_y + tools / 2, width - (gap if self._actions else 0), tools)
        if self._actions:
            height = self._actions.height_for(inner - width)
            self._actions.place(left + width, self.center_y + height / 2, inner - width, height)

    def _ground(self) -> None:
        self.canvas.before.clear()
        with self.canvas.before:
            Color(*colour(self.kit.palette.card))
            Rectangle(pos=self.pos, size=self.size)
            Color(*colour(self.kit.palette.line))
            Rectangle(pos=(self.x, self.top - self.kit.px(2)), size=(self.width, self.kit.px(2)))


__all__ = [
    "Centred",
    "Footer",
    "Header",
    "StaffCare",
    "StageStatus",
    "ToolActions",
    "tools_row",
]
