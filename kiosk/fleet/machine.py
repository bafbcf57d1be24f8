"""The machine under the kiosk, as far as the kernel and its files tell: temperature, disk, certificates."""

import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509

THERMAL = Path("/sys/class/thermal")  # kernel.org, Documentation/driver-api/thermal/sysfs-api.rst


@dataclass(frozen=True)
class MachineState:
    """At one moment. None: the machine does not say.

    ``celsius``: of its hottest part; ``disk_free`` and ``disk_size``: bytes of the file system with the kiosk's data;
    ``certificate_until``: when the kiosk's certificate for the gateway is good no more.
    """

    celsius: float | None = None
    disk_free: int | None = None
    disk_size: int | None = None
    certificate_until: datetime | None = None


@dataclass(frozen=True)
class Machine:
    """Where to look. ``certificate``: a PEM file, None if the kiosk has none."""

    data_directory: Path
    certificate: Path | None
    thermal: Path = THERMAL

    def look(self) -> MachineState:
        """How it is now. Reads files, and never raises: what cannot be read is None."""
        free, size = _disk(self.data_directory)
        temperatures = list(_temperatures(self.thermal.glob("thermal_zone*/temp")))
        return MachineState(
            celsius=max(temperatures, default=None),
            disk_free=free,
            disk_size=size,
            certificate_until=None if self.certificate is None else _until(self.certificate),
        )


def _temperatures(files: Iterable[Path]) -> Iterable[float]:
    for file in files:
        with suppress(OSError, ValueError):  # a zone that is switched off answers with an error
            yield int(file.read_text("ascii")) / 1000


def _disk(directory: Path) -> tuple[int | None, int | None]:
    try:
        usage = shutil.disk_usage(directory)
    except OSError:
        return None, None
    return usage.free, usage.total


def _until(certificate: Path) -> datetime | None:
    try:
        return x509.load_pem_x509_certificate(certificate.read_bytes()).not_valid_after_utc
    except (OSError, ValueError):
        return None
