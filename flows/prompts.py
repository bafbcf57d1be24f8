"""The questions a flow may put. A prompt is frozen and says which answer it takes; every matter shares them.

Prose is not here: a ``Text`` names a sentence of the text catalogue (screens/text) and the values to put into it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from config.faults import FaultCode
from flows.face_progress import FaceProgress
from flows.months import Month
from flows.records import DocumentKind

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True)
class OpenDay:
    """A day that belongs to a rule or to the hall, never to a person: it may be read aloud."""

    day: date


@dataclass(frozen=True)
class Text:
    """A sentence of the catalogue with its values. A value may itself be words; times and months are said as usual."""

    key: str
    values: Mapping[str, "str | int | date | OpenDay | Month | Words"] = field(default_factory=dict)


@dataclass(frozen=True)
class Verbatim:
    """Something shown as it is: a name, a number."""

    value: str


@dataclass(frozen=True)
class Localised:
    """Words that come with their translation: those of the matters' files, names of places."""

    zh: str
    en: str


Words = Text | Verbatim | Localised


class Tone(StrEnum):
    """The colour family and sign of a note; never colour alone."""

    INFO = "info"
    OK = "ok"
    WAITING = "waiting"
    STOP = "stop"


@dataclass(frozen=True)
class Note:
    """One coloured box with a sentence."""

    text: Text
    tone: Tone = Tone.INFO


@dataclass(frozen=True)
class Line:
    """One row of a card. ``change`` names the answer that stands in it: the summary then offers to change it."""

    label: Text
    value: Words
    strong: bool = False
    change: str = ""


@dataclass(frozen=True)
class Steps:
    """Where the citizen is: matter, step ``number`` of ``total``."""

    matter: Words
    number: int
    total: int


@dataclass(frozen=True, kw_only=True)
class Prompt(Generic[T_co]):
    """One question on one screen; the parameter is the type of the answer."""

    steps: Steps | None = None
    can_go_back: bool = True


@dataclass(frozen=True)
class MatterTile:
    """One matter on the home screen. ``closed`` says why it cannot be done now; None when it can.

    ``group`` is the heading under which it stands where all matters are shown.
    """

    matter: str  # what the kiosk does, e.g. "activation"
    title: Words
    subtitle: Words
    icon: str
    closed: Text | None = None
    group: Text | None = None


class Elsewhere(StrEnum):
    """Where the home screen leads beside the matters on it."""

    ALL_MATTERS = "all_matters"
    GUIDE = "guide"


@dataclass(frozen=True, kw_only=True)
class ChooseMatter(Prompt["str | Elsewhere"]):
    """The home screen; the answer is what the kiosk shall do. ``elsewhere``: which ways on are offered below.

    ``notice``: what the hall has to say today, in place of ``about``.
    """

    tiles: tuple[MatterTile, ...]
    about: Text = Text("home.explanation")
    notice: Note | None = None
    elsewhere: tuple[Elsewhere, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ChooseFromAll(Prompt[str]):
    """Every matter of this kiosk, under the headings of its groups."""

    tiles: tuple[MatterTile, ...]


@dataclass(frozen=True)
class Option:
    """One thing to choose. ``closed`` says why it cannot be chosen; it is shown all the same, with its reason."""

    name: str
    title: Words
    subtitle: Words | None = None
    icon: str = ""
    closed: Words | None = None


@dataclass(frozen=True, kw_only=True)
class Choose(Prompt[str]):
    """One of several; the answer is the option's name.

    ``small``: many short titles, such as names of places, stand close together in several columns. More than fit are
    turned over like pages.
    """

    question: Text
    options: tuple[Option, ...]
    explanation: Text | None = None
    notes: tuple[Note, ...] = ()
    small: bool = False


class NumberKind(StrEnum):
    """What a number means; flows.fields says which are right."""

    MOBILE = "mobile"
    BANK_ACCOUNT = "bank_account"
    BIRTH_YEAR = "birth_year"


@dataclass(frozen=True, kw_only=True)
class EnterNumber(Prompt[str]):
    """Digits typed on a pad, checked by ``flows.fields`` while they are typed. ``notice``: what was wrong before.

    ``final``: with these digits something is done that cannot be undone; the words say what.
    """

    question: Text
    kind: NumberKind
    explanation: Text | None = None
    notice: Text | None = None
    final: Text | None = None


@dataclass(frozen=True, kw_only=True)
class ChooseMonth(Prompt[Month]):
    """A month from ``first`` to ``last``, both included."""

    question: Text
    first: Month
    last: Month
    explanation: Text | None = None


class OtherWay(StrEnum):
    """Answers by which a citizen leaves the usual way."""

    NO_DOCUMENT = "no_document"
    PASSPORT = "passport"  # a document that is valid but that this kiosk cannot read
    DECLINED = "declined"


class Whose(StrEnum):
    """Whose document is asked for."""

    OWN = "own"
    PRINCIPAL = "principal"  # 委托人
    AGENT = "agent"  # 被委托人, who stands here


@dataclass(frozen=True, kw_only=True)
class PresentDocument(Prompt[OtherWay]):
    """Ask for a document. The devices answer; a touch can only say that there is none.

    ``unavailable`` names documents whose reader does not work now; ``notice`` tells what went wrong with the last try.
    ``passport``: a passport is valid for this matter too, but only at the counter.
    """

    accepted: tuple[DocumentKind, ...]
    unavailable: tuple[DocumentKind, ...] = ()
    notice: FaultCode | None = None
    whose: Whose = Whose.OWN
    passport: bool = False


@dataclass(frozen=True)
class Confirmed:
    """The citizen confirmed what was shown."""


@dataclass(frozen=True)
class Change:
    """The citizen wants to give the answer ``name`` again."""

    name: str


@dataclass(frozen=True, kw_only=True)
class Confirm(Prompt["Confirmed | Change"]):
    """The summary before every submission. ``action`` is the word on the main button.

    ``final``: it cannot be undone; the button looks like it. ``for_staff``: a member of staff confirms.
    """

    question: Text
    lines: tuple[Line, ...]
    notes: tuple[Note, ...] = ()
    action: Text
    final: bool = False
    for_staff: bool = False


@dataclass(frozen=True)
class Stages:
    """The parts of one piece of work, in their order. ``at`` (from 0) is going on, and those before it are done."""

    names: tuple[Text, ...]
    at: int


class Call(StrEnum):
    """How a screen that waits for a hand calls for it, by sound."""

    NOW = "now"  # who forgets something is still near
    LATER = "later"  # nobody came; whoever comes by may help


@dataclass(frozen=True, kw_only=True)
class Working(Prompt[None]):
    """Something is going on that needs no answer; ``what`` says what happens now, ``stages`` how far it is.

    ``call``: what goes on is a hand's work, and it is called for until another prompt comes.
    """

    what: Text
    stages: Stages | None = None
    call: Call | None = None


@dataclass(frozen=True)
class Finished:
    """The citizen is done and leaves."""


class Again(StrEnum):
    """Answers on a screen that offers another try."""

    RETRY = "retry"


class SlipState(StrEnum):
    """Whether paper came out."""

    PRINTED = "printed"
    NOT_PRINTED = "not_printed"


@dataclass(frozen=True, kw_only=True)
class PrintStopped(Prompt["Finished | Again"]):
    """A certificate did not come out whole: the torn piece is void. ``ready``: the printer works again, for another."""

    fault: FaultCode
    ready: bool


@dataclass(frozen=True, kw_only=True)
class ShowResult(Prompt[Finished]):
    """The end of a visit that did something: one line on what happened, what happens next, the receipt number."""

    tone: Tone
    headline: Text
    explanation: Text
    lines: tuple[Line, ...]
    notes: tuple[Note, ...] = ()
    receipt_number: str = ""
    slip: SlipState = SlipState.PRINTED
    take_document: bool = True


@dataclass(frozen=True, kw_only=True)
class ShowRefusal(Prompt[Finished]):
    """The matter cannot be done for this person: why, and what to do instead."""

    headline: Text
    explanation: Text
    lines: tuple[Line, ...] = ()
    take_document: bool = True


@dataclass(frozen=True, kw_only=True)
class ShowFault(Prompt[Finished | Again]):
    """A device, the network or the program failed. The sentence comes from the fault catalogue."""

    fault: FaultCode
    retry: bool = False
    reference: str = ""  # a short code for the staff
    take_document: bool = True


class GoBack(Exception):
    """Raised out of ``Surface.ask`` when the citizen touches "back"."""


class VisitEnded(Exception):
    """Raised out of any await of a flow when the visit is over: home was touched, or nobody was there any more."""


class Surface(Protocol):
    """What shows prompts and takes answers: the screens, or a script in a test."""

    async def ask(self, prompt: Prompt[T]) -> T:
        """Show ``prompt`` and wait for its answer; raises GoBack or VisitEnded. Cancelling takes the prompt away."""

    def show(self, prompt: Prompt[None]) -> None:
        """Show something that takes no answer, until the next prompt."""

    def update(self, progress: FaceProgress) -> None:
        """Show a new camera picture on the present ``LookAtCamera``."""

    def activity(self) -> None:
        """Something happened at a device: the person is still there, the idle countdown starts again."""

    def wipe(self) -> None:
        """Drop everything that the last visit showed."""
