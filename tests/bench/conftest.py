"""What all measurements share: a place on the real disk, a loop, and the table at the end."""

import asyncio
import shutil
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

Run = Callable[[Coroutine[Any, Any, Any]], Any]
Tell = Callable[[str, str], None]

_LINES = pytest.StashKey[list[tuple[str, str]]]()
_PLACE = Path("build/bench")  # a tmp_path may be in memory, where durable means nothing


@pytest.fixture
def run() -> Iterator[Run]:
    loop = asyncio.new_event_loop()
    yield loop.run_until_complete
    loop.close()


@pytest.fixture
def disk(request: pytest.FixtureRequest) -> Iterator[Path]:
    place = (_PLACE / request.node.name).absolute()
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    yield place
    shutil.rmtree(place)


@pytest.fixture
def tell(request: pytest.FixtureRequest, benchmark: BenchmarkFixture) -> Tell:
    """Puts a line into the table at the end, and into the JSON."""
    lines = request.config.stash.setdefault(_LINES, [])

    def add(what: str, figure: str) -> None:
        lines.append((what, figure))
        benchmark.extra_info[what] = figure

    return add


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    lines = terminalreporter.config.stash.get(_LINES, [])
    if not lines:
        return
    terminalreporter.section("figures")
    width = max(len(what) for what, _ in lines)
    for what, figure in lines:
        terminalreporter.write_line(f"{what:<{width}}  {figure}")
