"""What a run of the fleet comes to: what arrived, what it cost the gateway, and how even the load was."""

import statistics
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from simulator.gateway.models import SequenceGap, Transaction
from tests.fleet.exchanges import Exchange
from tests.fleet.plan import Plan

_TRANSACTIONS = "/v1/transactions"


@dataclass(frozen=True)
class Books:
    """The gateway's database against what the kiosks stored; all but ``expected``, ``arrived`` should be 0."""

    expected: int
    arrived: int
    lost: int
    doubled: int
    strange: int
    wrong_sequence: int
    open_gaps: int
    sent_again: int  # requests that repeated a key that had arrived; harmless, counted by the gateway


def compare(sessions: sessionmaker[Session], keys: dict[str, list[str]]) -> Books:
    """Key by key, and number by number."""
    with sessions() as session:
        found = session.execute(
            select(Transaction.id, Transaction.kiosk_id, Transaction.sequence, Transaction.times_received)
        ).all()
        gaps = len(session.scalars(select(SequenceGap.sequence).where(SequenceGap.filled_at.is_(None))).all())
    stored = {key: (kiosk, place) for kiosk, made in keys.items() for place, key in enumerate(made, 1)}
    times = Counter(row.id for row in found)
    return Books(
        expected=len(stored),
        arrived=len(found),
        lost=len(stored.keys() - times.keys()),
        doubled=sum(count - 1 for count in times.values()),
        strange=len(times.keys() - stored.keys()),
        wrong_sequence=sum(stored.get(row.id) != (row.kiosk_id, row.sequence) for row in found),
        open_gaps=gaps,
        sent_again=sum(row.times_received - 1 for row in found),
    )


def figures(
    plan: Plan,
    books: Books,
    states: Counter[str],
    exchanges: Iterable[Exchange],
    returned: float,
    seconds: float | None,
) -> dict[str, object]:
    """The run as one JSON object. ``returned``: when the gateway began to answer; ``seconds``: until all was sent."""
    after = [each for each in exchanges if each.begun + each.seconds >= returned]
    sent = [each for each in after if each.path == _TRANSACTIONS]
    answered = [each for each in sent if each.status]
    busy = seconds or max((each.begun for each in after), default=returned) - returned
    per_second = Counter(int(each.begun - returned) for each in after)
    peak = max(per_second.values(), default=0)
    mean = len(after) / busy if busy else 0.0
    times = [each.seconds for each in answered] or [0.0, 0.0]
    return {
        "kiosks": plan.kiosks,
        "rows_each": plan.rows,
        "workers": plan.workers,
        "database": "postgresql" if plan.postgres else "sqlite",
        "in_flight": plan.in_flight,
        "books": asdict(books),
        "states": dict(states),
        "seconds_to_empty": seconds and round(seconds, 1),
        "requests": len(after),
        "requests_a_second_mean": round(mean, 1),
        "requests_a_second_peak": peak,
        "peak_against_mean": round(peak / mean, 2) if mean else None,
        "per_second": [per_second[second] for second in range(max(per_second, default=0) + 1)],
        "statuses": dict(Counter(f"{each.method} {each.path} {each.status or each.fault}" for each in after)),
        "error_rate": round(sum(not 200 <= each.status < 300 for each in after) / max(len(after), 1), 4),
        "request_p50": round(statistics.median(times), 3),
        "request_p99": round(statistics.quantiles(times, n=100, method="inclusive")[98], 3),
        "request_longest": round(max(times), 3),
    }


def sound(books: Books, states: Counter[str]) -> bool:
    """Whether everything was delivered once, and both sides say so."""
    faults = (books.lost, books.doubled, books.strange, books.wrong_sequence, books.open_gaps)
    return not any(faults) and books.arrived == books.expected and states == Counter(accepted=books.expected)


def table(result: dict[str, object]) -> str:
    """The figures for people; the seconds one by one are in the JSON only."""
    shown = {name: value for name, value in result.items() if name != "per_second"}
    return "\n".join(f"{name.replace('_', ' '):<24}  {value}" for name, value in shown.items())
