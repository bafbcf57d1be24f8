"""The card's PIN, played over the whole hall: right, wrong, the last try, locked, forgotten, and cards without one."""

from dataclasses import dataclass

import pytest

from flows.presence_prompts import CallStaff, Consent, EnterPin, LastTry, LookAtCamera
from flows.prompts import (
    Confirm,
    Confirmed,
    Finished,
    GoBack,
    OtherWay,
    PresentDocument,
    ShowFault,
    ShowRefusal,
    ShowResult,
    VisitEnded,
)
from simulator.cards import SocialSecurityCard, card_for
from simulator.hall_state import NetworkState
from simulator.people import BY_KEY
from tests.flows.conftest import Stand
from tests.flows.play import ScriptedSurface, Then
from tests.flows.steps import AGREED, start
from tests.staff.coming import ATTENDANT, confirms
from tests.staff.enrolled import enrol

ZHANG = "zhang_ling"
RIGHT, WRONG = "123456", "000000"


def _to_the_pin(stand: Stand, tries_left: int = 6) -> tuple[Then, ...]:
    """The card of somebody who has been wrong elsewhere already."""
    chip = card_for(BY_KEY[ZHANG])
    chip.tries_left = tries_left
    return (
        *start("activation"),
        Then(PresentDocument, does=lambda: stand.hall.pcscd.slot.insert(chip)),
        Then(Consent, OtherWay.DECLINED),
    )


def _pins(surface: ScriptedSurface) -> list[tuple[int | None, bool]]:
    return [(prompt.tries_left, prompt.wrong) for prompt in surface.shown if isinstance(prompt, EnterPin)]


async def test_the_right_pin_proves_it(stand: Stand) -> None:
    surface = await stand.play(
        *_to_the_pin(stand),
        Then(EnterPin, RIGHT),
        Then(Confirm, Confirmed()),
        Then(ShowResult, Finished(), does=stand.hall.pull_card),
    )
    assert _pins(surface) == [(6, False)]
    assert surface.last(Consent).card_way
    assert [record.proof for record in stand.transactions] == ["card_pin"]


async def test_before_the_last_try_everybody_is_warned(stand: Stand) -> None:
    surface = await stand.play(
        *_to_the_pin(stand, tries_left=2),
        Then(EnterPin, WRONG),
        Then(LastTry, Confirmed()),
        Then(EnterPin, RIGHT),
        Then(Confirm, VisitEnded()),
    )
    assert _pins(surface) == [(2, False), (1, True)]


async def test_who_comes_with_one_try_left_is_warned_first_and_again(stand: Stand) -> None:
    surface = await stand.play(
        *_to_the_pin(stand, tries_left=1),
        Then(LastTry, Confirmed()),
        Then(EnterPin, GoBack()),
        Then(Consent, OtherWay.DECLINED),
        Then(LastTry, GoBack()),
        Then(Consent, OtherWay.DECLINED),
        Then(LastTry, Confirmed()),
        Then(EnterPin, RIGHT),
        Then(Confirm, VisitEnded()),
    )
    assert surface.questions().count("LastTry") == 3


async def test_who_is_not_sure_of_the_last_try_asks_the_staff(stand: Stand) -> None:
    enrol(stand.settings.data_directory, ATTENDANT)
    surface = await stand.play(
        *_to_the_pin(stand, tries_left=1),
        Then(LastTry, OtherWay.DECLINED),
        *confirms(stand),
        Then(Confirm, Confirmed()),
        Then(ShowResult, Finished()),
    )
    assert _pins(surface) == []
    assert surface.last(CallStaff).reason is None
    assert [record.proof for record in stand.transactions] == ["staff"]


@pytest.mark.parametrize("tries_left", [0, 1])
async def test_a_locked_pin_leads_to_the_staff(stand: Stand, tries_left: int) -> None:
    enrol(stand.settings.data_directory, ATTENDANT)
    last = (Then(LastTry, Confirmed()), Then(EnterPin, WRONG)) if tries_left else ()
    surface = await stand.play(
        *_to_the_pin(stand, tries_left=tries_left),
        *last,
        *confirms(stand),
        Then(Confirm, Confirmed()),
        Then(ShowResult, Finished()),
    )
    assert surface.last(CallStaff).reason.key == "presence.pin_locked"
    assert [record.proof for record in stand.transactions] == ["staff"]


async def test_a_locked_pin_that_nobody_helps_out_of_is_the_last_word(stand: Stand) -> None:
    enrol(stand.settings.data_directory, ATTENDANT)
    surface = await stand.play(
        *_to_the_pin(stand, tries_left=0), Then(CallStaff, OtherWay.DECLINED), Then(ShowRefusal, Finished())
    )
    assert surface.last(ShowRefusal).headline.key == "refusal.pin_locked.headline"


@dataclass
class OddPin:
    """A card that answers the query for its tries with a status of its own: 9000 if it has no PIN at all (P7 5.6)."""

    card: SocialSecurityCard
    status: bytes

    @property
    def atr(self) -> bytes:
        return self.card.atr

    def reset(self) -> None:
        self.card.reset()

    def answer(self, command: bytes) -> bytes:
        return self.status if command[1] == 0x20 else self.card.answer(command)


@pytest.mark.parametrize("status", ["9000", "6981"])
async def test_a_card_without_a_pin_or_that_does_not_tell_its_tries_proves_nothing(stand: Stand, status: str) -> None:
    enrol(stand.settings.data_directory, ATTENDANT)
    chip = OddPin(card_for(BY_KEY[ZHANG]), bytes.fromhex(status))
    surface = await stand.play(
        *start("activation"),
        Then(PresentDocument, does=lambda: stand.hall.pcscd.slot.insert(chip)),
        Then(Consent, OtherWay.DECLINED),
        *confirms(stand),
        Then(Confirm, VisitEnded()),
    )
    assert _pins(surface) == []
    assert surface.last(CallStaff).reason.key == "presence.staff_needed"


async def test_a_card_pulled_at_the_pin_ends_the_visit(stand: Stand) -> None:
    surface = await stand.play(
        *_to_the_pin(stand), Then(EnterPin, does=stand.hall.pull_card), Then(ShowFault, Finished())
    )
    assert surface.last(ShowFault).fault == "CARD_REMOVED"


async def test_another_card_put_in_at_the_pin_proves_nothing(stand: Stand) -> None:
    """Somebody's own card, whose PIN they know, in the place of the one that was read after the ID."""
    hall = stand.hall
    stranger = card_for(BY_KEY["wang_jianguo"])
    surface = await stand.play(
        *start("activation"),
        Then(PresentDocument, does=lambda: hall.lay_id(ZHANG)),
        Then(Consent, OtherWay.DECLINED),
        Then(PresentDocument, does=lambda: hall.insert_card(ZHANG)),
        Then(EnterPin, RIGHT, does=lambda: hall.pcscd.slot.insert(stranger)),
        Then(ShowFault, Finished(), does=lambda: (hall.lift_id(), hall.pull_card())),
    )
    assert surface.last(ShowFault).fault == "CARD_REMOVED"
    assert stranger.tries_left == stranger.tries
    assert stand.transactions == ()


async def test_who_has_lost_the_card_is_not_asked_to_put_it_in(stand: Stand) -> None:
    """The other way than the face is a member of staff: at the consent, at the camera, and when a touch asks for it."""
    enrol(stand.settings.data_directory, ATTENDANT)
    surface = await stand.play(
        *start("loss_report"),
        Then(PresentDocument, does=lambda: stand.hall.lay_id("wang_jianguo")),
        Then(Consent, AGREED),
        Then(LookAtCamera, OtherWay.DECLINED),
        *confirms(stand),
        Then(Confirm, Confirmed()),
        Then(ShowResult, Finished(), does=stand.hall.lift_id),
    )
    assert (surface.last(Consent).card_way, surface.last(LookAtCamera).card_way) == (False, False)
    assert surface.questions().count("PresentDocument") == 1
    assert [(record.kind, record.proof) for record in stand.transactions] == [("loss_report", "staff")]


async def test_who_has_found_the_lost_card_again_may_type_its_pin(stand: Stand) -> None:
    chip = card_for(BY_KEY["wang_jianguo"])
    surface = await stand.play(
        *start("loss_report"),
        Then(PresentDocument, does=lambda: stand.hall.pcscd.slot.insert(chip)),
        Then(Consent, OtherWay.DECLINED),
        Then(EnterPin, VisitEnded()),
    )
    assert surface.last(Consent).card_way


async def test_off_line_the_pin_of_a_card_is_enough(stand: Stand) -> None:
    hall = stand.hall
    hall.network(NetworkState.CUT)
    surface = await stand.play(
        *start("activation"),
        Then(PresentDocument, does=lambda: hall.insert_card(ZHANG)),
        Then(EnterPin, RIGHT),
        Then(Confirm, Confirmed()),
        Then(ShowResult, Finished(), does=hall.pull_card),
    )
    assert surface.last(EnterPin).notice.key == "presence.offline"
    hall.network(NetworkState.UP)
    await stand.delivered()
    assert [(record.proof, record.result) for record in stand.transactions] == [("card_pin", "accepted")]


async def test_a_nameless_card_is_not_taken_for_another_nameless_one(stand: Stand) -> None:
    """Off line two 3.0 cards tell no holder: with equal numbers, empty ones, the own PIN would do for a found card."""
    hall = stand.hall
    enrol(stand.settings.data_directory, ATTENDANT)
    hall.network(NetworkState.CUT)
    surface = await stand.play(
        *start("activation"),
        Then(PresentDocument, does=lambda: hall.insert_card("berg")),
        Then(EnterPin, OtherWay.DECLINED),
        *confirms(stand),
        Then(Confirm, GoBack()),
        Then(PresentDocument, does=lambda: hall.insert_card("wang_jianguo")),
        Then(CallStaff, OtherWay.DECLINED),
        Then(ShowRefusal, Finished(), does=hall.pull_card),
    )
    assert surface.questions().count("EnterPin") == 1


async def test_a_nameless_card_is_taken_for_itself(stand: Stand) -> None:
    hall = stand.hall
    enrol(stand.settings.data_directory, ATTENDANT)
    hall.network(NetworkState.CUT)
    await stand.play(
        *start("activation"),
        Then(PresentDocument, does=lambda: hall.insert_card("berg")),
        Then(EnterPin, OtherWay.DECLINED),
        *confirms(stand),
        Then(Confirm, GoBack()),
        Then(PresentDocument, does=lambda: hall.insert_card("berg")),
        Then(EnterPin, RIGHT),
        Then(Confirm, Confirmed()),
        Then(ShowResult, Finished(), does=hall.pull_card),
    )
    hall.network(NetworkState.UP)
    await stand.delivered()
    assert [record.proof for record in stand.transactions] == ["card_pin"]
