"""What is shown before a visit and after it: the start screen, and the reminder of the paper."""

from dataclasses import dataclass, field
from enum import StrEnum

from flows.prompts import Note, Prompt
from flows.records import DocumentKind


class PaperLevel(StrEnum):
    """How much paper the printer has, as far as it says."""

    ENOUGH = "enough"
    LOW = "low"
    OUT = "out"
    NO_PRINTER = "no_printer"  # it cannot be used, for whatever else


@dataclass(frozen=True)
class HallState:
    """What somebody should know of this kiosk before beginning.

    ``notes``: what cannot be done now and why, a sentence each; ``unreadable``: documents whose reader does not work;
    ``open``: something can be done here; ``heard``: gateway and printer have said how they are since the start.
    """

    online: bool = True
    paper: PaperLevel = PaperLevel.ENOUGH
    notes: tuple[Note, ...] = ()
    unreadable: tuple[DocumentKind, ...] = ()
    open: bool = True
    heard: bool = True

    @property
    def well(self) -> bool:
        """True if there is nothing to say."""
        return self == HallState()


@dataclass(frozen=True, kw_only=True)
class Invitation(Prompt["Touched | StaffEntrance"]):
    """The start screen: what one can do here, and what not now; waits for a touch, or for the gesture of the staff."""

    state: HallState = HallState()


@dataclass(frozen=True)
class Touched:
    """Somebody touched the start screen."""


@dataclass(frozen=True)
class StaffEntrance:
    """Somebody of the staff wants in: by the gesture, or with the card of this 卡的识别码."""

    identification: str = field(default="", repr=False)


class TakePaper(Prompt[Touched]):
    """The visit is over, and paper lies in the printer: shown for a moment; a touch anywhere goes on."""
