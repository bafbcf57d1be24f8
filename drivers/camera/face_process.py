"""The face process: loads the models, then answers requests from its standard input until that closes.

It runs apart from the kiosk because face work is heavy and dlib's descriptor holds the interpreter lock, and steps back
behind the screens when both want the processor. It has no environment of its parent and writes nothing to disk; a crash
leaves no memory image behind, and no other process of the same user can look into its memory.
"""

import ctypes
import mmap
import os
import resource
import sys
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import IO, Any

import cv2
import numpy as np
import numpy.typing as npt

from config.faults import FaultCode
from drivers.camera.chip_photo import decoded_chip
from drivers.camera.face import FaceReader
from drivers.camera.face_child import LARGEST, MEMORY_VARIABLE
from drivers.camera.messages import Message, observation_message, read, settings_of, write
from drivers.camera.observation import FaceAdvice, Observation, Picture
from drivers.device import DeviceError

_LARGEST_PHOTO = 4096  # pixels a side; a reference photo is a few hundred
_LESS_URGENT = 10  # of 19
_PR_SET_DUMPABLE = 4  # prctl(2)

_Bytes = npt.NDArray[np.uint8]


def main() -> None:
    """Answer requests until the kiosk is gone."""
    _withdraw()
    memory = _shared_memory()
    answers = _private_output()
    requests: SimpleQueue[Message] = SimpleQueue()
    threading.Thread(target=_receive, args=(sys.stdin.buffer, requests), daemon=True).start()
    reader = _load(requests.get(), answers)
    if reader is None:
        return
    while True:
        request = requests.get()
        write(answers, _answer(reader, request, memory[: request.header["bytes"]]))


def _withdraw() -> None:
    """No core file, no debugger, and the screens first."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(_LESS_URGENT)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_DUMPABLE)")


def _shared_memory() -> _Bytes:
    """Where the kiosk puts pictures, and overwrites them after the answer."""
    file = int(os.environ[MEMORY_VARIABLE])
    memory = np.frombuffer(mmap.mmap(file, LARGEST), np.uint8)
    os.close(file)
    return memory


def _private_output() -> IO[bytes]:
    """The pipe to the kiosk; what a library prints goes to standard error instead."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def _receive(stream: IO[bytes], requests: SimpleQueue[Message]) -> None:
    """Take requests in; end the process as soon as the kiosk is gone, even in the middle of a picture."""
    try:
        while True:
            requests.put(read(stream))
    except (EOFError, ValueError, OSError):
        os._exit(0)


def _load(request: Message, answers: IO[bytes]) -> FaceReader | None:
    try:
        reader = FaceReader(settings_of(request.header["settings"]))
    except DeviceError as error:
        write(answers, Message({"fault": error.code, "detail": error.detail}))
        return None
    except (RuntimeError, cv2.error) as error:  # the libraries cannot read the weights
        write(answers, Message({"fault": FaultCode.FACE_MODEL_INVALID, "detail": type(error).__name__}))
        return None
    write(answers, Message({"model": reader.model}))
    return reader


def _answer(reader: FaceReader, request: Message, content: _Bytes) -> Message:
    actions: dict[str, Callable[[FaceReader, dict[str, Any], _Bytes], Observation]] = {
        "look": _look,
        "one_of_two": _one_of_two,
        "refer": _refer,
        "refer_chip": _refer_chip,
    }
    observation = actions[request.header["do"]](reader, request.header, content)
    answer = observation_message(observation)
    if observation.template:
        observation.template.wipe()
    return answer


def _look(reader: FaceReader, header: dict[str, Any], content: _Bytes) -> Observation:
    height, width = _size(header)
    return reader.look(content.reshape(height, width, 3))


def _one_of_two(reader: FaceReader, header: dict[str, Any], content: _Bytes) -> Observation:
    height, width = _size(header)
    return reader.one_of_two(content.reshape(height, width, 3), int(header["rank"]))


def _refer(reader: FaceReader, _: dict[str, Any], content: _Bytes) -> Observation:
    photo = _decoded(content)
    if photo is None:
        return Observation(FaceAdvice.LOOK_HERE, 0)
    try:
        return reader.refer(photo)
    finally:
        photo.fill(0)


def _refer_chip(reader: FaceReader, header: dict[str, Any], content: _Bytes) -> Observation:
    photo = decoded_chip(content.tobytes(), header["decoder"], header["library"])
    if photo is None:
        return Observation(FaceAdvice.LOOK_HERE, 0)
    return _refer(reader, header, np.frombuffer(photo, dtype=np.uint8))


def _decoded(photo: _Bytes) -> Picture | None:
    """A photo file as RGB, or None if it is none or larger than any photo of a document."""
    try:
        image = cv2.imdecode(photo, cv2.IMREAD_COLOR)
    except cv2.error:  # an empty buffer
        return None
    if image is None or max(image.shape) > _LARGEST_PHOTO:
        return None
    turned = np.ascontiguousarray(image[..., ::-1], dtype=np.uint8)
    image.fill(0)
    return turned


def _size(header: dict[str, Any]) -> tuple[int, int]:
    return int(header["height"]), int(header["width"])


if __name__ == "__main__":
    main()
