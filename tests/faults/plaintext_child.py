"""A kiosk without a window that serves several people, on and off line. Run by test_plaintext_nowhere.py.

python -m tests.faults.plaintext_child DIRECTORY GATEWAY_URL; it says where it stands and goes on at each line it gets.
"""

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

from config.clock import Timekeeper
from flows.records import CardStatus, DocumentKind
from flows.transactions import (
    Activation,
    Applicant,
    LossReport,
    Proof,
    ProofMethod,
    Transaction,
    UnemploymentAllowance,
)
from kiosk import enrolment, logs
from kiosk.delivery import GatewayDelivery
from kiosk.gateway import Gateway, GatewaySettings
from kiosk.hardening import keep_memory_private
from kiosk.request_signature import RequestSigner
from kiosk.submission import Submission
from offline_queue.copies import backup
from offline_queue.model import TransactionState
from offline_queue.queue import OfflineQueue
from simulator.people import PEOPLE, Person
from tests.offline_queue.hall import QUICK

SERVED = tuple(person for person in PEOPLE if person.card is not None)[:5]


def bank_account(person: Person) -> str:
    """An account that is nobody's."""
    return f"62220216{int(person.number[6:14]):011d}"


def applicant_of(person: Person) -> Applicant:
    """The person at the kiosk."""
    number = person.card.number if person.card is not None else None
    seen = CardStatus.NOT_ACTIVATED
    return Applicant(person.number, person.name, DocumentKind.RESIDENT_ID, Proof(ProofMethod.FACE), number, seen)


def matters_of(person: Person) -> list[Transaction]:
    """What a person does here: some of it is refused, as a second activation is."""
    applicant = applicant_of(person)
    allowance = UnemploymentAllowance(applicant, mobile=person.mobile, bank_account=bank_account(person))
    return [Activation(applicant), Activation(applicant), allowance, LossReport(applicant)]


def stand(place: str) -> None:
    """Say where this is, and wait to be told to go on."""
    print(place, flush=True)
    sys.stdin.readline()


async def serve(queue: OfflineQueue, submission: Submission) -> None:
    """One day of a kiosk."""
    directory = Path(sys.argv[1])
    for person in SERVED:
        for matter in matters_of(person):
            await submission.submit(matter)
    await asyncio.to_thread(stand, "served")
    for person in SERVED:
        await submission.submit_at_once(LossReport(applicant_of(person)))  # nobody is there: it expires
        for matter in matters_of(person):
            await submission.submit(matter)
    backup(directory / "queue", directory / "copy.db")
    await asyncio.to_thread(stand, "alone")
    while any(row.state.open for row in await queue.rows(limit=1000)):
        await asyncio.sleep(0.05)
    states = {row.state for row in await queue.rows(limit=1000)}
    wanted = {TransactionState.ACCEPTED, TransactionState.REFUSED, TransactionState.EXPIRED}
    await asyncio.to_thread(stand, "delivered" if wanted <= states else f"only {sorted(states)}")


async def main() -> None:
    """Open the queue as the product does, and log all that can be logged."""
    keep_memory_private()
    logs.set_up("TRAFFIC")
    directory = Path(sys.argv[1])
    keys = enrolment.load(directory / "keys")
    timekeeper = Timekeeper()
    signer = RequestSigner(keys.kiosk, keys.signing_key, timekeeper.now)
    gateway = Gateway(GatewaySettings(sys.argv[2]), signer, keys.certificate_keys, timekeeper)
    queue = await OfflineQueue.open(
        directory / "queue",
        sealer=keys.sealer(),
        subject_key=keys.subject_key,
        deliver=GatewayDelivery(gateway),
        pace=QUICK,
        clock=timekeeper,
    )
    await gateway.check()
    patient = Submission(queue, prefix="K", patience=0.5, expires_after=timedelta(hours=1), now=timekeeper.now)
    running = asyncio.create_task(queue.run())
    await serve(queue, patient)
    running.cancel()
    await queue.close()
    await gateway.close()


if __name__ == "__main__":
    asyncio.run(main())
