"""What the tests of the sixteen failures look at: the gateway's book, the engineer's log, and what both sides keep."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from flows.transactions import Receipt
from simulator.people import BY_KEY
from tests.faults.counter import Counter
from tests.offline_queue.hall import TestHall

SENDING = "/v1/transactions"  # the way of every transaction; the gateway's health is another


@asynccontextmanager
async def line_cut(hall: TestHall) -> AsyncIterator[None]:
    """No line to the gateway, until the end of this or until somebody puts it right before."""
    hall.server.stop()
    try:
        yield
    finally:
        if not hall.server.running:
            hall.server.start()


def ledger(hall: TestHall) -> list[tuple[int, str, str | None]]:
    """The gateway's book: number, result, reason."""
    return sorted((entry.sequence, entry.result, entry.reason) for entry in hall.transactions)


def effects(hall: TestHall) -> list[tuple[str, str, str | None]]:
    """Whose card became what, by which key (None: elsewhere), in the order in which it happened."""
    whose = {person.card.number: key for key, person in BY_KEY.items() if person.card is not None}
    events = sorted(hall.events, key=lambda event: event.id)
    return [(whose[event.card_number], event.after, event.transaction_id) for event in events]


def messages(hall: TestHall) -> list[tuple[str, str]]:
    """Who was sent which text."""
    whose = {person.number: key for key, person in BY_KEY.items()}
    return sorted((whose[message.person_number], message.text_code) for message in hall.messages)


async def kept(counter: Counter, receipt: Receipt, hall: TestHall) -> Receipt:
    """What the receipt's owner is told in the end; fails unless the gateway's book and the row say the same."""
    told, row = await counter.told_in_the_end(receipt), await counter.row(receipt)
    (entry,) = [entry for entry in hall.transactions if entry.id == str(row.id)]
    assert (told.number, entry.sequence, entry.effective_at) == (receipt.number, row.sequence, told.effective_at)
    assert entry.result == ("refused" if row.state == "expired" else row.state)
    return told


def alarms(caplog: pytest.LogCaptureFixture, event: str) -> list[object]:
    """The faults for which an engineer is called at ``event``."""
    return [
        vars(record)["fault"] for record in caplog.records if (record.message, record.levelname) == (event, "ERROR")
    ]
