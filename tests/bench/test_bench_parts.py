"""How long the parts take, each beside a bare baseline in the same run: `make bench`, results as JSON.

Quote ratios between neighbours; the machines are noisy.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from config import settings
from config.fonts import FontSet
from drivers.camera.engine import FaceEngine
from drivers.printer.slip import render
from flows.prompts import Line, Text, Verbatim
from flows.transactions import Receipt, ReceiptState
from flows.visit import Slip
from kiosk.slips import compose
from screens.text.catalogue import Catalogue
from simulator.heads import pictures
from simulator.people import BY_KEY
from tests.bench.conftest import Run

PERSON = BY_KEY["zhang_ling"]
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


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
