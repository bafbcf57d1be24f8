"""Which numbers are right, said while they are typed. Nothing here knows a screen."""

from flows.banks import issuer_of, longest_prefix, luhn
from flows.prompts import NumberKind, Text

_LENGTHS = {NumberKind.MOBILE: (11, 11), NumberKind.BANK_ACCOUNT: (16, 19), NumberKind.BIRTH_YEAR: (4, 4)}


def length(kind: NumberKind) -> tuple[int, int]:
    """The fewest and the most digits of a number of this kind."""
    return _LENGTHS[kind]


def check(kind: NumberKind, digits: str) -> Text | None:
    """None if ``digits`` (0 to 9 only) is complete and right; else the sentence that says what is missing."""
    if not digits:
        return Text(f"field.{kind}.empty")
    match kind:
        case NumberKind.MOBILE:
            return _check_mobile(digits)
        case NumberKind.BANK_ACCOUNT:
            return _check_account(digits)
        case NumberKind.BIRTH_YEAR:
            return _check_year(digits)


def comment(kind: NumberKind, digits: str) -> Text | None:
    """What can be told about the number while it is typed: the bank of an account, known or not."""
    if kind is not NumberKind.BANK_ACCOUNT:
        return None
    if issuer := issuer_of(digits):
        return Text("field.bank_account.bank", {"bank": issuer.name})
    return Text("field.bank_account.bank_unknown") if len(digits) >= longest_prefix() else None


def grouped(kind: NumberKind, digits: str) -> str:
    """The digits in groups, as they are printed on a card or told on the telephone."""
    match kind:
        case NumberKind.MOBILE:
            parts = [digits[:3], digits[3:7], digits[7:]]
        case NumberKind.BANK_ACCOUNT:
            parts = [digits[start : start + 4] for start in range(0, len(digits), 4)]
        case NumberKind.BIRTH_YEAR:
            parts = [digits]
    return " ".join(part for part in parts if part)


def _check_mobile(digits: str) -> Text | None:
    if not digits.startswith("1"):
        return Text("field.mobile.start")
    if digits[1:2] and digits[1] not in "3456789":
        return Text("field.mobile.second")
    return _check_length(NumberKind.MOBILE, digits)


def _check_account(digits: str) -> Text | None:
    """A bank that is known tells the length of its numbers; else every length from 16 to 19 may be right."""
    issuer = issuer_of(digits)
    if issuer is not None and len(digits) != issuer.length:
        more = issuer.length - len(digits)
        return Text(
            f"field.bank_account.{'bank_short' if more > 0 else 'bank_long'}",
            {"bank": issuer.name, "length": issuer.length, "count": abs(more)},
        )
    if wrong := _check_length(NumberKind.BANK_ACCOUNT, digits):
        return wrong
    if luhn(digits):
        return None
    whole = issuer is not None or len(digits) == length(NumberKind.BANK_ACCOUNT)[1]
    return Text("field.bank_account.wrong" if whole else "field.bank_account.wrong_or_short")


def _check_year(digits: str) -> Text | None:
    if not (digits.startswith(("19", "20")) or digits in {"1", "2"}):
        return Text("field.birth_year.start")
    return _check_length(NumberKind.BIRTH_YEAR, digits)


def _check_length(kind: NumberKind, digits: str) -> Text | None:
    fewest, most = length(kind)
    if len(digits) < fewest:
        return Text(f"field.{kind}.short", {"count": fewest - len(digits)})
    if len(digits) > most:
        return Text(f"field.{kind}.long", {"count": len(digits) - most})
    return None
