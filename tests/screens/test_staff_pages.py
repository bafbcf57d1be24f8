"""The staff's pages on the real stage: the hidden way in, the logout, lists and facts by touch, the live tests."""

from collections.abc import Callable

import pytest

from flows.desk_prompts import DeskAmount, DeskCamera, DeskDigits, DeskFacts, DeskList, DeskText, DigitsKind
from flows.face_progress import FaceHint, FaceProgress
from flows.prompts import ChooseMatter, GoBack, Verbatim, VisitEnded
from flows.start_prompts import Invitation, StaffEntrance, Touched
from screens.samples import samples
from screens.staff_gesture import StaffGesture
from screens.widgets.button import Touchable
from screens.widgets.keyboard import TextField
from screens.widgets.text import Sentence
from tests.screens.booth import Booth

SAMPLES = {sample.name: sample.prompt for sample in samples()}
START = SAMPLES["01_start"]


def corners(booth: Booth) -> list[tuple[float, float]]:
    """Clockwise from the top left."""
    width, height = booth.stage.widget.size
    return [(9, height - 9), (width - 9, height - 9), (width - 9, 9), (9, 9)]


def hold(booth: Booth, seconds: float) -> None:
    header = booth.stage.page.header
    booth.stage.touch_down(header.center_x, header.center_y)
    booth.now[0] += seconds
    booth.stage.touch_up(header.center_x, header.center_y)


def tap(booth: Booth, x: float, y: float) -> None:
    booth.now[0] += 0.4
    booth.stage.touch_down(x, y)
    booth.stage.touch_up(x, y)


async def test_the_header_held_and_the_corners_let_the_staff_in(booth: Booth) -> None:
    answer = await booth.ask(START)
    hold(booth, 3.2)
    for place in corners(booth):
        assert not answer.done()
        tap(booth, *place)
    assert await answer == StaffEntrance()


@pytest.mark.parametrize("seconds", [0.5, 2.8])
async def test_a_short_touch_of_the_header_is_nothing(booth: Booth, seconds: float) -> None:
    answer = await booth.ask(START)
    hold(booth, seconds)
    for place in corners(booth)[:2]:  # those below are tools
        tap(booth, *place)
    assert not answer.done()


async def test_another_order_or_too_slow_is_nothing_and_citizens_begin_as_ever(booth: Booth) -> None:
    answer = await booth.ask(START)
    hold(booth, 3.2)
    tap(booth, *corners(booth)[2])
    hold(booth, 3.2)
    tap(booth, *corners(booth)[0])
    booth.now[0] += 7
    tap(booth, *corners(booth)[1])
    assert not answer.done()
    await booth.tap(*booth.stage.page.content.center)  # type: ignore[union-attr]
    assert await answer == Touched()


async def test_the_gesture_is_nothing_on_other_pages(booth: Booth) -> None:
    answer = await booth.ask(next(p for p in SAMPLES.values() if isinstance(p, ChooseMatter)))
    hold(booth, 3.2)
    for place in corners(booth)[:2]:
        tap(booth, *place)
    assert not answer.done()
    assert isinstance(START, Invitation)


def test_corners_count_only_while_they_are_awaited() -> None:
    now = [0.0]
    gesture = StaffGesture(lambda: now[0])
    assert not gesture.armed
    gesture.down(in_header=True)
    now[0] = 3.0
    assert not gesture.up((500, 1900), (1080, 1920), in_header=True)
    assert gesture.armed
    gesture.forget()
    assert not gesture.armed


async def test_a_row_a_deed_and_back(booth: Booth) -> None:
    answer = await booth.ask(SAMPLES["71_desk_menu"])
    await booth.touch("paper")
    assert await answer == "paper"
    answer = await booth.ask(SAMPLES["71_desk_menu"])
    await booth.touch("退出登录")
    assert await answer == "log_out"
    answer = await booth.ask(SAMPLES["75_desk_queue_row"])
    await booth.touch("返回")
    with pytest.raises(GoBack):
        await answer


async def test_who_touches_nothing_is_warned_and_logged_out(make_booth: Callable[..., Booth]) -> None:
    booth = make_booth(staff_seconds=120, idle_seconds=60)
    answer = await booth.ask(SAMPLES["71_desk_menu"])
    await booth.wait(90)  # longer than a citizen has
    assert not answer.done()
    await booth.wait(12)
    assert "stay" in {block.name for block in booth.blocks() if isinstance(block, Touchable)}
    await booth.wait(20)
    with pytest.raises(VisitEnded):
        await answer


async def test_the_list_is_at_its_page_again_after_one_of_its_rows(booth: Booth) -> None:
    await booth.ask(SAMPLES["77_desk_faults"])
    await booth.touch("下一页")
    second = booth.texts()
    await booth.ask(SAMPLES["77_desk_fault"])
    await booth.ask(SAMPLES["77_desk_faults"])
    assert booth.texts() == second
    booth.stage.wipe()
    await booth.ask(SAMPLES["77_desk_faults"])
    assert booth.texts() != second


async def test_a_pin_is_dots_and_a_number_is_digits(booth: Booth) -> None:
    answer = await booth.ask(DeskDigits(kind=DigitsKind.NUMBER, can_go_back=False))
    await booth.touch("确定")
    assert not answer.done()  # too few
    for digit in "31":
        await booth.touch(digit)
    await booth.touch("确定")
    assert await answer == "31"
    answer = await booth.ask(DeskDigits(kind=DigitsKind.PIN, can_go_back=False))
    for digit in "802946":
        await booth.touch(digit)
    assert "802946" not in "".join(booth.texts())
    await booth.touch("确定")
    assert await answer == "802946"


async def test_a_number_is_taken_between_its_ends_only(booth: Booth) -> None:
    prompt = SAMPLES["78_desk_settings_number"]
    assert isinstance(prompt, DeskAmount)
    answer = await booth.ask(prompt)
    for digit in "19":
        await booth.touch(digit)
    await booth.touch("确定")
    assert not answer.done()
    await booth.touch("删除")
    await booth.touch("删除")
    for digit in "90":
        await booth.touch(digit)
    await booth.touch("确定")
    assert await answer == 90


async def test_a_text_is_typed_with_small_letters_capitals_and_signs(booth: Booth) -> None:
    prompt = SAMPLES["78_desk_settings_text"]
    assert isinstance(prompt, DeskText)
    answer = await booth.ask(prompt)
    await booth.touch("clear")
    for key in ("a", "upper", "B", "signs", "@", "lower", "space", "c", "z", "delete", ".", "7"):
        await booth.touch(key)
    field = next(part for part in booth.stage.page.walk_blocks() if isinstance(part, TextField))
    assert field.shown == "aB@ c.7"
    await booth.touch("确定")
    assert await answer == "aB@ c.7"


async def test_a_text_goes_on_from_what_is_in_force_and_keeps_its_length(booth: Booth) -> None:
    answer = await booth.ask(DeskText(title=Verbatim("hall.name"), value="ab", least=2, most=3))
    for key in "cd":
        await booth.touch(key)
    await booth.touch("确定")
    assert await answer == "abc"
    answer = await booth.ask(DeskText(title=Verbatim("hall.name"), value="ab", least=2, most=3))
    await booth.touch("delete")
    await booth.touch("确定")
    assert not answer.done(), "too short"
    await booth.touch("z")
    await booth.touch("确定")
    assert await answer == "az"


async def test_every_square_has_to_be_touched(booth: Booth) -> None:
    answer = await booth.ask(SAMPLES["79_desk_touch"])
    names = [block.name for block in booth.blocks() if isinstance(block, Touchable) and block.name.startswith("square")]
    for name in names:
        assert not answer.done()
        await booth.touch(name)
    assert await answer is True
    answer = await booth.ask(SAMPLES["79_desk_touch"])
    await booth.touch("点不到，结束")
    assert await answer is False


async def test_the_live_picture_says_what_is_measured_and_is_forgotten(booth: Booth) -> None:
    sample = next(sample for sample in samples() if sample.name == "79_desk_picture")
    assert isinstance(sample.prompt, DeskCamera)
    answer = await booth.ask(sample.prompt)
    assert sample.progress is not None
    booth.stage.update(sample.progress)
    assert any("每秒 15 帧" in text for text in booth.texts())
    screen = booth.stage._screens[DeskCamera]
    assert screen.frames.live  # type: ignore[attr-defined]
    await booth.touch("没问题")
    assert await answer == "good"
    assert not screen.frames.live  # type: ignore[attr-defined]
    booth.stage.update(FaceProgress(FaceHint.LOOK_HERE, b"\x00" * 12, 2, 2))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("79_desk_picture", ["曝光 15.6 毫秒（自动），增益 64"]),
        ("79_desk_picture_not_told", ["曝光、增益：—（这台相机不提供）"]),
        ("79_desk_comparison", ["曝光 15.6 毫秒（自动），增益 64", "等待画面中出现两张人脸"]),
        ("79_desk_comparison_same", ["相似度 0.71：同一人"]),
        ("79_desk_comparison_different", ["相似度 -0.08：不是同一人"]),
    ],
)
async def test_the_camera_page_has_a_line_for_each_thing_that_is_told(booth: Booth, name: str, said: list[str]) -> None:
    sample = next(sample for sample in samples() if sample.name == name)
    await booth.ask(sample.prompt)
    before = {block: block.height for block in booth.blocks() if isinstance(block, Sentence)}
    assert sample.progress is not None
    booth.stage.update(sample.progress)
    assert set(said) <= set(booth.texts())
    assert not any("\n" in text for text in booth.texts())
    # What is told later has room from the beginning.
    assert all(block.height_for(block.width) <= height for block, height in before.items())


def test_no_staff_sample_is_without_its_screen_title() -> None:
    pages = [prompt for prompt in SAMPLES.values() if isinstance(prompt, DeskList | DeskFacts)]
    assert len(pages) > 15
    assert all(page.who is not None for page in pages)
