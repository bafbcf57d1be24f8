"""What may come back in place of the gateway's answer: never success, told right, and delivered once in the end."""

import asyncio
import gzip
import http.server
import logging
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from config.faults import FaultCode
from kiosk.gateway import Gateway, GatewaySettings
from kiosk.request_signature import RequestSigner
from offline_queue.inspection import Inspection
from offline_queue.model import QueuedTransaction, TransactionState
from offline_queue.pace import Pace
from offline_queue.queue import OfflineQueue, utc_now
from simulator.gateway.server import GatewayServer
from tests.offline_queue.hall import TestHall, final, new_server, running_hall, running_queue, submit

PENDING, SENDING, REFUSED = TransactionState.PENDING, TransactionState.SENDING, TransactionState.REFUSED
ONCE = Pace(first_wait=300)  # one attempt, then most likely nothing for minutes
AT_ONCE = Pace(first_wait=0.05, longest_wait=0.05)
PROBLEM = "application/problem+json"
OF_ANOTHER_KEY = (
    b'{"id":"01900000-0000-7000-8000-000000000000","envelope_sha256":"' + b"5f" * 32 + b'","result":"accepted",'
    b'"reason":null,"effective_at":null,'
    b'"card_status":null,"acceptance_number":null,"due":null,"lost_until":null}'
)


class Stranger(http.server.BaseHTTPRequestHandler):
    """Answers every request with what the test has laid ready."""

    protocol_version = "HTTP/1.1"
    answer: bytes

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.wfile.write(self.answer)
        self.close_connection = True

    def do_GET(self) -> None:
        self.do_POST()

    def log_message(self, *args: Any) -> None: ...


@pytest.fixture
def stranger() -> Iterator[tuple[type[Stranger], str]]:
    handler = type("Handler", (Stranger,), {})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield handler, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayServer]:
    with new_server(tmp_path_factory.mktemp("gateway")) as running:
        yield running


@pytest.fixture
async def hall(tmp_path: Path, server: GatewayServer) -> AsyncIterator[TestHall]:
    async with running_hall(tmp_path, server) as running:
        yield running


def answer(status: str, body: bytes = b"", media: str = "application/json", *more: str) -> bytes:
    head = [f"HTTP/1.1 {status}", f"Content-Type: {media}", f"Content-Length: {len(body)}", *more]
    return "\r\n".join(line for line in head if line != "Content-Type: ").encode() + b"\r\n\r\n" + body


def problem(status: str, code: str, *more: str) -> bytes:
    body = b'{"type":"about:blank","title":"x","status":%s,"code":"%s"}' % (status[:3].encode(), code.encode())
    return answer(status, body, PROBLEM, *more)


async def attempted(queue: OfflineQueue, row: QueuedTransaction) -> QueuedTransaction:
    async with asyncio.timeout(20):
        while not (now := await queue.get(row.id)).attempts:
            await asyncio.sleep(0.01)
    return now


async def one_attempt(hall: TestHall, url: str, pace: Pace = ONCE) -> QueuedTransaction:
    gateway = Gateway(GatewaySettings(url), RequestSigner(hall.keys.kiosk, hall.keys.signing_key))
    try:
        async with running_queue(replace(hall, gateway=gateway), pace=pace) as queue:
            return await attempted(queue, await submit(queue))
    finally:
        await gateway.close()


UNREADABLE = gzip.compress(b"x" * 100_000_000)  # 100 kB on the line


@pytest.mark.parametrize(
    ("raw", "state", "code", "alarm"),
    [
        (problem("500 Internal Server Error", "internal"), SENDING, FaultCode.GW_ERROR, False),
        (answer("502 Bad Gateway", b"<h1>nginx</h1>", "text/html"), SENDING, FaultCode.GW_ERROR, False),
        (problem("503 Service Unavailable", "internal"), PENDING, FaultCode.GW_ERROR, False),
        (problem("429 Too Many Requests", "internal"), PENDING, FaultCode.GW_ERROR, False),
        (problem("409 Conflict", "in_progress"), SENDING, FaultCode.GW_REJECTED, False),
        (problem("401 Unauthorized", "signature_stale"), PENDING, FaultCode.GW_REJECTED, True),
        (problem("401 Unauthorized", "signature_invalid"), PENDING, FaultCode.GW_REJECTED, True),
        (problem("401 Unauthorized", "signature_replayed"), SENDING, FaultCode.GW_REJECTED, True),
        (problem("403 Forbidden", "not_your_kiosk"), PENDING, FaultCode.GW_REJECTED, True),
        (problem("404 Not Found", "not_found"), PENDING, FaultCode.GW_UNEXPECTED, True),
        (answer("404 Not Found", b"<h1>404</h1>", "text/html"), PENDING, FaultCode.NET_PORTAL, True),
        (problem("413 Content Too Large", "malformed"), PENDING, FaultCode.GW_REJECTED, True),
        (problem("422 Unprocessable Content", "envelope_invalid"), REFUSED, FaultCode.GW_REJECTED, True),
        (answer("422 Unprocessable Content", b'{"detail":[]}'), SENDING, FaultCode.GW_UNEXPECTED, True),
        (answer("200 OK", b"<h1>WLAN</h1>", "text/html"), PENDING, FaultCode.NET_PORTAL, True),
        (answer("204 No Content", b"", ""), SENDING, FaultCode.NET_PORTAL, True),
        (answer("302 Found", b"", "text/html", "Location: http://127.0.0.1:1/"), PENDING, FaultCode.NET_PORTAL, True),
        (answer("302 Found", b"{}"), PENDING, FaultCode.NET_PORTAL, True),
        (answer("511 Network Authentication Required", b"{}"), PENDING, FaultCode.NET_PORTAL, True),
        (answer("200 OK", b'{"status":"ok"}'), SENDING, FaultCode.GW_UNEXPECTED, True),
        (answer("200 OK", OF_ANOTHER_KEY), SENDING, FaultCode.GW_UNEXPECTED, True),
        (answer("200 OK", OF_ANOTHER_KEY[:-20]), SENDING, FaultCode.GW_UNEXPECTED, True),
        (answer("201 Created", OF_ANOTHER_KEY), SENDING, FaultCode.GW_UNEXPECTED, True),
        (
            answer("200 OK", UNREADABLE, "application/json", "Content-Encoding: gzip"),
            SENDING,
            FaultCode.GW_UNEXPECTED,
            True,
        ),
        (answer("200 OK", b" " * 1_100_000), SENDING, FaultCode.GW_UNEXPECTED, True),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000 + b"\r\n\r\n", SENDING, FaultCode.NET_UNREACHABLE, False),
        (b"\x00\xff" * 100, SENDING, FaultCode.NET_UNREACHABLE, False),
    ],
    ids=lambda value: value[9:36].decode("ascii", "replace") if isinstance(value, bytes) else str(value),
)
async def test_never_success_told_right_and_delivered_once_in_the_end(
    hall: TestHall,
    stranger: tuple[type[Stranger], str],
    caplog: pytest.LogCaptureFixture,
    raw: bytes,
    state: TransactionState,
    code: FaultCode,
    alarm: bool,
) -> None:
    handler, url = stranger
    handler.answer = raw
    row = await one_attempt(hall, url)
    assert (row.state, row.problem) == (state, code)
    waits = [record for record in caplog.records if record.message in {"transaction_waits", "transaction_settled"}]
    assert [record.levelno >= logging.ERROR for record in waits] == [alarm]
    Inspection(hall.directory / "queue").retry(row.id)
    async with running_queue(hall) as queue:
        assert (await final(queue, row)).state is TransactionState.ACCEPTED
    (transaction,) = hall.transactions
    (event,) = hall.events
    assert (transaction.id, transaction.times_received, event.transaction_id) == (str(row.id), 1, str(row.id))


DATED = ("Date: Tue, 24 Nov 2026 08:00:00 GMT", "Retry-After: Tue, 24 Nov 2026 08:00:40 GMT")


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        (("Retry-After: 40",), 40),
        (DATED, 40),
        (DATED[1:], 0),  # without the other's clock a date says nothing
        (("Retry-After: soon",), 0),
        (("Retry-After: -40",), 0),
        ((DATED[0], "Retry-After: Tue, 24 Nov 2020 08:00:00 GMT"), 0),
        (("Retry-After: 99999999999",), 3600),
    ],
    ids=str,
)
@pytest.mark.parametrize("status", ["503 Service Unavailable", "429 Too Many Requests"])
async def test_retry_after_is_honoured_in_both_forms(
    hall: TestHall, stranger: tuple[type[Stranger], str], status: str, headers: tuple[str, ...], seconds: int
) -> None:
    handler, url = stranger
    handler.answer = problem(status, "internal", *headers)
    row = await one_attempt(hall, url, AT_ONCE)
    waits = row.next_attempt_at - utc_now()
    assert timedelta(seconds=seconds - 3) < waits < timedelta(seconds=seconds + 1)
