"""Who made the camera: what V4L2 and USB tell of a device file. Opens nothing."""

from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

from drivers.facts import Identity
from drivers.usb_descriptors import SYSFS, of_node


def camera_identity(source: str | int, backend: str, sysfs: Path = SYSFS) -> Identity:
    """``source`` as in the settings; ``backend``: through what OpenCV reads it, if that is known."""
    driver = f"OpenCV {version('opencv-python')}" + (f", {backend}" if backend else "")
    if isinstance(source, str) and "://" in source:
        parts = urlsplit(source)  # a name and a password in it are nobody's business
        return Identity(driver=driver, place=f"{parts.scheme}://{parts.hostname or ''}:{parts.port or ''}".rstrip(":"))
    node = Path(f"/dev/video{source}") if isinstance(source, int) else Path(source)
    usb = of_node(node, sysfs)
    return Identity(
        maker=usb.maker if usb else "",
        model=_card_name(node, sysfs) or (usb.product if usb else ""),
        serial=usb.serial if usb else "",
        firmware=usb.release if usb else "",
        driver=driver,
        place=f"{node}, USB {usb.port} {usb.ids}" if usb else str(node),
    )


def _card_name(node: Path, sysfs: Path) -> str:
    """The name under which V4L2 knows it; /dev/hall-kiosk/camera is a link to the node with the number."""
    try:
        return (sysfs / "class" / "video4linux" / node.resolve().name / "name").read_text(encoding="utf-8").strip()
    except OSError:
        return ""
