"""kiosk doctor: with nothing attached, over the simulated hall with parts good and bad, beside a running kiosk."""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import clock
from config.faults import FaultCode
from drivers.tally import Count
from flows.prompts import Surface
from kiosk import cli
from kiosk.diagnostics.check import Finding, Level, carry_out_all
from kiosk.diagnostics.doctor import Configured, checks_of
from kiosk.diagnostics.results import Results
from kiosk.diagnostics.status_file import StatusFile
from kiosk.wiring import Kiosk
from screens.text.catalogue import LANGUAGES, Catalogue, raise_missing
from simulator.hall import Hall
from simulator.hall_state import CameraState, IdReaderState, NetworkState, PrinterState
from tests.flows.play import ScriptedSurface

DEVICES = ("card_reader", "id_scanner", "camera", "face", "printer")


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    with Hall(tmp_path_factory.mktemp("hall")) as hall:
        hall.write_configuration()
        hall.enrol_kiosk()
        yield hall


@pytest.fixture
def at(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> Hall:
    for name, value in hall.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("KIOSK_CONFIG", raising=False)
    hall.pcscd.publish()
    return hall


async def found(file: Path, *names: str) -> dict[str, Finding]:
    async with checks_of(Configured.by(file)) as checks:
        chosen = [check for check in checks if not names or check.name in names]
        return {each.check.name: each.finding for each in await carry_out_all(chosen, clock.now)}


def doctor(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["kiosk", *arguments])
    return cli.main()


def test_a_machine_with_nothing_attached_gives_a_full_report(tmp_path: Path) -> None:
    nothing = {"PCSCLITE_CSOCK_NAME": str(tmp_path / "no pcscd"), "KIOSK_DATA_DIRECTORY": str(tmp_path / "data")}
    command = [sys.executable, "-m", "kiosk.cli", "doctor", "--json", "--language", "en"]
    done = subprocess.run(
        command, env={"PATH": os.environ["PATH"], **nothing}, capture_output=True, text=True, timeout=100, check=False
    )
    assert (done.returncode, done.stderr) == (2, "")
    report = json.loads(done.stdout)
    assert (report["schema"], report["level"], report["exit_code"]) == (1, "error", 2)
    checks = {check["name"]: check for check in report["checks"]}
    assert set(checks) >= {"configuration", "keys", "disk", "queue", "audit", "network", "gateway", *DEVICES, "screen"}
    fields = {"name", "group", "level", "key", "line", "code", "remedy", "figures", "seconds"}
    assert all(set(check) == fields for check in checks.values())
    assert checks["card_reader"]["code"] == "CARD_SERVICE_DOWN"
    assert checks["id_scanner"]["code"] == "ID_READER_GONE"
    assert checks["printer"]["code"] == "PRN_GONE"
    assert (checks["camera"]["level"], checks["camera"]["code"]) == ("warning", "FACE_CAMERA_GONE")
    assert (checks["configuration"]["level"], checks["face"]["level"], checks["ups"]["level"]) == ("ok", "ok", "absent")
    assert all(check["remedy"] for check in checks.values() if check["level"] in {"warning", "error"})


def test_what_root_finds_belongs_to_the_kiosks_user() -> None:
    """A technician types ``sudo kiosk doctor``: the kiosk must be able to read and go on with the outcomes."""
    with tempfile.TemporaryDirectory() as place:  # the tests' own places are closed to others
        data = Path(place) / "data"
        data.mkdir(mode=0o700)
        if os.geteuid() == 0 and all(folder.stat().st_mode & 0o001 for folder in Path(cli.__file__).parents):
            Path(place).chmod(0o755)
            os.chown(data, 65534, 65533)
        command = [sys.executable, "-m", "kiosk.cli", "doctor", "--only", "configuration", "memory"]
        environment = {"PATH": os.environ["PATH"], "KIOSK_DATA_DIRECTORY": str(data)}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=100, check=False)
        kept, owner = (data / "checks.json").stat(), data.stat()
        assert (kept.st_uid, kept.st_gid) == (owner.st_uid, owner.st_gid), done.stderr
        assert set(Results(data).last()) == {"configuration", "memory"}


def test_a_wrong_file_is_one_finding_and_the_rest_is_looked_at_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "kiosk.toml"
    file.write_text("[printer]\nport = 99999999\n", "utf-8")
    arguments = ("--config", str(file), "doctor", "--only", "configuration", "memory", "--language", "en")
    assert doctor(monkeypatch, *arguments) == 2
    out = capsys.readouterr().out
    assert "printer.port" in out
    assert "MB free" in out
    monkeypatch.setenv("KIOSK_PRINTER__PORT", "99999999")
    assert doctor(monkeypatch, "--config", str(file), "doctor", "--json") == 2
    names = [check["name"] for check in json.loads(capsys.readouterr().out)["checks"]]
    assert names == ["configuration", "versions"]


def test_an_unknown_name_is_refused_with_those_that_there_are(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert doctor(monkeypatch, "doctor", "--only", "toaster") == 2
    assert "printer" in capsys.readouterr().err


async def test_everything_good(at: Hall) -> None:
    at.camera_state(CameraState.WORKING)
    at.insert_card("zhang_ling")
    await asyncio.sleep(1.5)  # pcscd's virtual reader looks for a card about twice a second
    try:
        seen = await found(at.configuration)
    finally:
        at.pull_card()
    levels = {name: finding.level for name, finding in seen.items() if name in {*DEVICES, "keys", "gateway", "disk"}}
    assert set(levels.values()) == {Level.OK}, levels
    assert seen["card_reader"].figures["card"] is True
    assert seen["id_scanner"].figures["serial"]
    printer = seen["printer"].figures
    assert (printer["maker"], printer["model"], printer["serial"]) == ("HALL", "SIM-80", "SIM0026272")
    assert (seen["camera"].figures["width"], seen["camera"].figures["height"]) == (640, 480)
    assert abs(float(seen["gateway"].figures["clock_offset"] or 0)) < 30
    assert "张" not in repr(seen)
    assert "zhang" not in repr(seen).lower()


BAD = [
    ("card_reader", lambda hall: hall.reader(present=False), FaultCode.CARD_SERVICE_DOWN),
    ("id_scanner", lambda hall: hall.id_reader_state(IdReaderState.UNPLUGGED), FaultCode.ID_READER_GONE),
    ("id_scanner", lambda hall: hall.id_reader_state(IdReaderState.SILENT), FaultCode.ID_READER_SILENT),
    ("camera", lambda hall: hall.camera_state(CameraState.GONE), FaultCode.FACE_CAMERA_GONE),
    ("printer", lambda hall: hall.printer_state(PrinterState.OFF), FaultCode.PRN_GONE),
    ("printer", lambda hall: hall.printer_state(PrinterState.SILENT), FaultCode.PRN_SILENT),
    ("printer", lambda hall: hall.printer_state(PrinterState.PAPER_OUT), FaultCode.PRN_PAPER_OUT),
    ("printer", lambda hall: hall.printer_state(PrinterState.COVER_OPEN), FaultCode.PRN_COVER_OPEN),
    ("gateway", lambda hall: hall.network(NetworkState.CUT), FaultCode.NET_UNREACHABLE),
    ("gateway", lambda hall: hall.network(NetworkState.PORTAL), FaultCode.NET_PORTAL),
    ("gateway", lambda hall: hall.network(NetworkState.BROKEN_JSON), FaultCode.GW_UNEXPECTED),
]


@pytest.mark.parametrize(("name", "spoil", "code"), BAD, ids=lambda value: value if isinstance(value, str) else None)
async def test_a_bad_part_is_named_and_the_check_is_good_when_it_is_mended(at: Hall, name, spoil, code) -> None:
    spoil(at)
    try:
        seen = await found(at.configuration, name)
    finally:
        at.reader(present=True)
        at.pcscd.publish()
        at.id_reader_state(IdReaderState.WORKING)
        at.camera_state(CameraState.WORKING)
        at.printer_state(PrinterState.READY)
        at.network(NetworkState.UP)
    assert seen[name].code is code
    assert seen[name].level in {Level.WARNING, Level.ERROR}
    assert (await found(at.configuration, name))[name].level is Level.OK


async def test_paper_near_its_end_is_a_warning(at: Hall) -> None:
    at.printer_state(PrinterState.NEAR_END)
    try:
        seen = (await found(at.configuration, "printer"))["printer"]
    finally:
        at.printer_state(PrinterState.READY)
    assert (seen.level, seen.line.key) == (Level.WARNING, "found.paper_low")


async def test_beside_the_running_kiosk_devices_are_in_use_and_status_tells_of_them(
    at: Hall, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    surface: Surface = ScriptedSurface([])
    catalogue = Catalogue.load("zh_CN", raise_missing)
    settings = Configured.by(at.configuration).settings
    assert settings is not None
    kiosk = await Kiosk.start(settings, surface, lambda: catalogue)
    try:
        before = len(at.printer.received)
        seen = await found(at.configuration, "printer")
        assert (seen["printer"].level, seen["printer"].line.key) == (Level.OK, "found.in_use")
        assert len(at.printer.received) == before
        kiosk.counting.tally.add(Count.PAPERS, 2)
        await kiosk.devices.printer.status()
        StatusFile.of(settings).write(kiosk.state.record())
        seen = await found(at.configuration, "printer")
        assert seen["printer"].line.key == "found.in_use_as"
        assert doctor(monkeypatch, "--config", str(at.configuration), "status", "--json") == 0
        record = json.loads(capsys.readouterr().out)
        assert record["running"]
        (printer,) = [each for each in record["devices"] if each["device"] == "printer"]
        assert (printer["state"], printer["counts"]["papers"]) == ("online", 2)
        assert record["services"]
        assert doctor(monkeypatch, "--config", str(at.configuration), "status", "--language", "en") == 0
        assert "online" in capsys.readouterr().out
    finally:
        await kiosk.stop()
    assert doctor(monkeypatch, "--config", str(at.configuration), "status") == 1


def test_the_last_results_are_kept_and_name_nobody(at: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    doctor(monkeypatch, "--config", str(at.configuration), "doctor", "--only", "fonts")
    last = Results(at.directory / "kiosk").last()["fonts"]
    assert (last.level, last.who) == (Level.OK, "shell")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_each_check_has_its_words(language: str, tmp_path: Path) -> None:
    catalogue = Catalogue.load(language, raise_missing)
    async with checks_of(Configured.by(None)) as checks:
        for check in checks:
            assert catalogue.has(f"check.{check.name}")
            assert catalogue.has(f"check.{check.name}.what")
            assert catalogue.has(f"doctor.group.{check.group}")
