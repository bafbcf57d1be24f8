"""What a visit took: touches, screens, signs to be read, seconds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from flows.prompts import Choose, EnterNumber, PresentDocument, ShowResult
from simulator.citizen import Taken

FORM = (Choose, EnterNumber)
SIGNS_A_SECOND = 4  # Chinese, read slowly
_FORM_NAMES = {kind.__name__ for kind in FORM}


@dataclass
class Count:
    """What a visit took. Touches after the document are those after the last document that was asked for.

    ``signs``: on all questions, each read once as a whole. ``machine``: seconds from the first touch to the result that
    were neither reading nor waiting for the screen to take a touch. ``again``: touches that were made a second time
    because nothing came of the first, or to try the face check once more; ``touches`` is without them.
    """

    touches: int = 0
    after_document: int = 0
    form: int = 0
    screens: int = 0
    signs: int = 0
    machine: float = 0.0
    again: int = 0

    @classmethod
    def of(cls, taken: Sequence[Taken]) -> Self:
        """From the start screen to the result, which was shown."""
        names = [step.screen for step in taken]
        at_result = names.index(ShowResult.__name__)
        visit = taken[: at_result + 1]
        document = at_result - names[at_result::-1].index(PresentDocument.__name__)
        between = visit[1:-1]
        return cls(
            touches=sum(step.touches for step in visit),
            after_document=sum(step.touches for step in visit[document:]),
            form=sum(step.touches for step in visit if step.screen in _FORM_NAMES),
            screens=sum(1 + step.further for step in visit),
            signs=sum(step.signs for step in visit),
            machine=visit[-1].came - visit[0].done - sum(step.done - step.came for step in between),
            again=sum(step.again for step in visit),
        )

    @property
    def beyond_form(self) -> int:
        """Touches that are not the matter's own form."""
        return self.touches - self.form

    @property
    def reading(self) -> float:
        """Seconds."""
        return self.signs / SIGNS_A_SECOND

    @property
    def seconds(self) -> float:
        """Reading and machine."""
        return self.reading + self.machine

    @property
    def in_words(self) -> str:
        """The touches, for whoever watches."""
        return f"{self.touches} touches, {self.after_document} after the document, {self.beyond_form} beyond its form"
