"""The camera driver against a network camera on loopback and against video files."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import cast

import cv2
import numpy as np
import pytest

from config.faults import FaultCode
from drivers.camera.capture import Camera, CameraTimes, Frame
from drivers.camera.exposure import Exposure, exposure_of
from drivers.device import DeviceError, DeviceState, Health
from simulator.camera import CameraFault, HeadMove, SimulatedCamera, write_clip
from simulator.heads.pictures import empty_hall, frames, masked_frames, picture

QUICK = CameraTimes(stale=0.6, hanging=30.0, reopen=0.1, first_frame=5.0)


@pytest.fixture
def hall() -> Iterator[SimulatedCamera]:
    with SimulatedCamera() as hall:
        yield hall


@pytest.fixture
async def camera(hall: SimulatedCamera) -> AsyncIterator[Camera]:
    camera = Camera(hall.url, QUICK)
    yield camera
    await camera.stop()


async def until(camera: Camera, state: DeviceState, fault: FaultCode | None = None) -> None:
    for _ in range(1000):
        if (camera.health.state, camera.health.fault) == (state, fault):
            return
        await asyncio.sleep(0.02)
    raise TimeoutError(camera.health)


async def next_frame(camera: Camera, after: int = 0) -> Frame:
    async with asyncio.timeout(10):
        async for frame in camera.frames():
            if frame.number > after:
                return frame
    raise AssertionError


def difference(frame: Frame, bgr: np.ndarray) -> float:
    return float(np.abs(frame.image.astype(int) - bgr[..., ::-1].astype(int)).mean())


async def test_it_is_off_until_started_and_after_stopping(hall: SimulatedCamera, camera: Camera) -> None:
    assert camera.latest() is None
    await camera.start()
    assert camera.health == Health(DeviceState.ONLINE)
    await camera.stop()
    assert camera.latest() is None
    assert camera.health == Health(DeviceState.OFFLINE)
    with pytest.raises(DeviceError) as caught:
        await next_frame(camera)
    assert caught.value.code is FaultCode.FACE_CAMERA_GONE


async def test_frames_are_rgb_fresh_numbered_and_read_only(hall: SimulatedCamera, camera: Camera) -> None:
    await camera.start()
    first = await next_frame(camera)
    second = await next_frame(camera, first.number)
    assert first.image.shape == (480, 640, 3)
    assert first.image.dtype == np.uint8
    assert difference(first, empty_hall()) < 4, "RGB, where OpenCV has BGR"
    assert second.captured_at > first.captured_at
    assert second.age() < QUICK.stale
    with pytest.raises(ValueError, match="read-only"):
        first.image[0, 0, 0] = 1


async def test_it_sees_who_steps_before_it(hall: SimulatedCamera, camera: Camera) -> None:
    await camera.start()
    hall.show("zhang_ling")
    async with asyncio.timeout(10):
        async for frame in camera.frames():
            if min(difference(frame, image) for image in frames("zhang_ling")) < 4:
                break


async def test_it_sees_who_moves_the_head(hall: SimulatedCamera, camera: Camera) -> None:
    await camera.start()
    hall.show("zhang_ling")
    hall.move(HeadMove.NOD)
    async with asyncio.timeout(10):
        async for frame in camera.frames():
            if difference(frame, picture("zhang_ling", "nod-4")) < 4:
                break
            if time.monotonic() > hall.still_at:
                hall.move(HeadMove.NOD)  # on a busy machine the pictures of a move may all be missed


async def test_a_frozen_camera_is_told_and_comes_back(hall: SimulatedCamera, camera: Camera) -> None:
    await camera.start()
    hall.break_down(CameraFault.FROZEN)
    await until(camera, DeviceState.HARDWARE_ERROR, FaultCode.FACE_CAMERA_FROZEN)
    assert camera.latest() is None
    with pytest.raises(DeviceError) as caught:
        await next_frame(camera)
    assert caught.value.code is FaultCode.FACE_CAMERA_FROZEN
    hall.break_down(None)
    await until(camera, DeviceState.ONLINE)
    assert await next_frame(camera)


async def test_a_camera_that_vanishes_is_told_and_comes_back(hall: SimulatedCamera, camera: Camera) -> None:
    await camera.start()
    hall.break_down(CameraFault.GONE)
    await until(camera, DeviceState.NO_DEVICE, FaultCode.FACE_CAMERA_GONE)
    hall.break_down(None)
    await until(camera, DeviceState.ONLINE)
    assert await next_frame(camera)


async def test_a_camera_that_is_not_there_cannot_be_started(tmp_path: Path) -> None:
    for source in ("/dev/video-none", str(tmp_path / "none.avi"), "http://127.0.0.1:1/camera.mjpg"):
        camera = Camera(source, QUICK)
        with pytest.raises(DeviceError) as caught:
            await camera.start()
        assert caught.value.code is FaultCode.FACE_CAMERA_GONE
        await camera.stop()


async def test_a_clip_without_pictures_is_no_camera(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.avi", "zhao_qi", seconds=0.0)
    camera = Camera(str(clip), QUICK)
    with pytest.raises(DeviceError) as caught:
        await camera.start()
    assert caught.value.code is FaultCode.FACE_CAMERA_GONE
    await camera.stop()


async def test_a_stop_that_is_cancelled_leaves_no_camera_on(hall: SimulatedCamera, camera: Camera) -> None:
    await camera.start()
    stopping = asyncio.create_task(camera.stop())
    await asyncio.sleep(0)  # it has begun, and waits for the thread
    stopping.cancel()
    with suppress(asyncio.CancelledError):
        await stopping
    assert camera.health == Health(DeviceState.OFFLINE)
    async with asyncio.timeout(10):
        while "camera" in [thread.name for thread in threading.enumerate()]:
            await asyncio.sleep(0.01)


async def test_starting_a_second_time_changes_nothing(hall: SimulatedCamera, camera: Camera) -> None:
    await camera.start()
    await camera.start()
    assert [thread.name for thread in threading.enumerate()].count("camera") == 1


async def test_a_clip_plays_round_and_round_at_its_own_rate(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.avi", "zhao_qi", seconds=0.5)
    camera = Camera(str(clip), QUICK)
    await camera.start()
    frame = await next_frame(camera, after=11)  # in the third round
    assert min(difference(frame, image) for image in frames("zhao_qi")) < 6
    assert camera.health.state is DeviceState.ONLINE
    await camera.stop()


async def test_a_clip_put_in_place_of_another_is_seen_in_the_next_round(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.avi", "zhao_qi", seconds=0.5)
    camera = Camera(str(clip), QUICK)
    await camera.start()
    write_clip(clip, "li_xiuying", seconds=0.5)
    async with asyncio.timeout(10):
        async for frame in camera.frames():
            if min(difference(frame, image) for image in frames("li_xiuying")) < 6:
                break
    await camera.stop()


async def test_a_thread_that_hangs_in_the_library_is_left_behind(
    hall: SimulatedCamera, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = threading.Event()

    class Hanging:
        """A driver whose ``read`` never returns; no simulated camera can make OpenCV itself hang."""

        def __init__(self, *_: object) -> None: ...

        def isOpened(self) -> bool:  # noqa: N802 - the name in OpenCV
            return True

        def get(self, _: int) -> float:
            return 0.0

        def read(self) -> tuple[bool, None]:
            release.wait()
            return False, None

        def getBackendName(self) -> str:  # noqa: N802 - the name in OpenCV
            return "HANGING"

        def release(self) -> None: ...

    real = cv2.VideoCapture
    monkeypatch.setattr("cv2.VideoCapture", Hanging)
    camera = Camera(hall.url, CameraTimes(stale=0.3, hanging=0.6, reopen=0.1, first_frame=0.5))
    with pytest.raises(DeviceError) as caught:
        await camera.start()
    assert caught.value.code is FaultCode.FACE_CAMERA_FROZEN
    monkeypatch.setattr("cv2.VideoCapture", real)
    await until(camera, DeviceState.ONLINE)
    assert camera.stuck_threads >= 1
    release.set()
    await camera.stop()


def test_the_simulated_camera_shows_what_was_asked_for(hall: SimulatedCamera) -> None:
    assert hall.picture(0) is empty_hall()
    hall.show("berg")
    assert hall.picture(0) is frames("berg")[0]
    hall.break_down(CameraFault.DARK)
    assert hall.picture(0).mean() < 30
    hall.break_down(CameraFault.PHOTO)
    assert not np.array_equal(hall.picture(0), frames("berg")[0])
    hall.break_down(CameraFault.MASK)
    assert hall.picture(1) is masked_frames("berg")[1]
    with pytest.raises(KeyError):
        hall.show("nobody")


async def test_a_network_camera_does_not_tell_its_exposure(hall: SimulatedCamera) -> None:
    camera = Camera(hall.url)
    await camera.start()
    assert camera.exposure == Exposure()
    await camera.stop()


class Webcam:
    """Answers for its controls as OpenCV does for a V4L2 camera: no camera of that kind is in a test machine."""

    def __init__(self, controls: dict[int, float], backend: str = "V4L2") -> None:
        self._controls, self._backend = controls, backend

    def get(self, control: int) -> float:
        return self._controls.get(control, -1.0)

    def getBackendName(self) -> str:  # noqa: N802 - the name in OpenCV
        return self._backend


@pytest.mark.parametrize(
    ("controls", "exposure"),
    [
        (
            {cv2.CAP_PROP_EXPOSURE: 156, cv2.CAP_PROP_GAIN: 64, cv2.CAP_PROP_AUTO_EXPOSURE: 3},
            Exposure(milliseconds=15.6, gain=64, automatic=True),
        ),
        ({cv2.CAP_PROP_EXPOSURE: 200, cv2.CAP_PROP_AUTO_EXPOSURE: 1}, Exposure(milliseconds=20.0, automatic=False)),
        ({cv2.CAP_PROP_GAIN: 0}, Exposure(gain=0.0)),
        ({}, Exposure()),
    ],
)
def test_what_a_v4l2_camera_tells_of_its_exposure(controls: dict[int, float], exposure: Exposure) -> None:
    assert exposure_of(cast("cv2.VideoCapture", Webcam(controls))) == exposure
    assert exposure_of(cast("cv2.VideoCapture", Webcam(controls, "FFMPEG"))) == Exposure()
