"""Citizens without a screen: each comes for something, answers as people do, and is gone at the latest in a while."""

import asyncio
import gc
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from flows.face_progress import (
    FaceProgress,
)
from flows.presence_prompts import (
    Agreed,
    Consent,
    EnterPin,
    FaceTryAgain,
    LastTry,
    LookAtCamera,
)
from flows.prompts import (
    Again,
    Choose,
    ChooseFromAll,
    ChooseMatter,
    ChooseMonth,
    Confirm,
    Confirmed,
    EnterNumber,
    Finished,
    GoBack,
    NumberKind,
    OtherWay,
    PresentDocument,
    PrintStopped,
    Prompt,
    ShowFault,
    ShowRefusal,
    ShowResult,
    Text,
    VisitEnded,
    Whose,
    Working,
)
from flows.records import DocumentKind
from flows.start_prompts import (
    Invitation,
    TakePaper,
    Touched,
)
from simulator.hall_state import StrangeCard
from simulator.people import BY_KEY, PEOPLE

T = TypeVar("T")
Do = Callable[..., Awaitable[object]]  # works the hall: the name of what is done there, and with what

CLOSED = "closed"  # how a visit ended to which everything was closed
ENDINGS = (ShowResult, ShowRefusal, ShowFault)
_TAKE = {
    "working.take_card": "pull_card",
    "working.take_own_card": "pull_card",
    "working.take_staff_card": "pull_card",
    "working.take_principal_card": "pull_card",
    "working.take_id": "lift_id",
    "working.take_principal_id": "lift_id",
}
_PATIENCE = 6.0  # seconds before a device that does nothing
_FACE_PATIENCE = 12.0
_NEXT_AFTER_CLOSED = 3.0  # seconds until somebody else comes to a kiosk at which everything is closed
_LEAVES, _GOES_BACK, _OTHER_PIN, _FORGETS = 0.02, 0.02, 0.06, 0.05  # of the questions
_NUMBERS = {NumberKind.MOBILE: "13900000035", NumberKind.BANK_ACCOUNT: "6222020000000000006"}
_KEYS = tuple(person.key for person in PEOPLE)


@dataclass
class Visit:
    """What became of one visit, as the citizen saw it. ``ended``: the last screen, or ``left``."""

    person: str
    matter: str = ""
    ended: str = ""
    headline: str = ""
    fault: str = ""
    receipt: str = ""
    unknown: list[str] = field(default_factory=list)  # questions for which this citizen has no answer


class Crowd:
    """Implements flows.prompts.Surface: one citizen after the other, until nobody comes any more."""

    def __init__(self, chance: random.Random, do: Do, beside: Callable[[str, str], None]) -> None:
        """``do``: works the hall and waits; ``beside``: the same without waiting."""
        self._chance = chance
        self._do = do
        self._beside = beside
        self.visit = Visit(person="")
        self.comes: Callable[[], Awaitable[bool]] = _nobody

    async def ask(self, prompt: Prompt[T]) -> T:
        """Answer as somebody might."""
        if isinstance(prompt, Invitation):
            return await self._begin()  # type: ignore[return-value]  # the answers fit the prompts they are for
        if isinstance(prompt, TakePaper):
            await self._do("take_paper")
            return Touched()  # type: ignore[return-value]
        if isinstance(prompt, ENDINGS):
            return await self._end(prompt)  # type: ignore[return-value]
        if self._chance.random() < _LEAVES:
            self._left("left")
        if prompt.can_go_back and self._chance.random() < _GOES_BACK:
            self.visit.ended = "left"
            raise GoBack
        self.visit.ended = ""
        return await self._answer(prompt)  # type: ignore[no-any-return]

    async def _begin(self) -> Touched:
        if self.visit.ended == CLOSED:
            await asyncio.sleep(_NEXT_AFTER_CLOSED)
        if not await self.comes():
            await asyncio.Event().wait()
        self.visit = Visit(person=self._chance.choice(_KEYS))
        return Touched()

    async def _end(self, prompt: Any) -> Any:
        visit = self.visit
        visit.ended = type(prompt).__name__
        if isinstance(prompt, ShowFault):
            visit.fault = prompt.fault
        else:
            visit.headline = prompt.headline.key if isinstance(prompt.headline, Text) else ""
        if isinstance(prompt, ShowResult):
            visit.receipt = prompt.receipt_number
        if isinstance(prompt, ShowFault) and prompt.retry and self._chance.random() < 0.3:
            return Again.RETRY
        if self._chance.random() > _FORGETS:
            await self._do("pull_card")
            await self._do("lift_id")
        return Finished()

    def _left(self, how: str) -> None:
        self.visit.ended = how
        raise VisitEnded

    async def _answer(self, prompt: Prompt[Any]) -> Any:
        match prompt:
            case ChooseMatter() | ChooseFromAll():
                return self._matter(prompt)
            case PresentDocument():
                return await self._document(prompt)
            case LookAtCamera():
                return await self._face()
            case Choose():
                return self._chance.choice([each.name for each in prompt.options if each.closed is None] or [""])
            case EnterNumber():
                return _NUMBERS.get(prompt.kind) or str(self._person.born.year)
            case ChooseMonth():
                return self._chance.choice((prompt.first, prompt.last))
        return self._plain(prompt)

    def _plain(self, prompt: Prompt[Any]) -> Any:
        some = self._chance.random()
        match prompt:
            case Confirm():
                return Confirmed()
            case Consent():
                return Agreed(prompt.version) if some < 0.5 else OtherWay.DECLINED
            case FaceTryAgain():
                return Again.RETRY if some < 0.5 else OtherWay.DECLINED
            case EnterPin():
                return "654321" if some < _OTHER_PIN else "123456"
            case LastTry():
                return OtherWay.DECLINED
            case PrintStopped():
                return Again.RETRY if prompt.ready and some < 0.5 else Finished()
        if type(prompt).__name__ not in {"CallStaff", "EnterStaffPin", "GuideList", "GuidePage"}:
            self.visit.unknown.append(type(prompt).__name__)
        return self._left("left")

    @property
    def _person(self) -> Any:
        return BY_KEY[self.visit.person]

    def _matter(self, prompt: ChooseMatter | ChooseFromAll) -> str:
        open_now = [tile.matter for tile in prompt.tiles if tile.closed is None]
        if not open_now:
            self._left(CLOSED)
        self.visit.matter = self._chance.choice(open_now)
        return self.visit.matter

    async def _document(self, prompt: PresentDocument) -> Any:
        key = self.visit.person if prompt.whose is not Whose.AGENT else "li_xiuying"
        await self._do("take_paper")
        if self._chance.random() < 0.04:
            await self._do("insert_card", self._chance.choice(list(StrangeCard)))
        elif self._chance.choice(_readable(prompt)) is DocumentKind.RESIDENT_ID:
            await self._do("lay_id", key)
        else:
            await self._do("insert_card", key)
        await asyncio.sleep(_PATIENCE)
        return self._left("gave_up")

    async def _face(self) -> Any:
        stranger = self._chance.random() < 0.06
        await self._do("stand", self._chance.choice(_KEYS) if stranger else self.visit.person)
        await asyncio.sleep(_FACE_PATIENCE)
        return OtherWay.DECLINED

    def show(self, prompt: Prompt[None]) -> None:
        """Take what the screen asks to take."""
        if isinstance(prompt, Working) and (deed := _TAKE.get(prompt.what.key)):
            self._beside(deed, "")

    def update(self, progress: FaceProgress) -> None:
        """Do what the face check asks for."""
        self._beside("obey", progress.hint)

    def activity(self) -> None:
        """Nothing: nobody watches this clock."""

    def wipe(self) -> None:
        """Nothing is shown here; what is in circles goes now, as with the real screen (screens/stage.py)."""
        gc.collect()


def _readable(prompt: PresentDocument) -> tuple[DocumentKind, ...]:
    """What the screen offers; whoever has nothing else tries it all the same."""
    return tuple(kind for kind in prompt.accepted if kind not in prompt.unavailable) or prompt.accepted


async def _nobody() -> bool:
    return False
