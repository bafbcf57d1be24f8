"""What the applications share: facts below a refusal, the note on the summary, and how they end."""

from flows.endings import NOT_IN_EFFECT_YET, end
from flows.prompts import Line, Note, Text
from flows.transactions import ReceiptState, Transaction
from flows.visit import Outcome, Visit


def months_paid(months: int) -> Line:
    """How long unemployment insurance was paid, as a fact below a refusal."""
    return Line(Text("label.months_paid"), Text("value.months", {"count": months}), strong=True)


def what_follows(key: str, record: object | None) -> Note:
    """What comes after the application; or, when the gateway could not be asked, that it has not reached it yet."""
    return NOT_IN_EFFECT_YET if record is None else Note(Text(key))


async def hand_in(visit: Visit, words: str, application: Transaction, lines: tuple[Line, ...], note: Note) -> Outcome:
    """Submit ``application`` and end with its slip and the result.

    ``words`` begins the keys of the sentences for one that was accepted (``<words>.done.*``); every other end has
    words that all applications share. ``note`` is said on the screen when it was accepted.
    """
    receipt = await visit.submit(application)
    accepted = receipt.state is ReceiptState.DONE
    return await end(visit, words if accepted else "application", receipt, lines, note)
