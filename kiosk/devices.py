"""The devices of one kiosk, as the visit sees them, and how the settings name them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from config.settings import Settings
from drivers.camera.capture import Camera
from drivers.camera.engine import FaceEngine
from drivers.camera.observation import Thresholds
from drivers.camera.settings import Descriptor, FaceSettings, ModelFile
from drivers.card_reader.reader import CardReader
from drivers.device import HealthChange
from drivers.facts import DeviceFacts
from drivers.id_scanner.serial_reader import IdScanner
from drivers.printer.connections import Connection, FileDevice, Network, SerialPort, Usb
from drivers.printer.dialogue import Completion
from drivers.printer.escpos_printer import Printer
from drivers.tally import Tally


@dataclass(frozen=True)
class Devices:
    """The four devices and the face process."""

    card_reader: CardReader
    id_scanner: IdScanner
    camera: Camera
    face: FaceEngine
    printer: Printer

    @property
    def facts(self) -> list[DeviceFacts]:
        """What is known of each, the PSAM's slot after its reader."""
        psam = self.card_reader.psam_facts
        return [
            self.card_reader.facts,
            *([psam] if psam else []),
            self.id_scanner.facts,
            self.camera.facts,
            self.face.facts,
            self.printer.facts,
        ]

    def listen(self, listener: Callable[[HealthChange], None]) -> None:
        """Call ``listener`` when the health of any of them changes, on whatever thread finds it."""
        for device in (self.card_reader, self.id_scanner, self.camera, self.face, self.printer):
            device.listen(listener)

    async def close(self) -> None:
        """Let go of all of them."""
        self.card_reader.close()
        self.id_scanner.close()
        await self.printer.close()
        await self.camera.stop()
        await self.face.stop()


def devices_of(settings: Settings, tally: Tally) -> Devices:
    """The devices that ``settings`` name, not used yet; what they do is counted in ``tally``."""
    return Devices(
        card_reader=CardReader(settings.card_reader.name or None, settings.card_reader.psam or None, tally=tally),
        id_scanner=IdScanner(settings.id_scanner.port, settings.id_scanner.baud_rate, tally=tally),
        camera=Camera(settings.camera.source, tally=tally),
        face=FaceEngine(face_settings(settings)),
        printer=Printer(
            _printer_connection(settings),
            width_dots=settings.printer.width_dots,
            cutter=settings.printer.cutter,
            completion=Completion(settings.printer.completion),
            tally=tally,
        ),
    )


def face_settings(settings: Settings) -> FaceSettings:
    """The model and the thresholds in force."""
    face = settings.face
    return FaceSettings(
        descriptor=Descriptor(face.model),
        thresholds=Thresholds(face.same, face.unsure),
        own_model=ModelFile(Path(face.model_file), face.model_sha256) if face.model_file else None,
    )


def _printer_connection(settings: Settings) -> Connection:
    printer = settings.printer
    match printer.connection:
        case "network":
            return Network(printer.host, printer.port)
        case "serial":
            return SerialPort(printer.device, printer.baud_rate)
        case "usb":
            return Usb(printer.vendor_id, printer.product_id)
        case "file":
            return FileDevice(printer.device)
