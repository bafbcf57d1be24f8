"""Which chime belongs to what is shown, and when a forgotten card is called for again."""

from collections.abc import Callable
from typing import Any, Protocol

from drivers.speaker.chimes import Chime
from flows.prompts import Call, Prompt, ShowFault, ShowRefusal, ShowResult, Tone, Working
from flows.start_prompts import TakePaper

# Seconds from one chime to the next; the first comes with the screen, and the last pause is for ever. A little sooner
# each time, as a person would call; never so close that it sounds like an alarm.
_PAUSES = {Call.NOW: (8.0, 7.0, 6.0, 5.0), Call.LATER: (20.0,)}
_LOUDER = 4  # per cent more with each of them
_LOUDEST = 20  # and no more than so much above the hall's volume


class Bell(Protocol):
    """What rings; ``drivers.speaker.speaker.Speaker`` is one."""

    def chime(self, chime: Chime, volume: int) -> None:
        """Ring, after the sentence that is being said."""

    def stop(self) -> None:
        """Silence, at once."""


def chime_of(prompt: Prompt[Any]) -> Chime | None:
    """The chime with which a screen comes; most come in silence."""
    match prompt:
        case ShowResult(tone=Tone.STOP) | ShowRefusal() | ShowFault():
            return Chime.SORRY
        case ShowResult():
            return Chime.DONE
        case TakePaper():
            return Chime.TAKE
    return None


class Calling:
    """When to call again, on a clock in seconds, and how much louder. Pure."""

    def __init__(self, call: Call, now: float) -> None:
        self._call = call
        self._rung = 0
        self._next = now

    def due(self, now: float) -> bool:
        """True once for each call."""
        if now < self._next:
            return False
        pauses = _PAUSES[self._call]
        self._next = now + pauses[min(self._rung, len(pauses) - 1)]
        self._rung += 1
        return True

    @property
    def louder(self) -> int:
        """Per cent above the usual volume."""
        return min(_LOUDER * (self._rung - 1), _LOUDEST) if self._call is Call.NOW else 0


class Sounds:
    """The chimes of the stage at ``volume``, 0 to 100; ``bell`` None: there are none."""

    def __init__(self, bell: Bell | None, volume: int, clock: Callable[[], float]) -> None:
        self._bell = bell
        self._volume = volume
        self._clock = clock
        self._calling: Calling | None = None

    def opened(self, prompt: Prompt[Any]) -> None:
        """``prompt`` is shown now."""
        if self._calling:
            self.be_silent()  # what was called for has been taken
        if isinstance(prompt, Working) and prompt.call:
            self._calling = Calling(prompt.call, self._clock())
            self.tick()
        if chime := chime_of(prompt):
            self._ring(chime)

    def tick(self) -> None:
        """Call again, if it is time."""
        if self._calling and self._calling.due(self._clock()):
            self._ring(Chime.TAKE, self._calling.louder)

    def attention(self) -> None:
        """Something has come up that wants an answer."""
        self._ring(Chime.ATTENTION)

    def be_silent(self) -> None:
        """Stop at once, and call for nothing."""
        self._calling = None
        if self._bell:
            self._bell.stop()

    def _ring(self, chime: Chime, louder: int = 0) -> None:
        if self._bell and self._volume:
            self._bell.chime(chime, min(100, self._volume + louder))
