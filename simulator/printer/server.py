"""The simulated printer on a TCP port, with what can go wrong with it.

with SimulatedPrinter() as printer:
    ...                                  # print to ("127.0.0.1", printer.port)
    printer.cut_papers[0].png            # what lies in the tray
    printer.change(paper_out=True)       # see Condition for all of them
"""

import selectors
import socket
import threading
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from types import TracebackType
from typing import Self

from config.fonts import FontSet
from simulator.printer.condition import Condition
from simulator.printer.interpreter import Interpreter
from simulator.printer.paper import Paper, Receipt, to_png
from simulator.printer.real_time import ClearingAsked, RealTime, RealTimeScanner, RecoveryAsked, StatusAsked
from simulator.printer.text import TextLine

_BUFFER_BYTES = 65_536


class _DiedError(Exception):
    """The printer lost its power in the middle of something."""


class SimulatedPrinter:
    """A printer of ``width_dots`` with a cutter. ``fonts`` draw what is printed as text; pictures need none."""

    def __init__(
        self, port: int = 0, *, host: str = "127.0.0.1", width_dots: int = 576, fonts: FontSet | None = None
    ) -> None:
        self._address = (host, port)
        self._lock = threading.RLock()
        self._condition = Condition()
        self._paper = Paper(width_dots, self._row_printed)
        self._interpreter = Interpreter(self._paper, TextLine(width_dots, fonts), self._answer)
        self._scanner = RealTimeScanner()
        self._rows_to_paper_end: int | None = None
        self._rows_to_death: int | None = None
        self._listener: socket.socket | None = None
        self._connections: set[socket.socket] = set()
        self._speaker: socket.socket | None = None
        self._paused: set[socket.socket] = set()
        self._stopping = threading.Event()
        self._selector = selectors.DefaultSelector()
        self._wake_in, self._wake_out = socket.socketpair()
        self._thread = threading.Thread(target=self._run, name="simulated printer", daemon=True)
        self.received = bytearray()  # every byte since the last ``forget``
        self.status_requests: Counter[int] = Counter()

    def start(self) -> None:
        """Switch on: listen."""
        self._selector.register(self._wake_out, selectors.EVENT_READ)
        self._listen()
        self._thread.start()

    def stop(self) -> None:
        """Switch off for good."""
        self._stopping.set()
        self._wake_in.send(b".")
        self._thread.join()
        self.die()
        self._selector.close()
        self._wake_in.close()
        self._wake_out.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def port(self) -> int:
        """The TCP port it listens on."""
        return self._address[1]

    @property
    def condition(self) -> Condition:
        """What is the matter with it now."""
        return self._condition

    @property
    def alive(self) -> bool:
        """False after it died, until it is revived."""
        return self._listener is not None

    @property
    def cut_papers(self) -> list[Receipt]:
        """What lies in the tray, oldest first."""
        with self._lock:
            return list(self._paper.tray)

    @property
    def unknown_commands(self) -> Counter[bytes]:
        """Commands that it did not understand, and how often."""
        with self._lock:
            return Counter(self._interpreter.unknown)

    @property
    def waiting_bytes(self) -> int:
        """How much stands in its buffer."""
        with self._lock:
            return len(self._interpreter.buffer)

    @property
    def hanging_rows(self) -> int:
        """How many rows hang out uncut."""
        with self._lock:
            return self._paper.hanging_rows

    def paper_png(self) -> bytes:
        """The paper that hangs out, not cut yet, as PNG."""
        with self._lock:
            return to_png(self._paper.hanging())

    def take_paper(self) -> list[Receipt]:
        """Take all paper away: the tray, and by hand what hangs out."""
        with self._lock:
            self._paper.cut(torn=True)
            taken, self._paper.tray = self._paper.tray, []
            return taken

    def change(self, **changes: bool) -> None:
        """Make things go wrong or right again: fields of ``Condition``. What waits is then printed, if it can be."""
        with self._lock:
            self._condition = replace(self._condition, **changes)
            with suppress(_DiedError):
                self._work()
            self._resume()

    def refill(self) -> None:
        """Put in a new roll."""
        with self._lock:
            self._rows_to_paper_end = None
        self.change(paper_out=False, near_end=False)

    def end_paper_after(self, rows: int) -> None:
        """Let the roll end after so many more rows."""
        with self._lock:
            self._rows_to_paper_end = rows

    def die_after(self, rows: int) -> None:
        """Lose power after so many more rows: connections end, new ones are refused until ``revive``."""
        with self._lock:
            self._rows_to_death = rows

    def die(self) -> None:
        """Lose power now."""
        with self._lock:
            self._die()

    def revive(self) -> None:
        """Give it power again: it starts with an empty buffer, on the same port."""
        with self._lock:
            self._rows_to_death = None
            self._interpreter.clear()
            self._scanner = RealTimeScanner()
            if not self._listener:
                self._listen()

    def forget(self) -> None:
        """Start recording bytes and requests anew."""
        with self._lock:
            self.received.clear()
            self.status_requests.clear()
            self._interpreter.unknown.clear()

    def _listen(self) -> None:
        listener = socket.create_server(self._address)
        self._address = listener.getsockname()[:2]
        listener.settimeout(0)
        self._selector.register(listener, selectors.EVENT_READ)
        self._listener = listener

    def _run(self) -> None:
        while not self._stopping.is_set():
            for key, _ in self._selector.select():
                with self._lock:
                    if key.fileobj is self._listener:
                        self._accept(self._listener)
                    elif key.fileobj in self._connections:
                        self._serve(next(each for each in self._connections if each is key.fileobj))

    def _accept(self, listener: socket.socket) -> None:
        try:
            connection, _ = listener.accept()
        except OSError:  # whoever it was has given up meanwhile
            return
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._connections.add(connection)
        self._selector.register(connection, selectors.EVENT_READ)

    def _serve(self, connection: socket.socket) -> None:
        try:
            received = connection.recv(16_384)
        except OSError:
            received = b""
        if not received:
            self._drop(connection)
            return
        self._speaker = connection
        self.received += received
        with suppress(_DiedError):
            for part in self._scanner.scan(received):
                self._take(part)
            if self._condition.offline and len(self._interpreter.buffer) > _BUFFER_BYTES:
                self._pause(connection)

    def _take(self, part: bytes | RealTime) -> None:
        match part:
            case bytes():
                self._interpreter.buffer += part
                self._work()
            case StatusAsked(kind):
                self.status_requests[kind] += 1
                self._answer(bytes((self._condition.status_byte(kind),)))
            case RecoveryAsked(clear):
                if clear and self._condition.in_error:
                    self._interpreter.clear()
            case ClearingAsked():
                self._interpreter.clear()
                self._answer(b"\x37\x25\x00")

    def _work(self) -> None:
        """Carry out what waits, as long as nothing is the matter."""
        while not self._condition.offline and self._interpreter.step():
            pass

    def _row_printed(self) -> None:
        if self._rows_to_paper_end is not None:
            self._rows_to_paper_end -= 1
            if self._rows_to_paper_end <= 0:
                self._rows_to_paper_end = None
                self._condition = replace(self._condition, paper_out=True)
        if self._rows_to_death is not None:
            self._rows_to_death -= 1
            if self._rows_to_death <= 0:
                self._die()
                raise _DiedError

    def _answer(self, reply: bytes) -> None:
        if self._speaker and not self._condition.silent:
            with suppress(OSError):
                self._speaker.send(reply)

    def _pause(self, connection: socket.socket) -> None:
        """The buffer is full: read nothing more, as a printer does that is off line."""
        self._selector.unregister(connection)
        self._paused.add(connection)

    def _resume(self) -> None:
        if len(self._interpreter.buffer) <= _BUFFER_BYTES:
            for connection in self._paused:
                self._selector.register(connection, selectors.EVENT_READ)
            self._paused.clear()

    def _drop(self, connection: socket.socket) -> None:
        self._connections.discard(connection)
        if connection in self._paused:
            self._paused.discard(connection)
        else:
            self._selector.unregister(connection)
        connection.close()
        if self._speaker is connection:
            self._speaker = None

    def _die(self) -> None:
        self._rows_to_death = None
        for connection in tuple(self._connections):
            self._drop(connection)
        if self._listener:
            self._selector.unregister(self._listener)
            self._listener.close()
            self._listener = None
