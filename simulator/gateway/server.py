"""The reference gateway on a port, in a thread of whoever starts it."""

import asyncio
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

import uvicorn
from typing_extensions import override

from simulator import people
from simulator.gateway.admission import Admission
from simulator.gateway.app import create_app
from simulator.gateway.keys import PUBLIC_KEYS_FILE, KeyDirectory
from simulator.gateway.rules.facts import LOSS
from simulator.gateway.seed import Portrait, no_portrait
from simulator.gateway.state import GatewayState
from simulator.gateway.switches import DroppableProtocol, FaultyWire, Switches

_START_SECONDS = 20.0


def utc_now() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class ServerTls:
    """The gateway's certificate, and who vouches for the kiosks'."""

    certificate: Path
    key: Path
    client_ca: Path

    def options(self) -> dict[str, Any]:
        """The same in the words of uvicorn."""
        return {
            "ssl_certfile": str(self.certificate),
            "ssl_keyfile": str(self.key),
            "ssl_ca_certs": str(self.client_ca),
            "ssl_cert_reqs": ssl.CERT_REQUIRED,
        }


class _Server(uvicorn.Server):
    """Leaves no connection open at its end, not even one that came in that moment."""

    @override
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets)
        await asyncio.sleep(0)
        for connection in tuple(self.server_state.connections):
            connection.transport.close()
        await asyncio.sleep(0)


class GatewayServer:
    """A gateway that keeps its database and keys in ``directory``; may be stopped and started again on its port."""

    def __init__(
        self,
        directory: Path,
        port: int = 0,
        *,
        database_url: str | None = None,
        invented: Iterable[people.Person] = people.PEOPLE,
        portrait: Portrait = no_portrait,
        clock: Callable[[], datetime] = utc_now,
        loss: timedelta = LOSS,
        tls: ServerTls | None = None,
        one_of_several: bool = False,
    ) -> None:
        """``one_of_several``: other processes serve the same port and database (simulator.gateway.workers)."""
        directory.mkdir(parents=True, exist_ok=True)
        self.port = port
        self.public_keys_file = directory / PUBLIC_KEYS_FILE
        self._tls = tls
        self._shares_port = one_of_several
        self.state = GatewayState(
            database_url or f"sqlite:///{directory / 'gateway.db'}",
            KeyDirectory(directory),
            people=invented,
            portrait=portrait,
            clock=clock,
            loss=loss,
            one_of_several=one_of_several,
        )
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """The address for kiosks."""
        return f"{'http' if self._tls is None else 'https'}://127.0.0.1:{self.port}"

    @property
    def switches(self) -> Switches:
        """Faults on demand."""
        return self.state.switches

    def register(self, public_jwk_file: Path) -> str:
        """Believe the kiosk whose public key is in the file; returns its name."""
        return self.state.register(json.loads(public_jwk_file.read_text("utf-8")))

    def start(self) -> "GatewayServer":
        """Listen, and return when requests are answered."""
        listener = socket.create_server(("127.0.0.1", self.port), reuse_port=self._shares_port)
        # Inherited by each connection; asyncio would do it, but only for sockets that name their protocol. Without
        # it the second half of every answer waits 40 ms for an acknowledgement.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.port = listener.getsockname()[1]
        config = uvicorn.Config(
            FaultyWire(Admission(create_app(self.state)), self.switches),
            http=DroppableProtocol,
            lifespan="off",
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=1,
            **({} if self._tls is None else self._tls.options()),
        )
        self._server = _Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [listener]}, name="gateway-server", daemon=True
        )
        self._thread.start()
        self._await_start(self._server, self._thread)
        return self

    @staticmethod
    def _await_start(server: uvicorn.Server, thread: threading.Thread) -> None:
        deadline = utc_now().timestamp() + _START_SECONDS
        while not server.started:
            if not thread.is_alive() or utc_now().timestamp() > deadline:
                raise RuntimeError("the gateway did not start")
            thread.join(0.01)

    @property
    def running(self) -> bool:
        """True between ``start`` and ``stop``."""
        return self._server is not None

    def stop(self) -> None:
        """Stop listening: from now on the gateway is unreachable. Its records stay."""
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join()
            self._server = self._thread = None

    def close(self) -> None:
        """Stop for good and close the database."""
        self.stop()
        self.state.engine.dispose()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()
