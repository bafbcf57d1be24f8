"""The card reader as the kiosk sees it: waits for a card, reads it, shows it a PIN, and keeps its own health."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from config.faults import FaultCode
from drivers.bell import Bell
from drivers.card_reader import pin as card_pin
from drivers.card_reader.apdu import Transmit
from drivers.card_reader.authentication import Authentication, Subject
from drivers.card_reader.pcsc import NeverThereError, PcscLink, Slot
from drivers.card_reader.pin import PinResult
from drivers.card_reader.psam import PsamInformation, psam_fault
from drivers.card_reader.psam_slot import PsamSlot
from drivers.card_reader.reading import read_identification, read_social_card, require_same_card
from drivers.card_reader.social_card import SocialCard
from drivers.device import DeviceError, DeviceState, Health, HealthChange, HealthRecord, Worker, nobody_asked
from drivers.facts import DeviceFacts, Identity, facts_of
from drivers.tally import Count, Tally

T = TypeVar("T")

_POLL_MILLISECONDS = 250
_WATCH_SECONDS = 1.0
_STUCK_SECONDS = 30.0  # between two looks while they get stuck: each leaves a thread behind
_OUT_AND_IN = 2  # what the count grows by when one card goes and another comes
_PATIENCE_SECONDS = 10.0  # a whole read takes one or two seconds on a slow card

# Any other fault lies in the card that was put in.
_STATES = {
    FaultCode.CARD_SERVICE_DOWN: DeviceState.OFFLINE,
    FaultCode.CARD_READER_GONE: DeviceState.NO_DEVICE,
    FaultCode.DEV_STUCK: DeviceState.HARDWARE_ERROR,
}


@contextlib.contextmanager
def _told_in_time(noticed: Callable[[], None]) -> Iterator[Callable[[], None]]:
    """A way for the worker thread to call ``noticed`` on the event loop: once, and not after the ``with`` has ended."""
    loop = asyncio.get_running_loop()
    waiting = True

    def call_if_waiting() -> None:
        nonlocal waiting
        if waiting:
            waiting = False
            noticed()

    def tell() -> None:
        loop.call_soon_threadsafe(call_if_waiting)

    try:
        yield tell
    finally:
        waiting = False


@dataclass
class _Turn:
    """One look at the slot, and what was read if there was a card. Filled by the worker's thread."""

    wanted: bool = True  # until the one who waits has gone
    slot: Slot | None = None
    card: SocialCard | None = None
    never_there: NeverThereError | None = None


class CardReader:
    """Reads social security cards; finds its reader again by itself when it, or pcscd, has been away.

    ``reader_name`` is a part of the reader's PC/SC name, None the first reader; ``psam_name`` the same of the slot with
    the PSAM, None: there is none. ``patience`` is the time in seconds after which a card or pcscd that does not answer
    counts as stuck. ``tally`` counts the cards. Ring ``bell`` when the system says that something was plugged in.
    """

    def __init__(
        self,
        reader_name: str | None = None,
        psam_name: str | None = None,
        *,
        patience: float = _PATIENCE_SECONDS,
        tally: Tally | None = None,
    ) -> None:
        self.bell = Bell()
        self._tally = tally or Tally()
        self._identity: Identity | None = None
        self._names = reader_name, psam_name
        self._patience = patience
        self._psam = PsamSlot(psam_name) if psam_name else None
        self._worker = Worker("card_reader")
        self._record = HealthRecord("card_reader")
        self._link = PcscLink(*self._names)
        self._slot: Slot | None = None
        self._bad: tuple[int, DeviceError] | None = None  # the count under which a card failed, and how
        self._identification: str | None = None  # of the card that was read last, until its slot is seen empty
        self._talking = 0
        self._looked_at = 0.0

    @property
    def health(self) -> Health:
        """As of the last look: at most a second old while ``watch`` or a wait is running."""
        return self._record.current

    @property
    def pulse(self) -> int:
        """Grows as long as the device's thread works."""
        return self._worker.ticks

    @property
    def card_present(self) -> bool | None:
        """Whether a card, of any kind, is in; None while the reader cannot tell."""
        return None if self._slot is None or self._slot.fault else self._slot.present

    def listen(self, listener: Callable[[HealthChange], None]) -> None:
        """Call ``listener`` when the health of the reader, or of its PSAM, changes, see ``HealthRecord.listen``."""
        self._record.listen(listener)
        if self._psam:
            self._psam.listen(listener)

    @property
    def facts(self) -> DeviceFacts:
        """What is known of the reader; who made it only after ``identify``."""
        return facts_of(
            self._record,
            self._identity or Identity(),
            replaced_threads=self._worker.stuck_threads,
            counts=self._tally.of(self._record.device),
        )

    @property
    def psam_facts(self) -> DeviceFacts | None:
        """The same of the PSAM's slot; None if the settings name none."""
        return self._psam.facts if self._psam else None

    async def identify(self) -> None:
        """Ask the reader who made it, if that is not known. Raises nothing."""
        if self._identity is None:
            with contextlib.suppress(DeviceError):  # it is in the health
                self._identity = await self._on_worker(lambda link: link.describe())

    async def atr(self) -> bytes | None:
        """The answer to reset of the card that is in, for diagnostics; None if there is none. Reads nothing else.

        Raises:
            DeviceError: as ``wait_for_card``.
        """
        if not (await self._look_or_raise(0)).present:
            return None
        return await self._on_worker(lambda link: link.converse(lambda _, atr: atr))

    @property
    def psam_health(self) -> Health | None:
        """The PSAM's own health, of no concern to citizens; None if the settings name none."""
        return self._psam.health if self._psam else None

    async def psam_information(self) -> PsamInformation:
        """Read the PSAM's public data and the terminal's number, for diagnostics.

        Raises:
            DeviceError: ``CARD_PSAM``, also if the settings name none.
        """
        if self._psam is None:
            raise psam_fault("none in the settings")
        return await self._psam.information()

    async def wait_for_card(self, noticed: Callable[[], None] = nobody_asked) -> SocialCard:
        """Wait without limit until a card is in, and read it. A card that is in already counts.

        With a PSAM, a card that keeps its holder to itself is authenticated for it: at most once while it is in, unless
        it has accepted that before, and never again once it has refused (authentication.py).

        A card that has failed is not tried again: it has to be taken out first. ``noticed`` is called when a card
        has answered to power and is being read, which takes a second or two, or when it seems to be mute.

        Raises:
            DeviceError: ``CARD_MUTE``, ``CARD_WRONG``, ``CARD_REMOVED``, ``CARD_UNREADABLE``, ``CARD_READER_GONE``,
                ``CARD_SERVICE_DOWN``, ``DEV_STUCK``.
        """
        told = False

        def tell() -> None:
            nonlocal told
            told = True
            noticed()

        gone: NeverThereError | None = None
        milliseconds = 0  # a card that is in already is seen at once
        while True:
            turn = await self._take_turn(milliseconds, tell)
            if turn.card is not None:
                return turn.card
            if turn.never_there is not None:
                gone = turn.never_there  # unless it settles: a contact may chatter while a card slides in
            elif told and gone is not None:
                raise gone  # who was told of a card must hear that it has left
            milliseconds = _POLL_MILLISECONDS

    async def wait_for_removal(self) -> None:
        """Wait without limit until no card is in, or the one that was in has given way to another between two looks.

        Raises:
            DeviceError: ``CARD_READER_GONE``, ``CARD_SERVICE_DOWN``, ``DEV_STUCK``: nobody can tell.
        """
        slot = await self._look_or_raise(0)
        while slot.present:
            before, slot = slot, await self._look_or_raise(_POLL_MILLISECONDS)
            if slot.count >= before.count + _OUT_AND_IN:  # a pcscd that has started anew counts from the beginning
                return

    async def verify_pin(self, pin: str) -> PinResult:
        """Show ``pin`` once to the card that was read last. Never repeated: each try counts on the card.

        Raises:
            DeviceError: as ``wait_for_card``; ``CARD_REMOVED`` also if that card is not in any more.
            ValueError: ``pin`` is not 4 to 12 digits.
        """
        return await self._with_card_read(partial(card_pin.verify_pin, pin=pin))

    async def pin_tries_left(self) -> int | None:
        """How many PIN tries the card that was read last has left; None when it has no PIN or does not tell.

        Raises:
            DeviceError: as ``verify_pin``.
        """
        return await self._with_card_read(card_pin.pin_tries_left)

    async def card_identification(self) -> str:
        """The 卡的识别码 of the card that is in; nothing of its holder is read, and no PSAM is asked.

        Raises:
            DeviceError: as ``wait_for_card``; ``CARD_REMOVED`` also if none is in.
        """
        return await self._on_worker(lambda link: link.converse(lambda transmit, _atr: read_identification(transmit)))

    async def watch(self) -> None:
        """Keep ``health`` and ``card_present`` current while nobody waits for a card. Runs until cancelled."""
        while True:
            if not self._talking and time.monotonic() - self._looked_at >= _WATCH_SECONDS:
                with contextlib.suppress(DeviceError):  # it is in the health
                    if (await self._look(0)).fault is None:
                        await self.identify()
            if self._psam is not None:
                await self._psam.look()
            stuck = self._record.actual.fault is FaultCode.DEV_STUCK
            await self.bell.sleep(_STUCK_SECONDS if stuck else _WATCH_SECONDS)

    def close(self) -> None:
        """Let go of the reader and end the thread."""
        self._link.abandon()
        self._worker.close()
        if self._psam is not None:
            self._psam.close()

    async def _look_or_raise(self, milliseconds: int) -> Slot:
        slot = await self._look(milliseconds)
        if slot.fault is not None:
            raise DeviceError(slot.fault.code, slot.fault.detail)
        return slot

    async def _look(self, milliseconds: int) -> Slot:
        slot = await self._on_worker(lambda link: link.look(milliseconds))
        self._note(slot)
        return slot

    def _note(self, slot: Slot) -> None:
        if slot.fault is None and not slot.present:
            self._identification = None
        if slot.fault is not None:
            self._identity = None  # another one may come in its place
        if not self._is_bad(slot):
            self._bad = None
        self._slot, self._looked_at = slot, time.monotonic()
        self._report(slot)

    async def _take_turn(self, milliseconds: int, noticed: Callable[[], None]) -> _Turn:
        """Look for a card and read it, in one go on the worker: between the two the event loop may be drawing."""
        turn = _Turn()
        try:
            with _told_in_time(noticed) as tell:
                await self._on_worker(lambda link: self._look_and_read(link, turn, milliseconds, tell))
        except DeviceError as error:
            if turn.slot is None:
                raise
            self._bad = turn.slot.count, error
            self._tally.add(Count.CARD_FAILURES)
            self._note(turn.slot)
            raise
        finally:
            turn.wanted = False
        if turn.slot is not None:
            self._note(turn.slot)
            if turn.slot.fault is not None:
                raise DeviceError(turn.slot.fault.code, turn.slot.fault.detail)
        if turn.card is not None:
            self._tally.add(Count.CARDS_READ)
            self._identification = turn.card.identification
        return turn

    def _look_and_read(self, link: PcscLink, turn: _Turn, milliseconds: int, tell: Callable[[], None]) -> None:
        slot = turn.slot = link.look(milliseconds)
        if not turn.wanted or slot.fault is not None or not slot.present or self._is_bad(slot):
            return
        try:
            turn.card = link.converse(self._reading(slot), tell)
        except NeverThereError as error:
            turn.never_there = error

    def _reading(self, slot: Slot) -> Callable[[Transmit, bytes], SocialCard]:
        psam = self._psam
        if psam is None:
            return read_social_card

        def prove(transmit: Transmit, subject: Subject) -> Authentication:
            return psam.prove(transmit, replace(subject, insertion=slot.count))

        return partial(read_social_card, prove=prove)

    async def _with_card_read(self, talk: Callable[[Transmit], T]) -> T:
        identification = self._identification
        if identification is None:
            raise DeviceError(FaultCode.CARD_REMOVED, "the card that was read is not in")

        def talk_to_same_card(transmit: Transmit, _atr: bytes) -> T:
            require_same_card(transmit, identification)
            return talk(transmit)

        return await self._on_worker(lambda link: link.converse(talk_to_same_card))

    async def _on_worker(self, call: Callable[[PcscLink], T]) -> T:
        link = self._link
        self._talking += 1
        try:
            return await self._worker.call_within(self._patience, call, link)
        except DeviceError as error:
            if error.code is FaultCode.DEV_STUCK and self._link is link:
                link.abandon()
                self._link = PcscLink(*self._names)
                self._record.report(DeviceState.HARDWARE_ERROR, error.code, error.detail)
            raise
        finally:
            self._talking -= 1

    def _is_bad(self, slot: Slot) -> bool:
        return self._bad is not None and slot.present and slot.count == self._bad[0]

    def _report(self, slot: Slot) -> None:
        error = slot.fault
        if error is None and self._bad is not None and self._is_bad(slot):
            error = self._bad[1]
        if error is None:
            self._record.report(DeviceState.ONLINE)
        else:
            self._record.report(_STATES.get(error.code, DeviceState.USER_ERROR), error.code, error.detail)
