"""How long the parts take, each beside a bare baseline in the same run: `make bench`, results as JSON.

Quote ratios between neighbours; the machines are noisy.
"""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture
from smartcard import scard

from config import settings
from config.fonts import FontSet
from drivers.camera.engine import FaceEngine
from drivers.card_reader.reader import CardReader
from drivers.printer.slip import render
from flows.prompts import Line, Text, Verbatim
from flows.transactions import Receipt, ReceiptState
from flows.visit import Slip
from kiosk.slips import compose
from screens.text.catalogue import Catalogue
from simulator.cards import card_for
from simulator.heads import pictures
from simulator.pcscd import Pcscd
from simulator.people import BY_KEY
from tests.bench.conftest import Run

PERSON = BY_KEY["zhang_ling"]
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def card_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with Pcscd(tmp_path / "cards") as pcscd:
        for name, value in pcscd.environment.items():
            monkeypatch.setenv(name, value)
        pcscd.slot.insert(card_for(PERSON))
        yield


_RECORDS = {
    0xEF05: "01:12 02:03 03:06 04:0E 05:06 06:06 07:0B",
    0xEF06: "08:14 09:20 4E:16 0A:03 0B:03 0C:05 0D:06",
}


def _bare_commands() -> list[list[int]]:
    """The commands of a whole read of a 2.0 card, as the driver sends them."""
    aid = bytes.fromhex("7378312E73682EC9E7BBE1B1A3D5CF")
    commands = [bytes([0x00, 0xA4, 0x04, 0x00, len(aid)]) + aid]
    for number, records in _RECORDS.items():
        commands.append(bytes([0x00, 0xA4, 0x02, 0x00, 0x02]) + number.to_bytes(2, "big"))
        for record in records.split():
            tag, length = bytes.fromhex(record.replace(":", ""))
            commands.append(bytes([0x00, 0xB2, tag, 0x00, length]))
    return [list(command) for command in commands]


@pytest.mark.benchmark(group="card")
def test_read_a_card(benchmark: BenchmarkFixture, card_in: None, run: Run) -> None:
    reader = CardReader()
    card = benchmark(lambda: run(reader.wait_for_card()))
    assert card.holder.number == PERSON.number
    reader.close()


@pytest.mark.benchmark(group="card")
def test_read_a_card_baseline_bare_commands(benchmark: BenchmarkFixture, card_in: None) -> None:
    _, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    _, readers = scard.SCardListReaders(context, [])
    commands = _bare_commands()
    while not scard.SCardGetStatusChange(context, 0, [(readers[0], 0)])[1][0][1] & scard.SCARD_STATE_PRESENT:
        time.sleep(0.05)  # pcscd looks for a card about twice a second

    def read() -> int:
        _, card, _ = scard.SCardConnect(context, readers[0], scard.SCARD_SHARE_EXCLUSIVE, scard.SCARD_PROTOCOL_T0)
        answers = [scard.SCardTransmit(card, scard.SCARD_PCI_T0, command)[1] for command in commands]
        scard.SCardDisconnect(card, scard.SCARD_UNPOWER_CARD)
        return sum(len(answer) for answer in answers)

    assert benchmark(read) > 150
    scard.SCardReleaseContext(context)


@pytest.fixture
def engine(run: Run) -> Iterator[FaceEngine]:
    engine = FaceEngine()
    run(engine.start())
    yield engine
    run(engine.stop())


@pytest.mark.benchmark(group="face")
def test_look_at_a_frame_and_decide(benchmark: BenchmarkFixture, engine: FaceEngine, run: Run) -> None:
    frame = pictures.frames(PERSON.key)[0]
    reference = run(engine.reference(pictures.portrait(PERSON.key)))

    def decide() -> float:
        return engine.compare(reference, [run(engine.look(frame))]).score

    assert benchmark(decide) > 0.47


@pytest.mark.benchmark(group="slip")
def test_draw_a_slip(benchmark: BenchmarkFixture) -> None:
    loaded = settings.load()
    fonts = FontSet.load(loaded.fonts)
    line = Line(Text("label.name"), Verbatim("张*"))
    receipt = Receipt("JN03-000001", ReceiptState.DONE, NOW, NOW)
    slip = Slip(Text("activation.done.headline"), (line,), (), receipt)
    document = compose(slip, Verbatim("社保卡启用"), loaded.hall, Catalogue.load("zh_CN"), NOW)
    assert benchmark(lambda: render(document, fonts)).width == 576
