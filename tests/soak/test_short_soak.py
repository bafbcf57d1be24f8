"""A short soak: a few visits with troubles; the figures and the judgement are as in ``make soak``."""

import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.crash.judge import Entry, Ledger, Wrong
from tests.soak.books import Told, findings
from tests.soak.measures import Held
from tests.soak.soak import Soak, soak, write

VISITS = 6
NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)


def test_a_few_visits_with_troubles_all_end_clearly_and_nothing_is_lost(tmp_path: Path) -> None:
    progress = io.StringIO()
    figures = soak(tmp_path / "hall", VISITS, 5, most_seconds=5, progress=progress, settled=0.3)
    assert figures["findings"] == []
    assert 0 < figures["visits"] <= VISITS
    assert sum(figures["ends"].values()) == figures["visits"]
    held = Held(**figures["held"][str(figures["visits"])])
    assert held.threads > 3
    assert held.descriptors > 3
    assert held.bytes > 50_000_000
    assert "threads" in progress.getvalue()
    write(figures, tmp_path / "build" / "soak.json")
    assert json.loads((tmp_path / "build" / "soak.json").read_text()) == figures


def visit(ended: str = "ShowResult", state: str = "done", sequence: int = 1, **changes: Any) -> dict[str, Any]:
    return {
        "person": "zhang_ling",
        "matter": "activation",
        "ended": ended,
        "headline": f"activation.{state}.headline" if ended == "ShowResult" else "refusal.x.headline",
        "fault": "",
        "receipt": f"JN01-{sequence:06}" if ended == "ShowResult" else "",
        "unknown": [],
        **changes,
    }


def row(sequence: int = 1, state: str = "accepted") -> dict[str, Any]:
    return {"sequence": sequence, "id": f"id-{sequence}", "kind": "activation", "state": state, "problem": None}


def entry(sequence: int = 1, of: str = "visit-1", **changes: Any) -> Entry:
    return Entry(
        **{
            "id": f"id-{sequence}",
            "sequence": sequence,
            "visit": of,
            "person": "1",
            "kind": "activation",
            "result": "accepted",
            "reason": "",
            "withdrawn": False,
            "received_at": NOW + timedelta(seconds=sequence),
            "acceptance_number": "A1",
            "effects": 1,
            **changes,
        }
    )


def judged(told: list[tuple[dict[str, Any], list[Any]]], rows: list[Any], entries: list[Entry]) -> set[Wrong]:
    both = Told([each for each, _ in told], [made for _, made in told])
    return {finding.wrong for finding in findings(both, rows, Ledger(entries, []))}


def test_books_that_agree_are_not_found_fault_with() -> None:
    told = [(visit(), [row()]), (visit("left"), []), (visit("ShowFault", fault="CARD_REMOVED"), [])]
    assert judged(told, [row()], [entry()]) == set()


@pytest.mark.parametrize(
    ("told", "rows", "entries", "wrong"),
    [
        ([(visit(), [row()])], [row()], [], {Wrong.LOST, Wrong.BOOKS}),
        ([(visit(), [row(), row(2)])], [row(), row(2)], [entry(), entry(2)], {Wrong.DOUBLED, Wrong.TOLD_WRONG}),
        ([(visit(state="refused"), [row()])], [row()], [entry()], {Wrong.TOLD_WRONG}),
        ([(visit("ShowRefusal"), [row()])], [row()], [entry()], {Wrong.TOLD_WRONG}),
        ([(visit("ShowFault", fault="SW_BUG"), [])], [], [], {Wrong.BROKEN}),
        ([(visit(""), [])], [], [], {Wrong.BROKEN}),
        ([(visit("left", unknown=["Riddle"]), [])], [], [], {Wrong.BROKEN}),
        ([(visit("left"), [])], [row()], [entry(of="nobody-1")], {Wrong.BOOKS}),
        ([(visit(), [row()])], [row(state="pending")], [entry()], {Wrong.BOOKS}),
    ],
)
def test_what_is_wrong_is_found(told: Any, rows: Any, entries: Any, wrong: set[Wrong]) -> None:
    assert judged(told, rows, entries) == wrong


def held(megabytes: int, threads: int = 14, descriptors: int = 22) -> Held:
    return Held(megabytes * 1_000_000, 200_000_000, threads, descriptors)


@pytest.mark.parametrize(
    ("last", "grown"),
    [(held(262), 0), (held(240), 0), (held(263), 1), (held(250, threads=15), 1), (held(250, descriptors=23), 1)],
)
def test_what_grows_after_it_is_warm_is_found(last: Held, grown: int) -> None:
    played = Soak(hall=None, visits=200, seed=1, most_seconds=1, progress=io.StringIO())  # type: ignore[arg-type]
    played.samples = {100: held(250), 200: last}
    played.told = Told([visit("left")] * 200, [[]] * 200)
    assert len(list(played._grown())) == grown
