"""The staff way, played over the whole hall: two cards in one reader, one after the other, and what is written down."""

import time
from datetime import timedelta

import pytest

from config import clock
from flows.presence_prompts import CallStaff, Consent, EnterPin, EnterStaffPin
from flows.prompts import (
    Confirm,
    Confirmed,
    Finished,
    GoBack,
    OtherWay,
    PresentDocument,
    Prompt,
    ShowRefusal,
    ShowResult,
    VisitEnded,
    Working,
)
from kiosk.audit.log import directory_of
from kiosk.staff import way
from kiosk.staff.member import Role, StaffNumber
from simulator.gateway.models import Transaction
from simulator.hall_state import NetworkState, StrangeCard
from tests.audit.trail import entries, told
from tests.flows.conftest import Stand
from tests.flows.play import ScriptedSurface, Then
from tests.flows.steps import start
from tests.staff.coming import ATTENDANT, OTHER, changes_card, comes, confirms
from tests.staff.enrolled import NUMBER, PIN, desk_of, enrol

ZHANG = "zhang_ling"
LAST_WORDS = "refusal.presence_not_proved.headline"


@pytest.fixture(autouse=True)
def _somebody_works_here(stand: Stand) -> None:
    enrol(stand.settings.data_directory, ATTENDANT)


def _card_in(stand: Stand, key: str = ZHANG) -> Then:
    return Then(PresentDocument, does=lambda: stand.hall.insert_card(key))


def _to_the_staff(stand: Stand) -> tuple[Then, ...]:
    """With the card, without the camera, and the PIN forgotten."""
    return (
        *start("activation"),
        _card_in(stand),
        Then(Consent, OtherWay.DECLINED),
        Then(EnterPin, OtherWay.DECLINED),
    )


def _staff_events(stand: Stand) -> list[tuple[str, dict[str, object]]]:
    found = told(entries(directory_of(stand.settings.data_directory)))
    return [(event, fields) for event, fields in found if event.startswith(("staff", "presence"))]


def _working(surface: ScriptedSurface) -> list[str]:
    return [prompt.what.key for prompt in surface.shown if isinstance(prompt, Working)]


def _notices(surface: ScriptedSurface) -> list[str]:
    return [prompt.notice.key if prompt.notice else "" for prompt in surface.shown if isinstance(prompt, CallStaff)]


async def test_who_forgot_the_pin_is_confirmed_by_a_member_of_staff(stand: Stand) -> None:
    surface = await stand.play(
        *_to_the_staff(stand),
        *confirms(stand),
        Then(Confirm, Confirmed()),
        Then(ShowResult, Finished()),
    )
    assert [record.proof for record in stand.transactions] == ["staff"]
    assert stand.card_status(ZHANG) == "normal"
    cards = [words for words in _working(surface) if words.startswith("working.take")]
    assert cards == ["working.take_own_card", "working.take_staff_card"]
    assert not surface.last(ShowResult).take_document  # it was taken long ago
    assert _staff_events(stand) == [
        ("staff_called", {}),
        ("staff_confirmed", {"number": "S07"}),
        ("presence_proved", {"method": "staff"}),
    ]
    summary = next(prompt for prompt in surface.shown if isinstance(prompt, Confirm))
    assert summary.question.key == "staff_confirm.question"
    assert [line.value.value for line in summary.lines] == ["张*", "370199********0022", "D21****9X"]


async def test_the_gateway_learns_the_number_of_the_member_of_staff(stand: Stand) -> None:
    await stand.play(*_to_the_staff(stand), *confirms(stand), Then(Confirm, Confirmed()), Then(ShowResult, Finished()))
    with stand.hall.gateway.state.sessions() as session:
        [row] = session.query(Transaction).all()
    assert row.payload["proof"] == {"method": "staff", "detail": "S07"}


async def test_a_wrong_staff_pin_is_told_and_counted(stand: Stand) -> None:
    surface = await stand.play(
        *_to_the_staff(stand),
        comes(stand),
        Then(EnterStaffPin, "135790"),
        Then(EnterStaffPin, PIN),
        Then(Confirm, VisitEnded()),
    )
    pins = [(prompt.wrong, prompt.wait) for prompt in surface.shown if isinstance(prompt, EnterStaffPin)]
    assert pins == [(False, 0), (True, 0)]
    assert ("staff_refused", {"reason": "wrong_pin", "number": "S07"}) in _staff_events(stand)
    assert desk_of(stand.settings.data_directory).tries.wrong(NUMBER) == 0  # the right one came after it


async def test_five_wrong_staff_pins_have_to_be_waited_for_also_after_a_restart(stand: Stand) -> None:
    surface = await stand.play(
        *_to_the_staff(stand),
        comes(stand),
        *(Then(EnterStaffPin, "135790") for _ in range(5)),
        Then(EnterStaffPin, PIN),  # too early: not even looked at
        Then(EnterStaffPin, VisitEnded()),
    )
    waits = [prompt.wait for prompt in surface.shown if isinstance(prompt, EnterStaffPin)]
    assert waits[:5] == [0] * 5
    assert all(50 < wait <= 60 for wait in waits[5:])
    again = await stand.play(*_to_the_staff(stand), comes(stand), Then(EnterStaffPin, VisitEnded()))
    assert 0 < again.last(EnterStaffPin).wait <= 60


async def test_when_the_wait_is_over_the_pin_is_asked_for_by_itself(stand: Stand) -> None:
    desk = desk_of(stand.settings.data_directory, lambda: clock.now() - timedelta(seconds=55))
    for _ in range(5):
        desk.tries.count(NUMBER)
    surface = await stand.play(
        *_to_the_staff(stand),
        comes(stand),
        Then(EnterStaffPin),
        Then(EnterStaffPin, PIN),
        Then(Confirm, VisitEnded()),
    )
    assert [prompt.wait > 0 for prompt in surface.shown if isinstance(prompt, EnterStaffPin)] == [True, False]


async def test_cards_that_confirm_nothing_are_named_until_the_right_one_comes(stand: Stand) -> None:
    enrol(stand.settings.data_directory, "wang_jianguo", StaffNumber("S08"), Role.TECHNICIAN)
    surface = await stand.play(
        *_to_the_staff(stand),
        comes(stand, OTHER),
        changes_card(stand, StrangeCard.BANK),
        changes_card(stand, StrangeCard.MUTE),
        changes_card(stand, "wang_jianguo"),
        changes_card(stand, ATTENDANT),
        Then(EnterStaffPin, PIN),
        Then(Confirm, VisitEnded()),
        seconds=120,
    )
    wanted = ["", "staff.not_staff", "staff.not_staff", "staff.unreadable", "staff.not_attendant"]
    assert _notices(surface) == wanted
    reasons = [fields["reason"] for event, fields in _staff_events(stand) if event == "staff_refused"]
    assert reasons[:4] == ["not_staff", "not_staff", "unreadable", "not_attendant"]


@pytest.mark.parametrize("network", [NetworkState.UP, NetworkState.CUT])
async def test_nobody_confirms_themselves(stand: Stand, network: NetworkState) -> None:
    """Neither with the card they came with, nor with it after their ID."""
    hall = stand.hall
    enrol(stand.settings.data_directory, ZHANG, StaffNumber("S09"))
    hall.network(network)
    by_card = (Then(Consent, OtherWay.DECLINED),) if network is NetworkState.UP else ()
    surface = await stand.play(
        *start("activation"),
        _card_in(stand),
        *by_card,
        Then(EnterPin, OtherWay.DECLINED),
        comes(stand, ZHANG),
        Then(CallStaff, OtherWay.DECLINED),
        Then(ShowRefusal, Finished(), does=hall.pull_card),
    )
    assert _notices(surface) == ["", "staff.holders_own"]
    assert surface.last(ShowRefusal).headline.key == LAST_WORDS
    assert ("staff_refused", {"reason": "own_card", "number": "S09"}) in _staff_events(stand)


async def test_a_staff_card_that_names_nobody_is_known_as_the_holders_own_by_the_gateway(stand: Stand) -> None:
    hall = stand.hall
    enrol(stand.settings.data_directory, "wang_jianguo", StaffNumber("S10"))  # his card is a 3.0 one, without a PSAM
    stand = stand.with_settings("matters", identity={"loss_report": "face_or_staff"})
    surface = await stand.play(
        *start("loss_report"),
        Then(PresentDocument, does=lambda: hall.lay_id("wang_jianguo")),
        Then(Consent, OtherWay.DECLINED),
        comes(stand, "wang_jianguo"),
        Then(CallStaff, OtherWay.DECLINED),
        Then(ShowRefusal, Finished(), does=lambda: (hall.lift_id(), hall.pull_card())),
    )
    assert _notices(surface) == ["", "staff.holders_own"]


async def test_a_staff_card_that_is_pulled_too_early_confirms_nothing(stand: Stand) -> None:
    hall = stand.hall
    surface = await stand.play(
        *_to_the_staff(stand),
        comes(stand),
        Then(EnterStaffPin, does=hall.pull_card),
        comes(stand),
        Then(EnterStaffPin, PIN),
        Then(Confirm, does=hall.pull_card),
        Then(CallStaff, OtherWay.DECLINED),
        Then(ShowRefusal, Finished()),
    )
    assert surface.last(ShowRefusal).headline.key == LAST_WORDS
    reasons = [fields.get("reason") for _, fields in _staff_events(stand)]
    assert reasons == [None, "card_taken", "card_taken", "given_up", "presence_not_proved"]
    assert stand.transactions == ()


async def test_a_member_of_staff_may_say_no(stand: Stand) -> None:
    surface = await stand.play(
        *_to_the_staff(stand),
        comes(stand),
        Then(EnterStaffPin, PIN),
        Then(Confirm, GoBack()),
        Then(CallStaff, OtherWay.DECLINED),
        Then(ShowRefusal, Finished(), does=stand.hall.pull_card),
    )
    assert _notices(surface) == ["", "staff.take_card_first"]
    assert ("staff_refused", {"reason": "not_confirmed", "number": "S07"}) in _staff_events(stand)


async def test_a_staff_card_left_in_the_reader_ends_the_visit(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    hall = stand.hall
    monkeypatch.setattr(way, "_TAKE_SECONDS", 3.0)
    taken = {"working.take_own_card", "working.take_card"}
    surface = await stand.play(
        *_to_the_staff(stand),
        *confirms(stand),
        meanwhile=lambda words: hall.pull_card() if words in taken else None,
    )
    assert _working(surface)[-2:] == ["working.take_staff_card", "working.take_card"]
    assert stand.transactions == ()
    assert surface.wiped == 1


async def test_the_citizens_own_card_left_in_the_reader_ends_the_visit(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall = stand.hall
    monkeypatch.setattr(way, "_TAKE_SECONDS", 3.0)
    surface = await stand.play(
        *_to_the_staff(stand),
        meanwhile=lambda words: hall.pull_card() if words == "working.take_card" else None,
    )
    assert _working(surface)[-2:] == ["working.take_own_card", "working.take_card"]
    assert surface.wiped == 1


async def test_back_from_the_staff_the_pin_asks_for_the_card_again(stand: Stand) -> None:
    hall = stand.hall
    await stand.play(
        *_to_the_staff(stand),
        Then(CallStaff, GoBack()),
        Then(Consent, OtherWay.DECLINED),
        _card_in(stand),
        Then(EnterPin, "123456"),
        Then(Confirm, Confirmed()),
        Then(ShowResult, Finished(), does=hall.pull_card),
    )
    assert [record.proof for record in stand.transactions] == ["card_pin"]


async def test_where_a_pin_is_not_enough_it_is_not_asked_for(stand: Stand) -> None:
    surface = await stand.with_settings("matters", identity={"activation": "face_or_staff"}).play(
        *start("activation"),
        _card_in(stand),
        Then(Consent, OtherWay.DECLINED),
        *confirms(stand),
        Then(Confirm, Confirmed()),
        Then(ShowResult, Finished()),
    )
    assert not surface.last(Consent).card_way
    assert surface.last(CallStaff).reason is None  # it was the citizen's own choice
    assert [record.proof for record in stand.transactions] == ["staff"]


async def test_off_line_a_confirmation_is_stored_and_believed_later(stand: Stand) -> None:
    hall = stand.hall
    hall.network(NetworkState.CUT)
    surface = await stand.with_settings("matters", identity={"activation": "face_or_staff"}).play(
        *start("activation"),
        _card_in(stand),
        *confirms(stand),
        Then(Confirm, Confirmed()),
        Then(ShowResult, Finished()),
    )
    assert surface.last(CallStaff).reason.key == "presence.staff_needed"
    hall.network(NetworkState.UP)
    await stand.delivered()
    assert [(record.proof, record.result) for record in stand.transactions] == [("staff", "accepted")]


async def test_somebody_with_an_id_is_confirmed_while_it_lies_there(stand: Stand) -> None:
    hall = stand.hall
    await stand.play(
        *start("activation"),
        Then(PresentDocument, does=lambda: hall.lay_id(ZHANG)),
        Then(Consent, OtherWay.DECLINED),
        Then(PresentDocument, OtherWay.NO_DOCUMENT),  # no card at hand
        *confirms(stand),
        Then(Confirm, Confirmed()),
        Then(ShowResult, Finished(), does=hall.lift_id),
    )
    assert [record.proof for record in stand.transactions] == ["staff"]


@pytest.mark.parametrize("lost", ["reader", "list"])
async def test_without_reader_or_list_nobody_can_confirm(stand: Stand, lost: str) -> None:
    hall = stand.hall
    path = stand.settings.data_directory / "staff" / "roster.json"

    def lose() -> None:
        if lost == "reader":
            hall.reader(present=False)
            time.sleep(2.5)  # the health is a second old at most
        else:
            path.write_text("{", "ascii")

    surface = await stand.with_settings("matters", identity={"activation": "face_or_staff"}).play(
        *start("activation"),
        Then(PresentDocument, does=lambda: hall.lay_id(ZHANG)),
        Then(Consent, does=lose, answer=OtherWay.DECLINED),
        Then(ShowRefusal, Finished(), does=hall.lift_id),
    )
    assert surface.last(ShowRefusal).headline.key == LAST_WORDS


async def test_who_wanders_in_the_middle_leaves_nothing_to_the_next(stand: Stand) -> None:
    """Whatever the citizen does at the staff's screens, the visit ends cleanly."""
    questions: tuple[type[Prompt[object]], ...] = (CallStaff, EnterStaffPin)
    for question in questions:
        before = (comes(stand),) if question is EnterStaffPin else ()
        surface = await stand.play(*_to_the_staff(stand), *before, Then(question, VisitEnded()))
        assert surface.wiped == 1
    assert stand.transactions == ()
