"""What comes from the face process, and the photos that it is given."""

import asyncio
import io
import struct
from collections.abc import Callable, Coroutine
from functools import cache
from typing import Any

import numpy as np

from drivers.camera.engine import FaceEngine, UnusablePhotoError
from drivers.camera.messages import Message, observation_message, observation_of, read, write
from drivers.camera.observation import Box, FaceAdvice, FacePoints, Observation, Point, Quality, Template, Vector
from simulator.hall_configuration import CHIP_PHOTO_DECODER
from simulator.heads.pictures import portrait
from simulator.id_reader.document_text import photo_of
from simulator.people import BY_KEY
from tests.fuzz.entry import Entry
from tests.fuzz.promises import BrokenPromiseError, kept

_PLACE = Point(1.0, 2.5)
_SEEN = Observation(
    FaceAdvice.GOOD,
    1,
    Box(1, 2, 3, 4),
    FacePoints(*[_PLACE] * 5),
    Quality(*[0.5] * 10),
    Template("sface", np.zeros(4, dtype=np.float32)),
)


def message(data: bytes) -> None:
    """What the face process writes into its pipe."""
    received = kept(lambda: read(io.BytesIO(data)), EOFError, ValueError)
    if received is None:
        return
    seen = kept(lambda: observation_of(received), ValueError)
    if seen is not None and not _is_sound(seen):
        raise BrokenPromiseError("an observation that is none")


def _is_sound(seen: Observation) -> bool:
    vector: Vector | None = seen.template.vector if seen.template else None
    return isinstance(seen.advice, FaceAdvice) and isinstance(seen.faces, int) and (vector is None or vector.ndim == 1)


@cache
def _engine() -> tuple[FaceEngine, asyncio.AbstractEventLoop]:
    return FaceEngine(), asyncio.new_event_loop()


def photo(data: bytes) -> None:
    """A photo from the gateway: the face process must live through it."""
    _refer(lambda engine: engine.reference(data))


def chip_photo(data: bytes) -> None:
    """A photo from a chip, with the decoder of the simulated hall."""
    _refer(lambda engine: engine.chip_reference(data, CHIP_PHOTO_DECODER, ""))


def _refer(call: Callable[[FaceEngine], Coroutine[Any, Any, Template]]) -> None:
    engine, loop = _engine()
    before = engine.process_id
    kept(lambda: loop.run_until_complete(call(engine)), UnusablePhotoError)
    if before is not None and engine.process_id != before:
        raise BrokenPromiseError("the face process had to be started again")


def stop_engine() -> None:
    """End the face process that ``photo`` has started."""
    engine, loop = _engine()
    loop.run_until_complete(engine.stop())
    loop.close()
    _engine.cache_clear()


def _packed(content: Message) -> bytes:
    stream = io.BytesIO()
    write(stream, content)
    return stream.getvalue()


_SOUND = observation_message(_SEEN)


def _bitmap(width: int, height: int, bits: int = 24) -> bytes:
    row = (width * bits // 8 + 3) // 4 * 4
    head = struct.pack("<IiiHHIIiiII", 40, width, height, 1, bits, 0, row * abs(height), 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 54 + row * abs(height), 0, 0, 54) + head + bytes(row * abs(height))


ENTRIES = (
    Entry(
        "face_message",
        message,
        (
            _packed(_SOUND),
            _packed(observation_message(Observation(FaceAdvice.CLOSER, 0))),
            *(
                _packed(Message(_SOUND.header | {name: value}, _SOUND.payload))
                for name in _SOUND.header
                for value in (None, -1, float("inf"), float("nan"), "", [], {}, [[]], {"x": 1})
            ),
        ),
    ),
    Entry(
        "face_photo",
        photo,
        (portrait("zhang_ling"), _bitmap(102, 126), _bitmap(1, 4096), _bitmap(3, -3), bytes(1024)),
    ),
    Entry("chip_photo", chip_photo, (photo_of(BY_KEY["zhang_ling"]), bytes(1024)), longest=1200),
)
