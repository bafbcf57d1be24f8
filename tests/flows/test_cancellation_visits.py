"""Cancellation, played over the whole hall: confirmed twice, in two ways, and never off line."""

from flows.presence_prompts import Consent, EnterPin
from flows.prompts import (
    ChooseMatter,
    Confirm,
    Confirmed,
    EnterNumber,
    Finished,
    GoBack,
    OtherWay,
    PresentDocument,
    ShowRefusal,
    ShowResult,
    VisitEnded,
)
from flows.start_prompts import Invitation, Touched
from simulator.gateway.schemas import CardStatus
from simulator.hall_state import NetworkState
from tests.flows.album import Album
from tests.flows.conftest import Stand
from tests.flows.play import Then
from tests.flows.steps import amend, results, start, with_card_and_pin

WANG = "wang_jianguo"  # a provincial card, normal, and a transfer out on record
YEAR = "1975"


async def test_a_cancellation_confirmed_twice(stand: Stand, album: Album) -> None:
    hall = stand.hall
    surface = await stand.play(
        *start("cancellation"),
        *with_card_and_pin(stand, WANG),
        Then(Confirm, Confirmed()),
        Then(EnterNumber, "1957"),
        Then(EnterNumber, YEAR),
        Then(ShowResult, Finished(), does=hall.pull_card),
    )
    assert surface.last(Confirm).final
    assert surface.last(ShowResult).headline.key == "cancellation.done.headline"
    assert results(stand) == [("cancellation", "accepted", "")]
    assert stand.card_status(WANG) == "cancelled"
    await album.draw("cancellation", surface.shown)


async def test_a_foreigners_year_stands_in_the_number_too(stand: Stand) -> None:
    amend(stand, "berg", card_status=CardStatus.NORMAL)
    await stand.play(
        *start("cancellation"),
        *with_card_and_pin(stand, "berg"),
        Then(Confirm, Confirmed()),
        Then(EnterNumber, "1979"),
        Then(ShowResult, Finished(), does=stand.hall.pull_card),
    )
    assert stand.card_status("berg") == "cancelled"


async def test_three_wrong_years_cancel_nothing(stand: Stand) -> None:
    surface = await stand.play(
        *start("cancellation"),
        *with_card_and_pin(stand, WANG),
        Then(Confirm, Confirmed()),
        *(Then(EnterNumber, "1957") for _ in range(3)),
        Then(ShowRefusal, Finished(), does=stand.hall.pull_card),
    )
    assert surface.last(ShowRefusal).headline.key == "refusal.presence_not_proved.headline"
    assert stand.transactions == ()
    assert stand.card_status(WANG) == "normal"


async def test_back_from_the_year_leads_to_the_summary_and_nothing_is_sent(stand: Stand) -> None:
    surface = await stand.play(
        *start("cancellation"),
        *with_card_and_pin(stand, WANG),
        Then(Confirm, Confirmed()),
        Then(EnterNumber, "1957"),
        Then(EnterNumber, GoBack()),
        Then(EnterNumber, GoBack()),
        Then(Confirm, VisitEnded()),
    )
    years = [prompt.steps.number for prompt in surface.shown if isinstance(prompt, EnterNumber)]
    assert len(set(years)) == 1
    assert stand.transactions == ()


async def test_a_cancellation_is_closed_on_the_home_screen_while_the_gateway_is_away(stand: Stand) -> None:
    stand.hall.network(NetworkState.CUT)
    surface = await stand.play(Then(Invitation, Touched()), Then(ChooseMatter, VisitEnded()))
    closed = {tile.matter: tile.closed.key for tile in surface.last(ChooseMatter).tiles if tile.closed}
    assert closed.get("cancellation", "closed.gateway") == "closed.gateway"
    assert "loss_report" not in closed
    assert "reinstatement" not in closed


async def test_a_cancellation_stops_when_the_gateway_goes_away_in_the_middle(stand: Stand) -> None:
    hall = stand.hall
    surface = await stand.play(
        *start("cancellation"),
        Then(PresentDocument, does=lambda: hall.insert_card("zhang_ling")),
        Then(Consent, OtherWay.DECLINED, does=lambda: hall.network(NetworkState.CUT)),
        Then(EnterPin, "123456"),
        Then(ShowRefusal, Finished(), does=hall.pull_card),
    )
    assert surface.last(ShowRefusal).headline.key == "refusal.needs_gateway.headline"
    hall.network(NetworkState.UP)
    assert stand.transactions == ()
