"""The kiosk's side of mutual TLS: one authority is believed, files change while it runs, ends are told."""

import logging
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from config import settings
from config.faults import FaultCode
from kiosk import cli, enrolment
from kiosk.certificate_watch import CertificateWatch
from kiosk.gateway_connection import Exchange
from kiosk.gateway_http import GatewayError, GatewaySettings, HttpLine
from kiosk.line_certificates import CertificateUnusable, LineFiles
from kiosk.logs import PrivateFormatter
from kiosk.request_signature import RequestSigner
from offline_queue.suite import INTERNATIONAL
from simulator.gateway.keys import PUBLIC_KEYS_FILE, KeyDirectory
from simulator.gateway.server import GatewayServer, ServerTls
from tests.contracts.authority import Authority

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"


@pytest.fixture
def ours(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "ours", "ours")


@contextmanager
def listening(ours: Authority, shown: list[str]) -> Iterator[str]:
    """A server with TLS that answers everything alike and notes whose certificate each connection has shown."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(ours.certificate))
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_cert_chain(*ours.issue("gateway"))

    def serve(connection: socket.socket) -> None:
        with connection, context.wrap_socket(connection, server_side=True) as tls:
            shown.append(str(dict(pair[0] for pair in tls.getpeercert()["subject"])["commonName"]))  # type: ignore[index, misc]  # of the standard library: nested tuples
            while tls.recv(65536):
                tls.sendall(ANSWER)

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            serving.append(threading.Thread(target=serve, args=(connection,), daemon=True))
            serving[-1].start()

    serving: list[threading.Thread] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        accepting = threading.Thread(target=accept)
        accepting.start()
        try:
            yield f"https://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            accepting.join()
    for thread in serving:
        thread.join(5)


def line_of(url: str, files: LineFiles) -> HttpLine:
    return HttpLine(GatewaySettings(url, files), RequestSigner("kiosk-01", INTERNATIONAL.new_signing_key("kiosk-01")))


def ask(line: HttpLine) -> int:
    return line.exchange(Exchange(), "GET", "/v1/health", b"", {}).status


def moved(pair: tuple[Path, Path], files: LineFiles) -> None:
    """Put a new certificate and key in the places of the old ones, as a hall's tool does."""
    assert files.certificate is not None
    assert files.key is not None
    pair[1].rename(files.key)
    pair[0].rename(files.certificate)


def test_a_new_certificate_is_shown_without_a_restart(ours: Authority) -> None:
    """Even on a line that is never idle: its open connection is not used again."""
    shown: list[str] = []
    files = ours.files("kiosk")
    with listening(ours, shown) as url, closing(line_of(url, files)) as line:
        assert [ask(line), ask(line)] == [200, 200]
        assert shown == ["kiosk"]
        moved(ours.issue("renewed"), files)
        assert [ask(line), ask(line)] == [200, 200]
        assert shown == ["kiosk", "renewed"]


def test_nobody_but_the_halls_authority_is_believed(
    ours: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even one that everything else on this machine believes."""
    others = Authority(tmp_path / "others", "others")
    monkeypatch.setattr("requests.adapters.DEFAULT_CA_BUNDLE_PATH", str(others.certificate))
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.setenv(name, str(others.certificate))
    with GatewayServer(tmp_path / "gateway", tls=ServerTls(*others.issue("gateway"), ours.certificate)) as server:
        files = ours.files("kiosk")
        with closing(line_of(server.url, files)) as line, pytest.raises(GatewayError) as caught:
            ask(line)
        assert caught.value.code is FaultCode.NET_CERT_UNKNOWN
        assert not caught.value.maybe_received
        with closing(line_of(server.url, replace(files, authority=None))) as by_the_system:
            assert ask(by_the_system) == 200  # so it is believed, and the pin is what refused


def _missing(files: LineFiles, _ours: Authority) -> str:
    assert files.certificate is not None
    files.certificate.unlink()
    return files.certificate.name


def _open_to_others(files: LineFiles, _ours: Authority) -> str:
    assert files.key is not None
    files.key.chmod(0o644)
    return files.key.name


def _of_another(files: LineFiles, ours: Authority) -> str:
    assert files.key is not None
    ours.issue("another")[1].rename(files.key)
    return "do not belong together"


def _no_authority(files: LineFiles, _ours: Authority) -> str:
    assert files.authority is not None
    files.authority.write_text("no certificate")
    return files.authority.name


def _with_password(files: LineFiles, _ours: Authority) -> str:
    assert files.key is not None
    key = serialization.load_pem_private_key(files.key.read_bytes(), None)
    locked = serialization.BestAvailableEncryption(b"secret")
    files.key.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, locked))
    return files.key.name


@pytest.mark.parametrize("spoil", [_missing, _open_to_others, _of_another, _no_authority, _with_password])
def test_files_that_cannot_be_used_are_named_and_may_be_put_right(ours: Authority, spoil: object) -> None:
    shown: list[str] = []
    files = ours.files("kiosk")
    authority = ours.certificate.read_bytes()
    with listening(ours, shown) as url, closing(line_of(url, files)) as line:
        assert ask(line) == 200
        named = spoil(files, ours)  # type: ignore[operator]  # one of the five above
        with pytest.raises(GatewayError) as caught:
            ask(line)
        assert caught.value.code is FaultCode.NET_OWN_CERT_UNUSABLE
        assert not caught.value.maybe_received
        assert named in caught.value.detail
        ours.certificate.write_bytes(authority)
        moved(ours.issue("repaired"), files)
        assert ask(line) == 200
        assert shown[-1] == "repaired"


def test_a_gateway_that_hangs_up_without_a_word_is_explained_by_our_own_end(ours: Authority, tmp_path: Path) -> None:
    with (
        GatewayServer(tmp_path / "gateway", tls=ServerTls(*ours.issue("gateway"), ours.certificate)) as server,
        closing(line_of(server.url, ours.files("kiosk", since=timedelta(days=2)))) as line,
        pytest.raises(GatewayError) as caught,
    ):
        ask(line)
    assert caught.value.code is FaultCode.NET_OWN_CERT_EXPIRED


def test_a_credential_goes_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "line.key").touch()
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    files = LineFiles.of(settings.load().gateway)
    assert files.key == tmp_path / "line.key"
    assert files.certificate == Path("/var/lib/hall-kiosk/keys/line.pem")


@pytest.mark.parametrize(
    ("days_to_go", "level", "urgent"),
    [(31, None, False), (29, logging.WARNING, False), (6, logging.ERROR, True), (-1, logging.ERROR, True)],
)
def test_the_end_is_told_in_time(
    ours: Authority, days_to_go: int, level: int | None, urgent: bool, caplog: pytest.LogCaptureFixture
) -> None:
    files = ours.files("kiosk")
    end = files.first_end()
    assert end is not None
    watch = CertificateWatch(files, lambda: end - timedelta(days=days_to_go))
    watch.look()
    assert (watch.days_left, watch.fault, watch.urgent) == (days_to_go, None, urgent)
    assert [record.levelno for record in caplog.records] == ([] if level is None else [level])
    assert all(f'"days": {days_to_go}' in PrivateFormatter().format(record) for record in caplog.records)


def test_what_cannot_be_read_is_told_too_and_forgotten_when_it_is_put_right(ours: Authority) -> None:
    files = ours.files("kiosk")
    assert files.key is not None
    watch = CertificateWatch(files, lambda: datetime.now(UTC))
    files.key.chmod(0o640)
    watch.look()
    assert (watch.days_left, watch.fault, watch.urgent) == (None, FaultCode.NET_OWN_CERT_UNUSABLE, True)
    files.key.chmod(0o600)
    watch.look()
    assert (watch.days_left, watch.fault) == (0, None)


def test_a_line_without_tls_has_no_certificates() -> None:
    watch = CertificateWatch.of(GatewaySettings("http://127.0.0.1:1", LineFiles(Path("/nowhere"))), datetime.now)
    watch.look()
    assert (watch.days_left, watch.fault, watch.urgent) == (None, None, False)
    with pytest.raises(CertificateUnusable, match="nowhere"):
        LineFiles(Path("/nowhere")).first_end()


def test_a_technician_sees_which_files_and_until_when(
    ours: Authority, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    KeyDirectory(tmp_path / "gateway")
    enrolment.create(tmp_path / "kiosk" / "keys", "JN03")
    enrolment.trust_gateway(tmp_path / "kiosk" / "keys", (tmp_path / "gateway" / PUBLIC_KEYS_FILE).read_text("ascii"))
    files = ours.files("kiosk")
    configuration = tmp_path / "kiosk.toml"
    configuration.write_text(
        f'data_directory = "{tmp_path / "kiosk"}"\n[gateway]\nca_file = "{files.authority}"\n'
        f'client_certificate = "{files.certificate}"\nclient_key = "{files.key}"\n'
    )
    monkeypatch.setattr("sys.argv", ["kiosk", "--config", str(configuration), "keys", "show"])
    assert cli.main() == 0
    told = capsys.readouterr().out
    assert "the first certificate ends 20" in told
    assert str(files.certificate) in told
    assert str(files.authority) in told
    assert "PRIVATE" not in told
