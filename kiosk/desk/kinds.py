"""The words for what happens at the staff's desk, as the audit log may have them."""

from enum import StrEnum


class Way(StrEnum):
    """How somebody came in."""

    CARD = "card"
    GESTURE = "gesture"


class DeskRefusal(StrEnum):
    """Why a login did not come about."""

    WRONG = "wrong"  # PIN, or PIN and code; which of them is not told
    UNKNOWN = "unknown"  # nobody has this number, or no codes with it
    CARD_TAKEN = "card_taken"
    GIVEN_UP = "given_up"


class DeskEnd(StrEnum):
    """How the time of a member at the desk ended."""

    LOGGED_OUT = "logged_out"
    NOBODY = "nobody"  # nobody touched the screen any more, or "home" was touched
    CARD_TAKEN = "card_taken"
    FAULT = "fault"
    STOPPED = "stopped"  # with the program


class DeskPage(StrEnum):
    """The pages, by the names of their rows in the menu."""

    PAPER = "paper"
    CLOSING = "closing"
    GUIDE = "guide"
    DEVICES = "devices"
    TESTS = "tests"
    QUEUE = "queue"
    LOGS = "logs"
    FAULTS = "faults"
    CONFIGURATION = "configuration"


class DeskAct(StrEnum):
    """What a member of staff did there, beside what technicians do to the queue."""

    CLOSED = "closed"
    OPENED = "opened"
    LOGS_EXPORTED = "logs_exported"
    TESTED = "tested"
    ROLL_CHANGED = "roll_changed"
    REPORTED = "reported"
    CALIBRATED = "calibrated"
    CALIBRATION_UNDONE = "calibration_undone"
