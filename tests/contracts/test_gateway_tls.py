"""Both sides show a certificate; anybody else is no gateway."""

import contextlib
import gc
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from config.faults import FaultCode
from flows.records import PersonOf
from kiosk import enrolment
from kiosk.gateway import Gateway, GatewayError, GatewaySettings
from kiosk.line_certificates import NO_FILES, LineFiles
from kiosk.request_signature import RequestSigner
from offline_queue.model import TransactionState
from simulator.gateway.server import GatewayServer, ServerTls
from simulator.people import BY_KEY
from tests.contracts.authority import Authority
from tests.faults.proxy import Proxy, Trouble
from tests.offline_queue.hall import TestHall, enrol, final, running_queue, submit

ASK = PersonOf(BY_KEY["zhang_ling"].number)


async def test_mutual_tls(tmp_path: Path, ours: Authority, known: LineFiles) -> None:
    others = Authority(tmp_path / "others", "others")
    server = GatewayServer(tmp_path / "gateway", tls=ServerTls(*ours.issue("gateway"), ours.certificate))
    with server:
        keys = enrol(tmp_path / "keys", server, "jn-hall-01")
        gateway = Gateway(GatewaySettings(server.url, known), RequestSigner(keys.kiosk, keys.signing_key))
        assert (await gateway.look_up(ASK)).number == ASK.number
        await gateway.close()

        for files, code in (
            (replace(known, authority=others.certificate), FaultCode.NET_CERT_UNKNOWN),
            (replace(known, certificate=None, key=None), FaultCode.NET_UNREACHABLE),
            (replace(known, authority=tmp_path / "nowhere.pem"), FaultCode.NET_OWN_CERT_UNUSABLE),
        ):
            assert (await fault_of(server.url, keys, files)).code is code


async def fault_of(url: str, keys: enrolment.KioskKeys, files: LineFiles = NO_FILES, **wait: float) -> GatewayError:
    settings = GatewaySettings(url, files, **wait)  # type: ignore[arg-type]  # all are seconds
    gateway = Gateway(settings, RequestSigner(keys.kiosk, keys.signing_key))
    try:
        with pytest.raises(GatewayError) as caught:
            await gateway.look_up(ASK)
        return caught.value
    finally:
        await gateway.close()


@pytest.fixture
def ours(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "ours", "ours")


@pytest.fixture
def known(ours: Authority) -> LineFiles:
    """What a kiosk shows and believes when all is well."""
    return ours.files("kiosk")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"host": "127.0.0.2"}, FaultCode.NET_CERT_OTHER_HOST),
        ({"since": timedelta(days=2)}, FaultCode.NET_CERT_EXPIRED),
        ({"since": timedelta(days=-1)}, FaultCode.NET_CERT_EXPIRED),
    ],
    ids=["other host", "expired", "not yet"],
)
async def test_a_certificate_that_is_not_the_gateways_is_somebody_elses(
    tmp_path: Path, ours: Authority, known: LineFiles, wrong: dict[str, Any], code: FaultCode
) -> None:
    """The request has not left; its signature is not even shown."""
    with GatewayServer(
        tmp_path / "gateway", tls=ServerTls(*ours.issue("gateway", **wrong), ours.certificate)
    ) as server:
        keys = enrol(tmp_path / "keys", server, "jn-hall-01")
        error = await fault_of(server.url, keys, known)
        assert (error.code, error.maybe_received) == (code, False)


def refuse(listener: socket.socket, context: ssl.SSLContext, times: int) -> None:
    """A server that ends each handshake with TLS's own word about why, as those before a gateway do."""
    for _ in range(times):
        connection, _ = listener.accept()
        with context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False) as tls:
            with contextlib.suppress(ssl.SSLError):
                tls.do_handshake()
            socket.socket.shutdown(tls, socket.SHUT_WR)
            while socket.socket.recv(tls, 65536):  # unread, it would become a reset that overtakes the word
                pass


async def test_the_gateway_does_not_believe_the_kiosks_certificate(
    tmp_path: Path, ours: Authority, known: LineFiles
) -> None:
    """Expired, or of another authority: nothing was received, and an engineer is called."""
    others = Authority(tmp_path / "others", "others")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(ours.certificate))
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_cert_chain(*ours.issue("gateway"))
    with contextlib.closing(GatewayServer(tmp_path / "gateway")) as server:
        keys = enrol(tmp_path / "keys", server, "jn-hall-01")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=refuse, args=(listener, context, 2))
        thread.start()
        for (certificate, key), code in (
            (ours.issue("old", since=timedelta(days=2)), FaultCode.NET_OWN_CERT_EXPIRED),
            (others.issue("kiosk"), FaultCode.NET_OWN_CERT_REFUSED),
        ):
            shown = replace(known, certificate=certificate, key=key)
            error = await fault_of(f"https://127.0.0.1:{listener.getsockname()[1]}", keys, shown)
            assert (error.code, error.maybe_received) == (code, False)
        thread.join()


# A reset between connecting and the handshake: Python's ssl.SSLSocket._create then leaves its socket to the collector.
left_to_the_collector = pytest.mark.filterwarnings("ignore:unclosed <ssl.SSLSocket:ResourceWarning")


@pytest.fixture
def collected() -> Iterator[None]:
    """Whatever was left is collected while its warning is still this test's."""
    yield
    gc.collect()


@left_to_the_collector
@pytest.mark.usefixtures("collected")
async def test_a_handshake_that_stalls_or_is_none_sends_nothing(tmp_path: Path, known: LineFiles) -> None:
    with GatewayServer(tmp_path / "gateway") as plain, Proxy(plain.port) as proxy:
        keys = enrol(tmp_path / "keys", plain, "jn-hall-01")
        for trouble, code in (
            (Trouble(silent=True), FaultCode.NET_TIMEOUT),
            (Trouble(refuse=True), FaultCode.NET_UNREACHABLE),
            (Trouble(), FaultCode.NET_PORTAL),  # it speaks, but not TLS
        ):
            proxy.set(trouble)
            error = await fault_of(f"https://127.0.0.1:{proxy.port}", keys, known, connect_seconds=0.3)
            assert (error.code, error.maybe_received) == (code, False)


def versions_of(hello: bytes) -> set[int]:
    """The versions of TLS that a client's first message offers (RFC 8446, 4.1.2 and 4.2.1)."""
    at = 9 + 2 + 32  # record, handshake, legacy version, random
    at += 1 + hello[at]  # session
    at += 2 + int.from_bytes(hello[at : at + 2])  # ciphers
    at += 1 + hello[at]  # compression
    at += 2
    while at < len(hello):
        kind, size = int.from_bytes(hello[at : at + 2]), int.from_bytes(hello[at + 2 : at + 4])
        if kind == 43:  # supported_versions: a length, then two bytes each
            return {int.from_bytes(hello[i : i + 2]) for i in range(at + 5, at + 4 + size, 2)}
        at += 4 + size
    return {int.from_bytes(hello[9:11])}


async def test_nothing_older_than_tls_1_2_is_offered(tmp_path: Path, known: LineFiles) -> None:
    with contextlib.closing(GatewayServer(tmp_path / "gateway")) as server:
        keys = enrol(tmp_path / "keys", server, "jn-hall-01")
    heard: list[bytes] = []

    def hang_up(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            heard.append(connection.recv(65536))

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=hang_up, args=(listener,))
        thread.start()
        await fault_of(f"https://127.0.0.1:{listener.getsockname()[1]}", keys, known)
        thread.join()
    assert versions_of(heard[0]) == {ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3}


async def test_a_name_that_is_not_found_sends_nothing(tmp_path: Path) -> None:
    with contextlib.closing(GatewayServer(tmp_path / "gateway")) as server:
        keys = enrol(tmp_path / "keys", server, "jn-hall-01")
    error = await fault_of("https://gateway.invalid", keys)
    assert (error.code, error.maybe_received) == (FaultCode.NET_UNREACHABLE, False)


@left_to_the_collector
@pytest.mark.usefixtures("collected")
async def test_cut_anywhere_within_tls_it_is_delivered_once(tmp_path: Path, ours: Authority, known: LineFiles) -> None:
    tls = ServerTls(*ours.issue("gateway"), ours.certificate)
    with GatewayServer(tmp_path / "gateway", tls=tls) as server, Proxy(server.port) as proxy:
        keys = enrol(tmp_path / "keys", server, "jn-hall-01")
        settings = GatewaySettings(f"https://127.0.0.1:{proxy.port}", known, connect_seconds=0.5, read_seconds=0.5)
        hall = TestHall(server, keys, Gateway(settings, RequestSigner(keys.kiosk, keys.signing_key)), tmp_path)
        async with running_queue(hall) as queue:
            for place in (0, 1, 300, 1500, 2500, 3500, 5000):
                for trouble in (Trouble(cut_request=place), Trouble(cut_answer=place, reset=True)):
                    server.state.reset()
                    proxy.set(trouble)
                    row = await submit(queue)
                    told = await queue.settled(row.id, 0.3)
                    if told.state is TransactionState.PENDING and told.problem is not None:
                        assert hall.events == []
                    proxy.set()
                    assert (await final(queue, row)).state is TransactionState.ACCEPTED
                    assert [event.transaction_id for event in hall.events] == [str(row.id)]
        await hall.gateway.close()
