"""The official guide's text, cut into its items, and the facts that a text states."""

import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path

GUIDE = Path(__file__).parents[2] / "shared" / "guide"

_CONTENTS_LINE = re.compile(r"^(\d{1,2})\.(\D.*?)[\t.]+\d+$", re.MULTILINE)
_MARKERS = re.compile(
    r"^\s*(?:[一二三四五六]、|[(（][一二三四五六][)）]|\d[.、]\s?(?!\d)|第[一二]步[:：]?)|[:：]\s*\d\.\s?(?=\D)|(?<=。)\s*2\.",
    re.MULTILINE,
)

_CHINESE_DIGITS = {digit: str(number) for number, digit in enumerate("零一二三四五六七八九十")} | {"两": "2"}

_FACTS = (
    r"\d{4}年\d{1,2}月\d{1,2}日",
    r"\d{4}年\d{1,2}月(?!\d)",
    r"\d{4}年",
    r"(?:\d+-)?\d+(?:\.\d+)?(?:%|个月|个工作日|[日天年次人家岁级号])",
    r"0531-12333",
    r"(?<![\d-])12333",
    r"https?://[A-Za-z0-9./:]+[A-Za-z0-9]",
    r"(?<![/A-Za-z0-9.])(?:[a-z0-9]+\.){2,}[a-z]+",
    r"《[^》]+》",
)
_ADDRESS = re.compile(r"\w{2,4}[路街]\d+号")
_FACT = re.compile("|".join(_FACTS))
_UNITS = re.compile(r"([一二两三四五六七八九十])(?=年|次(?!性)|级|日)")

_BOUND = re.compile(r"(?:不足|不高于|满)?\d+(?:\.\d+)?(?:%|个月|[年日天人])(?:\(含\))?(?:及?以[上下]|之?[内前后])?")
_MENU = re.compile(r"社会保险模块-(.+?)-办结")


def items() -> Mapping[int, str]:
    """The text of each item by its number, without the marks of lists; empty when the guide is not here."""
    text = "\n".join(file.read_text("utf-8") for file in sorted(GUIDE.glob("*.txt")))
    if not text:
        return {}
    titles = {int(number): plain(title) for number, title in _CONTENTS_LINE.findall(text)}
    lines = text.splitlines()
    plain_lines = [plain(line) for line in lines]
    body = max((index for index, line in enumerate(lines) if _CONTENTS_LINE.match(line)), default=0)
    starts = []
    for number in sorted(titles):
        body = plain_lines.index(titles[number], body + 1)
        starts.append(body)
    ends = [*starts[1:], len(lines)]
    return {
        number: plain(_MARKERS.sub("", "\n".join(lines[start:end])))
        for number, start, end in zip(sorted(titles), starts, ends, strict=True)
    }


def plain(text: str) -> str:
    """Without spaces, in one form of brackets, digits and the like."""
    text = unicodedata.normalize("NFKC", text).replace("三十日", "30日").replace("—", "-")
    return in_figures(re.sub(r"\s", "", text))


def in_figures(text: str) -> str:
    """Numbers of years, times, levels and days in figures, however they are written."""
    return _UNITS.sub(lambda match: _CHINESE_DIGITS[match.group()], text)


def facts(text: str) -> set[str]:
    """Dates, numbers with their units, telephones, addresses, names of papers in a plain text."""
    return set(_FACT.findall(text)) | set(_ADDRESS.findall(text))


def bounds(text: str) -> set[str]:
    """Numbers with what makes a limit of them: at least, less than, within. Without such a word they do not count."""
    found = {bound.replace("之内", "内") for bound in _BOUND.findall(text)}
    return {bound for bound in found if not re.fullmatch(r"\d+(?:\.\d+)?\D{1,2}", bound) or bound[-1] in "内前后上下"}


def menu_words(text: str) -> set[str]:
    """What stands in quotation marks or in a path of menus, each step for itself."""
    paths = [*re.findall(r"“([^“”]+)”", text), *_MENU.findall(text)]
    return {word for path in paths for word in path.split("-")}
