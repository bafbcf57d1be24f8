"""What the tests of the printer share: pictures, drivers that are closed again, and waiting."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from PIL import Image

from config.faults import FaultCode
from drivers.device import DeviceError
from drivers.printer.dialogue import Timing
from drivers.printer.escpos_printer import Connection, Printer

QUICK = Timing(connect=2.0, reply=0.3, band=2.0, finish=3.0, between_tries=0.02, watch=0.05, rows_per_second=1_000_000)
PATIENT = replace(QUICK, reply=5.0)
STATUS_4 = b"\x10\x04\x01\x10\x04\x02\x10\x04\x03\x10\x04\x04"
CLEARING = bytes.fromhex("10140801031401060208 100502 1b40")


def noise(rows: int = 300, seed: int = 1, width: int = 576) -> Image.Image:
    """A picture of which every row is different."""
    dots = random.Random(seed).randbytes(width // 8 * rows)
    for code in (b"\x10\x04", b"\x10\x05", b"\x10\x14"):
        dots = dots.replace(code, b"\x00\x00")
    return Image.frombytes("1", (width, rows), bytes(byte ^ 0xFF for byte in dots))


@asynccontextmanager
async def opened(connection: Connection, **options: object) -> AsyncIterator[Printer]:
    printer = Printer(connection, **({"timing": PATIENT} | options))  # type: ignore[arg-type]
    try:
        yield printer
    finally:
        await printer.close()


async def fault_of(printer: Printer, picture: Image.Image | None = None) -> FaultCode:
    with pytest.raises(DeviceError) as caught:
        await printer.print_image(picture or noise())
    return caught.value.code


def same(left: Image.Image, right: Image.Image) -> bool:
    return left.size == right.size and left.convert("1").tobytes() == right.convert("1").tobytes()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.005)
