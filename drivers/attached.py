"""What is attached to this machine and could be one of the kiosk's devices, as the kernel tells it. Opens nothing.

Read from sysfs and from the links that udev makes, so no library and no right to a device is needed. Names that stay
when something is plugged in elsewhere come first: those of systemd/70-hall-kiosk.rules, then those by maker and number.
"""

from dataclasses import dataclass
from pathlib import Path

from drivers.usb_descriptors import SYSFS, UsbDescriptor, all_places, read

DEV = Path("/dev")

_PRINTER = "07"  # bInterfaceClass (usb.org, defined class codes)


@dataclass(frozen=True)
class Attached:
    """A device file under the name that stays longest, and what USB says of it, if it is on USB."""

    place: str
    usb: UsbDescriptor | None

    @property
    def title(self) -> str:
        """For people: maker and product, else the place."""
        words = (self.usb.maker, self.usb.product) if self.usb else ()
        return " ".join(word for word in words if word) or self.place


def serial_adapters(sysfs: Path = SYSFS, dev: Path = DEV) -> tuple[Attached, ...]:
    """Serial lines on USB: where an ID reader may be."""
    found = []
    for kind in ("ttyUSB*", "ttyACM*"):
        for place in sorted((sysfs / "class" / "tty").glob(kind)):
            usb = _behind(place)
            if usb is not None:
                found.append(Attached(_lasting(dev / place.name, dev, ("hall-kiosk", "serial/by-id")), usb))
    return tuple(found)


def cameras(sysfs: Path = SYSFS, dev: Path = DEV) -> tuple[Attached, ...]:
    """The first stream of each camera; the others carry its metadata."""
    return tuple(
        Attached(_lasting(dev / place.name, dev, ("hall-kiosk", "v4l/by-id")), _behind(place))
        for place in sorted((sysfs / "class" / "video4linux").glob("video*"))
        if _word(place / "index") == "0"
    )


def printers(sysfs: Path = SYSFS) -> tuple[UsbDescriptor, ...]:
    """USB devices with an interface of the printer class."""
    return tuple(
        read(place)
        for place in all_places(sysfs)
        if any(_word(each) == _PRINTER for each in place.glob(f"{place.name}:*/bInterfaceClass"))
    )


def _behind(place: Path) -> UsbDescriptor | None:
    try:
        real = place.resolve(strict=True)
    except OSError:
        return None
    return next((read(each) for each in (real, *real.parents) if (each / "idVendor").exists()), None)


def _lasting(node: Path, dev: Path, folders: tuple[str, ...]) -> str:
    """The link to ``node`` in the first of ``folders`` that has one, else ``node`` itself."""
    for folder in folders:
        for link in sorted((dev / folder).glob("*")):
            if link.resolve() == node.resolve():
                return str(link)
    return str(node)


def _word(file: Path) -> str:
    try:
        return file.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
