"""How many requests may be under way, by how the gateway bears it: a province of kiosks comes back at one moment.

Each kiosk alone is harmless; a thousand of them that send as fast as they may make each answer so slow that it is given
up and sent again, and then nobody gets anywhere. So each begins with one request and widens with every quick answer;
after a slow one, or when the gateway says that it has too much to do, it keeps quiet in proportion. All that is for
what lies there: whoever stands at the screen has an attempt at once, for which one place is always left.
"""

import random
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from config.faults import FaultCode
from offline_queue.model import Deliver, Delivery, Enquiry, OutcomeUnknown, QueuedTransaction, TryLater
from offline_queue.pace import Pace

A = TypeVar("A", Delivery, Enquiry)

_SLOW = 1.0  # seconds; an answer of a gateway at ease takes a few hundredths
_LONGEST_QUIET = 60.0  # seconds; what the gateway said to one row holds for that row alone, however long
_SHARE = 3.0  # of the time that a slow answer took, at most, the queue keeps quiet after it


class Throttle:
    """The state of one queue; belongs to its event loop. ``uptime``: seconds of a clock that cannot jump."""

    def __init__(self, pace: Pace, uptime: Callable[[], float] = time.monotonic) -> None:
        self._pace = pace
        self._uptime = uptime
        self._until = float("-inf")
        self._told_until = float("-inf")  # because the gateway said so, which a line that is back does not change
        self._refusals = 0
        self.width = 1

    def free(self, running: int) -> int:
        """How many more of those that nobody waits for may begin now; 0 or less: none."""
        return 0 if self.quiet else min(self.width, max(self._pace.in_flight - 1, 1)) - running

    @property
    def quiet(self) -> float:
        """Seconds until the next may begin; 0 if nothing is in the way."""
        return max(self._until - self._uptime(), self._told_until - self._uptime(), 0.0)

    def begin_anew(self) -> None:
        """The network is back: one at first."""
        self.width = 1
        self._until = float("-inf")

    def note(self, seconds: float, answer: Delivery | Enquiry) -> None:
        """Take in how long an answer took, and what it was."""
        if isinstance(answer, TryLater | OutcomeUnknown):
            if _overloaded(answer):
                wait = max(self._pace.wait_after(self._refusals + 1, answer.retry_after), seconds)
                self._refusals += 1
                until = self._quiet_until(wait)
                if answer.retry_after is None:
                    self._until = max(self._until, until)
                else:
                    self._told_until = max(self._told_until, until)
            return
        self._refusals = 0
        if seconds > _SLOW:
            self._until = max(self._until, self._quiet_until(seconds))
        else:
            self.width = min(self.width + 1, self._pace.in_flight)

    def _quiet_until(self, seconds: float) -> float:
        self.width = 1
        quiet = min(seconds, _LONGEST_QUIET) * random.uniform(1, _SHARE)  # noqa: S311 - spreads load, keeps no secret
        return self._uptime() + quiet


def _overloaded(answer: TryLater | OutcomeUnknown) -> bool:
    told = answer.problem is FaultCode.GW_ERROR and answer.retry_after is not None
    return told or answer.problem is FaultCode.NET_TIMEOUT


class Considerate:
    """A way to the gateway that tells ``throttle`` how long each answer took."""

    def __init__(self, deliver: Deliver, throttle: Throttle, uptime: Callable[[], float] = time.monotonic) -> None:
        self._deliver = deliver
        self._throttle = throttle
        self._uptime = uptime

    async def send(self, transaction: QueuedTransaction) -> Delivery:
        """As ``Deliver``."""
        return await self._timed(self._deliver.send(transaction))

    async def outcome(self, transaction: QueuedTransaction) -> Enquiry:
        """As ``Deliver``."""
        return await self._timed(self._deliver.outcome(transaction))

    async def withdraw(self, transaction: QueuedTransaction) -> Delivery:
        """As ``Deliver``."""
        return await self._timed(self._deliver.withdraw(transaction))

    async def _timed(self, answer: Awaitable[A]) -> A:
        begun = self._uptime()
        told = await answer
        self._throttle.note(self._uptime() - begun, told)
        return told
