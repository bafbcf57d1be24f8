"""The printer's own word that a job is through, ``GS ( H``: it is heard whenever it comes, and however."""

from contextlib import AbstractAsyncContextManager
from dataclasses import replace

import pytest
from typing_extensions import override

from config.faults import FaultCode
from drivers.device import DeviceError
from drivers.printer.commands import process_id_request
from drivers.printer.dialogue import Completion
from drivers.printer.escpos_printer import Network, Printer
from drivers.printer.status import StatusKind
from simulator.printer import SimulatedPrinter
from simulator.printer.real_time import RealTime, StatusAsked
from tests.devices.printing import QUICK, noise, opened, same

ASKED = process_id_request(b"0000")[:-4]
REPORT = b"\x37\x22"


class HeldBack(SimulatedPrinter):
    """Goes off line when it is asked for its word, and gives it while it is asked how it is.

    With ``torn`` each report comes in two parts, the second together with the next status.
    """

    torn = False
    roll_ends = False  # when the job is through
    _rest = b""

    @override
    def _take(self, part: bytes | RealTime) -> None:
        if isinstance(part, bytes) and ASKED in part:
            self.change(feeding=True)
        super()._take(part)
        if part == StatusAsked(StatusKind.OFFLINE_CAUSE) and self.condition.feeding:
            self.change(feeding=False)
            self.change(paper_out=self.roll_ends)

    @override
    def _answer(self, reply: bytes) -> None:
        if self.torn and reply.startswith(REPORT):
            reply, self._rest = reply[:4], reply[4:]
        else:
            reply, self._rest = self._rest + reply, b""
        super()._answer(reply)


def opened_to(simulated: SimulatedPrinter, finish: float = 2.0) -> AbstractAsyncContextManager[Printer]:
    timing = replace(QUICK, finish=finish)
    return opened(Network("127.0.0.1", simulated.port), timing=timing, completion=Completion.PROCESS_ID)


@pytest.mark.parametrize("torn", [False, True])
async def test_a_report_between_two_questions_is_heard(torn: bool) -> None:
    """Somebody touches the feed button at the last moment: the slip is out, and nobody is told otherwise."""
    with HeldBack() as simulated:
        simulated.torn = torn
        async with opened_to(simulated) as printer:
            for seed in range(3):  # the second number has a digit that looks like a status
                await printer.print_image(noise(10, seed=seed))
            assert printer.health.usable
    assert [same(paper.picture, noise(10, seed=seed)) for seed, paper in enumerate(simulated.cut_papers)] == [True] * 3


async def test_what_happens_after_the_report_does_not_unsay_it() -> None:
    """The roll ends behind the slip: it is whole, and counts as printed."""
    with HeldBack() as simulated:
        simulated.roll_ends = True
        async with opened_to(simulated) as printer:
            await printer.print_image(noise(10))
            assert printer.health.fault is FaultCode.PRN_PAPER_OUT
    assert same(simulated.cut_papers[0].picture, noise(10))


async def test_without_a_report_a_job_counts_as_broken_off() -> None:
    class Forgetful(HeldBack):
        @override
        def _answer(self, reply: bytes) -> None:
            if not reply.startswith(REPORT):
                super()._answer(reply)

    with Forgetful() as simulated:
        async with opened_to(simulated, finish=0.5) as printer:
            with pytest.raises(DeviceError) as caught:
                await printer.print_image(noise(10))
    assert caught.value.code is FaultCode.PRN_INTERRUPTED
