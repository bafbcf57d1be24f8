"""After wrong PINs: how long no digits are taken, counted on the page."""

from collections.abc import Callable
from time import monotonic
from typing import Any

from kivy.clock import Clock

from flows.prompts import Text, Tone
from screens.widgets.base import Block
from screens.widgets.cards import notice
from screens.widgets.kit import Kit
from screens.widgets.text import Sentence

_COUNT_EVERY = 0.25  # seconds; the number changes once a second


class PinWait:
    """Stopped whenever its page is left or drawn anew."""

    def __init__(self) -> None:
        self._until = 0.0  # the moment from which digits are taken
        self._counting: Any = None
        self._words: Sentence | None = None

    def begin(self, seconds: float) -> None:
        """No digits are taken for so long; 0: they are."""
        self._until = monotonic() + seconds

    def block(self, kit: Kit, over: Callable[[], None]) -> Block | None:
        """The notice in which the seconds count, and then ``over``; None if digits are taken."""
        self.stop()
        seconds = self._seconds_left()
        if not seconds:
            return None
        box = notice(kit, _words(kit, seconds), Tone.WAITING)
        self._words = next(part for part in box.walk_blocks() if isinstance(part, Sentence))
        self._counting = Clock.schedule_interval(lambda _: self._count(kit, over), _COUNT_EVERY)
        return box

    def stop(self) -> None:
        """The page is gone: nothing is counted any more."""
        self._words = None
        if self._counting is not None:
            self._counting.cancel()
            self._counting = None

    def _seconds_left(self) -> int:
        return max(0, int(self._until - monotonic() + 0.999))

    def _count(self, kit: Kit, over: Callable[[], None]) -> None:
        seconds = self._seconds_left()
        if not seconds:
            self.stop()
            over()
        elif self._words is not None:
            self._words.set_text(_words(kit, seconds))


def _words(kit: Kit, seconds: int) -> str:
    return kit.say(Text("staff_pin.wait", {"seconds": seconds}))
