"""How long a document takes to be read, against the time that its bytes are on a line of 115200 baud: `make bench`.

The simulated reader sends at the line's rate and takes no time of its own, so that all above the line's time is ours,
the machine's timers and the pseudo terminal. Goal: at most 1.1 times the line's time.
"""

import asyncio
import statistics
import time
from dataclasses import replace

import pytest
import serial
from pytest_benchmark.fixture import BenchmarkFixture

from drivers.id_scanner.documents import IdDocument
from drivers.id_scanner.samv import Command, request
from drivers.id_scanner.serial_reader import BAUD_RATE, IdScanner
from simulator.id_reader import SimulatedIdReader
from simulator.people import BY_KEY, Person
from tests.bench.conftest import Run, Tell

NOBODY_MOVED = BY_KEY["zhang_ling"]
MOVED = replace(NOBODY_MOVED, new_address="山东省济南市示例区荷花巷5号")
PEOPLE = pytest.mark.parametrize("person", [NOBODY_MOVED, MOVED], ids=["without_address", "with_address"])

_BITS = 10  # of a byte on the line: start, eight of data, stop
_ROUNDS = 30
_DRAWING, _FREE = 0.012, 0.004  # seconds of a frame
_SHORT, _FIND, _SELECT, _BASE, _ADDRESS = 11, 15, 19, 1295, 81  # bytes of the answers (hardware.md 2.2)
_CONVERSATION = (Command.FIND, Command.SELECT, Command.READ_BASE, Command.READ_NEW_ADDRESS)


def answers_to(person: Person, *, again: bool) -> tuple[int, ...]:
    """How many bytes come back to each request; a document that was read before is no longer found, but selected."""
    return (_SHORT if again else _FIND, _SELECT, _BASE, _ADDRESS if person.new_address else _SHORT)


def line_seconds(person: Person) -> float:
    """The line's own time for a document that still lies there, both directions."""
    asked = sum(len(request(command)) for command in _CONVERSATION)
    return (asked + sum(answers_to(person, again=True))) * _BITS / BAUD_RATE


@PEOPLE
@pytest.mark.benchmark(group="id")
def test_read_an_id(benchmark: BenchmarkFixture, run: Run, tell: Tell, person: Person) -> None:
    with SimulatedIdReader(paced=True) as reader:
        scanner = IdScanner(reader.port)
        reader.lay(person)
        document = benchmark.pedantic(
            lambda: run(scanner.wait_for_document()), rounds=_ROUNDS, iterations=1, warmup_rounds=1
        )
        assert (document.number, document.appended_address) == (person.number, person.new_address)
        assert scanner.counters.broken_frames == 0
        scanner.close()
    tell(f"an ID {benchmark.name.partition('[')[2][:-1]}, times the line's", against_line(benchmark, person))


@pytest.mark.benchmark(group="id")
def test_read_an_id_while_the_screen_draws(benchmark: BenchmarkFixture, run: Run, tell: Tell) -> None:
    """The loop is Kivy's: it is held while a frame is drawn, and free until the next."""

    async def frames() -> None:
        while True:
            time.sleep(_DRAWING)  # noqa: ASYNC251 - drawing holds the loop, and that is what is measured
            await asyncio.sleep(_FREE)

    async def read(scanner: IdScanner) -> IdDocument:
        drawing = asyncio.create_task(frames())
        try:
            return await scanner.wait_for_document()
        finally:
            drawing.cancel()

    with SimulatedIdReader(paced=True) as reader:
        scanner = IdScanner(reader.port)
        reader.lay(NOBODY_MOVED)
        document = benchmark.pedantic(lambda: run(read(scanner)), rounds=_ROUNDS, iterations=1, warmup_rounds=1)
        assert document.number == NOBODY_MOVED.number
        scanner.close()
    tell("an ID while frames of 12 ms are drawn, times the line's", against_line(benchmark, NOBODY_MOVED))


@PEOPLE
@pytest.mark.benchmark(group="id")
def test_read_an_id_bare(benchmark: BenchmarkFixture, tell: Tell, person: Person) -> None:
    """The same requests by pyserial alone, with the length of every answer known beforehand."""
    with SimulatedIdReader(paced=True) as reader, serial.Serial(reader.port, BAUD_RATE, timeout=5) as port:
        reader.lay(person)

        def read(lengths: tuple[int, ...]) -> int:
            received = 0
            for command, length in zip(_CONVERSATION, lengths, strict=True):
                port.write(request(command))
                received += len(port.read(length))
            return received

        assert read(answers_to(person, again=False)) == sum(answers_to(person, again=False))
        again = answers_to(person, again=True)
        assert benchmark.pedantic(lambda: read(again), rounds=_ROUNDS, iterations=1) == sum(again)
    tell(f"bare {benchmark.name.partition('[')[2][:-1]}, times the line's", against_line(benchmark, person))


def against_line(benchmark: BenchmarkFixture, person: Person) -> str:
    seconds: list[float] = benchmark.stats.stats.data
    line = line_seconds(person)
    median, best = statistics.median(seconds), min(seconds)
    return f"{median / line:.3f} ({1000 * median:.1f} ms of {1000 * line:.1f} ms; best {best / line:.3f})"
