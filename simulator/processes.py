"""Programs that the hall starts: each in a process group of its own, ended by its own id; none outlives the hall."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

_PATIENCE = 8.0


def start(
    command: Sequence[str | Path],
    log: Path,
    environment: Mapping[str, str] | None = None,
    pass_fds: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start ``command`` with its output at the end of the file ``log``.

    The kernel sends SIGTERM to it should the hall die without a farewell; therefore call this from a thread that lasts
    as long as the hall.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        return subprocess.Popen(
            ["setpriv", "--pdeathsig", "TERM", *map(str, command)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=complete(environment or {}),
            pass_fds=pass_fds,
            start_new_session=True,
        )


def complete(environment: Mapping[str, str]) -> dict[str, str]:
    """The hall's own environment with ``environment`` above it."""
    return {**os.environ, **environment}


def end(process: subprocess.Popen[bytes] | None, patience: float = _PATIENCE) -> int | None:
    """End a program and what it started; returns its exit code. Does nothing for one that never started.

    ``patience``: seconds between the polite word and the last one.
    """
    if process is None:
        return None
    if process.poll() is None:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    return process.wait()
