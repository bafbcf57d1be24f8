"""What every way of proving presence works with."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from flows.prompts import Steps, Surface
from flows.records import DocumentKind, Holder
from kiosk.audit.entries import Event
from kiosk.devices import Devices


class Notes(Protocol):
    """Writes a step into the audit log."""

    def __call__(self, event: Event, **fields: object) -> None:
        """Note ``event`` with its fields."""


@dataclass(frozen=True)
class Proving:
    """One visit in which presence is proved.

    ``complete`` asks the gateway for the person of a card that names nobody itself. ``card_held``: the card that the
    citizen came with is in the reader, and pulling it ends the visit. ``release_card``: from now on it may be taken
    out; nothing of this visit reads it again. ``lost``: what the citizen cannot show, as the matter is that it is gone.
    """

    surface: Surface
    devices: Devices
    steps: Steps
    complete: Callable[[Holder], Awaitable[Holder]]
    card_held: Callable[[], bool]
    release_card: Callable[[], None]
    note: Notes
    lost: DocumentKind | None = None
