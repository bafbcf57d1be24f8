"""What citizens read is plain: no word of the list of office words, and no sentence too long for large type."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from screens.text.catalogue import LANGUAGES, Catalogue

PLAIN = tomllib.loads((Path(__file__).parents[2] / "screens/text/plain_words.toml").read_text("utf-8"))
# For the technician at the screen and on the command line, and what stands on a certificate for who receives it.
NOT_FOR_CITIZENS = ("queue.", "paper.", "verify.", "bench.", "audit.", "desk.", "check.", "found.", "enrol.")
# Characters in Chinese, words in English: five lines of a card in large type.
LONGEST = {"zh_CN": 36, "en": 20}
_END = {"zh_CN": re.compile("(?<=[。！？；])"), "en": re.compile("(?<=[.!?;]) ")}


def for_citizens(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    for key, message in catalogue.messages.items():
        if not key.endswith(".technician") and not key.startswith(NOT_FOR_CITIZENS):
            yield key, re.sub(r"\[/?b\]", "", message)


def office_words(language: str, message: str) -> list[str]:
    if language == "en":
        return [word for word in PLAIN["en"] if re.search(rf"\b{word}", message, re.IGNORECASE)]
    return [word for word in PLAIN["zh_CN"] if word in message]


def length(language: str, sentence: str) -> int:
    # A value stands for about three characters or one word.
    said = re.sub(r"\{[a-z_]+\}", "三个字", sentence)
    return len(said.split()) if language == "en" else len(said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_of_the_offices(language: str, catalogues: dict[str, Catalogue]) -> None:
    used = {key: words for key, text in for_citizens(catalogues[language]) if (words := office_words(language, text))}
    assert used == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_too_long(language: str, catalogues: dict[str, Catalogue]) -> None:
    long = {
        key: sentence
        for key, text in for_citizens(catalogues[language])
        for sentence in _END[language].split(text)
        if length(language, sentence) > LONGEST[language]
    }
    assert long == {}


def test_a_word_of_the_offices_would_be_found() -> None:
    assert office_words("zh_CN", "请勿重复进行操作") == ["进行", "请勿", "操作"]
    assert office_words("en", "Please commence prior to noon") == ["commence", "prior to"]
    assert office_words("en", "Please begin before noon") == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_the_list_has_its_plain_one(language: str) -> None:
    words = PLAIN[language]
    assert len(words) >= 20
    assert all(plain and not office_words(language, plain) for plain in words.values())
