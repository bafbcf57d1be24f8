"""How a visit ends: done or stored, refused, or stopped by a fault. All look alike: this is the end."""

from collections.abc import Sequence

from typing_extensions import override

from config.faults import Action as Remedy
from config.faults import FaultCode
from flows.prompts import (
    Again,
    Finished,
    Note,
    PrintStopped,
    ShowFault,
    ShowRefusal,
    ShowResult,
    SlipState,
    Text,
    Tone,
    Verbatim,
)
from screens.screen import Action, Reply, Scene, Screen
from screens.widgets.base import Block, Panel, Row, Spring
from screens.widgets.button import Rank, beside
from screens.widgets.cards import lines_card, note_box, receipt_box, tone_sign
from screens.widgets.kit import Kit
from screens.widgets.pictures import CardPicture, IdPicture, Picture
from screens.widgets.steps import steps_line
from screens.widgets.text import Icon, body, headline, title


class ResultScreen(Screen[ShowResult]):
    """What has happened, what comes next, and what to take along."""

    @override
    def compose(self, kit: Kit, prompt: ShowResult, reply: Reply) -> Scene:
        lead = _opening(kit, prompt.tone, headline(kit, prompt.headline), body(kit, prompt.explanation))
        lead += [note_box(kit, note) for note in prompt.notes]
        parts: list[Block] = []
        lines = prompt.lines
        if prompt.receipt_number and prompt.slip is SlipState.NOT_PRINTED:
            parts.append(receipt_box(kit, kit.say("result.number_to_note"), prompt.receipt_number))
            lines = tuple(line for line in lines if line.value != Verbatim(prompt.receipt_number))
        if lines:
            parts.append(lines_card(kit, lines))
        paper = "slip" if prompt.receipt_number else "certificate"
        parts += _reminders(kit, document=prompt.take_document, paper=paper if prompt.slip is SlipState.PRINTED else "")
        return Scene(lead=lead, body=parts, actions=[_finish(kit, reply, prompt.take_document)], home=False)


class RefusalScreen(Screen[ShowRefusal]):
    """Why it cannot be done, and what to do instead."""

    @override
    def compose(self, kit: Kit, prompt: ShowRefusal, reply: Reply) -> Scene:
        what = body(kit, prompt.explanation, kit.palette.ink)
        lead = _opening(kit, Tone.WAITING, headline(kit, prompt.headline), what)
        parts: list[Block] = [lines_card(kit, prompt.lines)] if prompt.lines else []
        # In a lying window the narrow column has room for whom to ask.
        (lead if kit.landscape else parts).append(note_box(kit, Note(Text("refusal.ask"))))
        parts += _reminders(kit, document=prompt.take_document)
        return Scene(lead=lead, body=parts, actions=[_finish(kit, reply, prompt.take_document)], home=False)


# How it is done right, above "once more": by the group of the fault.
_PICTURES: dict[str, type[Picture]] = {"CARD": CardPicture, "ID": IdPicture}


class FaultScreen(Screen[ShowFault]):
    """What failed, in a kind sentence; what helps; a code for the staff."""

    @override
    def compose(self, kit: Kit, prompt: ShowFault, reply: Reply) -> Scene:
        waits = prompt.fault.action is Remedy.WAIT
        lead = _opening(
            kit,
            Tone.WAITING if waits or prompt.retry else Tone.STOP,
            headline(kit, "fault.headline.retry" if prompt.retry else "fault.headline.stop"),
            body(kit, Text(f"fault.{prompt.fault.value}.citizen"), kit.palette.ink),
        )
        parts: list[Block] = []
        if not prompt.retry:
            parts.append(note_box(kit, Note(Text(f"fault.remedy.{prompt.fault.action.value}"))))
        # Who can simply try again needs no code; the log has it.
        if prompt.reference and not prompt.retry:
            parts.append(body(kit, Text("fault.reference", {"code": prompt.reference})))
        again = _PICTURES.get(prompt.fault.value.partition("_")[0]) if prompt.retry else None
        if again is not None:
            parts.append(Panel(kit, again(kit), line=kit.palette.line))
        parts += _reminders(kit, document=prompt.take_document and not prompt.retry)
        return Scene(lead=lead, body=parts, actions=_fault_actions(kit, prompt, reply), home=False)


class PrintStoppedScreen(Screen[PrintStopped]):
    """The paper ended in the middle: what has come out is worth nothing, and another copy can follow."""

    @override
    def compose(self, kit: Kit, prompt: PrintStopped, reply: Reply) -> Scene:
        now = Text("print_stopped.ready") if prompt.ready else Text(f"fault.{prompt.fault.value}.citizen")
        lead = _opening(kit, Tone.WAITING, headline(kit, "print_stopped.headline"), body(kit, now, kit.palette.ink))
        parts = [note_box(kit, Note(Text("print_stopped.void"), Tone.STOP))]
        if not prompt.ready:
            parts.append(note_box(kit, Note(Text(_until_ready(prompt.fault)))))
        leave = Action("finish", kit.say("print_stopped.leave"), lambda: reply.answer(Finished()))
        again = Action(
            "retry",
            kit.say("print_stopped.again"),
            lambda: reply.answer(Again.RETRY),
            Rank.MAIN,
            "retry",
            weight=2,
            closed=not prompt.ready,
        )
        return Scene(lead=[*steps_line(kit, prompt.steps), *lead], body=parts, actions=[leave, again], home=False)


def _until_ready(fault: FaultCode) -> str:
    return "print_stopped.wait_paper" if fault is FaultCode.PRN_PAPER_OUT else "print_stopped.wait_printer"


def _fault_actions(kit: Kit, prompt: ShowFault, reply: Reply) -> list[Action]:
    if not prompt.retry:
        return [_finish(kit, reply, prompt.take_document)]
    leave = Action("leave", kit.say("action.leave"), lambda: reply.answer(Finished()))
    again = Action("retry", kit.say("action.retry"), lambda: reply.answer(Again.RETRY), Rank.MAIN, "retry", weight=2)
    return [leave, again]


def _finish(kit: Kit, reply: Reply, document: bool) -> Action:  # noqa: FBT001 - there is a document to take, or not
    word = kit.say("action.finish_and_take" if document else "action.finish")
    return Action("finish", word, lambda: reply.answer(Finished()), Rank.MAIN)


def _opening(kit: Kit, tone: Tone, question: Block, explanation: Block) -> list[Block]:
    return [beside(kit, tone_sign(kit, tone), question), explanation]


_PAPERS = {"slip": ("receipt", "result.take_slip"), "certificate": ("document", "result.take_certificate")}


def _reminders(kit: Kit, *, document: bool, paper: str = "") -> Sequence[Block]:
    """What to take along, as pictures with words; ``paper``: what has come out of the printer, if anything."""
    wanted = [("card_chip", "result.take_document")] * document
    if paper:
        wanted.append(_PAPERS[paper])
    if not wanted:
        return []
    # Above the button, as the last thing that is read: in a lying window the column is short.
    reminders = Row(kit, [_reminder(kit, icon, key) for icon, key in wanted])
    return [reminders] if kit.landscape else [Spring(kit), reminders]


def _reminder(kit: Kit, icon: str, key: str) -> Block:
    sign = Icon(kit, icon, kit.sizes.title * 1.6, kit.palette.brand, kit.palette.brand_soft)
    return Panel(kit, beside(kit, sign, title(kit, key)), line=kit.palette.line, inset=32)
