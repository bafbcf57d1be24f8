"""What a screen is: it composes a scene for a prompt, and passes the answer on."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from flows.prompts import Prompt
from screens.widgets.base import Block
from screens.widgets.button import Rank
from screens.widgets.kit import Kit

P = TypeVar("P", bound=Prompt[Any])


@dataclass(frozen=True)
class Action:
    """A button of the action bar. ``weight`` is its share of the width; buttons of equal rank have equal weights."""

    name: str
    text: str
    act: Callable[[], None]
    rank: Rank = Rank.SECOND
    icon: str | None = None
    weight: float = 1.0
    closed: bool = False  # stays in its place, grey; the screen says why


@dataclass(frozen=True)
class Scene:
    """A composed screen.

    In portrait ``lead``, ``body`` and ``after`` follow one another; in landscape lead and after share the left column,
    and the body has the right one.
    """

    lead: Sequence[Block]
    body: Sequence[Block]
    actions: Sequence[Action] = field(default=())
    after: Sequence[Block] = field(default=())
    home: bool = True
    whole: bool = False  # the start screen: a touch anywhere is an answer
    staff: bool = False  # for a member of staff: page and buttons are in their colours
    bare: bool = False  # the body alone, over the whole window


@dataclass(frozen=True)
class Reply:
    """The way back to the flow: ``answer`` and ``back`` may be called once per prompt, later calls are ignored.

    ``anew`` composes the screen again, where something has changed that is more than words.
    """

    answer: Callable[[object], None]
    back: Callable[[], None]
    anew: Callable[[], None]


class Screen(ABC, Generic[P]):
    """One kind of question. Made once; composes anew for each prompt, language and size."""

    @abstractmethod
    def compose(self, kit: Kit, prompt: P, reply: Reply) -> Scene:
        """The parts of the screen for ``prompt``."""

    def open(self, prompt: P) -> None:
        """A new prompt begins; composing the same prompt again (another language) does not come by here."""

    def finger_down(self, x: float, y: float) -> None:
        """A finger comes down where no button is. Pixels from the lower left corner of the window."""

    def finger_moved(self, x: float, y: float) -> None:
        """The finger that is down is somewhere else."""

    def finger_up(self, x: float, y: float) -> None:
        """The finger that came down there leaves."""

    def close(self) -> None:
        """The prompt is answered or taken away; the page may stay for a moment, until the next one comes."""

    def leave(self) -> None:
        """Another screen is shown now; what is kept here must be nothing personal."""
        self.wipe()

    def wipe(self) -> None:
        """Forget everything of the visit."""


def back_action(kit: Kit, prompt: Prompt[Any], reply: Reply, weight: float = 1.0) -> list[Action]:
    """The back button, where going back is possible."""
    if not prompt.can_go_back:
        return []
    return [Action("back", kit.say("action.back"), reply.back, icon="back", weight=weight)]
