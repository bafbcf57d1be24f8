"""Paper: drawn once, beside the event loop, and printed as a picture. A transaction never depends on it."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from PIL import Image

from config.faults import FaultCode
from config.fonts import FontSet
from config.settings import Hall
from drivers.device import DeviceError
from drivers.printer.blocks import SlipDocument
from drivers.printer.escpos_printer import Printer
from drivers.printer.slip import render
from flows.certificates import Certificate
from flows.prompts import SlipState, Words
from flows.start_prompts import PaperLevel
from flows.visit import Slip
from kiosk import certificates, slips
from screens.text.catalogue import Catalogue

log = logging.getLogger(__name__)

_PART_MAY_BE_OUT = {FaultCode.PRN_INTERRUPTED, FaultCode.DEV_STUCK}


class Paper:
    """What comes out of the printer, in the language that the citizen sees."""

    def __init__(
        self,
        printer: Printer,
        fonts: FontSet,
        hall: Hall,
        catalogue: Callable[[], Catalogue],
        now: Callable[[], datetime],
        width_dots: int,
    ) -> None:
        self._printer = printer
        self._fonts = fonts
        self._hall = hall
        self._catalogue = catalogue
        self._now = now
        self._width_dots = width_dots
        self._out = False

    async def slip(self, slip: Slip, title: Words) -> SlipState:
        """Print ``slip`` of ``title``; a printer that cannot is told on the screen, never by a second copy."""
        return await self.document(slips.compose(slip, title, self._hall, self._catalogue(), self._now()))

    async def document(self, document: SlipDocument) -> SlipState:
        """Print what is laid out already. Whatever is the matter: what the slip tells of is done, and stays done."""
        try:
            await self._put_out(document)
        except DeviceError as error:
            log.warning("slip_not_printed", extra={"code": error.code, "detail": error.detail})
            return SlipState.NOT_PRINTED
        except Exception:
            log.exception("slip_not_drawn")
            return SlipState.NOT_PRINTED
        return SlipState.PRINTED

    async def certificate(self, certificate: Certificate) -> None:
        """Print one copy. Raises ``DeviceError`` unless a whole one came out."""
        await self._put_out(certificates.compose(certificate, self._hall, self._catalogue(), self._now()))

    async def _put_out(self, document: SlipDocument) -> None:
        """A long certificate takes a second to draw: not for the event loop."""
        picture = await asyncio.to_thread(self.drawn, document)
        try:
            await self._printer.print_image(picture)
        except DeviceError as error:
            self._out = self._out or error.code in _PART_MAY_BE_OUT
            raise
        self._out = True

    def came_out(self) -> bool:
        """Whether something, if only a part, has come out since this was asked before.

        Whether it still lies there nobody can tell. Half a certificate names its person in full, too.
        """
        out, self._out = self._out, False
        return out

    def drawn(self, document: SlipDocument) -> Image.Image:
        """``document`` as it would be printed. Takes up to a second: not for the event loop."""
        return render(document, self._fonts, self._width_dots)

    @property
    def ready(self) -> bool:
        """True if the printer can be used now."""
        return self._printer.health.usable

    @property
    def fault(self) -> FaultCode | None:
        """What is the matter with the printer now."""
        return self._printer.health.fault

    @property
    def level(self) -> PaperLevel:
        """How much paper there is."""
        if self.fault is FaultCode.PRN_PAPER_OUT:
            return PaperLevel.OUT
        if not self.ready:
            return PaperLevel.NO_PRINTER
        return PaperLevel.LOW if self._printer.paper_low else PaperLevel.ENOUGH

    async def clear(self) -> None:
        """Nothing of the last citizen, or of a torn copy, may come out later."""
        await self._printer.clear()
