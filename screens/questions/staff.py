"""A member of staff shall confirm who is here: what the citizen does, and, below, what the member of staff does."""

from typing_extensions import override

from flows.presence_prompts import CallStaff
from flows.prompts import OtherWay, Tone
from screens.screen import Action, Reply, Scene, Screen, back_action
from screens.widgets.base import Block, Panel, Stack
from screens.widgets.cards import notice
from screens.widgets.chip import staff_chip
from screens.widgets.kit import Kit
from screens.widgets.pictures import StaffCardPicture
from screens.widgets.steps import steps_line
from screens.widgets.text import body, headline, title
from screens.widgets.ways import shown_and_said


class StaffScreen(Screen[CallStaff]):
    """Speaks to two people; the part for the staff is in their colours."""

    @override
    def compose(self, kit: Kit, prompt: CallStaff, reply: Reply) -> Scene:
        lead: list[Block] = [*steps_line(kit, prompt.steps), headline(kit, "staff.question")]
        lead.append(body(kit, "staff.explanation"))
        if prompt.reason is not None:
            lead.append(notice(kit, kit.say(prompt.reason), Tone.INFO))
        give_up = Action("give_up", kit.say("staff.give_up"), lambda: reply.answer(OtherWay.DECLINED), icon="close")
        return Scene(
            lead=lead, body=[_for_staff(kit.for_staff(), prompt)], actions=[*back_action(kit, prompt, reply), give_up]
        )


def _for_staff(kit: Kit, prompt: CallStaff) -> Block:
    align = 0.0 if kit.landscape else 0.5
    words = Stack(kit, [title(kit, "staff.insert", align=align), body(kit, "staff.compare", align=align)], gap=12)
    parts: list[Block] = [staff_chip(kit), shown_and_said(kit, StaffCardPicture(kit), words)]
    if prompt.notice is not None:
        parts.append(notice(kit, kit.say(prompt.notice), Tone.WAITING))
    return Panel(kit, Stack(kit, parts), ground=kit.palette.card, line=kit.palette.brand, inset=36)
