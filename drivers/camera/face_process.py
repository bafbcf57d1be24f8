"""The face process: loads the models, then answers requests from its standard input until that closes.

It runs apart from the kiosk because face work is heavy and dlib's descriptor holds the interpreter lock. It has no
network, no environment of its parent, and writes nothing to disk; a crash leaves no memory image behind.
"""

import os
import resource
import sys
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import IO, Any

import cv2
import numpy as np

from config.faults import FaultCode
from drivers.camera.face import FaceReader
from drivers.camera.messages import Message, observation_message, read, settings_of, write
from drivers.camera.observation import FaceAdvice, Observation, Picture
from drivers.device import DeviceError

_LARGEST_PHOTO = 4096  # pixels a side; a reference photo is a few hundred


def main() -> None:
    """Answer requests until the kiosk is gone."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answers = _private_output()
    requests: SimpleQueue[Message] = SimpleQueue()
    threading.Thread(target=_receive, args=(sys.stdin.buffer, requests), daemon=True).start()
    reader = _load(requests.get(), answers)
    if reader is None:
        return
    while True:
        request = requests.get()
        write(answers, _answer(reader, request))


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
        reader = FaceReader(settings_of(request.header))
    except DeviceError as error:
        write(answers, Message({"fault": error.code, "detail": error.detail}))
        return None
    except (RuntimeError, cv2.error) as error:  # the libraries cannot read the weights
        write(answers, Message({"fault": FaultCode.FACE_MODEL_INVALID, "detail": type(error).__name__}))
        return None
    write(answers, Message({"model": reader.model}))
    return reader


def _answer(reader: FaceReader, request: Message) -> Message:
    actions: dict[str, Callable[[FaceReader, Message], Observation]] = {"look": _look, "refer": _refer}
    return observation_message(actions[request.header["do"]](reader, request))


def _look(reader: FaceReader, request: Message) -> Observation:
    height, width = _size(request.header)
    return reader.look(np.frombuffer(request.payload, dtype=np.uint8).reshape(height, width, 3))


def _refer(reader: FaceReader, request: Message) -> Observation:
    photo = _decoded(request.payload)
    return Observation(FaceAdvice.LOOK_HERE, 0) if photo is None else reader.refer(photo)


def _decoded(photo: bytes) -> Picture | None:
    """A photo file as RGB, or None if it is none or larger than any photo of a document."""
    try:
        image = cv2.imdecode(np.frombuffer(photo, dtype=np.uint8), cv2.IMREAD_COLOR)
    except cv2.error:  # an empty buffer
        return None
    if image is None or max(image.shape) > _LARGEST_PHOTO:
        return None
    return np.ascontiguousarray(image[..., ::-1], dtype=np.uint8)


def _size(header: dict[str, Any]) -> tuple[int, int]:
    return int(header["height"]), int(header["width"])


if __name__ == "__main__":
    main()
