"""The whole ID driver over a pty with tampered answers: nothing but its own errors, and it reads again afterwards."""

import asyncio
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.device import DeviceError, DeviceState
from drivers.id_scanner.patience import Patience
from drivers.id_scanner.serial_reader import IdScanner
from simulator.id_reader import SimulatedIdReader
from simulator.people import BY_KEY, PEOPLE, Person
from tests.fuzz.promises import require_own_words
from tests.fuzz.tampering import Script, Tamperer

HASTY = Patience(short=0.1, base=0.15, address=0.1, gap=0.03, poll=0.001)
LAST = BY_KEY["zhang_ling"]


class TamperedReader(SimulatedIdReader):
    """Sends what the tamperer makes of each answer."""

    tamperer: Tamperer | None = None

    def _spoiled(self, command: bytes, frame: bytes) -> bytes:
        del command
        return self.tamperer.changed(frame) if self.tamperer else frame


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(PEOPLE), st.binary(max_size=200))
def test_only_typed_errors_and_it_reads_again(person: Person, script: bytes) -> None:
    with tempfile.TemporaryDirectory() as place:
        asyncio.run(conversation(Path(place) / "line", person, script))


async def conversation(link: Path, person: Person, script: bytes) -> None:
    with TamperedReader(link) as reader:
        scanner = IdScanner(reader.port, patience=HASTY)
        reader.tamperer = Tamperer(Script(script))
        reader.lay(person)
        refused = None
        try:
            assert (await asyncio.wait_for(scanner.wait_for_document(), 30)).number
        except DeviceError as error:
            refused = error.code
            require_own_words(error.detail.removeprefix(f"{reader.port}: "))
        assert scanner.health.fault is refused
        reader.tamperer = None
        reader.lay(LAST)
        assert (await asyncio.wait_for(scanner.wait_for_document(), 30)).number == LAST.number
        assert scanner.health.state is DeviceState.ONLINE
        scanner.close()
