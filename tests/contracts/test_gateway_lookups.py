"""What the gateway says about people's insurance, and how a test changes it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from simulator.gateway.agencies import agencies_of
from simulator.gateway.schemas import CardStatus
from simulator.gateway.server import utc_now
from simulator.insurance import Pension, Span
from simulator.people import BY_KEY, PEOPLE
from tests.contracts.caller import Caller, problem

ABOUT_PEOPLE = ("persons", "contributions", "pensions", "unemployment", "skills", "transfers")


@pytest.mark.parametrize("what", ABOUT_PEOPLE)
def test_nobody_known(caller: Caller, what: str) -> None:
    assert problem(caller.post(f"/v1/{what}/query", {"number": "0"})) == (404, "person_not_found")
    assert problem(caller.post(f"/v1/{what}/query", {})) == (400, "malformed")
    assert problem(caller.post(f"/v1/{what}/query", {"number": "0"}, "")) == (401, "signature_invalid")


@pytest.mark.parametrize("what", ABOUT_PEOPLE)
def test_by_the_card_alone(caller: Caller, what: str) -> None:
    li = BY_KEY["li_xiuying"]
    by_number = caller.post(f"/v1/{what}/query", {"number": li.number})
    by_card = caller.post(f"/v1/{what}/query", {"card_number": li.card.number})
    assert by_number.status_code == 200
    assert by_card.json() == by_number.json()


def test_everybody_can_do_something(caller: Caller) -> None:
    """The table of simulator/insurance.py."""
    benefit = caller.ask("unemployment", "zhao_qi")
    assert (benefit["months_paid"], benefit["registered"], benefit["pending"]) == (30, True, False)
    assert benefit["recorded_reason"] == "employer_closed"
    assert benefit["employment_ended"] < f"{utc_now():%Y-%m-%d}"
    assert "own_will" in benefit["reasons"]
    assert caller.ask("unemployment", "gulimire")["months_paid"] == 8
    assert caller.ask("transfers", "zhang_ling") == {"scheme": "government", "pending": False}
    assert caller.ask("transfers", "chan") == {"scheme": "enterprise", "pending": False}
    assert caller.ask("transfers", "zhao_qi") == {"scheme": None, "pending": False}
    assert caller.ask("pensions", "li_xiuying")["kind"] == "enterprise"
    assert caller.ask("pensions", "liu_zhiqiang")["kind"] == "government"
    assert caller.ask("persons", "berg")["transfers_out"] is True
    assert caller.ask("cards", "berg")["issuing_area"] == "370000"
    assert caller.ask("persons", "chan")["transfers_out"] is False


def test_pensions_of_who_draws_none(caller: Caller) -> None:
    drawing = {"li_xiuying", "liu_zhiqiang"}
    for person in PEOPLE:
        answer = caller.post("/v1/pensions/query", {"number": person.number})
        assert answer.status_code == 200 if person.key in drawing else problem(answer) == (404, "no_pension")


def test_arrears_are_fewer_months_paid_than_there_are(caller: Caller) -> None:
    spans = caller.ask("contributions", "wang_jianguo")["spans"]
    assert [span["first"] for span in spans] == sorted(span["first"] for span in spans)
    by_employer = {span["employer"]: span["months_paid"] for span in spans if span["insurance"] == "pension"}
    assert by_employer == {"泉城示例机械有限公司": 108, "泉城示例重工有限公司": 70}
    assert {span["insurance"] for span in spans} == {"pension", "unemployment", "work_injury"}


def test_the_hall_looks_alike_on_every_day(caller: Caller) -> None:
    state = caller.server.state
    for day in (datetime(2024, 2, 29, 12, tzinfo=UTC), datetime(2026, 12, 31, 23, tzinfo=UTC)):
        state._first_clock = lambda day=day: day
        state.reset()
        caller.live_in(day)
        objections = [c["objection"] for c in caller.ask("skills", "wang_jianguo")["certificates"]]
        assert objections.count(None) == 2
        assert caller.ask("unemployment", "zhao_qi")["months_paid"] == 30
        assert caller.ask("pensions", "li_xiuying")["review_due"] > f"{day:%Y-%m-%d}"
    state._first_clock = utc_now


def test_agencies(caller: Caller) -> None:
    found = caller.post("/v1/agencies/query", {"region": "320100"}).json()["agencies"]
    assert found == [{"code": agency.code, "name": agency.name} for agency in agencies_of("320100")]
    assert len({agency["code"] for agency in found}) == 2
    assert caller.post("/v1/agencies/query", {"region": "810000"}).json() == {"agencies": []}
    for wrong in ({"region": "3201"}, {"region": "江苏"}, {}, {"region": "320100", "number": "0"}):
        assert problem(caller.post("/v1/agencies/query", wrong)) == (400, "malformed")


def test_somebody_without_a_mobile_number(caller: Caller) -> None:
    caller.server.state.amend("zhao_qi", mobile="")
    assert caller.ask("persons", "zhao_qi")["mobile_masked"] == ""


def test_what_a_test_can_change(caller: Caller) -> None:
    state = caller.server.state
    state.amend(
        "zhao_qi", months_paid=11, registered=False, recorded_reason="own_will", employment_ended=date(2026, 1, 31)
    )
    found = caller.ask("unemployment", "zhao_qi")
    assert (found["months_paid"], found["registered"], found["recorded_reason"]) == (11, False, "own_will")
    assert caller.ask("contributions", "zhao_qi")["spans"][0]["last"] == "2025-12"
    state.amend("zhao_qi", months_paid=0)
    assert caller.ask("contributions", "zhao_qi") == {"spans": []}
    state.amend("zhao_qi", spans=(Span("pension", "示例", "2020-01", "2020-12", ("2020-03",)),))
    assert caller.ask("contributions", "zhao_qi")["spans"][0]["months_paid"] == 11
    state.amend("chan", pension=Pension("enterprise", "2020-01", 1, "2020-02", date(2030, 1, 1)), scheme=None)
    assert caller.ask("pensions", "chan")["monthly_fen"] == 1
    assert caller.ask("transfers", "chan")["scheme"] is None
    state.amend("chan", pension=None)
    assert problem(caller.post("/v1/pensions/query", {"number": BY_KEY["chan"].number}))[1] == "no_pension"
    state.amend("chan", card_status=CardStatus.TEMPORARILY_LOST, issuing_area="370000", transfers_out=True)
    card = caller.ask("cards", "chan")
    assert (card["status"], card["issuing_area"]) == ("temporarily_lost", "370000")
    assert datetime.fromisoformat(card["lost_until"]) - utc_now() > timedelta(days=6)
    with pytest.raises(KeyError):
        state.amend("nobody", months_paid=1)


def test_a_reset_undoes_everything_the_clock_too(caller: Caller) -> None:
    before = {what: caller.ask(what, "zhao_qi") for what in ABOUT_PEOPLE if what != "pensions"}
    caller.live_in(datetime(2023, 3, 1, tzinfo=UTC))
    caller.server.state.amend("zhao_qi", months_paid=1, mobile="", scheme="government")
    caller.server.state.reset()
    assert caller.server.state.clock is utc_now
    caller.live_in(utc_now())
    assert {what: caller.ask(what, "zhao_qi") for what in before} == before
    assert caller.ask("cards", "zhao_qi")["status"] == "not_activated"
