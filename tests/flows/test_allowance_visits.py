"""The unemployment allowance over the whole hall: to its end with a clock inside its time, and closed today."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from typing_extensions import override

from config.clock import CHINA
from flows.presence_prompts import Consent, EnterPin
from flows.prompts import (
    Choose,
    ChooseFromAll,
    ChooseMatter,
    Confirm,
    Confirmed,
    Elsewhere,
    EnterNumber,
    Finished,
    OpenDay,
    OtherWay,
    PresentDocument,
    ShowRefusal,
    ShowResult,
    Surface,
    Text,
    Tone,
    VisitEnded,
)
from flows.start_prompts import Invitation, Touched
from flows.visit import Refusal
from kiosk.wiring import Kiosk
from simulator.hall_state import NetworkState
from simulator.people import BY_KEY
from tests.flows.album import Album
from tests.flows.conftest import Stand
from tests.flows.play import Deed, Then
from tests.flows.steps import results

GULIMIRE = "gulimire"  # 8 months paid, her contract ended on 2022-05-31
INSIDE = datetime(2023, 3, 15, 2, 30, tzinfo=UTC)
MOBILE = "13900000035"
HOME = (Then(Invitation, Touched()),)
FORM = (Then(Choose, "known"), Then(Choose, "known"))
ALL_AND_AWAY = (Then(ChooseFromAll, VisitEnded()),)


@dataclass
class Clock:
    """Goes on from the moment to which it was last set."""

    behind: timedelta = timedelta()

    def set(self, moment: datetime) -> None:
        self.behind = datetime.now(UTC) - moment

    def __call__(self) -> datetime:
        return (datetime.now(UTC) - self.behind).astimezone(CHINA)


@dataclass(frozen=True)
class TimedStand(Stand):
    """A stand whose kiosk and gateway go by a clock of the test."""

    clock: Clock = field(default_factory=Clock)

    @override
    async def start(self, surface: Surface, now: Callable[[], datetime] | None = None) -> Kiosk:
        return await super().start(surface, now or self.clock)


@pytest.fixture
def then(stand: Stand) -> TimedStand:
    """The hall on a day in March 2023."""
    clock = Clock()
    clock.set(INSIDE)
    stand.hall.gateway.state.clock = clock
    return TimedStand(stand.hall, stand.settings, clock)


def come(stand: Stand) -> tuple[Then, ...]:
    return (
        *HOME,
        Then(ChooseMatter, "unemployment_allowance"),
        Then(PresentDocument, does=lambda: stand.hall.insert_card(GULIMIRE)),
        Then(Consent, OtherWay.DECLINED),
        Then(EnterPin, "123456"),
    )


def to_the_end(stand: Stand, before: Deed | None = None) -> tuple[Then, ...]:
    return (Then(Confirm, Confirmed(), does=before), Then(ShowResult, Finished(), does=stand.hall.pull_card))


def closed(tiles: ChooseFromAll) -> Text | None:
    """Why the allowance cannot be begun from the page of all matters; None if it can."""
    [tile] = [tile for tile in tiles.tiles if tile.matter == "unemployment_allowance"]
    return tile.closed


def amend(stand: Stand, **changes: Any) -> Callable[[], None]:
    return lambda: stand.hall.gateway.state.amend(GULIMIRE, **changes)


async def test_inside_its_time_it_runs_to_its_end(then: TimedStand, album: Album) -> None:
    surface = await then.play(*come(then), *FORM, *to_the_end(then))
    result = surface.last(ShowResult)
    assert (result.tone, result.headline.key) == (Tone.OK, "unemployment_allowance.done.headline")
    [due] = [line.value.values["day"] for line in result.lines if line.label.key == "label.due"]
    assert due == date(2023, 3, 22)  # five working days after a Wednesday
    assert results(then) == [("unemployment_allowance", "accepted", "")]
    assert [record.person_number for record in then.transactions] == [BY_KEY[GULIMIRE].number]
    assert len(then.hall.cut_papers) == 1
    await album.draw("unemployment_allowance", surface.shown)


async def test_inside_its_time_its_tile_is_open(then: TimedStand) -> None:
    surface = await then.play(*HOME, Then(ChooseMatter, Elsewhere.ALL_MATTERS), *ALL_AND_AWAY)
    assert closed(surface.last(ChooseFromAll)) is None


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        (datetime(2023, 3, 31, 15, 59, tzinfo=UTC), True),  # one minute before midnight in China
        (datetime(2023, 3, 31, 16, 0, tzinfo=UTC), False),
    ],
)
async def test_it_closes_at_midnight_in_china(then: TimedStand, moment: datetime, is_open: bool) -> None:
    then.clock.set(moment)
    surface = await then.play(*HOME, Then(ChooseMatter, Elsewhere.ALL_MATTERS), *ALL_AND_AWAY)
    assert (closed(surface.last(ChooseFromAll)) is None) is is_open


async def test_today_the_home_screen_says_since_when_it_is_closed(stand: Stand) -> None:
    surface = await stand.play(*HOME, Then(ChooseMatter, Elsewhere.ALL_MATTERS), *ALL_AND_AWAY)
    why = closed(surface.last(ChooseFromAll))
    assert why is not None
    assert (why.key, why.values["day"]) == ("closed.since", OpenDay(date(2023, 3, 31)))


async def test_off_line_inside_its_time_it_is_stored_and_delivered(then: TimedStand) -> None:
    hall = then.hall
    hall.network(NetworkState.CUT)
    surface = await then.play(
        *HOME,
        Then(ChooseMatter, "unemployment_allowance"),
        Then(PresentDocument, does=lambda: hall.insert_card(GULIMIRE)),
        Then(EnterPin, "123456"),
        Then(EnterNumber, MOBILE),
        Then(Choose, "known"),
        *to_the_end(then),
    )
    assert surface.last(ShowResult).headline.key == "application.stored.headline"
    hall.network(NetworkState.UP)
    await then.delivered()
    assert results(then) == [("unemployment_allowance", "accepted", "")]


async def test_what_was_made_in_time_is_accepted_though_it_arrives_after_it(then: TimedStand) -> None:
    hall = then.hall
    then.clock.set(datetime(2023, 3, 31, 15, 50, tzinfo=UTC))
    surface = await then.play(*come(then), *FORM, *to_the_end(then, before=lambda: hall.network(NetworkState.CUT)))
    assert surface.last(ShowResult).headline.key == "application.stored.headline"
    then.clock.set(datetime(2023, 3, 31, 16, 20, tzinfo=UTC))
    hall.network(NetworkState.UP)
    await then.delivered()
    assert results(then) == [("unemployment_allowance", "accepted", "")]
    assert [message.code for message in hall.snapshot().gateway.messages] == ["accepted_late"]


REFUSALS: list[tuple[dict[str, Any], Refusal]] = [
    ({"allowance_received": True}, Refusal.ALLOWANCE_RECEIVED),
    ({"allowance_elsewhere": True}, Refusal.ALLOWANCE_ELSEWHERE),
    ({"employment_ended": None}, Refusal.STILL_EMPLOYED),
    ({"employment_ended": date(2023, 1, 3)}, Refusal.NOT_UNEMPLOYED_THEN),
    ({"benefit_until": "2023-03"}, Refusal.ENTITLED_TO_BENEFIT),
    ({"months_paid": 12}, Refusal.ENTITLED_TO_BENEFIT),
]


@pytest.mark.parametrize(("changes", "refusal"), REFUSALS)
async def test_a_condition_that_is_not_met_is_told_first_by_the_kiosk_else_by_the_gateway(
    then: TimedStand, changes: dict[str, Any], refusal: Refusal
) -> None:
    late = await then.play(*come(then), *FORM, *to_the_end(then, before=amend(then, **changes)))
    assert late.last(ShowResult).explanation.key == f"refusal.{refusal}.explanation"
    assert results(then) == [("unemployment_allowance", "refused", refusal)]
    early = await then.play(*come(then), Then(ShowRefusal, Finished(), does=then.hall.pull_card))
    assert early.last(ShowRefusal).headline.key == f"refusal.{refusal}.headline"
    assert len(then.transactions) == 1


async def test_who_confirms_after_midnight_is_told_that_it_has_closed(then: TimedStand) -> None:
    midnight = datetime(2023, 3, 31, 16, 0, tzinfo=UTC)
    then.clock.set(midnight - timedelta(minutes=2))
    after = midnight + timedelta(seconds=2)  # the kiosk's clock follows the gateway's by the way of an answer
    surface = await then.play(*come(then), *FORM, *to_the_end(then, before=lambda: then.clock.set(after)))
    assert surface.last(ShowResult).explanation.key == "refusal.window_closed.explanation"
    assert results(then) == [("unemployment_allowance", "refused", "window_closed")]


async def test_it_is_had_once_only(then: TimedStand) -> None:
    await then.play(*come(then), *FORM, *to_the_end(then))
    surface = await then.play(*come(then), Then(ShowRefusal, Finished(), does=then.hall.pull_card))
    assert surface.last(ShowRefusal).headline.key == "refusal.allowance_received.headline"


async def test_who_left_by_their_own_will_has_no_benefit_and_gets_it(then: TimedStand) -> None:
    amend(then, months_paid=60, recorded_reason="own_will")()
    surface = await then.play(*come(then), *FORM, *to_the_end(then))
    assert surface.last(ShowResult).tone is Tone.OK
