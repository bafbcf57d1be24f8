"""The questions that prove who is here: consent, face check, PIN, and a member of staff."""

from dataclasses import dataclass
from enum import StrEnum

from flows.prompts import Again, Confirmed, OtherWay, Prompt, Text


@dataclass(frozen=True)
class Agreed:
    """The citizen agreed to the text shown."""

    version: str


@dataclass(frozen=True, kw_only=True)
class Consent(Prompt[Agreed | OtherWay]):
    """Separate consent to the face check, with another way of the same rank beside it.

    ``card_way``: the other way is the card's PIN; else it is the staff. The camera is off until this is answered.
    """

    version: str
    card_way: bool


@dataclass(frozen=True, kw_only=True)
class LookAtCamera(Prompt[OtherWay]):
    """The face check is going on; a touch can only choose the other way. Frames arrive as ``FaceProgress``."""

    card_way: bool


class FaceFailure(StrEnum):
    """Why one try of the face check did not end well, as far as the person can do something about it."""

    NOT_RECOGNISED = "not_recognised"
    NO_GOOD_PICTURE = "no_good_picture"
    GESTURES_MISSED = "gestures_missed"


@dataclass(frozen=True, kw_only=True)
class FaceTryAgain(Prompt[Again | OtherWay]):
    """A try of the face check has failed: once more, or the other way. ``tries_left``: at least 1."""

    failure: FaceFailure
    tries_left: int
    card_way: bool


@dataclass(frozen=True, kw_only=True)
class CallStaff(Prompt[OtherWay]):
    """A member of staff shall confirm who is here: their card answers; a touch can only give up.

    ``notice`` tells what was wrong with the card that was put in. ``reason``: why a member of staff is needed.
    """

    reason: Text | None = None
    notice: Text | None = None


@dataclass(frozen=True, kw_only=True)
class EnterStaffPin(Prompt[str | OtherWay]):
    """The PIN of a member of staff, 6 to 12 digits. ``wait``: seconds for which none is taken, after wrong ones."""

    wrong: bool = False
    wait: int = 0


@dataclass(frozen=True, kw_only=True)
class EnterPin(Prompt[str | OtherWay]):
    """The card's PIN, 4 to 12 digits. ``tries_left`` is None when the card does not tell.

    ``notice`` tells why the face check is not on offer or has ended, so that nobody wonders. ``DECLINED``: the PIN is
    forgotten, ask a member of staff.
    """

    tries_left: int | None
    wrong: bool = False
    notice: Text | None = None


@dataclass(frozen=True, kw_only=True)
class LastTry(Prompt[Confirmed | OtherWay]):
    """The next wrong PIN locks the card: nobody gets there without having read this."""
