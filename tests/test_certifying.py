"""Certificates over the simulated printer: paper that ends in the middle, another copy, and what is void meanwhile."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import cv2
import numpy as np
import pytest
from joserfc import jwe, jws
from joserfc.jwk import OKPKey
from PIL import ImageOps

from config import clock, fonts
from config.clock import certain
from config.faults import FaultCode
from config.fonts import FontSet
from config.settings import Hall
from drivers.printer.escpos_printer import Network, Printer
from flows.certificates import PrintedCertificate
from flows.face_progress import FaceProgress
from flows.prompts import Again, Finished, PrintStopped, Prompt, Steps, Verbatim, VisitEnded, Working
from flows.visit import Refusal, Refused
from kiosk.certificate_verdict import verify
from kiosk.certifying import Certifying
from kiosk.delivery import GatewayDelivery
from kiosk.gateway import Gateway
from kiosk.printing import Paper
from kiosk.submission import Submission
from offline_queue.envelope import Sealer
from offline_queue.queue import OfflineQueue
from screens.text.catalogue import Catalogue, raise_missing
from simulator.printer import Receipt, SimulatedPrinter
from tests.contracts.answering import Answering, answering_server, client_of
from tests.devices.printing import QUICK
from tests.issuing import Authority, order_for
from tests.offline_queue.hall import QUICK as QUICK_PACE
from tests.offline_queue.hall import until

T = TypeVar("T")
HALL = Hall(name="济南市政务服务大厅", kiosk="03", receipt_prefix="JN03")
CHINESE = Catalogue.load("zh_CN", raise_missing)
STEPS = Steps(Verbatim("个人参保缴费证明"), 5, 5)
OUTPUT = Path(__file__).parent / "output" / "certificates"
PROBLEM = {"title": "x", "status": 0}


@pytest.fixture(scope="module")
def font_set(tmp_path_factory: pytest.TempPathFactory) -> FontSet:
    directory: Path = tmp_path_factory.mktemp("fonts")
    fonts.prepare(directory)
    return FontSet.load(directory)


@dataclass
class Citizen:
    """Implements flows.prompts.Surface: answers a stopped print as told, once what is done before has been done."""

    answers: list[tuple[Callable[[], object], object]] = field(default_factory=list)
    waits_until_ready: bool = False
    shown: list[Prompt[Any]] = field(default_factory=list)

    async def ask(self, prompt: Prompt[T]) -> T:
        self.shown.append(prompt)
        assert isinstance(prompt, PrintStopped)
        if not self.answers:  # has done what there is to do, and looks at the screen
            await asyncio.Event().wait()
        if not prompt.ready and self.waits_until_ready:
            await asyncio.to_thread(self.answers[0][0])
            await asyncio.Event().wait()
        deed, answer = self.answers.pop(0)
        await asyncio.to_thread(deed)
        if isinstance(answer, BaseException):
            raise answer
        return answer  # type: ignore[return-value]

    def show(self, prompt: Prompt[None]) -> None:
        self.shown.append(prompt)

    def update(self, progress: FaceProgress) -> None: ...

    def activity(self) -> None: ...

    def wipe(self) -> None: ...

    @property
    def stops(self) -> list[PrintStopped]:
        return [prompt for prompt in self.shown if isinstance(prompt, PrintStopped)]

    @property
    def said(self) -> list[str]:
        return [prompt.what.key for prompt in self.shown if isinstance(prompt, Working)]


def nothing() -> None:
    """The citizen does nothing in the hall."""


@dataclass
class Office:
    """A gateway that issues and voids copies, with its printer and a kiosk's parts between them."""

    authority: Authority
    gateway_says: type[Answering]
    simulated: SimulatedPrinter
    sealing: OKPKey
    certifying: Certifying
    queue: OfflineQueue
    citizen: Citizen
    issued: dict[str, dict[str, Any]] = field(default_factory=dict)
    voids: list[dict[str, Any]] = field(default_factory=list)
    submitted: list[str] = field(default_factory=list)
    lost_answers: int = 0

    def answer(self, path: str, asked: dict[str, Any]) -> dict[str, Any]:
        """What the gateway answers while it is in order."""
        if path == "/v1/certificates":
            key = str(self.gateway_says.asked[-1][2])
            if key not in self.issued:
                self.issued[key] = self.authority.issue(asked)
            if self.lost_answers:
                self.lost_answers -= 1
                raise ConnectionAbortedError
            return self.issued[key]
        opened = jwe.decrypt_compact(asked["envelope"], self.sealing, algorithms=["ECDH-ES", "A256GCM"])
        content = json.loads(jws.extract_compact(opened.plaintext or b"").payload)
        self.voids.append(content)
        self.authority.voided.append(content["details"]["copy"])
        nothing_else = dict.fromkeys(("reason", "card_status", "acceptance_number", "due", "lost_until"))
        digest = hashlib.sha256(asked["envelope"].encode()).hexdigest()
        decided = {"result": "accepted", "effective_at": "2026-11-23T06:26:00Z"}
        return {"id": content["id"], "envelope_sha256": digest, **decided, **nothing_else}

    async def certify(self) -> PrintedCertificate:
        return await self.certifying.certify(order_for(), STEPS, lambda kind, _: self.submitted.append(kind))

    def papers(self) -> list[Receipt]:
        """All paper that came out, with what hangs out torn off."""
        return self.simulated.take_paper()


@asynccontextmanager
async def _queue(directory: Path, gateway: Gateway, sealing: OKPKey) -> AsyncIterator[OfflineQueue]:
    signing = OKPKey.generate_key("Ed25519", {"kid": "kiosk-1"})
    queue = await OfflineQueue.open(
        directory,
        sealer=Sealer("kiosk-1", signing, OKPKey.import_key(sealing.as_dict(private=False))),
        subject_key=bytes(32),
        deliver=GatewayDelivery(gateway),
        pace=QUICK_PACE,
        clock=certain(clock.now),
    )
    running = asyncio.create_task(queue.run())
    try:
        yield queue
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await queue.close()


@pytest.fixture(scope="module")
def says() -> Iterator[tuple[type[Answering], str]]:
    with answering_server() as running:
        yield running


@pytest.fixture
async def office(tmp_path: Path, font_set: FontSet, says: tuple[type[Answering], str]) -> AsyncIterator[Office]:
    authority, sealing, citizen = Authority(), OKPKey.generate_key("X25519"), Citizen()
    with SimulatedPrinter() as simulated:
        printer = Printer(Network("127.0.0.1", simulated.port), timing=QUICK)
        watching = asyncio.create_task(printer.watch())
        async with client_of(says[1], authority.keys) as gateway, _queue(tmp_path, gateway, sealing) as queue:
            paper = Paper(printer, font_set, HALL, lambda: CHINESE, clock.now, 576)
            submission = Submission(
                queue, prefix="JN03", patience=1.0, expires_after=timedelta(hours=72), now=clock.now
            )
            certifying = Certifying(citizen, gateway, paper, submission)
            office = Office(authority, says[0], simulated, sealing, certifying, queue, citizen)
            says[0].status, says[0].answer = 200, office.answer
            says[0].asked.clear()
            yield office
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        await printer.close()


def scanned(paper: Receipt) -> str:
    picture = ImageOps.expand(paper.picture.convert("L"), border=40, fill=255)
    picture = picture.crop((0, max(0, picture.height - 1600), picture.width, picture.height))
    return str(cv2.QRCodeDetectorAruco().detectAndDecode(np.asarray(picture))[0])


async def test_a_whole_copy(office: Office) -> None:
    done = await office.certify()
    assert done.printed
    (paper,) = office.papers()
    assert scanned(paper) == done.certificate.token
    assert verify(scanned(paper), office.authority.keys, CHINESE).genuine
    assert office.citizen.said == ["working.certificate", "working.certificate_print"]
    assert office.voids == []


async def test_paper_ends_in_the_middle_and_the_second_copy_says_so(office: Office) -> None:
    office.simulated.end_paper_after(900)
    office.citizen.waits_until_ready = True
    office.citizen.answers = [(office.simulated.refill, Again.RETRY)]
    done = await office.certify()
    assert done.printed
    assert (done.certificate.copy, done.certificate.voided) == (2, (1,))
    assert [(stop.fault, stop.ready) for stop in office.citizen.stops] == [
        (FaultCode.PRN_PAPER_OUT, False),
        (FaultCode.PRN_PAPER_OUT, True),
    ]
    torn, whole = office.papers()
    assert torn.picture.height == 900
    assert scanned(torn) == ""
    assert scanned(whole) == done.certificate.token
    (void,) = office.voids
    assert void["details"] == {"certificate_number": done.certificate.number, "copy": 1}
    assert (void["kind"], void["person"]["number"]) == ("certificate_void", done.certificate.person_number)
    assert office.submitted == ["certificate_void"]
    OUTPUT.mkdir(parents=True, exist_ok=True)
    torn.picture.save(OUTPUT / "torn.png")
    whole.picture.save(OUTPUT / "after_the_torn_one.png")


@pytest.mark.parametrize(
    ("trouble", "mend", "fault"),
    [
        ("cover_open", "cover", FaultCode.PRN_COVER_OPEN),
        ("paper_out", "cover", FaultCode.PRN_PAPER_OUT),
    ],
)
async def test_a_copy_that_never_began_is_void_too(office: Office, trouble: str, mend: str, fault: FaultCode) -> None:
    office.simulated.change(**{trouble: True})
    office.citizen.waits_until_ready = True
    office.citizen.answers = [(lambda: office.simulated.change(**{trouble: False}), Again.RETRY)]
    done = await office.certify()
    assert done.printed
    assert done.certificate.voided == (1,)
    assert office.citizen.stops[0].fault is fault
    (paper,) = office.papers()
    assert scanned(paper) == done.certificate.token


async def test_who_has_enough_leaves_without_a_copy(office: Office) -> None:
    office.simulated.end_paper_after(500)
    office.citizen.answers = [(nothing, Finished())]
    done = await office.certify()
    assert not done.printed
    assert len(office.voids) == 1
    office.simulated.refill()
    await asyncio.sleep(0.3)
    (torn,) = office.papers()
    assert torn.picture.height == 500  # nothing more of it came out with the new paper


async def test_the_printer_loses_power(office: Office) -> None:
    office.simulated.die_after(700)
    office.citizen.answers = [(nothing, Finished())]
    done = await office.certify()
    assert not done.printed
    assert office.voids[0]["details"]["copy"] == 1
    office.simulated.revive()
    assert [paper.picture.height for paper in office.papers()] == [700]


async def test_torn_twice_names_both(office: Office) -> None:
    office.simulated.end_paper_after(400)
    office.citizen.waits_until_ready = True

    def refill_but_little() -> None:
        office.simulated.refill()
        office.simulated.end_paper_after(600)

    office.citizen.answers = [(refill_but_little, Again.RETRY), (office.simulated.refill, Again.RETRY)]
    done = await office.certify()
    assert (done.certificate.copy, done.certificate.voided) == (3, (1, 2))
    assert [void["details"]["copy"] for void in office.voids] == [1, 2]
    assert len(office.papers()) == 3


async def test_an_answer_lost_on_the_way_costs_no_copy(office: Office) -> None:
    office.lost_answers = 1
    done = await office.certify()
    assert done.certificate.copy == 1
    first, second = (key for path, _, key in office.gateway_says.asked if path == "/v1/certificates")
    assert first == second


@pytest.mark.parametrize(
    ("status", "code", "refusal"),
    [
        (404, "no_contributions", Refusal.NO_CONTRIBUTIONS),
        (404, "nothing_paid_then", Refusal.NOTHING_PAID_THEN),
        (404, "something_new", Refusal.BY_GATEWAY),
        (403, "presence_not_proved", Refusal.PRESENCE_NOT_PROVED),
        (422, "body_invalid", Refusal.NEEDS_GATEWAY),
        (500, "x", Refusal.NEEDS_GATEWAY),
    ],
)
async def test_what_the_gateway_does_not_certify(office: Office, status: int, code: str, refusal: Refusal) -> None:
    office.gateway_says.status = status
    office.gateway_says.answer = PROBLEM | {"status": status, "code": code}
    with pytest.raises(Refused) as caught:
        await office.certify()
    assert caught.value.refusal is refusal
    assert len(office.gateway_says.asked) == (2 if status == 500 else 1)
    assert office.papers() == []


async def test_a_certificate_signed_by_somebody_else_is_not_printed(office: Office) -> None:
    office.authority.key = OKPKey.generate_key("Ed25519", {"use": "sig"})
    with pytest.raises(Refused) as caught:
        await office.certify()
    assert caught.value.refusal is Refusal.NEEDS_GATEWAY
    assert office.papers() == []


async def test_a_void_waits_in_the_queue_while_the_gateway_is_away(office: Office) -> None:
    office.simulated.end_paper_after(300)

    def away() -> None:
        office.gateway_says.status, office.gateway_says.answer = 503, PROBLEM

    office.gateway_says.answer = lambda path, asked: office.answer(path, asked) if "certificates" in path else away()
    office.citizen.answers = [(office.simulated.refill, Again.RETRY)]
    with pytest.raises(Refused) as caught:
        await office.certify()
    assert caught.value.refusal is Refusal.NEEDS_GATEWAY
    assert office.voids == []
    office.gateway_says.status, office.gateway_says.answer = 200, office.answer
    await until(lambda: bool(office.voids))
    assert office.voids[0]["details"]["copy"] == 1


async def test_a_copy_torn_here_is_named_though_the_gateway_has_not_heard_of_it(office: Office) -> None:
    office.simulated.end_paper_after(300)
    office.citizen.answers = [(office.simulated.refill, Again.RETRY)]

    def deaf_to_voids(path: str, asked: dict[str, Any]) -> dict[str, Any]:
        return office.answer(path, asked) if path == "/v1/certificates" else {}

    office.gateway_says.answer = deaf_to_voids
    done = await office.certify()
    assert (done.certificate.copy, done.certificate.voided) == (2, (1,))


async def test_leaving_the_screen_leaves_a_void_copy(office: Office) -> None:
    office.simulated.end_paper_after(300)
    office.citizen.answers = [(nothing, VisitEnded())]
    with pytest.raises(VisitEnded):
        await office.certify()
    assert [void["details"]["copy"] for void in office.voids] == [1]


async def test_a_visit_cancelled_in_the_middle_of_printing_leaves_a_void_copy(office: Office) -> None:
    visit = asyncio.create_task(office.certify())
    while len(office.simulated.received) < 20_000:
        await asyncio.sleep(0)
    visit.cancel()
    with pytest.raises(asyncio.CancelledError):
        await visit
    assert [void["details"]["copy"] for void in office.voids] == [1]
