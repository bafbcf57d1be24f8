"""What the network and the gateway do to a transaction on its way: one effect, and the truth told at each moment."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from joserfc.jwk import OKPKey

from config.faults import FaultCode
from offline_queue.model import TransactionState
from offline_queue.pace import Pace
from offline_queue.queue import utc_now
from simulator.gateway.models import Card, Person
from simulator.gateway.server import GatewayServer
from simulator.gateway.switches import Fault
from simulator.people import BY_KEY
from tests.offline_queue.hall import (
    TestHall,
    activation_of,
    enrol,
    final,
    new_server,
    running_hall,
    running_queue,
    submit,
)

ZHANG = BY_KEY["zhang_ling"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayServer]:
    with new_server(tmp_path_factory.mktemp("gateway")) as running:
        yield running


@pytest.fixture
async def hall(tmp_path: Path, server: GatewayServer) -> AsyncIterator[TestHall]:
    async with running_hall(tmp_path, server, read_seconds=0.5) as running:
        yield running


@pytest.fixture
async def own_hall(tmp_path: Path) -> AsyncIterator[TestHall]:
    """A hall whose gateway a test may stop."""
    with new_server(tmp_path / "gateway") as own:
        async with running_hall(tmp_path, own, read_seconds=0.5) as running:
            yield running


def assert_one_effect(hall: TestHall) -> None:
    (transaction,) = hall.transactions
    (event,) = hall.events
    assert (transaction.result, event.transaction_id) == ("accepted", transaction.id)
    assert ZHANG.card is not None
    assert (event.card_number, event.before, event.after) == (ZHANG.card.number, "not_activated", "normal")
    assert transaction.payload["person"] == {"number": ZHANG.number, "name": ZHANG.name, "document": "resident_id"}


async def test_online_is_the_case_in_which_the_queue_empties_at_once(hall: TestHall) -> None:
    async with running_queue(hall) as queue:
        settled = await queue.settled((await submit(queue)).id, 20)
    assert settled.state is TransactionState.ACCEPTED
    effective_at = datetime.fromisoformat(settled.answer["effective_at"])
    assert effective_at == hall.transactions[0].effective_at
    assert settled.answer.keys() == {"effective_at", "card_status"}
    assert settled.answer["card_status"] == "normal"
    assert_one_effect(hall)


_WITH_RETRY_AFTER = {Fault.UNAVAILABLE_503, Fault.ERROR_500, Fault.IN_PROGRESS_409}


@pytest.mark.parametrize("fault", [fault for fault in Fault if fault is not Fault.NONE])
async def test_after_each_fault_one_effect(hall: TestHall, fault: Fault) -> None:
    async with running_queue(hall) as queue:
        hall.server.switches.set(fault, seconds=0.7, times=1 if fault in _WITH_RETRY_AFTER else 2)
        settled = await final(queue, await submit(queue))
    assert settled.state is TransactionState.ACCEPTED
    assert_one_effect(hall)


@pytest.mark.parametrize("fault", [Fault.ANSWER_LOST, Fault.ERROR_500, Fault.BROKEN_JSON, Fault.IN_PROGRESS_409])
async def test_what_may_be_in_effect_is_never_called_stored(hall: TestHall, fault: Fault) -> None:
    async with running_queue(hall) as queue:
        hall.server.switches.set(fault)
        told = await queue.settled((await submit(queue)).id, 0.4)
        assert told.state is TransactionState.SENDING


@pytest.mark.parametrize(
    ("fault", "problem"),
    [(Fault.CAPTIVE_PORTAL, FaultCode.NET_PORTAL), (Fault.UNAVAILABLE_503, FaultCode.GW_ERROR)],
)
async def test_what_the_gateway_never_had_is_stored(hall: TestHall, fault: Fault, problem: FaultCode) -> None:
    async with running_queue(hall) as queue:
        hall.server.switches.set(fault)
        told = await queue.settled((await submit(queue)).id, 20)
        assert (told.state, told.problem) == (TransactionState.PENDING, problem)
    assert hall.transactions == []


async def test_a_captive_portal_calls_an_engineer(hall: TestHall, caplog: pytest.LogCaptureFixture) -> None:
    hall.server.switches.set(Fault.CAPTIVE_PORTAL)
    async with running_queue(hall) as queue:
        await queue.settled((await submit(queue)).id, 20)
    alarms = [vars(record) for record in caplog.records if record.levelno >= logging.ERROR]
    assert (alarms[0]["message"], alarms[0]["fault"]) == ("transaction_waits", FaultCode.NET_PORTAL)


async def test_network_cut_before_submit_then_delivered_once(own_hall: TestHall) -> None:
    own_hall.server.stop()
    async with running_queue(own_hall, pace=Pace(first_wait=300, spread=0.05, tick=0.05)) as queue:
        waiting: list[asyncio.Task[None]] = []
        own_hall.gateway.line.listen(
            lambda online: waiting.append(asyncio.create_task(queue.network_is_back())) if online else None
        )
        row = await submit(queue)
        told = await queue.settled(row.id, 20)
        assert (told.state, told.problem, queue.pending()) == (
            TransactionState.PENDING,
            FaultCode.NET_UNREACHABLE,
            1,
        )
        own_hall.server.start()
        assert await own_hall.gateway.check() is True
        assert (await final(queue, row)).state is TransactionState.ACCEPTED
        await asyncio.gather(*waiting)
    assert_one_effect(own_hall)


async def test_what_the_gateway_cannot_read_is_set_aside_and_blocks_nobody(
    hall: TestHall, caplog: pytest.LogCaptureFixture
) -> None:
    """Sealed to a key that the gateway does not have."""
    stranger = replace(hall.keys, gateway=replace(hall.keys.gateway, sealing=OKPKey.generate_key("X25519")))
    async with running_queue(replace(hall, keys=stranger)) as queue:
        settled = await final(queue, await submit(queue))
        assert settled.state is TransactionState.REFUSED
        assert (settled.answer, settled.problem) == (
            {"reason": "set_aside", "problem": "envelope_invalid"},
            FaultCode.GW_REJECTED,
        )
        assert settled.envelope
    assert any(record.levelno >= logging.ERROR for record in caplog.records)
    async with running_queue(hall) as queue:
        assert (await final(queue, await submit(queue))).state is TransactionState.ACCEPTED
    assert [(gap.sequence, gap.filled_at) for gap in hall.gaps] == [
        (1, None)
    ]  # the gateway can prove that one is missing


async def test_state_changed_elsewhere_is_superseded_and_said_so(own_hall: TestHall) -> None:
    assert ZHANG.card is not None
    own_hall.server.stop()
    async with running_queue(own_hall) as queue:
        row = await submit(queue)
        await queue.settled(row.id, 20)
        with own_hall.server.state.sessions.begin() as session:
            card = session.get_one(Card, ZHANG.card.number)
            card.status, card.changed_at = "formally_lost", utc_now()
        own_hall.server.start()
        assert (await final(queue, row)).state is TransactionState.SUPERSEDED
    assert [(sms.person_number, sms.text_code) for sms in own_hall.messages] == [(ZHANG.number, "superseded")]
    assert own_hall.events == []


@pytest.mark.parametrize(
    ("key", "changes", "reason"),
    [
        ("wang_jianguo", {}, "card_already_active"),
        ("liu_zhiqiang", {}, "card_not_activatable"),
        ("zhang_ling", {"card_number": "000000000"}, "card_not_found"),
        ("zhang_ling", {"proof": {"method": "none", "detail": ""}}, "presence_not_proved"),
    ],
)
async def test_refusals_carry_their_reason(hall: TestHall, key: str, changes: dict[str, object], reason: str) -> None:
    async with running_queue(hall) as queue:
        settled = await queue.settled((await submit(queue, key, **changes)).id, 20)
    assert (settled.state, settled.answer["reason"]) == (TransactionState.REFUSED, reason)
    assert hall.events == []


async def test_card_alone_read_off_line(hall: TestHall) -> None:
    """A 3.0 card gives no more than its number; the gateway knows whose it is."""
    berg = BY_KEY["berg"]
    unknown = {"number": "", "name": "", "document": "social_card"}
    async with running_queue(hall) as queue:
        settled = await queue.settled((await submit(queue, "berg", person=unknown)).id, 20)
    assert settled.state is TransactionState.ACCEPTED
    assert berg.card is not None
    assert hall.transactions[0].card_number == berg.card.number


async def test_a_kiosk_that_is_not_registered_keeps_what_it_has(hall: TestHall, tmp_path: Path) -> None:
    """Refusing the caller says nothing about the transaction: it waits until somebody has put that right."""
    other = enrol(tmp_path / "other", hall.server, "jn-hall-02")
    unknown = replace(hall.keys, signing_key=other.signing_key)
    hall.gateway._http._signer = replace(hall.gateway._http._signer, key=unknown.signing_key)
    async with running_queue(hall) as queue:
        told = await queue.settled((await submit(queue)).id, 20)
        assert (told.state, told.problem) == (TransactionState.PENDING, FaultCode.GW_REJECTED)


async def test_gateway_refuses_what_came_too_late(hall: TestHall) -> None:
    now = utc_now()
    async with running_queue(hall, clock=lambda: utc_now() - timedelta(hours=1)) as queue:  # the kiosk's clock is slow
        row = await queue.submit(
            activation_of(ZHANG),
            kind="activation",
            subject_of=ZHANG.number,
            occurred_at=now - timedelta(hours=1),
            expires_at=now - timedelta(seconds=1),
        )
        settled = await final(queue, row)
    assert (settled.state, settled.answer["reason"]) == (TransactionState.REFUSED, "expired")


async def test_plaintext_is_nowhere(own_hall: TestHall, caplog: pytest.LogCaptureFixture) -> None:
    """Neither in the database, nor in its WAL, nor in the logs."""
    caplog.set_level(logging.DEBUG)
    own_hall.server.stop()
    async with running_queue(own_hall) as queue:
        for key in ("zhang_ling", "zhao_qi", "gulimire"):
            await queue.settled((await submit(queue, key)).id, 20)
        files = {file.name: file.read_bytes() for file in (own_hall.directory / "queue").iterdir()}
    assert {"queue.db", "queue.db-wal"} <= set(files)
    logged = "".join(str(vars(record)) for record in caplog.records).encode()
    with own_hall.server.state.sessions() as session:
        people = session.query(Person).all()
        cards = session.query(Card).all()
    words = [word for person in people for word in (person.name, person.number)] + [card.number for card in cards]
    for word in words:
        for encoded in (word.encode(), word.encode("gb18030"), word.encode("utf-16-le")):
            assert all(encoded not in content for content in files.values())
            assert encoded not in logged
