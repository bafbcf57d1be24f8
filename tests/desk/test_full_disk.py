"""A disk that is full keeps nobody of the staff out, and what they do stands in the audit log."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from flows.desk_prompts import DeskDigits, DeskList
from flows.prompts import GoBack
from flows.start_prompts import Invitation, StaffEntrance
from kiosk import enrolment
from kiosk.audit.chain import HeadKey
from kiosk.audit.log import Event, directory_of
from kiosk.audit.verifying import Snapshot, verify
from screens.chrome import StaffCare
from tests.desk.coming import LOG_OUT, TECHNICIAN, code_of, desk_events, technician
from tests.flows.conftest import Stand
from tests.flows.play import ScriptedSurface, Then
from tests.small_disk import fill, mounted
from tests.staff.enrolled import PIN, desk_of

PAGES = ("devices", "queue", "logs", "configuration")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, where the kiosk keeps its data."""
    with mounted(tmp_path, "16m"):
        yield tmp_path


def typed(secret: str, pin: str) -> tuple[Then, ...]:
    return Then(DeskDigits, "31"), Then(DeskDigits, pin), Then(DeskDigits, code_of(secret))


async def test_a_technician_comes_in_and_looks_round(small_disk: Path, stand: Stand) -> None:
    data = stand.settings.data_directory
    secret = technician(data)
    await stand.play(
        Then(Invitation, StaffEntrance(), does=lambda: fill(small_disk)),
        *typed(secret, PIN[::-1]),
        *typed(secret, PIN),
        *(step for page in PAGES for step in (Then(DeskList, page), Then(DeskList, GoBack()))),
        LOG_OUT,
    )
    assert desk_events(stand) == [
        ("desk_opened", {"way": "gesture"}),
        ("desk_refused", {"number": "S31", "reason": "wrong"}),
        ("desk_login", {"number": "S31", "role": "technician", "way": "gesture"}),
        *(("desk_page", {"number": "S31", "page": page}) for page in PAGES),
        ("desk_left", {"number": "S31", "how": "logged_out"}),
    ]
    keys = enrolment.load(data / "keys")
    assert verify(Snapshot.of(directory_of(data)), HeadKey(keys.kiosk, keys.signing_key)).findings == []


async def test_wrong_pins_are_counted_on_a_full_disk_and_over_a_restart(small_disk: Path, stand: Stand) -> None:
    technician(stand.settings.data_directory)
    member = desk_of(stand.settings.data_directory).numbered(TECHNICIAN)
    assert member is not None
    desk_of(stand.settings.data_directory).make_room()
    fill(small_disk)
    for _ in range(5):
        assert not desk_of(stand.settings.data_directory).is_pin(member, PIN[::-1])
    assert desk_of(stand.settings.data_directory).wait(member) > timedelta(seconds=50)
    assert not desk_of(stand.settings.data_directory).is_pin(member, PIN)
    assert desk_of(stand.settings.data_directory).wait_without_card(member) == timedelta()


async def test_somebody_is_called_while_the_disk_is_full(small_disk: Path, stand: Stand) -> None:
    """The header asks the staff to look, though every entry finds its place."""
    kiosk = await stand.start(ScriptedSurface([]))
    told = []
    try:
        for work in (lambda: None, lambda: fill(small_disk), (small_disk / "filler").unlink):
            work()
            kiosk.audit.note(Event.CLOCK_SET, seconds=1)
            await kiosk.audit.flush()
            told.append((kiosk.status().care, kiosk.audit.failing))
    finally:
        await kiosk.stop()
    assert told == [(StaffCare.NONE, False), (StaffCare.MACHINE, False), (StaffCare.NONE, False)]
