"""Activation, played over the whole hall: the happy path, every way of proving, every refusal."""

import pytest

from flows.presence_prompts import Agreed, Consent, EnterPin, FaceFailure, FaceTryAgain, LastTry, LookAtCamera
from flows.prompts import (
    ChooseMatter,
    Confirm,
    Confirmed,
    Finished,
    GoBack,
    OtherWay,
    PresentDocument,
    ShowRefusal,
    ShowResult,
    SlipState,
    Tone,
    VisitEnded,
    Working,
)
from flows.start_prompts import Invitation, Touched
from simulator.people import BY_KEY
from tests.flows.album import Album
from tests.flows.conftest import Stand
from tests.flows.play import Deed, Then

AGREED = Agreed("2026-11")
START = (Then(Invitation, Touched()), Then(ChooseMatter, "activation"))


def _face_and_confirm(stand: Stand, key: str, leaves: Deed) -> tuple[Then, ...]:
    return (
        Then(Consent, AGREED),
        Then(LookAtCamera, does=lambda: stand.hall.stand(key)),
        Then(Confirm, Confirmed()),
        Then(ShowResult, Finished(), does=leaves),
    )


@pytest.mark.parametrize("key", ["zhang_ling", "gulimire", "berg", "li_xiuying"])
async def test_with_the_card_and_the_face(stand: Stand, album: Album, key: str) -> None:
    """Cards of 1.0, 2.0 and 3.0; the last tells its number only, and the gateway says whose it is."""
    hall, person = stand.hall, BY_KEY[key]
    surface = await stand.play(
        *START,
        Then(PresentDocument, does=lambda: hall.insert_card(key)),
        *_face_and_confirm(stand, key, hall.pull_card),
    )
    result = surface.last(ShowResult)
    assert (result.tone, result.slip) == (Tone.OK, SlipState.PRINTED)
    assert stand.card_status(key) == "normal"
    [record] = stand.transactions
    assert (record.kind, record.person_number, record.card, record.proof, record.result) == (
        "activation",
        person.number,
        person.card.number,
        "face",
        "accepted",
    )
    assert len(hall.cut_papers) == 1
    assert surface.wiped == 1
    await album.draw(f"activation_{key}", surface.shown)


@pytest.mark.parametrize("key", ["zhao_qi", "chan", "berg"])
async def test_with_the_id_document_and_the_face(stand: Stand, key: str) -> None:
    """A name outside the basic plane, a Hong Kong resident, a foreigner's card of 2023."""
    hall = stand.hall
    await stand.play(
        *START,
        Then(PresentDocument, does=lambda: hall.lay_id(key)),
        *_face_and_confirm(stand, key, hall.lift_id),
    )
    assert stand.card_status(key) == "normal"
    assert [record.person_number for record in stand.transactions] == [BY_KEY[key].number]


async def test_an_id_left_on_the_reader_is_asked_for(stand: Stand) -> None:
    hall = stand.hall
    surface = await stand.play(
        *START,
        Then(PresentDocument, does=lambda: hall.lay_id("zhang_ling")),
        Then(Consent, VisitEnded()),
        # The start screen comes as soon as the ID has been lifted.
        seconds=60,
        meanwhile=lambda shown: hall.lift_id() if shown == "working.take_id" else None,
    )
    assert [prompt.what.key for prompt in surface.shown if isinstance(prompt, Working)][-1] == "working.take_id"
    assert surface.wiped == 1


async def test_the_summary_shows_masked_values_only(stand: Stand) -> None:
    hall, person = stand.hall, BY_KEY["zhang_ling"]
    surface = await stand.play(
        *START,
        Then(PresentDocument, does=lambda: hall.insert_card(person.key)),
        *_face_and_confirm(stand, person.key, hall.pull_card),
    )
    for prompt in surface.shown:
        assert person.number not in repr(prompt)
        assert person.name not in repr(prompt)
    shown = [line.value.value for line in surface.last(Confirm).lines]
    assert shown == ["张*", "370199********0022", "D21****9X", "泉城示例银行"]


async def test_who_declines_the_camera_takes_the_pin(stand: Stand) -> None:
    hall = stand.hall
    await stand.play(
        *START,
        Then(PresentDocument, does=lambda: hall.insert_card("zhang_ling")),
        Then(Consent, OtherWay.DECLINED),
        Then(EnterPin, "654321"),
        Then(EnterPin, "123456"),
        Then(Confirm, Confirmed()),
        Then(ShowResult, Finished(), does=hall.pull_card),
    )
    assert [record.proof for record in stand.transactions] == ["card_pin"]


async def test_a_wrong_pin_shows_the_tries_left(stand: Stand) -> None:
    hall = stand.hall
    surface = await stand.play(
        *START,
        Then(PresentDocument, does=lambda: hall.insert_card("zhang_ling")),
        Then(Consent, OtherWay.DECLINED),
        Then(EnterPin, "000000"),
        Then(EnterPin, OtherWay.DECLINED),
        Then(ShowRefusal, Finished(), does=hall.pull_card),
    )
    pins = [prompt for prompt in surface.shown if isinstance(prompt, EnterPin)]
    assert [(prompt.tries_left, prompt.wrong) for prompt in pins] == [(6, False), (5, True)]
    assert surface.last(ShowRefusal).headline.key == "refusal.presence_not_proved.headline"


async def test_a_locked_pin_sends_to_the_counter(stand: Stand) -> None:
    hall = stand.hall
    surface = await stand.play(
        *START,
        Then(PresentDocument, does=lambda: hall.insert_card("zhang_ling")),
        Then(Consent, OtherWay.DECLINED),
        *(Then(EnterPin, "000000") for _ in range(5)),
        Then(LastTry, Confirmed()),
        Then(EnterPin, "000000"),
        Then(ShowRefusal, Finished(), does=hall.pull_card),
    )
    assert surface.last(ShowRefusal).headline.key == "refusal.pin_locked.headline"
    assert stand.transactions == ()


async def test_with_the_id_the_other_way_asks_for_the_card_too(stand: Stand) -> None:
    hall = stand.hall
    await stand.play(
        *START,
        Then(PresentDocument, does=lambda: hall.lay_id("zhang_ling")),
        Then(Consent, OtherWay.DECLINED),
        Then(PresentDocument, does=lambda: hall.insert_card("zhang_ling")),
        Then(EnterPin, "123456"),
        Then(Confirm, Confirmed()),
        Then(ShowResult, Finished(), does=hall.pull_card),
    )
    assert [record.proof for record in stand.transactions] == ["card_pin"]


async def test_the_card_of_another_person_proves_nothing(stand: Stand) -> None:
    hall = stand.hall
    surface = await stand.play(
        *START,
        Then(PresentDocument, does=lambda: hall.lay_id("zhang_ling")),
        Then(Consent, OtherWay.DECLINED),
        Then(PresentDocument, does=lambda: hall.insert_card("li_xiuying")),
        Then(ShowRefusal, Finished(), does=hall.pull_card),
    )
    assert surface.last(ShowRefusal).headline.key == "refusal.not_the_same_person.headline"


async def test_another_persons_face_is_not_let_in(stand: Stand) -> None:
    hall = stand.hall
    surface = await stand.with_settings("face", seconds=5.0).play(
        *START,
        Then(PresentDocument, does=lambda: hall.insert_card("zhang_ling")),
        Then(Consent, AGREED),
        Then(LookAtCamera, does=lambda: hall.stand("chan")),
        Then(FaceTryAgain, OtherWay.DECLINED),
        Then(EnterPin, OtherWay.DECLINED),
        Then(ShowRefusal, Finished(), does=hall.pull_card),
    )
    again = surface.last(FaceTryAgain)
    assert (again.failure, again.tries_left) == (FaceFailure.NOT_RECOGNISED, 4)
    assert stand.transactions == ()


@pytest.mark.parametrize(
    ("key", "refusal"),
    [("wang_jianguo", "card_already_active"), ("liu_zhiqiang", "card_not_activatable")],
)
async def test_a_card_in_another_state_is_refused_before_anything_is_asked(
    stand: Stand, key: str, refusal: str
) -> None:
    hall = stand.hall
    surface = await stand.play(
        *START,
        Then(PresentDocument, does=lambda: hall.insert_card(key)),
        Then(Consent, AGREED),
        Then(LookAtCamera, does=lambda: hall.stand(key)),
        Then(ShowRefusal, Finished(), does=hall.pull_card),
    )
    assert surface.last(ShowRefusal).headline.key == f"refusal.{refusal}.headline"
    assert stand.transactions == ()


async def test_without_a_document_nothing_can_be_done(stand: Stand) -> None:
    surface = await stand.play(*START, Then(PresentDocument, OtherWay.NO_DOCUMENT), Then(ShowRefusal, Finished()))
    assert surface.last(ShowRefusal).headline.key == "refusal.no_document.headline"


async def test_going_back_asks_the_last_question_again(stand: Stand) -> None:
    hall = stand.hall
    surface = await stand.play(
        *START,
        Then(PresentDocument, does=lambda: hall.insert_card("zhang_ling")),
        Then(Consent, AGREED),
        Then(LookAtCamera, GoBack()),
        Then(Consent, AGREED),
        Then(LookAtCamera, does=lambda: hall.stand("zhang_ling")),
        Then(Confirm, GoBack()),
        Then(Consent, AGREED),
        Then(LookAtCamera),
        Then(Confirm, Confirmed()),
        Then(ShowResult, Finished(), does=hall.pull_card),
    )
    assert len(stand.transactions) == 1
    assert [prompt.steps.number for prompt in surface.shown if isinstance(prompt, Confirm)] == [3, 3]


async def test_going_back_beyond_the_document_leads_to_the_home_screen(stand: Stand) -> None:
    hall = stand.hall
    await stand.play(
        *START,
        Then(PresentDocument, GoBack()),
        Then(ChooseMatter, "activation"),
        Then(PresentDocument, does=lambda: hall.insert_card("zhang_ling")),
        Then(Consent, GoBack()),
        Then(ChooseMatter, VisitEnded()),
    )
    assert stand.transactions == ()
