"""Devices are looked for, tried, proposed; over the simulated hall, and over what the kernel says of a machine."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import settings
from drivers.attached import cameras, printers, serial_adapters
from simulator.hall import Hall
from simulator.hall_state import PrinterState
from tests.first_boot.conftest import Steps

SCANNER = {"idVendor": "0403", "idProduct": "6001", "manufacturer": "FTDI", "product": "USB-RS232", "serial": "A1"}
CAMERA = {"idVendor": "046d", "idProduct": "0825", "manufacturer": "", "product": "UVC camera", "serial": ""}
PRINTER = {"idVendor": "0fe6", "idProduct": "811e", "manufacturer": "ICS", "product": "Receipt printer", "serial": "7"}


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    with Hall(tmp_path_factory.mktemp("hall")) as hall:
        yield hall


@pytest.fixture
def at(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> Hall:
    for name, value in hall.environment().items():
        monkeypatch.setenv(name, value)
    hall.pcscd.publish()
    hall.printer_state(PrinterState.READY)
    hall.write_configuration()
    return hall


def test_a_new_kiosk_is_set_up_from_the_first_word_to_the_last_test(at: Hall, enrol: Steps) -> None:
    """Unattended, with the devices of the hall; a second time nothing is done that was done."""
    at.write_configuration(changes={"printer": {"port": 9}})
    file = at.configuration
    words = ("--yes", "--hall", "QD", "--kiosk", "07", "--gateway-keys", str(at.gateway.public_keys_file))
    words = (*words, "--printer", f"127.0.0.1:{at.printer.port}")
    code, steps = enrol(*words, config=file)
    states = {name: each["state"] for name, each in steps.items() if name != "tests"}
    done = {"identity": "done", "devices": "done", "keys": "done", "authority": "kept", "certificate": "kept"}
    assert states == done
    found = steps["devices"]["facts"]
    assert found["card_reader"] == "Virtual PCD 00 00"
    assert (found["id_scanner"], found["printer"]) == (at.id_reader.port, f"127.0.0.1:{at.printer.port}")
    assert found["settings"] == [f"printer.port = {at.printer.port}"]
    loaded = settings.load(file)
    assert (loaded.hall.receipt_prefix, loaded.printer.port) == ("QD07", at.printer.port)
    checks = {check["name"]: check["level"] for check in steps["tests"]["checks"]}
    assert {checks[name] for name in ("configuration", "keys", "id_scanner", "printer", "card_reader")} == {"ok"}
    assert at.gateway.register(Path(steps["keys"]["facts"]["public_key"])) == "QD07"
    assert code == steps["tests"]["exit_code"]
    text = file.read_bytes()
    code, steps = enrol(*words, config=file)
    assert {each["state"] for name, each in steps.items() if name != "tests"} == {"kept"}
    assert {check["name"]: check["level"] for check in steps["tests"]["checks"]}["gateway"] == "ok"
    assert file.read_bytes() == text


def test_a_printer_without_paper_is_one_and_nothing_is_written_without_a_yes(at: Hall, enrol: Steps) -> None:
    at.write_configuration(changes={"printer": {"port": 9}})
    at.printer_state(PrinterState.PAPER_OUT)
    before = at.configuration.read_bytes()
    code, steps = enrol("--printer", f"127.0.0.1:{at.printer.port}", config=at.configuration)
    assert (code, steps["devices"]["state"]) == (1, "open")
    assert steps["devices"]["said"][-1] == "The settings were left as they are."
    assert at.configuration.read_bytes() == before


def test_nothing_attached_is_said_calmly(place: Path) -> None:
    """As a program of its own: the card service's library remembers for ever where it found one."""
    away = {"PCSCLITE_CSOCK_NAME": str(place / "none"), "KIOSK_PRINTER__HOST": "127.0.0.1", "KIOSK_PRINTER__PORT": "9"}
    command = [sys.executable, "-m", "kiosk.cli", "--config", str(place), "enroll", "--devices", "--language", "en"]
    done = subprocess.run(command, env={**os.environ, **away}, capture_output=True, text=True, timeout=100, check=False)
    assert (done.returncode, done.stderr) == (1, "")
    for sentence in ("No card reader is found.", "No ID reader answers.", "No camera is found.", "No printer answers."):
        assert sentence in done.stdout
    assert "→ Attach what is missing when it is there, then: kiosk enroll --devices" in done.stdout


def machine(tmp_path: Path) -> tuple[Path, Path]:
    """sysfs and /dev as a kernel with the three has them."""
    sysfs, dev = tmp_path / "sys", tmp_path / "dev"
    for name, descriptor in (("1-1", SCANNER), ("1-2", CAMERA), ("1-3", PRINTER)):
        folder = sysfs / "devices" / "usb1" / name
        interface = folder / f"{name}:1.0"
        interface.mkdir(parents=True)
        for file, text in {**descriptor, "bcdDevice": "0100"}.items():
            (folder / file).write_text(f"{text}\n")
        (interface / "bInterfaceClass").write_text({"1-3": "07\n"}.get(name, "ff\n"))
        (sysfs / "bus" / "usb" / "devices").mkdir(parents=True, exist_ok=True)
        (sysfs / "bus" / "usb" / "devices" / name).symlink_to(folder)
        (sysfs / "bus" / "usb" / "devices" / interface.name).symlink_to(interface)
    for kind, name, below in (
        ("tty", "ttyUSB0", "1-1"),
        ("video4linux", "video0", "1-2"),
        ("video4linux", "video1", "1-2"),
    ):
        place = sysfs / "devices" / "usb1" / below / f"{below}:1.0" / kind / name
        place.mkdir(parents=True)
        (place / "index").write_text(f"{name[-1]}\n")
        (sysfs / "class" / kind).mkdir(parents=True, exist_ok=True)
        (sysfs / "class" / kind / name).symlink_to(place)
        dev.mkdir(exist_ok=True)
        (dev / name).touch()
    (dev / "serial" / "by-id").mkdir(parents=True)
    (dev / "serial" / "by-id" / "usb-FTDI_USB-RS232_A1-if00-port0").symlink_to(dev / "ttyUSB0")
    (sysfs / "class" / "tty" / "ttyACM0").symlink_to(sysfs / "nothing")
    return sysfs, dev


def test_what_the_kernel_knows_has_the_name_that_stays(tmp_path: Path) -> None:
    sysfs, dev = machine(tmp_path)
    (line,) = serial_adapters(sysfs, dev)
    assert (line.place, line.title) == (f"{dev}/serial/by-id/usb-FTDI_USB-RS232_A1-if00-port0", "FTDI USB-RS232")
    (dev / "hall-kiosk").mkdir()
    (dev / "hall-kiosk" / "id-scanner").symlink_to(dev / "ttyUSB0")
    assert serial_adapters(sysfs, dev)[0].place == f"{dev}/hall-kiosk/id-scanner"
    (camera,) = cameras(sysfs, dev)
    assert (camera.place, camera.title) == (f"{dev}/video0", "UVC camera")
    (printer,) = printers(sysfs)
    assert (printer.ids, printer.product) == ("0fe6:811e", "Receipt printer")


def test_a_machine_without_any_of_them_has_none(tmp_path: Path) -> None:
    assert (serial_adapters(tmp_path, tmp_path), cameras(tmp_path, tmp_path), printers(tmp_path)) == ((), (), ())
