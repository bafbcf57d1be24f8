"""Banks, known by the first digits of their debit cards (config/issuers.toml)."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flows.prompts import Localised

ISSUERS = Path(__file__).parent.parent / "config" / "issuers.toml"


@dataclass(frozen=True)
class Issuer:
    """A bank, and how many digits those of its card numbers have that begin alike."""

    name: Localised
    length: int


@cache
def _by_prefix() -> dict[str, Issuer]:
    table = tomllib.loads(ISSUERS.read_text(encoding="utf-8"))
    return {
        prefix: Issuer(Localised(entry["zh"], entry["en"]), entry["length"])
        for entry in table["issuer"]
        for prefix in entry["prefixes"]
    }


@cache
def longest_prefix() -> int:
    """How many digits tell for certain whether the bank is known."""
    return max(map(len, _by_prefix()))


def issuer_of(digits: str) -> Issuer | None:
    """The bank whose card begins with ``digits``; None as long as it does not show, or for a bank not in the list."""
    prefixes = (digits[:length] for length in range(min(len(digits), longest_prefix()), 0, -1))
    return next((_by_prefix()[prefix] for prefix in prefixes if prefix in _by_prefix()), None)


def luhn(digits: str) -> bool:
    """True if the last digit is the check digit of the others (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        weighed = int(digit) * (1 + place % 2)
        total += weighed - 9 if weighed > 9 else weighed
    return total % 10 == 0
