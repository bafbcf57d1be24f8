"""Numbers and months given by touches; what was typed is gone afterwards."""

import asyncio
import gc

import pytest

from flows import fields
from flows.months import Month
from flows.prompts import ChooseMonth, EnterNumber, NumberKind, Text
from screens.widgets.keypad import DELETE
from screens.widgets.number_field import NumberField
from tests.screens.booth import Booth
from tests.screens.test_forms import QUESTION, names
from tests.screens.test_stage_wipe import _holders

NOTICE = Text("field.mobile.start")
MOBILE, ACCOUNT = "13900139000", "6222021234567890128"


def shown(booth: Booth) -> str:
    return next(block.shown for block in booth.blocks() if isinstance(block, NumberField))


async def type_in(booth: Booth, digits: str) -> None:
    for digit in digits:
        await booth.touch(digit)


async def test_a_mobile_number_is_typed_in_groups_and_given(booth: Booth) -> None:
    answer = await booth.ask(EnterNumber(question=QUESTION, kind=NumberKind.MOBILE))
    await type_in(booth, MOBILE)
    assert shown(booth) == "139 0013 9000"
    assert "位数对了，请再看一遍" in booth.texts()
    await booth.touch("ok")
    assert await answer == MOBILE


async def test_what_is_missing_is_said_when_ok_is_touched_too_early(booth: Booth) -> None:
    answer = await booth.ask(EnterNumber(question=QUESTION, kind=NumberKind.MOBILE))
    await booth.touch("ok")
    assert "手机号是 11 位数字" in booth.texts()
    await type_in(booth, "139001")
    assert "手机号是 11 位，还差 5 位" not in booth.texts()
    await booth.touch("ok")
    assert "手机号是 11 位，还差 5 位" in booth.texts()
    assert not answer.done()
    await booth.touch("3")
    assert "手机号是 11 位，还差 5 位" not in booth.texts()
    assert shown(booth) == "139 0013"


async def test_what_cannot_become_right_is_said_at_once(booth: Booth) -> None:
    await booth.ask(EnterNumber(question=QUESTION, kind=NumberKind.MOBILE))
    await booth.touch("2")
    assert "手机号应该是 1 开头" in booth.texts()
    await booth.touch(DELETE)
    assert "手机号应该是 1 开头" not in booth.texts()
    await booth.touch("1")
    assert shown(booth) == "1"


async def test_a_digit_too_many_is_shown_and_can_be_taken_back(booth: Booth) -> None:
    answer = await booth.ask(EnterNumber(question=QUESTION, kind=NumberKind.MOBILE))
    await type_in(booth, MOBILE + "77")
    assert shown(booth) == fields.grouped(NumberKind.MOBILE, MOBILE + "7")
    assert "手机号是 11 位，多了 1 位" in booth.texts()
    await booth.touch("ok")
    assert not answer.done()
    await booth.touch(DELETE)
    await booth.touch("ok")
    assert await answer == MOBILE


async def test_the_bank_is_named_while_one_types_and_a_wrong_number_is_not_taken(booth: Booth) -> None:
    answer = await booth.ask(EnterNumber(question=QUESTION, kind=NumberKind.BANK_ACCOUNT))
    await type_in(booth, ACCOUNT[:10])
    assert "工商银行" in booth.texts()
    await type_in(booth, ACCOUNT[10:-1] + "3")
    assert "这个卡号好像不对，请对着卡再看一看" in booth.texts()
    await booth.touch("ok")
    assert not answer.done()
    await booth.touch(DELETE)
    await booth.touch(ACCOUNT[-1])
    assert shown(booth) == "6222 0212 3456 7890 128"
    await booth.touch("ok")
    assert await answer == ACCOUNT


async def test_the_notice_stands_until_the_first_key(booth: Booth) -> None:
    await booth.ask(EnterNumber(question=QUESTION, kind=NumberKind.MOBILE, explanation=QUESTION, notice=NOTICE))
    assert "手机号应该是 1 开头" in booth.texts()
    await booth.touch("1")
    assert "手机号应该是 1 开头" not in booth.texts()


async def test_language_and_size_keep_what_was_typed(booth: Booth) -> None:
    answer = await booth.ask(EnterNumber(question=QUESTION, kind=NumberKind.MOBILE))
    await type_in(booth, MOBILE[:6])
    await booth.touch("English")
    await booth.touch("Larger")
    assert shown(booth) == "139 001"
    await type_in(booth, MOBILE[6:])
    await booth.touch("OK")
    assert await answer == MOBILE


@pytest.mark.parametrize("given", [True, False], ids=["given", "left"])
async def test_after_the_wipe_no_digits_are_left(booth: Booth, given: bool) -> None:
    answer = await booth.ask(EnterNumber(question=QUESTION, kind=NumberKind.BANK_ACCOUNT))
    await type_in(booth, ACCOUNT)
    secrets = (ACCOUNT, fields.grouped(NumberKind.BANK_ACCOUNT, ACCOUNT))
    assert set(_holders(booth.stage, secrets)) == set(secrets)
    if given:
        await booth.touch("ok")
        assert await answer == ACCOUNT
    answer.cancel()
    await asyncio.gather(answer, return_exceptions=True)
    booth.asked.clear()
    del answer
    booth.stage.wipe()
    gc.collect()
    assert not [block for block in booth.blocks() if isinstance(block, NumberField)]
    assert _holders(booth.stage, secrets) == []


async def test_the_next_number_begins_empty(booth: Booth) -> None:
    first = await booth.ask(EnterNumber(question=QUESTION, kind=NumberKind.MOBILE))
    await type_in(booth, "139")
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    await booth.ask(EnterNumber(question=QUESTION, kind=NumberKind.BANK_ACCOUNT))
    assert shown(booth) == ""


# -- months


async def test_years_are_turned_within_the_range(booth: Booth) -> None:
    answer = await booth.ask(ChooseMonth(question=QUESTION, first=Month(1986, 10), last=Month(2026, 10)))
    assert {"2026年", "可以选 1986年10月 到 2026年10月。"} <= set(booth.texts())
    assert "year_on" not in names(booth)
    for touched in ("decade_back", "decade_back", "year_back", "year_on", "year_back"):
        await booth.touch(touched)
    assert "2005年" in booth.texts()
    await booth.touch("decade_on")
    await booth.touch("month_12")
    assert await answer == Month(2015, 12)


async def test_ten_years_end_at_the_end_of_the_range(booth: Booth) -> None:
    await booth.ask(ChooseMonth(question=QUESTION, first=Month(2012, 5), last=Month(2026, 10)))
    await booth.touch("decade_back")
    await booth.touch("decade_back")
    assert "2012年" in booth.texts()
    assert {"decade_back", "year_back"} & set(names(booth)) == set()
    await booth.touch("decade_on")
    await booth.touch("decade_on")
    assert "2026年" in booth.texts()


async def test_months_outside_take_no_touch(booth: Booth) -> None:
    answer = await booth.ask(ChooseMonth(question=QUESTION, first=Month(2026, 4), last=Month(2026, 10)))
    assert [name for name in names(booth) if name.startswith("month_")] == [f"month_{n}" for n in range(4, 11)]
    for touched in ("month_3", "month_11", "year_back", "year_on"):
        await booth.touch(touched)
    assert not answer.done()
    assert "decade_back" not in names(booth)
    await booth.touch("4月")
    assert await answer == Month(2026, 4)


async def test_another_language_keeps_the_year(booth: Booth) -> None:
    await booth.ask(ChooseMonth(question=QUESTION, first=Month(2019, 1), last=Month(2026, 10)))
    await booth.touch("year_back")
    await booth.touch("English")
    assert "2025" in booth.texts()
    await booth.ask(ChooseMonth(question=QUESTION, first=Month(2019, 1), last=Month(2024, 10)))
    assert "2024" in booth.texts()
