"""Rounds: lives that are cut short one after the other on one directory, a last one that drains it, and the judgement.

A round is given by its seed: the citizens, the network, and how each life ends. What time does is not: a random moment,
and how far threads have come by then.
"""

import random
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from sqlalchemy import select, text

from simulator.gateway.models import CardEvent, SequenceGap, Transaction
from simulator.gateway.models_insured import Application
from simulator.gateway.server import GatewayServer
from tests.crash.judge import Entry, Finding, Ledger, Wrong, judge
from tests.crash.nursery import Nursery
from tests.crash.order import Doom, Life, Order, Task
from tests.offline_queue.hall import enrol, new_server

_WITH_A_TRACER = 0.07  # of the deaths: attaching takes longer than a whole life
_WITHOUT_CABLE = 0.15  # of the lives
_CALLS = {"pwrite64": 40, "fdatasync": 30, "fsync": 4, "sendto": 12, "write": 12}  # and how many a life may make


@dataclass
class Round:
    """What came of one round, or of several added up."""

    rounds: int = 0
    boundaries: int = 0  # of the walk
    kills: Counter[str] = field(default_factory=Counter)
    told: Counter[str] = field(default_factory=Counter)
    results: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)

    @property
    def transactions(self) -> int:
        """At the gateway."""
        return self.results.total()

    def add(self, other: "Round") -> None:
        """Count ``other`` in."""
        self.rounds += other.rounds
        self.boundaries += other.boundaries
        self.kills += other.kills
        self.told += other.told
        self.results += other.results
        self.findings += other.findings


@dataclass
class Hall:
    """A gateway and a nursery, for many rounds."""

    directory: Path
    server: GatewayServer
    nursery: Nursery
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @contextmanager
    def kiosk(self) -> Iterator[Path]:
        """The directory of a newly enrolled kiosk before people as they were invented."""
        self.server.state.reset()
        directory = self.directory / f"kiosk-{next(self._numbers)}"
        enrol(directory / "keys", self.server, directory.name)
        try:
            yield directory
        finally:
            shutil.rmtree(directory)

    def ledger(self, kiosk: str) -> Ledger:
        """The gateway's, of one kiosk."""
        with self.server.state.sessions() as session:
            effects = Counter(session.scalars(select(CardEvent.transaction_id)))
            effects.update(session.scalars(select(Application.transaction_id)))
            arrived = session.scalars(
                select(Transaction).where(Transaction.kiosk_id == kiosk).order_by(text('"transaction".rowid'))
            )
            gaps = select(SequenceGap.sequence).where(SequenceGap.kiosk_id == kiosk, SequenceGap.filled_at.is_(None))
            return Ledger([_entry(each, effects[each.id]) for each in arrived], list(session.scalars(gaps)))


def _entry(arrived: Transaction, effects: int) -> Entry:
    return Entry(
        id=arrived.id,
        sequence=arrived.sequence,
        visit=arrived.payload["proof"]["detail"],
        person=arrived.payload["person"]["number"],
        kind=arrived.kind,
        result=arrived.result,
        reason=arrived.reason or "",
        withdrawn=arrived.withdrawn,
        received_at=arrived.received_at,
        acceptance_number=arrived.acceptance_number or "",
        effects=effects,
    )


@contextmanager
def open_hall(directory: Path) -> Iterator[Hall]:
    """A gateway with its own database in ``directory``, and a nursery."""
    with Nursery() as nursery, new_server(directory / "gateway") as server:
        yield Hall(directory, server, nursery)


def play(hall: Hall, seed: int) -> Round:
    """One round: some lives, each cut short in a way of its own."""
    chance = random.Random(seed)
    with hall.kiosk() as directory:
        played = finish(hall, directory, _orders(chance, directory, hall.server.url))
    played.rounds = 1
    return played


def finish(hall: Hall, directory: Path, orders: Iterable[Order]) -> Round:
    """Let the lives be lived, then heal the network, drain the queue and compare the books."""
    round_ = Round()
    lives = []
    boot = Order.boot
    for order in orders:
        boot = order.boot
        lives.append(hall.nursery.whole_life(order))
        round_.kills[_place(order)] += lives[-1].killed
    hall.server.switches.off()
    lives.append(hall.nursery.whole_life(Order(str(directory), hall.server.url, "last", Task.DRAIN, boot=boot)))
    told = [line for life in lives for line in life.of("told")]
    ledger = hall.ledger(directory.name)
    round_.told.update(line["state"] for line in told)
    round_.results.update("expired" if entry.withdrawn else entry.result for entry in ledger.entries)
    round_.findings = [*_broken(lives), *judge(told, lives[-1].of("row"), ledger)]
    return round_


def _orders(chance: random.Random, directory: Path, url: str) -> Iterator[Order]:
    boot = 1
    for life in range(chance.randint(2, 4)):
        boot += chance.random() < 0.4
        doom, after, call = _doom(chance)
        yield Order(
            str(directory),
            url,
            f"life{life}",
            seed=chance.getrandbits(32),
            boot=f"boot-{boot}",
            cable=chance.random() > _WITHOUT_CABLE,
            doom=doom,
            after=after,
            call=call,
        )


def _doom(chance: random.Random) -> tuple[Doom, int, str]:
    if chance.random() < _WITH_A_TRACER:
        call, most = chance.choice(list(_CALLS.items()))
        return Doom.CALL, chance.randint(1, most), call
    match doom := chance.choice((Doom.MOMENT, Doom.STATEMENT, Doom.EXCHANGE)):
        case Doom.MOMENT:
            return doom, chance.randint(0, 200), ""
        case Doom.STATEMENT:
            return doom, chance.randint(1, 150), ""
        case _:
            return doom, chance.randint(1, 10), ""


_OPEN = {"pending", "sending", "expiring"}


def _place(order: Order) -> str:
    return order.call if order.doom is Doom.CALL else str(order.doom)


def _broken(lives: list[Life]) -> Iterator[Finding]:
    for life in lives:
        if not life.sound:
            yield Finding(Wrong.BROKEN, f"a life failed after {len(life.said)} lines")
        for line in life.of("bug"):
            yield Finding(Wrong.BROKEN, f"{line['log']}: {line['error']}")
        for line in life.of("not_taken"):
            yield Finding(Wrong.BROKEN, f"{line['visit']}: not taken, {line['code']}")
    for line in lives[-1].of("drained"):
        if line["open"] or line["closed"]:
            waits = [
                row["problem"] for row in lives[-1].of("row") if row["state"] in {"pending", "sending", "expiring"}
            ]
            yield Finding(Wrong.BROKEN, f"{line['open']} rows wait at the end, {line['closed']}, {waits}")
