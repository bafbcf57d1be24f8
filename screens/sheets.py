"""What lies above a screen until it is answered: still there?, help, and the ways of showing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from kivy.graphics import Color, Rectangle
from typing_extensions import override

from config.fonts import Weight
from flows.prompts import Verbatim
from screens.ease import Ease
from screens.theme.tokens import ThemeName, colour
from screens.widgets.base import Block, Panel, Row, Stack
from screens.widgets.button import Button, Rank
from screens.widgets.kit import Kit
from screens.widgets.text import Icon, Sentence, Style, body, headline

LOW_SHARE = 0.6  # of the height of the screen, from below: what somebody in a wheelchair reaches


class Sheet(Block):
    """Something that lies above the screen until it is answered; the screen below is shaded."""

    def __init__(self, kit: Kit, content: Block) -> None:
        super().__init__(kit)
        self._panel = Panel(kit, content, inset=kit.space.inset * 1.6, radius=48)
        self.add_widget(self._panel)

    def _panel_width(self, width: float) -> float:
        return min(width - 2 * self.kit.px(self.kit.space.gutter), self.kit.px(1120))

    def fits(self, window: Any) -> bool:
        """True if it is not higher than the window."""
        room: float = window.height - 2 * self.kit.px(24)
        return self._panel.height_for(self._panel_width(window.width)) <= room

    @override
    def arrange(self) -> None:
        kit = self.kit
        self.canvas.before.clear()
        with self.canvas.before:
            Color(*colour(kit.palette.shade, 0.62))
            Rectangle(pos=self.pos, size=self.size)
        width = self._panel_width(self.width)
        height = self._panel.height_for(width)
        middle = self.y + self.height * (LOW_SHARE / 2 if kit.low_reach else 0.5)
        top = max(middle + height / 2, self.y + height + kit.px(24))
        self._panel.place(self.center_x - width / 2, top, width, height)


class IdleSheet(Sheet):
    """Asks whether somebody is still there: the seconds that are left, and one large button."""

    def __init__(self, kit: Kit, seconds: int, stay: Callable[[], None]) -> None:
        style = Style(kit.sizes.display, kit.palette.brand, Weight.BOLD, 1.2, 0.5)
        self._seconds = Sentence(kit, str(seconds), style)
        content = Stack(
            kit,
            [
                headline(kit, "idle.question", 0.5),
                self._seconds,
                body(kit, "idle.explanation", align=0.5),
                Button(kit, "stay", kit.say("idle.stay"), stay, rank=Rank.MAIN),
            ],
            gap=kit.space.gap * 1.25,
        )
        super().__init__(kit, content)

    def count(self, seconds: int) -> None:
        """The seconds that are left now."""
        self._seconds.set_text(str(seconds))


class LongSheet(Sheet):
    """Asks, after a long visit, whether to go on; whoever does not answer is asked next whether they are there."""

    def __init__(self, kit: Kit, go_on: Callable[[], None], end: Callable[[], None]) -> None:
        content: list[Block] = [
            Icon(kit, "clock", 1.9 * kit.sizes.headline, kit.palette.brand, kit.palette.brand_soft),
            headline(kit, "long.question", 0.5),
            body(kit, "long.explanation", align=0.5),
            Button(kit, "go_on", kit.say("long.go_on"), go_on, rank=Rank.MAIN),
            Button(kit, "end", kit.say("long.end"), end),
        ]
        super().__init__(kit, Stack(kit, content, gap=kit.space.gap * 1.1))


class HelpSheet(Sheet):
    """Whom to ask: the staff in the hall, or the telephone."""

    def __init__(self, kit: Kit, close: Callable[[], None]) -> None:
        number = kit.say(Verbatim("12333"))
        content = Stack(
            kit,
            [
                Icon(kit, "help", 1.9 * kit.sizes.headline, kit.palette.brand, kit.palette.brand_soft),
                headline(kit, "help.headline", 0.5),
                body(kit, "help.staff", align=0.5),
                Sentence(kit, number, Style(kit.sizes.display, kit.palette.brand, Weight.BOLD, 1.15, 0.5)),
                body(kit, "help.telephone", align=0.5),
                Button(kit, "close", kit.say("help.close"), close, rank=Rank.MAIN),
            ],
            gap=kit.space.gap * 1.1,
        )
        super().__init__(kit, content)


_STEP = 15  # per cent of the volume


@dataclass(frozen=True)
class EaseActions:
    """What the sheet of the ways of showing does: take another way, or close."""

    choose: Callable[[Ease], None]
    close: Callable[[], None]


class EaseSheet(Sheet):
    """How the citizen wants to be served: one of three looks, and whether what is touched lies low."""

    def __init__(self, kit: Kit, ease: Ease, actions: EaseActions) -> None:
        looks = [(f"looks.{look}", replace(ease, theme=look), look is ease.theme) for look in ThemeName]
        places = [(f"looks.{name}", replace(ease, low_reach=low), low is ease.low_reach)
                  for name, low in (("whole", False), ("low", True))]  # fmt: skip
        content: list[Block] = [headline(kit, "looks.headline", 0.5), *self._choices(kit, looks, actions)]
        if not kit.landscape:  # a screen that lies is low as it stands
            content += [body(kit, "looks.place", align=0.5), *self._choices(kit, places, actions)]
        if ease.voice:
            content += [body(kit, "looks.voice", align=0.5), self._voice(kit, ease, actions)]
        content.append(Button(kit, "close", kit.say("looks.close"), actions.close, rank=Rank.MAIN))
        super().__init__(kit, Stack(kit, content, gap=kit.space.gap * 0.9))

    @staticmethod
    def _voice(kit: Kit, ease: Ease, actions: EaseActions) -> Block:
        """Quieter, once more, louder."""
        steps = {"looks.quieter": -_STEP, "looks.again": 0, "looks.louder": _STEP}
        return Row(
            kit,
            [
                Button(kit, key, kit.say(key),
                       partial(actions.choose, replace(ease, volume=min(100, max(_STEP, ease.volume + step)))))
                for key, step in steps.items()
            ],
        )  # fmt: skip

    @staticmethod
    def _choices(kit: Kit, choices: Sequence[tuple[str, Ease, bool]], actions: EaseActions) -> list[Block]:
        """One button each, the present one with a tick; side by side where height is short."""
        buttons = [
            Button(kit, key, kit.say(key), partial(actions.choose, ease), icon="check" if now else None)
            for key, ease, now in choices
        ]
        return [Row(kit, buttons)] if kit.landscape else list(buttons)
