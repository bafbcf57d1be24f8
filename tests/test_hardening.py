"""A kiosk that dies leaves no picture of its memory behind."""

import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

CHILD = """
import os, resource, sys
if sys.argv[1] == "protected":
    from kiosk.hardening import keep_memory_private
    keep_memory_private()
citizen = "370102" + "199003071234"
os.kill(os.getpid(), int(sys.argv[2]))
"""

LOOKING = """
import ctypes, resource
from kiosk.hardening import keep_memory_private
keep_memory_private()
locked = [line for line in open("/proc/self/status") if line.startswith("VmLck")]
print(ctypes.CDLL(None).prctl(3), *resource.getrlimit(resource.RLIMIT_CORE), locked[0].split()[1])
"""


def _cores_allowed() -> None:
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))


def die(directory: Path, how: str, by: signal.Signals) -> tuple[int, list[Path]]:
    """The exit code, and what the dead process has left where it stood."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", CHILD, how, str(int(by))]
    done = subprocess.run(command, cwd=directory, env=environment, preexec_fn=_cores_allowed, timeout=60, check=False)
    return done.returncode, list(directory.iterdir())


@pytest.mark.parametrize("by", [signal.SIGSEGV, signal.SIGABRT])
def test_a_crash_leaves_no_core_file(tmp_path: Path, by: signal.Signals) -> None:
    assert die(tmp_path, "protected", by) == (-by, [])


def test_without_the_protection_there_would_be_one(tmp_path: Path) -> None:
    """Else the test above would prove nothing."""
    pattern = Path("/proc/sys/kernel/core_pattern").read_text("ascii").strip()
    if "/" in pattern or pattern.startswith("|") or resource.getrlimit(resource.RLIMIT_CORE)[1] == 0:
        pytest.skip("this machine writes core files elsewhere, or none")
    code, left = die(tmp_path, "open", signal.SIGSEGV)
    assert code == -signal.SIGSEGV
    assert left


def test_the_kernel_confirms_it() -> None:
    """Not dumpable, no core; and locked in memory when there is no limit to that."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", LOOKING]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=True)
    dumpable, soft, hard, locked = map(int, done.stdout.split())
    assert (dumpable, soft, hard) == (0, 0, 0)
    unlimited = resource.getrlimit(resource.RLIMIT_MEMLOCK)[1] == resource.RLIM_INFINITY
    assert locked == 0 or unlimited
