"""Lines end where a reader would pause."""

import re

from hypothesis import given
from hypothesis import strategies as st

from config.fonts import Weight
from config.phrases import counts_and_dates
from config.typesetting import BOLD_OFF, BOLD_ON, Piece, SetLine, cut, divided, set_lines


def measure(piece: Piece) -> float:
    return sum(1.0 if char > "⺀" else 0.5 for char in piece.text)


def lines(text: str, width: float) -> list[str]:
    return [
        "".join(piece.text for piece in line.pieces) for line in set_lines(cut(text, Weight.REGULAR), width, measure)
    ]


def lines_on_paper(text: str, width: float) -> list[str]:
    return [line.text for line in set_lines(divided(cut(text, Weight.REGULAR), width, measure), width, measure)]


def test_breaks_after_a_pause_rather_than_inside_a_word() -> None:
    assert lines("请插入社保卡，或放上身份证", 9) == ["请插入社保卡，", "或放上身份证"]
    assert lines("请点一项。办理时请准备好社保卡或身份证。", 17) == ["请点一项。办理时请准备好社保卡", "或身份证。"]


@given(st.text(alphabet="社保卡，。”）～—·“（￥", min_size=1, max_size=40), st.integers(6, 12))
def test_punctuation_stands_in_its_place(text: str, width: int) -> None:
    text = re.sub("([，。”）～—·“（￥])[，。”）～—·“（￥]+", r"\1", text)
    broken = lines(text, width)
    assert not any(line[0] in "，。”）～—·" for line in broken[1:])
    assert not any(line[-1] in "“（￥" for line in broken[:-1])


@given(st.text(alphabet="社保卡，。”）“（￥abc1 ", max_size=40), st.integers(1, 12))
def test_where_nothing_may_overhang_nothing_does(text: str, width: int) -> None:
    pieces = divided(cut(text, Weight.REGULAR), width, measure)
    broken = set_lines(pieces, width, measure)
    assert all(line.width <= width for line in broken)
    assert "".join(line.text for line in broken).replace(" ", "") == text.replace(" ", "")


def test_no_line_begins_with_closing_punctuation() -> None:
    assert lines("今天已经办好了。", 7) == ["今天已经", "办好了。"]


def test_breaks_between_phrases() -> None:
    assert lines("确认临时挂失这张卡吗？", 8) == ["确认临时挂失", "这张卡吗？"]
    assert lines("您还没有在这里参保", 8) == ["您还没有", "在这里参保"]
    assert lines("已经解挂，卡可以用了", 9) == ["已经解挂，", "卡可以用了"]
    assert lines("证书超过 12 个月了", 8) == ["证书超过", "12 个月了"]
    assert lines("联网正常　待送出 12 笔", 6) == ["联网正常", "待送出 12 笔"]
    assert lines("请工作人员查看本机", 6) == ["请工作人员", "查看本机"]
    assert lines("再输错一次，卡就锁住了", 8) == ["再输错一次，", "卡就锁住了"]
    assert lines("核对卡号和姓名，点“确认挂失”。", 14) == ["核对卡号和姓名，", "点“确认挂失”。"]
    assert lines("已等 2 小时，试过 4 次，下次：3 分后。", 14) == ["已等 2 小时，试过 4 次，", "下次：3 分后。"]
    assert lines("内蒙古自治区", 4.5) == ["内蒙古", "自治区"]
    assert lines("以前由哪家社保机构管？", 10) == ["以前由哪家", "社保机构管？"]
    assert lines("确认申请失业保险金吗？", 8) == ["确认申请", "失业保险金吗？"]


def test_a_compound_too_long_is_divided_between_its_words() -> None:
    assert lines("自助一体机：选“失业保险金申请”功能。", 10.3) == ["自助一体机：选“失业", "保险金申请”功能。"]


def test_counts_and_dates_stay_whole_where_they_fit() -> None:
    assert lines("失业保险累计缴满 36 个月，才能领", 10) == ["失业保险累计缴满", "36 个月，才能领"]
    assert lines("银行卡号最多 19 位，多了 2 位", 8) == ["银行卡号最多", "19 位，多了 2 位"]
    assert lines("下次认证，请在 2026年11月23日以前办。", 12) == ["下次认证，请在", "2026年11月23日以前办。"]
    assert lines("2026年11月23日", 6) == ["2026年", "11月23日"]
    assert lines("Checked within 5 working days", 8) == ["Checked within", "5 working days"]
    assert counts_and_dates("2 位，1月5日") == ["2 位", "1月", "5日", "1月5日"]


def test_the_number_of_a_title_does_not_stand_alone() -> None:
    assert lines("18. 单位参保证明查询打印", 11) == ["18. 单位", "参保证明查询打印"]


def test_what_is_wider_than_a_line_overhangs_alone() -> None:
    assert lines("Sprache: ABCDEFGHIJ, ja", 4) == ["Sprache:", "ABCDEFGHIJ,", "ja"]
    assert lines("编号 ABCDEFGHIJ，请看", 4) == ["编号", "ABCDEFGHIJ", "，请看"]


def test_where_nothing_may_overhang_it_is_divided() -> None:
    assert lines_on_paper("编号 ABCDEFGHIJ", 4) == ["编号 ABC", "DEFGHIJ"]
    assert lines_on_paper("证明编号 JN03-0001", 5) == ["证明编号", "JN03-0001"]


def test_marks_stay_with_their_character() -> None:
    assert lines("葛\U000e0100葛\U000e0100", 1.6) == ["葛\U000e0100", "葛\U000e0100"]
    assert lines_on_paper("e\u0301e\u0301e\u0301", 1) == ["e\u0301", "e\u0301", "e\u0301"]


@given(st.text(alphabet="请把社保卡身份证插到底的吗，。、", min_size=1, max_size=40), st.integers(8, 20))
def test_no_line_is_too_long(text: str, width: int) -> None:
    text = re.sub("[，。、]+", "，", text)
    assert all(line.width <= width for line in set_lines(cut(text, Weight.REGULAR), width, measure))


def test_no_single_character_is_left_over() -> None:
    assert all(len(line) > 2 for line in lines("可以用摄像头核对是您本人吗？", 12))


def test_numbers_and_words_stay_whole() -> None:
    assert lines("电话 400-000-0000。", 6) == ["电话", "400-000-0000。"] or len(lines("电话 400-000-0000。", 8)) == 2
    assert lines("Take your card or ID", 5) == ["Take your", "card or ID"]


def test_english_breaks_after_what_is_said_too() -> None:
    assert lines("One try left. Go on?", 7) == ["One try left.", "Go on?"]
    assert lines("I am sure: enter it", 7) == ["I am sure:", "enter it"]
    assert lines("Yes, use the camera", 8) == ["Yes,", "use the camera"]
    assert lines("Pension transfer: enterprises", 9) == ["Pension transfer:", "enterprises"]
    assert lines("Call a technician", 8) == ["Call", "a technician"]
    assert lines("Your certificate is printed", 12) == ["Your certificate", "is printed"]
    assert lines("You can use either one. The machine reads it by itself.", 18) == [
        "You can use either one.",
        "The machine reads it by itself.",
    ]


def test_bold_marks_become_weights() -> None:
    (line,) = set_lines(cut(f"还有 {BOLD_ON}2{BOLD_OFF} 次", Weight.REGULAR), 99, measure)
    assert line.runs() == [("还有 ", Weight.REGULAR), ("2", Weight.BOLD), (" 次", Weight.REGULAR)]


def test_a_rare_character_is_one_piece() -> None:
    assert [piece.text for piece in cut("赵\U0002c386", Weight.BOLD)] == ["赵", "\U0002c386"]


@given(st.text(alphabet="社保卡身份证，。、吗 abcABC0123456789()“”", max_size=60), st.integers(4, 30))
def test_nothing_is_lost(text: str, width: int) -> None:
    pieces = cut(text, Weight.REGULAR)
    laid: list[SetLine] = set_lines(pieces, width, measure)
    shown = "".join(piece.text for line in laid for piece in line.pieces)
    assert shown.replace(" ", "") == text.replace(" ", "")
