"""The digits of a PIN while it is typed: only dots are seen, and the digits leave with the answer."""

from collections.abc import Callable

from screens.widgets.base import Block
from screens.widgets.keypad import DELETE, Dots, keypad
from screens.widgets.kit import Kit


class PinEntry:
    """Collects from ``shortest`` to ``longest`` digits. It outlives a change of language; ``clear`` forgets them."""

    def __init__(self, shortest: int, longest: int, too_short: str) -> None:
        """``too_short``: the sentence said when too few digits are given."""
        self._shortest, self._longest = shortest, longest
        self._too_short = too_short
        self._digits: list[str] = []
        self._dots: Dots | None = None

    def blocks(self, kit: Kit, *, closed: bool = False) -> list[Block]:
        """Dots and pad; ``closed``: the pad is grey and takes nothing."""
        self._dots = Dots(kit)
        self._dots.count = len(self._digits)
        return [self._dots, keypad(kit, self._touch, closed=closed)]

    def _touch(self, key: str) -> None:
        if key == DELETE:
            del self._digits[-1:]
        elif len(self._digits) < self._longest:
            self._digits.append(key)
        if self._dots is not None:
            self._dots.show(len(self._digits))

    def give(self, answer: Callable[[object], None]) -> None:
        """Hand the digits to ``answer`` and forget them; too few are said instead."""
        if len(self._digits) < self._shortest:
            if self._dots is not None:
                self._dots.say(self._too_short)
            return
        pin = "".join(self._digits)
        self._digits.clear()
        answer(pin)

    def clear(self) -> None:
        """Forget the digits."""
        self._digits.clear()
        self._dots = None
