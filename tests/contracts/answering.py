"""A gateway that says what a test lays ready: on a real port, with nothing behind it."""

import http.server
import json
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from joserfc.jwk import OKPKey

from kiosk.certificate_token import CertificateKeys
from kiosk.gateway import Gateway, GatewaySettings
from kiosk.request_signature import RequestSigner


class Answering(http.server.BaseHTTPRequestHandler):
    """Answers every POST with what is laid ready, and remembers what was asked.

    ``answer`` is a value for JSON or a function of path and body; it may raise ConnectionAbortedError to say nothing.
    """

    protocol_version = "HTTP/1.1"
    status: int
    answer: Any
    asked: list[tuple[str, dict[str, Any], str | None]]

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        type(self).asked.append((self.path, asked, self.headers["Idempotency-Key"]))
        answer = vars(type(self))["answer"]
        try:
            answer = answer(self.path, asked) if callable(answer) else answer
        except ConnectionAbortedError:
            self.close_connection = True
            return
        body = json.dumps(answer, ensure_ascii=False).encode()
        self.send_response(self.status)
        self.send_header("Content-Type", "application/json" if self.status == 200 else "application/problem+json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None: ...


@contextmanager
def answering_server() -> Iterator[tuple[type[Answering], str]]:
    """The answers of the server, and its address."""
    handler = type("Handler", (Answering,), {"status": 200, "answer": {}, "asked": []})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = False
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield handler, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@asynccontextmanager
async def client_of(url: str, keys: CertificateKeys | None = None) -> AsyncIterator[Gateway]:
    """A kiosk's client of the gateway at ``url``."""
    signer = RequestSigner("kiosk-1", OKPKey.generate_key("Ed25519"))
    gateway = Gateway(GatewaySettings(url), signer, keys)
    try:
        yield gateway
    finally:
        await gateway.close()
