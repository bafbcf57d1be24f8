"""The link to a card reader over PC/SC: the one place that knows pyscard.

pyscard's low-level calls are used, not its monitors: those end for good when pcscd restarts, and miss a card
that is in at the start (its issues 82, 128, 231). Any call may block for ever, so all of them run on a worker that can
be left behind (reader.py).
"""

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from typing import Any, TypeVar

from smartcard import scard

from config.faults import FaultCode
from drivers.card_reader.apdu import Transmit
from drivers.device import TRAFFIC, DeviceError, nobody_asked
from drivers.facts import Identity
from drivers.usb_descriptors import of_address

T = TypeVar("T")
Talk = Callable[[Transmit, bytes], T]  # how to send a command, and the answer to reset

log = logging.getLogger(__name__)

_LEAVING_MILLISECONDS = 700  # how long pcscd may take to notice that a card has left
_CONNECT_TRIES = 3
_CONNECT_PAUSE_SECONDS = 0.2
_COUNTER_SHIFT = 16  # pcsc-lite counts insertions and removals in the upper half of a reader's state
_UNSIGNED = 0xFFFFFFFF
_USB_CHANNEL = 0x0020  # in the upper half of a channel id; the lower half is bus and device (PC/SC part 3, 3.1.1)

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
# A card that is still sliding in, and another program that still holds it: both may be over in a moment.
_PASSING = {scard.SCARD_W_UNRESPONSIVE_CARD, scard.SCARD_W_UNPOWERED_CARD, scard.SCARD_E_SHARING_VIOLATION}


class _PcscError(Exception):
    """A PC/SC call returned something else than success."""

    def __init__(self, code: int) -> None:
        super().__init__(f"{code & _UNSIGNED:08X}")
        self.code = code

    def as_device_error(self) -> DeviceError:
        return DeviceError(_FAULTS.get(self.code, FaultCode.CARD_UNREADABLE), f"PC/SC {self}")


class NeverThereError(DeviceError):
    """The card had left before a word was exchanged: pcscd notices a moment late."""


@dataclass(frozen=True)
class Slot:
    """What one look at the reader showed. ``count`` changes whenever a card comes or goes."""

    present: bool = False
    count: int = -1
    fault: DeviceError | None = None


class PcscLink:
    """One context of PC/SC, used by one worker thread; made anew after any error.

    ``wanted_reader`` is a part of the reader's name, None the first one that is not ``taken_reader``, another link's.
    """

    def __init__(self, wanted_reader: str | None, taken_reader: str | None = None) -> None:
        self._wanted = wanted_reader
        self._taken = taken_reader
        self._context: Any = None
        self._reader = ""
        self._state: int = scard.SCARD_STATE_UNAWARE
        self._guard = threading.Lock()
        self._busy = False
        self._abandoned = False

    def look(self, milliseconds: int) -> Slot:
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
                return Slot(fault=error.as_device_error())

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

    def describe(self) -> Identity:
        """What the reader tells of itself, and the system of it. Takes no card and gives none power. Raises nothing."""
        with self._in_use():
            try:
                self._open()
            except _PcscError:
                self._release()
                return Identity(driver=_driver())
            # Without a card there is no protocol to agree on, so it is the reader itself that is connected to.
            result, reader, _ = scard.SCardConnect(self._context, self._reader, scard.SCARD_SHARE_DIRECT, 0)
            if result != scard.SCARD_S_SUCCESS:  # another program has it for itself
                return Identity(model=self._reader, driver=_driver())
            try:
                return _identity(reader, self._reader)
            finally:
                scard.SCardDisconnect(reader, scard.SCARD_LEAVE_CARD)

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

    def _look(self, milliseconds: int) -> Slot:
        self._open()
        # Who asks for a change waits at least a millisecond for it, even with a time-out of 0 (pcsc-lite 1.9.9,
        # measured); who knows nothing is told at once.
        known = self._state if milliseconds else scard.SCARD_STATE_UNAWARE
        result, states = scard.SCardGetStatusChange(self._context, milliseconds, [(self._reader, known)])
        if result != scard.SCARD_E_TIMEOUT:
            _check(result)
            self._state = states[0][1] & ~scard.SCARD_STATE_CHANGED
        if self._state & (scard.SCARD_STATE_UNKNOWN | scard.SCARD_STATE_UNAVAILABLE):
            raise _PcscError(scard.SCARD_E_READER_UNAVAILABLE)
        return Slot(bool(self._state & scard.SCARD_STATE_PRESENT), self._state >> _COUNTER_SHIFT)

    def _open(self) -> None:
        if self._context is None:
            result, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
            _check(result)
            self._context = context
        if not self._reader:
            result, names = scard.SCardListReaders(self._context, [])
            _check(result)
            self._reader = next(filter(self._is_wanted, names), "")
            self._state = scard.SCARD_STATE_UNAWARE
        if not self._reader:
            raise _PcscError(scard.SCARD_E_UNKNOWN_READER)

    def _is_wanted(self, name: str) -> bool:
        if self._wanted is not None:
            return self._wanted in name
        return self._taken is None or self._taken not in name

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
            raise NeverThereError(FaultCode.CARD_REMOVED, "no card to connect to")
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


def reader_names() -> tuple[str, ...]:
    """The readers that the card service knows, in its order; a reader with two slots is there twice.

    Blocks as every call here may.

    Raises:
        DeviceError: the card service does not answer.
    """
    try:
        result, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
        _check(result)
        try:
            result, names = scard.SCardListReaders(context, [])
            if result == scard.SCARD_E_NO_READERS_AVAILABLE:
                return ()
            _check(result)
        finally:
            scard.SCardReleaseContext(context)
    except _PcscError as error:
        raise error.as_device_error() from None
    return tuple(str(name) for name in names)


def _identity(reader: Any, name: str) -> Identity:
    """What a connected reader tells: hardly any tells everything, and a virtual one nothing."""
    number = int.from_bytes(_attribute(reader, scard.SCARD_ATTR_VENDOR_IFD_VERSION)[:4], "little")
    channel = int.from_bytes(_attribute(reader, scard.SCARD_ATTR_CHANNEL_ID)[:4], "little")
    usb = of_address(channel >> 8 & 0xFF, channel & 0xFF) if channel >> 16 == _USB_CHANNEL else None
    return Identity(
        maker=_word(reader, scard.SCARD_ATTR_VENDOR_NAME) or (usb.maker if usb else ""),
        model=_word(reader, scard.SCARD_ATTR_VENDOR_IFD_TYPE) or name,
        serial=_word(reader, scard.SCARD_ATTR_VENDOR_IFD_SERIAL_NO) or (usb.serial if usb else ""),
        firmware=f"{number >> 24}.{number >> 16 & 0xFF}.{number & 0xFFFF}" if number else (usb.release if usb else ""),
        driver=_driver(),
        place=f"{name}, USB {usb.port} {usb.ids}" if usb else name,
    )


def _attribute(reader: Any, attribute: int) -> bytes:
    result, value = scard.SCardGetAttrib(reader, attribute)
    return bytes(value) if result == scard.SCARD_S_SUCCESS else b""


def _word(reader: Any, attribute: int) -> str:
    text = _attribute(reader, attribute).split(b"\x00")[0].decode("ascii", "replace")
    return "".join(char for char in text if char.isprintable()).strip()


def _driver() -> str:
    return f"pyscard {version('pyscard')}"


def _check(result: int) -> None:
    if result != scard.SCARD_S_SUCCESS:
        raise _PcscError(result)


def _transmit(card: Any, protocol: int, command: bytes) -> bytes:
    pci = scard.SCARD_PCI_T1 if protocol == scard.SCARD_PROTOCOL_T1 else scard.SCARD_PCI_T0
    result, answer = scard.SCardTransmit(card, pci, list(command))
    _check(result)
    if log.isEnabledFor(TRAFFIC):  # headers and status words only, never data
        shown = {"header": command[:4].hex(), "sw": bytes(answer[-2:]).hex(), "bytes": len(answer)}
        log.log(TRAFFIC, "apdu", extra=shown)
    return bytes(answer)
