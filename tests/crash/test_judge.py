"""The judge itself: sound books pass, and each thing that must never be is found and named."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.crash.judge import Entry, Ledger, Wrong, judge

MOMENT = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def entry(sequence: int, **changes: Any) -> Entry:
    """An accepted loss report, each of another person."""
    sound = Entry(
        id=f"id-{sequence}",
        sequence=sequence,
        visit=f"visit-{sequence}",
        person=f"P{sequence}",
        kind="loss_report",
        result="accepted",
        reason="",
        withdrawn=False,
        received_at=MOMENT,
        acceptance_number="",
        effects=1,
    )
    return replace(sound, **changes)


def told(sequence: int, **changes: Any) -> dict[str, Any]:
    """What its citizen was told."""
    return {
        "visit": f"visit-{sequence}",
        "kind": "loss_report",
        "person": f"P{sequence}",
        "number": f"K-{sequence:06d}",
        "state": "done",
        "reason": "",
        "acceptance_number": "",
        "effective_at": MOMENT.isoformat(),
        "read_at": MOMENT.isoformat(),
        **changes,
    }


def found(lines: list[dict[str, Any]], entries: list[Entry], *, gaps: tuple[int, ...] = ()) -> set[Wrong]:
    """What the judge finds; the kiosk's rows say the same as the gateway's."""
    rows = [
        {"sequence": each.sequence, "id": each.id, "state": "expired" if each.withdrawn else each.result}
        for each in entries
    ]
    return {finding.wrong for finding in judge(lines, rows, Ledger(entries, gaps))}


def test_sound_books_pass() -> None:
    expired = entry(3, result="refused", reason="expired", withdrawn=True, effects=0)
    needs_gateway = told(3, state="refused", reason="needs_gateway", effective_at=None)
    stored = told(2, state="stored", effective_at=None)
    assert found([told(1), stored, needs_gateway], [entry(1), entry(2), expired]) == set()


def test_what_was_stored_but_told_to_nobody_may_be_delivered() -> None:
    assert found([], [entry(1)]) == set()


@pytest.mark.parametrize("state", ["stored", "processing", "done", "refused"])
def test_told_and_never_at_the_gateway_is_lost(state: str) -> None:
    assert Wrong.LOST in found([told(1), told(2, state=state)], [entry(1)])


def test_one_visit_with_two_transactions_is_doubled() -> None:
    assert Wrong.DOUBLED in found([told(1)], [entry(1), entry(2, visit="visit-1", person="P1")])


def test_one_visit_with_two_effects_is_doubled() -> None:
    assert Wrong.DOUBLED in found([told(1)], [entry(1, effects=2)])


def test_one_number_for_two_visits_is_doubled() -> None:
    assert Wrong.DOUBLED in found([told(1), told(2, number="K-000001")], [entry(1), entry(2)])


@pytest.mark.parametrize(
    ("line", "fact"),
    [
        ({"state": "done"}, {"result": "refused", "reason": "card_not_normal", "effects": 0}),
        ({"state": "refused", "reason": "needs_gateway"}, {}),
        ({"state": "refused", "reason": "expired"}, {"result": "refused", "reason": "card_not_normal", "effects": 0}),
        ({"state": "superseded"}, {}),
        ({"state": "stored", "read_at": (MOMENT + timedelta(milliseconds=1)).isoformat()}, {}),
        ({"state": "done", "acceptance_number": "20261124-00001"}, {}),
        ({"state": "done", "effective_at": (MOMENT + timedelta(seconds=1)).isoformat()}, {}),
        ({"state": "processing"}, {"result": "refused", "reason": "card_not_normal"}),
        ({"state": "processing", "person": "P2"}, {}),
    ],
)
def test_what_was_told_must_be_so(line: dict[str, Any], fact: dict[str, Any]) -> None:
    assert found([told(1, **line)], [entry(1, **fact)]) == {Wrong.TOLD_WRONG}


def test_a_number_that_never_came_is_a_gap() -> None:
    assert found([], [entry(1), entry(3)], gaps=(2,)) == {Wrong.GAPS}
    assert found([], [entry(1), entry(3)]) == {Wrong.GAPS}


def test_a_persons_transactions_out_of_order_are_found_and_those_of_others_pass_by() -> None:
    assert found([], [entry(2), entry(1)]) == set()
    assert found([], [entry(2, person="P1"), entry(1)]) == {Wrong.ORDER}
    assert found([], [entry(2, person="P1"), entry(1, result="refused", withdrawn=True, effects=0)]) == set()


def test_a_kiosk_whose_rows_say_something_else_is_found() -> None:
    row = {"sequence": 1, "id": "id-1", "state": "pending"}
    assert {finding.wrong for finding in judge([], [row], Ledger([entry(1)], ()))} == {Wrong.BOOKS}
    assert {finding.wrong for finding in judge([], [row], Ledger([], ()))} == {Wrong.BOOKS}
