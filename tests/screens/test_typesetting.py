"""Lines end where a reader would pause."""

import re

from hypothesis import given
from hypothesis import strategies as st

from config.fonts import Weight
from screens.theme.typesetting import BOLD_OFF, BOLD_ON, Piece, SetLine, cut, set_lines


def measure(piece: Piece) -> float:
    return sum(1.0 if char > "⺀" else 0.5 for char in piece.text)


def lines(text: str, width: float) -> list[str]:
    return [
        "".join(piece.text for piece in line.pieces) for line in set_lines(cut(text, Weight.REGULAR), width, measure)
    ]


def test_breaks_after_a_pause_rather_than_inside_a_word() -> None:
    assert lines("请插入社保卡，或放上身份证", 9) == ["请插入社保卡，", "或放上身份证"]
    assert lines("请点一项。办理时请准备好社保卡或身份证。", 17) == ["请点一项。办理时请准备好社保卡", "或身份证。"]


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
