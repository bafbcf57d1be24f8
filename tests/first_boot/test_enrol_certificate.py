"""The certificate of the line: asked for, signed by openssl as halls do, taken only when all is right."""

import ssl
import stat
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from config import settings
from kiosk.first_boot import line
from kiosk.first_boot.line_request import belongs, key_of
from kiosk.first_boot.steps import StepFailed
from kiosk.gateway_connection import Exchange
from kiosk.gateway_http import GatewaySettings, HttpLine
from kiosk.line_certificates import LineFiles
from kiosk.request_signature import RequestSigner
from offline_queue.suite import INTERNATIONAL
from simulator.gateway.server import GatewayServer, ServerTls
from tests.contracts.authority import Authority
from tests.first_boot.conftest import Steps


class OpenSsl:
    """The hall's authority, worked with the tool that halls use."""

    def __init__(self, folder: Path, name: str) -> None:
        folder.mkdir()
        self.key, self.certificate = folder / "ca.key", folder / "ca.pem"
        kind = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30", "-subj", f"/CN={name}")
        self._run("req", "-x509", *kind, "-keyout", str(self.key), "-out", str(self.certificate))

    def sign(self, request: Path, *more: str) -> Path:
        """The certificate for a request, with what the request asks for."""
        out = request.with_suffix(".issued.pem")
        out = self.certificate.parent / out.name
        authority = (
            "-CA",
            str(self.certificate),
            "-CAkey",
            str(self.key),
            "-CAcreateserial",
            "-copy_extensions",
            "copy",
        )
        days = () if "-days" in more else ("-days", "20")
        self._run("x509", "-req", "-in", str(request), *authority, "-out", str(out), *days, *more)
        return out

    def _run(self, *words: str) -> None:
        done = subprocess.run(["openssl", *words], capture_output=True, text=True, timeout=30, check=False)
        assert done.returncode == 0, done.stderr


@pytest.fixture
def authority(tmp_path: Path) -> OpenSsl:
    return OpenSsl(tmp_path / "authority", "the hall's authority")


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return tmp_path / "data" / "keys"


def test_the_request_names_the_kiosk_and_the_key_stays(keys: Path, enrol: Steps) -> None:
    code, steps = enrol("--request")
    assert (code, steps["certificate"]["state"], steps["certificate"]["facts"]["request"]) == (
        1,
        "open",
        f"{keys}/JN01.csr",
    )
    request = x509.load_pem_x509_csr((keys / "JN01.csr").read_bytes())
    assert request.is_signature_valid
    assert [each.value for each in request.subject.get_attributes_for_oid(NameOID.COMMON_NAME)] == ["JN01"]
    uses = request.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(uses) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    assert stat.S_IMODE((keys / "line.key").stat().st_mode) == 0o600
    assert "PRIVATE" not in (keys / "JN01.csr").read_text("ascii")
    before = {path.name: path.read_bytes() for path in keys.iterdir()}
    code, steps = enrol("--request")
    assert (code, "waits" in steps["certificate"]["said"][0]) == (1, True)
    assert {path.name: path.read_bytes() for path in keys.iterdir()} == before


def test_a_certificate_comes_and_is_in_force_on_a_real_line(
    tmp_path: Path, keys: Path, place: Path, enrol: Steps
) -> None:
    ours = Authority(tmp_path / "ours", "ours")
    hall = OpenSsl(tmp_path / "hall", "the hall's")
    trusted = tmp_path / "both.pem"
    trusted.write_bytes(ours.certificate.read_bytes() + hall.certificate.read_bytes())
    assert enrol("--authority", str(trusted))[1]["authority"]["state"] == "done"
    enrol("--request")
    code, steps = enrol("--certificate", str(hall.sign(keys / "JN01.csr")))
    assert (code, steps["certificate"]["state"]) == (0, "done")
    assert enrol("--request")[1]["certificate"]["state"] == "kept"
    certificate, key = ours.issue("gateway")
    with GatewayServer(tmp_path / "served", tls=ServerTls(certificate, key, hall.certificate)) as gateway:
        files = LineFiles.of(settings.load(place).gateway)
        ours_line = HttpLine(
            GatewaySettings(gateway.url, files), RequestSigner("JN01", INTERNATIONAL.new_signing_key("JN01"))
        )
        assert ours_line.exchange(Exchange(), "GET", "/v1/health", b"", {}).status == 200
        ours_line.close()


def taken(place: Path, file: Path, now: datetime | None = None) -> str:
    """What is said against a certificate."""
    loaded = settings.load(place)
    with pytest.raises(StepFailed) as failed:
        line.take_certificate(loaded, line.LinePlaces.of(loaded), file, now or datetime.now(UTC))
    return failed.value.said.key.removeprefix("enrol.certificate.")


def test_what_is_wrong_with_a_certificate_is_said_and_nothing_changes(
    tmp_path: Path, keys: Path, place: Path, enrol: Steps, authority: OpenSsl
) -> None:
    assert taken(place, authority.certificate) == "no_key"
    enrol("--authority", str(authority.certificate))
    enrol("--request")
    good = authority.sign(keys / "JN01.csr")
    assert taken(place, keys / "JN01.csr") == "none"
    assert taken(place, authority.certificate) == "other_key"
    assert taken(place, OpenSsl(tmp_path / "strangers", "strangers").sign(keys / "JN01.csr")) == "strangers"
    assert taken(place, OpenSsl(tmp_path / "same name", "the hall's authority").sign(keys / "JN01.csr")) == "strangers"
    assert taken(place, good, datetime.now(UTC) + timedelta(days=21)) == "ended"
    assert taken(place, good, datetime.now(UTC) - timedelta(days=1)) == "not_yet"
    server = tmp_path / "server.ext"
    server.write_text("extendedKeyUsage = serverAuth\nbasicConstraints = CA:FALSE\n")
    assert (
        taken(place, authority.sign(keys / "JN01.csr", "-copy_extensions", "none", "-extfile", str(server)))
        == "not_for_clients"
    )
    (place / "kiosk.toml").write_text((place / "kiosk.toml").read_text("utf-8").replace('"JN01"', '"JN02"'), "utf-8")
    assert taken(place, authority.sign(keys / "JN01.csr")) == "other_name"
    assert not (keys / "line.pem").exists()


def test_one_in_force_stays_until_the_next_has_come(keys: Path, enrol: Steps, authority: OpenSsl, place: Path) -> None:
    enrol("--authority", str(authority.certificate))
    enrol("--request")
    enrol("--certificate", str(authority.sign(keys / "JN01.csr")))
    before = {name: (keys / name).read_bytes() for name in ("line.key", "line.pem")}
    code, steps = enrol("--request", "--renew")
    assert (code, "keys" in steps) == (1, False)
    assert steps["certificate"]["facts"]["key"] == f"{keys}/line-next.key"
    assert {name: (keys / name).read_bytes() for name in before} == before
    LineFiles.of(settings.load(place).gateway).demand_usable()
    code, steps = enrol("--certificate", str(authority.sign(keys / "JN01.csr")))
    assert (code, steps["certificate"]["state"]) == (0, "done")
    assert (keys / "line.key").read_bytes() != before["line.key"]
    assert not (keys / "line-next.key").exists()
    assert stat.S_IMODE((keys / "line.key").stat().st_mode) == 0o600
    LineFiles.of(settings.load(place).gateway).demand_usable()
    certificate = x509.load_pem_x509_certificate((keys / "line.pem").read_bytes())
    assert belongs(certificate, key_of((keys / "line.key").read_text("ascii")))


def test_another_authority_is_pinned_only_on_purpose(
    tmp_path: Path, keys: Path, enrol: Steps, authority: OpenSsl
) -> None:
    other = OpenSsl(tmp_path / "other", "another")
    assert enrol("--authority", str(authority.certificate))[0] == 0
    assert enrol("--authority", str(authority.certificate))[1]["authority"]["state"] == "kept"
    pinned = (keys / "gateway-ca.pem").read_bytes()
    assert enrol("--authority", str(other.certificate))[0] == 2
    assert enrol("--authority", str(other.key))[0] == 2
    assert (keys / "gateway-ca.pem").read_bytes() == pinned
    ssl.create_default_context(cafile=str(keys / "gateway-ca.pem"))


def test_a_key_that_is_not_ours_is_left_alone(keys: Path, enrol: Steps) -> None:
    keys.mkdir(parents=True, mode=0o700)
    (keys / "line.key").write_text("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
    (keys / "line.key").chmod(0o600)
    code, steps = enrol("--request")
    assert (code, steps["certificate"]["said"]) == (2, ["The key that is there is not one of ours."])
    assert "AAAA" in (keys / "line.key").read_text()
