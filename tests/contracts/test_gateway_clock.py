"""A kiosk whose clock nobody vouches for: the gateway reckons by the boot clock, and believes no nonsense."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from config.clock import Instant
from offline_queue.model import Draft
from simulator.gateway.models import Card, Transaction
from simulator.gateway.moments import ClockTrust, Moments, moments_of
from simulator.gateway.schemas import CardStatus, SealedClock, SubmissionClock
from simulator.people import BY_KEY
from tests.contracts.caller import Caller
from tests.offline_queue.hall import activation_of

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
WRONG = datetime(1970, 1, 1, 0, 5, tzinfo=UTC)  # a machine whose clock has no battery
ZHANG = BY_KEY["zhang_ling"]


def moments(told: datetime, made: float, sent: float, **changes: Any) -> Moments:
    clock = SealedClock(boot="b", uptime=made, sure=False).model_copy(update=changes)
    return moments_of(told, told + HOUR, clock, SubmissionClock(boot="b", uptime=sent), NOON)


@pytest.mark.parametrize("told", [WRONG, NOON, NOON + 1000 * HOUR], ids=["behind", "right", "ahead"])
@pytest.mark.parametrize("age", [0, 1, 3600, 400 * 86400], ids=["at once", "a second", "an hour", "400 days"])
def test_the_boot_clock_tells_the_age(told: datetime, age: int) -> None:
    visit = NOON - timedelta(seconds=age)
    assert moments(told, 100, 100 + age) == Moments(visit, visit + HOUR, NOON, ClockTrust.CORRECTED)


@pytest.mark.parametrize(
    ("made", "sent", "changes", "trust"),
    [
        (100, 3700, {"sure": True}, ClockTrust.SURE),
        (100, 3700, {"boot": "another"}, ClockTrust.TOLD),
        (100, 99, {}, ClockTrust.TOLD),
        (100, 101 + 400 * 86400, {}, ClockTrust.TOLD),
        (0, 1e300, {}, ClockTrust.TOLD),
    ],
    ids=["sure", "started anew since", "sent before it was made", "older than any", "beyond all reason"],
)
def test_otherwise_the_times_are_taken_as_told(
    made: float, sent: float, changes: dict[str, Any], trust: ClockTrust
) -> None:
    assert moments(WRONG, made, sent, **changes) == Moments(WRONG, WRONG + HOUR, NOON, trust)


def unsure(caller: Caller, kind: str, told: datetime, age: float, sequence: int = 1, **sent: Any) -> dict[str, Any]:
    """Send a transaction made ``age`` seconds ago by a clock that said ``told`` then; returns the answer."""
    key = uuid4()
    made = Instant(told, sure=False, boot="b", uptime=50.0)
    draft = Draft(key, kind, 0, "s", told, told + 72 * HOUR, made, {"details": {}, **activation_of(ZHANG)})
    content = {**caller.sealed(draft, sequence), "clock": {"boot": "b", "uptime": 50 + age, **sent}}
    answer = caller.submit(key, content)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_visit_in_1970_is_accepted_and_both_times_are_kept(caller: Caller) -> None:
    caller.live_in(NOON)
    assert unsure(caller, "activation", WRONG, age=3600)["result"] == "accepted"
    (row,) = caller.rows(Transaction)
    assert (row.occurred_at, row.expires_at, row.clock_trust) == (NOON - HOUR, NOON + 71 * HOUR, "corrected")
    assert datetime.fromisoformat(row.payload["occurred_at"]) == WRONG
    assert datetime.fromisoformat(row.payload["expires_at"]) == WRONG + 72 * HOUR
    assert caller.messages(ZHANG.key) == ["accepted_late"], "an hour ago by the right time"


def test_a_clock_ahead_does_not_keep_alive_what_is_too_old(caller: Caller) -> None:
    caller.live_in(NOON)
    late = unsure(caller, "activation", NOON + 1000 * HOUR, age=73 * 3600)
    assert (late["result"], late["reason"]) == ("refused", "expired")


def test_after_a_new_start_the_visit_in_1970_is_too_old(caller: Caller) -> None:
    caller.live_in(NOON)
    refused = unsure(caller, "activation", WRONG, age=3600, boot="next")
    assert (refused["result"], refused["reason"]) == ("refused", "expired")
    assert [row.clock_trust for row in caller.rows(Transaction)] == ["told"]


@pytest.mark.parametrize(
    ("told", "age", "result"),
    [
        (NOON, 3 * 3600, "superseded"),
        (NOON - 3 * HOUR, 3600, "accepted"),
        (WRONG, 3600, "accepted"),
        (NOON + 9 * HOUR, 3 * 3600, "superseded"),
    ],
    ids=["clock ahead", "clock behind", "far behind", "far ahead"],
)
def test_superseded_is_judged_by_the_corrected_time(caller: Caller, told: datetime, age: float, result: str) -> None:
    """The card changed elsewhere two hours ago; the visit was before or after that, whatever the kiosk's clock said."""
    caller.live_in(NOON)
    caller.server.state.amend(ZHANG.key, card_status=CardStatus.NORMAL, card_changed_at=NOON - 2 * HOUR)
    assert unsure(caller, "loss_report", told, age)["result"] == result


def test_the_cards_last_change_is_at_the_corrected_time(caller: Caller) -> None:
    caller.live_in(NOON)
    unsure(caller, "activation", WRONG, age=3600)
    (changed,) = [card.changed_at for card in caller.rows(Card) if card.number == ZHANG.card.number]
    assert changed == NOON - HOUR


@pytest.mark.parametrize("clock", [{"uptime": -1.0}, {"uptime": float("inf")}, {"boot": ""}, {"sure": True}])
def test_a_clock_that_is_none_is_malformed(caller: Caller, clock: dict[str, Any]) -> None:
    key = uuid4()
    content = caller.submission(key, 1)
    answer = caller.submit(key, {**content, "clock": {**content["clock"], **clock}})
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")


def test_the_same_transaction_sent_later_by_the_same_clock_is_still_the_same(caller: Caller) -> None:
    """The clock of the sending is no part of what is sent."""
    caller.live_in(NOON)
    key = uuid4()
    made = Instant(WRONG, sure=False, boot="b", uptime=50.0)
    draft = Draft(key, "activation", 0, "s", WRONG, WRONG + HOUR, made, activation_of(ZHANG))
    content = caller.sealed(draft, 1)
    later = {**content, "clock": {"boot": "c", "uptime": 1.0}}
    first, second = caller.submit(key, content), caller.submit(key, later)
    assert first.json() == second.json()


def test_what_one_kiosk_did_in_its_order_is_not_undone_by_how_long_a_request_took(caller: Caller) -> None:
    """The first request was slow: by its corrected time the loss came after the reinstatement that belongs to it."""
    caller.live_in(NOON)
    assert unsure(caller, "activation", WRONG, age=60, sequence=1)["result"] == "accepted"
    caller.live_in(NOON + timedelta(seconds=9))
    assert unsure(caller, "loss_report", WRONG, age=1, sequence=2)["result"] == "accepted"
    assert unsure(caller, "reinstatement", WRONG, age=5, sequence=3)["result"] == "accepted"
    assert [row.status for row in caller.rows(Card) if row.number == ZHANG.card.number] == [CardStatus.NORMAL]


def test_a_change_elsewhere_after_the_visit_supersedes_all_the_same(caller: Caller) -> None:
    caller.live_in(NOON)
    assert unsure(caller, "activation", WRONG, age=60, sequence=1)["result"] == "accepted"
    caller.server.state.amend(ZHANG.key, card_status=CardStatus.SUSPENDED, card_changed_at=NOON)
    assert unsure(caller, "loss_report", WRONG, age=5, sequence=2)["result"] == "superseded"
