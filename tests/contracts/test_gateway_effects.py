"""What a decision of the gateway does, seen from outside: cards in time, applications as facts, messages to people."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from config.clock import certain
from offline_queue.model import Draft
from simulator.gateway.models import Card, CardEvent, Sms
from simulator.gateway.schemas import CardStatus
from simulator.hall_records import read_gateway
from simulator.insurance import Skill
from simulator.people import BY_KEY
from tests.contracts.caller import Caller
from tests.offline_queue.hall import activation_of, enrol

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)  # a Monday in China
WEEK = timedelta(days=7)
SECOND = timedelta(seconds=1)
WANG = BY_KEY["wang_jianguo"]
CONTACT = {"mobile": "", "bank_account": ""}
BENEFIT = {"reason": "employer_closed", **CONTACT}
TRANSFER = {"route": "transfer_enterprise_across", "region": "320100", "agency": "", "old_scheme": "enterprise"}


def result(answer: dict[str, object]) -> tuple[object, object]:
    return answer["result"], answer["reason"]


def events(caller: Caller) -> list[tuple[str, str, datetime, bool]]:
    with caller.server.state.sessions() as session:
        rows = session.query(CardEvent).order_by(CardEvent.id)
        return [(row.before, row.after, row.at, row.transaction_id is not None) for row in rows]


def moment(text: object) -> datetime:
    return datetime.fromisoformat(str(text))


# -- the card in time


def test_a_loss_ends_by_itself_at_its_exact_moment_whenever_somebody_looks(caller: Caller) -> None:
    caller.live_in(NOON)
    reported = caller.send("loss_report", WANG.key)
    assert moment(reported["lost_until"]) == NOON + WEEK
    assert moment(caller.ask("cards", WANG.key)["lost_until"]) == NOON + WEEK

    caller.live_in(NOON + WEEK - SECOND)
    assert caller.ask("cards", WANG.key)["status"] == "temporarily_lost"

    caller.live_in(NOON + WEEK + timedelta(days=2))
    found = caller.ask("cards", WANG.key)
    assert (found["status"], found["lost_until"], moment(found["loss_ended_at"])) == ("normal", None, NOON + WEEK)
    assert events(caller) == [
        ("normal", "temporarily_lost", NOON, True),
        ("temporarily_lost", "normal", NOON + WEEK, False),
    ]
    with caller.server.state.sessions() as session:
        assert session.get_one(Card, WANG.card.number).changed_at == NOON + WEEK


@pytest.mark.parametrize(
    ("after", "outcome"),
    [(WEEK - SECOND, ("accepted", None)), (WEEK, ("refused", "loss_already_ended"))],
    ids=["the last second", "the end"],
)
def test_reinstatement_until_the_second_of_the_end(
    caller: Caller, after: timedelta, outcome: tuple[str, str | None]
) -> None:
    caller.live_in(NOON)
    caller.send("loss_report", WANG.key)
    caller.live_in(NOON + after)
    assert result(caller.send("reinstatement", WANG.key)) == outcome
    assert caller.ask("cards", WANG.key)["status"] == "normal"


def test_a_loss_reported_again_keeps_the_end_that_was_promised(caller: Caller) -> None:
    caller.live_in(NOON)
    first = caller.send("loss_report", WANG.key)
    caller.live_in(NOON + timedelta(days=3))
    again = caller.send("loss_report", WANG.key)
    assert result(again) == ("accepted", None)
    assert again["lost_until"] == first["lost_until"]
    assert again["card_status"] == "temporarily_lost"
    assert len(events(caller)) == 1


def test_the_end_of_the_last_loss_is_forgotten_with_the_next(caller: Caller) -> None:
    caller.live_in(NOON)
    caller.send("loss_report", WANG.key)
    caller.live_in(NOON + WEEK)
    caller.send("loss_report", WANG.key)
    assert caller.ask("cards", WANG.key)["loss_ended_at"] is None
    caller.send("reinstatement", WANG.key)
    assert caller.ask("cards", WANG.key)["loss_ended_at"] is None
    assert result(caller.send("reinstatement", WANG.key)) == ("refused", "card_not_lost")


def test_what_one_kiosk_stored_takes_effect_in_its_order(caller: Caller) -> None:
    """A loss at ten and its reinstatement at eleven, both sent at noon."""
    caller.live_in(NOON)
    assert result(caller.send("loss_report", WANG.key, ago=7200)) == ("accepted", None)
    assert result(caller.send("reinstatement", WANG.key, ago=3600)) == ("accepted", None)
    assert [event[1] for event in events(caller)] == ["temporarily_lost", "normal"]


def test_a_stored_loss_lasts_from_its_effect(caller: Caller) -> None:
    caller.live_in(NOON)
    answer = caller.send("loss_report", WANG.key, ago=7200)
    assert moment(answer["effective_at"]) == NOON
    assert moment(answer["lost_until"]) == NOON + WEEK


@pytest.mark.parametrize("kind", ["reinstatement", "cancellation", "loss_report"])
def test_what_was_changed_elsewhere_after_the_visit_supersedes(caller: Caller, kind: str) -> None:
    caller.live_in(NOON)
    elsewhere = NOON - timedelta(minutes=30)
    caller.server.state.amend(WANG.key, card_status=CardStatus.SUSPENDED, card_changed_at=elsewhere)
    answer = caller.send(kind, WANG.key, ago=3600)
    assert (*result(answer), answer["card_status"]) == ("superseded", None, "suspended")
    assert result(caller.send(kind, WANG.key, ago=60))[0] == "refused"


def test_a_loss_that_ended_after_the_visit_supersedes_a_stored_reinstatement(caller: Caller) -> None:
    caller.live_in(NOON)
    caller.send("loss_report", WANG.key)
    caller.live_in(NOON + WEEK + timedelta(minutes=10))
    assert result(caller.send("reinstatement", WANG.key, ago=3600)) == ("superseded", None)


def test_a_kiosk_whose_clock_is_ahead_blocks_nobody(caller: Caller) -> None:
    caller.live_in(NOON)
    assert result(caller.send("loss_report", WANG.key, ago=-240)) == ("accepted", None)
    caller.live_in(NOON + SECOND)
    assert result(caller.send("reinstatement", WANG.key)) == ("accepted", None)


def test_cancelled_for_good(caller: Caller) -> None:
    assert result(caller.send("cancellation", WANG.key)) == ("accepted", None)
    for kind, reason in (
        ("activation", "card_not_activatable"),
        ("loss_report", "card_not_normal"),
        ("reinstatement", "card_not_lost"),
        ("cancellation", "card_not_normal"),
    ):
        assert result(caller.send(kind, WANG.key)) == ("refused", reason)


def test_whose_card_it_is(caller: Caller) -> None:
    chan, nobody = BY_KEY["chan"], {"number": "0", "name": "", "document": "resident_id"}
    assert result(caller.send("loss_report", WANG.key, card_number=None)) == ("accepted", None)
    assert result(caller.send("activation", WANG.key, card_number=chan.card.number))[1] == "not_the_same_person"
    assert result(caller.send("activation", WANG.key, card_number="0"))[1] == "card_not_found"
    assert result(caller.send("activation", WANG.key, person=nobody, card_number=None))[1] == "person_not_found"
    only_card = {"number": "", "name": "", "document": "social_card"}
    assert result(caller.send("activation", "chan", person=only_card)) == ("accepted", None)
    assert caller.ask("cards", "chan")["status"] == "normal"


# -- applications


def test_an_application_is_a_fact_afterwards(caller: Caller) -> None:
    caller.live_in(NOON)
    answer = caller.send("unemployment_benefit", "zhao_qi", details=BENEFIT)
    assert re.fullmatch(r"20260302-\d{5}", str(answer["acceptance_number"]))
    assert answer["due"] == "2026-03-09"
    assert caller.ask("unemployment", "zhao_qi")["pending"] is True
    again = caller.send("unemployment_benefit", "zhao_qi", details=BENEFIT)
    assert (*result(again), again["acceptance_number"], again["due"]) == ("refused", "application_pending", None, None)


def test_a_transfer_is_accepted_at_once_and_under_way_afterwards(caller: Caller) -> None:
    answer = caller.send("transfer_in", "chan", details={**TRANSFER, "mobile": ""})
    assert result(answer) == ("accepted", None)
    assert answer["acceptance_number"]
    assert answer["due"] is None
    assert caller.ask("transfers", "chan") == {"scheme": "enterprise", "pending": True}
    assert result(caller.send("transfer_in", "chan", details={**TRANSFER, "mobile": ""}))[1] == "application_pending"


def test_the_allowance_inside_its_window_and_only_once(caller: Caller) -> None:
    caller.live_in(datetime(2023, 3, 31, 15, 59, 59, tzinfo=UTC))
    answer = caller.send("unemployment_allowance", "gulimire", details=CONTACT)
    assert (*result(answer), answer["due"]) == ("accepted", None, "2023-04-07")
    assert caller.ask("unemployment", "gulimire")["allowance_received"] is True
    again = caller.send("unemployment_allowance", "gulimire", details=CONTACT)
    assert result(again) == ("refused", "allowance_received")
    caller.live_in(datetime(2023, 3, 31, 16, 0, tzinfo=UTC))
    late = caller.send("unemployment_allowance", "gulimire", details=CONTACT)
    assert result(late) == ("refused", "window_closed")


def test_every_certificate_says_what_applying_for_it_would_bring(caller: Caller) -> None:
    """The look-up and the decision never differ, also while subsidies are being used up."""
    for _ in range(2):
        shown = caller.ask("skills", WANG.key)["certificates"]
        for certificate in shown:
            now = {c["number"]: c["objection"] for c in caller.ask("skills", WANG.key)["certificates"]}
            details = {"certificate_number": certificate["number"], **CONTACT}
            answer = caller.send("skill_subsidy", WANG.key, details=details)
            assert answer["reason"] == now[certificate["number"]]
    assert {c["objection"] for c in caller.ask("skills", WANG.key)["certificates"]} == {
        "skill_level_not_covered",
        "skill_too_old",
        "skill_training_subsidy",
        "skill_same_already",
        "skill_higher_already",
    }


def test_the_fourth_subsidy_of_a_year(caller: Caller) -> None:
    caller.live_in(NOON)
    skills = tuple(Skill(f"S{number}", f"工种{number}", 4, date(2026, 1, 5)) for number in range(4))
    caller.server.state.amend(WANG.key, skills=skills)
    answers = [
        caller.send("skill_subsidy", WANG.key, details={"certificate_number": skill.number, **CONTACT})
        for skill in skills
    ]
    assert [answer["reason"] for answer in answers] == [None, None, None, "skill_three_this_year"]
    assert len({answer["acceptance_number"] for answer in answers[:3]}) == 3


def test_another_persons_certificate_is_not_in_the_register_for_this_one(caller: Caller) -> None:
    caller.server.state.amend("chan", months_paid=60)
    details = {"certificate_number": "S370099000001", **CONTACT}
    assert result(caller.send("skill_subsidy", "chan", details=details)) == ("refused", "no_skill_certificate")


def test_a_review_sets_the_next_ones_day(caller: Caller) -> None:
    caller.live_in(NOON)
    assert result(caller.send("entitlement_review", "li_xiuying")) == ("accepted", None)
    assert caller.ask("pensions", "li_xiuying")["review_due"] == "2027-03-02"
    assert result(caller.send("entitlement_review", "zhao_qi")) == ("refused", "no_pension")


def test_two_kiosks_at_once_bring_nothing_twice(caller: Caller, tmp_path: Path) -> None:
    server = caller.server
    callers = [caller, *(Caller(server, enrol(tmp_path / str(n), server, f"kiosk-{uuid4()}")) for n in range(3))]
    with ThreadPoolExecutor(len(callers)) as threads:
        sent = [threads.submit(each.send, "unemployment_benefit", "zhao_qi", details=BENEFIT) for each in callers]
        outcomes = sorted(str(each.result()["reason"]) for each in sent)
    assert outcomes == ["None", *["application_pending"] * 3]


@pytest.mark.parametrize("details", [{"mobile": "1" * 5000}, {"mobile": "139\0"}, {"mobile": "12", "bank_account": ""}])
def test_strange_details_do_no_harm(caller: Caller, details: dict[str, str]) -> None:
    caller.live_in(NOON)
    number = uuid4()
    payload = {**activation_of(WANG), "details": details}
    draft = Draft(number, "unemployment_allowance", 0, "s", NOON, NOON + WEEK, certain(lambda: NOON)(), payload)
    envelope = caller.keys.sealer().seal(draft, 1)
    kind = "unemployment_allowance"
    answer = caller.submit(number, caller.submission(number, 1, kind=kind, envelope=envelope))
    assert (answer.status_code, answer.json().get("reason", answer.json().get("code"))) in {
        (200, "details_invalid"),
        (422, "envelope_invalid"),
    }


# -- messages


@pytest.mark.parametrize(
    ("ago", "told"), [(60, []), (61, ["accepted_late"])], ids=["still at the kiosk", "gone by then"]
)
def test_who_is_gone_is_told_by_message(caller: Caller, ago: int, told: list[str]) -> None:
    caller.live_in(NOON)
    caller.send("loss_report", WANG.key, ago=ago)
    assert caller.messages(WANG.key) == told


def test_every_outcome_has_its_message(caller: Caller) -> None:
    caller.live_in(NOON)
    caller.send("activation", WANG.key, ago=3600)
    caller.send("loss_report", WANG.key, ago=73 * 3600)
    caller.server.state.amend(WANG.key, card_status=CardStatus.SUSPENDED, card_changed_at=NOON)
    caller.send("cancellation", WANG.key, ago=5)
    assert caller.messages(WANG.key) == ["refused_late", "expired", "superseded"]
    assert caller.messages("zhang_ling") == []


def test_what_the_bench_page_shows(caller: Caller) -> None:
    caller.live_in(NOON)
    caller.send("loss_report", WANG.key, ago=3600)
    caller.live_in(NOON + WEEK)
    caller.send("unemployment_benefit", "zhao_qi", details={**BENEFIT, "mobile": "13900000001"}, ago=120)
    view = read_gateway(caller.server)
    assert [(t.kind, t.holder, t.result) for t in view.transactions] == [
        ("unemployment_benefit", BY_KEY["zhao_qi"].name, "accepted"),
        ("loss_report", WANG.name, "accepted"),
    ]
    assert [(m.kind, m.code, m.holder, m.mobile) for m in view.messages] == [
        ("unemployment_benefit", "accepted_late", BY_KEY["zhao_qi"].name, "13900000001"),
        ("loss_report", "accepted_late", WANG.name, WANG.mobile),
    ]
    assert {card.status for card in view.cards if card.number == WANG.card.number} == {"normal"}, "the loss has ended"


def test_a_message_goes_to_the_number_that_was_given_or_nowhere(caller: Caller) -> None:
    caller.live_in(NOON)
    caller.server.state.amend("zhao_qi", mobile="")
    caller.send("loss_report", "zhao_qi", ago=3600)
    assert caller.messages("zhao_qi") == []
    given = {**BENEFIT, "mobile": "13900000001"}
    caller.send("unemployment_benefit", "zhao_qi", ago=3600, details=given)
    with caller.server.state.sessions() as session:
        assert [sms.mobile for sms in session.query(Sms)] == ["13900000001"]
