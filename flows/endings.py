"""How every matter ends: the result screen and the slip, worded by matter and by where the transaction stands."""

from flows.prompts import Line, Note, Text, Tone, Verbatim
from flows.transactions import Receipt, ReceiptState
from flows.visit import Outcome, Refusal, Slip

# Said on the summary already, when the gateway could not be asked: nobody should learn it only at the end.
NOT_IN_EFFECT_YET = Note(Text("note.offline"), Tone.WAITING)

TONES = {
    ReceiptState.DONE: Tone.OK,
    ReceiptState.STORED: Tone.WAITING,
    ReceiptState.PROCESSING: Tone.WAITING,
    ReceiptState.REFUSED: Tone.STOP,
    ReceiptState.SUPERSEDED: Tone.STOP,
}


def outcome_of(matter: str, receipt: Receipt, lines: tuple[Line, ...], notes: tuple[Note, ...] = ()) -> Outcome:
    """The result screen of ``matter``; ``notes`` are said when it is done, else what the citizen can do."""
    tone = TONES[receipt.state]
    return Outcome(
        tone=tone,
        headline=Text(f"{matter}.{receipt.state}.headline"),
        explanation=_explanation(matter, receipt),
        lines=(
            Line(Text("label.matter"), Text(f"matter.{matter}.title")),
            *lines,
            Line(Text("label.receipt"), Verbatim(receipt.number), strong=True),
        ),
        notes=notes if tone is Tone.OK else (Note(_next(matter, receipt), tone),),
        receipt=receipt,
    )


def slip_of(matter: str, receipt: Receipt, lines: tuple[Line, ...]) -> Slip:
    """The slip of ``matter``."""
    return Slip(
        matter=Text(f"matter.{matter}.title"),
        headline=Text(f"{matter}.{receipt.state}.headline"),
        lines=lines,
        what_next=(_explanation(matter, receipt), _next(matter, receipt)),
        receipt=receipt,
    )


def _explanation(matter: str, receipt: Receipt) -> Text:
    if receipt.state is ReceiptState.REFUSED:
        return Text(f"refusal.{Refusal.of(receipt.reason)}.explanation")
    return Text(f"{matter}.{receipt.state}.explanation", {"at": receipt.effective_at or receipt.occurred_at})


def _next(matter: str, receipt: Receipt) -> Text:
    return Text(f"{matter}.{receipt.state}.next")
