"""How old somebody is, as far as the document tells."""

from datetime import date

from flows.records import Holder

# GB 11643-1999: weights of the first 17 digits and the check characters by the remainder modulo 11.
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


def age_of(holder: Holder, today: date) -> int | None:
    """Full years on ``today``; None when neither the document nor its number tells the day of birth."""
    born = holder.born or born_by_number(holder.number)
    if born is None:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def born_by_number(number: str) -> date | None:
    """The day in digits 7 to 14 of a citizen identity number (GB 11643); None for any other number.

    Cards of foreigners may hold numbers by a rule that is not public: a date that stands there by chance is no
    birthday, so the check character must be right.
    """
    digits = number[:17]
    if len(number) != 18 or not (digits.isascii() and digits.isdecimal()):
        return None
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True))
    if number[17] != _CHECKS[total % 11]:
        return None
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
