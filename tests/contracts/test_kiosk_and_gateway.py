"""The kiosk and the running gateway agree about every record and every certificate."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from config.faults import FaultCode
from flows.certificates import CertificateKind, CertificateOrder
from flows.months import Month
from flows.records import (
    AgenciesOf,
    ContributionsOf,
    PensionOf,
    PersonOf,
    Query,
    SkillsOf,
    TransferOf,
    UnemploymentOf,
)
from flows.transactions import Applicant, CertificateVoid, Proof, ProofMethod, ReceiptState
from kiosk.certificate_verdict import verify
from kiosk.gateway import Declined, Gateway, GatewayError, GatewaySettings, NotFound
from kiosk.request_signature import RequestSigner
from kiosk.submission import Submission
from offline_queue.queue import utc_now
from screens.text.catalogue import Catalogue, raise_missing
from simulator.gateway.server import GatewayServer
from simulator.people import BY_KEY, PEOPLE
from tests.issuing import holder, order_for
from tests.offline_queue.hall import TestHall, new_server, running_hall, running_queue

PATIENCE = 10.0
WANG = order_for("wang_jianguo")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayServer]:
    with new_server(tmp_path_factory.mktemp("gateway")) as running:
        yield running


@pytest.fixture
async def hall(tmp_path: Path, server: GatewayServer) -> AsyncIterator[TestHall]:
    async with running_hall(tmp_path, server) as running:
        yield running


@pytest.mark.parametrize("ask", [ContributionsOf, UnemploymentOf, SkillsOf, TransferOf])
async def test_everybodys_records_are_read(hall: TestHall, ask: type[Any]) -> None:
    records = [await hall.gateway.look_up(ask(person.number)) for person in PEOPLE]
    assert len(set(map(repr, records))) > 2
    with pytest.raises(NotFound) as caught:
        await hall.gateway.look_up(ask("370199190001010007"))
    assert caught.value.code == "person_not_found"


async def test_pensions_are_of_those_who_draw_one(hall: TestHall) -> None:
    assert (await hall.gateway.look_up(PensionOf(BY_KEY["li_xiuying"].number))).monthly_fen > 0
    with pytest.raises(NotFound) as caught:
        await hall.gateway.look_up(PensionOf(BY_KEY["zhang_ling"].number))
    assert caught.value.code == "no_pension"


async def test_agencies_of_a_region(hall: TestHall) -> None:
    agencies: Query[Any] = AgenciesOf("370100")
    assert (await hall.gateway.look_up(agencies)).agencies


@pytest.mark.parametrize("kind", CertificateKind)
@pytest.mark.parametrize("person", [person.key for person in PEOPLE])
async def test_certificates_are_believed_and_their_code_is_genuine(
    hall: TestHall, person: str, kind: CertificateKind
) -> None:
    order = order_for(person, kind)
    if kind is not CertificateKind.PENSION:
        order = replace(order, first=Month(1992, 1), last=Month(2026, 11))
    try:
        certificate = await hall.gateway.certify(uuid4(), order)
    except NotFound as none:
        declined = none.code
    else:
        assert (certificate.person_name, certificate.copy) == (BY_KEY[person].name, 1)
        verdict = verify(certificate.token, hall.keys.certificate_keys, Catalogue.load("en", raise_missing))
        assert verdict.genuine
        return
    assert declined == ("no_pension" if kind is CertificateKind.PENSION else "nothing_paid_then")


async def test_fetched_by_an_agent(hall: TestHall) -> None:
    certificate = await hall.gateway.certify(uuid4(), order_for("wang_jianguo", agent="gulimire"))
    assert (certificate.agent_name, certificate.agent_number) == (BY_KEY["gulimire"].name, BY_KEY["gulimire"].number)


async def test_the_same_key_is_the_same_copy_and_another_key_the_next(hall: TestHall) -> None:
    key = uuid4()
    first = await hall.gateway.certify(key, WANG)
    assert await hall.gateway.certify(key, WANG) == first
    second = await hall.gateway.certify(uuid4(), WANG)
    assert (second.number, second.copy) == (first.number, 2)
    with pytest.raises(GatewayError) as caught:
        await hall.gateway.certify(key, replace(WANG, first=Month(2016, 1)))
    assert (caught.value.code, caught.value.status) == (FaultCode.GW_REJECTED, 422)


@pytest.mark.parametrize(
    ("order", "code"),
    [
        (replace(WANG, holder=replace(WANG.holder, name="王健国")), "not_the_same_person"),
        (replace(WANG, agent=holder("wang_jianguo")), "not_the_same_person"),
        (replace(WANG, holder=replace(WANG.holder, number="370199190001010007")), "person_not_found"),
        (replace(WANG, first=Month(1980, 1), last=Month(1980, 12)), "nothing_paid_then"),
    ],
)
async def test_what_the_gateway_declines_has_its_reason(hall: TestHall, order: CertificateOrder, code: str) -> None:
    with pytest.raises(Declined) as caught:
        await hall.gateway.certify(uuid4(), order)
    assert caught.value.code == code


@pytest.mark.parametrize(("agent", "method"), [("", ProofMethod.DOCUMENT), ("gulimire", ProofMethod.FACE)])
async def test_a_void_copy_is_named_by_the_next(hall: TestHall, agent: str, method: ProofMethod) -> None:
    order = replace(order_for("wang_jianguo", agent=agent), proof=Proof(method))
    torn = await hall.gateway.certify(uuid4(), order)
    applicant = Applicant.of(order.holder, order.proof, None)
    async with running_queue(hall) as queue:
        submission = Submission(queue, prefix="JN03", patience=PATIENCE, expires_after=timedelta(days=1), now=utc_now)
        receipt = await submission.submit(CertificateVoid(applicant, torn.number, torn.copy))
        assert (receipt.state, receipt.reason) == (ReceiptState.DONE, "")
        unknown = await submission.submit(CertificateVoid(applicant, "JF-0", 1))
        assert (unknown.state, unknown.reason) == (ReceiptState.REFUSED, "certificate_unknown")
    assert (await hall.gateway.certify(uuid4(), order)).voided == (torn.copy,)


async def test_without_the_gateways_keys_a_certificate_is_not_believed(hall: TestHall) -> None:
    trusting_nobody = Gateway(GatewaySettings(hall.server.url), RequestSigner(hall.keys.kiosk, hall.keys.signing_key))
    with pytest.raises(GatewayError) as caught:
        await trusting_nobody.certify(uuid4(), WANG)
    assert (caught.value.code, caught.value.detail) == (FaultCode.GW_UNEXPECTED, "token: other_key")
    await trusting_nobody.close()


async def test_a_visit_can_be_played_in_another_year(tmp_path: Path) -> None:
    """The clocks of kiosk and gateway stand together; a request signed by another clock is refused."""
    moment = datetime(2023, 3, 20, 1, 0, tzinfo=UTC)
    with GatewayServer(tmp_path / "gateway", clock=lambda: moment) as server:
        async with running_hall(tmp_path, server) as hall:
            with pytest.raises(GatewayError) as caught:
                await hall.gateway.look_up(PersonOf(BY_KEY["gulimire"].number))
            assert caught.value.status == 401
            signer = RequestSigner(hall.keys.kiosk, hall.keys.signing_key, lambda: moment)
            then = Gateway(GatewaySettings(server.url), signer)
            assert (await then.look_up(PersonOf(BY_KEY["gulimire"].number))).name == BY_KEY["gulimire"].name
            await then.close()
