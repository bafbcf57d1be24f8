"""How every matter ends: the result screen and the slip, worded by the matter and by where the transaction stands."""

from flows.certificates import PrintedCertificate
from flows.prompts import Line, Note, Text, Tone, Verbatim
from flows.transactions import Receipt, ReceiptState
from flows.visit import Outcome, Refusal, Slip, Visit

# Said on the summary already, when the gateway could not be asked: nobody should learn it only at the end.
NOT_IN_EFFECT_YET = Note(Text("note.offline"), Tone.WAITING)

TONES = {
    ReceiptState.DONE: Tone.OK,
    ReceiptState.STORED: Tone.WAITING,
    ReceiptState.PROCESSING: Tone.WAITING,
    ReceiptState.REFUSED: Tone.STOP,
    ReceiptState.SUPERSEDED: Tone.STOP,
}


async def end(visit: Visit, words: str, receipt: Receipt, lines: tuple[Line, ...], *notes: Note) -> Outcome:
    """Print the slip and compose the result screen.

    ``words`` is the first part of the sentences' keys (``<words>.<state>.headline``, ``.explanation``, ``.next``).
    ``lines`` stand on the slip, the first of them on the screen too. ``notes`` are said when it is done; else the
    screen says what the citizen can do.
    """
    facts = _facts(receipt)
    tone = TONES[receipt.state]
    headline = Text(f"{words}.{receipt.state}.headline")
    await visit.print(Slip(headline, (*lines, *facts), (_explanation(words, receipt), _next(words, receipt)), receipt))
    return Outcome(
        tone=tone,
        headline=headline,
        explanation=_explanation(words, receipt),
        lines=(*lines[:1], *facts, Line(Text("label.receipt"), Verbatim(receipt.number), strong=True)),
        notes=notes if tone is Tone.OK else (Note(_next(words, receipt), tone),),
        receipt=receipt,
    )


def certified(done: PrintedCertificate) -> Outcome:
    """The end of a certificate: it came out whole, or it is void. There is no slip beside it."""
    certificate = done.certificate
    words, tone = ("certificate.printed", Tone.OK) if done.printed else ("certificate.not_printed", Tone.STOP)
    number = Line(Text("label.certificate_number"), Verbatim(certificate.number), strong=done.printed)
    code = Line(Text("label.verification_code"), Verbatim(certificate.verification_code))
    return Outcome(
        tone=tone,
        headline=Text(f"{words}.headline"),
        explanation=Text(f"{words}.explanation"),
        lines=(number, code) if done.printed else (number,),
        notes=(*_earlier_copies(done), Note(Text(f"{words}.next"), tone)),
    )


def _earlier_copies(done: PrintedCertificate) -> tuple[Note, ...]:
    """That there were others: the reader of a certificate may ask why it says so."""
    certificate = done.certificate
    if not done.printed or certificate.copy == 1:
        return ()
    if not certificate.voided:
        return (Note(Text("note.reprint", {"copy": certificate.copy})),)
    torn = ", ".join(str(copy) for copy in certificate.voided)
    return (Note(Text("note.copies_void", {"copy": certificate.copy, "torn": torn})),)


def _facts(receipt: Receipt) -> tuple[Line, ...]:
    """What the gateway has added to an accepted transaction."""
    number = Line(Text("label.acceptance_number"), Verbatim(receipt.acceptance_number))
    until = Line(Text("label.lost_until"), Text("value.moment", {"at": receipt.lost_until or receipt.occurred_at}))
    due = Line(Text("label.due"), Text("value.day", {"day": receipt.due or receipt.occurred_at.date()}))
    told = ((number, receipt.acceptance_number), (until, receipt.lost_until), (due, receipt.due))
    return tuple(line for line, value in told if value)


def _explanation(words: str, receipt: Receipt) -> Text:
    if receipt.state is ReceiptState.REFUSED:
        return Text(f"refusal.{Refusal.of(receipt.reason)}.explanation")
    return Text(f"{words}.{receipt.state}.explanation", {"at": receipt.effective_at or receipt.occurred_at})


def _next(words: str, receipt: Receipt) -> Text:
    return Text(f"{words}.{receipt.state}.next")
