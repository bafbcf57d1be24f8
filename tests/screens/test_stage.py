"""Every prompt is shown, and answered by touches; nobody is forgotten."""

import asyncio
import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
from kivy.base import EventLoop
from kivy.clock import Clock

from flows import desk_prompts, guide_prompts, presence_prompts, prompts, start_prompts
from flows.desk_prompts import DeskPrompt
from flows.presence_prompts import Agreed, Consent, EnterPin
from flows.prompts import (
    Again,
    ChooseMatter,
    Confirmed,
    Finished,
    GoBack,
    Localised,
    MatterTile,
    OtherWay,
    Prompt,
    Text,
    VisitEnded,
    Working,
)
from flows.start_prompts import HallState, Invitation, Touched
from screens.chrome import StaffCare
from screens.registry import SCREENS
from screens.samples import Sample, samples
from screens.samples.sample import HALL
from screens.theme.tokens import ThemeName
from screens.widgets.button import Touchable
from screens.widgets.keypad import DELETE, Dots
from tests.screens.booth import Booth, Finger

SAMPLES = {sample.name: sample for sample in samples()}
ANSWERS = [
    ("01_start", "请点这里开始", Touched()),
    ("02_home", "社保卡启用", "activation"),
    ("04_document", "没带证件", OtherWay.NO_DOCUMENT),
    ("07_consent_card", "同意，看一下摄像头", Agreed("2026-11")),
    ("07_consent_card", "不拍照，输入卡密码", OtherWay.DECLINED),
    ("08_consent_staff", "不拍照，找工作人员", OtherWay.DECLINED),
    ("09_camera", "用卡密码", OtherWay.DECLINED),
    ("10_camera_waiting", "找工作人员", OtherWay.DECLINED),
    ("11_pin", "忘了密码", OtherWay.DECLINED),
    ("13_confirm", "确认启用", Confirmed()),
    ("16_done", "完成，取走证件", Finished()),
    ("21_refusal", "完成，取走证件", Finished()),
    ("23_fault_retry", "再试一次", Again.RETRY),
    ("23_fault_retry", "不办了", Finished()),
    ("25_fault_wait", "完成", Finished()),
]


def prompt(name: str) -> Prompt[Any]:
    return SAMPLES[name].prompt


def test_every_prompt_has_a_screen_and_a_sample() -> None:
    kinds = {
        kind
        for room in (prompts, presence_prompts, start_prompts, guide_prompts, desk_prompts)
        for kind in vars(room).values()
        if isinstance(kind, type) and issubclass(kind, Prompt) and kind not in {Prompt, DeskPrompt}
    }
    assert set(SCREENS) == kinds
    assert {type(sample.prompt) for sample in samples()} == kinds


@pytest.mark.parametrize(("name", "words", "expected"), ANSWERS)
async def test_a_touch_answers(booth: Booth, name: str, words: str, expected: object) -> None:
    answer = await booth.ask(prompt(name))
    assert not answer.done()
    await booth.touch(words)
    assert await answer == expected


async def test_the_start_screen_takes_a_touch_anywhere(booth: Booth) -> None:
    answer = await booth.ask(Invitation())
    await booth.tap(1000, 1500)
    assert await answer == Touched()


async def test_a_closed_matter_takes_no_touch_and_says_why(booth: Booth) -> None:
    answer = await booth.ask(prompt("03_home_closed"))
    assert "暂停：读卡器不能用" in booth.texts()
    await booth.touch("社保卡启用")
    assert not answer.done()


async def test_back_and_home(booth: Booth) -> None:
    answer = await booth.ask(prompt("13_confirm"))
    await booth.touch("返回")
    with pytest.raises(GoBack):
        await answer
    answer = await booth.ask(prompt("13_confirm"))
    await booth.touch("首页")
    with pytest.raises(VisitEnded):
        await answer


async def test_there_is_no_back_where_there_is_none(booth: Booth) -> None:
    await booth.ask(dataclasses.replace(prompt("13_confirm"), can_go_back=False))
    assert "返回" not in booth.texts()


async def test_nothing_to_touch_but_the_helps_while_working(booth: Booth) -> None:
    booth.stage.show(Working(what=Text("working.submit")))
    words = [block.text for block in booth.blocks() if hasattr(block, "text")]
    assert "正在提交" in words
    assert {block.name for block in booth.blocks() if isinstance(block, Touchable)} == {
        "size",
        "looks",
        "voice",
        "language",
        "help",
    }


async def test_what_is_over_at_once_does_not_flash(make_booth: Callable[..., Booth]) -> None:
    booth = make_booth(patience_seconds=60)
    await booth.ask(prompt("13_confirm"))
    booth.stage.show(Working(what=Text("working.submit")))
    assert "正在提交" not in booth.texts()
    await booth.touch("求助")
    assert "需要帮忙吗？" not in booth.texts()  # the page that is still there takes no touch
    await booth.ask(prompt("16_done"))
    assert "社保卡已经启用" in booth.texts()


async def test_what_takes_longer_is_said(make_booth: Callable[..., Booth]) -> None:
    booth = make_booth(patience_seconds=0.01)
    await booth.ask(prompt("13_confirm"))
    booth.stage.show(Working(what=Text("working.submit")))
    booth.stage.show(Working(what=Text("working.print")))
    assert "正在打印凭条" not in booth.texts()
    await asyncio.sleep(0.02)
    Clock.tick()
    assert "正在打印凭条" in booth.texts()
    booth.stage.show(Working(what=Text("working.look_up")))  # from one to the next at once
    assert "正在查社保系统" in booth.texts()


async def test_too_short_a_pin_is_said(booth: Booth) -> None:
    await booth.ask(EnterPin(tries_left=6))
    await booth.touch("1")
    await booth.touch("确定")
    assert "密码还没输完" in booth.texts()
    await booth.touch("2")
    assert "密码还没输完" not in booth.texts()


async def test_pin_is_typed_corrected_and_given_once(booth: Booth) -> None:
    answer = await booth.ask(EnterPin(tries_left=6))
    for key in ("1", "2", "3", "9", DELETE):
        await booth.touch(key)
    await booth.touch("确定")
    assert not answer.done()  # three digits are no PIN
    for key in ("4", "5", "6"):
        await booth.touch(key)
    assert next(block.count for block in booth.blocks() if isinstance(block, Dots)) == 6
    await booth.touch("确定")
    assert await answer == "123456"


async def test_second_half_of_a_double_touch_hits_nothing(booth: Booth) -> None:
    first = await booth.ask(prompt("13_confirm"))
    place = booth.button("确认启用").center
    await booth.tap(*place)
    await booth.tap(*place)
    assert await first == Confirmed()
    second = await booth.ask(prompt("13_confirm"), settled=False)
    booth.now[0] += 0.1
    await booth.tap(*place)
    assert not second.done()
    booth.now[0] += 0.4
    await booth.tap(*place)
    assert await second == Confirmed()


async def test_a_finger_that_slides_off_does_nothing(booth: Booth) -> None:
    answer = await booth.ask(prompt("13_confirm"))
    button = booth.button("确认启用")
    booth.stage.touch_down(*button.center)
    pressed = [button.pressed]
    booth.stage.touch_up(10, 1000)
    assert [*pressed, button.pressed] == [True, False]
    assert not answer.done()


async def test_a_second_finger_does_not_count(booth: Booth) -> None:
    answer = await booth.ask(prompt("13_confirm"))
    booth.stage.touch_down(10, 1000)
    button = booth.button("确认启用")
    booth.stage.touch_down(*button.center)
    assert not button.pressed
    assert not answer.done()


async def test_nobody_there(booth: Booth) -> None:
    answer = await booth.ask(prompt("13_confirm"))
    await booth.wait(38)
    assert "您还在吗？" not in booth.texts()
    await booth.wait(2)
    assert "您还在吗？" in booth.texts()
    assert "19" in booth.texts()
    await booth.wait(9)
    assert "10" in booth.texts()
    await booth.wait(11)
    with pytest.raises(VisitEnded):
        await answer


@pytest.mark.parametrize("way", ["button", "anywhere", "device"])
async def test_still_there(booth: Booth, way: str) -> None:
    answer = await booth.ask(prompt("13_confirm"))
    await booth.wait(50)
    if way == "button":
        await booth.touch("我还在")
    elif way == "anywhere":
        await booth.tap(*booth.button("确认启用").center)
    else:
        booth.stage.activity()
    assert "您还在吗？" not in booth.texts()
    assert not answer.done()
    await booth.wait(39)
    assert not answer.done()
    await booth.wait(22)
    with pytest.raises(VisitEnded):
        await answer


async def test_home_times_out_and_the_start_screen_does_not(booth: Booth) -> None:
    home = await booth.ask(prompt("02_home"))
    await booth.wait(61)
    with pytest.raises(VisitEnded):
        await home
    start = await booth.ask(Invitation())
    await booth.wait(5000)
    assert not start.done()


async def test_the_start_screen_forgets_a_language_that_nobody_uses(booth: Booth) -> None:
    start = await booth.ask(Invitation())
    await booth.touch("English")
    assert booth.stage.catalogue.language == "en"
    await booth.wait(61)
    assert booth.stage.catalogue.language == "zh_CN"
    assert not start.done()


async def test_devices_at_work_keep_the_visit_open(booth: Booth) -> None:
    booth.stage.show(Working(what=Text("working.submit")))
    await booth.wait(5000)
    assert "您还在吗？" not in booth.texts()


async def test_cancelling_takes_the_prompt_away(booth: Booth) -> None:
    answer = await booth.ask(prompt("04_document"))
    place = booth.button("没带证件").center
    answer.cancel()
    await asyncio.gather(answer, return_exceptions=True)
    await booth.tap(*place)
    await booth.wait(100)
    assert answer.cancelled()


async def test_language_and_size_keep_the_prompt(booth: Booth) -> None:
    answer = await booth.ask(EnterPin(tries_left=2, wrong=True))
    for key in "12":
        await booth.touch(key)
    await booth.touch("English")
    assert "Enter your card PIN" in booth.texts()
    await booth.touch("Larger")
    assert booth.button("OK").kit.theme.name is ThemeName.ELDERS
    for key in "34":
        await booth.touch(key)
    await booth.touch("中文")
    await booth.touch("确定")
    assert await answer == "1234"


async def test_help_opens_above_the_prompt_and_closes(booth: Booth) -> None:
    answer = await booth.ask(prompt("13_confirm"))
    place = booth.button("确认启用").center
    await booth.touch("求助")
    assert "12333" in booth.texts()
    await booth.tap(*place)
    assert not answer.done()
    await booth.touch("继续办理")
    await booth.touch("确认启用")
    assert await answer == Confirmed()


async def test_header_says_when_the_network_is_gone(booth: Booth) -> None:
    await booth.ask(Invitation())
    assert "联网正常" in booth.texts()
    booth.stage.set_status(dataclasses.replace(HALL, online=False))
    assert "网络中断" in booth.texts()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"waiting": 3}, "联网正常　待送出 3 笔"),
        ({"waiting": 3, "online": False}, "网络中断　待送出 3 笔"),
        ({"online": False, "heard": False}, "正在连接"),
        ({"waiting": 1650, "care": StaffCare.QUEUE}, "待送出 1650 笔，请工作人员查看"),
        ({"waiting": 2000, "care": StaffCare.MACHINE, "online": False}, "请工作人员查看本机"),
    ],
)
async def test_header_says_what_waits_and_when_the_staff_should_look(
    booth: Booth, changes: dict[str, Any], words: str
) -> None:
    await booth.ask(Invitation())
    booth.stage.set_status(dataclasses.replace(HALL, **changes))
    assert words in booth.texts()
    booth.stage.set_status(HALL)
    assert words not in booth.texts()


# The technician's tests of the panel take the whole window.
WITHOUT_TOOLS = {"79_desk_crosses", "79_desk_crosses_middle", "79_desk_drag"}


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.name)
async def test_every_sample_draws_in_both_languages(make_booth: Callable[..., Booth], sample: Sample) -> None:
    booth = make_booth(language="en")
    booth.stage.set_status(sample.status)
    await booth.ask(sample.prompt)
    if sample.progress:
        booth.stage.update(sample.progress)
    if sample.name in WITHOUT_TOOLS:
        await make_booth(language="zh_CN").ask(sample.prompt)
        return
    await booth.touch("中文")
    assert booth.stage.catalogue.language == "zh_CN"


async def test_choosing_again_after_the_tiles_changed(booth: Booth) -> None:
    first = await booth.ask(prompt("03_home_closed"))
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    title = Localised("社保卡启用", "Activate a card")
    tiles = (MatterTile("activation", title, Localised("新卡第一次使用", "First use of a new card"), "card"),)
    second = await booth.ask(ChooseMatter(tiles=tiles))
    await booth.touch("社保卡启用")
    assert await second == "activation"


async def test_consent_ways_have_the_same_size(booth: Booth) -> None:
    await booth.ask(Consent(version="1", card_way=True))
    agree, other = booth.button("同意，看一下摄像头"), booth.button("不拍照，输入卡密码")
    assert agree.size == other.size
    assert agree.y == other.y
    assert agree.rank is other.rank


async def test_the_second_of_two_fingers_neither_acts_nor_ends_the_first(booth: Booth) -> None:
    answer = await booth.ask(prompt("02_home_six"))
    first, second = booth.button("activation"), booth.button("loss_report")
    one, other = Finger(*first.center), Finger(*second.center)
    for kind, finger in (("begin", one), ("begin", other), ("end", other)):
        EventLoop.post_dispatch_input(kind, finger)
        await asyncio.sleep(0)
    assert not answer.done()
    EventLoop.post_dispatch_input("end", one)
    assert await answer == "activation"


async def test_a_second_finger_that_leaves_on_the_first_button_does_not_press_it(booth: Booth) -> None:
    answer = await booth.ask(prompt("02_home_six"))
    first = booth.button("activation")
    one, other = Finger(*first.center), Finger(first.center_x + 30, first.center_y)
    for kind, finger in (("begin", one), ("begin", other), ("end", other)):
        EventLoop.post_dispatch_input(kind, finger)
        await asyncio.sleep(0)
    assert not answer.done()
    EventLoop.post_dispatch_input("end", one)
    assert await answer == "activation"


async def test_a_request_to_close_the_window_is_refused(booth: Booth) -> None:
    await booth.ask(prompt("02_home_six"))
    assert EventLoop.window.dispatch("on_request_close")


async def test_a_language_left_on_the_start_screen_is_forgotten_though_the_hall_changed(booth: Booth) -> None:
    asked = await booth.ask(Invitation())
    await booth.touch("language")
    asked.cancel()
    await asyncio.gather(asked, return_exceptions=True)
    await booth.ask(Invitation(state=HallState(online=False)))
    assert booth.stage.ease.language == "en"
    await booth.wait(61)
    assert booth.stage.ease.language == "zh_CN"
