"""After a power cut the queue opens, and every promise that was made before it is there."""

import random
from dataclasses import dataclass
from pathlib import Path

import pytest

from offline_queue.model import QueueError
from offline_queue.queue import utc_now
from offline_queue.store import Store
from tests.crash.harness import open_hall
from tests.crash.order import Order, Task
from tests.crash.power import Call, Disk, calls

CUTS = 40
TOLD = 7  # citizens of the scene
FINAL = {"done": {"accepted"}, "refused": {"refused", "expiring", "expired"}}


@dataclass(frozen=True)
class Recorded:
    """The kiosk's name, its queue's directory, and every call of a whole scene."""

    kiosk: str
    directory: str
    calls: list[Call]


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    base = tmp_path_factory.mktemp("power")
    with open_hall(base) as hall, hall.kiosk() as directory:
        order = Order(str(directory), hall.server.url, "scene", Task.SCENE, record=str(base / "calls"))
        life = hall.nursery.whole_life(order)
        assert life.sound
        assert len(life.of("told")) == TOLD
        return Recorded(directory.name, str(directory / "queue"), list(calls(base / "calls")))


def _broken_promises(disk: Disk, left: Path, kiosk: str) -> list[str]:
    """Open what a cut has left; whatever was told or sent must be in it."""
    try:
        store = Store(left, kiosk, utc_now())
    except QueueError as error:
        return [error.detail]
    try:
        rows = {row.sequence: row for row in store.rows(limit=1000)}
        assert store.connection.execute("PRAGMA quick_check").fetchone()[0] == "ok"
    finally:
        store.close()
    broken = sorted(disk.sent - {str(row.id) for row in rows.values()})
    for line in disk.told:
        row = rows.get(int(line["number"][-6:]))
        if row is None or (line["state"] in FINAL and row.state not in FINAL[line["state"]]):
            broken.append(line["number"])
    return broken


def _cuts(recorded: Recorded, made: list[Call], seed: int, place: Path) -> list[str]:
    """What was broken by power cuts at random places."""
    chance, disk, broken = random.Random(seed), Disk(recorded.directory), []
    at = set(chance.sample(range(len(made)), CUTS))
    for number, call in enumerate(made):
        disk.do(call)
        if number in at:
            disk.cut(chance, place / str(number))
            broken += [f"call {number}: {what}" for what in _broken_promises(disk, place / str(number), recorded.kiosk)]
    assert len(disk.told) == TOLD
    assert len(disk.sent) >= TOLD - 1
    return broken


@pytest.mark.parametrize("seed", range(3))
def test_whatever_a_power_cut_leaves_of_the_last_writes_no_promise_is_lost(
    recorded: Recorded, tmp_path: Path, seed: int
) -> None:
    assert _cuts(recorded, recorded.calls, seed, tmp_path) == []


def test_a_disk_that_only_says_that_it_has_synced_is_found_out(recorded: Recorded, tmp_path: Path) -> None:
    """Else the test above would prove nothing: the log's last syncs are left out here."""
    lying = [call for call in recorded.calls if not (call.name == "fdatasync" and call.file.endswith("-wal"))]
    assert _cuts(recorded, lying, 0, tmp_path)
