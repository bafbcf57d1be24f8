"""The reader at the end of a pseudo terminal, where any serial program finds it."""

import os
import select
import threading
import time
import tty
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from simulator.id_reader.line_faults import LineFault, spoil
from simulator.id_reader.sam_module import RequestReader, SamModule, framed
from simulator.people import Person

_BYTES_PER_SECOND = 11_520  # 115200 baud, 8N1
_CHUNK = 64  # bytes that arrive at once, as from the buffer of a serial adapter
_PATIENCE = 0.5  # seconds for the rest of a request, or for somebody to read an answer


@dataclass
class _Spoiling:
    fault: LineFault
    times: int | None
    command: bytes | None


@dataclass
class _Plugged:
    """The open pty and the thread that serves it."""

    master: int
    slave: int  # kept open, so that the master does not fail while no program has the port open
    wake: int
    stop: threading.Event
    thread: threading.Thread


class SimulatedIdReader:
    """A SAM_V reader on a pty. ``link`` is a path that stays the same when the reader is plugged in again.

    ``paced``: requests and answers take as long as on a real line, about 120 ms for a document. The reader itself
    takes no time: a real one needs most of a second for the radio. Use as a context manager, or ``start`` and ``stop``.
    """

    def __init__(self, link: Path | None = None, *, paced: bool = False) -> None:
        self._link = link
        self._paced = paced
        self._module = SamModule()
        self._spoiling: _Spoiling | None = None
        self._plugged: _Plugged | None = None
        self.requests: deque[bytes] = deque(maxlen=1000)  # the last commands received

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    @property
    def port(self) -> str:
        """The path to open."""
        if self._link is not None:
            return str(self._link)
        if self._plugged is None:
            raise RuntimeError("the reader is not plugged in and has no lasting path")
        return os.ttyname(self._plugged.slave)

    @property
    def plugged(self) -> bool:
        """True while the port is there."""
        return self._plugged is not None

    @property
    def person(self) -> Person | None:
        """Whose document lies on the reader."""
        return self._module.person

    def start(self) -> None:
        """Plug the reader in."""
        if self._plugged is not None:
            return
        master, slave = os.openpty()
        tty.setraw(slave)  # no echo, even before a program opens the port
        os.set_blocking(master, False)
        stop = threading.Event()
        wake = os.eventfd(0)
        thread = threading.Thread(
            target=self._serve, args=(master, wake, stop), name="simulated-id-reader", daemon=True
        )
        self._plugged = _Plugged(master, slave, wake, stop, thread)
        self._module.restart()
        if self._link is not None:
            self._link.parent.mkdir(parents=True, exist_ok=True)
            self._link.unlink(missing_ok=True)
            self._link.symlink_to(os.ttyname(slave))
        thread.start()

    def stop(self) -> None:
        """Pull the plug: programs that have the port open lose it. A document stays where it lies."""
        plugged, self._plugged = self._plugged, None
        if plugged is None:
            return
        if self._link is not None:
            self._link.unlink(missing_ok=True)
        plugged.stop.set()
        os.eventfd_write(plugged.wake, 1)
        plugged.thread.join()
        for descriptor in (plugged.master, plugged.slave, plugged.wake):
            os.close(descriptor)

    plug = start
    unplug = stop

    def lay(self, person: Person) -> None:
        """Lay a person's document on the reader."""
        self._module.lay(person)

    def lift(self) -> None:
        """Take the document away."""
        self._module.lift()

    def spoil(self, fault: LineFault, times: int | None = None, command: bytes | None = None) -> None:
        """Spoil answers: the next so many (None: until mended), or only those to ``command``."""
        self._spoiling = _Spoiling(fault, times, command)

    def refuse(self, status: int, times: int | None = None) -> None:
        """Answer reading of the document with SW3 ``status``, such as 0x31, 0x41, 0x47."""
        self._module.refuse(status, times)

    def fail(self, status: int = 0x66) -> None:
        """Answer everything with SW3 ``status``: 0x60 self-test failed, 0x66 not authorised."""
        self._module.fail(status)

    def mend(self) -> None:
        """End every fault."""
        self._spoiling = None
        self._module.mend()

    def _serve(self, master: int, wake: int, stop: threading.Event) -> None:
        requests = RequestReader()
        while not stop.is_set():
            readable, _, _ = select.select([master, wake], [], [], _PATIENCE)
            if not readable:
                requests.clear()
            elif master in readable:
                received = os.read(master, 4096)
                if self._paced:  # the first byte of a request is on the line before the last one arrives
                    stop.wait(len(received) / _BYTES_PER_SECOND)
                for command, sound in requests.feed(received):
                    self.requests.append(command)
                    self._send(master, self._spoiled(command, framed(self._module.answer(command, sound=sound))), stop)

    def _spoiled(self, command: bytes, frame: bytes) -> bytes:
        spoiling = self._spoiling
        if spoiling is None or spoiling.command not in {None, command}:
            return frame
        if spoiling.times is not None:
            spoiling.times -= 1
            if spoiling.times <= 0:
                self._spoiling = None
        return spoil(frame, spoiling.fault)

    def _send(self, master: int, frame: bytes, stop: threading.Event) -> None:
        """Write as fast as the line takes it; what nobody reads is lost, as on a real one."""
        begun, sent = time.monotonic(), 0
        while sent < len(frame) and not stop.is_set():
            chunk = frame[sent : sent + _CHUNK]
            if self._paced:  # bytes arrive when the last of them has been on the line; no delay adds to the next
                stop.wait(max(0.0, begun + (sent + len(chunk)) / _BYTES_PER_SECOND - time.monotonic()))
            if not select.select([], [master], [], _PATIENCE)[1]:
                return
            sent += os.write(master, chunk)
