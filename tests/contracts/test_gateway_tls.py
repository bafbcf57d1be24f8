"""Both sides show a certificate; anybody else is no gateway."""

import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from config.faults import FaultCode
from flows.records import PersonOf
from kiosk.gateway import Gateway, GatewayError, GatewaySettings
from kiosk.request_signature import RequestSigner
from simulator.gateway.server import GatewayServer, ServerTls
from simulator.people import BY_KEY
from tests.offline_queue.hall import enrol

ASK = PersonOf(BY_KEY["zhang_ling"].number)


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

    def _builder(self, subject: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        return x509.CertificateBuilder(
            issuer_name=self._name,
            subject_name=subject,
            public_key=key,
            serial_number=x509.random_serial_number(),
            not_valid_before=now - timedelta(minutes=5),
            not_valid_after=now + timedelta(days=1),
        )

    def _sign(self, builder: x509.CertificateBuilder, path: Path) -> Path:
        path.write_bytes(builder.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
        return path

    def issue(self, name: str) -> tuple[Path, Path]:
        """Certificate and key for ``name`` at 127.0.0.1."""
        key = ec.generate_private_key(ec.SECP256R1())
        builder = self._builder(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]), key.public_key())
        address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
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
