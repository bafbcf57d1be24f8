"""The face process and what it is given: it lives, it takes no memory for promises, and rubbish from it is a fault."""

import asyncio
import io
import struct
import zlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from config.faults import FaultCode
from drivers.camera.engine import FaceEngine, UnusablePhotoError
from drivers.camera.face_child import FaceChild
from drivers.camera.messages import Message, read
from drivers.device import DeviceError
from simulator.heads.pictures import portrait


@pytest.fixture
async def engine() -> AsyncIterator[FaceEngine]:
    started = FaceEngine()
    await started.start()
    yield started
    await started.stop()


def black(width: int, height: int) -> bytes:
    """A PNG without anything on it: a thousandth of the memory that it unpacks to."""
    pixels = zlib.compress(bytes((3 * width + 1) * height), 9)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in ((b"IHDR", head), (b"IDAT", pixels), (b"IEND", b""))
    )


def peak_kilobytes(process_id: int) -> int:
    lines = Path(f"/proc/{process_id}/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


async def test_a_picture_of_gigabytes_is_refused_before_they_are_taken(engine: FaceEngine) -> None:
    child = engine.process_id
    assert child is not None
    before = await asyncio.to_thread(peak_kilobytes, child)
    with pytest.raises(UnusablePhotoError):
        await engine.reference(black(5000, 5000))  # 75 million bytes of pixels in 73,000
    assert engine.process_id == child
    assert await asyncio.to_thread(peak_kilobytes, child) < before + 50_000


@pytest.mark.parametrize("size", [(1, 4096), (4096, 1), (1, 1), (5000, 2)])
async def test_pictures_of_strange_shapes(engine: FaceEngine, size: tuple[int, int]) -> None:
    child = engine.process_id
    with pytest.raises(UnusablePhotoError):
        await engine.reference(black(*size))
    assert engine.process_id == child


@pytest.mark.parametrize("answer", [Message({}), Message({"advice": "somebody's name"}), Message({"advice": []})])
async def test_a_process_that_answers_rubbish_is_ended_and_the_next_one_works(
    engine: FaceEngine, monkeypatch: pytest.MonkeyPatch, answer: Message
) -> None:
    """That a picture takes the process over cannot be made otherwise."""
    child = engine.process_id
    with monkeypatch.context() as patch:
        patch.setattr(FaceChild, "ask", lambda *_: answer)
        with pytest.raises(DeviceError) as error:
            await engine.reference(portrait("zhang_ling"))
    assert (error.value.code, error.value.detail) == (FaultCode.FACE_ENGINE_DOWN, "the message is not an observation")
    assert engine.health.fault is FaultCode.FACE_ENGINE_DOWN
    assert (await engine.reference(portrait("zhang_ling"))).vector.size == 128
    assert engine.process_id != child


@pytest.mark.parametrize(
    "header", [b"[" * 100_000, b"[]", b"1", b"\xff", b""], ids=["deep", "list", "number", "byte", ""]
)
def test_a_header_that_is_no_object(header: bytes) -> None:
    with pytest.raises(ValueError, match=r"^the header of a message is not an object of JSON$"):
        read(io.BytesIO(struct.pack(">II", len(header), 0) + header))
