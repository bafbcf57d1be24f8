"""Who gets in, by card or by code; who waits; and what is written down of it."""

import asyncio
from datetime import datetime, timedelta

import pytest

from config import clock
from flows.desk_prompts import DeskDigits, DeskFacts, DeskList
from flows.prompts import ChooseMatter, Finished, GoBack, PresentDocument, ShowFault, VisitEnded
from flows.start_prompts import Invitation, StaffEntrance, Touched
from kiosk.desk import menu
from kiosk.desk.kinds import DeskPage
from kiosk.staff.member import Role
from tests.desk.coming import LOG_OUT, TECHNICIAN, by_card, by_gesture, code_of, desk_events, opens, technician
from tests.flows.conftest import Stand
from tests.flows.play import Then
from tests.staff.coming import ATTENDANT
from tests.staff.enrolled import PIN, desk_of, enrol

BACK = Then(DeskFacts, GoBack())


async def test_a_technician_comes_in_by_card_and_pin_and_logs_out(stand: Stand) -> None:
    technician(stand.settings.data_directory)
    surface = await stand.play(*by_card(stand), opens("guide"), BACK, LOG_OUT)
    menu_page = next(prompt for prompt in surface.shown if isinstance(prompt, DeskList))
    assert [row.name for row in menu_page.rows] == [str(page) for page in menu.allowed(Role.TECHNICIAN)]
    assert surface.wiped >= 1
    assert desk_events(stand) == [
        ("desk_opened", {"way": "card"}),
        ("desk_login", {"number": "S31", "role": "technician", "way": "card"}),
        ("desk_page", {"number": "S31", "page": "guide"}),
        ("desk_left", {"number": "S31", "how": "logged_out"}),
    ]


async def test_an_attendant_sees_paper_closing_and_help_only(stand: Stand) -> None:
    enrol(stand.settings.data_directory, ATTENDANT)
    surface = await stand.play(*by_card(stand, ATTENDANT), LOG_OUT)
    page = surface.last(DeskList)
    assert [row.name for row in page.rows] == ["paper", "closing", "guide"]
    assert set(menu.allowed(Role.ATTENDANT)) < set(menu.allowed(Role.TECHNICIAN))
    assert DeskPage.QUEUE not in menu.allowed(Role.ATTENDANT)


async def test_without_a_card_number_pin_and_code_are_wanted(stand: Stand) -> None:
    secret = technician(stand.settings.data_directory)
    surface = await stand.play(*by_gesture(secret), LOG_OUT)
    assert surface.questions() == ["Invitation", "DeskDigits", "DeskList", "Invitation"]
    assert ("desk_login", {"number": "S31", "role": "technician", "way": "gesture"}) in desk_events(stand)


async def test_a_code_is_taken_once(stand: Stand) -> None:
    """Whoever looked over a shoulder may have seen PIN and code, and comes within the same half minute."""
    secret = technician(stand.settings.data_directory)
    now = clock.now().timestamp()
    if now % 30 > 20:  # all of it within one step of time
        await asyncio.sleep(30 - now % 30)
    code = code_of(secret)
    tried = (Then(DeskDigits, "31"), Then(DeskDigits, PIN), Then(DeskDigits, code))
    surface = await stand.play(
        Then(Invitation, StaffEntrance()), *tried, LOG_OUT, Then(Invitation, StaffEntrance()), *tried,
        Then(DeskDigits, GoBack()),
    )  # fmt: skip
    last = surface.last(DeskDigits)
    assert last.notice.key == "desk.login.wrong"
    assert [event for event, _ in desk_events(stand)].count("desk_login") == 1


@pytest.mark.parametrize(("number", "pin", "later"), [("31", "802947", 0), ("31", PIN, 5), ("77", PIN, 0)])
async def test_whatever_is_wrong_the_same_is_said(stand: Stand, number: str, pin: str, later: int) -> None:
    secret = technician(stand.settings.data_directory)
    surface = await stand.play(*by_gesture(secret, pin, number, later), Then(DeskDigits, GoBack()))
    assert surface.last(DeskDigits).notice.key == "desk.login.wrong"
    refused = [fields["reason"] for event, fields in desk_events(stand) if event == "desk_refused"]
    assert refused == ["unknown" if number == "77" else "wrong", "given_up"]


async def test_after_five_wrong_pins_the_right_one_has_to_wait(stand: Stand) -> None:
    technician(stand.settings.data_directory)
    wrong = [Then(DeskDigits, "802947")] * 4
    surface = await stand.play(*by_card(stand, pin="802947"), *wrong, Then(DeskDigits, PIN), Then(DeskDigits, GoBack()))
    waits = [prompt.wait for prompt in surface.shown if isinstance(prompt, DeskDigits)]
    assert waits[:5] == [0] * 5
    assert all(50 < wait <= 60 for wait in waits[5:])
    assert "desk_login" not in {event for event, _ in desk_events(stand)}


async def test_the_wait_doubles_for_codes_as_well(stand: Stand) -> None:
    now = [datetime(2026, 11, 24, 9, 0, tzinfo=clock.CHINA)]
    secret = technician(stand.settings.data_directory)
    desk = desk_of(stand.settings.data_directory, lambda: now[0])
    member = desk.numbered(TECHNICIAN)
    assert member is not None
    for _ in range(5):
        assert not desk.is_pin_and_code(member, PIN, "000000")
    assert desk.wait_without_card(member) == timedelta(minutes=1)
    assert not desk.is_pin_and_code(member, PIN, code_of(secret, now[0]))  # right, but too early
    now[0] += timedelta(minutes=1)
    assert not desk.is_pin_and_code(member, PIN, "000000")
    assert desk.wait_without_card(member) == timedelta(minutes=2)
    now[0] += timedelta(minutes=2)
    assert desk.is_pin_and_code(member, PIN, code_of(secret, now[0]))
    assert desk.tries_without_card.wrong(TECHNICIAN) == 0


async def test_who_pulls_the_card_is_logged_out(stand: Stand) -> None:
    technician(stand.settings.data_directory)
    await stand.play(*by_card(stand), Then(DeskList, does=stand.hall.pull_card))
    assert desk_events(stand)[-1] == ("desk_left", {"number": "S31", "how": "card_taken"})


async def test_a_card_pulled_at_the_pin_is_no_login(stand: Stand) -> None:
    technician(stand.settings.data_directory)
    come, _ = by_card(stand)
    await stand.play(come, Then(DeskDigits, does=stand.hall.pull_card))
    assert desk_events(stand)[-1] == ("desk_refused", {"reason": "card_taken"})


async def test_who_touches_nothing_is_logged_out(stand: Stand) -> None:
    technician(stand.settings.data_directory)
    await stand.play(*by_card(stand), Then(DeskList, VisitEnded()))
    assert desk_events(stand)[-1] == ("desk_left", {"number": "S31", "how": "nobody"})


async def test_the_card_of_a_citizen_opens_nothing(stand: Stand) -> None:
    technician(stand.settings.data_directory)
    come, _ = by_card(stand, "zhang_ling")
    surface = await stand.play(
        Then(Invitation, Touched(), does=come.does),
        Then(ChooseMatter, "activation"),
        Then(PresentDocument, VisitEnded()),
    )
    assert "DeskDigits" not in surface.questions()
    assert desk_events(stand) == []


async def test_a_bug_on_a_page_ends_on_a_page_and_not_the_session(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setitem(menu._PAGES, DeskPage.GUIDE, broken)
    technician(stand.settings.data_directory)
    surface = await stand.play(*by_card(stand), opens("guide"), *_fault_and_next())
    assert "ShowFault" in surface.questions()
    assert desk_events(stand)[-1] == ("desk_left", {"number": "S31", "how": "fault"})


def _fault_and_next() -> tuple[Then, ...]:
    return (Then(ShowFault, Finished()), Then(Invitation, Touched()), Then(ChooseMatter, VisitEnded()))
