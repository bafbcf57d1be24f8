"""Home, all matters and the guide: each answer, pages turned, letters typed, what is closed takes no touch."""

import asyncio
import dataclasses
import json
import logging
from collections.abc import Callable
from itertools import groupby
from typing import Any

import pytest

from flows.guide_prompts import FindBy, FindMatter, GuideChoice, GuideEntry, GuideSection, ShowGuide
from flows.prompts import ChooseFromAll, ChooseMatter, Elsewhere, GoBack, Localised, Prompt, Text
from screens.questions.find import found, leading_on
from screens.samples import samples
from screens.theme.tokens import ThemeName
from screens.widgets.button import Touchable
from screens.widgets.paging import NEXT, PREVIOUS
from tests.screens.booth import Booth

SAMPLES = {sample.name: sample for sample in samples()}
LETTERS, NUMBER = SAMPLES["62_find_letters"].prompt, SAMPLES["63_find_number"].prompt
ANSWERS = [
    ("02_home_six", "activation", "activation"),
    ("02_home_six", "all_matters", Elsewhere.ALL_MATTERS),
    ("02_home_six", "guide", Elsewhere.GUIDE),
    ("60_all_matters", "pension_certificate", "pension_certificate"),
    ("64_guide_short", "print", GuideChoice.PRINT),
    ("64_guide_short", "begin_activation", "activation"),
    ("65_guide_long", "begin_reinstatement", "reinstatement"),
    ("67_guide_printed", "print", GuideChoice.PRINT),
]
CLOSED = [
    ("02_home_six_closed", "contribution_certificate", "暂停：打印机不能用"),
    ("60_all_matters", "unemployment_allowance", "已停办：只办到 2023年3月31日"),
    ("66_guide_closed", "begin_unemployment_allowance", "已停办：只办到 2023年3月31日"),
    ("66_guide_closed", "print", "打印机现在不能用。可以用手机拍下这一页。"),
]


def prompt(name: str) -> Prompt[Any]:
    return SAMPLES[name].prompt


def home() -> ChooseMatter:
    six = prompt("02_home_six")
    assert isinstance(six, ChooseMatter)
    return six


def guide_page(name: str) -> ShowGuide:
    page = prompt(name)
    assert isinstance(page, ShowGuide)
    return page


def names(booth: Booth) -> set[str]:
    """What can be touched now."""
    return set(booth.stage.targets())


async def turn_to(booth: Booth, name: str) -> None:
    """Turn the pages until a thing to touch, open or closed, is there."""
    while not any(isinstance(block, Touchable) and block.name == name for block in booth.blocks()):
        assert NEXT in names(booth), f"{name} is on no page"
        await booth.touch(NEXT)


async def every_page(booth: Booth) -> list[set[str]]:
    """What stands on each page, open or closed."""
    pages = [{block.name for block in booth.blocks() if isinstance(block, Touchable)}]
    while NEXT in names(booth):
        await booth.touch(NEXT)
        pages.append({block.name for block in booth.blocks() if isinstance(block, Touchable)})
    return pages


@pytest.mark.parametrize(("name", "target", "expected"), ANSWERS)
async def test_a_touch_answers(booth: Booth, name: str, target: str, expected: object) -> None:
    answer = await booth.ask(prompt(name))
    await turn_to(booth, target)
    await booth.touch(target)
    assert await answer == expected


@pytest.mark.parametrize(("name", "target", "reason"), CLOSED)
async def test_what_is_closed_says_why_and_takes_no_touch(booth: Booth, name: str, target: str, reason: str) -> None:
    answer = await booth.ask(prompt(name))
    await turn_to(booth, target)
    assert reason in booth.texts()
    await booth.touch(target)
    assert not answer.done()
    assert target not in names(booth)


async def test_home_asks_a_question_and_leads_nowhere_that_is_not_offered(booth: Booth) -> None:
    await booth.ask(dataclasses.replace(home(), elsewhere=()))
    assert "您要办什么事？" in booth.texts()
    assert names(booth).isdisjoint({"all_matters", "guide", "back"})


async def test_large_type_has_four_tiles_and_the_rest_among_all(make_booth: Callable[..., Booth]) -> None:
    booth = make_booth(theme=ThemeName.ELDERS)
    await booth.ask(home())
    tiles = [tile.matter for tile in home().tiles]
    assert set(tiles) & names(booth) == set(tiles[:4])
    assert "失业保险金等" in booth.texts()  # the first of those that are not shown


async def test_in_large_type_every_tile_is_reached_by_turning_where_there_is_no_other_way(
    make_booth: Callable[..., Booth],
) -> None:
    booth = make_booth(theme=ThemeName.ELDERS)
    six = dataclasses.replace(home(), elsewhere=(Elsewhere.GUIDE,))
    answer = await booth.ask(six)
    pages = await every_page(booth)
    assert len(pages) > 1
    assert {tile.matter for tile in six.tiles} <= set().union(*pages)
    await booth.touch("pension_certificate")
    assert await answer == "pension_certificate"


@pytest.mark.parametrize("theme", ThemeName)
@pytest.mark.parametrize("size", [(1080, 1920), (1920, 1080)], ids=str)
async def test_all_matters_are_all_there_under_their_headings(
    make_booth: Callable[..., Booth], theme: ThemeName, size: tuple[int, int]
) -> None:
    booth = make_booth(theme=theme)
    booth.stage.widget.size_hint = (None, None)
    booth.stage.widget.size = size
    everything = prompt("61_all_matters_fifteen")
    assert isinstance(everything, ChooseFromAll)
    await booth.ask(everything)
    said: set[str] = set(booth.texts())
    pages = [names(booth)]
    while NEXT in names(booth):
        await booth.touch(NEXT)
        pages.append(names(booth))
        said |= set(booth.texts())
    reached = set().union(*pages)
    assert {tile.matter for tile in everything.tiles if tile.closed is None} <= reached
    assert {"社保卡", "打印证明", "失业和技能补贴", "养老保险转入"} <= said


@pytest.mark.parametrize("size", [(1080, 1920), (1920, 1080)], ids=str)
async def test_in_large_type_each_group_of_matters_has_one_page(
    make_booth: Callable[..., Booth], size: tuple[int, int]
) -> None:
    booth = make_booth(theme=ThemeName.ELDERS)
    booth.stage.widget.size_hint = (None, None)
    booth.stage.widget.size = size
    everything = prompt("61_all_matters_fifteen")
    assert isinstance(everything, ChooseFromAll)
    await booth.ask(everything)
    groups = [{tile.matter for tile in tiles} for _, tiles in groupby(everything.tiles, lambda tile: tile.group)]
    matters = set().union(*groups)
    assert [page & matters for page in await every_page(booth)] == groups


async def test_pages_turn_forward_and_back_and_stop_at_the_ends(booth: Booth) -> None:
    await booth.ask(prompt("65_guide_long"))
    first = booth.texts()
    assert PREVIOUS not in names(booth)
    assert "第 1 页" in first
    pages = await every_page(booth)
    assert f"共 {len(pages)} 页" in booth.texts()
    assert NEXT not in names(booth)
    for _ in pages[1:]:
        await booth.touch(PREVIOUS)
    assert booth.texts() == first


async def test_the_page_stays_when_the_language_changes_or_the_printer_comes_back(booth: Booth) -> None:
    page = guide_page("65_guide_long")
    first = await booth.ask(page)
    await booth.touch(NEXT)
    place = "网上办：“爱山东”手机软件"
    assert place in booth.texts()
    await booth.touch("大字")
    assert place in booth.texts()
    await booth.touch("小字")
    assert "第 2 页" in booth.texts()
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    await booth.ask(dataclasses.replace(page, can_print=False))
    assert "第 2 页" in booth.texts()
    await booth.ask(dataclasses.replace(page, number=27))
    assert "第 1 页" in booth.texts()


async def test_everything_on_a_guide_page_is_said_once(booth: Booth) -> None:
    page = guide_page("65_guide_long")
    await booth.ask(page)
    said = list(booth.texts())
    while NEXT in names(booth):
        await booth.touch(NEXT)
        said += booth.texts()
    for section in page.sections:
        for item in section.items:
            assert said.count(booth.stage.catalogue.marked(item)) == 1
    assert [text for text in said if text in ("1", "2", "3", "4")] == ["1", "2", "3", "4"]  # the steps on line


async def test_a_page_without_anything_to_begin_has_no_button_for_it(booth: Booth) -> None:
    await booth.ask(dataclasses.replace(guide_page("65_guide_long"), begin=()))
    assert not any(name.startswith("begin_") for name in names(booth))


async def test_printing_is_told(booth: Booth) -> None:
    await booth.ask(prompt("67_guide_printed"))
    assert "打印好了，请拿好。" in booth.texts()
    await booth.ask(prompt("68_guide_not_printed"))
    assert "没有打印出来。请看屏幕，或叫工作人员。" in booth.texts()


async def test_letters_lead_to_a_page(booth: Booth) -> None:
    answer = await booth.ask(LETTERS)
    assert "例如：社保卡，按 S B K" in booth.texts()
    assert not any(name.startswith("matter_") for name in names(booth))
    for key in ("letter_s", "letter_b", "letter_k"):
        await booth.touch(key)
    assert "S B K" in booth.texts()
    assert {name for name in names(booth) if name.startswith("matter_")} == {"matter_25", "matter_26", "matter_27"}
    await booth.touch("社会保障卡挂失与解挂")
    assert await answer == 26


async def test_keys_that_lead_to_nothing_are_grey(booth: Booth) -> None:
    await booth.ask(LETTERS)
    assert "letter_v" not in names(booth)
    assert "delete" not in names(booth)
    await booth.touch("letter_v")
    assert "例如：社保卡，按 S B K" in booth.texts()
    await booth.touch("letter_l")
    assert {name for name in names(booth) if name.startswith("letter_")} == {"letter_q", "letter_s"}
    await booth.touch("delete")
    assert "letter_s" in names(booth)
    assert "delete" not in names(booth)


async def test_a_number_leads_to_a_page(booth: Booth) -> None:
    answer = await booth.ask(NUMBER)
    assert {name for name in names(booth) if name.startswith("digit_")} == {"digit_1", "digit_2", "digit_3"}
    await booth.touch("digit_2")
    await booth.touch("digit_6")
    assert "找到 \x02" + "1\x03 项" in booth.texts()
    await booth.touch("matter_26")
    assert await answer == 26


async def test_results_that_do_not_fit_are_turned_over(make_booth: Callable[..., Booth]) -> None:
    booth = make_booth(theme=ThemeName.ELDERS)
    answer = await booth.ask(NUMBER)
    await booth.touch("digit_2")
    pages = await every_page(booth)
    rows = set().union(*pages)
    assert {f"matter_{number}" for number in (20, 25, 26, 27, 28, 29)} <= rows
    await booth.touch("matter_29")
    assert await answer == 29


async def test_nothing_to_find_is_said_kindly(booth: Booth) -> None:
    assert isinstance(LETTERS, FindMatter)
    await booth.ask(LETTERS)
    await booth.touch("letter_s")
    await booth.ask(dataclasses.replace(LETTERS, entries=()))
    assert "没有找到。请删掉一个，再试试；或请工作人员帮忙。" in booth.texts()
    assert {name for name in names(booth) if name.startswith("letter_")} == set()
    await booth.touch("delete")
    assert "每个字，只按拼音的第一个字母。灰色的字母不用按。" in booth.texts()


async def test_letters_are_not_taken_for_numbers(booth: Booth) -> None:
    await booth.ask(LETTERS)
    await booth.touch("letter_s")
    await booth.ask(NUMBER)
    assert "digit_2" in names(booth)
    assert "delete" not in names(booth)


async def test_typed_letters_outlive_another_language(booth: Booth) -> None:
    await booth.ask(LETTERS)
    await booth.touch("letter_s")
    await booth.touch("English")
    assert "S" in booth.texts()


async def test_the_wipe_forgets_what_was_typed_and_the_page(booth: Booth) -> None:
    await booth.ask(LETTERS)
    await booth.touch("letter_s")
    booth.stage.wipe()
    await booth.ask(LETTERS)
    assert "delete" not in names(booth)
    await booth.ask(prompt("65_guide_long"))
    await booth.touch(NEXT)
    booth.stage.wipe()
    await booth.ask(prompt("65_guide_long"))
    assert "第 1 页" in booth.texts()


@pytest.mark.parametrize("name", ["60_all_matters", "62_find_letters", "64_guide_short"])
async def test_back(booth: Booth, name: str) -> None:
    answer = await booth.ask(prompt(name))
    await booth.touch("back")
    with pytest.raises(GoBack):
        await answer


async def test_the_log_tells_what_else_can_be_touched_after_a_key(
    booth: Booth, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "screens.touching")
    await booth.ask(LETTERS)
    await booth.touch("letter_s")
    told = [record.__dict__ for record in caplog.records if record.message == "screen_shown"]
    assert told[-1]["screen"] == "FindMatter"
    assert "matter_25" in json.dumps(told[-1]["targets"])
    assert 0 < told[-1]["signs"] < 200
    count = len(told)
    await booth.touch("letter_v")  # grey: nothing changes, nothing is told
    assert len([record for record in caplog.records if record.message == "screen_shown"]) == count


async def test_pages_of_the_guide_fit_whatever_they_hold(
    make_booth: Callable[..., Booth], caplog: pytest.LogCaptureFixture
) -> None:
    """Long sentences, an address on the web, and two things to begin, in the largest type."""
    booth = make_booth(theme=ThemeName.ELDERS)
    booth.stage.widget.size_hint = (None, None)
    address = "http://103.239.153.104:8080/hsp/logonDialog.jsp"
    long = "请带好本人身份证和社保卡，以及单位开的证明。" * 5 + f"（{address}）"
    sections = tuple(
        GuideSection(Text("guide.section.documents"), (Localised(long, long),) * count) for count in (1, 3)
    )
    page = dataclasses.replace(guide_page("65_guide_long"), sections=sections, can_print=False)
    for size in ((1080, 1920), (1920, 1080), (768, 1366)):
        booth.stage.widget.size = size
        await booth.ask(page)
        assert booth.stage.page.overflow(*size) == 0
    assert "page_too_high" not in caplog.messages


# -- the parts that know no screen


def entry(number: int, *initials: str) -> GuideEntry:
    return GuideEntry(number, Localised(str(number), str(number)), here=False, initials=initials)


def test_found_by_the_beginning_of_any_name_the_whole_name_first() -> None:
    ask = FindMatter(by=FindBy.LETTERS, entries=(entry(1, "gsbx"), entry(26, "sbkgs", "gs"), entry(33, "xgs")))
    assert [hit.number for hit in found(ask, "gs")] == [26, 1]
    assert found(ask, "") == []
    assert found(ask, "k") == []
    assert leading_on(ask, "") == {"g", "s", "x"}
    assert leading_on(ask, "gs") == {"b"}
    assert leading_on(ask, "xgs") == set()


def test_found_by_number_as_it_is_typed() -> None:
    ask = FindMatter(by=FindBy.NUMBER, entries=tuple(entry(number) for number in range(1, 36)))
    assert [hit.number for hit in found(ask, "3")] == [3, 30, 31, 32, 33, 34, 35]
    assert leading_on(ask, "3") == set("012345")
    assert leading_on(ask, "4") == set()
