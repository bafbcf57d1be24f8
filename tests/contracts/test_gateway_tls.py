"""Both sides show a certificate; anybody else is no gateway."""

import contextlib
import gc
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from config.faults import FaultCode
from flows.records import PersonOf
from kiosk import enrolment
from kiosk.gateway import Gateway, GatewayError, GatewaySettings
from kiosk.request_signature import RequestSigner
from offline_queue.model import TransactionState
from simulator.gateway.server import GatewayServer, ServerTls
from simulator.people import BY_KEY
from tests.faults.proxy import Proxy, Trouble
from tests.offline_queue.hall import TestHall, enrol, final, running_queue, submit

ASK = PersonOf(BY_KEY["zhang_ling"].number)
RECENT = timedelta(minutes=5)


class Authority:
    """A certificate authority that lasts one test."""

    def __init__(self, directory: Path, name: str) -> None:
        directory.mkdir()
        self.directory = directory
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        builder = self._builder(self._name, self._key.public_key())
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        self.certificate = self._sign(builder, directory / "ca.pem")

    def _builder(
        self, subject: x509.Name, key: ec.EllipticCurvePublicKey, since: timedelta = RECENT
    ) -> x509.CertificateBuilder:
        begins = datetime.now(UTC) - since
        return x509.CertificateBuilder(
            issuer_name=self._name,
            subject_name=subject,
            public_key=key,
            serial_number=x509.random_serial_number(),
            not_valid_before=begins,
            not_valid_after=begins + timedelta(days=1),
        )

    def _sign(self, builder: x509.CertificateBuilder, path: Path) -> Path:
        path.write_bytes(builder.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
        return path

    def issue(self, name: str, host: str = "127.0.0.1", since: timedelta = RECENT) -> tuple[Path, Path]:
        """Certificate and key for ``name`` at ``host``; good for a day, of which ``since`` has passed."""
        key = ec.generate_private_key(ec.SECP256R1())
        builder = self._builder(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]), key.public_key(), since)
        address = x509.IPAddress(ipaddress.ip_address(host))
        builder = builder.add_extension(x509.SubjectAlternativeName([address]), critical=False)
        key_file = self.directory / f"{name}.key"
        key_file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return self._sign(builder, self.directory / f"{name}.pem"), key_file


async def test_mutual_tls(tmp_path: Path) -> None:
    ours, others = Authority(tmp_path / "ours", "ours"), Authority(tmp_path / "others", "others")
    certificate, key = ours.issue("gateway")
    client_certificate, client_key = (str(path) for path in ours.issue("kiosk"))
    server = GatewayServer(tmp_path / "gateway", tls=ServerTls(certificate, key, ours.certificate))
    with server:
        keys = enrol(tmp_path / "keys", server, "jn-hall-01")
        signer = RequestSigner(keys.kiosk, keys.signing_key)
        trusted = {"ca_file": str(ours.certificate)}
        known = {"client_certificate": client_certificate, "client_key": client_key}

        gateway = Gateway(GatewaySettings(server.url, **trusted, **known), signer)
        assert (await gateway.look_up(ASK)).number == ASK.number
        await gateway.close()

        for settings, code in (
            (GatewaySettings(server.url, ca_file=str(others.certificate), **known), FaultCode.NET_PORTAL),
            (GatewaySettings(server.url, **trusted), FaultCode.NET_UNREACHABLE),
            (GatewaySettings(server.url, ca_file=str(tmp_path / "nowhere.pem")), FaultCode.NET_UNREACHABLE),
        ):
            gateway = Gateway(settings, signer)
            with pytest.raises(GatewayError) as caught:
                await gateway.look_up(ASK)
            assert caught.value.code is code
            await gateway.close()


async def fault_of(url: str, keys: enrolment.KioskKeys, **settings: str | float) -> GatewayError:
    gateway = Gateway(GatewaySettings(url, **settings), RequestSigner(keys.kiosk, keys.signing_key))  # type: ignore[arg-type]  # names and values belong together
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
def known(ours: Authority) -> dict[str, str]:
    """What a kiosk shows and believes when all is well."""
    certificate, key = ours.issue("kiosk")
    return {"ca_file": str(ours.certificate), "client_certificate": str(certificate), "client_key": str(key)}


@pytest.mark.parametrize(
    "wrong",
    [{"host": "127.0.0.2"}, {"since": timedelta(days=2)}, {"since": timedelta(days=-1)}],
    ids=["other host", "expired", "not yet"],
)
async def test_a_certificate_that_is_not_the_gateways_is_somebody_elses(
    tmp_path: Path, ours: Authority, known: dict[str, str], wrong: dict[str, Any]
) -> None:
    """The request has not left; its signature is not even shown."""
    with GatewayServer(
        tmp_path / "gateway", tls=ServerTls(*ours.issue("gateway", **wrong), ours.certificate)
    ) as server:
        keys = enrol(tmp_path / "keys", server, "jn-hall-01")
        error = await fault_of(server.url, keys, **known)
        assert (error.code, error.maybe_received) == (FaultCode.NET_PORTAL, False)


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
    tmp_path: Path, ours: Authority, known: dict[str, str]
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
        for certificate, key in (ours.issue("old", since=timedelta(days=2)), others.issue("kiosk")):
            shown = {**known, "client_certificate": str(certificate), "client_key": str(key)}
            error = await fault_of(f"https://127.0.0.1:{listener.getsockname()[1]}", keys, **shown)
            assert (error.code, error.maybe_received) == (FaultCode.GW_REJECTED, False)
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
async def test_a_handshake_that_stalls_or_is_none_sends_nothing(tmp_path: Path, known: dict[str, str]) -> None:
    with GatewayServer(tmp_path / "gateway") as plain, Proxy(plain.port) as proxy:
        keys = enrol(tmp_path / "keys", plain, "jn-hall-01")
        for trouble, code in (
            (Trouble(silent=True), FaultCode.NET_TIMEOUT),
            (Trouble(refuse=True), FaultCode.NET_UNREACHABLE),
            (Trouble(), FaultCode.NET_PORTAL),  # it speaks, but not TLS
        ):
            proxy.set(trouble)
            error = await fault_of(f"https://127.0.0.1:{proxy.port}", keys, connect_seconds=0.3, **known)
            assert (error.code, error.maybe_received) == (code, False)


async def test_a_name_that_is_not_found_sends_nothing(tmp_path: Path) -> None:
    with contextlib.closing(GatewayServer(tmp_path / "gateway")) as server:
        keys = enrol(tmp_path / "keys", server, "jn-hall-01")
    error = await fault_of("https://gateway.invalid", keys)
    assert (error.code, error.maybe_received) == (FaultCode.NET_UNREACHABLE, False)


@left_to_the_collector
@pytest.mark.usefixtures("collected")
async def test_cut_anywhere_within_tls_it_is_delivered_once(
    tmp_path: Path, ours: Authority, known: dict[str, str]
) -> None:
    tls = ServerTls(*ours.issue("gateway"), ours.certificate)
    with GatewayServer(tmp_path / "gateway", tls=tls) as server, Proxy(server.port) as proxy:
        keys = enrol(tmp_path / "keys", server, "jn-hall-01")
        settings = GatewaySettings(f"https://127.0.0.1:{proxy.port}", connect_seconds=0.5, read_seconds=0.5, **known)
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
