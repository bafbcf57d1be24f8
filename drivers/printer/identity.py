"""Who made the printer: what it says itself (``GS I``), and what USB says of it."""

from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from drivers.facts import Identity
from drivers.printer.connections import Connection, FileDevice, Network, SerialPort, Usb
from drivers.usb_descriptors import UsbDescriptor, of_ids, of_node


@dataclass(frozen=True)
class AboutPrinter:
    """What a printer answers to ``GS I``; empty where it does not."""

    maker: str = ""
    model: str = ""
    firmware: str = ""
    serial: str = ""


def printer_identity(connection: Connection, about: AboutPrinter | None) -> Identity:
    """The printer's own words go before those of its USB chip, which is often somebody else's."""
    said = about or AboutPrinter()
    usb = _usb(connection)
    return Identity(
        maker=said.maker or (usb.maker if usb else ""),
        model=said.model or (usb.product if usb else ""),
        serial=said.serial or (usb.serial if usb else ""),
        firmware=said.firmware or (usb.release if usb else ""),
        driver=f"python-escpos {version('python-escpos')}",
        place=_place(connection, usb),
    )


def _usb(connection: Connection) -> UsbDescriptor | None:
    match connection:
        case Usb(vendor=vendor, product=product):
            return of_ids(vendor, product)
        case SerialPort(devfile=path) | FileDevice(path=path):
            return of_node(Path(path))
        case Network():
            return None


def _place(connection: Connection, usb: UsbDescriptor | None) -> str:
    match connection:
        case Network(host=host, port=port):
            return f"{host}:{port}"
        case SerialPort(devfile=path) | FileDevice(path=path):
            return f"{path}, USB {usb.port} {usb.ids}" if usb else path
        case Usb(vendor=vendor, product=product):
            return f"USB {usb.port} {usb.ids}" if usb else f"USB {vendor:04x}:{product:04x}"
