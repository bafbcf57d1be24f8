"""After a visit: nobody new is invited while something of the last one lies in a reader.

Whoever forgot it is called by screen and sound. When nobody has come for long, whoever comes by is asked to hand it to
the staff; the kiosk serves again as soon as it is out. Only a reader that fails for good ends the waiting.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from drivers.device import DeviceError
from flows.prompts import Call, Surface, Text, Working
from flows.records import DocumentKind
from flows.start_prompts import TakePaper
from kiosk.audit.log import AuditLog, Event
from kiosk.devices import Devices

log = logging.getLogger(__name__)

_LOOK_SECONDS = 0.4  # a card that is on its way out needs no screen that asks for it
# Who is still in the hall is back within two minutes, on a stick too. Whoever stands here after that is somebody else:
# they should not be told to take "their" card, but what to do with this one.
_LEFT_SECONDS = 120.0
_TRIES = 4  # of a reader that fails while something lies in it
_TRY_AGAIN_SECONDS = 2.0  # it may come back with what lies in it
_PAPER_SECONDS = 4.0  # there is no sensor at the paper's mouth: long enough to read four words, and nobody waits


@dataclass(frozen=True)
class _Place:
    """A reader in which something may lie, and how that is said."""

    kind: DocumentKind
    gone: Callable[[], Awaitable[None]]
    take: Text
    left: Text


class Taking:
    """Sees to it that the citizen takes everything along."""

    def __init__(self, surface: Surface, devices: Devices, audit: AuditLog) -> None:
        self._surface = surface
        self._devices = devices
        self._audit = audit
        self.left: DocumentKind | None = None  # what nobody has come back for: the staff should look

    async def documents(self, read: AbstractSet[DocumentKind]) -> None:
        """Return when card reader and ID reader are empty, or cannot tell any more; ``read``: from which was read."""
        card_reader, id_scanner = self._devices.card_reader, self._devices.id_scanner
        present = card_reader.card_present
        if present or (present is None and DocumentKind.SOCIAL_CARD in read):
            take, left = Text("working.take_card"), Text("working.card_left")
            await self._out(_Place(DocumentKind.SOCIAL_CARD, card_reader.wait_for_removal, take, left))
        if DocumentKind.RESIDENT_ID in read or await self._id_lies_there():
            take, left = Text("working.take_id"), Text("working.id_left")
            await self._out(_Place(DocumentKind.RESIDENT_ID, id_scanner.wait_for_lift, take, left))

    async def paper(self) -> None:
        """Remind of the paper for a moment; a touch goes on at once."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_PAPER_SECONDS):
                await self._surface.ask(TakePaper(can_go_back=False))

    async def _id_lies_there(self) -> bool:
        """One that could not be read may lie there too: a card was put in in its place."""
        if not self._devices.id_scanner.health.usable:
            return False
        try:
            return await self._devices.id_scanner.document_present()
        except DeviceError:
            return False

    async def _out(self, place: _Place) -> None:
        watching = asyncio.create_task(_until_out(place))
        try:
            if not await _ended(watching, _LOOK_SECONDS):
                await self._called(place, watching)
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)

    async def _called(self, place: _Place, watching: "asyncio.Task[bool]") -> None:
        began = time.monotonic()
        self._surface.show(Working(what=place.take, call=Call.NOW))
        if await _ended(watching, _LEFT_SECONDS):
            return
        log.warning("document_left_behind", extra={"kind": place.kind})
        self._audit.note(Event.DOCUMENT_LEFT, document=place.kind)
        self.left = place.kind
        try:
            self._surface.show(Working(what=place.left, call=Call.LATER))
            out = await watching
        finally:
            self.left = None
        if not out:
            return
        seconds = round(time.monotonic() - began)
        log.info("document_taken", extra={"kind": place.kind, "seconds": seconds})
        self._audit.note(Event.DOCUMENT_TAKEN, document=place.kind, seconds=seconds)


async def _ended(watching: "asyncio.Task[bool]", seconds: float) -> bool:
    await asyncio.wait([watching], timeout=seconds)
    return watching.done()


async def _until_out(place: _Place) -> bool:
    """True when nothing lies there any more; False when the reader has failed so often that nobody can tell."""
    for _ in range(_TRIES):
        try:
            await place.gone()
        except DeviceError as error:
            log.warning("reader_failed_after_visit", extra={"kind": place.kind, "code": error.code})
            await asyncio.sleep(_TRY_AGAIN_SECONDS)
        else:
            return True
    return False
