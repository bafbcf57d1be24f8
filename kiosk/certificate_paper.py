"""Printing certificates: drawn once, beside the event loop, and seen through."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from PIL import Image

from config.faults import FaultCode
from config.fonts import FontSet
from config.settings import Hall
from drivers.printer.escpos_printer import Printer
from drivers.printer.slip import render
from flows.certificates import Certificate
from kiosk.certificates import compose
from screens.text.catalogue import Catalogue


class CertificatePaper:
    """Draws certificates in the language of ``catalogue`` and prints them as a picture."""

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

    async def print(self, certificate: Certificate) -> None:
        """Print one copy. Raises ``DeviceError`` unless a whole one came out."""
        picture = await asyncio.to_thread(self.picture, certificate)
        await self._printer.print_image(picture)

    def picture(self, certificate: Certificate) -> Image.Image:
        """What the paper will look like. A long certificate takes a second to draw: not for the event loop."""
        document = compose(certificate, self._hall, self._catalogue(), self._now())
        return render(document, self._fonts, self._width_dots)

    @property
    def ready(self) -> bool:
        """True if the printer can be used now."""
        return self._printer.health.usable

    @property
    def fault(self) -> FaultCode | None:
        """What is the matter with the printer now."""
        return self._printer.health.fault

    async def clear(self) -> None:
        """Nothing of a torn copy may come out later."""
        await self._printer.clear()
