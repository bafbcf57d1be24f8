"""The questions of the staff's own pages: a list, facts, digits. A few kinds of page serve everything there.

Like flows.prompts, but for members of staff: more on a page, and never anything of a citizen.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from drivers.touch_panel.path import Drawn
from flows.prompts import Note, Prompt, Text, Tone, Words

T_co = TypeVar("T_co", covariant=True)

_NOTHING = Text("desk.empty")


@dataclass(frozen=True)
class Mark:
    """A state: a sign of its tone and the word for it; never colour alone."""

    tone: Tone
    words: Words


@dataclass(frozen=True)
class DeskRow:
    """One row of a list. A touch answers ``name``; a row without a name only tells."""

    name: str
    title: Words
    about: Words | None = None
    mark: Mark | None = None


@dataclass(frozen=True)
class Deed:
    """Something that can be done on a page. ``final``: it looks like something that cannot be undone."""

    name: str
    words: Words
    final: bool = False
    closed: bool = False


@dataclass(frozen=True)
class Fact:
    """A label and its value; ``tone``: the value has a sign of its own."""

    label: Words
    value: Words
    tone: Tone | None = None


@dataclass(frozen=True)
class Facts:
    """Facts that belong together, under a heading if there is one."""

    facts: tuple[Fact, ...]
    heading: Words | None = None


@dataclass(frozen=True, kw_only=True)
class DeskPrompt(Prompt[T_co]):
    """A page for somebody who is logged in. ``who``: their number and role. "Home" logs out."""

    title: Words
    who: Words | None = None
    explanation: Words | None = None
    notes: tuple[Note, ...] = ()
    deeds: tuple[Deed, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DeskList(DeskPrompt[str]):
    """Rows, turned over like pages where they do not fit; the answer is the name of a row or of a deed."""

    rows: tuple[DeskRow, ...]
    empty: Text = _NOTHING


@dataclass(frozen=True, kw_only=True)
class DeskFacts(DeskPrompt[str]):
    """Facts in groups; the answer is the name of a deed. ``code``: shown as a QR code below them."""

    groups: tuple[Facts, ...]
    code: str = ""


@dataclass(frozen=True, kw_only=True)
class DeskAmount(DeskPrompt[int]):
    """A whole number from ``least`` to ``most``, both included, typed on a pad."""

    least: int
    most: int


@dataclass(frozen=True, kw_only=True)
class DeskText(DeskPrompt[str]):
    """A line of text of ``least`` to ``most`` characters, typed on a keyboard; ``value`` is what stands there first."""

    value: str = ""
    least: int = 0
    most: int = 120


@dataclass(frozen=True, kw_only=True)
class DeskTouch(DeskPrompt[bool]):
    """Squares all over the page: True when each has been touched, False when somebody gives up."""


@dataclass(frozen=True, kw_only=True)
class DeskDrag(DeskPrompt[Drawn]):
    """A path over the whole screen to draw along. Answered when all of it was reached, or somebody ends it."""


@dataclass(frozen=True, kw_only=True)
class DeskCrosses(DeskPrompt[tuple[tuple[float, float], ...]]):
    """Crosses to touch, one after the other, each by its place: shares of the screen from its top left corner.

    The answer has a touch for each of them; none at all if nobody touched the screen any more.
    """

    crosses: tuple[tuple[float, float], ...]


@dataclass(frozen=True, kw_only=True)
class DeskKeep(DeskPrompt[bool]):
    """Whether what was just set shall stay. Who cannot touch any more waits: after ``seconds`` it goes back."""

    seconds: int


@dataclass(frozen=True, kw_only=True)
class DeskCamera(DeskPrompt[str]):
    """What the camera sees; pictures arrive as ``FaceProgress``. The answer is the name of a deed.

    ``compares``: two faces of the picture are compared, and the page waits for them.
    """

    compares: bool = False


class DigitsKind(StrEnum):
    """What is typed at the login."""

    NUMBER = "number"  # S07 without its S
    PIN = "pin"
    CODE = "code"  # of the app that makes time-based codes


@dataclass(frozen=True, kw_only=True)
class DeskDigits(Prompt[str]):
    """Digits of the login; "cancel" goes back.

    ``notice``: what was wrong before; ``wait``: seconds for which none are taken.
    """

    kind: DigitsKind
    notice: Text | None = None
    wait: int = 0
