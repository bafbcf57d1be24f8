"""Number, PIN and code of the login, on the usual pad, in the staff's colours."""

from collections.abc import Callable
from time import monotonic
from typing import Any

from kivy.clock import Clock
from typing_extensions import override

from flows.desk_prompts import DeskDigits, DigitsKind
from flows.prompts import Text, Tone
from screens.screen import Action, Reply, Scene, Screen
from screens.widgets.base import Block
from screens.widgets.button import Rank
from screens.widgets.cards import notice
from screens.widgets.chip import staff_chip
from screens.widgets.keypad import DELETE, keypad
from screens.widgets.kit import Kit
from screens.widgets.number_field import NumberField
from screens.widgets.pin_entry import PinEntry
from screens.widgets.text import Sentence, body, headline

_LENGTHS = {DigitsKind.NUMBER: (2, 4), DigitsKind.PIN: (6, 12), DigitsKind.CODE: (6, 6)}
_COUNT_EVERY = 0.25  # seconds; the number changes once a second


class _NumberEntry:
    """The digits of a staff number, shown as they are typed: it is no secret."""

    def __init__(self) -> None:
        self._digits = ""
        self._field: NumberField | None = None

    def blocks(self, kit: Kit) -> list[Block]:
        """Field and pad."""
        self._field = NumberField(kit, "0" * _LENGTHS[DigitsKind.NUMBER][1], fixed=False)
        self._show()
        return [self._field, keypad(kit, self._touch)]

    def _touch(self, key: str) -> None:
        if key == DELETE:
            self._digits = self._digits[:-1]
        elif len(self._digits) < _LENGTHS[DigitsKind.NUMBER][1]:
            self._digits += key
        self._show()

    def _show(self, tone: Tone | None = None) -> None:
        if self._field is not None:
            self._field.show(self._digits, self._digits, tone)

    def give(self, answer: Callable[[object], None]) -> None:
        """Hand the digits to ``answer``; too few are marked instead."""
        if len(self._digits) < _LENGTHS[DigitsKind.NUMBER][0]:
            self._show(Tone.WAITING)
            return
        digits, self._digits = self._digits, ""
        answer(digits)

    def clear(self) -> None:
        """Forget the digits."""
        self._digits, self._field = "", None


class DeskDigitsScreen(Screen[DeskDigits]):
    """Shows as many dots as digits of a secret; while it waits, the pad is grey and the seconds count."""

    def __init__(self) -> None:
        self._number = _NumberEntry()
        self._secrets = {
            kind: PinEntry(*_LENGTHS[kind], f"desk.login.{kind}.short") for kind in (DigitsKind.PIN, DigitsKind.CODE)
        }
        self._until = 0.0  # the moment from which digits are taken
        self._counting: Any = None
        self._words: Sentence | None = None

    @override
    def open(self, prompt: DeskDigits) -> None:
        self.wipe()
        self._until = monotonic() + prompt.wait

    @override
    def compose(self, kit: Kit, prompt: DeskDigits, reply: Reply) -> Scene:
        kit = kit.for_staff()
        seconds = self._seconds_left()
        self._stop()
        if seconds:
            self._counting = Clock.schedule_interval(lambda _: self._count(kit, reply), _COUNT_EVERY)
        lead: list[Block] = [staff_chip(kit), headline(kit, f"desk.login.{prompt.kind}")]
        lead.append(self._state(kit, prompt, seconds))
        closed = seconds > 0
        if prompt.kind is DigitsKind.NUMBER:
            give, blocks = self._number.give, self._number.blocks(kit)
        else:
            give, blocks = self._secrets[prompt.kind].give, self._secrets[prompt.kind].blocks(kit, closed=closed)
        cross = None if kit.theme.large else "close"
        actions = [
            Action("give_up", kit.say("staff_pin.give_up"), reply.back, icon=cross),
            Action("ok", kit.say("pin.ok"), lambda: give(reply.answer), Rank.MAIN, "check", 1.4, closed),
        ]
        return Scene(lead=lead, body=blocks, actions=actions, staff=True)

    def _state(self, kit: Kit, prompt: DeskDigits, seconds: int) -> Block:
        """How long to wait, what was wrong, or how it is done: one thing at a time."""
        if seconds:
            box = notice(kit, _wait(kit, seconds), Tone.WAITING)
            self._words = next(part for part in box.walk_blocks() if isinstance(part, Sentence))
            return box
        if prompt.notice is not None:
            return notice(kit, kit.say(prompt.notice), Tone.STOP)
        return body(kit, f"desk.login.{prompt.kind}.how")

    def _seconds_left(self) -> int:
        return max(0, int(self._until - monotonic() + 0.999))

    def _count(self, kit: Kit, reply: Reply) -> None:
        seconds = self._seconds_left()
        if not seconds:
            self._stop()
            reply.anew()
        elif self._words is not None:
            self._words.set_text(_wait(kit, seconds))

    def _stop(self) -> None:
        self._words = None
        if self._counting is not None:
            self._counting.cancel()
            self._counting = None

    @override
    def close(self) -> None:
        self._stop()

    @override
    def wipe(self) -> None:
        self._stop()
        self._number.clear()
        for entry in self._secrets.values():
            entry.clear()


def _wait(kit: Kit, seconds: int) -> str:
    return kit.say(Text("staff_pin.wait", {"seconds": seconds}))
