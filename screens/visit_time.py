"""The two clocks of a visit: how long nobody has answered, and how long the whole visit has lasted.

Both count only the time in which somebody is asked something. While devices work they stand; and the clock of the whole
visit stands as well at a device, where nobody should be asked for anything else.
"""

from collections.abc import Callable
from typing import Any

from flows.desk_prompts import DeskDigits, DeskPrompt
from flows.presence_prompts import CallStaff, LookAtCamera
from flows.prompts import PresentDocument, Prompt
from flows.start_prompts import Invitation
from screens.idle import IdleCountdown
from screens.settings import StageSettings

# Hands, eyes or feet are on their way to a device.
_AT_DEVICES = (PresentDocument, LookAtCamera, CallStaff)


def by_touch(prompt: Prompt[Any]) -> bool:
    """Whether a question is answered by touch alone, so that another may come above it."""
    return not isinstance(prompt, _AT_DEVICES)


class VisitTime:
    """``idle``: since the last sign of life; ``whole``: of the visit. On a clock in seconds."""

    def __init__(self, settings: StageSettings, clock: Callable[[], float]) -> None:
        self.idle = self._of_citizens = IdleCountdown(settings.idle_seconds, settings.idle_warning_seconds, clock)
        self._of_staff = IdleCountdown(settings.staff_seconds, settings.idle_warning_seconds, clock)
        self.whole = IdleCountdown(settings.visit_seconds, 0, clock)
        self._asked: type[Prompt[Any]] | None = None

    def opened(self, prompt: Prompt[Any], *, asks: bool, first: bool) -> None:
        """``prompt`` is shown, as the ``first`` of a visit or not; ``asks``: it waits for an answer."""
        if asks:
            self._asks(prompt, first=first)
            return
        if first:
            self.whole.restart()
        self.pause()

    def _asks(self, prompt: Prompt[Any], *, first: bool) -> None:
        if isinstance(prompt, Invitation):
            self.stop()
            return
        if first:
            self.whole.restart()
        staff = isinstance(prompt, DeskPrompt | DeskDigits)
        if self.idle is not (idle := self._of_staff if staff else self._of_citizens):
            self.idle.stop()
            self.idle = idle
        if type(prompt) is self._asked:
            # The same question anew is no sign of life: a device has gone, has come back, or misread.
            self.idle.resume()
        else:
            self.idle.restart()
        self._asked = type(prompt)
        if by_touch(prompt) and not staff:  # who looks after the machine takes the time that it takes
            self.whole.resume()
        else:
            self.whole.pause()

    def answered(self) -> None:
        """Somebody is there; whatever is asked next has its full time."""
        self.idle.stop()
        self.whole.pause()

    def pause(self) -> None:
        """Nobody is asked anything now."""
        self.idle.pause()
        self.whole.pause()

    def stop(self) -> None:
        """The visit is over."""
        self.idle.stop()
        self.whole.stop()
        self._asked = None
