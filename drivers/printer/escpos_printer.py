"""The slip printer as the kiosk sees it: one worker thread, one job after the other, and its health."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from PIL import Image

from config.faults import FaultCode
from drivers.bell import Bell
from drivers.device import DeviceError, DeviceState, Health, HealthChange, HealthRecord, Worker
from drivers.facts import DeviceFacts, Identity, facts_of
from drivers.printer.commands import raster_bytes
from drivers.printer.connections import (
    Connection,
    FileDevice,
    Network,
    SerialPort,
    Usb,
    rows_at_once,
    seconds_on_the_line,
)
from drivers.printer.dialogue import Completion, Dialogue, Timing
from drivers.printer.escpos_links import link_for
from drivers.printer.identity import AboutPrinter, printer_identity
from drivers.printer.paper_used import count_paper
from drivers.printer.status import PrinterStatus
from drivers.tally import Tally

__all__ = ["Connection", "FileDevice", "Network", "Printer", "SerialPort", "Usb"]

T = TypeVar("T")


_STATES = {
    FaultCode.PRN_GONE: DeviceState.NO_DEVICE,
    FaultCode.PRN_CUTTER: DeviceState.HARDWARE_ERROR,
    FaultCode.PRN_FAULT: DeviceState.HARDWARE_ERROR,
    FaultCode.DEV_STUCK: DeviceState.HARDWARE_ERROR,
}


class Printer:
    """The slip printer of the kiosk. One thing at a time goes on; what comes meanwhile waits for its turn.

    A caller that is cancelled is released at once; the job still ends in its own time, and the next begins after it.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        width_dots: int = 576,
        cutter: bool = True,
        completion: Completion = Completion.STATUS,
        timing: Timing | None = None,
        tally: Tally | None = None,
    ) -> None:
        self.bell = Bell()
        self._tally = tally or Tally()
        self._about: AboutPrinter | None = None
        self._connection = connection
        self._width_dots = width_dots
        self._band_rows = rows_at_once(connection, width_dots)
        self._cutter = cutter
        self._completion = completion
        self._timing = timing or Timing()
        self._record = HealthRecord("printer")
        self._worker = Worker("printer")
        self._dialogue = self._new_dialogue()
        self._turn = asyncio.Lock()
        self._misses = 0
        self._paper_low: bool | None = None

    @property
    def pulse(self) -> int:
        """Grows as long as the device's thread works, also in the middle of a long job."""
        return self._worker.ticks + self._dialogue.writes

    @property
    def health(self) -> Health:
        """The present health, kept current by every use and by ``watch``."""
        return self._record.current

    @property
    def paper_low(self) -> bool | None:
        """True if the printer last said that its paper comes to an end; None if it never said: many have no eye."""
        return self._paper_low

    def listen(self, listener: Callable[[HealthChange], None]) -> None:
        """Call ``listener`` when the health changes, see ``HealthRecord.listen``."""
        self._record.listen(listener)

    @property
    def facts(self) -> DeviceFacts:
        """What is known of the printer; what it says about itself only after ``identify``."""
        return facts_of(
            self._record,
            self.identity,
            replaced_threads=self._worker.stuck_threads,
            counts=self._tally.of(self._record.device),
        )

    @property
    def identity(self) -> Identity:
        """Who made it."""
        return printer_identity(self._connection, self._about)

    async def identify(self) -> None:
        """Ask a printer that is well who made it, if that is not known. Never raises; many do not tell."""
        if self._about is None and self._record.actual.state is DeviceState.ONLINE:
            await self._in_turn(self._ask_about)

    def take_over(self) -> None:
        """Before the first use: a program that printed here before may have died in the middle of a job.

        What the printer still holds of it is thrown away, and what hangs out is cut off before anything is printed.
        """
        self._dialogue.abandon(raster_bytes(self._width_dots, self._band_rows))

    async def status(self) -> PrinterStatus:
        """Ask the printer how it is. Never raises: fields are None where the printer does not say."""
        return await self._in_turn(self._look)

    async def print_image(self, image: Image.Image) -> None:
        """Print ``image`` (black prints) on its own piece of paper, cut it, and see that it is through.

        Raises:
            DeviceError: ``PRN_INTERRUPTED``, ``DEV_STUCK``: part of it may be out, and the rest has been or will be
                thrown away; any other ``PRN_...``: nothing was printed.
            ValueError: the picture is wider than the paper.
        """
        if image.width > self._width_dots:
            raise ValueError(f"{image.width} dots do not fit on paper of {self._width_dots}")
        await self._in_turn(lambda: self._print(image))

    async def clear(self) -> None:
        """Between two citizens: nothing of the last one may come out later.

        A printer that cannot be reached now is cleared before anything else is printed on it. Never raises.
        """
        await self._in_turn(self._clear)

    async def watch(self) -> None:
        """Keep ``health`` current for ever while nothing is printed; reconnects by itself."""
        while True:
            if not self._turn.locked():
                await self.status()
                await self.identify()
            away = self._misses > 0 or self._record.actual.fault is FaultCode.PRN_GONE
            await self.bell.sleep(min(self._timing.watch, self._timing.away) if away else self._timing.watch)

    async def close(self) -> None:
        """Let go of the printer and end the thread, after what is going on."""
        with suppress(DeviceError):
            await self._in_turn(lambda: self._run(self._timing.stuck_look, Dialogue.hang_up))
        self._worker.close()

    async def _in_turn(self, action: Callable[[], Coroutine[Any, Any, T]]) -> T:
        await self._turn.acquire()
        task = asyncio.ensure_future(action())
        task.add_done_callback(lambda _: self._turn.release())
        return await asyncio.shield(task)

    async def _look(self) -> PrinterStatus:
        try:
            status = await self._run(self._timing.stuck_look, Dialogue.status)
        except OSError as error:
            self._missed(FaultCode.PRN_GONE, type(error).__name__)
            return PrinterStatus()
        except DeviceError as error:
            self._report_fault(error.code, error.detail)
            return PrinterStatus()
        if self._dialogue.answers and not status.known:
            self._missed(FaultCode.PRN_SILENT, "status request unanswered")
        else:
            self._heard(status)
        return status

    async def _print(self, image: Image.Image) -> None:
        self._record.report(DeviceState.BUSY)
        try:
            seconds = self._timing.stuck_job + seconds_on_the_line(self._connection, raster_bytes(*image.size))
            await self._run(seconds, lambda dialogue: dialogue.print(image))
        except DeviceError as error:
            self._report_fault(error.code, error.detail)
            if error.code is FaultCode.PRN_INTERRUPTED:
                count_paper(self._tally, image.height, whole=False, cutter=self._cutter)
                await self._look()  # the health is to name the cause
            raise
        count_paper(self._tally, image.height, whole=True, cutter=self._cutter)
        self._heard(PrinterStatus())
        await self._look()

    async def _ask_about(self) -> None:
        try:
            self._about = await self._run(self._timing.stuck_look, Dialogue.about)
        except OSError as error:
            self._missed(FaultCode.PRN_GONE, type(error).__name__)
        except DeviceError as error:
            self._report_fault(error.code, error.detail)

    async def _clear(self) -> None:
        try:
            await self._run(self._timing.stuck_look, Dialogue.clear)
        except OSError as error:
            self._missed(FaultCode.PRN_GONE, type(error).__name__)
        except DeviceError as error:
            self._report_fault(error.code, error.detail)

    async def _run(self, seconds: float, action: Callable[[Dialogue], T]) -> T:
        try:
            return await self._worker.call_within(seconds, action, self._dialogue)
        except DeviceError as error:
            if error.code is FaultCode.DEV_STUCK:
                lost = self._dialogue
                lost.give_up()  # it belongs to the thread left behind
                self._dialogue = self._new_dialogue()
                self._dialogue.abandon(lost.owed)
            raise

    def _new_dialogue(self) -> Dialogue:
        return Dialogue(
            link_for(self._connection, self._timing),
            self._timing,
            cutter=self._cutter,
            completion=self._completion,
            band_rows=self._band_rows,
        )

    def _heard(self, status: PrinterStatus) -> None:
        self._misses = 0
        if status.paper_near_end is not None:
            self._paper_low = status.paper_near_end
        if status.fault:
            self._report_fault(status.fault, status.words)
        else:
            self._record.report(DeviceState.ONLINE, detail=status.words)

    def _missed(self, code: FaultCode, detail: str) -> None:
        """One miss is no news: single replies get lost, and a false alarm costs the citizen a slip."""
        self._misses += 1
        if self._misses >= Dialogue.tries:
            self._about = None  # another one may come in its place
            self._report_fault(code, detail)

    def _report_fault(self, code: FaultCode, detail: str) -> None:
        self._record.report(_STATES.get(code, DeviceState.OFFLINE), code, detail)
