"""The devices of one kiosk, as the visit sees them."""

from dataclasses import dataclass

from drivers.camera.capture import Camera
from drivers.camera.engine import FaceEngine
from drivers.card_reader.reader import CardReader
from drivers.id_scanner.serial_reader import IdScanner
from drivers.printer.escpos_printer import Printer


@dataclass(frozen=True)
class Devices:
    """The four devices and the face process."""

    card_reader: CardReader
    id_scanner: IdScanner
    camera: Camera
    face: FaceEngine
    printer: Printer
