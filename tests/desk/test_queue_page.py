"""The staff's page of the queue: what waits is on it, however much lies there that was decided with an alarm."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import pytest

from config.clock import certain
from config.faults import FaultCode
from kiosk.desk import queue_pages
from kiosk.queue_desk.desk import Desk
from kiosk.queue_desk.words import QueueWords
from offline_queue.inspection import Inspection
from offline_queue.model import SET_ASIDE, Draft, TransactionState
from offline_queue.store import Store
from screens.text.catalogue import Catalogue

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)


def store_rows(directory: Path, set_aside: int, waiting: int) -> None:
    store = Store(directory, "JN03", NOW)
    for at in range(set_aside + waiting):
        made = certain(lambda: NOW)()
        draft = Draft(uuid4(), "activation", 0, f"s{at}", NOW, NOW + timedelta(days=3), made, {})
        row = store.append(draft, lambda _draft, sequence: f"sealed-{sequence}")
        if at < set_aside:
            store.finish(row.id, TransactionState.REFUSED, {"reason": SET_ASIDE}, FaultCode.GW_REJECTED)
    store.close()


@pytest.mark.parametrize(
    ("set_aside", "waiting", "shown"),
    [(5, 2, [5, 6, 7]), (1, 5, [2, 3, 4]), (1, 1, [1, 2]), (5, 0, [3, 4, 5])],
)
def test_what_waits_is_shown_before_old_alarms(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, set_aside: int, waiting: int, shown: list[int]
) -> None:
    monkeypatch.setattr(queue_pages, "_MOST", 3)
    store_rows(tmp_path, set_aside, waiting)
    words = QueueWords(Catalogue.load("en"), "JN03", certain(lambda: NOW)())
    seen = queue_pages._Seen.of(Desk(cast("Any", None), words, tmp_path, Inspection(tmp_path)))
    assert [row.sequence for row in seen.rows] == shown
    assert seen.more == max(0, set_aside + waiting - 3)


def test_of_many_alarms_the_last_are_told(tmp_path: Path) -> None:
    store_rows(tmp_path, 5, 0)
    assert [row.sequence for row in Inspection(tmp_path).alarming(limit=2)] == [4, 5]
