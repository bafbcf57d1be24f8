"""A kiosk without a window, in a process of its own, that dies where it is told to. Run by test_queue_crash.py.

python -m tests.faults.queue_child DIRECTORY GATEWAY_URL MODE
"""

import asyncio
import sys
from pathlib import Path

from kiosk import enrolment
from kiosk.delivery import GatewayDelivery
from kiosk.gateway import Gateway, GatewaySettings
from kiosk.request_signature import RequestSigner
from offline_queue.envelope import Sealer
from offline_queue.model import Delivery, Draft, QueuedTransaction
from offline_queue.queue import OfflineQueue
from simulator.people import PEOPLE
from tests.crash.doom import die
from tests.offline_queue.hall import QUICK, submit


class DyingDelivery(GatewayDelivery):
    """Dies before the first byte or after the answer."""

    mode = ""

    async def send(self, transaction: QueuedTransaction) -> Delivery:
        if self.mode == "before_send":
            die()
        answer = await super().send(transaction)
        if self.mode == "after_answer":
            die()
        return answer


class DyingSealer(Sealer):
    """Dies in the middle of the insert, after the number was taken."""

    def seal(self, draft: Draft, sequence: int) -> str:
        if sequence > 1:
            die()
        return super().seal(draft, sequence)


async def visit(queue: OfflineQueue, number: int) -> None:
    """One citizen: what is printed here is what the citizen was told."""
    row = await submit(queue, PEOPLE[number % len(PEOPLE)].key)
    print(f"told {row.id} {row.sequence}", flush=True)


async def main(directory: Path, url: str, mode: str) -> None:
    """Open the queue of the kiosk in ``directory`` and do what ``mode`` says."""
    keys = enrolment.load(directory / "keys")
    gateway = Gateway(GatewaySettings(url), RequestSigner(keys.kiosk, keys.signing_key))
    deliver = DyingDelivery(gateway)
    deliver.mode = mode
    sealer = keys.sealer()
    if mode == "while_storing":
        sealer = DyingSealer(sealer.kiosk, sealer.signing_key, sealer.gateway_key)
    queue = await OfflineQueue.open(
        directory / "queue", sealer=sealer, subject_key=keys.subject_key, deliver=deliver, pace=QUICK
    )
    print("open", flush=True)
    if mode == "hold":
        await asyncio.sleep(60)
    await visit(queue, 0)
    if mode == "after_submit":
        die()
    running = asyncio.create_task(queue.run())
    number = 1
    while mode == "while_storing":
        await visit(queue, number)
        number += 1
    await running


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3]))
