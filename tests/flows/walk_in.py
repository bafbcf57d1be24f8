"""Visits by the dozen: the real visit, flows, queue, client and gateway, with people whom the door knows.

No device is there: who somebody is, is known; what is printed is only counted. Everything that a random history of
visits can break - look-ups, checks, forms, queue, delivery, rules, ledger - is the real thing, over real HTTP.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from flows.certificates import Certificate, CertificateOrder, PrintedCertificate
from flows.face_progress import FaceProgress
from flows.prompts import (
    Change,
    Choose,
    ChooseMonth,
    Confirm,
    Confirmed,
    EnterNumber,
    GoBack,
    NumberKind,
    Prompt,
    SlipState,
    VisitEnded,
    Whose,
)
from flows.records import DocumentKind, Holder, PersonOf
from flows.transactions import Proof, ProofMethod, Receipt
from flows.visit import Refusal, Refused, Slip
from kiosk.catalogue import Service
from kiosk.visit import Hands, KioskVisit
from simulator.people import Person

T = TypeVar("T")
Draw = Callable[[list[Any]], Any]  # one of a list, by chance

_PATIENCE = 25  # questions after which a citizen only wants to come to an end
_BANK_ACCOUNT = "6222020000000000006"


@dataclass
class Whims:
    """Implements flows.prompts.Surface by chance: any answer, changes, steps back, and people who walk away."""

    draw: Draw
    person: Person
    asked: int = 0

    async def ask(self, prompt: Prompt[T]) -> T:
        self.asked += 1
        if self.asked < _PATIENCE:
            mood = self.draw(["on"] * 12 + ["back", "leave"])
            if mood == "leave":
                raise VisitEnded
            if mood == "back" and prompt.can_go_back:
                raise GoBack
        return cast("T", self._answer(prompt))

    def _answer(self, prompt: Prompt[Any]) -> object:
        match prompt:
            case Choose(options=options):
                return self.draw([option.name for option in options if option.closed is None])
            case ChooseMonth(first=first, last=last):
                return first.plus(self.draw(list(range(first.until(last)))))
            case EnterNumber(kind=kind):
                return self._number(kind)
            case Confirm(lines=lines):
                changes = [Change(line.change) for line in lines if line.change] if self.asked < _PATIENCE else []
                return self.draw([Confirmed()] * 5 + changes)
        raise AssertionError(f"nobody can answer {prompt}")

    def _number(self, kind: NumberKind) -> str:
        year = f"{self.person.born.year:04d}"
        numbers = {NumberKind.MOBILE: ["13800000099"], NumberKind.BANK_ACCOUNT: [_BANK_ACCOUNT]}
        return str(self.draw(numbers.get(kind, [year] * 3 + ["1900"])))

    def show(self, prompt: Prompt[None]) -> None:
        pass

    def update(self, progress: FaceProgress) -> None:
        pass

    def activity(self) -> None:
        pass

    def wipe(self) -> None:
        pass


@dataclass
class Papers:
    """Stands for the printer: keeps what would have come out."""

    slips: list[Slip] = field(default_factory=list)

    async def slip(self, slip: Slip, *_: object) -> SlipState:
        self.slips.append(slip)
        return SlipState.PRINTED


class WalkIn(KioskVisit):
    """A visit of somebody whose documents and face are known at the door."""

    def __init__(self, hands: Hands, service: Service, person: Person, agent: Person) -> None:
        super().__init__(hands, service)
        self._people = {Whose.AGENT: agent}
        self._person = person

    async def identify(self, *accepted: DocumentKind, whose: Whose = Whose.OWN, passport: bool = False) -> Holder:
        del accepted, passport
        person = self._people.get(whose, self._person)
        return Holder(DocumentKind.RESIDENT_ID, person.name, person.number)

    async def prove_presence(self, holder: Holder, *, lost: DocumentKind | None = None) -> Proof:
        del lost
        await self.look_up(PersonOf(holder.number))
        return Proof(ProofMethod.FACE, "sface")


@dataclass(frozen=True)
class Told:
    """What a citizen went home with."""

    service: str
    person: str
    receipt: Receipt | None = None
    refusal: Refusal | None = None
    certificate: Certificate | None = None


async def visit(hands: Hands, service: Service, person: Person, agent: Person) -> Told | None:
    """Let ``person`` come; None when nothing came of it."""
    walk_in = WalkIn(hands, service, person, agent)
    try:
        outcome = await walk_in.run()
    except Refused as refused:
        return Told(service.flow, person.number, refusal=refused.refusal)
    except (GoBack, VisitEnded):
        return None
    finally:
        walk_in.wipe()
    return Told(service.flow, person.number, receipt=outcome.receipt)


class Certified:
    """Stands for kiosk.certifying with a printer that always prints; the client and its checks are real."""

    def __init__(self, certify: Callable[[CertificateOrder], Any]) -> None:
        self._certify = certify
        self.issued: list[Certificate] = []

    async def certify(self, order: CertificateOrder, *_: object) -> PrintedCertificate:
        certificate = await self._certify(order)
        self.issued.append(certificate)
        return PrintedCertificate(certificate, printed=True)
