"""The run: kiosks are enrolled and fill their queues, the gateway comes back, and all is counted."""

import multiprocessing
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from kiosk import enrolment
from simulator.gateway.models import Person
from simulator.gateway.models_insured import Pension
from simulator.postgres import Postgres
from tests.fleet import group
from tests.fleet.figures import compare, figures, sound
from tests.fleet.gateway import GatewayProcess
from tests.fleet.plan import Plan, person_number

_PATIENCE = 300.0  # seconds for a group to fill its queues, and to say what it has


class GroupGone(Exception):
    """A process of the fleet ended without a word, or said nothing for too long."""


@dataclass
class _Member:
    process: BaseProcess
    pipe: Connection
    left: int = 0

    def hear(self, within: float = _PATIENCE) -> object:
        if not self.pipe.poll(within):
            raise GroupGone(f"{self.process.name} is silent")
        try:
            return self.pipe.recv()
        except EOFError:
            raise GroupGone(f"{self.process.name} has ended") from None

    def look(self) -> None:
        """Take in how much the group has left."""
        while self.pipe.poll():
            word = self.hear()
            if isinstance(word, int):
                self.left = word

    def told(self) -> group.Told:
        """Stop it and hear the whole."""
        self.pipe.send("stop")
        while not isinstance(word := self.hear(), group.Told):
            pass
        self.process.join(_PATIENCE)
        return word


def run(plan: Plan) -> tuple[bool, dict[str, object]]:
    """Whether all was delivered exactly once, and the figures."""
    with ExitStack() as stack:
        home = plan.directory / "gateway"
        home.mkdir(parents=True)
        database = stack.enter_context(Postgres(home)).url if plan.postgres else None
        gateway = stack.enter_context(GatewayProcess(home, database=database, workers=plan.workers))
        enrol(plan, gateway)
        members = stack.enter_context(_members(plan, gateway.url))
        _say("filled")
        for word in ("run", None):
            for member in members:
                member.hear() if word is None else member.pipe.send(word)
        time.sleep(plan.outage)
        _say("outage over")
        gateway.start()
        returned = time.monotonic()
        seconds = _await_empty(plan, members, returned)
        told = [member.told() for member in members]
        books = compare(gateway.books.state.sessions, {name: keys for each in told for name, keys in each.keys.items()})
        states = sum((each.states for each in told), Counter[str]())
        exchanges = [exchange for each in told for exchange in each.exchanges]
        result = figures(plan, books, states, exchanges, returned, seconds)
        result["threads"] = sum(each.threads for each in told)
        result["megabytes_of_a_kiosk"] = round(sum(each.megabytes for each in told) / plan.kiosks, 2)
        return sound(books, states), result


def enrol(plan: Plan, gateway: GatewayProcess) -> None:
    """Make every kiosk's keys, let both sides know each other, and tell the gateway of the kiosks' pensioners."""
    trusted = gateway.books.public_keys_file.read_text("ascii")
    for name in (name for each in range(plan.groups) for name in plan.names(each)):
        keys = plan.directory / name / "keys"
        gateway.books.register(enrolment.create(keys, name))
        enrolment.trust_gateway(keys, trusted)
        _seed(plan, gateway, name)


def _seed(plan: Plan, gateway: GatewayProcess, kiosk: str) -> None:
    numbers = [person_number(kiosk, each) for each in range(plan.people_each)]
    with gateway.books.state.sessions.begin() as session:
        session.add_all(
            Person(number=number, name="", mobile="", photo=None, transfers_out=False) for number in numbers
        )
        session.flush()
        session.add_all(
            Pension(
                person_number=number,
                kind="basic",
                started="2010-01",
                monthly_fen=300_000,
                last_paid="2026-10",
                review_due=date(2026, 12, 31),
            )
            for number in numbers
        )


@contextmanager
def _members(plan: Plan, url: str) -> Iterator[list[_Member]]:
    context = multiprocessing.get_context("spawn")
    members = []
    try:
        for number in range(plan.groups):
            ours, theirs = context.Pipe()
            process = context.Process(target=group.main, args=(plan, number, url, theirs), name=f"kiosks-{number}")
            process.start()
            theirs.close()
            members.append(_Member(process, ours))
        for member in members:
            member.hear()
        yield members
    finally:
        for member in members:
            member.pipe.close()
            if member.process.is_alive():
                member.process.terminate()
            member.process.join()


def _await_empty(plan: Plan, members: list[_Member], returned: float) -> float | None:
    for member in members:
        member.left = plan.kiosks * plan.rows
    last = 0.0
    while (now := time.monotonic() - returned) < plan.within:
        for member in members:
            member.look()
        left = sum(member.left for member in members)
        if left == 0:
            return now
        if now - last > 10:
            last = now
            _say(f"{now:5.0f} s: {left} left")
        time.sleep(0.2)
    return None


def _say(text: str) -> None:
    print(text, flush=True)
