"""The kiosks' audit logs arrive: kept whatever they say, once, and what does not fit is marked."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import requests

from config.clock import certain
from offline_queue.model import Draft
from simulator.gateway.models import Sms, Transaction
from simulator.gateway.models_audit import AuditEntry
from tests.contracts.caller import Caller, problem

BEGINNING = "0" * 64
Entry = dict[str, Any]


def after(before: Entry | None, event: str = "visit_began", **changes: Any) -> Entry:
    """The entry that follows ``before``, with its right hash unless that is among the ``changes``."""
    entry: Entry = {
        "number": 1 if before is None else before["number"] + 1,
        "at": "2026-03-02T10:00:00.123+00:00",
        "visit": "v1",
        "event": event,
        "fields": {"word": "证", "count": 3, "share": 1.0, "yes": True, "none": None},
        "previous": BEGINNING if before is None else before["hash"],
        **changes,
    }
    text = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return {"hash": hashlib.sha256(text.encode()).hexdigest(), **entry}


def chain(count: int) -> list[Entry]:
    entries = [after(None)]
    while len(entries) < count:
        entries.append(after(entries[-1], f"step_{len(entries)}"))
    return entries


def sealed(caller: Caller, key: UUID, sequence: int, entries: list[Entry], made: datetime | None = None) -> Any:
    made = made or caller.now
    draft = Draft(
        key, "audit", -1, "audit", made, made + timedelta(hours=1), certain(lambda: made)(), {"entries": entries}
    )
    return caller.sealed(draft, sequence)


def send(caller: Caller, sequence: int, *entries: Entry, ago: float = 0) -> requests.Response:
    key = uuid4()
    return caller.submit(key, sealed(caller, key, sequence, list(entries), caller.now - timedelta(seconds=ago)))


def accepted(response: requests.Response) -> bool:
    assert response.status_code == 200, response.text
    return bool(response.json()["result"] == "accepted")


def kept(caller: Caller) -> list[tuple[int, str | None]]:
    """Number and suspicion of all entries, in the order in which they came."""
    entries = sorted(caller.rows(AuditEntry), key=lambda entry: entry.id)
    return [(entry.number, entry.suspect) for entry in entries if entry.kiosk_id == caller.keys.kiosk]


def head(caller: Caller) -> tuple[int, str]:
    answer = caller.get("/v1/audit/head").json()
    assert answer["kiosk"] == caller.keys.kiosk
    return answer["number"], answer["hash"]


def test_a_log_arrives_in_parts(caller: Caller) -> None:
    one, two, three, four = chain(4)
    assert head(caller) == (0, "")
    assert accepted(send(caller, 1, one, two))
    assert head(caller) == (2, two["hash"])
    assert accepted(send(caller, 2, three, four))
    assert head(caller) == (4, four["hash"])
    assert kept(caller) == [(number, None) for number in range(1, 5)]
    assert [entry.content for entry in caller.rows(AuditEntry)] == [one, two, three, four]


def test_what_came_before_changes_nothing(caller: Caller) -> None:
    one, two, three = chain(3)
    assert accepted(send(caller, 1, one, two))
    assert accepted(send(caller, 2, one, two, three))
    assert accepted(send(caller, 3, two))
    assert kept(caller) == [(1, None), (2, None), (3, None)]


def test_the_same_key_twice_is_one_row(caller: Caller) -> None:
    key = uuid4()
    content = sealed(caller, key, 1, chain(2))
    assert caller.submit(key, content).json() == caller.submit(key, content).json()
    assert [row.times_received for row in caller.rows(Transaction)] == [2]
    assert len(kept(caller)) == 2


def test_a_changed_entry_is_kept_beside_the_first_one(caller: Caller) -> None:
    one, two, three = chain(3)
    other = after(one, "nothing_happened")
    assert accepted(send(caller, 1, one, two))
    assert accepted(send(caller, 2, other, after(other)))
    assert accepted(send(caller, 3, three))
    assert kept(caller) == [(1, None), (2, None), (2, "rewritten"), (3, "not_following"), (3, "rewritten")]


def test_a_log_that_begins_anew_is_suspect(caller: Caller) -> None:
    assert accepted(send(caller, 1, *chain(2)))
    assert accepted(send(caller, 2, after(None, "another_beginning")))
    assert kept(caller) == [(1, None), (2, None), (1, "rewritten")]


@pytest.mark.parametrize(
    ("entries", "suspicion"),
    [
        (lambda one, two, three: [{**two, "event": "changed"}], "hash_wrong"),
        (lambda one, two, three: [{**two, "fields": {**two["fields"], "count": 3.0}}], "hash_wrong"),
        (lambda one, two, three: [{**two, "hash": "f" * 64}], "hash_wrong"),
        (lambda one, two, three: [three], "missing_before"),
        (lambda one, two, three: [after(None, number=2)], "not_following"),
        (lambda one, two, three: [after(two, number=2)], "not_following"),
    ],
    ids=["changed", "3 became 3.0", "another hash", "one left out", "begins anew in the middle", "follows another"],
)
def test_what_does_not_fit_is_kept_and_marked(caller: Caller, entries: Any, suspicion: str) -> None:
    one, two, three = chain(3)
    assert accepted(send(caller, 1, one))
    (strange,) = entries(one, two, three)
    assert accepted(send(caller, 2, strange))
    assert kept(caller) == [(1, None), (strange["number"], suspicion)]


def test_the_first_entry_must_name_the_beginning(caller: Caller) -> None:
    assert accepted(send(caller, 1, after(None, previous="1" * 64)))
    assert kept(caller) == [(1, "not_following")]


def test_reordered_entries_of_one_part(caller: Caller) -> None:
    one, two, three = chain(3)
    assert accepted(send(caller, 1, one, three, two))
    assert kept(caller) == [(1, None), (3, "missing_before"), (2, None)]


def test_two_kiosks_have_two_logs(caller: Caller) -> None:
    assert accepted(send(caller, 1, *chain(2)))
    other = AuditEntry
    assert {entry.kiosk_id for entry in caller.rows(other)} == {caller.keys.kiosk}


def test_a_log_is_never_too_old_and_nobody_is_told(caller: Caller) -> None:
    caller.live_in(datetime(2026, 3, 2, 12, 0, tzinfo=UTC))
    assert accepted(send(caller, 1, *chain(2), ago=100 * 86400))
    assert caller.rows(Sms) == []


def test_withdrawn_entries_are_not_taken(caller: Caller) -> None:
    key = uuid4()
    answer = caller.submit(key, {**sealed(caller, key, 1, chain(2)), "withdrawn": True}).json()
    assert (answer["result"], answer["reason"]) == ("refused", "expired")
    assert kept(caller) == []


@pytest.mark.parametrize(
    "entries",
    [
        [],
        [{**after(None), "number": 0}],
        [{**after(None), "hash": "x"}],
        [{**after(None), "name": "张玲"}],
        [{**after(None), "fields": {"deep": {"a": 1}}}],
        [after(None)] * 501,
    ],
    ids=["none", "number 0", "no hash", "another field", "deep", "too many"],
)
def test_what_is_no_log_is_not_taken(caller: Caller, entries: list[Entry]) -> None:
    assert problem(send(caller, 1, *entries)) == (422, "envelope_invalid")
    assert caller.get("/v1/kiosk").json()["highest_sequence"] == 0


def test_a_log_is_sent_as_such(caller: Caller) -> None:
    """Neither can a log pass for a transaction of another kind, nor the other way round."""
    key = uuid4()
    assert problem(caller.submit(key, {**sealed(caller, key, 1, chain(1)), "kind": "activation"})) == (
        422,
        "envelope_invalid",
    )
    assert problem(caller.submit(key, {**caller.submission(key, 1), "kind": "audit"})) == (422, "envelope_invalid")


def test_technicians_see_what_is_suspect(caller: Caller) -> None:
    one, _, three = chain(3)
    send(caller, 1, one, three)
    listed = requests.get(caller.server.url + "/admin/audit", timeout=10).json()
    assert [(row["number"], row["suspect"]) for row in listed] == [(1, None), (3, "missing_before")]
    assert listed[0]["content"] == one
