"""The queue beside SQLite alone and beside two other queues, at the same durability, in turns within one run."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from kiosk import enrolment
from kiosk.delivery import GatewayDelivery
from kiosk.gateway import Gateway, GatewaySettings
from kiosk.request_signature import RequestSigner
from offline_queue.model import TransactionState
from offline_queue.queue import OfflineQueue
from tests.bench import queue_rivals
from tests.bench.conftest import Run, Tell
from tests.bench.queue_parts import KIND, PAYLOAD, Serialiser, empty, new_sealer, open_queue, submit, submit_many
from tests.bench.race import Race, percentile
from tests.fleet.gateway import GatewayProcess

pytestmark = pytest.mark.timeout(900)

_ROWS = 10_000
_ALONE = 2_000
_IN_FLIGHT = 4


def _microseconds(seconds: float) -> str:
    return f"{seconds * 1e6:,.0f} µs"


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1e3:.2f} ms"


def _envelope(run: Run, place: Path) -> str:
    """What a real sealer makes of the payload: its length is what everybody stores."""

    async def one() -> str:
        queue = await open_queue(place, new_sealer())
        row = await submit(queue)
        await queue.close()
        return row.envelope

    return str(run(one()))


@pytest.mark.benchmark(group="queue")
def test_submits_a_second(benchmark: BenchmarkFixture, disk: Path, run: Run, tell: Tell) -> None:
    text, sealer = _envelope(run, disk / "one"), new_sealer()
    plain = run(open_queue(disk / "plain", Serialiser(len(text))))
    sealed = run(open_queue(disk / "sealed", sealer))
    bare = queue_rivals.bare(disk, text)
    rivals = {
        "persist-queue": queue_rivals.persist_queue(disk, text),
        "litequeue": queue_rivals.lite_queue(disk, text),
    }
    signed = sealer._sign(PAYLOAD)
    candidates = {
        "bare insert": bare.put,
        "submit without envelope": lambda n: run(submit_many(plain, n)),
        "submit without envelope, 8 at once": lambda n: run(submit_many(plain, n, at_once=8)),
        "submit, signed and sealed": lambda n: run(submit_many(sealed, n)),
        "sign": lambda n: [sealer._sign(PAYLOAD) for _ in range(n)],
        "seal": lambda n: [sealer._seal(signed) for _ in range(n)],
        **{f"{name} put": rival.put for name, rival in rivals.items()},
    }
    race = Race(candidates, operations=40)
    benchmark.pedantic(race.round, rounds=40, warmup_rounds=1)
    for name in candidates:
        tell(f"{name}, {len(text)} bytes", f"{_microseconds(race.median(name)):>10}")
        if name not in {"bare insert", "sign", "seal"}:
            tell(f"{name} against the bare insert", f"{race.ratio(name, 'bare insert'):>10.2f}")
    for queue in (plain, sealed):
        run(queue.close())
    for rival in (bare, *rivals.values()):
        rival.close()
    assert race.ratio("submit without envelope", "litequeue put") > 0


@pytest.mark.benchmark(group="queue")
def test_a_whole_life(benchmark: BenchmarkFixture, disk: Path, run: Run, tell: Tell) -> None:
    """Stored, on its way, done: three commits for each of the candidates."""
    text = _envelope(run, disk / "one")
    queue = run(open_queue(disk / "plain", Serialiser(len(text))))
    rivals = {
        "bare": queue_rivals.bare(disk, text),
        "persist-queue": queue_rivals.persist_queue(disk, text),
        "litequeue": queue_rivals.lite_queue(disk, text),
    }

    def live(n: int) -> None:
        run(submit_many(queue, n))
        run(empty(queue))

    race = Race({"queue": live, **{name: rival.live for name, rival in rivals.items()}}, operations=40)
    benchmark.pedantic(race.round, rounds=25, warmup_rounds=1)
    for name in race.candidates:
        tell(f"whole life of an item, {name}", f"{_microseconds(race.median(name)):>10}")
    for name in rivals:
        tell(f"whole life in the queue against {name}", f"{race.ratio('queue', name):>10.2f}")
    run(queue.close())
    for rival in rivals.values():
        rival.close()


@pytest.fixture
def gateway(disk: Path) -> Iterator[GatewayProcess]:
    with GatewayProcess(disk / "gateway") as process:
        process.start()
        yield process


def _enrolled(disk: Path, gateway: GatewayProcess, kiosk: str) -> enrolment.KioskKeys:
    gateway.books.register(enrolment.create(disk / kiosk, kiosk))
    enrolment.trust_gateway(disk / kiosk, gateway.books.public_keys_file.read_text("ascii"))
    return enrolment.load(disk / kiosk)


def _client(gateway: GatewayProcess, keys: enrolment.KioskKeys) -> Gateway:
    return Gateway(GatewaySettings(gateway.url), RequestSigner(keys.kiosk, keys.signing_key))


@pytest.mark.benchmark(group="queue")
def test_latency(benchmark: BenchmarkFixture, disk: Path, run: Run, gateway: GatewayProcess, tell: Tell) -> None:
    """One citizen after the other: until it is promised, and until it is done at the gateway."""
    keys = _enrolled(disk, gateway, "latency")
    client = _client(gateway, keys)
    queue: OfflineQueue = run(open_queue(disk / "queue", keys.sealer(), GatewayDelivery(client)))
    stored: list[float] = []
    settled: list[float] = []

    async def visits(n: int) -> None:
        sending = asyncio.create_task(queue.run())
        for each in range(n):
            begun = time.perf_counter()
            row = await submit(queue, each)
            stored.append(time.perf_counter() - begun)
            assert (await queue.settled(row.id, 8)).state is TransactionState.ACCEPTED
            settled.append(time.perf_counter() - begun)
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)

    benchmark.pedantic(lambda: run(visits(100)), rounds=10)
    for name, seconds in (("submit", stored), ("submit to settled", settled)):
        for percent in (50, 99):
            tell(f"{name}, p{percent}", f"{_milliseconds(percentile(seconds, percent)):>10}")
    run(client.close())
    run(queue.close())


@pytest.mark.benchmark(group="queue")
def test_drain(benchmark: BenchmarkFixture, disk: Path, run: Run, gateway: GatewayProcess, tell: Tell) -> None:
    """10,000 rows after an outage; and envelopes sent by the client alone, half of them before and half after."""
    keys, bare = _enrolled(disk, gateway, "drain"), _enrolled(disk, gateway, "bare")
    client = _client(gateway, keys)
    queue: OfflineQueue = run(open_queue(disk / "queue", keys.sealer(), GatewayDelivery(client)))
    sent_alone: OfflineQueue = run(open_queue(disk / "alone", bare.sealer()))
    for each in (queue, sent_alone):
        run(submit_many(each, _ROWS if each is queue else _ALONE, at_once=8))
    seconds = _send_alone(run, gateway, bare, sent_alone, range(_ALONE // 2))
    begun = time.perf_counter()
    benchmark.pedantic(lambda: run(empty(queue)), rounds=1)
    queued = time.perf_counter() - begun
    seconds += _send_alone(run, gateway, bare, sent_alone, range(_ALONE // 2, _ALONE))
    tell(f"draining {_ROWS:,} rows, {_IN_FLIGHT} in flight", f"{_ROWS / queued:>8.0f} a second")
    tell("the client alone, as many in flight", f"{_ALONE / seconds:>8.0f} a second")
    tell("draining against the client alone", f"{_ROWS / queued / (_ALONE / seconds):>10.2f}")
    assert {row.state.value for row in run(queue.rows(limit=_ROWS))} == {"accepted"}
    for closing in (client, queue, sent_alone):
        run(closing.close())


def _send_alone(
    run: Run, gateway: GatewayProcess, keys: enrolment.KioskKeys, queue: OfflineQueue, numbers: range
) -> float:
    """Seconds that the client needs for the envelopes of ``queue`` when nothing is written down about them."""
    client = _client(gateway, keys)
    rows = run(queue.rows(numbers.start, len(numbers)))
    waiting = iter(rows)

    async def line() -> None:
        for row in waiting:
            await client.send(row.id, sequence=row.sequence, kind=KIND, envelope=row.envelope)

    async def lines() -> None:
        await asyncio.gather(*(line() for _ in range(_IN_FLIGHT)))

    begun = time.perf_counter()
    run(lines())
    seconds = time.perf_counter() - begun
    run(client.close())
    assert len(rows) == len(numbers)
    return seconds
