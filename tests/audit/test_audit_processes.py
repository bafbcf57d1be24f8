"""The audit log of several processes, and of one that is killed: one chain, and nothing hidden."""

import asyncio
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from kiosk.audit.log import Act, Event, note_beside
from tests.audit.trail import KEY, HandClock, assert_genuine, entries, new_log

_OTHER = """
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from joserfc.jwk import OKPKey
from config.clock import certain
from kiosk.audit.log import Act, Event, note_beside
from kiosk.audit.chain import HeadKey
key = HeadKey("JN03", OKPKey.import_key(json.loads(sys.argv[2])))
for sequence in range(int(sys.argv[3])):
    note_beside(
        Path(sys.argv[1]),
        key,
        certain(lambda: datetime.now(UTC)),
        Event.TECHNICIAN,
        act=Act.HOLD,
        sequence=sequence,
    )
"""


async def test_several_processes_append_to_one_chain(tmp_path: Path) -> None:
    key = json.dumps(KEY.key.as_dict(private=True))
    command = (sys.executable, "-c", _OTHER, str(tmp_path), key, "40")
    others = [await asyncio.create_subprocess_exec(*command) for _ in range(2)]
    ended = asyncio.gather(*(other.wait() for other in others))
    log = new_log(tmp_path)
    while not ended.done():
        log.note(Event.CLOCK_SET, seconds=1)
        await asyncio.sleep(0.01)
    await log.close()
    assert ended.result() == [0, 0]
    found = entries(tmp_path)
    assert [entry.number for entry in found] == list(range(1, len(found) + 1))
    assert sum(entry.event == "technician" for entry in found) == 80
    assert {entry.event for entry in found} == {"technician", "clock_set"}
    assert_genuine(tmp_path)


async def test_killed_at_any_moment_it_goes_on_and_hides_nothing(tmp_path: Path) -> None:
    """What is on disk is one chain; at most the last batch before each kill was not signed, and that is said."""
    key = json.dumps(KEY.key.as_dict(private=True))
    command = (sys.executable, "-c", _OTHER, str(tmp_path), key, "1000000")
    for round_ in range(4):
        child = await asyncio.create_subprocess_exec(*command)
        begun = _size(tmp_path)
        async with asyncio.timeout(60):
            while _size(tmp_path) < begun + 4_000 * (1 + round_ % 3):
                await asyncio.sleep(0.001 * (1 + round_))
        child.kill()
        await child.wait()
    note_beside(tmp_path, KEY, HandClock(time=datetime.now(UTC)), Event.TECHNICIAN, act=Act.RESUME)
    found = entries(tmp_path)
    assert [entry.number for entry in found] == list(range(1, len(found) + 1))
    assert len(found) > 40
    assert {entry.event for entry in found} <= {"technician", "tail_unsigned", "tail_cut"}
    assert_genuine(tmp_path)


def _size(directory: Path) -> int:
    return sum(path.stat().st_size for path in directory.glob("*.jsonl"))
