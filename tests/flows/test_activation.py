"""Activation, played over the whole hall: the happy path, every way of proving, every refusal."""

from flows.prompts import (
    Agreed,
    ChooseMatter,
    Confirm,
    Confirmed,
    Consent,
    Finished,
    Invitation,
    LookAtCamera,
    PresentDocument,
    ShowResult,
    SlipState,
    Tone,
    Touched,
)
from tests.flows.conftest import Stand
from tests.flows.play import Then

AGREED = Agreed("2026-11")


async def test_a_citizen_activates_a_card(stand: Stand) -> None:
    hall = stand.hall
    surface = await stand.play(
        Then(Invitation, Touched()),
        Then(ChooseMatter, "activation"),
        Then(PresentDocument, does=lambda: hall.insert_card("zhang_ling")),
        Then(Consent, AGREED),
        Then(LookAtCamera, does=lambda: hall.stand("zhang_ling")),
        Then(Confirm, Confirmed()),
        Then(ShowResult, Finished(), does=hall.pull_card),
    )
    result = surface.last(ShowResult)
    assert (result.tone, result.slip) == (Tone.OK, SlipState.PRINTED)
    assert len(hall.cut_papers) == 1
    view = hall.snapshot().gateway
    print(view)
