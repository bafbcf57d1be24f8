"""The simulated hall as a whole: real at the wire for any program, and gone without a trace when it closes."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
import serial

from config import settings
from simulator.desktop import Size
from simulator.gateway.models import Kiosk
from simulator.hall import Hall
from simulator.hall_state import CameraState, IdReaderState, NetworkState, PrinterState, StrangeCard
from simulator.heads.moves import HeadMove
from simulator.kiosk_program import KioskProgram, KioskProgramError
from simulator.people import BY_KEY
from simulator.printer.condition import Condition

SELECT_APPLICATION = "00A404000F7378312E73682EC9E7BBE1B1A3D5CF"
ZHANG, LI = BY_KEY["zhang_ling"], BY_KEY["li_xiuying"]


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    with Hall(tmp_path / "hall") as hall:
        yield hall


def _children() -> set[int]:
    """Every process below this one."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(entry.parent.name)] = int(fields[1])
    found: set[int] = set()
    wave = {os.getpid()}
    while wave:
        wave = {child for child, parent in parents.items() if parent in wave} - found
        found |= wave
    return found


def _eventually(condition: Callable[[], object], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def test_it_leaves_nothing_behind(tmp_path: Path) -> None:
    def outside() -> set[Path]:
        return set(Path(tempfile.gettempdir()).glob(f"*-{os.getpid()}.*"))

    processes, files = _children(), outside()
    hall = Hall(tmp_path / "hall")
    hall.start()
    hall.insert_card("zhang_ling")
    hall.stand("zhang_ling")
    assert _children() > processes
    gateway, printer = hall.gateway.url, hall.printer.port
    hall.stop()
    _eventually(lambda: _children() <= processes)
    assert outside() == files
    assert not (tmp_path / "hall" / "idreader").is_symlink()
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{gateway}/v1/health", timeout=5)
    with pytest.raises(requests.ConnectionError):
        requests.get(f"http://127.0.0.1:{printer}/", timeout=5)
    assert {path.parent for path in tmp_path.iterdir()} == {tmp_path}


def test_a_hall_that_cannot_start_ends_what_it_began(tmp_path: Path) -> None:
    processes = _children()
    hall = Hall(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        hall.gateway.port = taken.getsockname()[1]
        with pytest.raises(OSError, match="in use"):
            hall.start()
    _eventually(lambda: _children() <= processes)
    hall.gateway.close()


def test_opensc_reads_the_card(hall: Hall) -> None:
    hall.insert_card("zhang_ling")

    def opensc(*arguments: str) -> str:
        command = ["opensc-tool", "--wait", *arguments]
        environment = {**os.environ, **hall.environment()}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30, check=False)
        return done.stdout + done.stderr

    try:
        assert "Virtual PCD" in opensc("--list-readers")
        number = ZHANG.number.encode().hex().upper()
        answer = opensc("-s", SELECT_APPLICATION, "-s", "00A4020002EF06", "-s", "00B2080014")
        assert f"0812{number}" in "".join(
            char for line in answer.splitlines() for char in line[:48].replace(" ", "") if char in "0123456789ABCDEF"
        )
    finally:
        hall.pull_card()


def test_a_plain_serial_program_reads_the_id(hall: Hall) -> None:
    hall.lay_id("li_xiuying")
    with serial.Serial(hall.id_reader.port, 115200, timeout=5) as line:
        answers = []
        for command in ("2001", "2002", "3001"):
            body = bytes.fromhex("0003" + command)
            check = body[0] ^ body[1] ^ body[2] ^ body[3]
            line.write(bytes.fromhex("AAAAAA9669") + body + bytes([check]))
            head = line.read(7)
            answers.append(line.read(int.from_bytes(head[5:], "big")))
    hall.lift_id()
    assert [answer[2] for answer in answers] == [0x9F, 0x90, 0x90]
    assert answers[2][7:37].decode("utf-16-le").strip() == LI.name


def test_the_gateway_shows_its_contract(hall: Hall) -> None:
    document = requests.get(f"{hall.gateway.url}/openapi.json", timeout=5).json()
    assert document["openapi"].startswith("3.1")
    assert "/v1/transactions" in document["paths"]


def test_a_cut_network_is_an_unreachable_gateway(hall: Hall) -> None:
    health = f"{hall.gateway.url}/v1/health"
    hall.network(NetworkState.CUT)
    with pytest.raises(requests.ConnectionError):
        requests.get(health, timeout=5)
    hall.network(NetworkState.PORTAL)
    assert (
        "<html" in requests.get(health, timeout=5).text.lower() or "<!doctype" in requests.get(health, timeout=5).text
    )
    hall.network(NetworkState.UP)
    assert requests.get(health, timeout=5).status_code == 200


def test_the_configuration_is_one_the_kiosk_takes(hall: Hall) -> None:
    file = hall.write_configuration(Size(540, 960), {"screen": {"idle_seconds": 20}, "face": {"seconds": 6}})
    loaded = settings.load(file)
    assert (loaded.mode, loaded.screen.width, loaded.screen.idle_seconds, loaded.face.seconds) == ("trial", 540, 20, 6)
    assert loaded.printer.port == hall.printer.port
    assert loaded.gateway.url == hall.gateway.url
    assert loaded.face.chip_photo_decoder == "simulator.chip_photo:decode"


def test_the_kiosk_enrols_with_its_own_command(hall: Hall) -> None:
    hall.write_configuration()
    assert hall.enrol_kiosk() == "JN03"
    with hall.gateway.state.sessions.begin() as session:
        known = session.get_one(Kiosk, "JN03").public_jwk
    assert known["crv"] == "Ed25519"
    assert hall.enrol_kiosk() == "JN03"  # its keys stay; the gateway is given the same one again
    with hall.gateway.state.sessions.begin() as session:
        assert session.get_one(Kiosk, "JN03").public_jwk == known


def test_a_production_configuration_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "kiosk.toml"
    file.write_text('mode = "production"\n')
    with pytest.raises(KioskProgramError, match="production"):
        KioskProgram(file, {}, tmp_path / "kiosk.log")


def test_the_snapshot_tells_what_was_done(hall: Hall) -> None:
    hall.insert_card(StrangeCard.BANK)
    hall.lay_id("chan")
    hall.stand("chan")
    hall.camera_state(CameraState.DARK)
    hall.id_reader_state(IdReaderState.UNPLUGGED)
    hall.printer_state(PrinterState.PAPER_OUT)
    seen = hall.snapshot()
    assert (seen.card_reader.card, seen.id_reader.document, seen.camera.person) == ("bank_card", "chan", "chan")
    assert seen.id_reader.state is IdReaderState.UNPLUGGED
    assert seen.camera.state is CameraState.DARK
    assert hall.printer.condition.paper_out
    assert not os.path.lexists(hall.id_reader.port)
    hall.pull_card()
    hall.lift_id()
    hall.stand(None)
    seen = hall.snapshot()
    assert (seen.card_reader.card, seen.id_reader.document, seen.camera.person) == (None, None, None)


def test_the_printer_loses_its_power_and_gets_it_back(hall: Hall) -> None:
    hall.printer_state(PrinterState.COVER_OPEN)
    hall.printer_state(PrinterState.OFF)
    assert not hall.printer.alive
    hall.printer_state(PrinterState.READY)
    assert (hall.printer.alive, hall.printer.condition) == (True, Condition())


def test_a_card_keeps_its_tries_over_pulling_it(hall: Hall) -> None:
    hall.insert_card("zhao_qi")
    chip = hall.pcscd.slot.card
    hall.pull_card()
    hall.insert_card("zhao_qi")
    assert hall.pcscd.slot.card is chip
    hall.pull_card()
    with pytest.raises(KeyError):
        hall.insert_card("nobody")


def test_the_reader_goes_and_comes_back(hall: Hall) -> None:
    hall.reader(present=False)
    assert not hall.pcscd.running
    hall.reader(present=False)
    hall.reader(present=True)
    assert hall.pcscd.running


def test_the_kiosks_log_tells_its_screens(hall: Hall, tmp_path: Path) -> None:
    """A stand-in for the program, so that this needs no window."""
    hall.write_configuration()
    log = tmp_path / "kiosk.log"
    kiosk = hall.kiosk(log)
    with pytest.raises(KioskProgramError, match="not been started"):
        _ = kiosk.pid
    log.write_text(
        'not JSON\n{"event": "device_health"}\n'
        '{"event": "screen_shown", "screen": "Confirm", "targets": {"confirm": [540, 1500.0]}}\n{"event": "screen_sh'
    )
    shown = kiosk.new_screens()
    assert [(screen.name, dict(screen.targets)) for screen in shown] == [("Confirm", {"confirm": (540, 1500)})]
    with pytest.raises(KioskProgramError, match="ended"):
        kiosk.new_screens()


def test_who_stands_before_the_camera_follows_the_log(hall: Hall, tmp_path: Path) -> None:
    hall.write_configuration()
    hall.stand("zhang_ling")
    log = tmp_path / "kiosk.log"
    kiosk = hall.kiosk(log)
    lines = ['{"event": "screen_shown", "screen": "LookAtCamera"}', '{"event": "face_hint", "hint": "look_here"}']
    log.write_text("\n".join(lines) + "\n")
    kiosk.new_screens()
    assert hall.camera.still_at == 0.0
    with log.open("a") as more:
        more.write('{"event": "screen_shown", "screen": "LookAtCamera", "targets": {}}\n')
        more.write('{"event": "face_hint", "hint": "turn_left"}\n')
    kiosk.new_screens()
    over = hall.camera.still_at
    assert over > time.monotonic()


def test_what_the_face_check_asked_for_ends_with_its_screen(hall: Hall, tmp_path: Path) -> None:
    hall.write_configuration()
    hall.stand("zhang_ling")
    log = tmp_path / "kiosk.log"
    kiosk = hall.kiosk(log)
    log.write_text(
        '{"event": "face_hint", "hint": "nod"}\n{"event": "screen_shown", "screen": "Confirm", "targets": {}}\n'
    )
    assert [shown.name for shown in kiosk.new_screens()] == ["Confirm"]
    assert hall.camera.still_at == 0.0


def test_an_unwilling_citizen_is_shown_in_the_snapshot(hall: Hall) -> None:
    assert hall.snapshot().camera.willing
    hall.willing = False
    hall.stand("chan")
    hall.obey("nod")
    assert not hall.snapshot().camera.willing
    assert hall.camera.still_at == 0.0
    hall.move(HeadMove.NOD)
    assert hall.camera.still_at > 0.0


def test_the_command_line_tells_what_it_can() -> None:
    done = subprocess.run([sys.executable, "-m", "simulator", "--help"], capture_output=True, text=True, check=True)
    assert "demo" in done.stdout
    assert "run" in done.stdout


def test_nothing_outlives_a_hall_that_is_killed(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from simulator.hall import Hall; from simulator.desktop import *\n"
        "with Desktop(Path(sys.argv[1]), touched=True), Hall(Path(sys.argv[1])):\n"
        "    print('open', flush=True); time.sleep(60)"
    )
    environment = {name: value for name, value in os.environ.items() if name != "DISPLAY"}
    before = _children()
    command = [sys.executable, "-c", program, str(tmp_path / "hall")]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as killed:
        assert killed.stdout is not None
        assert killed.stdout.readline() == "open\n"
        started = _children() - before - {killed.pid}
        killed.kill()
    assert len(started) >= 2  # a screen, and a pcscd with its keeper
    _eventually(lambda: not any(Path(f"/proc/{pid}").exists() for pid in started))
    Path(tempfile.gettempdir(), f"hall-pcscd-{killed.pid}.comm").unlink(missing_ok=True)
