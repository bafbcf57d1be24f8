"""A line of text for the staff, typed on a keyboard of the page."""

from typing_extensions import override

from flows.desk_prompts import DeskText
from screens.questions.staff_desk.head import head
from screens.screen import Action, Reply, Scene, Screen, back_action
from screens.widgets.button import Rank
from screens.widgets.keyboard import CLEAR, DELETE, Keyboard, TextField
from screens.widgets.kit import Kit


class DeskTextScreen(Screen[DeskText]):
    """Shows what is typed; what is too short is marked and not taken, and a character too many is not written."""

    def __init__(self) -> None:
        self._typed = ""
        self._field: TextField | None = None

    @override
    def open(self, prompt: DeskText) -> None:
        self._typed = prompt.value

    @override
    def compose(self, kit: Kit, prompt: DeskText, reply: Reply) -> Scene:
        desk = kit.for_desk()
        self._field = TextField(desk)
        self._show()

        def touch(key: str) -> None:
            if key == CLEAR:
                self._typed = ""
            elif key == DELETE:
                self._typed = self._typed[:-1]
            elif len(self._typed) < prompt.most:
                self._typed += key
            self._show()

        def finish() -> None:
            if len(self._typed) >= prompt.least:
                reply.answer(self._typed)
            else:
                self._show(wrong=True)

        actions = [
            *back_action(kit.for_staff(), prompt, reply),
            Action("ok", kit.say("number.ok"), finish, Rank.MAIN, "check", weight=1.4),
        ]
        return Scene(lead=head(desk, prompt), body=[self._field, Keyboard(desk, touch)], actions=actions, staff=True)

    def _show(self, *, wrong: bool = False) -> None:
        if self._field is not None:
            self._field.show(self._typed, wrong=wrong)

    @override
    def wipe(self) -> None:
        self._typed, self._field = "", None
