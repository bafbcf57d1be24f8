"""Names and numbers as they may stand on paper and on a screen that others can see.

A masked name still lets its owner recognise the slip, and tells a finder nothing.
"""

import re
import unicodedata

_STAR = "*"
_SEPARATORS = re.compile(r"([·•・‧.,，、\s\-]+)")
_LONGEST_MASK = 3
# Characters left readable at the front and at the end, by length: citizen's number; number of 15 digits;
# mobile number; card number and permit number.
_VISIBLE = {18: (6, 4), 15: (6, 3), 11: (3, 4), 9: (3, 2)}


def mask_name(name: str) -> str:
    """Hide most of a name: 张三丰 -> 张*丰, 张三 -> 张*, BERG, ANNA -> B***, A***.

    A name of several parts (foreign, or with 「·」) keeps the first character of each part; how long the rest is does
    not show. A name of one character is hidden wholly.
    """
    parts = _SEPARATORS.split(name.strip())
    if len(parts) > 1:
        return "".join(part if index % 2 else _mask_part(part) for index, part in enumerate(parts))
    chars = _characters(parts[0])
    if parts[0].isascii():
        return _mask_part(parts[0])
    if len(chars) < 3:
        return _STAR if len(chars) == 1 else "".join(chars[:1]) + _STAR * len(chars[1:])
    return chars[0] + _STAR * (len(chars) - 2) + chars[-1]


def mask_number(number: str) -> str:
    """Hide the telling part of a number: 370102********123X, D21****69.

    Lengths that are not known show a quarter at the front and an eighth at the end; four characters or fewer
    show nothing.
    """
    length = len(number)
    front, end = _VISIBLE.get(length, (length // 4, length // 8))
    if length <= 4:
        return _STAR * length
    return number[:front] + _STAR * (length - front - end) + number[length - end :]


def mask_mobile(number: str) -> str:
    """Hide the middle of a mobile number: 138****0021. Its owner knows it by the rest."""
    return mask_number(number)


def mask_account(number: str) -> str:
    """Show only the end of a bank account, as receipts of banks do: ***0123. Four digits or fewer show nothing."""
    return _STAR * len(number) if len(number) <= 4 else _STAR * _LONGEST_MASK + number[-4:]


def _mask_part(part: str) -> str:
    chars = _characters(part)
    if not chars:
        return ""
    return chars[0] + _STAR * min(len(chars) - 1, _LONGEST_MASK)


def _characters(text: str) -> list[str]:
    """Split into what a reader counts as characters: marks and selectors stay with their base."""
    chars: list[str] = []
    for char in text:
        if chars and unicodedata.category(char) in {"Mn", "Me", "Mc", "Cf"}:
            chars[-1] += char
        else:
            chars.append(char)
    return chars
