"""Printing the slip of a visit. The transaction never depends on it."""

import logging
from collections.abc import Callable
from datetime import datetime

from PIL import Image

from config.fonts import FontSet
from config.settings import Hall
from drivers.device import DeviceError
from drivers.printer.blocks import SlipDocument
from drivers.printer.escpos_printer import Printer
from drivers.printer.slip import render
from flows.prompts import SlipState, Words
from flows.visit import Slip
from kiosk.slips import compose
from screens.text.catalogue import Catalogue

log = logging.getLogger(__name__)


class SlipPrinter:
    """Draws slips once and prints them as a picture."""

    def __init__(
        self, printer: Printer, fonts: FontSet, hall: Hall, now: Callable[[], datetime], width_dots: int
    ) -> None:
        self._printer = printer
        self._fonts = fonts
        self._hall = hall
        self._now = now
        self._width_dots = width_dots

    async def print(self, slip: Slip, title: Words, catalogue: Catalogue) -> SlipState:
        """Print ``slip`` of ``title``; a printer that cannot is told on the screen, never by a second copy."""
        return await self.print_document(compose(slip, title, self._hall, catalogue, self._now()))

    async def print_document(self, document: SlipDocument) -> SlipState:
        """Print what is laid out already."""
        try:
            await self._printer.print_image(self.picture(document))
        except DeviceError as error:
            log.warning("slip_not_printed", extra={"code": error.code, "detail": error.detail})
            return SlipState.NOT_PRINTED
        return SlipState.PRINTED

    def picture(self, document: SlipDocument) -> Image.Image:
        """What the paper will look like."""
        return render(document, self._fonts, self._width_dots)

    async def clear(self) -> None:
        """Nothing of the last citizen may come out before the next one."""
        await self._printer.clear()
