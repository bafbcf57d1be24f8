"""One exchange as its connection sees it: whether a byte of the request can have left, and how to cut it from outside.

The libraries do not tell a TLS handshake that stalls from an answer that does not come, and a time-out of theirs holds
for each piece that arrives, not for the whole.
"""

import contextlib
import socket
import threading
from typing import Any

import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection


class Exchange:
    """One request on its way. ``give_up`` may be called from any thread, the rest is the connection's."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._socket: socket.socket | None = None
        self._given_up = False
        self.begun = False  # the connection stands, the certificate is believed: bytes of the request may have left
        self.reused = False  # on a connection that served another exchange before

    def uses(self, connected: socket.socket | None, *, reused: bool) -> None:
        """The request leaves on this connection now. Raises ``ConnectionAbortedError`` if nobody waits for it."""
        with self._guard:
            if self._given_up:
                raise ConnectionAbortedError("nobody waits for the answer any more")
            self._socket, self.begun, self.reused = connected, True, reused

    def over(self) -> None:
        """The answer is read, or there is none."""
        with self._guard:
            self._socket = None

    def give_up(self) -> None:
        """Send nothing more and wake whoever waits for an answer."""
        with self._guard:
            self._given_up = True
            if self._socket is not None:
                with contextlib.suppress(OSError):
                    # The plain socket's, because that of TLS would forget its keys under the reader's hands.
                    socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


class Adapter(HTTPAdapter):
    """The connections of one thread, for one exchange at a time."""

    exchange = Exchange()

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        """Use connections that tell the exchange about themselves."""
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = _pools(self)


def _pools(adapter: Adapter) -> dict[str, type[urllib3.HTTPConnectionPool]]:
    """Pools whose connections report to ``adapter``, by scheme."""

    class Plain(HTTPConnection):
        def connect(self) -> None:
            super().connect()
            adapter.exchange.uses(self.sock, reused=False)

        def request(self, *arguments: Any, **options: Any) -> None:
            if self.sock is not None:
                adapter.exchange.uses(self.sock, reused=True)
            super().request(*arguments, **options)

    class Tls(HTTPSConnection):
        def connect(self) -> None:
            super().connect()
            adapter.exchange.uses(self.sock, reused=False)

        def request(self, *arguments: Any, **options: Any) -> None:
            if self.sock is not None and not adapter.exchange.begun:
                adapter.exchange.uses(self.sock, reused=True)
            super().request(*arguments, **options)

    class PlainPool(urllib3.HTTPConnectionPool):
        ConnectionCls = Plain

    class TlsPool(urllib3.HTTPSConnectionPool):
        ConnectionCls = Tls

    return {"http": PlainPool, "https": TlsPool}
