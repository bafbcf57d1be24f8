"""The card reader over PC/SC: the one place that knows pyscard.

pyscard's low-level calls are used, not its monitors: those end for good when pcscd restarts, and miss a card
that is in at the start (LESSONS.md). Any call may block for ever, so all of them run on a worker that can be left
behind.
"""

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from smartcard import scard

from config.faults import FaultCode
from drivers.card_reader import pin as card_pin
from drivers.card_reader.apdu import Transmit
from drivers.card_reader.pin import PinResult
from drivers.card_reader.reading import read_social_card, require_same_card
from drivers.card_reader.social_card import SocialCard
from drivers.device import TRAFFIC, DeviceError, DeviceState, Health, HealthRecord, Worker, nobody_asked

T = TypeVar("T")
Talk = Callable[[Transmit, bytes], T]  # how to send a command, and the answer to reset

log = logging.getLogger(__name__)

_POLL_MILLISECONDS = 250
_WATCH_SECONDS = 1.0
_PATIENCE_SECONDS = 10.0  # a whole read takes one or two seconds on a slow card
_LEAVING_MILLISECONDS = 700  # how long pcscd may take to notice that a card has left
_CONNECT_TRIES = 3
_CONNECT_PAUSE_SECONDS = 0.2
_COUNTER_SHIFT = 16  # pcsc-lite counts insertions and removals in the upper half of a reader's state
_UNSIGNED = 0xFFFFFFFF

_FAULTS = {
    scard.SCARD_E_NO_SERVICE: FaultCode.CARD_SERVICE_DOWN,
    scard.SCARD_E_SERVICE_STOPPED: FaultCode.CARD_SERVICE_DOWN,
    scard.SCARD_E_INVALID_HANDLE: FaultCode.CARD_SERVICE_DOWN,
    scard.SCARD_F_COMM_ERROR: FaultCode.CARD_SERVICE_DOWN,
    scard.SCARD_E_NO_READERS_AVAILABLE: FaultCode.CARD_READER_GONE,
    scard.SCARD_E_READER_UNAVAILABLE: FaultCode.CARD_READER_GONE,
    scard.SCARD_E_UNKNOWN_READER: FaultCode.CARD_READER_GONE,
    scard.SCARD_E_NO_SMARTCARD: FaultCode.CARD_REMOVED,
    scard.SCARD_W_REMOVED_CARD: FaultCode.CARD_REMOVED,
    scard.SCARD_W_UNRESPONSIVE_CARD: FaultCode.CARD_MUTE,
    scard.SCARD_W_UNPOWERED_CARD: FaultCode.CARD_MUTE,
    scard.SCARD_W_UNSUPPORTED_CARD: FaultCode.CARD_MUTE,
    scard.SCARD_E_PROTO_MISMATCH: FaultCode.CARD_MUTE,
}
# Any other fault lies in the card that was put in.
_STATES = {
    FaultCode.CARD_SERVICE_DOWN: DeviceState.OFFLINE,
    FaultCode.CARD_READER_GONE: DeviceState.NO_DEVICE,
    FaultCode.DEV_STUCK: DeviceState.HARDWARE_ERROR,
}
# A card that is still sliding in, and another program that still holds it: both may be over in a moment.
_PASSING = {scard.SCARD_W_UNRESPONSIVE_CARD, scard.SCARD_W_UNPOWERED_CARD, scard.SCARD_E_SHARING_VIOLATION}


class _PcscError(Exception):
    """A PC/SC call returned something else than success."""

    def __init__(self, code: int) -> None:
        super().__init__(f"{code & _UNSIGNED:08X}")
        self.code = code

    def as_device_error(self) -> DeviceError:
        return DeviceError(_FAULTS.get(self.code, FaultCode.CARD_UNREADABLE), f"PC/SC {self}")


class _NeverThereError(DeviceError):
    """The card had left before a word was exchanged: pcscd notices a moment late."""


@dataclass(frozen=True)
class _Slot:
    """What one look at the reader showed. ``count`` changes whenever a card comes or goes."""

    present: bool = False
    count: int = -1
    fault: DeviceError | None = None


class _Link:
    """One context of PC/SC, used by one worker thread; made anew after any error."""

    def __init__(self, wanted_reader: str | None) -> None:
        self._wanted = wanted_reader
        self._context: Any = None
        self._reader = ""
        self._state: int = scard.SCARD_STATE_UNAWARE
        self._guard = threading.Lock()
        self._busy = False
        self._abandoned = False

    def look(self, milliseconds: int) -> _Slot:
        """The slot after its next change, or after ``milliseconds``. Raises nothing: a fault is in the answer."""
        with self._in_use():
            try:
                return self._look(milliseconds)
            except _PcscError:
                self._release()  # the context may belong to a pcscd that has been restarted meanwhile
            try:
                return self._look(0)
            except _PcscError as error:
                self._release()
                return _Slot(fault=error.as_device_error())

    def converse(self, talk: Talk[T], tell: Callable[[], None] = nobody_asked) -> T:
        """Power the card, let ``talk`` speak with it, and switch it off again.

        ``tell`` is called when there is a card: it has answered, or it is mute, which takes some tries to find out.

        Raises:
            DeviceError: the card is mute, has left, does not answer as it should; reader or service are gone.
        """
        with self._in_use():
            try:
                with self._powered(tell) as (transmit, atr):
                    tell()
                    return talk(transmit, atr)
            except _PcscError as error:
                raise self._explained(error.as_device_error()) from error
            except DeviceError as error:
                raise self._explained(error) from error

    def abandon(self) -> None:
        """Give the context back: now, or when the call that holds it comes back."""
        with self._guard:
            self._abandoned = True
            if not self._busy:
                self._release()

    @contextlib.contextmanager
    def _in_use(self) -> Iterator[None]:
        with self._guard:
            self._busy = True
        try:
            yield
        finally:
            with self._guard:
                self._busy = False
                if self._abandoned:
                    self._release()

    def _look(self, milliseconds: int) -> _Slot:
        self._open()
        result, states = scard.SCardGetStatusChange(self._context, milliseconds, [(self._reader, self._state)])
        if result != scard.SCARD_E_TIMEOUT:
            _check(result)
            self._state = states[0][1] & ~scard.SCARD_STATE_CHANGED
        if self._state & (scard.SCARD_STATE_UNKNOWN | scard.SCARD_STATE_UNAVAILABLE):
            raise _PcscError(scard.SCARD_E_READER_UNAVAILABLE)
        return _Slot(bool(self._state & scard.SCARD_STATE_PRESENT), self._state >> _COUNTER_SHIFT)

    def _open(self) -> None:
        if self._context is None:
            result, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
            _check(result)
            self._context = context
        if not self._reader:
            result, names = scard.SCardListReaders(self._context, [])
            _check(result)
            self._reader = next((name for name in names if self._wanted is None or self._wanted in name), "")
            self._state = scard.SCARD_STATE_UNAWARE
        if not self._reader:
            raise _PcscError(scard.SCARD_E_UNKNOWN_READER)

    def _release(self) -> None:
        if self._context is not None:
            scard.SCardReleaseContext(self._context)
        self._context, self._reader = None, ""

    @contextlib.contextmanager
    def _powered(self, tell: Callable[[], None]) -> Iterator[tuple[Transmit, bytes]]:
        self._open()
        card, protocol = self._connect(tell)
        try:
            result, _, _, _, atr = scard.SCardStatus(card)
            _check(result)
            yield partial(_transmit, card, protocol), bytes(atr)
        finally:
            # Without power the card forgets a PIN that was shown (P7 5.8).
            scard.SCardDisconnect(card, scard.SCARD_UNPOWER_CARD)

    def _connect(self, tell: Callable[[], None]) -> tuple[Any, int]:
        protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        for pause in (*[_CONNECT_PAUSE_SECONDS] * (_CONNECT_TRIES - 1), 0):
            result, card, protocol = scard.SCardConnect(
                self._context, self._reader, scard.SCARD_SHARE_EXCLUSIVE, protocols
            )
            if result not in _PASSING:
                break
            tell()
            time.sleep(pause)
        if _FAULTS.get(result) is FaultCode.CARD_REMOVED:
            raise _NeverThereError(FaultCode.CARD_REMOVED, "no card to connect to")
        _check(result)
        return card, protocol

    def _explained(self, error: DeviceError) -> DeviceError:
        """What ``error`` means for the citizen: most odd answers are from a card on its way out."""
        if error.code is FaultCode.CARD_UNREADABLE and self._card_has_left():
            return DeviceError(FaultCode.CARD_REMOVED, error.detail)
        if error.code in {FaultCode.CARD_SERVICE_DOWN, FaultCode.CARD_READER_GONE}:
            self._release()
        return error

    def _card_has_left(self) -> bool:
        count = self._state >> _COUNTER_SHIFT
        try:
            slot = self._look(_LEAVING_MILLISECONDS)
        except _PcscError:
            return False
        return not slot.present or slot.count != count


def _check(result: int) -> None:
    if result != scard.SCARD_S_SUCCESS:
        raise _PcscError(result)


def _transmit(card: Any, protocol: int, command: bytes) -> bytes:
    pci = scard.SCARD_PCI_T1 if protocol == scard.SCARD_PROTOCOL_T1 else scard.SCARD_PCI_T0
    result, answer = scard.SCardTransmit(card, pci, list(command))
    _check(result)
    # Headers and status words only, never data.
    log.log(TRAFFIC, "apdu", extra={"header": command[:4].hex(), "sw": bytes(answer[-2:]).hex(), "bytes": len(answer)})
    return bytes(answer)


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


class CardReader:
    """Reads social security cards; finds its reader again by itself when it, or pcscd, has been away.

    ``reader_name`` is a part of the reader's PC/SC name, None the first reader. ``patience`` is the time in seconds
    after which a card or pcscd that does not answer counts as stuck.
    """

    def __init__(self, reader_name: str | None = None, *, patience: float = _PATIENCE_SECONDS) -> None:
        self._reader_name = reader_name
        self._patience = patience
        self._worker = Worker("card_reader")
        self._record = HealthRecord("card_reader")
        self._link = _Link(reader_name)
        self._slot: _Slot | None = None
        self._bad: tuple[int, DeviceError] | None = None  # the count under which a card failed, and how
        self._identification: str | None = None  # of the card that was read last, until its slot is seen empty
        self._talking = 0
        self._looked_at = 0.0

    @property
    def health(self) -> Health:
        """As of the last look: at most a second old while ``watch`` or a wait is running."""
        return self._record.current

    @property
    def card_present(self) -> bool | None:
        """Whether a card, of any kind, is in; None while the reader cannot tell."""
        return None if self._slot is None or self._slot.fault else self._slot.present

    async def wait_for_card(self, noticed: Callable[[], None] = nobody_asked) -> SocialCard:
        """Wait without limit until a card is in, and read it. A card that is in already counts.

        A card that has failed is not tried again: it has to be taken out first. ``noticed`` is called when a card
        has answered to power and is being read, which takes a second or two, or when it seems to be mute.

        Raises:
            DeviceError: ``CARD_MUTE``, ``CARD_WRONG``, ``CARD_REMOVED``, ``CARD_UNREADABLE``, ``CARD_READER_GONE``,
                ``CARD_SERVICE_DOWN``, ``DEV_STUCK``.
        """
        milliseconds = 0  # a card that is in already is seen at once
        while True:
            slot = await self._look_or_raise(milliseconds)
            if slot.present and not self._is_bad(slot):
                with contextlib.suppress(_NeverThereError):
                    return await self._read(slot, noticed)
            milliseconds = _POLL_MILLISECONDS

    async def wait_for_removal(self) -> None:
        """Wait without limit until no card is in.

        Raises:
            DeviceError: ``CARD_READER_GONE``, ``CARD_SERVICE_DOWN``, ``DEV_STUCK``: nobody can tell.
        """
        while (await self._look_or_raise(_POLL_MILLISECONDS)).present:
            pass

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

    async def watch(self) -> None:
        """Keep ``health`` and ``card_present`` current while nobody waits for a card. Runs until cancelled."""
        while True:
            if not self._talking and time.monotonic() - self._looked_at >= _WATCH_SECONDS:
                with contextlib.suppress(DeviceError):  # it is in the health
                    await self._look(0)
            await asyncio.sleep(_WATCH_SECONDS)

    def close(self) -> None:
        """Let go of the reader and end the thread."""
        self._link.abandon()
        self._worker.close()

    async def _look_or_raise(self, milliseconds: int) -> _Slot:
        slot = await self._look(milliseconds)
        if slot.fault is not None:
            raise DeviceError(slot.fault.code, slot.fault.detail)
        return slot

    async def _look(self, milliseconds: int) -> _Slot:
        slot = await self._on_worker(lambda link: link.look(milliseconds))
        if slot.fault is None and not slot.present:
            self._identification = None
        if not self._is_bad(slot):
            self._bad = None
        self._slot, self._looked_at = slot, time.monotonic()
        self._report(slot)
        return slot

    async def _read(self, slot: _Slot, noticed: Callable[[], None]) -> SocialCard:
        try:
            with _told_in_time(noticed) as tell:
                card = await self._on_worker(lambda link: link.converse(read_social_card, tell))
        except _NeverThereError:
            raise
        except DeviceError as error:
            self._bad = slot.count, error
            self._report(slot)
            raise
        self._identification = card.identification
        return card

    async def _with_card_read(self, talk: Callable[[Transmit], T]) -> T:
        identification = self._identification
        if identification is None:
            raise DeviceError(FaultCode.CARD_REMOVED, "the card that was read is not in")

        def talk_to_same_card(transmit: Transmit, _atr: bytes) -> T:
            require_same_card(transmit, identification)
            return talk(transmit)

        return await self._on_worker(lambda link: link.converse(talk_to_same_card))

    async def _on_worker(self, call: Callable[[_Link], T]) -> T:
        link = self._link
        self._talking += 1
        try:
            return await self._worker.call_within(self._patience, call, link)
        except DeviceError as error:
            if error.code is FaultCode.DEV_STUCK and self._link is link:
                link.abandon()
                self._link = _Link(self._reader_name)
                self._record.report(DeviceState.HARDWARE_ERROR, error.code, error.detail)
            raise
        finally:
            self._talking -= 1

    def _is_bad(self, slot: _Slot) -> bool:
        return self._bad is not None and slot.present and slot.count == self._bad[0]

    def _report(self, slot: _Slot) -> None:
        error = slot.fault
        if error is None and self._bad is not None and self._is_bad(slot):
            error = self._bad[1]
        if error is None:
            self._record.report(DeviceState.ONLINE)
        else:
            self._record.report(_STATES.get(error.code, DeviceState.USER_ERROR), error.code, error.detail)
