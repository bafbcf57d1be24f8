"""What a kiosk is wired of between a citizen's touch and the paper, without devices: for the sixteen failures.

As a process of its own it dies where it is told to: python -m tests.faults.counter DIRECTORY GATEWAY_URL MODE
"""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import NoReturn
from uuid import UUID

from config.clock import Timekeeper, boot_seconds
from flows.records import CardStatus, DocumentKind
from flows.transactions import Activation, Applicant, LossReport, Proof, ProofMethod, Receipt, Transaction
from kiosk import enrolment
from kiosk.delivery import GatewayDelivery
from kiosk.gateway import Gateway, GatewaySettings
from kiosk.queue_line import follow_line
from kiosk.request_signature import RequestSigner
from kiosk.submission import Submission
from offline_queue.limits import Limits
from offline_queue.model import Delivery, QueuedTransaction, QueueError
from offline_queue.opening import latest_time
from offline_queue.queue import OfflineQueue, utc_now
from simulator.people import BY_KEY
from tests.offline_queue.hall import QUICK, final

ROOT = Path(__file__).parents[2]
PREFIX = "JN09"
AMPLE = Limits()
_PACE = replace(QUICK, priorities={LossReport.KIND: 1})


@dataclass
class World:
    """The true time, by which the gateway goes, and the clocks of the kiosk's machine."""

    passed: timedelta = timedelta()  # beyond what really passed in the test
    wall_is_off: timedelta = timedelta()
    boot: int = 1

    def time(self) -> datetime:
        """What it is."""
        return utc_now() + self.passed

    def timekeeper(self, directory: Path) -> Timekeeper:
        """The kiosk's clock, as its program makes it at its start."""
        return Timekeeper(
            latest_time(directory),
            wall=lambda: self.time() + self.wall_is_off,
            uptime=lambda: boot_seconds() + self.passed.total_seconds(),
            boot=f"boot-{self.boot}",
        )


def applicant(key: str) -> Applicant:
    """One of the invented people, who has shown document and face."""
    person = BY_KEY[key]
    assert person.card is not None
    return Applicant(
        person_number=person.number,
        person_name=person.name,
        document=DocumentKind.RESIDENT_ID,
        proof=Proof(ProofMethod.FACE, "sface same"),
        card_number=person.card.number,
        card_status_seen=CardStatus(person.card.status),
    )


@dataclass(frozen=True)
class Counter:
    """An open kiosk: what citizens do there, and what they are told."""

    gateway: Gateway
    queue: OfflineQueue
    submission: Submission

    async def serve(self, key: str, kind: type[Transaction] = Activation) -> Receipt:
        """A citizen submits; the paper. Raises ``QueueError`` when it could not be accepted."""
        return await self.submission.submit(kind(applicant(key)))

    async def row(self, receipt: Receipt) -> QueuedTransaction:
        """What is on disk under the number on the paper."""
        sequence = int(receipt.number.removeprefix(f"{PREFIX}-"))
        (row,) = await self.queue.rows(sequence - 1, limit=1)
        assert row.sequence == sequence
        return row

    async def told_now(self, receipt: Receipt) -> Receipt:
        """What who asks with the paper is told now."""
        return self.submission.receipt(await self.row(receipt))

    async def told_in_the_end(self, receipt: Receipt) -> Receipt:
        """The same when nothing more will happen."""
        return self.submission.receipt(await final(self.queue, await self.row(receipt)))


@dataclass(frozen=True)
class Site:
    """Where a kiosk stands: its keys, its disk, its gateway, its clocks."""

    keys: enrolment.KioskKeys
    url: str
    directory: Path
    world: World = field(default_factory=World)

    @asynccontextmanager
    async def opened(
        self,
        *,
        patience: float = 10,
        lasts: timedelta = timedelta(hours=3),
        limits: Limits = AMPLE,
        sending: bool = True,
        queue_type: type[OfflineQueue] = OfflineQueue,
        delivery: type[GatewayDelivery] = GatewayDelivery,
    ) -> AsyncIterator[Counter]:
        """The kiosk from its start to its end, put together as kiosk.wiring does it.

        ``patience``: seconds; ``sending``: with the tasks that go on beside the citizens.
        """
        clock = self.world.timekeeper(self.directory)
        signer = RequestSigner(self.keys.kiosk, self.keys.signing_key, clock.now)
        settings = GatewaySettings(self.url, read_seconds=3, health_seconds=0.1)
        gateway = Gateway(settings, signer, self.keys.certificate_keys, clock)
        try:
            queue = await queue_type.open(
                self.directory,
                sealer=self.keys.sealer(),
                subject_key=self.keys.subject_key,
                deliver=delivery(gateway),
                pace=_PACE,
                clock=clock,
                limits=limits,
            )
        except QueueError:
            await gateway.close()
            raise
        submission = Submission(queue, prefix=PREFIX, patience=patience, expires_after=lasts, now=clock.now)
        work = (queue.run(), gateway.watch(), follow_line(gateway, queue, again=0.1)) if sending else ()
        tasks = [asyncio.create_task(job) for job in work]
        try:
            yield Counter(gateway, queue, submission)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await gateway.close()
            await queue.close()

    @asynccontextmanager
    async def child(self, mode: str) -> AsyncIterator[asyncio.subprocess.Process]:
        """The same kiosk as a process of its own; ``mode`` is one of those below."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.faults.counter", str(self.directory), self.url, mode),
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()

    async def said_by_child(self, mode: str) -> tuple[str, int]:
        """All that such a process said, and how it ended."""
        async with self.child(mode) as process:
            output, _ = await asyncio.wait_for(process.communicate(), 30)
            assert process.returncode is not None
            return output.decode(), process.returncode


def die() -> NoReturn:
    """Like a power cut, as far as a process can have one."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


class DiesWithTheAnswer(GatewayDelivery):
    """Dies when the gateway has answered and nothing of it is on disk."""

    async def send(self, transaction: QueuedTransaction) -> Delivery:
        await super().send(transaction)
        die()


class DiesBeforeTheFirstByte(GatewayDelivery):
    """Dies when the disk says already that something may have left."""

    async def send(self, transaction: QueuedTransaction) -> Delivery:
        die()


class DiesWhenStored(OfflineQueue):
    """Dies when the row is on disk and nobody was told."""

    async def settled(self, transaction_id: UUID, within: float) -> QueuedTransaction:
        die()


class DiesWhenDecided(OfflineQueue):
    """Dies when the decision is on disk and nobody was told."""

    async def settled(self, transaction_id: UUID, within: float) -> QueuedTransaction:
        await super().settled(transaction_id, within)
        die()


_QUEUES = {"dies_when_stored": DiesWhenStored, "dies_when_decided": DiesWhenDecided}
_DELIVERIES = {"dies_with_the_answer": DiesWithTheAnswer, "dies_before_the_first_byte": DiesBeforeTheFirstByte}


async def main(directory: Path, url: str, mode: str) -> None:
    """``deliver``: send what is there and say what became of it. Any other mode: serve one citizen, and die."""
    site = Site(enrolment.load(directory.parent / "keys"), url, directory)
    queue_type, delivery = _QUEUES.get(mode, OfflineQueue), _DELIVERIES.get(mode, GatewayDelivery)
    sending = mode != "dies_when_stored"
    try:
        async with site.opened(queue_type=queue_type, delivery=delivery, sending=sending) as counter:
            print("open", flush=True)
            if mode != "deliver":
                receipt = await counter.serve("zhang_ling")
                print("told", receipt.number, receipt.state, flush=True)
            for row in await counter.queue.rows():
                settled = await final(counter.queue, row)
                print(settled.sequence, settled.state, settled.answer.get("effective_at"), flush=True)
    except QueueError as error:
        print("refused", error, flush=True)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3]))
