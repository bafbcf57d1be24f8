"""What is promised of every entry: only its typed error leaves, and the error repeats nothing of what was read."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TypeVar, get_args

from pydantic_core.core_schema import ErrorType

T = TypeVar("T")

_ROOT = Path(__file__).parents[2]
_ROOMS = ("config", "drivers", "flows", "kiosk")
_WORD = re.compile(r"[A-Za-z]+")
# A length, a place, a status: no birthday fits.
_NUMBER = re.compile(r"[0-9]{1,5}|[0-9A-F]{2}|[0-9A-F]{4}|0x[0-9a-f]{2}")


class BrokenPromiseError(AssertionError):
    """A finding."""


def kept(call: Callable[[], T], *typed: type[Exception]) -> T | None:
    """What ``call`` gives, or None if it refuses with one of the ``typed`` errors. Any other error passes through.

    Raises:
        BrokenPromiseError: the error says something that does not stand in the program's own source.
    """
    try:
        return call()
    except typed as error:
        for text in _texts(error):
            require_own_words(text)
        return None


def only(call: Callable[[], object], *typed: type[Exception]) -> None:
    """As ``kept``, where what is read is no secret and a library may quote it."""
    with suppress(*typed):
        call()


def require_own_words(text: str) -> None:
    """``text`` is made of words of the program, of fault codes and of small numbers: nothing from a document."""
    for token in re.findall(r"\w+", text):
        words = set(_WORD.findall(token.replace("_", " ")))
        rest = _WORD.sub("", token).replace("_", "")
        if _NUMBER.fullmatch(token) or (words <= _vocabulary() and (not rest or _NUMBER.fullmatch(rest))):
            continue
        raise BrokenPromiseError(f"an error says what it has read: {token!r}")


def _texts(error: BaseException) -> Iterator[str]:
    """What a traceback would show: the error and those behind it."""
    behind: BaseException | None = error
    while behind is not None:
        yield str(behind)
        behind = behind.__cause__ or (None if behind.__suppress_context__ else behind.__context__)


@cache
def _vocabulary() -> frozenset[str]:
    """Every word of the source, and the names that pydantic has for what is wrong with a body."""
    sources = "".join(file.read_text("utf-8") for room in _ROOMS for file in sorted((_ROOT / room).rglob("*.py")))
    return frozenset(_WORD.findall(sources)) | {word for each in get_args(ErrorType) for word in each.split("_")}
