"""Where kiosks are born quickly: one warm process, without threads, that forks a child for each life.

python -m tests.crash.nursery reads an order a line and answers each with a line: what the child said, how it ended.
"""

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from tests.crash.life import live
from tests.crash.order import Doom, Life, Order

_ROOT = Path(__file__).parents[2]
_RECORDED = "openat,pwrite64,write,sendto,fdatasync,fsync,ftruncate,rename,unlink"
_HUNG = 120.0  # seconds; more than a last life may take to deliver what waits


class Nursery:
    """The other end of the pipe, in the harness."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            (sys.executable, "-m", "tests.crash.nursery"),
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def whole_life(self, order: Order) -> Life:
        """Let a kiosk live as ordered, until it is dead."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(order.line() + "\n")
        self._process.stdin.flush()
        return Life(**json.loads(self._process.stdout.readline()))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        with self._process:
            self._process.kill()


def _born(order: Order) -> tuple[int, int, int]:
    """A child that waits for one byte; its number, where it speaks, where it is told to begin."""
    heard, spoken = os.pipe()
    wait, begin = os.pipe()
    child = os.fork()
    if child:
        os.close(spoken)
        os.close(wait)
        return child, heard, begin
    code = 1
    try:
        os.close(heard)
        os.close(begin)
        os.read(wait, 1)
        live(order, spoken)
        code = 0
    finally:
        if code:
            traceback.print_exc()
        os._exit(code)


@contextlib.contextmanager
def _strace(order: Order, child: int) -> Iterator[None]:
    """The tool that kills the child at a system call of its own."""
    if order.doom is Doom.CALL:
        inject = f"inject={order.call}:signal=SIGKILL:when={order.after}"
        asked: tuple[str, ...] = ("-o", "/dev/null", "-e", f"trace={order.call}", "-e", inject)
    elif order.record:
        asked = ("-o", order.record, "-y", "-xx", "-s", "1000000", "-e", f"trace={_RECORDED}")
    else:
        yield
        return
    command = ("strace", "-f", "-qq", *asked, "-p", str(child))
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as tracer:
        while f"TracerPid:\t{tracer.pid}\n" not in Path(f"/proc/{child}/status").read_text("ascii"):
            if tracer.poll() is not None:
                raise RuntimeError("strace did not take hold")
            time.sleep(0.001)
        yield


def _listen(heard: int, child: int, order: Order) -> tuple[bytes, bool]:
    """All that it says until it is dead; False if it had to be killed for hanging."""
    limit = order.after / 1000 if order.doom is Doom.MOMENT else _HUNG
    deadline, said, hung = time.monotonic() + limit, b"", False
    while True:
        if not select.select([heard], [], [], max(deadline - time.monotonic(), 0))[0]:
            os.kill(child, signal.SIGKILL)
            hung = order.doom is not Doom.MOMENT
            deadline += _HUNG
            continue
        piece = os.read(heard, 65536)
        if not piece:
            return said, not hung
        said += piece


def _lived(order: Order) -> Life:
    child, heard, begin = _born(order)
    with _strace(order, child):
        os.write(begin, b".")
        said, in_time = _listen(heard, child, order)
        _, status = os.waitpid(child, 0)
    os.close(heard)
    os.close(begin)
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    whole = said.decode().split("\n")[:-1]  # half a line was not told to anybody
    return Life([json.loads(line) for line in whole], killed, in_time and (killed or status == 0))


def main() -> None:
    """Serve until the harness is gone."""
    for line in sys.stdin:
        print(json.dumps(vars(_lived(Order.read(line)))), flush=True)


if __name__ == "__main__":
    main()
