"""A TCP proxy on loopback between kiosk and gateway, which does to the bytes what networks do. TLS passes through.

It runs in a thread with an event loop of its own, so that tests may drive it from wherever they are.
"""

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Awaitable, Coroutine
from dataclasses import dataclass
from typing import Any, Self

_PIECE = 65536
_NOTHING_LINGERS = struct.pack("ii", 1, 0)  # SO_LINGER: closing sends a reset


@dataclass(frozen=True)
class Trouble:
    """What happens on a connection; nothing by default. Counts are bytes from the connection's beginning.

    ``cut_request``, ``cut_answer``: so many bytes pass, then the connection ends, with a reset if ``reset``;
    ``corrupt_answer``: that byte is another one; ``drop_answer``: the answer never comes, and the connection ends when
    it should; ``silent``: connections are accepted and nothing ever happens; ``refuse``: they end at once; ``delay``:
    seconds before each piece of the answer; ``rate``: bytes a second of the answer; ``twice``: the request is sent to
    the gateway over a second connection as well, as a network may that repeats.
    """

    cut_request: int | None = None
    cut_answer: int | None = None
    reset: bool = False
    corrupt_answer: int | None = None
    drop_answer: bool = False
    silent: bool = False
    refuse: bool = False
    delay: float = 0.0
    rate: float | None = None
    twice: bool = False


NONE = Trouble()


@dataclass
class Passed:
    """How many bytes went through a connection."""

    request: int = 0
    answer: int = 0


class Proxy:
    """Listens on ``port`` of loopback and passes everything on to ``target``, with the trouble that is set."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.port = 0
        self.trouble = NONE
        self.connections: list[Passed] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy")
        self._open: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        self._do(self._listen())
        return self

    def __exit__(self, *exception: object) -> None:
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def set(self, trouble: Trouble = NONE) -> None:
        """Meet every new connection with ``trouble``, and end those that are open."""
        self.trouble = trouble
        self.connections.clear()
        self.hang_up()

    def hang_up(self) -> None:
        """End every connection that is open now, as a router does that was switched off and on."""
        self._do(self._drop_all())

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._accepted, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _end(self) -> None:
        assert self._server is not None
        self._server.close()
        await self._drop_all()

    async def _drop_all(self) -> None:
        tasks = list(self._open)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await self._serve(reader, writer)
        finally:
            self._open.discard(task)
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        trouble, passed = self.trouble, Passed()
        self.connections.append(passed)
        if trouble.refuse:
            _reset(writer)
            return
        if trouble.silent:
            await asyncio.Event().wait()
        behind, gateway = await asyncio.open_connection("127.0.0.1", self.target)
        second = await asyncio.open_connection("127.0.0.1", self.target) if trouble.twice else None
        try:
            there = self._pass_on(reader, [gateway, *([second[1]] if second else [])], trouble, passed)
            back = self._answer(behind, writer, trouble, passed)
            await _first_done(there, back)
        finally:
            if trouble.reset:
                _reset(writer)
            gateway.close()
            if second:
                second[1].close()

    async def _pass_on(
        self, reader: asyncio.StreamReader, to: list[asyncio.StreamWriter], trouble: Trouble, passed: Passed
    ) -> None:
        while piece := await reader.read(_PIECE):
            left = len(piece) if trouble.cut_request is None else trouble.cut_request - passed.request
            piece = piece[: max(left, 0)]
            passed.request += len(piece)
            for each in to:
                each.write(piece)
                await each.drain()
            if left <= len(piece) and trouble.cut_request is not None:
                return

    async def _answer(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, trouble: Trouble, passed: Passed
    ) -> None:
        while piece := await reader.read(1 if trouble.rate else _PIECE):
            if trouble.drop_answer:
                return
            await asyncio.sleep(trouble.delay + (1 / trouble.rate if trouble.rate else 0))
            if trouble.corrupt_answer is not None and 0 <= trouble.corrupt_answer - passed.answer < len(piece):
                wrong = bytearray(piece)
                wrong[trouble.corrupt_answer - passed.answer] ^= 0x15
                piece = bytes(wrong)
            if trouble.cut_answer is not None:
                piece = piece[: max(trouble.cut_answer - passed.answer, 0)]
            passed.answer += len(piece)
            writer.write(piece)
            await writer.drain()
            if trouble.cut_answer is not None and passed.answer >= trouble.cut_answer:
                return


async def _first_done(*work: Awaitable[None]) -> None:
    tasks = [asyncio.ensure_future(each) for each in work]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _reset(writer: asyncio.StreamWriter) -> None:
    connection: socket.socket = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NOTHING_LINGERS)
    writer.transport.abort()
