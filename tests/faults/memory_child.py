"""A kiosk that serves one person and forgets them; what is left in its memory is looked at from outside.

python -m tests.faults.memory_child DIRECTORY: prints each person's account with every byte inverted, then how many
objects still hold the last one. The accounts are made here, of random digits, and are in no file of the program.
"""

import asyncio
import gc
import secrets
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from config.faults import FaultCode
from flows.records import DocumentKind
from flows.transactions import Applicant, Proof, ProofMethod, UnemploymentAllowance
from kiosk import enrolment
from kiosk.submission import Submission
from offline_queue.model import Delivery, Enquiry, NotReceived, QueuedTransaction, TryLater
from offline_queue.queue import OfflineQueue

PEOPLE = 20


class NoLine:
    """A gateway out of reach."""

    async def send(self, transaction: QueuedTransaction) -> Delivery:
        return TryLater(FaultCode.NET_UNREACHABLE)

    async def withdraw(self, transaction: QueuedTransaction) -> Delivery:
        return TryLater(FaultCode.NET_UNREACHABLE)

    async def outcome(self, transaction: QueuedTransaction) -> Enquiry:
        return NotReceived()


def inverted(account: str) -> str:
    return bytes(byte ^ 0xFF for byte in account.encode()).hex()


async def visit(submission: Submission, tell: Any) -> None:
    """One citizen; whatever is known about them is gone at the end."""
    account = "".join(secrets.choice("123456789") for _ in range(19))
    applicant = Applicant("370102190001011234", "nobody", DocumentKind.RESIDENT_ID, Proof(ProofMethod.FACE), None, None)
    await submission.submit(UnemploymentAllowance(applicant, mobile="13800000000", bank_account=account))
    tell(inverted(account))


def holders(secret: bytes) -> int:
    """How many texts with it can still be reached from any object that the interpreter knows."""
    seen: set[int] = set()
    found, todo = 0, gc.get_objects()
    while todo:
        each = todo.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        if isinstance(each, str | bytes | bytearray):
            content = each.encode("utf-8", "replace") if isinstance(each, str) else bytes(each)
            found += secret in content
        else:
            todo.extend(gc.get_referents(each))
    return found


async def main() -> None:
    """Serve, close the last visit, and let others look."""
    directory = Path(sys.argv[1])
    keys = enrolment.load(directory / "keys")
    queue = await OfflineQueue.open(
        directory / "queue", sealer=keys.sealer(), subject_key=keys.subject_key, deliver=NoLine()
    )
    submission = Submission(
        queue, prefix="K", patience=0.0, expires_after=timedelta(hours=1), now=lambda: datetime.now(UTC)
    )
    running = asyncio.create_task(queue.run())
    told: list[str] = []
    for _ in range(PEOPLE):
        await visit(submission, told.append)
    gc.collect()
    print(*told, flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    print(holders(bytes(byte ^ 0xFF for byte in bytes.fromhex(told[-1]))), flush=True)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await queue.close()


if __name__ == "__main__":
    asyncio.run(main())
