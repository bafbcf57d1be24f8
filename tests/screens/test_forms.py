"""The screens of forms, by touches: choosing, turning pages, changing a line, and a certificate that stopped."""

from collections.abc import Callable
from typing import Any

import pytest

from config.faults import FaultCode
from flows.months import Month
from flows.prompts import (
    Again,
    Change,
    Choose,
    Confirm,
    Confirmed,
    Finished,
    GoBack,
    Line,
    Localised,
    Option,
    OtherWay,
    PresentDocument,
    PrintStopped,
    Prompt,
    Text,
    Verbatim,
    Whose,
)
from flows.records import DocumentKind
from screens.samples import samples
from screens.theme.tokens import ThemeName
from screens.widgets.button import Button, Rank, Touchable
from screens.widgets.paging import NEXT, PREVIOUS
from tests.screens.booth import Booth

SAMPLES = {sample.name: sample for sample in samples()}
QUESTION = Text("activation.confirm.question")


def prompt(name: str) -> Prompt[Any]:
    return SAMPLES[name].prompt


def options(count: int) -> tuple[Option, ...]:
    return tuple(Option(f"place_{at}", Localised(f"第{at}县", f"County {at}")) for at in range(1, count + 1))


def names(booth: Booth) -> list[str]:
    return [block.name for block in booth.stage.page.walk_blocks() if isinstance(block, Touchable) and block.enabled]


def places(booth: Booth) -> list[str]:
    return [name for name in names(booth) if name.startswith("place_")]


def lines(count: int) -> tuple[Line, ...]:
    return tuple(Line(Text("label.name"), Verbatim(f"值{at}"), change=f"field_{at}") for at in range(1, count + 1))


def summary(count: int, *, final: bool = False) -> Confirm:
    return Confirm(question=QUESTION, lines=lines(count), action=Text("activation.confirm.action"), final=final)


@pytest.mark.parametrize(
    ("name", "touched", "expected"),
    [
        ("40_choose_whose", "agent", "agent"),
        ("41_choose_reason", "单位裁员", "reason_3"),
        ("42_choose_closed", "certificate_1", "certificate_1"),
        ("43_choose_provinces", "山东省", "place_15"),
        ("45_choose_few_small", "珠海市", "place_4"),
        ("46_confirm_change", "confirm", Confirmed()),
        ("46_confirm_change", "change_mobile", Change("mobile")),
        ("47_confirm_many", "change_region", Change("region")),
        ("48_confirm_final", "confirm", Confirmed()),
        ("54_month", "month_3", Month(2026, 3)),
        ("57_document_principal", "passport", OtherWay.PASSPORT),
        ("57_document_principal", "none", OtherWay.NO_DOCUMENT),
        ("59_print_stopped", "finish", Finished()),
        ("59_print_stopped_ready", "retry", Again.RETRY),
        ("59_print_stopped_ready", "不打了", Finished()),
        ("59_certificate", "finish", Finished()),
    ],
)
async def test_a_touch_answers(booth: Booth, name: str, touched: str, expected: object) -> None:
    answer = await booth.ask(prompt(name))
    assert not answer.done()
    await booth.touch(touched)
    assert await answer == expected


@pytest.mark.parametrize("name", ["41_choose_reason", "50_mobile", "54_month", "48_confirm_final", "57_document_agent"])
async def test_back_goes_back(booth: Booth, name: str) -> None:
    answer = await booth.ask(prompt(name))
    await booth.touch("返回")
    with pytest.raises(GoBack):
        await answer


async def test_what_is_touched_shows_it_at_once(booth: Booth) -> None:
    await booth.ask(prompt("41_choose_reason"))
    tile = booth.button("单位裁员")
    before = tile.grounds()
    booth.stage.touch_down(*tile.center)
    assert tile.pressed
    assert tile.grounds() != before


async def test_a_closed_option_says_why_and_takes_no_touch(booth: Booth) -> None:
    answer = await booth.ask(prompt("42_choose_closed"))
    assert "只补贴五级、四级、三级" in booth.texts()
    assert "certificate_4" not in names(booth)
    await booth.touch("certificate_4")
    assert not answer.done()


async def test_a_closed_small_option_says_why_too(booth: Booth) -> None:
    closed = Option("place_9", Localised("香港", "Hong Kong"), closed=Localised("请到窗口", "At the counter"))
    answer = await booth.ask(Choose(question=QUESTION, options=(*options(3), closed), small=True))
    assert "请到窗口" in booth.texts()
    await booth.touch("place_9")
    assert not answer.done()


@pytest.mark.parametrize("theme", ThemeName)
@pytest.mark.parametrize("size", [(1080, 1920), (1920, 1080)])
@pytest.mark.parametrize(("count", "small"), [(38, True), (90, True), (11, False)])
async def test_every_option_is_on_one_page(
    make_booth: Callable[..., Booth], size: tuple[int, int], theme: ThemeName, count: int, small: bool
) -> None:
    booth = make_booth(theme=theme)
    booth.stage.widget.size_hint = (None, None)
    booth.stage.widget.size = size
    await booth.ask(Choose(question=QUESTION, options=options(count), small=small))
    seen = places(booth)
    foot = booth.stage.page.content.y
    while NEXT in names(booth):
        booth.button(NEXT).act()
        assert places(booth)
        seen += places(booth)
        assert all(block.y >= foot for block in booth.stage.page.content.walk_blocks() if isinstance(block, Touchable))
    assert seen == [option.name for option in options(count)]


async def test_pages_are_turned_on_and_back(booth: Booth) -> None:
    answer = await booth.ask(Choose(question=QUESTION, options=options(90), small=True))
    first = places(booth)
    assert "第 1 页，共 3 页" in booth.texts()
    await booth.touch(PREVIOUS)  # grey
    assert places(booth) == first
    await booth.touch("下一页")
    assert "第 2 页，共 3 页" in booth.texts()
    assert not set(first) & set(places(booth))
    await booth.touch("下一页")
    assert NEXT not in names(booth)
    await booth.touch("上一页")
    await booth.touch("上一页")
    assert places(booth) == first
    await booth.touch(first[4])
    assert await answer == first[4]


async def test_another_size_of_type_stays_with_what_was_shown(booth: Booth) -> None:
    await booth.ask(Choose(question=QUESTION, options=options(90), small=True))
    await booth.touch(NEXT)
    first = places(booth)[0]
    await booth.touch("大字")
    assert first in places(booth)
    assert len(places(booth)) < 36
    await booth.touch("English")
    assert first in places(booth)
    await booth.ask(Choose(question=QUESTION, options=options(90), small=True))
    assert "place_1" in places(booth)  # another question begins at its beginning


async def test_a_few_places_need_no_pages(booth: Booth) -> None:
    await booth.ask(prompt("43_choose_provinces"))
    assert len(places(booth)) == 34
    assert NEXT not in names(booth)


# -- summary


@pytest.mark.parametrize("at", [1, 9])
async def test_every_line_can_be_changed(booth: Booth, at: int) -> None:
    answer = await booth.ask(summary(9))
    await booth.touch(f"change_field_{at}")
    assert await answer == Change(f"field_{at}")


async def test_a_line_without_change_has_no_button(booth: Booth) -> None:
    await booth.ask(prompt("46_confirm_change"))
    changes = [name for name in names(booth) if name.startswith("change_")]
    assert changes == ["change_reason", "change_mobile", "change_account"]


async def test_nobody_confirms_a_page_that_was_not_shown(make_booth: Callable[..., Booth]) -> None:
    booth = make_booth(theme=ThemeName.ELDERS)
    answer = await booth.ask(summary(10))
    assert "第 1 页，共 2 页" in booth.texts()
    await booth.touch("confirm")
    assert not answer.done()
    assert "第 2 页，共 2 页" in booth.texts()
    assert "值10" in booth.texts()
    await booth.touch(PREVIOUS)
    await booth.touch("confirm")
    assert await answer == Confirmed()


async def test_what_cannot_be_undone_looks_like_it(booth: Booth) -> None:
    await booth.ask(summary(3))
    plain = booth.button("confirm")
    assert plain.rank is Rank.MAIN
    await booth.ask(summary(3, final=True))
    final, back = booth.button("confirm"), booth.button("back")
    assert isinstance(final, Button)
    assert final.rank is Rank.FINAL
    assert final.grounds() == (final.kit.palette.stop.sign,) * 2
    assert abs(final.width - back.width) <= 1
    assert final.height == back.height


# -- documents and certificates


@pytest.mark.parametrize(
    ("whose", "words"), [(Whose.PRINCIPAL, "先放托您办事的人的证件"), (Whose.AGENT, "再放您自己的证件")]
)
async def test_whose_document_is_said(booth: Booth, whose: Whose, words: str) -> None:
    await booth.ask(PresentDocument(accepted=(DocumentKind.SOCIAL_CARD, DocumentKind.RESIDENT_ID), whose=whose))
    assert words in booth.texts()
    assert "passport" not in names(booth)


async def test_one_reader_out_of_order_is_said_for_the_principal_too(booth: Booth) -> None:
    both = (DocumentKind.SOCIAL_CARD, DocumentKind.RESIDENT_ID)
    await booth.ask(PresentDocument(accepted=both, unavailable=both[:1], whose=Whose.PRINCIPAL))
    assert {"读卡器暂时不能用", "请放上身份证，机器会自己读取。"} <= set(booth.texts())


async def test_no_second_copy_before_the_printer_is_ready(booth: Booth) -> None:
    answer = await booth.ask(PrintStopped(fault=FaultCode.PRN_PAPER_OUT, ready=False))
    assert "等工作人员换好纸，就能再打一次。请在这里等一等。" in booth.texts()
    assert any("作废了" in text for text in booth.texts())
    await booth.touch("retry")
    assert not answer.done()
    await booth.ask(PrintStopped(fault=FaultCode.PRN_CUTTER, ready=False))
    assert "等打印机修好了，就能再打一次。请在这里等一等。" in booth.texts()


async def test_a_certificate_is_to_be_taken_not_a_slip(booth: Booth) -> None:
    await booth.ask(prompt("59_certificate"))
    assert "拿好证明" in booth.texts()
    assert "拿好凭条" not in booth.texts()
    await booth.ask(prompt("16_done"))
    assert "拿好凭条" in booth.texts()
