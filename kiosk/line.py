"""Whether the gateway is in reach, decided with hysteresis, so that a flapping line does not flicker on the screen."""

import logging
import random
import time
from collections import deque
from collections.abc import Callable

from config.faults import FaultCode

log = logging.getLogger(__name__)

_FAILURES_TO_OFFLINE = 2
_ANSWERS_TO_ONLINE = 2
_MOST_ANSWERS_TO_ONLINE = 8
_REMEMBERED = 300.0  # seconds for which a loss of the line counts against it
_SECOND_LOOK = 1.0  # seconds after the first answer of a line that was gone
_LONGEST_PAUSE = 30.0
_GROWTH = 1.5


class LineState:
    """Two failures in a row make the line off line, two good answers in a row on line again.

    In a row means one after the other: requests that ran at the same time met the same hiccup, and count once. A line
    that was lost again lately must show twice as many good answers each time, so that one that flaps stays off line.

    Starts off line, because a matter that needs the gateway is not offered before the gateway has been heard; the very
    first answer counts at once.
    """

    def __init__(self, uptime: Callable[[], float] = time.monotonic) -> None:
        """``uptime``: seconds of a clock that cannot jump; that of ``begun`` below."""
        self.online = False
        self.fault: FaultCode | None = None
        self._uptime = uptime
        self._failures = 0
        self._answers = 0
        self._noted = float("-inf")  # when the last failure or answer that counted came
        self._ever_heard = False
        self._losses: deque[float] = deque(maxlen=_MOST_ANSWERS_TO_ONLINE)
        self._listeners: list[Callable[[bool], None]] = []

    @property
    def known(self) -> bool:
        """False until the gateway has answered for the first time, or has not."""
        return self.online or self.fault is not None

    def listen(self, listener: Callable[[bool], None]) -> None:
        """Call ``listener`` with the new value at each change."""
        self._listeners.append(listener)

    def good(self, begun: float) -> None:
        """The gateway has answered a request that was begun at that ``uptime``."""
        if self._answers and begun < self._noted:
            return
        self._noted = self._uptime()
        self._failures = 0
        self._answers = min(self._answers + 1, _MOST_ANSWERS_TO_ONLINE)
        if self.online or not self._ever_heard or self._answers >= self._wanted():
            self.fault = None
            self._ever_heard = True
            self._become(online=True)

    def bad(self, fault: FaultCode, begun: float) -> None:
        """It has not."""
        if self._failures and begun < self._noted:
            return
        self._noted = self._uptime()
        self._answers = 0
        self._failures += 1
        self.fault = fault
        if self._failures >= _FAILURES_TO_OFFLINE:
            self._become(online=False)

    def pause(self, usual: float) -> float:
        """Seconds until the line is looked at again.

        Longer and longer while it is gone, and never the same at two kiosks: a province of them comes back together.
        """
        if self.online:
            return usual * random.uniform(0.75, 1.25)  # noqa: S311 - spreads load, keeps no secret
        if self._answers:
            return min(usual, _SECOND_LOOK)
        grown = usual * _GROWTH ** min(max(self._failures - _FAILURES_TO_OFFLINE, 0), 30)
        longest = min(_LONGEST_PAUSE, grown)
        return random.uniform(longest / 2, longest)  # noqa: S311 - spreads load, keeps no secret

    def _wanted(self) -> int:
        lately = sum(1 for lost in self._losses if lost > self._uptime() - _REMEMBERED)
        return min(_ANSWERS_TO_ONLINE << max(lately - 1, 0), _MOST_ANSWERS_TO_ONLINE)

    def _become(self, *, online: bool) -> None:
        if online is self.online:
            return
        self.online = online
        if not online:
            self._losses.append(self._uptime())
        level = logging.INFO if online else logging.WARNING
        log.log(level, "gateway_line", extra={"online": online, "fault": self.fault})
        for listener in self._listeners:
            listener(online)
