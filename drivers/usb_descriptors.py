"""What the kernel knows of a USB device: read from sysfs, so no library and no right to the device is needed.

``SYSFS`` holds a folder for each device with one small file for each descriptor (Documentation/ABI/stable/sysfs-bus-usb
and testing/sysfs-bus-usb of Linux).
"""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

SYSFS = Path("/sys")


@dataclass(frozen=True)
class UsbDescriptor:
    """One device; empty where it does not say. ``release`` is its own version, "1.10"; ``port``, as in "1-4.2"."""

    vendor_id: str
    product_id: str
    maker: str
    product: str
    serial: str
    release: str
    port: str

    @property
    def ids(self) -> str:
        """As lsusb shows them, "072f:90cc"."""
        return f"{self.vendor_id}:{self.product_id}"


def of_node(node: Path, sysfs: Path = SYSFS) -> UsbDescriptor | None:
    """The USB device behind a device file such as /dev/ttyUSB0 or /dev/video0; None if there is none."""
    try:
        found = node.stat()
        if not stat.S_ISCHR(found.st_mode):
            return None
        number = f"{os.major(found.st_rdev)}:{os.minor(found.st_rdev)}"
        place = (sysfs / "dev" / "char" / number).resolve(strict=True)
    except OSError:
        return None
    return next((read(each) for each in (place, *place.parents) if (each / "idVendor").exists()), None)


def of_ids(vendor: int, product: int, sysfs: Path = SYSFS) -> UsbDescriptor | None:
    """The first device with these ids."""
    wanted = f"{vendor:04x}:{product:04x}"
    return next((found for each in all_places(sysfs) if (found := read(each)).ids == wanted), None)


def of_address(bus: int, device: int, sysfs: Path = SYSFS) -> UsbDescriptor | None:
    """The device with this number on this bus."""
    wanted = (str(bus), str(device))
    return next(
        (read(each) for each in all_places(sysfs) if (_word(each, "busnum"), _word(each, "devnum")) == wanted), None
    )


def all_places(sysfs: Path = SYSFS) -> list[Path]:
    """The folders of all devices that are attached."""
    return [path for path in sorted((sysfs / "bus" / "usb" / "devices").glob("*")) if (path / "idVendor").exists()]


def read(place: Path) -> UsbDescriptor:
    """What the folder of a device says."""
    release = _word(place, "bcdDevice")  # four digits, "0110" is 1.10
    return UsbDescriptor(
        vendor_id=_word(place, "idVendor"),
        product_id=_word(place, "idProduct"),
        maker=_word(place, "manufacturer"),
        product=_word(place, "product"),
        serial=_word(place, "serial"),
        release=f"{int(release[:2])}.{release[2:]}" if release.isdecimal() else "",
        port=place.name,
    )


def _word(place: Path, name: str) -> str:
    try:
        return (place / name).read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
