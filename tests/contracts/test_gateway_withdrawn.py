"""What expired at the kiosk is told to the gateway: it takes its number, has no effect, and the person hears of it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from config.clock import certain
from offline_queue.model import Draft
from simulator.gateway.models import CardEvent, SequenceGap, Transaction
from simulator.people import BY_KEY
from tests.contracts.caller import Caller, problem
from tests.offline_queue.hall import activation_of

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ZHANG = BY_KEY["zhang_ling"]


def too_old(caller: Caller, key: UUID, sequence: int, kind: str = "activation", **changes: Any) -> dict[str, Any]:
    """A withdrawn transaction, made just now so that only its being withdrawn speaks against it."""
    caller.live_in(NOON)
    payload = {"details": {}, **activation_of(ZHANG), **changes}
    draft = Draft(key, kind, 0, "s", NOON, NOON + timedelta(hours=72), certain(lambda: NOON)(), payload)
    return {**caller.sealed(draft, sequence), "withdrawn": True}


def test_it_is_refused_as_expired_without_any_effect(caller: Caller) -> None:
    key = uuid4()
    answer = caller.submit(key, too_old(caller, key, 1)).json()
    assert (answer["result"], answer["reason"], answer["effective_at"]) == ("refused", "expired", None)
    assert answer["card_status"] == "not_activated"
    assert caller.rows(CardEvent) == []
    assert [(row.sequence, row.withdrawn) for row in caller.rows(Transaction)] == [(1, True)]
    assert caller.get("/v1/kiosk").json()["highest_sequence"] == 1


def test_the_person_hears_of_it(caller: Caller) -> None:
    key = uuid4()
    content = too_old(caller, key, 1)
    caller.submit(key, content)
    caller.submit(key, content)
    assert caller.messages(ZHANG.key) == ["expired"]


@pytest.mark.parametrize("number", ["370199190001010007", ""])
def test_of_a_stranger_nobody_hears(caller: Caller, number: str) -> None:
    key = uuid4()
    stranger = {"person": {"number": number, "name": "", "document": "resident_id"}, "card_number": None}
    assert caller.submit(key, too_old(caller, key, 1, **stranger)).json()["reason"] == "expired"
    assert caller.messages(ZHANG.key) == []


def test_no_rule_is_asked(caller: Caller) -> None:
    key = uuid4()
    assert caller.submit(key, too_old(caller, key, 1, "teleport")).json()["reason"] == "expired"


def test_a_known_key_repeats_its_answer_whatever_it_was(caller: Caller) -> None:
    """The first sending arrived after all: the kiosk learns that it was accepted."""
    key = uuid4()
    content = too_old(caller, key, 1)
    first = caller.submit(key, {**content, "withdrawn": False}).json()
    assert first["result"] == "accepted"
    assert caller.submit(key, content).json() == first
    assert [row.withdrawn for row in caller.rows(Transaction)] == [False]


def test_withdrawn_once_is_withdrawn_for_ever(caller: Caller) -> None:
    """A duplicate of an older sending, still on its way, comes last."""
    key = uuid4()
    content = too_old(caller, key, 1)
    first = caller.submit(key, content).json()
    assert caller.submit(key, {**content, "withdrawn": False}).json() == first
    assert caller.rows(CardEvent) == []


def test_it_fills_its_gap_and_leaves_none(caller: Caller) -> None:
    for sequence in (3, 1, 2):
        key = uuid4()
        assert caller.submit(key, too_old(caller, key, sequence)).status_code == 200
    assert all(gap.filled_at is not None for gap in caller.rows(SequenceGap))
    again = uuid4()
    assert problem(caller.submit(again, too_old(caller, again, 2))) == (422, "sequence_reused")


def test_its_envelope_must_open_like_any_other(caller: Caller) -> None:
    key = uuid4()
    content = too_old(caller, key, 1)
    broken = {**content, "envelope": content["envelope"][:-4] + "AAAA"}
    assert problem(caller.submit(key, broken)) == (422, "envelope_invalid")
    assert problem(caller.submit(key, {**content, "sequence": 2})) == (422, "envelope_mismatch")
    assert caller.get("/v1/kiosk").json()["highest_sequence"] == 0
