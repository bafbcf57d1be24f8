"""Number, PIN and code of the login, on the usual pad, in the staff's colours."""

from collections.abc import Callable

from typing_extensions import override

from flows.desk_prompts import DeskDigits, DigitsKind
from flows.prompts import Tone
from screens.questions.pin_wait import PinWait
from screens.screen import Action, Reply, Scene, Screen
from screens.widgets.base import Block
from screens.widgets.button import Rank
from screens.widgets.cards import notice
from screens.widgets.chip import staff_chip
from screens.widgets.keypad import DELETE, keypad
from screens.widgets.kit import Kit
from screens.widgets.number_field import NumberField
from screens.widgets.pin_entry import PinEntry
from screens.widgets.text import body, headline

_LENGTHS = {DigitsKind.NUMBER: (2, 4), DigitsKind.PIN: (6, 12), DigitsKind.CODE: (6, 6)}


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
        self._wait = PinWait()

    @override
    def open(self, prompt: DeskDigits) -> None:
        self.wipe()
        self._wait.begin(prompt.wait)

    @override
    def compose(self, kit: Kit, prompt: DeskDigits, reply: Reply) -> Scene:
        kit = kit.for_staff()
        waits = self._wait.block(kit, reply.anew)
        closed = waits is not None
        lead: list[Block] = [staff_chip(kit), headline(kit, f"desk.login.{prompt.kind}")]
        lead.append(waits or _state(kit, prompt))
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

    @override
    def close(self) -> None:
        self._wait.stop()

    @override
    def wipe(self) -> None:
        self._wait.stop()
        self._number.clear()
        for entry in self._secrets.values():
            entry.clear()


def _state(kit: Kit, prompt: DeskDigits) -> Block:
    """What was wrong, or how it is done."""
    if prompt.notice is not None:
        return notice(kit, kit.say(prompt.notice), Tone.STOP)
    return body(kit, f"desk.login.{prompt.kind}.how")
