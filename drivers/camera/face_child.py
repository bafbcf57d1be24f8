"""One child process of the face engine, with the piece of memory through which it is shown pictures.

Pictures do not go through a pipe: the kiosk writes them into memory that both processes see (``memfd_create``, which
has no name and no file) and overwrites it as soon as the answer is there. So there is one copy, and it is known where.
"""

import contextlib
import mmap
import os
import subprocess
import sys
from pathlib import Path
from typing import IO

import numpy as np

from drivers.camera.messages import Message, read, write
from drivers.camera.observation import Picture

MEMORY_VARIABLE = "FACE_MEMORY"  # names the open file of the shared memory
LARGEST = 32 * 1024 * 1024  # bytes; memory is taken only as far as it is written to

_ROOT = Path(__file__).parents[2]  # where the package ``drivers`` lies
_ENVIRONMENT = {
    "PYTHONPATH": str(_ROOT),
    "LANG": "C.UTF-8",
    "OMP_NUM_THREADS": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    # A small file can claim to hold gigabytes of one colour: refused before the memory for them is taken.
    "OPENCV_IO_MAX_IMAGE_PIXELS": str(4096 * 4096),
}


class FaceChild:
    """A running process; all but ``alive``, ``kill`` and ``resident_bytes`` belong to the engine's worker thread."""

    def __init__(self) -> None:
        """Start it. It gets neither the environment nor the open files of the kiosk."""
        file = os.memfd_create("pictures", os.MFD_CLOEXEC)
        try:
            os.ftruncate(file, LARGEST)
            self._memory = mmap.mmap(file, LARGEST)
            self._process = subprocess.Popen(
                [sys.executable, "-m", "drivers.camera.face_process"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=_ENVIRONMENT | {MEMORY_VARIABLE: str(file)},
                cwd="/",
                pass_fds=(file,),
                start_new_session=True,  # Ctrl-C in a terminal is for the kiosk, which ends its child itself
            )
        finally:
            os.close(file)

    @property
    def process_id(self) -> int:
        """Its process number."""
        return self._process.pid

    @property
    def exit_status(self) -> int | None:
        """None while it runs."""
        return self._process.poll()

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()

    def ask(self, request: Message, content: Picture | bytes | None = None) -> Message:
        """Send a request, with a picture or a photo in the shared memory, and wait for the answer.

        Raises:
            OSError, EOFError, ValueError: it is gone, or answers nonsense.
        """
        requests, answers = self._pipes()
        pixels = np.frombuffer(content, np.uint8) if isinstance(content, bytes) else content
        size = 0 if pixels is None else pixels.size
        shared = np.frombuffer(self._memory, np.uint8, size)
        try:
            if pixels is not None:
                shared[:] = pixels.reshape(-1)
            write(requests, Message(request.header | {"bytes": size}, request.payload))
            return read(answers)
        finally:
            shared[:] = 0

    def resident_bytes(self) -> int | None:
        """Bytes of memory that it holds now (resident set); None when it is gone."""
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{self.process_id}/status").read_text(encoding="ascii").splitlines():
                if line.startswith("VmRSS:"):
                    return int(line.split()[1]) * 1024
        return None

    def bury(self) -> None:
        """Close the pipes to the dead process and take its exit status."""
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):  # the rest of a request that it will not read any more
                if pipe is not None:
                    pipe.close()
        self._process.wait()
        with contextlib.suppress(BufferError):  # a thread that was left behind still holds it, and overwrites it
            self._memory.close()

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        if self._process.stdin is None or self._process.stdout is None:
            raise OSError("the face process has no pipes")
        return self._process.stdin, self._process.stdout
