"""The face process as a neighbour: its memory, its rank, what it leaves behind, and what is overwritten."""

import ctypes
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from drivers.camera.capture import Camera
from drivers.camera.engine import FaceEngine
from drivers.camera.face_child import FaceChild
from drivers.camera.messages import Message, settings_header
from drivers.camera.observation import FaceAdvice, Template
from drivers.camera.settings import FaceSettings
from simulator.camera import SimulatedCamera
from simulator.heads.pictures import frames

_MEGABYTE = 1024 * 1024


@pytest.fixture
async def engine() -> AsyncIterator[FaceEngine]:
    engine = FaceEngine()
    await engine.start()
    yield engine
    await engine.stop()


async def test_its_memory_can_be_read_and_stays_what_it_is(engine: FaceEngine) -> None:
    picture = np.ascontiguousarray(frames("berg")[0][..., ::-1])
    for _ in range(5):
        await engine.look(picture)
    after_five = engine.memory()
    for _ in range(25):
        await engine.look(picture)
    after_thirty = engine.memory()
    assert after_five
    assert after_thirty
    assert 50 * _MEGABYTE < after_five < 400 * _MEGABYTE  # 212 measured: docs/face.md
    assert after_thirty - after_five < 20 * _MEGABYTE
    await engine.stop()
    assert engine.memory() is None


async def test_it_steps_back_behind_the_screens_and_leaves_no_core(engine: FaceEngine) -> None:
    process = Path(f"/proc/{engine.process_id}")
    fields = (process / "stat").read_text().rpartition(")")[2].split()
    assert int(fields[16]) == min(os.nice(0) + 10, 19)  # nice, proc(5) field 19; 10 more than ours
    limits = (process / "limits").read_text().splitlines()
    assert [line.split()[4:6] for line in limits if line.startswith("Max core")] == [["0", "0"]]


def test_no_other_process_may_look_into_it() -> None:
    script = (
        "import ctypes\n"
        "from drivers.camera import face_process\n"
        "libc = ctypes.CDLL(None)\n"
        "before = libc.prctl(3, 0, 0, 0, 0)\n"  # PR_GET_DUMPABLE, which only the process itself can ask
        "face_process._withdraw()\n"
        "print(before, libc.prctl(3, 0, 0, 0, 0))\n"
    )
    root = Path(__file__).parents[2]
    told = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, check=True, text=True)
    assert told.stdout.split() == ["1", "0"]


def test_a_picture_is_overwritten_as_soon_as_it_was_looked_at() -> None:
    child = FaceChild()
    child.ask(Message({"settings": settings_header(FaceSettings())}))
    picture = np.ascontiguousarray(frames("berg")[0][..., ::-1])
    header = {"do": "look", "height": picture.shape[0], "width": picture.shape[1]}
    answer = child.ask(Message(header), picture)
    assert answer.header["advice"] == FaceAdvice.GOOD
    assert not np.frombuffer(child._memory, np.uint8, picture.size).any()
    child.kill()
    child.bury()


async def test_frames_are_overwritten_when_the_camera_stops() -> None:
    with SimulatedCamera() as hall:
        hall.show("berg")
        camera = Camera(hall.url)
        await camera.start()
        frame = camera.latest()
        assert frame is not None
        assert frame.image.any()
        assert frame.preview.shape == (360, 480, 3)
        await camera.stop()
    assert not frame.image.any()
    assert not frame.preview.any()


def test_a_template_is_overwritten() -> None:
    template = Template("t", np.array([0.5, 0.5], dtype=np.float32))
    address = template.vector.ctypes.data
    template.wipe()
    assert ctypes.string_at(address, 8) == bytes(8)
