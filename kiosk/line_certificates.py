"""The certificates of the line to the gateway: whom this kiosk believes, and what it shows of itself (mutual TLS).

A systemd credential with the name of a file goes before that file, as for every other key (``key_files``). New files
are used at the next request, without a restart.
"""

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from cryptography import x509

from config.settings import GatewayEndpoint
from kiosk.key_files import NotEnrolled, place_of, read_secret, read_trusted

SOON_DAYS = 30  # a certificate that ends within so many days is worth a word in the log
URGENT_DAYS = 7  # and within so many, the staff's notice: whoever issues it needs some days, too

Stamp = tuple[tuple[int, int, int] | None, ...]


class CertificateUnusable(Exception):
    """A file of the line cannot be used: missing, open to others, no certificate, or key and certificate differ."""


@dataclass(frozen=True)
class LineFiles:
    """PEM files. ``authority``: who vouches for the gateway, nobody else is believed; None: the authorities of the web.

    ``certificate`` (with those that vouch for it, if any) and ``key``: what shows the gateway who calls.
    """

    authority: Path | None = None
    certificate: Path | None = None
    key: Path | None = None

    def __post_init__(self) -> None:
        if (self.certificate is None) != (self.key is None):
            raise ValueError("client_certificate and client_key belong together")

    @classmethod
    def of(cls, endpoint: GatewayEndpoint) -> Self:
        """What the hall's settings name; an empty name is none."""
        return cls(_placed(endpoint.ca_file), _placed(endpoint.client_certificate), _placed(endpoint.client_key))

    def stamp(self) -> Stamp:
        """Changes when any of the files is replaced."""
        return tuple(_stamp(path) for path in (self.authority, self.certificate, self.key))

    def demand_usable(self) -> None:
        """Look at the files themselves, before a library stumbles over them. Raises ``CertificateUnusable``."""
        try:
            if self.authority is not None:
                _certificates(self.authority)
            if self.certificate is not None and self.key is not None:
                _certificates(self.certificate)
                read_secret(self.key)
                ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_cert_chain(self.certificate, self.key, _no_password)
        except NotEnrolled as error:
            raise CertificateUnusable(str(error)) from None
        except (OSError, ValueError):  # ssl.SSLError is an OSError: whatever it says is of no use to a technician
            raise CertificateUnusable(f"{self.certificate}, {self.key}: these two do not belong together") from None

    def own_ends(self) -> datetime | None:
        """When this kiosk's own certificate ends, or one that vouches for it in the same file; None without one."""
        return None if self.certificate is None else _ends(self.certificate)

    def first_end(self) -> datetime | None:
        """When the first certificate of any of the files ends. Raises ``CertificateUnusable``."""
        ends = [_ends(path) for path in (self.authority, self.certificate) if path is not None]
        return min(ends, default=None)

    def days_left(self, now: datetime) -> int | None:
        """Whole days until ``first_end``, negative afterwards; None where there are no certificates.

        Raises:
            CertificateUnusable: a file is missing or holds no certificate.
        """
        end = self.first_end()
        return None if end is None else (end - now).days


NO_FILES = LineFiles()


def _placed(name: str) -> Path | None:
    return place_of(Path(name).parent, Path(name).name) if name else None


def _stamp(path: Path | None) -> tuple[int, int, int] | None:
    try:
        found = path.stat() if path is not None else None
    except OSError:
        return None
    return None if found is None else (found.st_ino, found.st_ctime_ns, found.st_size)


def _certificates(path: Path) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(read_trusted(path).encode())
    except NotEnrolled as error:
        raise CertificateUnusable(str(error).partition(";")[0]) from None  # enrolment does not make certificates
    except ValueError:
        raise CertificateUnusable(f"{path}: holds no certificate in PEM") from None


def _ends(path: Path) -> datetime:
    return min(each.not_valid_after_utc.astimezone(UTC) for each in _certificates(path))


def _no_password() -> str:
    """A key with a password is refused, where OpenSSL would ask for it at a terminal that nobody sits at."""
    raise ValueError("the key has a password")
