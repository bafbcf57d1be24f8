"""A pcscd of the simulated hall's own, with two virtual slots, beside whatever else runs on the machine.

pcscd's socket (/run/pcscd/pcscd.comm) and vpcd's listening address (all of them) are compiled in. Each pcscd
therefore runs in a mount and a network namespace of its own (``unshare``): several halls and test runs live side by
side, no system pcscd and no real reader is touched, and the virtual reader cannot be reached from outside. Root
needs nothing else; another user needs unprivileged user namespaces, as Debian 12 allows. Where namespaces are
forbidden, root's pcscd runs in the open, and says so, unless the system's own is running.

vpcd can also call out instead of listening (DEVICENAME host:port). That would be simpler, but version 3.3 of Debian 12
aborts pcscd when such a card is pulled.
"""

import contextlib
import logging
import os
import socket as sockets
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from simulator.cards.slot import VirtualCardSlot

log = logging.getLogger(__name__)

ENVIRONMENT_NAME = "PCSCLITE_CSOCK_NAME"
READER_NAME = "Virtual PCD 00 00"
SECOND_READER_NAME = "Virtual PCD 00 01"  # where a hall has its PSAM
_SYSTEM_DIRECTORY = Path("/run/pcscd")
_DRIVER = "libifdvpcd.so"
_PORTS = 35963, 35964
_START_SECONDS = 15.0
_STOP_SECONDS = 10.0
_READER = """\
FRIENDLYNAME "Virtual PCD"
DEVICENAME   /dev/null:{port}
LIBPATH      {driver}
CHANNELID    {port}
"""


class Pcscd:
    """A private pcscd. ``slot`` is the reader's first slot, ``second_slot`` its second; cards stay in over a restart.

    ``directory`` takes its configuration, its log and, where namespaces are allowed, its socket.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._isolation = _isolation()
        self._door: sockets.socket | None = None
        self._door_lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        first, second = _PORTS
        self.slot = VirtualCardSlot(lambda: self._connect(first), "card-slot-0")
        self.second_slot = VirtualCardSlot(lambda: self._connect(second), "card-slot-1")

    @property
    def socket(self) -> Path:
        """What to put into PCSCLITE_CSOCK_NAME for PC/SC clients.

        libpcsclite remembers the name of its first call for the life of a process. So all halls that one process
        starts, one after the other, are found under one name, which leads to the hall that was started last.
        """
        return Path(tempfile.gettempdir()) / f"hall-pcscd-{os.getpid()}.comm"

    @property
    def environment(self) -> dict[str, str]:
        """The environment variable by which PC/SC clients find this pcscd."""
        return {ENVIRONMENT_NAME: str(self.socket)}

    @property
    def running(self) -> bool:
        """True while pcscd is up."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> Self:
        """Start pcscd with the virtual reader, and the two slots.

        Raises:
            RuntimeError: pcscd could not be started; the message says why and where its log is.
        """
        self._launch(_READER.format(port=hex(_PORTS[0]), driver=self._driver_path()))
        return self

    def start_without_reader(self) -> Self:
        """Start pcscd as if the reader had been unplugged."""
        self._launch("")
        return self

    def stop(self) -> None:
        """End pcscd, as a crash or ``systemctl stop`` would; the cards stay where they are."""
        process, self._process = self._process, None
        with self._door_lock:
            if self._door is not None:
                self._door.close()
                self._door = None
        if process is not None:
            process.wait(_STOP_SECONDS)

    def restart(self) -> None:
        """Stop and start again with the reader."""
        self.stop()
        self.start()

    def close(self) -> None:
        """End pcscd and both slots."""
        self.slot.close()
        self.second_slot.close()
        self.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _launch(self, reader_configuration: str) -> None:
        if self.running:
            raise RuntimeError("pcscd is running already")
        run, readers = self._directory / "run", self._directory / "readers"
        run.mkdir(parents=True, exist_ok=True)
        readers.mkdir(exist_ok=True)
        (readers / "vpcd").write_text(reader_configuration)
        for stale in run.iterdir():
            stale.unlink()
        if self._isolation is None:
            _require_no_system_pcscd()
            log.warning("pcscd_not_isolated", extra={"reason": "namespaces are not permitted", "ports": _PORTS})
        self._start_cell(run, readers)
        self._await_socket()
        self.slot.start()
        self.second_slot.start()

    def _start_cell(self, run: Path, readers: Path) -> None:
        isolation = self._isolation
        cell = [sys.executable, "-I", str(Path(__file__).with_name("pcscd_cell.py"))]
        kind = "shared" if isolation is None else "private"
        ours, theirs = sockets.socketpair()
        with theirs, self._log_path.open("wb") as output:
            self._process = subprocess.Popen(
                [*(isolation or []), *cell, kind, str(run), str(readers), str(self.socket), str(self._real)],
                stdin=theirs.fileno(),
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C at the hall ends pcscd through the door, in order
            )
        self._door = ours

    def _await_socket(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while self.running and time.monotonic() < deadline:
            if _answers(self._real):
                self.publish()
                return
            time.sleep(0.02)
        self.stop()
        raise RuntimeError(f"pcscd did not start; its log is {self._log_path}")

    def publish(self) -> None:
        """Let the PC/SC clients of this process find this pcscd, also after another was started and ended."""
        fresh = self.socket.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(self._real)
        fresh.replace(self.socket)

    @property
    def _real(self) -> Path:
        return (self._directory / "run" if self._isolation is not None else _SYSTEM_DIRECTORY) / "pcscd.comm"

    @property
    def _log_path(self) -> Path:
        return self._directory / "pcscd.log"

    def _driver_path(self) -> str:
        # In the cell the directory of serial drivers lies over that of all drivers.
        return f"/usr/lib/pcsc/drivers/{'serial/' if self._isolation is None else ''}{_DRIVER}"

    def _connect(self, port: int) -> sockets.socket:
        with self._door_lock:
            if self._door is None:
                raise ConnectionRefusedError("pcscd is stopped")
            self._door.sendall(port.to_bytes(2, "big"))
            reply, descriptors, _, _ = sockets.recv_fds(self._door, 1, 1)
        if reply != b"+":
            raise ConnectionRefusedError("the virtual reader does not answer")
        return sockets.socket(fileno=descriptors[0])


def _isolation() -> list[str] | None:
    """The command in front of pcscd that gives it its own namespaces; None where they are not permitted."""
    command = ["unshare", "--mount", "--net", *([] if os.geteuid() == 0 else ["--user", "--map-root-user"])]
    permitted = subprocess.run([*command, "mount", "--bind", "/usr", "/usr"], capture_output=True, check=False)
    return command if permitted.returncode == 0 else None


def _require_no_system_pcscd() -> None:
    if os.geteuid() != 0:
        raise RuntimeError("namespaces are not permitted here: the simulated pcscd must be started by root")
    if _answers(_SYSTEM_DIRECTORY / "pcscd.comm"):
        raise RuntimeError("namespaces are not permitted here, and the system's pcscd is running: stop it first")


def _answers(path: Path) -> bool:
    with sockets.socket(sockets.AF_UNIX) as probe, contextlib.suppress(OSError):
        # A socket's path may have 108 bytes; a way through the directory's descriptor is always short.
        directory = os.open(path.parent, os.O_PATH)
        try:
            probe.connect(f"/proc/self/fd/{directory}/{path.name}")
        finally:
            os.close(directory)
        return True
    return False
