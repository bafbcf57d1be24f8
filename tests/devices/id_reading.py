"""What the tests of the ID scanner share: people, a quick driver, reading and failing."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from config.faults import FaultCode
from drivers.device import DeviceError, DeviceState
from drivers.id_scanner.documents import IdDocument
from drivers.id_scanner.patience import Patience
from drivers.id_scanner.serial_reader import IdScanner
from simulator.id_reader import SimulatedIdReader
from simulator.people import BY_KEY, DocumentLayout

ZHANG = BY_KEY["zhang_ling"]
ZHAO = BY_KEY["zhao_qi"]
BERG_2017 = replace(BY_KEY["berg"], key="berg_2017", layout=DocumentLayout.FOREIGNER_2017, number="NOR370079090812")
IMPATIENT = Patience(short=0.4, base=0.8, address=0.4, gap=0.1, poll=0.02, watch=0.05)


async def read(scanner: IdScanner) -> IdDocument:
    return await asyncio.wait_for(scanner.wait_for_document(), 20)


async def fails(scanner: IdScanner, code: FaultCode) -> DeviceError:
    with pytest.raises(DeviceError) as error:
        await read(scanner)
    assert error.value.code is code
    assert scanner.health.fault is code
    return error.value


async def until(condition: Callable[[], bool]) -> None:
    for _ in range(2000):
        if condition():
            return
        await asyncio.sleep(0.01)
    pytest.fail("it did not happen in 20 seconds")


async def reads_zhang(scanner: IdScanner, reader: SimulatedIdReader) -> None:
    """The same object works again after a fault."""
    reader.lay(ZHANG)
    assert (await read(scanner)).number == ZHANG.number
    assert scanner.health.state is DeviceState.ONLINE
