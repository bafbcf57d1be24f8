"""What a fleet is made of, and which of its kiosks a process has."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Plan:
    """``kiosks`` with ``rows`` each, against a gateway with ``workers`` processes; PostgreSQL or, if not, SQLite.

    ``groups``: the processes among which the kiosks are divided. ``in_flight`` and ``connections``: per kiosk, as in
    production. ``outage``: seconds for which the kiosks run before the gateway is there; ``within``: seconds after
    its return by which all must be delivered. ``tick``: seconds between two looks of a queue in which nothing happens;
    one in production, where each kiosk has a machine of its own: a thousand looks a second would be all that one does.
    """

    directory: Path
    kiosks: int = 1000
    rows: int = 50
    workers: int = 2
    groups: int = 4
    in_flight: int = 4
    connections: int = 6
    outage: float = 15.0
    within: float = 1500.0
    tick: float = 15.0
    postgres: bool = True

    def names(self, group: int) -> list[str]:
        """The kiosks of one process."""
        return [f"fleet-{number:04d}" for number in range(group, self.kiosks, self.groups)]

    @property
    def people_each(self) -> int:
        """How many citizens a kiosk has: fewer than rows, so that the order per person matters."""
        return max(1, self.rows // 2)


def person_number(kiosk: str, each: int) -> str:
    """A number that no person can have, of the ``each``-th citizen of ``kiosk``."""
    return f"000000{int(kiosk.rpartition('-')[2]):06d}{each:06d}"
