"""Live tests in which somebody puts something in: a test card, a document, and looks at a page that comes out.

Nothing of what is read is told, kept or shown but that it could be read.
"""

import asyncio
import time
from collections.abc import Callable

from PIL import Image

from flows.prompts import Text
from kiosk.devices import Devices
from kiosk.diagnostics.check import Check, Figure, Finding, Group, Level

_PATIENCE = 40.0  # seconds in which somebody puts something in


def hand_checks(devices: Devices, page: Callable[[], Image.Image]) -> list[Check]:
    """``page``: draws the test page; called on a thread."""
    return [
        Check("read_card", Group.DEVICES, lambda: read_card(devices), seconds=_PATIENCE, needs_hand=True),
        Check("read_id", Group.DEVICES, lambda: read_id(devices), seconds=_PATIENCE, needs_hand=True),
        Check("print_page", Group.DEVICES, lambda: print_page(devices, page), seconds=_PATIENCE, needs_hand=True),
    ]


async def read_card(devices: Devices) -> Finding:
    """Wait for a card and read it."""
    begun = 0.0

    def noticed() -> None:
        nonlocal begun
        begun = time.monotonic()

    card = await devices.card_reader.wait_for_card(noticed)
    seconds = round(time.monotonic() - begun, 1) if begun else 0.0
    values = {"version": card.version, "seconds": str(seconds)}
    return Finding(Level.OK, Text("found.card_read", values), figures={**values, "holder": card.holder is not None})


async def read_id(devices: Devices) -> Finding:
    """Wait for a document and read it."""
    begun = 0.0

    def noticed() -> None:
        nonlocal begun
        begun = time.monotonic()

    document = await devices.id_scanner.wait_for_document(noticed)
    seconds = round(time.monotonic() - begun, 1) if begun else 0.0
    figures: dict[str, Figure] = {"kind": type(document).__name__, "seconds": seconds}
    return Finding(Level.OK, Text("found.id_read", {"seconds": str(seconds)}), figures=figures)


async def print_page(devices: Devices, page: Callable[[], Image.Image]) -> Finding:
    """Print the test page; whether it is good, somebody has to see."""
    await devices.printer.print_image(await asyncio.to_thread(page))
    return Finding(Level.OK, Text("found.page_printed"))
