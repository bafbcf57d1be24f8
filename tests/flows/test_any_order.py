"""Any person, any matter, any order: random histories of visits, on line and off, never reach an impossible state.

Hypothesis invents the histories and makes a failing one as short as it can. KIOSK_HISTORIES sets how many are played.
"""

import asyncio
import os
import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from uuid6 import uuid7

from config import settings as configuration
from config.clock import certain
from flows.certificates import Certificate, CertificateOrder
from flows.records import CardStatus
from flows.transactions import ReceiptState
from flows.visit import Refusal, Refused
from kiosk.audit.chain import HeadKey
from kiosk.audit.log import AuditLog
from kiosk.catalogue import load_matters, offers
from kiosk.delivery import GatewayDelivery
from kiosk.gateway import Gateway, GatewayError, GatewaySettings, NotFound
from kiosk.request_signature import RequestSigner
from kiosk.submission import Submission
from kiosk.visit import Hands
from offline_queue.pace import Pace
from offline_queue.queue import OfflineQueue
from screens.text.catalogue import Catalogue
from simulator.gateway.models import Card, CardEvent, SequenceGap, Sms, Transaction
from simulator.gateway.server import GatewayServer
from simulator.gateway.switches import Fault
from simulator.people import BY_KEY, PEOPLE
from tests.flows.walk_in import Certified, Papers, Told, Whims, visit
from tests.offline_queue.hall import enrol

HISTORIES = int(os.environ.get("KIOSK_HISTORIES", "12"))
BEGIN = datetime(2026, 11, 23, 6, 26, tzinfo=UTC)
EVERYTHING = ("entitlement_record", "entitlement_review")
PACE = Pace(first_wait=0.02, longest_wait=0.05, tick=0.02, spread=0.01, priorities={"loss_report": 1})
POSSIBLE = {
    (CardStatus.NOT_ACTIVATED, CardStatus.NORMAL),
    (CardStatus.NORMAL, CardStatus.TEMPORARILY_LOST),
    (CardStatus.TEMPORARILY_LOST, CardStatus.NORMAL),
    (CardStatus.NORMAL, CardStatus.CANCELLED),
}
ELSEWHERE = (CardStatus.SUSPENDED, CardStatus.FORMALLY_LOST, CardStatus.NORMAL)
ONCE = ("unemployment_benefit", "unemployment_allowance", "transfer_in")
CLOSED = {"unemployment_allowance"}  # its window is over

people = st.sampled_from([person.key for person in PEOPLE])


class History(RuleBasedStateMachine):
    """A hall's day, and its night: visits, outages, lost answers, changes at the counter, time that passes."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.now = BEGIN
        self.told: list[Told] = []
        self.elsewhere: set[int] = set()

    @initialize()
    def open(self) -> None:
        self.place = tempfile.TemporaryDirectory()
        directory = Path(self.place.name)
        self.server = GatewayServer(directory / "gateway", clock=lambda: self.now).start()
        self.loaded = configuration.load().model_copy(
            update={"matters": configuration.load().matters.model_copy(update={"enable": EVERYTHING})}
        )
        everything = offers(load_matters(), self.loaded.matters)
        self.services = {offer.service.flow: offer.service for offer in everything}
        keys = enrol(directory / "keys", self.server, "JN03")
        self.gateway = Gateway(
            GatewaySettings(self.server.url),
            RequestSigner(keys.kiosk, keys.signing_key, lambda: self.now),
            keys.certificate_keys,
        )
        self.runner.run(self._open_queue(directory, keys))
        self.catalogue = Catalogue.load("zh_CN")
        clock = certain(lambda: self.now)
        self.audit = AuditLog(directory / "audit", HeadKey(keys.kiosk, keys.signing_key), clock, self.catalogue.has)

    async def _open_queue(self, directory: Path, keys: Any) -> None:
        self.queue = await OfflineQueue.open(
            directory / "queue",
            sealer=keys.sealer(),
            subject_key=keys.subject_key,
            deliver=GatewayDelivery(self.gateway),
            pace=PACE,
            clock=certain(lambda: self.now),
        )
        self.sending = asyncio.create_task(self.queue.run())

    # -- what can happen

    @rule(key=people, agent=people, service=st.sampled_from(sorted(range(15))), data=st.data())
    def somebody_comes(self, key: str, agent: str, service: int, data: st.DataObject) -> None:
        names = sorted(self.services)
        name = names[service % len(names)]
        whims = Whims(lambda several: data.draw(st.sampled_from(several)), BY_KEY[key])
        told = self.runner.run(visit(self._hands(whims), self.services[name], BY_KEY[key], BY_KEY[agent]))
        if told is not None:
            self.told.append(told)
            event(f"{name}: {told.refusal or (told.receipt.state if told.receipt else 'certified')}")

    @rule(fault=st.sampled_from([Fault.NONE, Fault.NONE, Fault.DOWN, Fault.UNAVAILABLE_503]))
    def the_line(self, fault: Fault) -> None:
        self.server.switches.set(fault)

    @rule(fault=st.sampled_from([Fault.ANSWER_LOST, Fault.ERROR_500, Fault.BROKEN_JSON]))
    def answers_are_lost(self, fault: Fault) -> None:
        self.server.switches.set(fault, path="/v1/transactions", times=2)

    @rule(hours=st.integers(1, 30), days=st.integers(0, 9))
    def time_passes(self, hours: int, days: int) -> None:
        self.now += timedelta(hours=hours, days=days)

    @rule(key=people, status=st.sampled_from(ELSEWHERE))
    def the_counter_changes_a_card(self, key: str, status: CardStatus) -> None:
        card = BY_KEY[key].card
        assert card is not None
        self.now += timedelta(seconds=1)
        with self.server.state.sessions.begin() as session:
            row = session.get_one(Card, card.number)
            event = CardEvent(card_number=row.number, before=row.status, after=status, at=self.now, transaction_id=None)
            session.add(event)
            session.flush()
            self.elsewhere.add(event.id)
            row.status, row.changed_at, row.lost_until = status, self.now, None

    # -- what must be true in the end

    def teardown(self) -> None:
        if not hasattr(self, "server"):
            return
        try:
            self.server.switches.off()
            self.runner.run(self._drained())
            self._judge()
        finally:
            self.runner.run(self._close())
            self.runner.close()
            self.server.close()
            self.place.cleanup()

    async def _drained(self) -> None:
        self.now += timedelta(minutes=10)
        await self.queue.network_is_back()
        async with asyncio.timeout(30):
            while self.queue.pending():
                self.now += timedelta(seconds=1)
                await asyncio.sleep(0.02)

    async def _close(self) -> None:
        self.sending.cancel()
        await asyncio.gather(self.sending, return_exceptions=True)
        await self.queue.close()
        await self.audit.close()
        await self.gateway.close()

    def _judge(self) -> None:
        with self.server.state.sessions() as session:
            transactions = list(session.query(Transaction))
            events = list(session.query(CardEvent).order_by(CardEvent.id))
            messages = list(session.query(Sms))
            assert list(session.query(SequenceGap).where(SequenceGap.filled_at.is_(None))) == []
            cards = {card.number: card.status for card in session.query(Card)}
        self._cards_moved_as_they_may(events, cards)
        self._nobody_was_told_wrong({row.sequence: row for row in transactions}, messages)
        self._nothing_was_had_twice(transactions)

    def _cards_moved_as_they_may(self, events: list[CardEvent], cards: dict[str, str]) -> None:
        invented = {person.card.number: person.card.status for person in PEOPLE if person.card}
        now = {number: CardStatus(status) for number, status in invented.items()}
        for change in events:
            assert change.before == now[change.card_number], "a change was lost or doubled"
            if change.id not in self.elsewhere:
                assert (change.before, change.after) in POSSIBLE
            now[change.card_number] = CardStatus(change.after)
        caused = Counter(change.transaction_id for change in events if change.transaction_id)
        assert not caused or max(caused.values()) == 1
        assert {number: CardStatus(cards[number]) for number in now} == now

    def _nobody_was_told_wrong(self, rows: dict[int, Transaction], messages: list[Sms]) -> None:
        informed = {message.transaction_id for message in messages}
        told = [(each, each.receipt) for each in self.told if each.receipt is not None]
        for each, receipt in told:
            sequence = int(receipt.number.rpartition("-")[2])
            assert sequence in rows, f"{each.service}: promised, and never received"
            row = rows[sequence]
            match receipt.state:
                case ReceiptState.DONE:
                    assert row.result == "accepted"
                case ReceiptState.REFUSED if receipt.reason == Refusal.NEEDS_GATEWAY:
                    assert (row.result, row.reason) == ("refused", "expired")
                case ReceiptState.REFUSED:
                    assert (row.result, row.reason) == ("refused", receipt.reason)
                case ReceiptState.SUPERSEDED:
                    assert row.result == "superseded"
                case _:
                    late = (row.received_at - row.occurred_at).total_seconds() > 60
                    assert row.id in informed or not late, "nobody heard what became of it"
        assert len({receipt.number for _, receipt in told}) == len(told)

    def _nothing_was_had_twice(self, transactions: list[Transaction]) -> None:
        accepted = [row for row in transactions if row.result == "accepted"]
        had = Counter((row.kind, row.payload["person"]["number"]) for row in accepted if row.kind in ONCE)
        assert not had or max(had.values()) == 1
        skills = Counter(
            row.payload["details"]["certificate_number"] for row in accepted if row.kind == "skill_subsidy"
        )
        assert not skills or max(skills.values()) == 1
        assert not [row for row in accepted if row.kind in CLOSED]

    def _hands(self, whims: Whims) -> Hands:
        submission = Submission(
            self.queue, prefix="JN03", patience=0.4, expires_after=timedelta(hours=72), now=lambda: self.now
        )
        return Hands(
            settings=self.loaded,
            surface=whims,
            devices=cast("Any", SimpleNamespace()),
            verifier=cast("Any", SimpleNamespace()),
            staff=cast("Any", SimpleNamespace()),
            gateway=self.gateway,
            submission=submission,
            paper=cast("Any", Papers()),
            certifying=cast("Any", Certified(self._certify)),
            audit=self.audit,
            catalogue=lambda: self.catalogue,
            now=lambda: self.now,
        )

    async def _certify(self, order: CertificateOrder) -> Certificate:
        try:
            return await self.gateway.certify(UUID(str(uuid7())), order)
        except NotFound as unknown:
            raise Refused(Refusal.of(unknown.code)) from None
        except GatewayError:
            raise Refused(Refusal.NEEDS_GATEWAY) from None


TestAnyOrder: Callable[..., Any] = History.TestCase
TestAnyOrder.settings = settings(  # type: ignore[attr-defined]
    max_examples=HISTORIES,
    stateful_step_count=15,
    deadline=None,
    derandomize="KIOSK_HISTORIES" not in os.environ,
    suppress_health_check=list(HealthCheck),
)
