"""A certificate authority for tests of TLS."""

import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kiosk.line_certificates import LineFiles

RECENT = timedelta(minutes=5)


class Authority:
    """A certificate authority that lasts one test."""

    def __init__(self, directory: Path, name: str) -> None:
        directory.mkdir(mode=0o700)
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
        key_file.touch(0o600)
        key_file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return self._sign(builder, self.directory / f"{name}.pem"), key_file

    def files(self, name: str, since: timedelta = RECENT) -> LineFiles:
        """What a kiosk of that name shows; it believes this authority alone."""
        return LineFiles(self.certificate, *self.issue(name, since=since))
