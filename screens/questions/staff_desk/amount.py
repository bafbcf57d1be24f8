"""A whole number for the staff, typed on the usual pad."""

from typing_extensions import override

from flows.desk_prompts import DeskAmount
from flows.prompts import Tone
from screens.questions.staff_desk.head import head
from screens.screen import Action, Reply, Scene, Screen, back_action
from screens.widgets.button import Rank
from screens.widgets.keypad import DELETE, keypad
from screens.widgets.kit import Kit
from screens.widgets.number_field import NumberField


class DeskAmountScreen(Screen[DeskAmount]):
    """Shows the digits; what is not between the two ends is marked and not taken."""

    def __init__(self) -> None:
        self._digits = ""
        self._field: NumberField | None = None

    @override
    def open(self, prompt: DeskAmount) -> None:
        self.wipe()

    @override
    def compose(self, kit: Kit, prompt: DeskAmount, reply: Reply) -> Scene:
        longest = len(str(prompt.most))
        self._field = NumberField(kit.for_staff(), "0" * longest, fixed=False)
        self._show()

        def touch(key: str) -> None:
            if key == DELETE:
                self._digits = self._digits[:-1]
            elif len(self._digits) < longest:
                self._digits += key
            self._show()

        def finish() -> None:
            if self._digits and prompt.least <= int(self._digits) <= prompt.most:
                reply.answer(int(self._digits))
            else:
                self._show(Tone.STOP)

        actions = [
            *back_action(kit.for_staff(), prompt, reply),
            Action("ok", kit.say("number.ok"), finish, Rank.MAIN, "check", weight=1.4),
        ]
        pad = keypad(kit.for_staff(), touch)
        return Scene(lead=head(kit.for_desk(), prompt), body=[self._field, pad], actions=actions, staff=True)

    def _show(self, tone: Tone | None = None) -> None:
        if self._field is not None:
            self._field.show(self._digits, self._digits, tone)

    @override
    def wipe(self) -> None:
        self._digits, self._field = "", None
