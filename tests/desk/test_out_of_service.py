"""Taken out of service by the staff: at once, on the screens, over a restart, until its end."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from config.clock import CHINA
from config.services import ServiceName
from flows.desk_prompts import DeskList
from flows.prompts import ChooseMatter, GoBack, VisitEnded
from flows.start_prompts import Invitation, Touched
from kiosk.service_state import ClosureReason, ServiceState
from screens.chrome import StaffCare
from tests.desk.coming import LOG_OUT, by_card, desk_events, opens, technician
from tests.flows.conftest import Stand
from tests.flows.play import ScriptedSurface, Then
from tests.staff.coming import ATTENDANT
from tests.staff.enrolled import enrol

LOSS = ServiceName.LOSS_REPORT
BACK = Then(DeskList, GoBack())


class HandClock:
    def __init__(self) -> None:
        self.time = datetime(2026, 11, 24, 9, 0, tzinfo=CHINA)

    def __call__(self) -> datetime:
        return self.time


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


def closed_on_home(surface: ScriptedSurface) -> dict[str, str]:
    """The matters of the home screen that are closed, and why."""
    return {tile.matter: tile.closed.key for tile in surface.last(ChooseMatter).tiles if tile.closed}


def test_what_is_closed_stays_closed_over_a_restart(tmp_path: Path, clock: HandClock) -> None:
    ServiceState(tmp_path, clock).close(LOSS, ClosureReason.NO_PAPER, by="S07")
    again = ServiceState(tmp_path, clock)
    closure = again.of(LOSS)
    assert closure is not None
    assert (closure.reason, closure.since, closure.by) == (ClosureReason.NO_PAPER, clock.time, "S07")
    assert again.closed(LOSS) is not None
    assert again.closed(ServiceName.ACTIVATION) is None
    again.open(LOSS)
    assert ServiceState(tmp_path, clock).closed(LOSS) is None


def test_a_closure_with_an_end_is_over_by_itself(tmp_path: Path, clock: HandClock) -> None:
    state = ServiceState(tmp_path, clock)
    state.close(None, ClosureReason.MAINTENANCE, until=clock.time + timedelta(hours=1))
    words = state.closed(ServiceName.ACTIVATION)
    assert words is not None
    assert words.key == "out.closed.until"
    clock.time += timedelta(hours=1)
    assert state.closed(ServiceName.ACTIVATION) is None
    assert state.whole is None


@pytest.mark.parametrize("content", ["", "{", json.dumps({"whole": {"reason": "no such"}}), "[]"])
def test_a_damaged_file_closes_everything_until_somebody_looks(tmp_path: Path, clock: HandClock, content: str) -> None:
    (tmp_path / "service_state.json").write_text(content)
    state = ServiceState(tmp_path, clock)
    words = state.closed(ServiceName.ACTIVATION)
    assert words is not None
    assert words.key == "out.closed.other"
    state.open(None)
    assert ServiceState(tmp_path, clock).closed(ServiceName.ACTIVATION) is None


def test_what_cannot_be_kept_is_not_in_force(tmp_path: Path, clock: HandClock) -> None:
    state = ServiceState(tmp_path / "nowhere", clock)
    with pytest.raises(OSError, match="No such file"):
        state.close(None, ClosureReason.OTHER)
    assert state.whole is None


async def test_an_attendant_closes_a_service_and_the_home_screen_says_why(stand: Stand) -> None:
    enrol(stand.settings.data_directory, ATTENDANT)
    surface = await stand.play(
        *by_card(stand, ATTENDANT),
        opens("closing"),
        Then(DeskList, str(LOSS)),
        Then(DeskList, "device_fault"),
        Then(DeskList, "without_end"),
        BACK,
        LOG_OUT,
        Then(Invitation, Touched()),
        Then(ChooseMatter, VisitEnded()),
    )
    assert closed_on_home(surface)[LOSS] == "out.closed.device_fault"
    assert "activation" not in closed_on_home(surface)
    act = next(fields for event, fields in desk_events(stand) if event == "desk_act")
    assert act == {"number": "S07", "act": "closed", "matter": "loss_report", "reason": "device_fault"}


async def test_the_whole_kiosk_is_closed_and_opened_again(stand: Stand) -> None:
    technician(stand.settings.data_directory)
    closing = (opens("closing"), Then(DeskList, "whole"), Then(DeskList, "maintenance"), Then(DeskList, "hours_2"))
    surface = await stand.play(*by_card(stand), *closing, BACK, LOG_OUT)
    start = surface.last(Invitation)
    assert not start.state.open
    assert [note.text.key for note in start.state.notes] == ["out.closed.until"]

    opening = (opens("closing"), Then(DeskList, "whole"), BACK, LOG_OUT)
    stand.hall.pull_card()
    surface = await stand.play(*by_card(stand), *opening)  # another kiosk on the same disk: a restart
    assert not surface.shown[0].state.open
    assert surface.last(Invitation).state.open
    acts = [fields["act"] for event, fields in desk_events(stand) if event == "desk_act"]
    assert acts == ["closed", "opened"]


async def test_who_cancels_closes_nothing(stand: Stand) -> None:
    technician(stand.settings.data_directory)
    await stand.play(
        *by_card(stand), opens("closing"), Then(DeskList, "whole"), Then(DeskList, "cancel"), BACK, LOG_OUT
    )
    assert "desk_act" not in {event for event, _ in desk_events(stand)}
    assert not (stand.settings.data_directory / "service_state.json").exists()


async def test_what_had_to_be_left_out_of_the_settings_calls_the_staff(
    stand: Stand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kiosk serves without it, but somebody has to put it right."""
    cares: list[StaffCare] = []
    for name, local in (("right", '[screen]\ntheme = "elders"\n'), ("wrong", '[screen]\ntheme = "loud"\n')):
        file = tmp_path / name / "settings" / "local.toml"
        file.parent.mkdir(parents=True)
        file.write_text(local)
        monkeypatch.setenv("KIOSK_DATA_DIRECTORY", str(tmp_path / name))  # from where the settings are read again
        surface = ScriptedSurface([])
        kiosk = await stand.start(surface)
        try:
            cares.append(kiosk.status().care)
        finally:
            await kiosk.stop()
    assert cares == [StaffCare.NONE, StaffCare.MACHINE]
