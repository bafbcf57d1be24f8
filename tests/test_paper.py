"""A slip tells of what is done already: whatever becomes of the paper, the visit goes on to its end."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.fonts import FontSet, prepare
from config.settings import Hall
from drivers.printer.blocks import Paragraph, Qr, SlipDocument
from drivers.printer.escpos_printer import Network
from flows.prompts import SlipState
from kiosk.printing import Paper
from screens.text.catalogue import Catalogue, raise_missing
from simulator.printer import SimulatedPrinter
from tests.devices.printing import opened

HALL = Hall(name="济南市政务服务大厅", kiosk="03", receipt_prefix="JN03")


@pytest.fixture
def simulated() -> Iterator[SimulatedPrinter]:
    with SimulatedPrinter() as printer:
        yield printer


@pytest.fixture
async def paper(simulated: SimulatedPrinter, tmp_path: Path) -> AsyncIterator[Paper]:
    await asyncio.to_thread(prepare, tmp_path)
    chinese, fonts = Catalogue.load("zh_CN", raise_missing), FontSet.load(tmp_path)
    async with opened(Network("127.0.0.1", simulated.port)) as printer:
        yield Paper(printer, fonts, HALL, lambda: chinese, lambda: datetime.now(UTC), 576)


async def test_a_slip_that_cannot_be_drawn_is_not_printed_and_nothing_else(
    simulated: SimulatedPrinter, paper: Paper, caplog: pytest.LogCaptureFixture
) -> None:
    assert await paper.document(SlipDocument((Qr("x" * 5000),))) is SlipState.NOT_PRINTED
    assert "slip_not_drawn" in caplog.text
    assert not paper.came_out()
    assert await paper.document(SlipDocument((Paragraph("办好了"),))) is SlipState.PRINTED
    assert paper.came_out()
    assert len(simulated.cut_papers) == 1
