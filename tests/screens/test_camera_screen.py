"""The camera's page: mirror, arrow and word agree; one upload per picture; nothing is left after the check."""

import asyncio
import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
from kivy.graphics.texture import Texture

from flows.face_progress import FaceHint
from flows.presence_prompts import Consent, LookAtCamera
from flows.prompts import OtherWay
from screens.questions import camera
from screens.widgets.camera_view import CameraView, Frames
from screens.widgets.chip import Chip
from screens.widgets.gesture_arrow import GestureArrow
from screens.widgets.text import Sentence
from tests.screens.booth import Booth
from tests.screens.pixels import LIME, RED, count, halves, on_window

BRAND = (11, 92, 171)
LOOK = LookAtCamera(card_way=True)


def view(booth: Booth) -> CameraView:
    return next(block for block in booth.blocks() if isinstance(block, CameraView))


def arrow(booth: Booth) -> GestureArrow:
    return next(block for block in booth.blocks() if isinstance(block, GestureArrow))


def around(window: Any, booth: Booth, left: float, right: float, low: float, high: float) -> Any:
    """A part of the oval's surroundings, in shares of the oval, as a picture."""
    oval = arrow(booth)
    box = (
        oval.x + left * oval.width,
        window.height - (oval.y + high * oval.height),
        oval.x + right * oval.width,
        window.height - (oval.y + low * oval.height),
    )
    return on_window(window).crop(tuple(round(side) for side in box))


async def test_the_picture_is_shown_as_it_comes_and_not_turned_over(booth: Booth, window: Any) -> None:
    await booth.ask(LOOK)
    booth.stage.update(halves())
    assert count(around(window, booth, 0.1, 0.4, 0.4, 0.6), RED) > 1000
    assert count(around(window, booth, 0.1, 0.4, 0.4, 0.6), LIME) == 0
    assert count(around(window, booth, 0.6, 0.9, 0.4, 0.6), LIME) > 1000
    booth.stage.update(halves(top=True))
    assert count(around(window, booth, 0.4, 0.6, 0.6, 0.9), RED) > 1000
    assert count(around(window, booth, 0.4, 0.6, 0.1, 0.4), LIME) > 1000


@pytest.mark.parametrize(
    ("hint", "words", "side", "sign"),
    [
        (FaceHint.TURN_LEFT, "请慢慢向左转头", (-0.2, 0.2), -1),
        (FaceHint.TURN_RIGHT, "请慢慢向右转头", (0.8, 1.2), 1),
    ],
)
async def test_arrow_and_word_show_the_side_of_the_mirror(
    booth: Booth, window: Any, hint: FaceHint, words: str, side: tuple[float, float], sign: int
) -> None:
    await booth.ask(LOOK)
    booth.stage.update(halves(share=0.0))
    before = count(around(window, booth, *side, 0.4, 0.6), BRAND)
    booth.stage.update(halves(hint, share=0.0))
    other = (0.8, 1.2) if side[0] < 0 else (-0.2, 0.2)
    assert count(around(window, booth, *side, 0.4, 0.6), BRAND) > before + 2000
    assert count(around(window, booth, *other, 0.4, 0.6), BRAND) == 0
    assert words in booth.texts()
    shift, _ = arrow(booth)._shifts[0]
    arrow(booth).move(0.25)
    assert shift.x * sign > 0
    assert shift.y == 0


async def test_a_nod_goes_down_and_facing_forward_comes_from_both_sides(booth: Booth) -> None:
    await booth.ask(LOOK)
    booth.stage.update(halves(FaceHint.NOD))
    arrow(booth).move(0.25)
    ((down, _),) = arrow(booth)._shifts
    assert (down.x, down.y < 0) == (0, True)
    booth.stage.update(halves(FaceHint.FACE_FORWARD))
    arrow(booth).move(0.25)
    (left, place), (right, _) = arrow(booth)._shifts
    assert (place.across, left.x > 0, right.x < 0) == (-1, True, True)


async def test_the_arrow_moves_only_while_there_is_one(make_booth: Callable[..., Booth]) -> None:
    booth = make_booth()
    await booth.ask(LOOK)
    arrow(booth).start()  # as the stage does where things may move
    assert not arrow(booth).running
    booth.stage.update(halves(FaceHint.TURN_LEFT))
    assert arrow(booth).running
    booth.stage.update(halves(FaceHint.CHECKING))
    assert not arrow(booth).running
    booth.stage.update(halves(FaceHint.NOD))
    moving = arrow(booth)
    moving.stop()  # as the stage does when the page goes
    moving.point(FaceHint.TURN_LEFT)
    assert not moving.running


async def test_one_upload_per_picture_and_none_for_the_same(booth: Booth, monkeypatch: pytest.MonkeyPatch) -> None:
    await booth.ask(LOOK)
    booth.stage.update(halves())
    uploads: list[int] = []
    original = Texture.blit_buffer
    frames = view(booth)._frames

    class Counting:
        """Stands before the texture and counts."""

        def blit_buffer(self, *args: Any, **settings: Any) -> None:
            uploads.append(len(args[0]))
            original(texture, *args, **settings)

    texture = frames.texture
    monkeypatch.setattr(frames, "texture", Counting())
    booth.stage.update(halves())
    booth.stage.update(halves(FaceHint.NOD, 0.7))
    assert uploads == []
    booth.stage.update(halves(top=True))
    assert uploads == [64 * 48 * 3]
    monkeypatch.undo()


async def test_nothing_is_drawn_while_nothing_changes(booth: Booth, window: Any) -> None:
    await booth.ask(LOOK)
    booth.stage.update(halves())
    on_window(window)
    assert not window.canvas.needs_redraw
    booth.stage.update(halves())
    assert not window.canvas.needs_redraw
    booth.stage.update(halves(top=True))
    assert window.canvas.needs_redraw


async def test_a_hint_stays_long_enough_to_be_read(booth: Booth, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [50.0]
    monkeypatch.setattr(camera, "monotonic", lambda: now[0])
    await booth.ask(LOOK)
    now[0] += 1
    booth.stage.update(halves(FaceHint.CLOSER))
    now[0] += 0.1
    booth.stage.update(halves(FaceHint.MORE_LIGHT))
    assert "请靠近一点" in booth.texts()
    booth.stage.update(halves(FaceHint.TURN_LEFT))
    assert "请慢慢向左转头" in booth.texts()


async def test_hints_change_without_anything_else_moving(booth: Booth) -> None:
    await booth.ask(LOOK)
    places = set()
    for hint in FaceHint:
        booth.stage.update(halves(hint))
        places.add(tuple(view(booth).pos + view(booth).size))
    assert len(places) == 1


async def test_the_ring_closes_clockwise_from_the_top_and_opens_again(booth: Booth, window: Any) -> None:
    await booth.ask(LOOK)
    seen = []
    for share in (0.0, 0.25, 1.0, 0.0):
        booth.stage.update(halves(FaceHint.HOLD_STILL, share=share))
        ring = around(window, booth, -0.05, 1.05, -0.05, 1.05)
        across, down = ring.width // 2, ring.height // 2
        corners = ((across, 0), (across, down), (0, down), (0, 0))
        quarters = [ring.crop((left, top, left + across, top + down)) for left, top in corners]
        seen.append([count(quarter, BRAND) > 500 for quarter in quarters])
    assert seen == [[False] * 4, [True, False, False, False], [True] * 4, [False] * 4]


async def test_a_sign_says_that_the_camera_is_on(booth: Booth) -> None:
    await booth.ask(LOOK)
    assert any(isinstance(block, Chip) for block in booth.blocks())
    assert "摄像头开着，画面不会保存" in booth.texts()
    await booth.ask(Consent(version="1", card_way=True))
    assert not any("摄像头开着" in text for text in booth.texts())


async def test_language_and_size_keep_picture_hint_and_share(booth: Booth) -> None:
    await booth.ask(LOOK)
    booth.stage.update(halves(FaceHint.TURN_LEFT))
    await booth.touch("English")
    assert "Turn slowly to your left" in booth.texts()
    assert len(arrow(booth)._shifts) == 1
    assert view(booth)._frames.live


async def test_the_answer_ends_the_picture_at_once(booth: Booth) -> None:
    answer = await booth.ask(LOOK)
    booth.stage.update(halves())
    texture = view(booth).texture
    await booth.touch("用卡密码")
    assert await answer is OtherWay.DECLINED
    assert set(texture.pixels[0::4] + texture.pixels[1::4]) == {0}
    booth.stage.update(halves(top=True))  # was still on its way
    assert set(texture.pixels[0::4] + texture.pixels[1::4]) == {0}


async def test_a_check_that_is_taken_away_ends_the_picture_too(booth: Booth) -> None:
    answer = await booth.ask(LOOK)
    booth.stage.update(halves())
    texture = view(booth).texture
    answer.cancel()
    await asyncio.gather(answer, return_exceptions=True)
    assert set(texture.pixels[0::4]) == {0}


async def test_a_picture_of_another_size_leaves_nothing_of_the_first(booth: Booth) -> None:
    await booth.ask(LOOK)
    booth.stage.update(halves())
    first = view(booth).texture
    small = dataclasses.replace(halves(), picture=bytes(RED) * (32 * 24), width=32, height=24)
    booth.stage.update(small)
    assert view(booth).texture is not first
    assert set(first.pixels[0::4]) == {0}


def test_frames_keep_no_picture_but_the_texture(window: Any) -> None:
    del window
    frames = Frames()
    progress = halves()
    frames.take(progress)
    assert not [value for value in vars(frames).values() if isinstance(value, bytes | bytearray | memoryview)]
    assert all(value is not progress.picture for value in vars(frames).values())


async def test_the_hint_is_the_largest_sentence(booth: Booth) -> None:
    await booth.ask(LOOK)
    booth.stage.update(halves(FaceHint.NOD))
    sentences = [block for block in booth.blocks() if isinstance(block, Sentence)]
    assert max(sentences, key=lambda sentence: sentence.style.size).text == "请慢慢点一下头"
