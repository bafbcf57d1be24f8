"""A gateway on a port, and a kiosk that speaks to it by hand."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from simulator.gateway.server import GatewayServer
from tests.contracts.caller import Caller
from tests.offline_queue.hall import enrol, new_server


@pytest.fixture(scope="module")
def gateway_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayServer]:
    with new_server(tmp_path_factory.mktemp("gateway")) as running:
        yield running


@pytest.fixture
def caller(tmp_path: Path, gateway_server: GatewayServer) -> Iterator[Caller]:
    gateway_server.state.reset()
    yield Caller(gateway_server, enrol(tmp_path / "keys", gateway_server, f"kiosk-{uuid4()}"))
    gateway_server.state.reset()
