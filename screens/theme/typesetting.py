"""Breaking sentences into lines: pure, the width of a piece of text is asked from outside.

Kivy breaks Chinese anywhere, even before a comma. Here no line begins with closing punctuation, known words stay
whole, and of all ways to break, the one with the fewest and most even lines is taken.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from config.fonts import Weight

BOLD_ON, BOLD_OFF = "\x02", "\x03"

_CLOSING = set("，。、；：？！）】」』》〉”’…·,.;:?!)%]")
_OPENING = set("（【「『《〈“‘([")
_SENTENCE_END = set("。？！；")
_PAUSE = set("，、：")
_WIDE = re.compile("[\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\u3000-\u303f\U00020000-\U0003ffff]")
_PIECE = re.compile(
    "[\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\u3000-\u303f\U00020000-\U0003ffff]|[ ]+|[^ \u2e80-\u9fff"
    "\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\u3000-\u303f\U00020000-\U0003ffff]+"
)

_AT_STROKES = re.compile("[^/]*/+|[^/]+")
_LONG = 24  # characters without a blank

# Words a reader stumbles over when a line ends inside them.
_WORDS = """
社会保障卡 社会保障 社保卡 身份证 工作人员 回执编号 一体机 读卡区 密码 凭条 网络 银行
服务大厅 电话 摄像头 证件 芯片 姓名 启用 生效 办理 恢复 自动 上传 窗口 挂失 本机
马上 现在 工作 需要 可以 不能 没有 打印 机器 屏幕 面容 照片 核验 本人 再来 重新
稍后 请您 功能 信息 系统 短信 结果 时间 咨询 帮助 帮忙 准备 触摸 开始 您的 暂时
自治区 自治州 自治县 行政区 特别 维吾尔 证书 养老 保险 审核 作废 护照 手机 哪个 一次 这张
完成 取走 页面 插入 放上 出来 中断 连接 任何 选择 同意 保存 删除 比对 离开 退出
领取 证明 缴费 养老金 失业 保险金 补助金 补贴 技能 提升 待遇 转入 转移 注销 解除 指南 事项
参保 登记 权益 记录 资格 认证 单位 企业 机关 职工 申请 申领 自助 解放东路 站前街 事业
"""
WHOLE_WORDS = tuple(_WORDS.split())


@dataclass(frozen=True)
class Piece:
    """The smallest part of a line that is never divided."""

    text: str
    weight: Weight

    @property
    def is_space(self) -> bool:
        """True for blanks, which vanish at the end of a line."""
        return self.text.isspace()


@dataclass(frozen=True)
class SetLine:
    """One line as it will be drawn."""

    pieces: tuple[Piece, ...]
    width: float

    def runs(self) -> list[tuple[str, Weight]]:
        """Neighbouring pieces of one weight joined."""
        joined: list[tuple[str, Weight]] = []
        for piece in self.pieces:
            if joined and joined[-1][1] is piece.weight:
                joined[-1] = (joined[-1][0] + piece.text, piece.weight)
            else:
                joined.append((piece.text, piece.weight))
        return joined


def is_wide(char: str) -> bool:
    """True for characters as wide as high."""
    return _WIDE.match(char) is not None


def cut(marked: str, weight: Weight) -> list[Piece]:
    """A sentence with bold marks, cut into pieces."""
    pieces: list[Piece] = []
    present = weight
    for part in re.split(f"([{BOLD_ON}{BOLD_OFF}])", marked):
        if part == BOLD_ON:
            present = Weight.BOLD
        elif part == BOLD_OFF:
            present = weight
        else:
            pieces.extend(Piece(part, present) for match in _PIECE.findall(part) for part in _parts(match))
    return pieces


def _parts(piece: str) -> list[str]:
    """An address on the web may end a line after a stroke; any other run of letters stays whole."""
    return _AT_STROKES.findall(piece) if len(piece) > _LONG else [piece]


def _inside_words(pieces: Sequence[Piece]) -> set[int]:
    """Places (before piece i) that lie inside a known word."""
    starts: list[int] = []
    offset = 0
    for piece in pieces:
        starts.append(offset)
        offset += len(piece.text)
    text = "".join(piece.text for piece in pieces)
    inside: set[int] = set()
    for word in WHOLE_WORDS:
        at = text.find(word)
        while at >= 0:
            inside.update(range(at + 1, at + len(word)))
            at = text.find(word, at + 1)
    return {i for i, start in enumerate(starts) if start in inside}


def break_cost(before: Piece, after: Piece) -> float | None:
    """What it costs to end a line between two pieces; None where it is forbidden."""
    if after.is_space or after.text[0] in _CLOSING or before.text[-1] in _OPENING:
        return None
    last = before.text[-1]
    if last in _SENTENCE_END:
        return 0.0
    if last in _PAUSE:
        return 0.01
    if before.is_space or (after.text[0] in _OPENING and is_wide(after.text[0])):
        return 0.03
    if is_wide(last) or is_wide(after.text[0]) or last == "/":
        return 0.18
    return None


_INSIDE_WORD = 0.6
_PER_LINE = 1.0
_LEFT_OVER = 0.4
_FEW_PIECES = 2


def set_lines(pieces: Sequence[Piece], width: float, measure: Callable[[Piece], float]) -> list[SetLine]:
    """The best lines for ``pieces`` within ``width``; a piece wider than that stands alone and overhangs."""
    if not pieces:
        return []
    widths = [measure(piece) for piece in pieces]
    inside = _inside_words(pieces)
    count = len(pieces)
    best: list[float] = [0.0] + [float("inf")] * count
    previous = [0] * (count + 1)
    for start in range(count):
        if best[start] == float("inf"):
            continue
        used = 0.0
        for end in range(start + 1, count + 1):
            used += widths[end - 1]
            visible = used - (widths[end - 1] if pieces[end - 1].is_space else 0.0)
            if visible > width and end > start + 1:
                break
            cost = _line_cost(pieces, start, end, visible / width, inside)
            if cost is not None and best[start] + cost < best[end]:
                best[end], previous[end] = best[start] + cost, start
    return _collect(pieces, widths, previous, count)


def _line_cost(pieces: Sequence[Piece], start: int, end: int, filled: float, inside: set[int]) -> float | None:
    """The cost of a line that ends before piece ``end``: its break and its emptiness (little for the last)."""
    if end == len(pieces):
        lonely = _LEFT_OVER if end - start <= _FEW_PIECES and start > 0 else 0.0
        return _PER_LINE + lonely + max(0.0, 0.3 - filled)
    at_break = break_cost(pieces[end - 1], pieces[end])
    if at_break is None:
        return None
    if end in inside:
        at_break += _INSIDE_WORD
    return _PER_LINE + at_break + 0.5 * max(0.0, 1 - filled) ** 2


def _collect(pieces: Sequence[Piece], widths: Sequence[float], previous: Sequence[int], count: int) -> list[SetLine]:
    lines: list[SetLine] = []
    end = count
    while end > 0:
        start = previous[end]
        first, last = start, end
        while last > first + 1 and pieces[last - 1].is_space:
            last -= 1
        lines.append(SetLine(tuple(pieces[first:last]), sum(widths[first:last])))
        end = start
    return lines[::-1]
