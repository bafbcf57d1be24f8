"""The simulated hall as a whole: all devices and the gateway in one directory, and hands to work them.

with Hall(Path("run/hall")) as hall:
    hall.write_configuration()
    hall.enrol_kiosk()
    kiosk = hall.kiosk(Path("run/kiosk.log"))
    kiosk.start()
    hall.insert_card("zhang_ling")
"""

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Self

import cv2

from simulator import hall_configuration
from simulator.camera import FRAMES_A_SECOND, CameraFault, HeadMove, SimulatedCamera
from simulator.cards import BankCard, EmptySim, MuteCard, SimulatedCard, SimulatedPsam, card_for
from simulator.desktop import PORTRAIT, Size
from simulator.gateway.server import GatewayServer
from simulator.gateway.switches import Fault
from simulator.hall_records import read_gateway
from simulator.hall_state import (
    CameraState,
    CameraView,
    CardReaderState,
    CardReaderView,
    HallView,
    IdReaderState,
    IdReaderView,
    NetworkState,
    PrinterState,
    PrinterView,
    StrangeCard,
)
from simulator.heads import pictures
from simulator.id_reader import LineFault, SimulatedIdReader
from simulator.kiosk_program import KioskProgram
from simulator.pcscd import Pcscd
from simulator.people import BY_KEY, Person
from simulator.printer import Receipt, SimulatedPrinter
from simulator.printer.condition import Condition
from simulator.willing import Willing

_SLOW_SECONDS = 6.0
_STRANGE: dict[str, Callable[[], SimulatedCard]] = {
    StrangeCard.BANK: BankCard,
    StrangeCard.SIM: EmptySim,
    StrangeCard.MUTE: MuteCard,
}
_LINE_FAULTS = {IdReaderState.SILENT: LineFault.SILENT, IdReaderState.NOISE: LineFault.NOISE_INSIDE}
_CAMERA_FAULTS = {
    CameraState.WORKING: None,
    CameraState.DARK: CameraFault.DARK,
    CameraState.TWO_PEOPLE: CameraFault.TWO_PEOPLE,
    CameraState.MASK: CameraFault.MASK,
    CameraState.PHOTO: CameraFault.PHOTO,
    CameraState.SWAP: CameraFault.SWAP,
    CameraState.LEAVES: CameraFault.LEAVES,
    CameraState.FROZEN: CameraFault.FROZEN,
    CameraState.GONE: CameraFault.GONE,
}
_PRINTER_FAULTS = {
    PrinterState.READY: Condition(),
    PrinterState.NEAR_END: Condition(near_end=True),
    PrinterState.PAPER_OUT: Condition(paper_out=True),
    PrinterState.COVER_OPEN: Condition(cover_open=True),
    PrinterState.SILENT: Condition(silent=True),
}
# Fault, seconds, and the beginning of the paths it meets.
_GATEWAY_FAULTS = {
    NetworkState.UP: (Fault.NONE, 0.0, "/"),
    NetworkState.SLOW: (Fault.SLOW, _SLOW_SECONDS, "/"),
    NetworkState.ANSWER_LOST: (Fault.ANSWER_LOST, 0.0, "/v1/transactions"),
    NetworkState.ERROR: (Fault.ERROR_500, 0.0, "/"),
    NetworkState.BROKEN_JSON: (Fault.BROKEN_JSON, 0.0, "/"),
    NetworkState.PORTAL: (Fault.CAPTIVE_PORTAL, 0.0, "/"),
}


class Hall:
    """All parts of the hall, each on an ephemeral port of the loopback, with their files in ``directory``.

    The parts are there for whoever wants more of one than is offered here. May be worked from any thread.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory.absolute()
        self.directory.mkdir(parents=True, exist_ok=True)
        self.pcscd = Pcscd(self.directory / "cards")
        self.id_reader = SimulatedIdReader(self.directory / "idreader", paced=True)
        self.printer = SimulatedPrinter()
        self.camera = SimulatedCamera()
        self._citizen = Willing(self.camera)
        self.gateway = GatewayServer(self.directory / "gateway", portrait=lambda person: pictures.portrait(person.key))
        self._guard = threading.RLock()
        self._parts = ExitStack()
        self._chips: dict[str, SimulatedCard] = {}
        self._card_in: str | None = None
        self._id_reader_state = IdReaderState.WORKING
        self._printer_state = PrinterState.READY
        self._camera_state = CameraState.WORKING
        self._network = NetworkState.UP

    def start(self) -> Self:
        """Start all parts, or none."""
        with ExitStack() as parts:
            parts.callback(self.pcscd.close)
            self.pcscd.start()
            for part in (self.id_reader, self.printer, self.camera, self.gateway):
                parts.enter_context(part)
            self._parts = parts.pop_all()
        return self

    def stop(self) -> None:
        """End all parts. Files stay."""
        self._parts.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    # -- the kiosk

    @property
    def configuration(self) -> Path:
        """The kiosk's configuration file."""
        return self.directory / "kiosk.toml"

    def write_configuration(
        self, window: Size = PORTRAIT, changes: Mapping[str, Mapping[str, hall_configuration.Value]] | None = None
    ) -> Path:
        """Write the kiosk's configuration for a window of that size; ``changes`` are single keys by table."""
        tables: dict[str, dict[str, hall_configuration.Value]] = {
            "screen": {"width": window.width, "height": window.height, "fullscreen": False},
            "id_scanner": {"port": self.id_reader.port},
            "camera": {"source": self.camera.url},
            "printer": {
                "connection": "network",
                "host": "127.0.0.1",
                "port": self.printer.port,
                "completion": "process_id",
            },
            "gateway": {"url": self.gateway.url},
            "face": {"chip_photo_decoder": hall_configuration.CHIP_PHOTO_DECODER},
            "log": {"level": "DEBUG"},
        }
        for table, keys in (changes or {}).items():
            tables[table] = {**tables.get(table, {}), **keys}
        top: dict[str, hall_configuration.Value] = {
            "mode": "trial",
            "data_directory": str(self.directory / "kiosk"),
        }
        return hall_configuration.write(self.configuration, top, tables)

    def environment(self) -> dict[str, str]:
        """What a program needs to find the hall's card reader."""
        return self.pcscd.environment

    def kiosk(self, log: Path, environment: Mapping[str, str] | None = None) -> KioskProgram:
        """The kiosk's program for this hall, not started yet; ``write_configuration`` comes first.

        While its screens are followed, whoever stands before the camera does what its face check asks for.
        """
        return KioskProgram(self.configuration, {**self.environment(), **(environment or {})}, log, self.obey)

    def enrol_kiosk(self) -> str:
        """Let the kiosk make its keys, and register it at the gateway; returns its name."""
        program = self.kiosk(self.directory / "enrolment.log")
        return self.gateway.register(program.enrol(self.gateway.public_keys_file))

    # -- the people

    def insert_card(self, key: str) -> None:
        """Put a card in: that of a person, or a StrangeCard. A chip keeps what happened to it, its PIN tries too.

        Raises:
            KeyError: nobody has such a card.
        """
        with self._guard:
            if key not in self._chips:
                self._chips[key] = _STRANGE[key]() if key in _STRANGE else card_for(BY_KEY[key])
            self._card_in = key
            self.pcscd.slot.insert(self._chips[key])

    def new_cards(self) -> None:
        """Everybody holds a card as it was issued, with all its PIN tries; none is in the reader."""
        with self._guard:
            self.pull_card()
            self._chips.clear()

    def pull_card(self) -> None:
        """Take the card out, at whatever moment."""
        with self._guard:
            self._card_in = None
            self.pcscd.slot.pull()

    def lay_id(self, key: str) -> None:
        """Lay a person's document on the ID reader."""
        self.id_reader.lay(BY_KEY[key])

    def lift_id(self) -> None:
        """Take the document away."""
        self.id_reader.lift()

    def stand(self, key: str | None) -> None:
        """Let a person step before the camera; None: everybody leaves."""
        self.camera.show(key)

    def move(self, move: HeadMove) -> None:
        """Let the person before the camera move the head once."""
        self.camera.move(move)

    @property
    def willing(self) -> bool:
        """Whether the person before the camera does what the kiosk's face check asks for; True at first."""
        return self._citizen.on

    @willing.setter
    def willing(self, willing: bool) -> None:
        self._citizen.on = willing

    def obey(self, hint: str) -> None:
        """What the kiosk asks the person before the camera for, a ``FaceHint``; to be told as long as it stands."""
        self._citizen.obey(hint)

    def take_paper(self) -> list[Receipt]:
        """Take all paper away, also what hangs out uncut."""
        return self.printer.take_paper()

    @property
    def cut_papers(self) -> list[Receipt]:
        """What the printer has cut and nobody has taken."""
        return self.printer.cut_papers

    def paper_png(self) -> bytes:
        """What can be seen of the paper: what hangs out, else the last slip in the tray."""
        cut = self.printer.cut_papers
        return cut[-1].png if cut and not self.printer.hanging_rows else self.printer.paper_png()

    # -- what can go wrong

    def psam(self, *, present: bool) -> None:
        """Put a PSAM with test keys into the second slot, or take it out; at first there is none.

        A kiosk looks for it when its settings name the slot: card_reader.psam, ``SECOND_READER_NAME``.
        """
        if present:
            self.pcscd.second_slot.insert(SimulatedPsam())
        else:
            self.pcscd.second_slot.pull()

    def reader(self, *, present: bool) -> None:
        """Stop or start the card reader's service."""
        with self._guard:
            if present and not self.pcscd.running:
                self.pcscd.start()
            elif not present:
                self.pcscd.stop()

    def id_reader_state(self, state: IdReaderState) -> None:
        """Bring the ID reader into ``state``."""
        with self._guard:
            self.id_reader.mend()
            if state is IdReaderState.UNPLUGGED:
                self.id_reader.unplug()
            else:
                self.id_reader.plug()
            if state in _LINE_FAULTS:
                self.id_reader.spoil(_LINE_FAULTS[state])
            self._id_reader_state = state

    def camera_state(self, state: CameraState) -> None:
        """Bring the camera into ``state``; who stands before it stays."""
        with self._guard:
            self.camera.break_down(_CAMERA_FAULTS[state])
            self._camera_state = state

    def printer_state(self, state: PrinterState) -> None:
        """Bring the printer into ``state``."""
        with self._guard:
            if state is PrinterState.OFF:
                self.printer.die()
            else:
                self.printer.revive()
                self.printer.change(**asdict(_PRINTER_FAULTS[state]))
            self._printer_state = state

    def network(self, state: NetworkState) -> None:
        """Bring the way to the gateway into ``state``."""
        with self._guard:
            if state is NetworkState.CUT:
                self.gateway.stop()
            else:
                fault, seconds, path = _GATEWAY_FAULTS[state]
                self.gateway.switches.set(fault, seconds=seconds, path=path)
                if self._network is NetworkState.CUT:
                    self.gateway.start()
            self._network = state

    def reset_gateway(self) -> None:
        """Everybody and every card as invented, and no transactions; the kiosk stays registered."""
        with self._guard:
            self.network(NetworkState.UP)
            self.gateway.state.reset()

    # -- looking

    def camera_jpeg(self) -> bytes:
        """What the camera sees now, were it working."""
        picture = self.camera.picture(int(time.monotonic() * FRAMES_A_SECOND))
        return cv2.imencode(".jpg", picture)[1].tobytes()

    def portrait_jpeg(self, key: str) -> bytes:
        """The photo of a person that the gateway holds."""
        return pictures.portrait(key)

    def snapshot(self) -> HallView:
        """The whole hall at this moment."""
        with self._guard:
            return HallView(
                card_reader=self._card_reader_view(),
                id_reader=IdReaderView(self._id_reader_state, _key(self.id_reader.person)),
                camera=CameraView(self._camera_state, self.camera.shown, self.willing),
                printer=self._printer_view(),
                network=self._network,
                gateway=read_gateway(self.gateway),
            )

    def _card_reader_view(self) -> CardReaderView:
        state = CardReaderState.PRESENT if self.pcscd.running else CardReaderState.STOPPED
        return CardReaderView(state, self._card_in if self.pcscd.slot.card else None)

    def _printer_view(self) -> PrinterView:
        cut, hanging = self.printer.cut_papers, self.printer.hanging_rows
        height = hanging or (cut[-1].picture.height if cut else 0)
        return PrinterView(self._printer_state, len(cut), height, f"{cut[-1].number if cut else 0}-{hanging}")


def _key(person: Person | None) -> str | None:
    return person.key if person else None
