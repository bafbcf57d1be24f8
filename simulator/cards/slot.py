"""The slot of a virtual reader: brings a simulated card to vpcd over its TCP protocol (hardware.md 4.1, VS).

vpcd listens and the card calls. A message is a two-byte big-endian length and a body; vpcd speaks first. A body of one
byte switches power, resets, or asks for the answer to reset; any longer body is a command.
"""

import logging
import selectors
import socket
import threading
import time
from collections.abc import Callable
from enum import IntEnum
from typing import Self

from simulator.cards.contract import CardPulled, CardSilent, SimulatedCard

log = logging.getLogger(__name__)

# vpcd looks for a card every 0.44 s. A card put in sooner after the last one was pulled in the middle of a command
# would pass for the same card; no hand is that quick either.
_GAP_SECONDS = 0.6
_CALL_AGAIN_SECONDS = 0.1
_IDLE_SECONDS = 30.0


class _Control(IntEnum):
    POWER_OFF = 0
    POWER_ON = 1
    RESET = 2
    ANSWER_TO_RESET = 4


class VirtualCardSlot:
    """One slot with at most one card in it; its own thread speaks for the card.

    ``connect`` opens a connection to vpcd's port of this slot and raises OSError while there is no reader. The
    slot calls again until it succeeds: a card stays in while pcscd is restarted.
    """

    def __init__(self, connect: Callable[[], socket.socket], name: str = "card-slot") -> None:
        self._connect = connect
        self._name = name
        self._lock = threading.Lock()
        self._card: SimulatedCard | None = None
        self._turn = 0  # counts insertions and pulls: the same card may be pulled and put in again
        self._emptied_at = -_GAP_SECONDS
        self._thread: threading.Thread | None = None
        self._running = False
        self._connection: socket.socket | None = None  # this and the next belong to the thread
        self._connected_turn = 0
        self._wake_up, self._woken = socket.socketpair()

    @classmethod
    def at(cls, host: str, port: int) -> Self:
        """The slot of a vpcd that listens on ``host``:``port`` (35963 and 35964 in Debian's package)."""
        return cls(lambda: socket.create_connection((host, port), timeout=1.0))

    @property
    def card(self) -> SimulatedCard | None:
        """The card that is in, or None."""
        return self._card

    def insert(self, card: SimulatedCard) -> None:
        """Put ``card`` in; one that is in already is pulled first. The reader notices within a second or so."""
        self._put(card)

    def pull(self) -> None:
        """Take the card out, at whatever it may be doing. Does nothing if the slot is empty."""
        self._put(None)

    def start(self) -> None:
        """Start the thread; does nothing if it runs."""
        if self._thread is None:
            self._running = True
            self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Hang up and end the thread. The card stays in and is brought again by ``start``."""
        if self._thread is not None:
            self._running = False
            self._wake()
            self._thread.join()
            self._thread = None

    def close(self) -> None:
        """Stop for good."""
        self.stop()
        self._wake_up.close()
        self._woken.close()

    def _put(self, card: SimulatedCard | None) -> None:
        with self._lock:
            if self._card is not None:
                self._emptied_at = time.monotonic()
            self._card = card
            self._turn += 1
        self._wake()

    def _wake(self) -> None:
        self._wake_up.send(b"!")

    def _run(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._woken, selectors.EVENT_READ)
            while self._running:
                pause = self._follow(selector)
                for key, _ in selector.select(pause):
                    if key.fileobj is self._woken:
                        self._woken.recv(4096)
                    else:
                        self._serve(selector)
            self._hang_up(selector)

    def _follow(self, selector: selectors.BaseSelector) -> float:
        """Bring the connection in line with the card that is in; returns how long nothing else is to be done."""
        with self._lock:
            turn = self._turn
        if self._connection is not None and self._connected_turn != turn:
            self._hang_up(selector)
        if self._connection is not None or self._card is None:
            return _IDLE_SECONDS
        wait = self._emptied_at + _GAP_SECONDS - time.monotonic()
        if wait > 0:
            return wait
        try:
            self._connection = self._connect()
        except OSError:
            return _CALL_AGAIN_SECONDS
        self._connection.settimeout(None)
        self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._connected_turn = turn
        selector.register(self._connection, selectors.EVENT_READ)
        return _IDLE_SECONDS

    def _hang_up(self, selector: selectors.BaseSelector) -> None:
        if self._connection is not None:
            selector.unregister(self._connection)
            self._connection.close()
        self._connection = None

    def _serve(self, selector: selectors.BaseSelector) -> None:
        """Answer one message of vpcd, which may also hang up."""
        with self._lock:
            card = self._card if self._turn == self._connected_turn else None
        connection = self._connection
        if card is None or connection is None:
            return  # pulled this moment: the connection is closed next
        try:
            message = _receive(connection)
            reply = _reply(card, message)
            if reply is not None:
                connection.sendall(len(reply).to_bytes(2, "big") + reply)
        except CardSilent:
            log.debug("card_silent")
        except CardPulled:
            self.pull()
            self._hang_up(selector)
        except OSError:
            self._hang_up(selector)


def _receive(connection: socket.socket) -> bytes:
    length = int.from_bytes(_receive_exactly(connection, 2), "big")
    return _receive_exactly(connection, length)


def _receive_exactly(connection: socket.socket, length: int) -> bytes:
    # vpcd sends length and body apart and waits for our acknowledgement between them. The option does not last:
    # it is set again before each part, or an exchange takes 45 ms.
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
    data = connection.recv(length, socket.MSG_WAITALL)
    if len(data) < length:
        raise ConnectionResetError("vpcd hung up")
    return data


def _reply(card: SimulatedCard, message: bytes) -> bytes | None:
    if len(message) != 1:
        return card.answer(message)
    if message[0] == _Control.ANSWER_TO_RESET:
        return card.atr
    card.reset()
    return None
