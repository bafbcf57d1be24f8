"""The simulated chip answers like a T=0 card, and the private pcscd lives and dies with its hall."""

import contextlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.cards import BankCard, CardPulled, CardSilent, PulledAt, SilentFrom, VirtualCardSlot, card_for
from simulator.cards.files import SSSE
from simulator.pcscd import Pcscd
from simulator.people import BY_KEY

ZHANG = BY_KEY["zhang_ling"]
SELECT = bytes.fromhex("00A404000F") + SSSE
ATR = bytes.fromhex("3B6D00000081544E43866037010020B551")


def talk(person: str, *commands: str) -> list[str]:
    card = card_for(BY_KEY[person])
    card.answer(SELECT)
    return [card.answer(bytes.fromhex(command)).hex().upper() for command in commands]


def test_answer_to_reset() -> None:
    assert card_for(ZHANG).atr == ATR


def test_selecting_the_application() -> None:
    card = card_for(ZHANG)
    assert card.answer(SELECT).hex() == "611e"
    fci = "6f1c840f" + SSSE.hex() + "a50988011e9f0c03860101"
    assert card.answer(bytes.fromhex("00C000001E")).hex() == fci + "9000"
    assert card.answer(bytes.fromhex("00C000001E")).hex() == "6985"


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("00B2070009", "6C0B"),  # another length than the record's
        ("00B2070000", "6C0B"),
        ("00B207000B", "0709" + b"D2143569X".hex().upper() + "9000"),  # by tag
        ("00B207040B", "0709" + b"D2143569X".hex().upper() + "9000"),  # by number
        ("00B2072C0B", "0709" + b"D2143569X".hex().upper() + "9000"),  # by number, file by its short identifier
        ("00B206050F", "6C11"),  # from a record to the last
        ("00B2060511", "060420310506" + "0709" + b"D2143569X".hex().upper() + "9000"),
        ("00B2080400", "6A83"),
        ("00B2000400", "6A83"),
        ("00B2070200", "6A86"),
        ("00B2013C00", "6A82"),
        ("00A4020002EF09", "6A82"),
        ("00A40000023F00", "9000"),
        ("00A4040005A000000333", "6A82"),
        ("00A4020002EF", "6700"),
        ("00A40200", "6700"),
        ("80B2070000", "6E00"),
        ("00D6000000", "6D00"),
    ],
)
def test_answers_in_the_issuer_file(command: str, answer: str) -> None:
    assert talk("zhang_ling", "00A4020002EF05", command) == ["9000", answer]


def test_the_whole_files_have_the_lengths_of_the_standard() -> None:
    assert talk("zhang_ling", "00B2012D00", "00B2013500") == ["6C40", "6C5B"]
    assert talk("li_xiuying", "00B2012D00", "00B2013500") == ["6C40", "6C45"]


def test_record_number_is_not_the_tag_in_the_holder_file() -> None:
    assert talk("zhang_ling", "00A4020002EF06", "00B24E0000", "00B2030400", "00B20A0003") == [
        "9000",
        "6C16",
        "6C16",
        "0A01329000",
    ]


def test_a_3_0_card_keeps_its_holder_to_itself() -> None:
    assert talk("berg", "00A4020002EF06", "00B2080014", "00A4020002EF05", "00B2030006") == [
        "9000",
        "6982",
        "9000",
        "0304332E30309000",
    ]


def test_nothing_without_the_application() -> None:
    card = card_for(ZHANG)
    assert card.answer(bytes.fromhex("00A4020002EF05")).hex() == "6a82"
    assert card.answer(bytes.fromhex("00B2070000")).hex() == "6986"
    card.answer(SELECT)
    card.answer(bytes.fromhex("00A4020002EF05"))
    card.reset()
    assert card.answer(bytes.fromhex("00B2070000")).hex() == "6986"


def test_pin_counter() -> None:
    assert talk("zhang_ling", "0020000000", "0020000003111111", "0020000000", "0020000003123456", "0020000000") == [
        "63C6",
        "63C5",
        "63C5",
        "9000",
        "63C6",
    ]
    assert talk("zhang_ling", *["0020000003111111"] * 7, "0020000000")[5:] == ["63C0", "6983", "6983"]
    assert talk("zhang_ling", "002000000112", "0020000103123456") == ["6700", "6A86"]


def test_bank_card_knows_the_payment_environment_only() -> None:
    card = BankCard()
    assert card.answer(SELECT).hex() == "6a82"
    assert card.answer(bytes.fromhex("00A404000E") + b"1PAY.SYS.DDF01").hex() == "6117"
    assert card.answer(bytes.fromhex("00C0000017"))[4:18] == b"1PAY.SYS.DDF01"


def test_misbehaving_cards_count_from_zero() -> None:
    pulled = PulledAt(card_for(ZHANG), 1)
    assert pulled.answer(SELECT).hex() == "611e"
    with pytest.raises(CardPulled):
        pulled.answer(bytes.fromhex("00C000001E"))
    with pytest.raises(CardSilent):
        SilentFrom(card_for(ZHANG), 0).answer(SELECT)


class Reader:
    """The reader's side of the protocol: it listens, and it asks."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(10)
        self.port: int = self._listener.getsockname()[1]
        self.line: socket.socket

    def accept(self) -> None:
        self.line, _ = self._listener.accept()
        self.line.settimeout(10)

    def ask(self, message: bytes) -> bytes:
        self.line.sendall(len(message).to_bytes(2, "big"))
        self.line.sendall(message)
        length = int.from_bytes(self.line.recv(2, socket.MSG_WAITALL), "big")
        return self.line.recv(length, socket.MSG_WAITALL)

    def close(self) -> None:
        self.line.close()
        self._listener.close()


@pytest.fixture
def vpcd() -> Iterator[Reader]:
    reader = Reader()
    yield reader
    reader.close()


@pytest.fixture
def slot(vpcd: Reader) -> Iterator[VirtualCardSlot]:
    slot = VirtualCardSlot.at("127.0.0.1", vpcd.port)
    slot.start()
    yield slot
    slot.close()


def test_the_wire(vpcd: Reader, slot: VirtualCardSlot) -> None:
    card = card_for(ZHANG)
    slot.insert(card)
    vpcd.accept()
    assert vpcd.ask(b"\x04") == ATR
    vpcd.line.sendall(b"\x00\x01\x01")  # power on: no answer
    assert vpcd.ask(SELECT) == b"\x61\x1e"
    vpcd.line.sendall(b"\x00\x01\x02")  # reset: no answer
    assert vpcd.ask(bytes.fromhex("00C000001E")) == b"\x69\x85"
    slot.pull()
    assert vpcd.line.recv(1) == b""
    assert slot.card is None


def test_the_same_card_put_in_again_is_a_new_connection(vpcd: Reader, slot: VirtualCardSlot) -> None:
    card = card_for(ZHANG)
    slot.insert(card)
    vpcd.accept()
    slot.pull()
    slot.insert(card)
    assert vpcd.line.recv(1) == b""
    vpcd.line.close()
    vpcd.accept()
    assert vpcd.ask(b"\x04") == ATR


def test_a_card_calls_again_when_the_reader_hangs_up(vpcd: Reader, slot: VirtualCardSlot) -> None:
    slot.insert(card_for(ZHANG))
    vpcd.accept()
    vpcd.line.close()
    vpcd.accept()
    assert vpcd.ask(b"\x04") == ATR


def test_a_pull_in_the_middle_of_a_command(vpcd: Reader, slot: VirtualCardSlot) -> None:
    slot.insert(PulledAt(card_for(ZHANG), 0))
    vpcd.accept()
    assert vpcd.ask(SELECT) == b""
    assert slot.card is None


HALL = """\
import pathlib, signal, sys
from simulator.pcscd import Pcscd
Pcscd(pathlib.Path(sys.argv[1])).start()
print("up", flush=True)
signal.pause()
"""


def test_a_hall_that_is_killed_takes_its_pcscd_along(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HALL, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as hall:
        assert hall.stdout is not None
        said = hall.stdout.readline()
        number = (tmp_path / "run" / "pcscd.pid").read_text().rstrip("\n\0")
        name = Path(tempfile.gettempdir(), f"hall-pcscd-{hall.pid}.comm")
        assert name.is_symlink()
        hall.kill()
    assert said == "up\n"
    daemon = Path("/proc", number)
    deadline = time.monotonic() + 15
    while daemon.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not daemon.exists()
    while name.is_symlink() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not name.is_symlink()


def test_a_pcscd_beside_another(tmp_path: Path) -> None:
    with Pcscd(tmp_path / "one") as one, Pcscd(tmp_path / "other") as other:
        assert one.running
        assert other.running
        assert {path.name for path in (tmp_path / "one" / "run").iterdir()} == {"pcscd.comm", "pcscd.pid"}
        assert one.socket == other.socket  # one name per process: the last one started is found
        assert other.socket.resolve() == tmp_path / "other" / "run" / "pcscd.comm"
        one.stop()
        assert other.socket.exists()
        one.start()
        other.stop()
        assert one.running
        assert one.socket.resolve() == tmp_path / "one" / "run" / "pcscd.comm"
        assert not other.running


def test_a_pcscd_that_cannot_start_says_where_to_look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for tool in ("unshare", "mount"):
        (tmp_path / tool).symlink_to(shutil.which(tool) or tool)
    monkeypatch.setenv("PATH", str(tmp_path))  # everything but pcscd itself
    with contextlib.closing(Pcscd(tmp_path / "hall")) as pcscd, pytest.raises(RuntimeError, match=r"pcscd\.log"):
        pcscd.start()
    assert "pcscd" in (tmp_path / "hall" / "pcscd.log").read_text()
