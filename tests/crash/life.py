"""A kiosk without a window: citizens come, and what each is told goes down a pipe before anything else happens."""

import asyncio
import contextlib
import http.client
import json
import logging
import os
import random
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from config.clock import Timekeeper
from flows.records import CardStatus, DocumentKind, EndReason
from flows.transactions import (
    Activation,
    Applicant,
    Cancellation,
    EntitlementReview,
    LossReport,
    Proof,
    ProofMethod,
    Receipt,
    Reinstatement,
    SkillSubsidy,
    Transaction,
    UnemploymentBenefit,
)
from kiosk import enrolment
from kiosk.delivery import GatewayDelivery
from kiosk.gateway import Gateway, GatewaySettings
from kiosk.queue_line import follow_line
from kiosk.request_signature import RequestSigner
from kiosk.submission import Submission
from offline_queue.model import QueuedTransaction, QueueError
from offline_queue.opening import latest_time
from offline_queue.pace import Pace
from offline_queue.queue import OfflineQueue, utc_now
from simulator.gateway.switches import Fault
from simulator.people import BY_KEY, Person
from tests.crash.doom import DyingDelivery, at_statement
from tests.crash.order import Doom, Order, Task

PACE = Pace(
    first_wait=0.02, longest_wait=0.1, longest_retry_after=0.1, tick=0.02, spread=0.02, priorities={"loss_report": 1}
)
_MOST_VISITS = 8
_PATIENCE = 0.1
_LONG = timedelta(hours=1)
_SOON = timedelta(seconds=0.1)  # grows too old in the queue while the line is down
_DRAINED_WITHIN = 60.0  # far more than it takes: on a machine with other work each question may time out a few times
_NOBODY = "http://127.0.0.1:9"

# What each comes for: most of it can be accepted, so that there are effects which could be had twice.
_CARD = (Activation, Activation, LossReport, LossReport, Reinstatement)
_MATTERS: Mapping[str, tuple[type[Transaction], ...]] = {
    "zhang_ling": _CARD,
    "zhao_qi": (*_CARD, UnemploymentBenefit),
    "berg": (*_CARD, Cancellation),
    "li_xiuying": (*_CARD, EntitlementReview),
    "wang_jianguo": (LossReport, LossReport, Reinstatement, Cancellation, SkillSubsidy),
}
_CARD_SEEN = {"activation": CardStatus.NOT_ACTIVATED, "reinstatement": CardStatus.TEMPORARILY_LOST}
_NETWORKS = (
    (Fault.NONE, 6),
    (Fault.DOWN, 3),
    (Fault.ANSWER_LOST, 3),
    (Fault.ERROR_500, 1),
    (Fault.UNAVAILABLE_503, 4),
    (Fault.BROKEN_JSON, 1),
    (Fault.CAPTIVE_PORTAL, 1),
    (Fault.IN_PROGRESS_409, 1),
    (Fault.SLOW, 1),
)

Say = Callable[..., None]


class WatchedQueue(OfflineQueue):
    """Notes when a row was last read: what a citizen is told was true then, and may be old when it is said."""

    read_at: datetime

    async def get(self, transaction_id: UUID) -> QueuedTransaction:
        self.read_at = utc_now()
        return await super().get(transaction_id)


@dataclass(frozen=True)
class Kiosk:
    """What a visit needs."""

    queue: WatchedQueue
    now: Callable[[], datetime]
    order: Order
    say: Say

    def submission(self, expires_after: timedelta = _LONG) -> Submission:
        """The way of every write."""
        return Submission(self.queue, prefix="K", patience=_PATIENCE, expires_after=expires_after, now=self.now)


def live(order: Order, pipe: int) -> None:
    """One life, from opening the queue to its end; each line that is said is one write to ``pipe``."""

    def say(what: str, **told: Any) -> None:
        os.write(pipe, (json.dumps({"what": what, **told}) + "\n").encode())

    logging.getLogger().addHandler(_BugsToldOf(say))
    if order.doom is Doom.STATEMENT:
        at_statement(order.after)
    asyncio.run(_live(order, say))


class _BugsToldOf(logging.Handler):
    """An exception that the product caught and logged is no death, but must not stay unknown."""

    def __init__(self, say: Say) -> None:
        super().__init__()
        self._say = say

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info or record.levelno >= logging.CRITICAL:
            self._say("bug", log=record.getMessage(), error=repr(record.exc_info and record.exc_info[1]))


async def _live(order: Order, say: Say) -> None:
    async with _kiosk(order, say) as kiosk:
        say("open")
        match order.task:
            case Task.VISITS:
                await _random_visits(kiosk)
            case Task.SCENE:
                await _scene(kiosk)
            case Task.DRAIN:
                await _drain(kiosk)


@asynccontextmanager
async def _kiosk(order: Order, say: Say) -> AsyncIterator[Kiosk]:
    directory = Path(order.directory)
    keys = enrolment.load(directory / "keys")
    timekeeper = Timekeeper(latest_time(directory / "queue"), boot=order.boot)
    signer = RequestSigner(keys.kiosk, keys.signing_key, timekeeper.now)
    url = order.url if order.cable else _NOBODY
    settings = GatewaySettings(url, connect_seconds=0.5, read_seconds=0.2, total_seconds=0.5, health_seconds=0.1)
    gateway = Gateway(settings, signer, keys.certificate_keys, timekeeper)
    delivery = DyingDelivery(gateway, order.after) if order.doom is Doom.EXCHANGE else GatewayDelivery(gateway)
    queue = await WatchedQueue.open(
        directory / "queue",
        sealer=keys.sealer(),
        subject_key=keys.subject_key,
        deliver=delivery,
        pace=PACE,
        clock=timekeeper,
    )
    assert isinstance(queue, WatchedQueue)
    tasks = [asyncio.create_task(each) for each in (queue.run(), gateway.watch(), follow_line(gateway, queue, 0.05))]
    try:
        yield Kiosk(queue, timekeeper.now, order, say)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await gateway.close()
        await queue.close()


def switch(url: str, fault: Fault, *, times: int | None = None, seconds: float = 0.0) -> None:
    """Set the network as it is from now on; what is said here the gateway's wire does to the next requests."""
    parts = urlsplit(url)
    line = http.client.HTTPConnection(parts.hostname or "", parts.port)
    with contextlib.closing(line):
        body = json.dumps({"fault": fault, "times": times, "seconds": seconds})
        line.request("POST", "/admin/switch", body, {"Content-Type": "application/json"})
        assert line.getresponse().status == 200


def _person_and_matter(chance: random.Random) -> tuple[Person, type[Transaction]]:
    key = chance.choice(list(_MATTERS))
    return BY_KEY[key], chance.choice(_MATTERS[key])


def transaction(person: Person, matter: type[Transaction], visit: str) -> Transaction:
    """What ``person`` wants. ``visit`` goes with it to the gateway's ledger, in a field that nobody decides by."""
    applicant = Applicant(
        person_number=person.number,
        person_name=person.name,
        document=DocumentKind.RESIDENT_ID,
        proof=Proof(ProofMethod.FACE, visit),
        card_number=person.card.number if person.card else None,
        card_status_seen=_CARD_SEEN.get(matter.KIND, CardStatus.NORMAL),
    )
    if matter is UnemploymentBenefit:
        return UnemploymentBenefit(applicant, EndReason.EMPLOYER_CLOSED, mobile="13800000021", bank_account="")
    if matter is SkillSubsidy:
        return SkillSubsidy(applicant, "S370099000001", mobile="13800000021", bank_account="")
    return matter(applicant)


def _visits(order: Order) -> Iterator[str]:
    number = 0
    while True:
        number += 1
        yield f"{order.life}-{number}"


async def _random_visits(kiosk: Kiosk) -> None:
    chance = random.Random(kiosk.order.seed)
    faults, weights = zip(*_NETWORKS, strict=True)
    for visit, _ in zip(_visits(kiosk.order), range(chance.randint(1, _MOST_VISITS)), strict=False):
        if chance.random() < 0.6:
            fault = chance.choices(faults, weights)[0]
            times = chance.choice((1, 2, 5, None)) if fault is not Fault.SLOW else 1
            switch(kiosk.order.url, fault, times=times, seconds=0.25)
        person, matter = _person_and_matter(chance)
        at_once = chance.random() < 0.25
        lasts = _SOON if chance.random() < 0.2 else _LONG
        await _visit(kiosk, visit, transaction(person, matter, visit), at_once=at_once, lasts=lasts)


async def _visit(kiosk: Kiosk, visit: str, wanted: Transaction, *, at_once: bool, lasts: timedelta = _LONG) -> None:
    submission = kiosk.submission(lasts)
    try:
        receipt = await (submission.submit_at_once(wanted) if at_once else submission.submit(wanted))
    except QueueError as error:
        kiosk.say("not_taken", visit=visit, code=error.code)
    else:
        kiosk.say("told", **_told(visit, wanted, receipt), read_at=kiosk.queue.read_at.isoformat())


def _told(visit: str, wanted: Transaction, receipt: Receipt) -> dict[str, Any]:
    return {
        "visit": visit,
        "kind": wanted.KIND,
        "person": wanted.applicant.person_number,
        "number": receipt.number,
        "state": receipt.state,
        "reason": receipt.reason,
        "acceptance_number": receipt.acceptance_number,
        "effective_at": None if receipt.effective_at is None else receipt.effective_at.isoformat(),
    }


async def _scene(kiosk: Kiosk) -> None:
    """Each way that a row can go, once: done, answer lost, stored, too old, withdrawn."""
    visits, url = _visits(kiosk.order), kiosk.order.url

    async def visit(key: str, matter: type[Transaction], **how: Any) -> None:
        name = next(visits)
        await _visit(kiosk, name, transaction(BY_KEY[key], matter, name), **{"at_once": False, **how})

    await visit("zhang_ling", Activation)
    switch(url, Fault.ANSWER_LOST, times=1)
    await visit("wang_jianguo", LossReport)
    switch(url, Fault.UNAVAILABLE_503)
    await visit("zhao_qi", Activation)
    await visit("zhao_qi", LossReport, lasts=_SOON)
    await visit("wang_jianguo", Reinstatement, at_once=True)
    switch(url, Fault.DOWN, times=3)
    await visit("li_xiuying", EntitlementReview)
    switch(url, Fault.NONE)
    await visit("zhao_qi", Reinstatement)
    await _until_empty(kiosk.queue)


async def _until_empty(queue: OfflineQueue, within: float = _DRAINED_WITHIN) -> None:
    async with asyncio.timeout(within):
        while queue.pending():
            await asyncio.sleep(0.01)


async def _drain(kiosk: Kiosk) -> None:
    """Deliver what waits over a network that is well.

    A life before this one may have died with a switch on its way, which the gateway hears only now: it is put back
    again and again.
    """
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_DRAINED_WITHIN):
            while kiosk.queue.pending():
                await asyncio.to_thread(switch, kiosk.order.url, Fault.NONE)
                with contextlib.suppress(TimeoutError):
                    await _until_empty(kiosk.queue, 1.0)
    after = 0
    while rows := await kiosk.queue.rows(after):
        for row in rows:
            kiosk.say("row", sequence=row.sequence, id=str(row.id), state=row.state, problem=row.problem)
        after = rows[-1].sequence
    kiosk.say("drained", open=kiosk.queue.pending(), closed=kiosk.queue.closed)
