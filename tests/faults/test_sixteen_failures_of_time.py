"""The sixteen failures, continued: what age, clocks, strangers, full disks and technicians do (10 to 16).

The first page of number 15 is in test_sixteen_failures_on_screen.py.
"""

import asyncio
import sqlite3
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from config.faults import FaultCode
from flows.transactions import Receipt, ReceiptState
from kiosk import enrolment
from offline_queue.copies import resume
from offline_queue.inspection import Inspection
from offline_queue.limits import Limits
from offline_queue.model import QueuedTransaction, QueueError, TransactionState
from simulator.gateway.schemas import CardStatus
from simulator.gateway.server import GatewayServer
from simulator.gateway.switches import Fault
from tests.faults.counter import PREFIX, ROOT, Counter, Site
from tests.faults.story import SENDING, alarms, effects, kept, ledger, line_cut, messages
from tests.offline_queue.hall import TestHall, enrol, new_server, running_hall, until
from tests.offline_queue.test_migrations import VERSION_1
from tests.small_disk import mounted

DONE, STORED, REFUSED = ReceiptState.DONE, ReceiptState.STORED, ReceiptState.REFUSED
PROCESSING, SUPERSEDED = ReceiptState.PROCESSING, ReceiptState.SUPERSEDED
HOUR = timedelta(hours=1)
_UNDER_WAY = 0.5  # seconds in which a try fails that was begun before the hour passed: no real hour passes so


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayServer]:
    with new_server(tmp_path_factory.mktemp("gateway")) as running:
        yield running


@pytest.fixture
async def hall(tmp_path: Path, server: GatewayServer) -> AsyncIterator[TestHall]:
    async with running_hall(tmp_path, server) as running:
        yield running


@pytest.fixture
def site(hall: TestHall) -> Site:
    """Whose world's time is the gateway's too."""
    site = Site(hall.keys, hall.server.url, hall.directory / "queue")
    hall.server.state.clock = site.world.time
    return site


async def refusal(counter: Counter, key: str = "berg") -> FaultCode:
    """Why a citizen is told that nothing was accepted."""
    with pytest.raises(QueueError) as caught:
        await counter.serve(key)
    return caught.value.code


async def waits(site: Site, receipt: Receipt) -> None:
    """See that it still does, between two attempts."""
    sequence = int(receipt.number.removeprefix(f"{PREFIX}-"))
    await until(lambda: Inspection(site.directory).find(sequence).state is TransactionState.PENDING)


async def test_10_stale_replay_after_the_state_changed_elsewhere_is_superseded_and_said_so(
    hall: TestHall, site: Site
) -> None:
    async with line_cut(hall), site.opened() as counter:
        told = await counter.serve("zhang_ling")
        sent = await counter.row(told)
        assert told.state is STORED
        site.world.passed += HOUR
        hall.server.state.amend("zhang_ling", card_status=CardStatus.FORMALLY_LOST, card_changed_at=site.world.time())
        hall.server.start()
        assert (await kept(counter, told, hall)).state is SUPERSEDED
        assert messages(hall) == [("zhang_ling", "superseded")]
        assert (await counter.row(told)).envelope == ""
        again = await counter.gateway.send(sent.id, sequence=1, kind=sent.kind, envelope=sent.envelope)
        assert again.result == "superseded"  # as often as it comes, from wherever
        later = await counter.serve("zhang_ling")
        assert (later.state, later.reason) == (REFUSED, "card_not_activatable")
    assert effects(hall) == [("zhang_ling", "formally_lost", None)]
    assert messages(hall) == [("zhang_ling", "superseded")]
    assert {entry.sequence: entry.times_received for entry in hall.transactions} == {1: 2, 2: 1}


async def test_11_expiry_while_off_line(hall: TestHall, site: Site) -> None:
    """Never sent; the gateway is told that the number is taken and the matter over, and tells the person."""
    async with line_cut(hall), site.opened(lasts=3 * HOUR) as counter:
        old = await counter.serve("zhang_ling")
        site.world.passed += 2.5 * HOUR
        young = await counter.serve("zhao_qi")
        assert (old.state, young.state) == (STORED, STORED)
        site.world.passed += 0.6 * HOUR
        await until(lambda: Inspection(site.directory).find(1).state is TransactionState.EXPIRING)
        now = await counter.told_now(old)
        assert (now.state, now.reason) == (REFUSED, "expired")
        await waits(site, young)
        hall.server.start()
        ended = await kept(counter, old, hall)
        assert (ended.state, ended.reason) == (REFUSED, "expired")
        assert (await counter.row(old)).state is TransactionState.EXPIRED
        assert (await kept(counter, young, hall)).state is DONE
        assert (await counter.serve("zhang_ling")).state is DONE  # came again
    assert ledger(hall) == [(1, "refused", "expired"), (2, "accepted", None), (3, "accepted", None)]
    assert {entry.sequence for entry in hall.transactions if entry.withdrawn} == {1}
    assert messages(hall) == [("zhang_ling", "expired"), ("zhao_qi", "accepted_late")]
    assert all(gap.filled_at is not None for gap in hall.gaps)


async def test_12_clock_jumps_back_and_forward(hall: TestHall, site: Site) -> None:
    """1970 at the start, 2040 in the middle, and a restart in 1970: the gateway books every visit when it was."""
    world, true, told = site.world, {}, []
    world.wall_is_off = -56 * 365 * timedelta(days=1)
    async with line_cut(hall), site.opened(lasts=3 * HOUR) as counter:
        for sequence, key in enumerate(("zhang_ling", "zhao_qi"), 1):
            true[sequence] = world.time()
            told.append(await counter.serve(key))
            world.passed += HOUR
            world.wall_is_off = 14 * 365 * timedelta(days=1)
        assert [receipt.state for receipt in told] == [STORED, STORED]
        await asyncio.sleep(_UNDER_WAY)
        hall.server.start()
        assert [(await kept(counter, receipt, hall)).state for receipt in told] == [DONE, DONE]
        await until(lambda: Inspection(site.directory).summary().latest <= world.time())
        world.wall_is_off = -56 * 365 * timedelta(days=1)
        true[3] = world.time()
        assert (await counter.serve("chan")).state is DONE
    world.boot += 1
    async with line_cut(hall), site.opened(lasts=3 * HOUR) as counter:
        true[4] = world.time()
        last = await counter.serve("li_xiuying")
        assert last.state is STORED
        assert abs(last.occurred_at - true[4]) < timedelta(seconds=10)  # not 1970: what was known before counts
        world.passed += HOUR
        await asyncio.sleep(_UNDER_WAY)
        hall.server.start()
        assert (await kept(counter, last, hall)).state is DONE
    booked = {entry.sequence: entry for entry in hall.transactions}
    assert {n: entry.clock_trust for n, entry in booked.items()} == {
        1: "corrected",
        2: "corrected",
        3: "sure",
        4: "corrected",
    }
    for sequence, moment in true.items():
        assert abs(booked[sequence].occurred_at - moment) < timedelta(seconds=10)
    assert {card for card, _, _ in effects(hall)} == {"zhang_ling", "zhao_qi", "chan", "li_xiuying"}


async def test_13_captive_portal(hall: TestHall, site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """Its 200 is neither a yes to what is sent nor a no to what is asked."""
    async with site.opened(patience=1.5) as counter:
        hall.server.switches.set(Fault.CAPTIVE_PORTAL)
        told = await counter.serve("zhang_ling")
        assert told.state is STORED
        assert (await counter.row(told)).problem is FaultCode.NET_PORTAL
        await until(lambda: not counter.gateway.online)
        assert hall.transactions == []
        assert FaultCode.NET_PORTAL in alarms(caplog, "transaction_waits")
        hall.server.switches.off()  # somebody has logged in
        assert (await kept(counter, told, hall)).state is DONE
        hall.server.switches.set(Fault.ANSWER_LOST, path=SENDING)
        unsure = await counter.serve("zhao_qi")
        assert unsure.state is PROCESSING
        hall.server.switches.set(Fault.CAPTIVE_PORTAL)
        await until(lambda: Inspection(site.directory).find(2).problem is FaultCode.NET_PORTAL)
        assert (await counter.told_now(unsure)).state is PROCESSING
        hall.server.switches.off()
        assert (await kept(counter, unsure, hall)).state is DONE
    assert [card for card, _, _ in effects(hall)] == ["zhang_ling", "zhao_qi"]
    assert ledger(hall) == [(1, "accepted", None), (2, "accepted", None)]


@pytest.fixture
def small_disk(site: Site) -> Iterator[Path]:
    """A file system of its own with 512 KiB for the queue."""
    site.directory.mkdir()
    with mounted(site.directory, "512k") as disk:
        yield disk


async def serve_on_and_on(counter: Counter, told: list[Receipt]) -> None:
    """Until one is refused: the log has room left in pages that it uses again."""
    while True:
        told.append(await counter.serve("zhao_qi"))


async def test_14_disk_full_at_submit_is_refused_before_anything_was_promised(
    hall: TestHall, site: Site, small_disk: Path
) -> None:
    filler = small_disk / "filler"
    async with line_cut(hall), site.opened(patience=1) as counter:
        told = [await counter.serve("zhang_ling")]
        with filler.open("wb", buffering=0) as file, suppress(OSError):
            while file.write(b"x" * 4096):
                pass
        with pytest.raises(QueueError) as caught:
            await serve_on_and_on(counter, told)
        assert caught.value.code is FaultCode.Q_UNAVAILABLE
        assert {receipt.state for receipt in told} == {STORED}
        assert counter.queue.closed is FaultCode.Q_UNAVAILABLE  # and so is the first page
        assert len(await counter.queue.rows(limit=1000)) == len(told)
        hall.server.start()
        await until(lambda: counter.gateway.online)
        filler.unlink()
        await until(lambda: counter.queue.closed is None)
        ended = [await kept(counter, receipt, hall) for receipt in told]
        assert [receipt.state for receipt in ended] == [DONE, *(DONE, *[REFUSED] * len(told))[: len(told) - 1]]
        last = await counter.serve("chan")
        assert (last.state, last.number) == (DONE, f"{PREFIX}-{len(told) + 1:06d}")
    assert [number for number, _, _ in ledger(hall)] == list(range(1, len(told) + 2))
    assert all(gap.filled_at is not None for gap in hall.gaps)


@pytest.mark.parametrize(
    ("limits", "passes"), [(Limits(waiting=2), timedelta()), (Limits(age=2 * HOUR), 2 * HOUR)], ids=["number", "age"]
)
async def test_15_at_the_limit_nothing_more_is_promised(
    hall: TestHall, site: Site, limits: Limits, passes: timedelta
) -> None:
    async with line_cut(hall), site.opened(limits=limits) as counter:
        told = [await counter.serve(key) for key in ("zhang_ling", "zhao_qi")]
        site.world.passed += passes
        await until(lambda: counter.queue.closed is FaultCode.Q_FULL)
        assert counter.queue.nearly_full
        assert await refusal(counter) is FaultCode.Q_FULL
        assert len(await counter.queue.rows()) == 2
        hall.server.start()
        assert [(await kept(counter, receipt, hall)).state for receipt in told] == [DONE, DONE]
        await until(lambda: counter.queue.closed is None)
        assert (await counter.serve("chan")).number == f"{PREFIX}-000003"
    assert ledger(hall) == [(number, "accepted", None) for number in (1, 2, 3)]
    assert all(gap.filled_at is not None for gap in hall.gaps)


def written_by_version_1(directory: Path, kiosk: str, row: QueuedTransaction) -> None:
    """A disk on which the first version of the program left ``row``, waiting."""
    directory.mkdir()
    with closing(sqlite3.connect(directory / "queue.db", isolation_level=None)) as connection:
        connection.executescript(VERSION_1.replace("'k1', 41", f"'{kiosk}', 1"))
        at, until_then = (int(moment.timestamp() * 1e6) for moment in (row.occurred_at, row.expires_at))
        values = (1, str(row.id), row.kind, 0, row.subject, at, until_then, at, "pending", 0, at, None, "{}")
        connection.execute(f"INSERT INTO transactions VALUES ({', '.join('?' * 14)})", (*values, row.envelope))


async def test_16_update_while_rows_are_pending_is_refused(hall: TestHall, site: Site) -> None:
    async with line_cut(hall), site.opened() as counter:
        told = await counter.serve("zhang_ling")
        row = await counter.row(told)
    old = replace(site, directory=hall.directory / "old")
    written_by_version_1(old.directory, hall.keys.kiosk, row)
    before = (old.directory / "queue.db").read_bytes()
    with pytest.raises(QueueError, match="1 transactions of an older program wait") as caught:
        async with old.opened():
            pass
    assert caught.value.code is FaultCode.Q_UNAVAILABLE
    assert (old.directory / "queue.db").read_bytes() == before
    async with site.opened(sending=False) as counter:  # as the older program would
        answer = await counter.gateway.send(row.id, sequence=1, kind=row.kind, envelope=row.envelope)
    with closing(sqlite3.connect(old.directory / "queue.db", isolation_level=None)) as connection:
        connection.execute("UPDATE transactions SET state = ?", (answer.result,))
    async with old.opened() as counter:
        assert (await counter.told_now(told)).state is DONE
        after = await counter.serve("zhao_qi")
        assert (after.state, after.number) == (DONE, f"{PREFIX}-000002")
    assert [card for card, _, _ in effects(hall)] == ["zhang_ling", "zhao_qi"]


async def kiosk_program(directory: Path, *arguments: str) -> tuple[int, str]:
    """Run the kiosk's command line for the hall whose settings are in ``directory``; exit code and what it said."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", "import sys; from kiosk.cli import main; sys.exit(main())"),
        *("--config", str(directory / "kiosk.toml"), *arguments),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode is not None
    return process.returncode, output.decode()


async def test_16_new_keys_while_rows_are_pending_are_refused(hall: TestHall, site: Site, tmp_path: Path) -> None:
    """What waits is signed by the key of before; the gateway would never believe it."""
    home = tmp_path / "home"
    site = replace(site, keys=enrol(home / "keys", hall.server, PREFIX), directory=home / "queue")
    (home / "kiosk.toml").write_text(f'data_directory = "{home}"\n[hall]\nreceipt_prefix = "{PREFIX}"\n', "utf-8")
    async with line_cut(hall), site.opened() as counter:
        told = await counter.serve("zhang_ling")
    (home / "keys").rename(home / "keys-before")
    enroll = ("enroll", "--gateway-keys", str(hall.server.public_keys_file))
    code, said = await kiosk_program(home, *enroll)
    assert (code, "1 transactions wait, signed by the key before" in said) == (2, True)
    assert not (home / "keys").exists()
    async with site.opened() as counter:  # with the key of before
        assert (await kept(counter, told, hall)).state is DONE
    code, said = await kiosk_program(home, *enroll)
    assert code == 0, said
    hall.server.register(Path(said.splitlines()[-1]))
    async with replace(site, keys=enrolment.load(home / "keys")).opened() as counter:
        assert (await counter.serve("zhao_qi")).number == f"{PREFIX}-000002"
    assert ledger(hall) == [(1, "accepted", None), (2, "accepted", None)]


async def test_16_no_reset_forgets_what_waits(hall: TestHall, site: Site) -> None:
    """Neither beginning anew over it, nor taking the file away, nor another kiosk's name."""
    async with line_cut(hall), site.opened() as counter:
        told = await counter.serve("zhang_ling")
        assert resume(site.directory, hall.keys.kiosk, 0) == 1  # goes on with what is there
        await waits(site, told)
        with pytest.raises(QueueError, match=f"of {hall.keys.kiosk}, not of another"):
            resume(site.directory, "another", 0)
        (site.directory / "queue.db").rename(hall.directory / "queue.db")
    for _ in range(2):
        with pytest.raises(QueueError) as caught:
            async with site.opened():
                pass
        assert caught.value.code is FaultCode.Q_DAMAGED  # an empty queue would begin with number 1 again
    (set_aside,) = site.directory.glob("damaged-*")
    (set_aside / "queue.db-wal").rename(site.directory / "queue.db-wal")  # what was left of it
    (hall.directory / "queue.db").rename(site.directory / "queue.db")
    async with site.opened() as counter:
        assert (await kept(counter, told, hall)).state is DONE
        assert (await counter.serve("zhao_qi")).number == f"{PREFIX}-000002"
    assert ledger(hall) == [(1, "accepted", None), (2, "accepted", None)]
