"""Digits on a pad: checked while they are typed, and again when they are given."""

from typing_extensions import override

from flows import fields
from flows.prompts import EnterNumber, NumberKind, Text, Tone
from screens.screen import Action, Reply, Scene, Screen, back_action
from screens.widgets.base import Block
from screens.widgets.button import Rank
from screens.widgets.keypad import DELETE, keypad
from screens.widgets.kit import Kit
from screens.widgets.number_field import NumberField, Remark, Remarks
from screens.widgets.steps import steps_line
from screens.widgets.text import headline

# One digit too many is shown, so that a slip of the finger can be seen and taken back.
_TOO_MANY = 1


class NumberScreen(Screen[EnterNumber]):
    """Shows the digits, since they must be looked over; they leave with the answer and are nowhere else."""

    def __init__(self) -> None:
        self._digits = ""
        self._asked = False  # the citizen has touched "OK" with these digits
        self._field: NumberField | None = None
        self._remarks: Remarks | None = None

    @override
    def open(self, prompt: EnterNumber) -> None:
        del prompt
        self._digits = ""
        self._asked = False

    @override
    def compose(self, kit: Kit, prompt: EnterNumber, reply: Reply) -> Scene:
        kind = prompt.kind
        shortest, longest = fields.length(kind)
        self._field = NumberField(kit, fields.grouped(kind, "0" * longest), fixed=shortest == longest)
        self._remarks = Remarks(kit, self._opening(kit, prompt))
        lead: list[Block] = [*steps_line(kit, prompt.steps), headline(kit, prompt.question)]
        typing: list[Block] = [self._field]
        pad = keypad(kit, lambda key: self._touch(kit, prompt, key))
        self._show(kit, prompt)
        actions = [*back_action(kit, prompt, reply), self._ok(kit, prompt, reply)]
        # The wide column has room for the digits; in a lying window what is said about them stands beside.
        (lead if kit.landscape else typing).append(self._remarks)
        return Scene(lead=lead, body=[*typing, pad], actions=actions)

    def _ok(self, kit: Kit, prompt: EnterNumber, reply: Reply) -> Action:
        def finish() -> None:
            self._finish(kit, prompt, reply)

        if prompt.final is not None:
            return Action("ok", kit.say(prompt.final), finish, Rank.FINAL, "warning")
        return Action("ok", kit.say("number.ok"), finish, Rank.MAIN, "check", weight=2)

    def _touch(self, kit: Kit, prompt: EnterNumber, key: str) -> None:
        self._asked = False
        if key == DELETE:
            self._digits = self._digits[:-1]
        elif len(self._digits) < fields.length(prompt.kind)[1] + _TOO_MANY:
            self._digits += key
        self._show(kit, prompt)

    def _finish(self, kit: Kit, prompt: EnterNumber, reply: Reply) -> None:
        if fields.check(prompt.kind, self._digits) is not None:
            self._asked = True
            self._show(kit, prompt)
            return
        digits, self._digits = self._digits, ""
        reply.answer(digits)

    def _show(self, kit: Kit, prompt: EnterNumber) -> None:
        if self._field is None or self._remarks is None:
            return
        remark = self._remark(kit, prompt)
        kind, digits = prompt.kind, self._digits
        shortest, longest = fields.length(kind)
        missing = max(0, longest - len(digits)) if shortest == longest else 0
        places = fields.grouped(kind, digits + "0" * missing)
        self._field.show(fields.grouped(kind, digits), places, remark.tone if remark and remark.tone else None)
        self._remarks.say(remark)

    def _remark(self, kit: Kit, prompt: EnterNumber) -> Remark | None:
        """One thing at a time: what is wrong, what was recognised, that it is complete, or what is wanted."""
        kind, digits = prompt.kind, self._digits
        wrong = fields.check(kind, digits)
        if wrong is not None and (self._asked or _cannot_become_right(kind, digits)):
            return Remark(kit.say(wrong), Tone.WAITING)
        if not digits:
            return self._opening(kit, prompt)
        known = fields.comment(kind, digits)
        if wrong is None:
            return Remark(kit.say(known or Text("number.complete")), Tone.OK)
        return Remark(kit.say(known), Tone.INFO) if known else None

    def _opening(self, kit: Kit, prompt: EnterNumber) -> Remark | None:
        if prompt.notice is not None:
            return Remark(kit.say(prompt.notice), Tone.WAITING)
        return Remark(kit.say(prompt.explanation)) if prompt.explanation else None

    @override
    def wipe(self) -> None:
        self._digits = ""
        self._asked = False
        self._field = self._remarks = None


def _cannot_become_right(kind: NumberKind, digits: str) -> bool:
    """True for what more digits would not mend; then nobody should have to type to the end to hear of it."""
    wrong = fields.check(kind, digits)
    if wrong is None or not digits:
        return False
    if len(digits) >= fields.length(kind)[1]:
        return True
    return not wrong.key.endswith("short")
