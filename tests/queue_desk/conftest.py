"""A hall with a gateway, and a terminal for its technicians."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from simulator.gateway.server import GatewayServer
from tests.offline_queue.hall import TestHall, new_server, running_hall
from tests.queue_desk.terminal import Terminal, settings_file


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayServer]:
    with new_server(tmp_path_factory.mktemp("gateway")) as running:
        yield running


@pytest.fixture
async def hall(tmp_path: Path, server: GatewayServer) -> AsyncIterator[TestHall]:
    async with running_hall(tmp_path, server) as running:
        yield running


@pytest.fixture
def terminal(hall: TestHall, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.delenv("KIOSK_CONFIG", raising=False)
    return Terminal(settings_file(hall.directory, hall.server.url), capsys, monkeypatch)
