"""Brightness by the clock: the schedule, the file of the backlight, and the veil where there is none."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from drivers.display.backlight import Backlight
from drivers.display.schedule import Schedule
from kiosk.brightness import keep_brightness

EVENING = Schedule.of({"07:30": 100, "18:00": 70, "21:00": 30})


@pytest.fixture
def lights(tmp_path: Path) -> Path:
    """A directory as the kernel makes it: a link to a device with its files."""
    device = tmp_path / "devices" / "pci0000:00" / "intel_backlight"
    device.mkdir(parents=True)
    for name, content in (("max_brightness", "937\n"), ("brightness", "937\n"), ("actual_brightness", "937\n")):
        (device / name).write_text(content)
    lights = tmp_path / "class" / "backlight"
    lights.mkdir(parents=True)
    (lights / "intel_backlight").symlink_to(device)
    return lights


@pytest.mark.parametrize(
    ("now", "percent"),
    [("00:00", 30), ("07:29", 30), ("07:30", 100), ("17:59", 100), ("18:00", 70), ("20:59", 70), ("23:59", 30)],
)
def test_the_schedule(now: str, percent: int) -> None:
    assert EVENING.percent(time.fromisoformat(now)) == percent


def test_without_a_schedule_it_is_always_full() -> None:
    assert Schedule().percent(time(3, 0)) == 100


@pytest.mark.parametrize(("percent", "written"), [(100, "937"), (70, "656"), (10, "94"), (0, "1")])
def test_the_light_is_set_and_never_put_out(lights: Path, percent: int, written: str) -> None:
    assert Backlight(lights).set(percent)
    assert (lights / "intel_backlight" / "brightness").read_text().strip() == written


@pytest.mark.parametrize("most", ["", "much"])
def test_a_light_that_makes_no_sense_is_no_light(lights: Path, most: str) -> None:
    (lights / "intel_backlight" / "max_brightness").write_text(most)
    assert not Backlight(lights).set(50)


def test_no_light_to_set(tmp_path: Path) -> None:
    assert not Backlight(None).set(50)
    assert not Backlight(tmp_path / "none").set(50)
    (tmp_path / "class").mkdir()
    assert not Backlight(tmp_path / "class").set(50)


def test_a_file_that_may_not_be_written_is_told_once(lights: Path, caplog: pytest.LogCaptureFixture) -> None:
    (lights / "intel_backlight" / "max_brightness").unlink()
    backlight = Backlight(lights)
    assert not backlight.set(50)
    assert not backlight.set(60)
    assert caplog.messages.count("backlight_refused") == 1


@dataclass
class Screen:
    """A screen that somebody stands before, or nobody."""

    attended: bool = False
    dimmed: list[int] = field(default_factory=list)

    def dim(self, percent: int) -> None:
        self.dimmed.append(percent)


async def _until(light: Path, value: str) -> None:
    async with asyncio.timeout(5):
        while light.read_text().strip() != value:  # noqa: ASYNC240 - a file has no event
            await asyncio.sleep(0.02)


async def test_a_touch_in_the_evening_brings_the_full_light(lights: Path) -> None:
    screen, light = Screen(), lights / "intel_backlight" / "brightness"
    evening = datetime(2026, 11, 23, 13, 30, tzinfo=UTC)  # 21:30 in China
    keeping = asyncio.create_task(keep_brightness(screen, Backlight(lights), EVENING, lambda: evening))
    await _until(light, "281")
    screen.attended = True
    await _until(light, "937")
    screen.attended = False
    await _until(light, "281")
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)
    assert light.read_text().strip() == "937"  # as the technician finds it
    assert set(screen.dimmed) == {100}  # no veil over a light that obeys


async def test_without_a_light_a_veil_is_drawn(tmp_path: Path) -> None:
    screen = Screen()
    evening = datetime(2026, 11, 23, 13, 30, tzinfo=UTC)
    keeping = asyncio.create_task(keep_brightness(screen, Backlight(tmp_path), EVENING, lambda: evening))
    async with asyncio.timeout(5):
        while not screen.dimmed:
            await asyncio.sleep(0.02)
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)
    assert screen.dimmed == [30]
