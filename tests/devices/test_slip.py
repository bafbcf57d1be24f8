from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from config import fonts
from config.fonts import FontSet, Weight
from drivers.printer.blocks import (
    Banner,
    BannerTone,
    BigNumber,
    Block,
    FinePrint,
    Heading,
    Paragraph,
    Qr,
    QrSize,
    Rows,
    Rule,
    SlipDocument,
    Stamp,
    Table,
    TableRow,
)
from drivers.printer.lettering import Lettering
from drivers.printer.slip import render

RARE = "\U0002b820"  # only HanaMin has it


@pytest.fixture(scope="module")
def font_set(tmp_path_factory: pytest.TempPathFactory) -> FontSet:
    directory: Path = tmp_path_factory.mktemp("fonts")
    fonts.prepare(directory)
    return FontSet.load(directory)


def drawn(font_set: FontSet, *blocks: Block, width: int = 576) -> Image.Image:
    return render(SlipDocument(blocks), font_set, width)


def ink(picture: Image.Image) -> float:
    """The part of the picture that is black."""
    return 1 - float(np.asarray(picture).mean())


def read_qr(picture: Image.Image) -> str:
    content, *_ = cv2.QRCodeDetectorAruco().detectAndDecode(np.asarray(picture.convert("L")))
    return str(content)


def full_slip(state: str = "已启用", tone: BannerTone = BannerTone.DONE) -> tuple[Block, ...]:
    return (
        Heading("济南市政务服务大厅", "自助一体机 03 号"),
        Rule(),
        Heading("社会保障卡启用"),
        Banner(state, tone),
        Rows((("姓名", f"赵*{RARE}"), ("社会保障号码", "370199********002X"), ("办理时间", "2026年11月23日 14:26"))),
        BigNumber("受理编号", "JN03-000482"),
        Paragraph("接下来"),
        Paragraph("社会保障功能现在就可以使用，不用再来窗口。"),
        Qr("JN03-000482"),
        FinePrint("咨询电话 12333"),
    )


@pytest.mark.parametrize("width", [576, 512, 384])
@pytest.mark.parametrize("tone", BannerTone)
def test_a_whole_slip(font_set: FontSet, width: int, tone: BannerTone) -> None:
    picture = drawn(font_set, *full_slip("已收到，尚未生效", tone), width=width)
    assert (picture.mode, picture.width) == ("1", width)
    assert 900 < picture.height < 1700  # at most 21 cm of paper
    assert 0.05 < ink(picture) < 0.4
    assert read_qr(picture) == "JN03-000482"


def test_nothing_is_printed_on_the_margins_but_the_banner(font_set: FontSet) -> None:
    blocks = [block for block in full_slip() if not isinstance(block, Banner)]
    dots = np.asarray(drawn(font_set, *blocks))
    assert dots[:, :12].all()
    assert dots[:, -12:].all()
    assert dots[:16].all()
    assert dots[-16:].all()


def test_the_banner_reaches_from_edge_to_edge(font_set: FontSet) -> None:
    dots = np.asarray(drawn(font_set, Banner("已启用", BannerTone.DONE)))
    band = dots[22:-22]
    assert not band[:, 0].any()
    assert not band[:, -1].any()
    assert band.any()  # white words on it


def test_the_three_states_look_different_without_reading(font_set: FontSet) -> None:
    pictures = {drawn(font_set, Banner("状态", tone)).tobytes() for tone in BannerTone}
    assert len(pictures) == 3


def test_the_same_slip_is_the_same_picture(font_set: FontSet) -> None:
    assert drawn(font_set, *full_slip()).tobytes() == drawn(font_set, *full_slip()).tobytes()


def test_a_rare_character_is_drawn_and_no_box(font_set: FontSet) -> None:
    box = drawn(font_set, Paragraph("\U0003fffd"))
    rare = drawn(font_set, Paragraph(RARE))
    other = drawn(font_set, Paragraph("\U0002b821"))
    assert len({box.tobytes(), rare.tobytes(), other.tobytes()}) == 3
    assert ink(rare) > 0


@pytest.mark.parametrize("width", [576, 384])
def test_the_smallest_text_is_large_enough(font_set: FontSet, width: int) -> None:
    """A Chinese character is at least 27 dots of ink high, 3.4 mm: its square is 30 or more."""
    dots = np.asarray(drawn(font_set, FinePrint("国"), width=width))
    rows = np.flatnonzero(~dots.all(axis=1))
    assert rows[-1] - rows[0] + 1 >= 26


def test_the_receipt_number_is_the_largest_text(font_set: FontSet) -> None:
    number = drawn(font_set, BigNumber("受理编号", "JN03-000482"))
    title = drawn(font_set, Heading("JN03-000482"))
    assert number.height > 2 * title.height


def test_a_long_number_is_broken_at_a_hyphen(font_set: FontSet) -> None:
    one_line = drawn(font_set, BigNumber("受理编号", "JN03-000482"), width=384)
    two_lines = drawn(font_set, BigNumber("受理编号", "JN03-20261123-000482"), width=384)
    assert two_lines.height > one_line.height


@pytest.mark.parametrize("width", [576, 384])
@pytest.mark.parametrize(
    "value",
    [
        "370199********002X",
        "山东省济南市示例区泉水路1号" * 4,
        "X" * 80,
        "BERG, A*** M*** K*** E*** J***",
        "",
        "第一行\n第二行",
    ],
)
def test_any_value_stays_on_the_paper(font_set: FontSet, width: int, value: str) -> None:
    dots = np.asarray(drawn(font_set, Rows((("社会保障号码", value), ("姓名", "张*丰"))), width=width))
    margin = 12 if width == 576 else 6
    assert dots[:, -margin + 2 :].all()


@pytest.mark.parametrize("stray", ["\r", "\r\n", "\n", "\x1d", "\x85", "\u2028", "\u2029", "\x00", "\u200f"])
def test_what_a_name_from_elsewhere_ends_in_does_no_harm(font_set: FontSet, stray: str) -> None:
    name = f"泉城示例银行{stray}"
    slip = drawn(font_set, Heading(name), Banner(name, BannerTone.DONE), Rows(((name, name),)), Paragraph(name))
    assert ink(slip) > 0.05
    row = drawn(font_set, table(TableRow(name, PERIOD, "60 个月")))
    assert row.height == drawn(font_set, table(TableRow("泉城示例银行", PERIOD, "60 个月"))).height


def test_no_rows_and_no_words(font_set: FontSet) -> None:
    assert ink(drawn(font_set, Rows(()), Paragraph(""), FinePrint(""))) == 0
    assert drawn(font_set).height > 0


def test_a_code_that_does_not_fit_is_refused(font_set: FontSet) -> None:
    with pytest.raises(ValueError, match="does not fit on 384 dots"):
        drawn(font_set, Qr("A1b2" * 400), width=384)


def test_modules_of_a_code_are_at_least_half_a_millimetre(font_set: FontSet) -> None:
    dots = np.asarray(drawn(font_set, Qr("x" * 200), width=576))
    row = dots[np.flatnonzero(~dots.all(axis=1))[0]]
    finder = np.flatnonzero(~row)
    run = np.split(finder, np.flatnonzero(np.diff(finder) > 1) + 1)[0]
    assert len(run) >= 7 * 4  # the edge of a finder pattern is seven modules


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("您的卡在办。请本人带上身份证和社会保障卡再来。", 600, ["您的卡在办。请本人带上身份证", "和社会保障卡再来。"]),
        ("您还没有在这里参保", 320, ["您还没有", "在这里参保"]),
        ("已提交，正在等结果", 320, ["已提交，", "正在等结果"]),
        ("办到 2023年3月31日，以后不再办。", 430, ["办到 2023年3月31日，", "以后不再办。"]),
        ("上面这段时间里，有 7 个月没有缴费。", 400, ["上面这段时间里，", "有 7 个月没有缴费。"]),
        ("本月发放养老金 3,286.50 元，下月", 400, ["本月发放养老金", "3,286.50 元，下月"]),
        ("请到窗口问一问，或打 0531-12333。", 430, ["请到窗口问一问，", "或打 0531-12333。"]),
        ("证明编号 JN-20261123-000042", 430, ["证明编号", "JN-20261123-000042"]),
        ("古丽米热·阿卜杜热合曼", 280, ["古丽米热·", "阿卜杜热合曼"]),
        ("第一\n第二", 500, ["第一", "第二"]),
        ("", 500, [""]),
    ],
)
def test_lines_end_where_one_would_pause(font_set: FontSet, text: str, width: int, lines: list[str]) -> None:
    assert Lettering(font_set, 40, Weight.REGULAR).lines(text, width) == lines


@pytest.mark.parametrize(
    "text",
    ["X" * 80, "编号 " + "9" * 50, "完。" * 9, "“（" * 9, "    " * 20, "a" + "\u0301" * 40, "长" * 3 + "，" * 20],
)
@pytest.mark.parametrize("width", [40, 60, 90, 372])
def test_no_line_is_wider_than_the_paper(font_set: FontSet, text: str, width: int) -> None:
    lettering = Lettering(font_set, 36, Weight.BOLD)
    lines = lettering.lines(text, width)
    assert all(lettering.width(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_a_date_goes_below_its_label_rather_than_be_torn(font_set: FontSet) -> None:
    lettering = Lettering(font_set, 32, Weight.BOLD)
    assert lettering.fits_unbroken("社会 12345", 100)
    assert not lettering.fits_unbroken("社会 123456", 100)
    assert not lettering.fits_unbroken("2026年11月23日", 200)
    assert lettering.fits_unbroken("11月23日 14:26", 200)


def test_titles_break_evenly_and_at_marks(font_set: FontSet) -> None:
    lettering = Lettering(font_set, 40, Weight.BOLD)
    assert lettering.lines("没有办成：这张卡已经注销", 400) == ["没有办成：", "这张卡已经注销"]
    assert lettering.lines("企业养老关系转入（跨省）", 400) == ["企业养老关系转入", "（跨省）"]
    assert lettering.lines("4. 在职职工批量增加（企业）", 420) == ["4. 在职职工批量增加", "（企业）"]
    assert lettering.lines("已启用", 500) == ["已启用"]


PERIOD = "2015年3月 至 2020年2月"
EMPLOYER = "山东趵突泉示例信息技术服务股份有限公司济南高新区第一分公司"  # 30 characters


def table(*rows: TableRow) -> Table:
    return Table("养老保险", "共 135 个月", rows)


@pytest.mark.parametrize("width", [576, 384])
@pytest.mark.parametrize("employer", ["泉水纺织", EMPLOYER, RARE * 40, "X" * 80, ""])
def test_a_row_of_a_table_stays_on_the_paper(font_set: FontSet, width: int, employer: str) -> None:
    row = TableRow(employer, PERIOD, "60 个月", "还有 2 个月没缴，不算")
    dots = np.asarray(drawn(font_set, table(row, row), width=width))
    margin = 12 if width == 576 else 6
    assert dots[:, -margin + 2 :].all()
    assert dots[:, : margin - 2].all()


def test_the_sums_of_a_table_stand_at_its_right_edge(font_set: FontSet) -> None:
    for amount in ("6 个月", "600 个月"):
        dots = np.asarray(drawn(font_set, table(TableRow("泉水纺织", "", amount))))
        rows = dots[-22 - 34 : -22]
        assert 576 - 12 - 6 <= np.flatnonzero(~rows.all(axis=0))[-1] < 576 - 12


def test_a_sum_without_room_beside_it_stands_below(font_set: FontSet) -> None:
    beside = drawn(font_set, table(TableRow("泉水纺织", PERIOD, "60 个月")))
    below = drawn(font_set, table(TableRow("泉水纺织", PERIOD * 2, "60 个月")))
    assert below.height > beside.height


def test_a_remark_and_another_row_make_a_table_longer(font_set: FontSet) -> None:
    row = TableRow("泉水纺织", PERIOD, "60 个月")
    heights = [
        drawn(font_set, table(*rows)).height for rows in ((), (row,), (replace(row, remark="欠缴"),), (row, row))
    ]
    assert heights == sorted(set(heights))


@pytest.mark.parametrize("width", [576, 384])
def test_a_stamp_is_aslant_and_on_the_paper(font_set: FontSet, width: int) -> None:
    stamp = drawn(font_set, Stamp("第 12 次打印", "补打，编号与第 1 次相同"), width=width)
    dots = np.asarray(stamp)
    assert dots[:, :6].all()
    assert dots[:, -6:].all()
    top = np.flatnonzero(~dots.all(axis=1))[0]
    edge = np.flatnonzero(~dots[top])
    assert edge.size < width / 4  # a corner, not a level line
    assert ink(stamp) > 0.03


def test_a_full_code_is_larger_than_a_small_one(font_set: FontSet) -> None:
    small, full = (drawn(font_set, Qr("x" * 300, size)) for size in (QrSize.SMALL, QrSize.FULL))
    assert full.height > small.height
    assert read_qr(full) == "x" * 300


def test_narrow_paper_gives_up_error_correction_before_size(font_set: FontSet) -> None:
    longest = drawn(font_set, Qr("x" * 718, QrSize.FULL), width=384)
    assert longest.width == 384
    with pytest.raises(ValueError, match="does not fit on 384 dots"):
        drawn(font_set, Qr("x" * 800, QrSize.FULL), width=384)
