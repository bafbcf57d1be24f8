"""Who may not do it here: minors, two people's documents, one as two. And cards that do not say whose they are."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from config import clock
from flows.presence_prompts import Consent, EnterPin
from flows.prompts import (
    Choose,
    Confirm,
    Confirmed,
    Finished,
    OtherWay,
    PresentDocument,
    ShowRefusal,
    ShowResult,
    Text,
    VisitEnded,
)
from flows.records import DocumentKind, Holder
from kiosk.age import age_of, born_by_number
from simulator.cards import card_for
from simulator.hall_state import NetworkState
from simulator.pcscd import SECOND_READER_NAME
from simulator.people import BY_KEY, Person, with_id_check
from tests.flows.conftest import Stand
from tests.flows.play import Then
from tests.flows.steps import start

ZHANG = "zhang_ling"
TODAY = clock.now().date()


def aged(years: int, days: int = 0, key: str = ZHANG) -> Person:
    """Somebody who has become ``years`` old so many days ago."""
    birthday = TODAY - timedelta(days=days)
    born = birthday.replace(year=birthday.year - years, day=min(birthday.day, 28))
    return replace(BY_KEY[key], born=born, number=with_id_check(f"370199{born:%Y%m%d}099"))


def _child_with_id(stand: Stand, person: Person) -> Then:
    return Then(PresentDocument, does=lambda: stand.hall.id_reader.lay(person))


async def test_a_child_is_sent_to_the_counter_kindly(stand: Stand) -> None:
    surface = await stand.play(
        *start("activation"),
        _child_with_id(stand, aged(15, days=300)),
        Then(ShowRefusal, Finished(), does=stand.hall.lift_id),
    )
    refusal = surface.last(ShowRefusal)
    assert refusal.headline.key == "refusal.minor.headline"
    assert refusal.lines == ()
    assert stand.transactions == ()


async def test_a_childs_card_is_known_by_its_holder(stand: Stand) -> None:
    child = aged(9)
    surface = await stand.play(
        *start("activation"),
        Then(PresentDocument, does=lambda: stand.hall.pcscd.slot.insert(card_for(child))),
        Then(ShowRefusal, Finished(), does=stand.hall.pull_card),
    )
    assert surface.last(ShowRefusal).headline.key == "refusal.minor.headline"


async def test_the_hall_may_set_another_age_or_none(stand: Stand) -> None:
    child = aged(15, days=300)
    for youngest in (15, 0):
        surface = await stand.with_settings("matters", youngest=youngest).play(
            *start("loss_report"),
            _child_with_id(stand, child),
            Then(ShowRefusal, Finished(), does=stand.hall.lift_id),
        )
        assert surface.last(ShowRefusal).headline.key == "refusal.person_not_found.headline"  # at the gateway, in turn
    older = await stand.with_settings("matters", youngest=18).play(
        *start("activation"),
        _child_with_id(stand, aged(17, days=1)),
        Then(ShowRefusal, Finished(), does=stand.hall.lift_id),
    )
    assert older.last(ShowRefusal).headline.key == "refusal.minor.headline"


async def test_a_child_may_be_somebodys_principal_but_not_their_agent(stand: Stand) -> None:
    hall, child = stand.hall, aged(10)
    surface = await stand.play(
        *start("contribution_certificate"),
        Then(Choose, "for_another"),
        Then(PresentDocument, does=lambda: hall.lay_id("wang_jianguo")),
        Then(PresentDocument, does=lambda: hall.id_reader.lay(child)),
        Then(ShowRefusal, Finished(), does=hall.lift_id),
        meanwhile=lambda words: hall.lift_id() if words == "working.take_principal_id" else None,
    )
    assert surface.last(ShowRefusal).headline.key == "refusal.minor.headline"
    asked = await stand.play(
        *start("contribution_certificate"),
        Then(Choose, "for_another"),
        Then(PresentDocument, does=lambda: hall.id_reader.lay(child)),
        Then(PresentDocument, VisitEnded()),  # the agent's, so the child's was taken
        meanwhile=lambda words: hall.lift_id() if words == "working.take_principal_id" else None,
    )
    assert asked.last(PresentDocument).whose == "agent"


async def test_agent_and_principal_are_two_people(stand: Stand) -> None:
    hall = stand.hall
    surface = await stand.play(
        *start("contribution_certificate"),
        Then(Choose, "for_another"),
        Then(PresentDocument, does=lambda: hall.lay_id("wang_jianguo")),
        Then(PresentDocument, does=lambda: hall.insert_card("wang_jianguo")),
        Then(ShowRefusal, Finished(), does=hall.pull_card),
        meanwhile=lambda words: hall.lift_id() if words == "working.take_principal_id" else None,
    )
    assert surface.last(ShowRefusal).headline.key == "refusal.agent_is_principal.headline"


async def test_document_and_card_of_two_people(stand: Stand) -> None:
    hall = stand.hall
    surface = await stand.play(
        *start("activation"),
        Then(PresentDocument, does=lambda: hall.lay_id(ZHANG)),
        Then(Consent, OtherWay.DECLINED),
        Then(PresentDocument, does=lambda: hall.insert_card("wang_jianguo")),  # the gateway says whose it is
        Then(ShowRefusal, Finished(), does=lambda: (hall.lift_id(), hall.pull_card())),
    )
    assert surface.last(ShowRefusal).headline.key == "refusal.not_the_same_person.headline"


async def test_an_expired_document_says_so(stand: Stand) -> None:
    expired = replace(BY_KEY[ZHANG], valid_until=date(2024, 3, 1))
    surface = await stand.play(
        *start("activation"),
        Then(PresentDocument, does=lambda: stand.hall.id_reader.lay(expired)),
        Then(ShowRefusal, Finished(), does=stand.hall.lift_id),
    )
    assert surface.last(ShowRefusal).headline.key == "refusal.document_expired.headline"


@pytest.mark.parametrize("network", [NetworkState.UP, NetworkState.CUT])
async def test_a_card_that_does_not_say_whose_it_is_alarms_nobody(stand: Stand, network: NetworkState) -> None:
    """A 3.0 card without a PSAM: the person comes from the gateway, and off line the card's number is enough."""
    hall = stand.hall
    hall.network(network)
    consent = (Then(Consent, OtherWay.DECLINED),) if network is NetworkState.UP else ()
    surface = await stand.play(
        *start("activation"),
        Then(PresentDocument, does=lambda: hall.insert_card("berg")),
        *consent,
        Then(EnterPin, "123456"),
        Then(Confirm, Confirmed()),
        Then(ShowResult, Finished(), does=hall.pull_card),
    )
    shown = [line.label.key for line in surface.last(Confirm).lines]
    known = ["label.name", "label.number"] if network is NetworkState.UP else []
    assert shown[: len(known) + 1] == [*known, "label.card"]
    assert not [prompt for prompt in surface.shown if "PSAM" in repr(prompt)]
    assert not [prompt.notice for prompt in surface.shown if isinstance(prompt, PresentDocument) and prompt.notice]
    hall.network(NetworkState.UP)
    await stand.delivered()
    assert [(record.card, record.result) for record in stand.transactions] == [(BY_KEY["berg"].card.number, "accepted")]
    assert surface.last(ShowResult).headline == Text(
        "activation.done.headline" if network is NetworkState.UP else "activation.stored.headline"
    )


@pytest.fixture
def _psam(stand: Stand) -> Iterator[None]:
    """A PSAM with test keys in its slot, as it lies there for years."""
    stand.hall.psam(present=True)
    time.sleep(2)  # until pcscd has seen it
    yield
    stand.hall.psam(present=False)


@pytest.mark.parametrize("network", [NetworkState.UP, NetworkState.CUT])
@pytest.mark.usefixtures("_psam")
async def test_with_a_psam_the_card_itself_says_whose_it_is(stand: Stand, network: NetworkState) -> None:
    """A 3.0 card shows its holder to a kiosk that has the key, off line too."""
    hall = stand.hall
    hall.network(network)
    consent = (Then(Consent, OtherWay.DECLINED),) if network is NetworkState.UP else ()
    surface = await stand.with_settings("card_reader", psam=SECOND_READER_NAME).play(
        *start("activation"),
        Then(PresentDocument, does=lambda: hall.insert_card("berg")),
        *consent,
        Then(EnterPin, "123456"),
        Then(Confirm, Confirmed()),
        Then(ShowResult, Finished(), does=hall.pull_card),
    )
    shown = [line.label.key for line in surface.last(Confirm).lines]
    assert shown[:3] == ["label.name", "label.number", "label.card"]
    hall.network(NetworkState.UP)
    await stand.delivered()
    assert [record.person_number for record in stand.transactions] == [BY_KEY["berg"].number]


async def test_a_psam_that_is_missing_alarms_nobody(stand: Stand) -> None:
    hall = stand.hall
    surface = await stand.with_settings("card_reader", psam=SECOND_READER_NAME).play(
        *start("activation"),
        Then(PresentDocument, does=lambda: hall.insert_card("berg")),
        Then(Consent, OtherWay.DECLINED),
        Then(EnterPin, "123456"),
        Then(Confirm, VisitEnded()),
    )
    assert not [prompt.notice for prompt in surface.shown if isinstance(prompt, PresentDocument) and prompt.notice]


# -- the day of birth


def _holder(number: str = "", born: date | None = None) -> Holder:
    return Holder(DocumentKind.RESIDENT_ID, "", number, born=born)


@pytest.mark.parametrize(
    ("born", "today", "age"),
    [
        (date(2010, 11, 24), date(2026, 11, 23), 15),
        (date(2010, 11, 24), date(2026, 11, 24), 16),
        (date(2008, 2, 29), date(2024, 2, 28), 15),
        (date(2008, 2, 29), date(2024, 2, 29), 16),
        (date(2008, 2, 29), date(2025, 2, 28), 16),
        (date(2008, 2, 29), date(2025, 3, 1), 17),
        (date(1943, 2, 12), date(2026, 11, 24), 83),
    ],
)
def test_full_years_on_a_day(born: date, today: date, age: int) -> None:
    assert age_of(_holder(born=born), today) == age
    assert age_of(_holder(with_id_check(f"370199{born:%Y%m%d}099")), today) == age


def test_the_documents_own_date_goes_before_the_numbers() -> None:
    number = with_id_check("37019920100101099")
    assert age_of(_holder(number, born=date(1990, 1, 1)), date(2026, 1, 2)) == 36


@pytest.mark.parametrize(
    "number",
    [
        "",
        "370199198603150022"[:-1],
        "370199198603150021",  # wrong check character
        with_id_check("37019919860230002"),  # no such day
        "NOR079061201234",  # the foreigner's card of 2017
        "H000000012345678901"[:18],
        "３70199198603150022",
    ],
)
def test_other_numbers_tell_no_day(number: str) -> None:
    assert born_by_number(number) is None
    assert age_of(_holder(number), date(2026, 1, 2)) is None
