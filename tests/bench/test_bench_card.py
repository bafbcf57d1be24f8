"""Reading a whole card through the driver beside the same commands sent bare over pyscard, in turns.

The virtual reader answers in a fraction of a millisecond, so the driver's own work weighs as much as it ever can. A
card at the line speed of a real one (T=0, 9600 baud) shows what of it a citizen would meet.
"""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from drivers.card_reader.reader import CardReader
from simulator.cards import SimulatedCard, SimulatedPsam, card_for
from simulator.cards.line_speed import AtLineSpeed
from simulator.pcscd import READER_NAME, SECOND_READER_NAME, Pcscd
from simulator.people import BY_KEY
from tests.bench.bare_card import BareReader
from tests.bench.conftest import Run, Tell
from tests.bench.race import Race

pytestmark = pytest.mark.timeout(300)

Wrap = Callable[[SimulatedCard], SimulatedCard]
CASES = {
    "2.0": ("zhang_ling", BareReader.read_2_0),
    "3.0, PSAM": ("berg", BareReader.read_3_0),
}
SPEEDS: dict[str, tuple[Wrap, int, int]] = {
    "at once": (lambda card: card, 40, 5),
    "line speed": (AtLineSpeed, 5, 1),
}


@pytest.fixture
def pcscd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pcscd]:
    with Pcscd(tmp_path / "cards") as pcscd:
        for name, value in pcscd.environment.items():
            monkeypatch.setenv(name, value)
        yield pcscd


@pytest.fixture
def bare(pcscd: Pcscd) -> Iterator[BareReader]:
    reader = BareReader.open()
    yield reader
    reader.close()


@pytest.mark.benchmark(group="card")
@pytest.mark.parametrize("speed", SPEEDS)
@pytest.mark.parametrize("case", CASES)
def test_read_a_card(
    benchmark: BenchmarkFixture, pcscd: Pcscd, bare: BareReader, run: Run, tell: Tell, case: str, speed: str
) -> None:
    key, read_bare = CASES[case]
    wrap, rounds, operations = SPEEDS[speed]
    pcscd.slot.insert(wrap(card_for(BY_KEY[key])))
    pcscd.second_slot.insert(wrap(SimulatedPsam()))
    while not (bare.present(bare.slot) and bare.present(bare.psam_slot)):
        time.sleep(0.05)  # pcscd looks for cards about twice a second
    reader = CardReader(READER_NAME, SECOND_READER_NAME)

    def driver(times: int) -> None:
        for _ in range(times):
            assert run(reader.wait_for_card()).holder.number == BY_KEY[key].number

    def commands(times: int) -> None:
        for _ in range(times):
            assert read_bare(bare) > 150

    race = Race({"driver": driver, "bare": commands}, operations)
    driver(1)  # the PSAM is met, and its level found out
    benchmark.pedantic(race.round, rounds=rounds)
    own, other = race.median("driver"), race.median("bare")
    tell(
        f"card {case}, {speed}",
        f"{own * 1e3:.2f} ms, bare {other * 1e3:.2f} ms, {1 / race.ratio('driver', 'bare'):.2f} times",
    )
    reader.close()
