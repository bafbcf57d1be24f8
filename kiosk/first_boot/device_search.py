"""Which devices of the kiosk are attached, and which settings they need. Each is tried where trying shows anything."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from config.settings import Settings
from drivers.attached import Attached, cameras, printers, serial_adapters
from drivers.card_reader.pcsc import reader_names
from drivers.device import DeviceError
from drivers.id_scanner.serial_reader import IdScanner
from drivers.printer.connections import Connection, Network, Usb
from drivers.printer.escpos_printer import Printer
from drivers.usb_descriptors import UsbDescriptor
from flows.prompts import Text

_CARD_SERVICE_SECONDS = 10.0  # a call to it may block for ever


@dataclass(frozen=True)
class Found:
    """One device. ``title``: for people; ``settings``: what names it, by dotted key, if anything has to."""

    device: str
    title: str
    settings: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True)
class Search:
    """Where is looked. ``printer``: the address of one in the network, beside that of the settings."""

    settings: Settings
    printer: tuple[str, int] | None = None
    readers: Callable[[], Sequence[str]] = reader_names
    serial_adapters: Callable[[], Sequence[Attached]] = serial_adapters
    cameras: Callable[[], Sequence[Attached]] = cameras
    printers: Callable[[], Sequence[UsbDescriptor]] = printers

    async def all(self) -> tuple[dict[str, Found], tuple[Text, ...]]:
        """The devices that were found, by name, and what there is to say about those that were not."""
        looks = (self.card_reader(), self.id_scanner(), self.camera(), self.printer_())
        names = ("card_reader", "id_scanner", "camera", "printer")
        results = dict(zip(names, await asyncio.gather(*looks), strict=True))
        missing = tuple(Text(f"enrol.devices.none.{name}") for name, found in results.items() if found is None)
        return {name: found for name, found in results.items() if found is not None}, missing

    async def card_reader(self) -> Found | None:
        """The reader that the settings name, else the first one. Its name holds a number that changes: no setting."""
        try:
            async with asyncio.timeout(_CARD_SERVICE_SECONDS):
                names = await asyncio.to_thread(self.readers)
        except (DeviceError, TimeoutError):
            return None
        wanted = self.settings.card_reader.name
        name = next((each for each in names if wanted in each), None)
        if name is not None:
            return Found("card_reader", name)
        return Found("card_reader", names[0], {"card_reader.name": ""}) if names else None

    async def id_scanner(self) -> Found | None:
        """The first serial line at which a security module answers; that of the settings is asked first."""
        own = self.settings.id_scanner
        titles = {own.port: own.port, **{each.place: each.title for each in self.serial_adapters()}}
        for port, title in titles.items():
            if _there(port) and await _answers_as_id_reader(port, own.baud_rate):
                return Found("id_scanner", title, {"id_scanner.port": port})
        return None

    async def camera(self) -> Found | None:
        """The camera of the settings if it is there, else the first one."""
        there = {each.place: each.title for each in self.cameras()}
        own = self.settings.camera.source
        if "://" in own or _there(own):
            return Found("camera", there.get(own, "" if "://" in own else own) or "network")
        return next((Found("camera", title, {"camera.source": place}) for place, title in there.items()), None)

    async def printer_(self) -> Found | None:
        """The first that answers: the address that was given, the printer of the settings, one on USB."""
        own = self.settings.printer
        hosts = [self.printer, (own.host, own.port) if own.connection == "network" else None]
        for host, port in (each for each in hosts if each is not None):
            if await _answers_as_printer(Network(host, port)):
                place: dict[str, str | int] = {"printer.host": host, "printer.port": port}
                return Found("printer", f"{host}:{port}", {"printer.connection": "network", **place})
        for usb in self.printers():
            vendor, product = int(usb.vendor_id, 16), int(usb.product_id, 16)
            if await _answers_as_printer(Usb(vendor, product)):
                ids: dict[str, str | int] = {"printer.vendor_id": vendor, "printer.product_id": product}
                title = " ".join(word for word in (usb.maker, usb.product, usb.ids) if word)
                return Found("printer", title, {"printer.connection": "usb", **ids})
        if own.connection in {"serial", "file"} and _there(own.device):
            return Found("printer", own.device)
        return None


def _there(place: str) -> bool:
    return Path(place).exists()


async def _answers_as_id_reader(port: str, baud_rate: int) -> bool:
    scanner = IdScanner(port, baud_rate)
    try:
        await scanner.check()
    except DeviceError:
        return False
    finally:
        scanner.close()
    return True


async def _answers_as_printer(connection: Connection) -> bool:
    """A printer that is open or out of paper is one, too."""
    printer = Printer(connection)
    try:
        return any([(await printer.status()).known for _ in range(2)])  # single replies get lost
    except DeviceError:
        return False
    finally:
        await printer.close()
