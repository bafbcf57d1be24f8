"""The pages of the touch tests on the real stage: a path drawn, crosses touched, a setting kept or taken back."""

import asyncio
import time
from collections.abc import Callable
from itertools import pairwise
from math import dist

import pytest
from kivy.clock import Clock

from drivers.touch_panel.fit import CROSSES
from drivers.touch_panel.path import Drawn, LossKind, Region
from screens.questions.staff_desk.drag import DragSurface
from screens.samples import samples
from screens.widgets.button import Touchable
from tests.screens.booth import Booth

SAMPLES = {sample.name: sample.prompt for sample in samples()}
Point = tuple[float, float]


def corners(booth: Booth) -> list[Point]:
    """Where the path turns, as the window counts."""
    surface = next(block for block in booth.blocks() if isinstance(block, DragSurface))
    assert surface.drawing is not None
    return [surface.seen(corner) for corner in surface.drawing.path.corners]


def slide(booth: Booth, start: Point, end: Point) -> None:
    steps = max(1, round(dist(start, end) / 20))
    for at in range(steps + 1):
        booth.stage.touch_moved(*(a + (b - a) * at / steps for a, b in zip(start, end, strict=True)))


def draw(booth: Booth, places: list[Point]) -> None:
    booth.stage.touch_down(*places[0])
    for start, end in pairwise(places):
        slide(booth, start, end)


async def test_the_page_fills_the_window_and_the_whole_path_ends_it(booth: Booth) -> None:
    answer = await booth.ask(SAMPLES["79_desk_drag"])
    surface = next(block for block in booth.blocks() if isinstance(block, DragSurface))
    assert tuple(surface.size) == tuple(booth.stage.widget.size)
    places = corners(booth)
    draw(booth, places)
    assert not answer.done()  # the finger is down still
    booth.stage.touch_up(*places[-1])
    assert await answer == Drawn(1.0, (), ())


async def test_a_lift_in_the_middle_and_a_jump_are_told_and_drawing_goes_on(booth: Booth) -> None:
    answer = await booth.ask(SAMPLES["79_desk_drag"])
    places = corners(booth)
    draw(booth, places[:2])
    booth.stage.touch_up(*places[1])
    assert any("断开 1 次" in text for text in booth.texts())
    booth.now[0] += 1
    draw(booth, places[1:3])
    booth.stage.touch_moved(*places[3])  # without anything between
    booth.stage.touch_up(*places[3])
    await booth.touch("结束")
    drawn = await answer
    assert isinstance(drawn, Drawn)
    assert drawn.losses == (
        (LossKind.ENDED, Region.TOP_RIGHT),
        (LossKind.JUMP, Region.BOTTOM_RIGHT),
        (LossKind.ENDED, Region.BOTTOM_LEFT),
    )
    assert Region.BOTTOM in drawn.missing
    assert Region.RIGHT not in drawn.missing


async def test_begun_again_nothing_counts_any_more(booth: Booth) -> None:
    answer = await booth.ask(SAMPLES["79_desk_drag"])
    places = corners(booth)
    draw(booth, places[:3])
    booth.stage.touch_up(*places[2])
    await booth.touch("重来")
    booth.now[0] += 1
    await booth.touch("结束")
    drawn = await answer
    assert isinstance(drawn, Drawn)
    assert (drawn.share, drawn.losses) == (0.0, ())


async def test_every_cross_is_touched_where_it_is_shown(booth: Booth) -> None:
    answer = await booth.ask(SAMPLES["79_desk_crosses"])
    assert not [block for block in booth.blocks() if isinstance(block, Touchable)]
    width, height = booth.stage.widget.size
    for number, (x, y) in enumerate(CROSSES, 1):
        assert any(f"第 {number} 个" in text for text in booth.texts())
        await booth.tap(x * width, (1 - y) * height)
        booth.now[0] += 0.5
    touches = await answer
    assert isinstance(touches, tuple)
    assert max(dist(cross, touch) for cross, touch in zip(CROSSES, touches, strict=True)) < 0.002


async def test_a_finger_that_slides_is_asked_again(booth: Booth) -> None:
    answer = await booth.ask(SAMPLES["79_desk_crosses"])
    booth.stage.touch_down(100, 100)
    booth.stage.touch_up(300, 100)
    assert any("滑动" in text and "第 1 个" in text for text in booth.texts())
    booth.stage.touch_down(100, 100)
    booth.stage.touch_up(103, 100)
    assert any("第 2 个" in text for text in booth.texts())
    assert not answer.done()


async def test_nobody_at_the_crosses_ends_the_page(booth: Booth, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(Clock, "schedule_once", lambda call, seconds: waited.append(seconds) or _run_at_once(call))
    answer = await booth.ask(SAMPLES["79_desk_crosses"])
    assert await answer == ()
    assert 30 in waited


class _Done:
    def cancel(self) -> None:
        """It has been called already."""


def _run_at_once(call: Callable[[float], object]) -> _Done:
    asyncio.get_running_loop().call_soon(call, 0.0)
    return _Done()


async def test_a_setting_stays_only_if_somebody_says_so(booth: Booth) -> None:
    answer = await booth.ask(SAMPLES["79_desk_keep"])
    await booth.touch("保留")
    assert await answer is True
    answer = await booth.ask(SAMPLES["79_desk_keep"])
    await booth.touch("改回去")
    assert await answer is False


async def test_without_a_touch_the_seconds_run_out(booth: Booth, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("screens.questions.staff_desk.keep.monotonic", lambda: now[0])
    answer = await booth.ask(SAMPLES["79_desk_keep"])
    now[0] = 4.1
    _count()
    assert "11" in booth.texts()
    assert not answer.done()
    now[0] = 15.1
    _count()
    assert await answer is False


def _count() -> None:
    """Let Kivy's clock come to its next quarter of a second."""
    time.sleep(0.3)
    Clock.tick()
