"""How fast the queue sends, and how long it waits after a failure."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Pace:
    """Times in seconds. ``priorities``: kinds that go first have a higher number; all others have 0."""

    in_flight: int = 4
    first_wait: float = 1.0
    longest_wait: float = 300.0
    longest_retry_after: float = 3600.0
    spread: float = 2.0  # over which the first attempts are spread when the network is back
    tick: float = 1.0
    priorities: Mapping[str, int] = field(default_factory=dict)

    def wait_after(self, attempts: int, retry_after: float | None) -> float:
        """Seconds until the next attempt: exponential with full jitter, and never before the gateway asked for it.

        Full jitter, because a whole province of kiosks comes back at the same moment after an outage.
        """
        ceiling = min(self.longest_wait, self.first_wait * 2 ** min(attempts - 1, 30))
        jitter = random.uniform(0, ceiling)  # noqa: S311 - spreads load, keeps no secret
        if retry_after is None:
            return jitter
        return min(retry_after, self.longest_retry_after) + min(jitter, self.first_wait)

    def spread_out(self) -> float:
        """Seconds until the first attempt once the network is back, different at every kiosk."""
        return random.uniform(0, self.spread)  # noqa: S311 - spreads load, keeps no secret

    @property
    def longest(self) -> float:
        """No next attempt is ever planned further away than this."""
        return max(self.longest_wait, self.longest_retry_after) + self.first_wait
