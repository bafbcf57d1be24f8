"""Sentences as espeak-ng reads them. Pure.

Its Mandarin voice for characters is broken in 1.51; the one for Pinyin (``cmn-latn-pinyin``) reads syllables with tone
numbers, digits and punctuation well.
"""

import re

from pypinyin import Style, lazy_pinyin

VOICES = {"zh_CN": "cmn-latn-pinyin", "en": "en"}
_LONG_NUMBER = re.compile(r"\d{5,}")  # a telephone number, a receipt: digit by digit
_PAUSES = str.maketrans("，。？！；：、（）《》“”…—", ",.?!;:,    " + "  ..")


def readable(text: str, language: str) -> str:
    """``text`` for the voice of ``language`` ("zh_CN" or "en"): Pinyin with tone numbers, or English as it is."""
    text = _LONG_NUMBER.sub(lambda number: " ".join(number.group()), text)
    if language != "zh_CN":
        return text
    pieces = lazy_pinyin(text, style=Style.TONE3, neutral_tone_with_five=True)
    return " ".join(piece.strip() for piece in pieces).translate(_PAUSES)
