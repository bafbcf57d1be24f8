"""What the service manager hears: ready, alive while everything moves, and nothing once a part stands still."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from drivers.card_reader import reader
from drivers.device import DeviceError, Worker
from drivers.id_scanner.patience import Patience
from drivers.printer.dialogue import Timing
from kiosk import watchdog
from kiosk.watchdog import Notifier, Watchdog, feeding_seconds
from simulator.desktop import Desktop
from simulator.hall import Hall


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    """The socket of a service manager."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(str(tmp_path / "notify"))
        heard.settimeout(5)
        yield heard


def address(manager: socket.socket) -> str:
    return str(manager.getsockname())


def silent(manager: socket.socket) -> bool:
    manager.settimeout(0.3)
    try:
        return manager.recv(100) == b""
    except TimeoutError:
        return True


def drain(manager: socket.socket) -> None:
    """Take what it had said before."""
    manager.setblocking(False)
    with suppress(BlockingIOError):
        while manager.recv(100):
            pass


def test_states_arrive_as_lines(manager: socket.socket) -> None:
    Notifier(address(manager)).tell("READY=1", "STATUS=serving")
    assert manager.recv(100) == b"READY=1\nSTATUS=serving"


def test_an_abstract_address_begins_with_an_at_sign() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind("\0hall-kiosk-test-notify")
        Notifier("@hall-kiosk-test-notify").tell("READY=1")
        assert heard.recv(100) == b"READY=1"


def test_without_a_manager_nothing_happens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    Notifier().tell("READY=1")
    Notifier(str(tmp_path / "gone")).tell("READY=1")


def test_it_feeds_only_while_every_part_moves(manager: socket.socket, caplog: pytest.LogCaptureFixture) -> None:
    now, counts = [0.0], {"queue": 0, "printer": 0}
    pulses = {"queue": lambda: counts["queue"], "printer": lambda: counts["printer"]}
    watchdog = Watchdog(Notifier(address(manager)), pulses, lambda: now[0], longest=10)
    for _ in range(4):
        now[0] += 5
        counts["queue"] += 1
        counts["printer"] += 1
        watchdog.feed()
        assert manager.recv(100) == b"WATCHDOG=1"
    for _ in range(3):  # the printer's thread stands still
        now[0] += 5
        counts["queue"] += 1
        watchdog.feed()
    assert manager.recv(100) == manager.recv(100) == b"WATCHDOG=1"  # for as long as it may rest
    assert silent(manager)
    assert [record.__dict__["parts"] for record in caplog.records] == [["printer"]]
    counts["printer"] += 1
    watchdog.feed()
    manager.settimeout(5)
    assert manager.recv(100) == b"WATCHDOG=1"


async def test_a_device_that_hangs_for_good_is_no_reason_to_start_anew(manager: socket.socket) -> None:
    """A card service that answers nothing: the kiosk serves with the ID reader, start after start would not help."""
    now, never, worker = [0.0], threading.Event(), Worker("card_reader")
    watchdog = Watchdog(Notifier(address(manager)), {"card_reader": lambda: worker.ticks}, lambda: now[0], longest=10)
    for _ in range(4):
        with pytest.raises(DeviceError):
            await worker.call_within(0.05, never.wait)
        now[0] += 8
        watchdog.feed()
        assert manager.recv(100) == b"WATCHDOG=1"
    never.set()
    worker.close()


@pytest.mark.parametrize(
    ("environment", "seconds"),
    [({}, None), ({"WATCHDOG_USEC": "30000000"}, 15), ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}, None)],
)
def test_how_often(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], seconds: float | None) -> None:
    for name in ("WATCHDOG_USEC", "WATCHDOG_PID"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert feeding_seconds() == seconds


CHILD = """
import time
from kiosk.watchdog import Notifier, Watchdog
watchdog = Watchdog(Notifier(), {})
while True:
    watchdog.feed()
    time.sleep(0.05)
"""


def test_a_stopped_process_is_not_fed_for(manager: socket.socket) -> None:
    environment = {**os.environ, "NOTIFY_SOCKET": address(manager), "PYTHONPATH": str(Path(__file__).parents[1])}
    process = subprocess.Popen([sys.executable, "-c", CHILD], env=environment)
    try:
        assert manager.recv(100) == b"WATCHDOG=1"
        process.send_signal(signal.SIGSTOP)
        os.waitpid(process.pid, os.WUNTRACED)
        drain(manager)
        assert silent(manager)
        process.send_signal(signal.SIGCONT)
        manager.settimeout(5)
        assert manager.recv(100) == b"WATCHDOG=1"
    finally:
        process.kill()
        process.wait()


@pytest.mark.usefixtures("no_screen")
def test_the_program_tells_that_it_is_ready_alive_and_stopping(manager: socket.socket, tmp_path: Path) -> None:
    """The real program over the simulated hall; a hang of it is not fed for."""
    manager.settimeout(90)
    told = {"NOTIFY_SOCKET": address(manager), "WATCHDOG_USEC": "1000000"}
    with Desktop(tmp_path, touched=False) as desktop, Hall(tmp_path / "hall") as hall:
        hall.write_configuration(desktop.window)
        hall.enrol_kiosk()
        kiosk = hall.kiosk(tmp_path / "kiosk.log", {**desktop.environment, **told})
        kiosk.start()
        try:
            assert (
                manager.recv(100) == b"READY=1\nSTATUS=serving"
            )  # before it is watched: a slow first frame is no hang
            kiosk.await_screen("Invitation", 5)
            assert manager.recv(100) == b"WATCHDOG=1"
            os.kill(kiosk.pid, signal.SIGSTOP)
            time.sleep(0.2)  # its parent is the program that would be told of it
            drain(manager)
            manager.settimeout(1.5)
            with pytest.raises(TimeoutError):
                manager.recv(100)
            os.kill(kiosk.pid, signal.SIGCONT)
            manager.settimeout(10)
            assert manager.recv(100) == b"WATCHDOG=1"
        finally:
            kiosk.stop()
        manager.settimeout(2)
        while manager.recv(100) != b"STOPPING=1":  # else it fails with a time-out
            pass


def test_a_stuck_thread_is_replaced_before_the_kiosk_counts_as_dead() -> None:
    """A printer that takes nothing more while its paper is changed is no reason to start the whole kiosk anew."""
    patience = (Timing().stuck_job, Timing().stuck_look, Patience().stuck, reader._PATIENCE_SECONDS)
    assert max(patience) < watchdog._LONGEST
