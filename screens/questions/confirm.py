"""The summary before every submission; the button says what it does."""

from collections.abc import Callable, Sequence

from typing_extensions import override

from flows.prompts import Change, Confirm, Confirmed, Tone
from screens.screen import Action, Reply, Scene, Screen, back_action
from screens.widgets.base import Block, Stack
from screens.widgets.button import Rank, beside
from screens.widgets.cards import note_box, tone_sign
from screens.widgets.changes import summaries
from screens.widgets.chip import staff_chip
from screens.widgets.kit import Kit
from screens.widgets.paging import Bookmark, Layout, Paged
from screens.widgets.steps import steps_line
from screens.widgets.text import headline


class ConfirmScreen(Screen[Confirm]):
    """Question, what it is about, one box per consequence. Nobody confirms a page that was not shown."""

    def __init__(self) -> None:
        self._bookmark = Bookmark()

    @override
    def open(self, prompt: Confirm) -> None:
        del prompt
        self._bookmark.reset()

    @override
    def compose(self, kit: Kit, prompt: Confirm, reply: Reply) -> Scene:
        if prompt.for_staff:
            kit = kit.for_staff()

        def layouts(width: float) -> Sequence[Layout]:
            del width
            return summaries(kit, prompt.lines, lambda name: reply.answer(Change(name)))

        notes: list[Block] = [note_box(kit, note) for note in prompt.notes]
        below = Stack(kit, notes) if notes and not kit.landscape else None
        card = Paged(kit, len(prompt.lines), layouts, self._bookmark, below)

        def confirm() -> None:
            if card.unseen:
                card.turn_to(self._bookmark.seen)
            else:
                reply.answer(Confirmed())

        badge = [staff_chip(kit)] if prompt.for_staff else []
        lead = [*badge, *steps_line(kit, prompt.steps), *_question(kit, prompt)]
        after = notes if kit.landscape else []
        actions = _actions(kit, prompt, reply, confirm)
        return Scene(lead=lead, body=[card], after=after, actions=actions, staff=prompt.for_staff)

    @override
    def wipe(self) -> None:
        self._bookmark.reset()


def _question(kit: Kit, prompt: Confirm) -> list[Block]:
    """What cannot be undone begins with a sign."""
    question = headline(kit, prompt.question)
    return [beside(kit, tone_sign(kit, Tone.STOP), question)] if prompt.final else [question]


def _actions(kit: Kit, prompt: Confirm, reply: Reply, confirm: Callable[[], None]) -> list[Action]:
    """Where nothing can be undone, leaving it is as easy as doing it: both buttons have one size."""
    word = kit.say(prompt.action)
    if prompt.final:
        return [*back_action(kit, prompt, reply), Action("confirm", word, confirm, Rank.FINAL, "warning")]
    return [*back_action(kit, prompt, reply), Action("confirm", word, confirm, Rank.MAIN, "check", weight=2)]
