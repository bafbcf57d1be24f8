"""The other try, the last try, and the staff: by touches."""

from collections.abc import Callable
from typing import Any

import pytest
from kivy.clock import Clock

from flows.presence_prompts import CallStaff, Consent, EnterStaffPin, FaceFailure, FaceTryAgain, LastTry
from flows.prompts import Again, Confirmed, GoBack, OtherWay, Prompt, ShowRefusal, Text
from screens.questions import pin_wait
from screens.questions.staff_pin import StaffPinScreen
from screens.samples import samples
from screens.text.catalogue import LANGUAGES
from screens.theme.tokens import Palette, ThemeName, colour
from screens.widgets.button import Button, Rank, Tile, Touchable
from screens.widgets.face_pictures import HeadPicture
from screens.widgets.keypad import Dots, Key
from screens.widgets.pictures import StaffCardPicture
from tests.screens.booth import Booth

SAMPLES = {sample.name: sample for sample in samples()}
PALETTE = Palette()
AGAIN = FaceTryAgain(failure=FaceFailure.GESTURES_MISSED, tries_left=2, card_way=True)


def prompt(name: str) -> Prompt[Any]:
    return SAMPLES[name].prompt


def tiles(booth: Booth) -> list[Tile]:
    return [block for block in booth.blocks() if isinstance(block, Tile)]


def keys(booth: Booth) -> list[Key]:
    return [block for block in booth.blocks() if isinstance(block, Key)]


def dots(booth: Booth) -> int:
    return next(block.count for block in booth.blocks() if isinstance(block, Dots))


@pytest.mark.parametrize(
    ("name", "touched", "expected"),
    [
        ("31_face_again_not_recognised", "再试一次", Again.RETRY),
        ("31_face_again_not_recognised", "不拍照，输入卡密码", OtherWay.DECLINED),
        ("31_face_again_staff", "不拍照，找工作人员", OtherWay.DECLINED),
        ("33_last_try", "记得准，再输一次", Confirmed()),
        ("33_last_try", "记不准，找工作人员", OtherWay.DECLINED),
        ("34_staff", "不办了", OtherWay.DECLINED),
        ("35_staff_pin", "取消", OtherWay.DECLINED),
    ],
)
async def test_a_touch_answers(booth: Booth, name: str, touched: str, expected: object) -> None:
    answer = await booth.ask(prompt(name))
    assert not answer.done()
    await booth.touch(touched)
    assert await answer == expected


@pytest.mark.parametrize("name", ["31_face_again_staff", "33_last_try", "34_staff_reason", "35_staff_pin_wrong"])
async def test_back_goes_back(booth: Booth, name: str) -> None:
    answer = await booth.ask(prompt(name))
    await booth.touch("返回")
    with pytest.raises(GoBack):
        await answer


@pytest.mark.parametrize(
    "asked", [Consent(version="1", card_way=False), AGAIN, LastTry()], ids=lambda p: type(p).__name__
)
@pytest.mark.parametrize("size", [(1080, 1920), (1920, 1080)])
async def test_both_ways_have_exactly_one_size(booth: Booth, asked: Prompt[Any], size: tuple[int, int]) -> None:
    booth.stage.widget.size_hint = (None, None)
    booth.stage.widget.size = size
    await booth.ask(asked)
    one, other = tiles(booth)
    assert one.size == other.size
    assert one.y == other.y


async def test_trying_again_is_the_main_action_and_the_last_try_is_not(booth: Booth) -> None:
    await booth.ask(AGAIN)
    assert [tile.rank for tile in tiles(booth)] == [Rank.MAIN, Rank.CARD]
    await booth.ask(LastTry())
    assert [tile.rank for tile in tiles(booth)] == [Rank.CARD, Rank.CARD]


@pytest.mark.parametrize("failure", FaceFailure)
async def test_what_to_do_better_is_said_and_shown(booth: Booth, failure: FaceFailure) -> None:
    await booth.ask(FaceTryAgain(failure=failure, tries_left=3, card_way=True))
    assert booth.stage.catalogue.render(Text(f"face_again.{failure}")) in booth.texts()
    assert any("3" in text for text in booth.texts())
    assert len([block for block in booth.blocks() if isinstance(block, HeadPicture)]) == 1


async def test_a_picture_of_a_head_moves_and_comes_back(booth: Booth) -> None:
    for failure in FaceFailure:
        await booth.ask(FaceTryAgain(failure=failure, tries_left=1, card_way=True))
        head = next(block for block in booth.blocks() if isinstance(block, HeadPicture))
        places = []
        for phase in (0.0, 0.22, 0.72, 0.9999):
            head.move(phase)
            places.append([round(part.shift.x) for part, _, _ in head._parts])
        assert places[1] != places[2]
        assert places[0] == pytest.approx(places[3], abs=1)


async def test_the_call_speaks_to_two_people(booth: Booth) -> None:
    await booth.ask(CallStaff(reason=Text("presence.staff_needed"), notice=Text("staff.not_staff")))
    words = booth.texts()
    for key in ("staff.question", "staff.explanation", "presence.staff_needed", "staff.insert", "staff.not_staff"):
        assert booth.stage.catalogue.render(Text(key)) in words
    (card,) = (block for block in booth.blocks() if isinstance(block, StaffCardPicture))
    assert card.kit.palette.brand == PALETTE.staff.sign
    assert booth.button("不办了").kit.palette.brand == PALETTE.brand  # what the citizen touches is in their colours


async def test_what_the_staff_does_is_in_their_colours(booth: Booth) -> None:
    await booth.ask(EnterStaffPin())
    ok = booth.button("确定")
    assert ok.grounds() == (PALETTE.staff.sign, PALETTE.staff.sign)
    assert booth.stage.page.kit.palette.ground != PALETTE.ground
    assert "工作人员" in booth.texts()
    confirm = await booth.ask(prompt("36_staff_confirm"))
    yes = booth.button("是本人，确认")
    assert yes.grounds() == (PALETTE.staff.sign, PALETTE.staff.sign)
    assert "工作人员" in booth.texts()
    await booth.touch("是本人，确认")
    assert await confirm == Confirmed()
    await booth.ask(prompt("11_pin"))
    assert booth.button("确定").grounds() == (PALETTE.brand, PALETTE.brand)
    assert booth.stage.page.kit.palette.ground == PALETTE.ground


async def test_a_staff_pin_has_six_digits_or_more(booth: Booth) -> None:
    answer = await booth.ask(EnterStaffPin())
    for key in "86420":
        await booth.touch(key)
    await booth.touch("确定")
    assert not answer.done()
    assert "密码至少 6 位" in booth.texts()
    await booth.touch("9")
    assert dots(booth) == 6
    assert not [text for text in booth.texts() if "86420" in text]
    await booth.touch("确定")
    assert await answer == "864209"


async def test_a_staff_pin_ends_at_twelve_digits(booth: Booth) -> None:
    answer = await booth.ask(EnterStaffPin())
    for key in "1234567890123":
        await booth.touch(key)
    assert dots(booth) == 12
    await booth.touch("确定")
    assert await answer == "123456789012"


async def test_another_language_keeps_the_digits_of_a_pin_and_another_prompt_does_not(booth: Booth) -> None:
    await booth.ask(EnterStaffPin())
    for key in "1234":
        await booth.touch(key)
    await booth.touch("English")
    assert dots(booth) == 4
    await booth.ask(EnterStaffPin(wrong=True))
    assert dots(booth) == 0
    assert "Wrong PIN. Please try again." in booth.texts()


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    moment = [500.0]
    monkeypatch.setattr(pin_wait, "monotonic", lambda: moment[0])
    return moment


def count_down(moment: list[float], booth: Booth, seconds: float) -> None:
    """Let the time pass for the screen's own event, as the clock of the window would."""
    moment[0] += seconds
    screen = booth.stage._present.screen if booth.stage._present else None
    assert isinstance(screen, StaffPinScreen)
    screen._wait._counting.get_callback()(0)


async def test_the_wait_is_counted_and_takes_no_digit(booth: Booth, now: list[float]) -> None:
    answer = await booth.ask(EnterStaffPin(wrong=True, wait=30))
    assert waiting(booth) == "30"
    assert not any(key.enabled for key in keys(booth))
    await booth.touch("1")
    assert dots(booth) == 0
    count_down(now, booth, 10.2)
    assert waiting(booth) == "20"
    await booth.touch("English")
    assert any("20" in text for text in booth.texts())
    await booth.touch("中文")
    count_down(now, booth, 20)
    assert waiting(booth) == ""
    assert all(key.enabled for key in keys(booth))
    for key in "123456":
        await booth.touch(key)
    await booth.touch("确定")
    assert await answer == "123456"


def waiting(booth: Booth) -> str:
    found = [text for text in booth.texts() if text.startswith("输错太多次")]
    return "".join(character for text in found for character in text if character.isdigit())


async def test_nothing_counts_on_after_the_wait(booth: Booth, now: list[float]) -> None:
    answer = await booth.ask(EnterStaffPin(wait=5))
    before = len(Clock.get_events())
    await booth.touch("取消")
    assert await answer is OtherWay.DECLINED
    assert len(Clock.get_events()) < before
    now[0] += 10
    await booth.ask(prompt("13_confirm"))
    Clock.tick()
    assert "确认启用" in booth.texts()


async def test_the_ok_button_is_closed_while_waiting(booth: Booth, now: list[float]) -> None:
    assert now
    await booth.ask(EnterStaffPin(wait=30))
    (ok,) = (block for block in booth.blocks() if isinstance(block, Button) and block.name == "ok")
    assert not ok.enabled


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("name", [name for name in SAMPLES if name.startswith("37_refusal")])
async def test_a_refusal_says_in_one_or_two_sentences_what_to_do(booth: Booth, name: str, language: str) -> None:
    await booth.ask(prompt(name))
    if language == "en":
        await booth.touch("English")
    asked = prompt(name)
    assert isinstance(asked, ShowRefusal)
    said = booth.stage.catalogue.render(asked.explanation)
    assert said in booth.texts()
    assert 1 <= sum(said.count(end) for end in ("。", ". ")) + (language == "en") <= 2


async def test_every_touch_target_of_the_pages_answers_to_the_finger(booth: Booth) -> None:
    for name in ("31_face_again_staff", "33_last_try", "34_staff", "35_staff_pin", "07_consent_card", "09_camera"):
        await booth.ask(prompt(name))
        for target in [block for block in booth.blocks() if isinstance(block, Touchable)]:
            before = target.grounds()
            target.press()
            assert target.grounds() != before, (name, target.name)
            target.release()


def test_the_colours_of_the_staff_are_no_other_family() -> None:
    others = [PALETTE.brand, PALETTE.ok.sign, PALETTE.waiting.sign, PALETTE.stop.sign]
    for other in others:
        assert sum(abs(a - b) for a, b in zip(colour(PALETTE.staff.sign), colour(other), strict=True)) > 0.3


async def test_the_consent_says_what_is_agreed_to(booth: Booth) -> None:
    await booth.ask(Consent(version="2026-11", card_way=True))
    words = "".join(booth.texts())
    camera, photo = ("摄像头现在关着", "您同意才打开"), ("只和您登记的照片比", "不出这台机器")
    for said in (*camera, *photo, "马上清除", "随时可以停", "两种办法都能办", "2026-11 版"):
        assert said in words


@pytest.mark.parametrize("size", [(1080, 1920), (1920, 1080)])
@pytest.mark.parametrize("theme", ThemeName)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_words_of_the_pin_buttons_stay_inside_them(
    make_booth: Callable[..., Booth], size: tuple[int, int], theme: ThemeName, language: str
) -> None:
    booth = make_booth(theme=theme, language=language)
    booth.stage.widget.size_hint = (None, None)
    booth.stage.widget.size = size
    for name in ("32_pin_last", "35_staff_pin", "34_staff", "36_staff_confirm", "30_camera_nod"):
        await booth.ask(prompt(name))
        for button in [block for block in booth.blocks() if isinstance(block, Button)]:
            lines = button.label._lay(button.label.width)
            assert max(line.width for line in lines) <= button.label.width + 1, (name, button.name)
            assert button.label.x >= button.x, (name, button.name)
            assert button.label.right <= button.right, (name, button.name)
            assert len(lines) <= 2, (name, button.name)
