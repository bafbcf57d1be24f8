"""After a visit no object holds what was sealed; what the interpreter leaves in freed memory is counted.

CPython does not overwrite what it frees. With the allocator's settings of the unit file the C library does;
docs/keys.md has the figures without them.
"""

import os
import subprocess
import sys
from pathlib import Path

from kiosk import enrolment
from simulator.gateway.keys import PUBLIC_KEYS_FILE, KeyDirectory
from tests.faults.test_plaintext_nowhere import in_base64
from tests.unit_settings import allocation_of_the_unit

ROOT = Path(__file__).parents[2]


def memory_of(process: int) -> bytes:
    """All that the process may write to, as it is now."""
    content = []
    with Path(f"/proc/{process}/mem").open("rb", buffering=0) as memory:
        for line in Path(f"/proc/{process}/maps").read_text("ascii").splitlines():
            bounds, rights = line.split()[:2]
            if rights.startswith("rw") and not line.endswith(("[vvar]", "[vsyscall]")):
                first, last = (int(bound, 16) for bound in bounds.split("-"))
                memory.seek(first)
                content.append(memory.read(last - first))
    return b"".join(content)


def after_visits(directory: Path, settings: dict[str, str]) -> tuple[list[int], int]:
    """How often the account of each person is in memory, plain or in base64, when all have gone.

    And how many objects still hold the last one.
    """
    KeyDirectory(directory / "gateway")
    enrolment.create(directory / "keys", "kiosk-memory")
    enrolment.trust_gateway(directory / "keys", (directory / "gateway" / PUBLIC_KEYS_FILE).read_text("ascii"))
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.memory_child", str(directory)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **settings},
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        told = process.stdout.readline().split()
        accounts = [bytes(byte ^ 0xFF for byte in bytes.fromhex(each)) for each in told]
        memory = memory_of(process.pid)
        held, _ = process.communicate("\n", timeout=60)
        return [sum(map(memory.count, {account, *in_base64(account)})) for account in accounts], int(held)
    finally:
        process.kill()
        process.communicate()


def test_no_object_holds_what_was_sealed(tmp_path: Path) -> None:
    _, held = after_visits(tmp_path, {})
    assert held == 0


def test_freed_memory_is_overwritten_with_the_settings_of_the_service(tmp_path: Path) -> None:
    left, _ = after_visits(tmp_path, allocation_of_the_unit())
    assert left == [0] * len(left)
