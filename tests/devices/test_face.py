"""The face engine: its process, its models, its quality gate, its comparison."""

import asyncio
import hashlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from config.faults import FaultCode
from drivers.camera.capture import Camera
from drivers.camera.engine import FaceEngine, UnusablePhotoError
from drivers.camera.liveness import LivenessLimits
from drivers.camera.models import checked, descriptor_model, five_points
from drivers.camera.observation import (
    FaceAdvice,
    Observation,
    Picture,
    Verdict,
)
from drivers.camera.relief import nodded, stance, turned
from drivers.camera.settings import Descriptor, FaceSettings, ModelFile
from drivers.device import DeviceError, DeviceState, Health
from simulator.camera import SimulatedCamera, held_photo, side_by_side
from simulator.heads.pictures import empty_hall, frames, masked_frames, portrait
from simulator.heads.pictures import picture as drawn


def rgb(bgr: Picture) -> Picture:
    return np.ascontiguousarray(bgr[..., ::-1])


def person(key: str, number: int = 0) -> Picture:
    return rgb(frames(key)[number])


def jpeg(bgr: npt.NDArray[Any]) -> bytes:
    return cv2.imencode(".jpg", bgr)[1].tobytes()


def shifted(picture: Picture, x: int, y: int) -> Picture:
    return np.asarray(cv2.warpAffine(picture, np.array([[1.0, 0, x], [0, 1, y]]), (640, 480)), dtype=np.uint8)


def zoomed(picture: Picture, zoom: float) -> Picture:
    matrix = cv2.getRotationMatrix2D((320, 225), 0, zoom)
    return np.asarray(cv2.warpAffine(picture, matrix, (640, 480), borderMode=cv2.BORDER_REPLICATE), dtype=np.uint8)


@pytest.fixture
async def engine() -> AsyncIterator[FaceEngine]:
    engine = FaceEngine()
    yield engine
    await engine.stop()


# --- what it says of a picture ---


async def test_the_gate_names_the_one_thing_to_mend(engine: FaceEngine) -> None:
    good = person("zhang_ling")
    blurred = np.asarray(cv2.GaussianBlur(good, (0, 0), 7), dtype=np.uint8)
    pictures = {
        "good": (good, FaceAdvice.GOOD),
        "nobody": (rgb(empty_hall()), FaceAdvice.LOOK_HERE),
        "light off": (np.zeros_like(good), FaceAdvice.MORE_LIGHT),
        "dark": (np.asarray(good * 0.25, dtype=np.uint8), FaceAdvice.MORE_LIGHT),
        "glaring": (np.asarray(np.clip(good * 2.2, 0, 255), dtype=np.uint8), FaceAdvice.MORE_LIGHT),
        "blurred": (blurred, FaceAdvice.HOLD_STILL),
        "far": (zoomed(good, 0.45), FaceAdvice.CLOSER),
        "near": (zoomed(good, 1.8), FaceAdvice.FARTHER),
        "aside": (shifted(good, 190, 0), FaceAdvice.CENTRE),
        "two people": (rgb(side_by_side(frames("zhang_ling")[0], frames("berg")[0])), FaceAdvice.ONE_PERSON),
    }
    for name, (picture, expected) in pictures.items():
        seen = await engine.look(picture)
        assert seen.advice is expected, (name, seen)
        assert (seen.template is not None) == (expected is FaceAdvice.GOOD), name


async def test_people_waiting_behind_do_not_stop_the_check(engine: FaceEngine) -> None:
    picture = person("zhang_ling").copy()
    small = cv2.resize(person("berg"), None, fx=0.5, fy=0.5)[20:200, 70:250]
    picture[0:180, 0:180] = small
    seen = await engine.look(picture)
    assert (seen.advice, seen.faces) == (FaceAdvice.GOOD, 1)


async def test_an_observation_tells_where_the_face_is(engine: FaceEngine) -> None:
    seen = await engine.look(person("zhang_ling"))
    assert seen.box
    assert seen.points
    assert seen.quality
    assert 150 < seen.box.width < 320
    assert seen.points.right_eye_outer.x < seen.points.nose.x < seen.points.left_eye_outer.x
    assert seen.points.nose.y > seen.points.left_eye_inner.y
    assert abs(seen.quality.roll) < 12


# --- references and comparison ---


async def test_a_chip_photo_of_102_by_126_serves_as_a_reference(engine: FaceEngine) -> None:
    photo = cv2.imdecode(np.frombuffer(portrait("zhang_ling"), np.uint8), cv2.IMREAD_COLOR)
    assert photo is not None
    _, chip = cv2.imencode(".bmp", cv2.resize(photo[:, 2:-2], (102, 126), interpolation=cv2.INTER_AREA))
    reference = await engine.reference(chip.tobytes())
    seen = [await engine.look(person("zhang_ling", number)) for number in range(0, 6, 2)]
    assert engine.compare(reference, seen).verdict is Verdict.SAME
    others = [await engine.look(person("wang_jianguo", number)) for number in range(0, 6, 2)]
    assert engine.compare(reference, others).verdict is Verdict.DIFFERENT


async def test_a_photo_that_cannot_serve_is_refused_with_the_reason(engine: FaceEngine) -> None:
    photos = {
        "empty": (b"", FaceAdvice.LOOK_HERE),
        "no picture": (b"no picture at all", FaceAdvice.LOOK_HERE),
        "cut off": (portrait("berg")[:900], FaceAdvice.LOOK_HERE),
        "nobody": (jpeg(empty_hall()), FaceAdvice.LOOK_HERE),
        "two people": (jpeg(side_by_side(frames("chan")[0], frames("berg")[0])), FaceAdvice.ONE_PERSON),
        "too small": (jpeg(cv2.resize(frames("berg")[0], None, fx=0.15, fy=0.15)), FaceAdvice.CLOSER),
    }
    for name, (photo, advice) in photos.items():
        with pytest.raises(UnusablePhotoError) as caught:
            await engine.reference(photo)
        assert caught.value.advice is advice, name
        assert engine.health.state is DeviceState.ONLINE


async def test_only_good_pictures_are_compared(engine: FaceEngine) -> None:
    reference = await engine.reference(portrait("chan"))
    good, empty = await engine.look(person("chan")), await engine.look(rgb(empty_hall()))
    assert engine.compare(reference, [good, empty]).pictures == 1
    with pytest.raises(ValueError, match="no good picture"):
        engine.compare(reference, [empty])
    with pytest.raises(ValueError, match="different models"):
        engine.compare(replace(reference, model="another"), [good])


async def test_dlibs_descriptor_can_be_chosen() -> None:
    engine = FaceEngine(FaceSettings(descriptor=Descriptor.DLIB))
    reference = await engine.reference(portrait("li_xiuying"))
    same = [await engine.look(person("li_xiuying", number)) for number in range(3)]
    other = [await engine.look(person("zhao_qi", number)) for number in range(3)]
    assert reference.model.startswith("dlib-")
    assert engine.compare(reference, same).score > engine.compare(reference, other).score
    await engine.stop()


async def test_a_camera_and_the_engine_recognise_the_person_and_nobody_else(engine: FaceEngine) -> None:
    with SimulatedCamera() as hall:
        hall.show("gulimire")
        camera = Camera(hall.url)
        await camera.start()
        seen: list[Observation] = []
        async with asyncio.timeout(30):
            async for frame in camera.frames():
                seen.append(await engine.look(frame.image))
                if sum(observation.template is not None for observation in seen) == 3:
                    break
        await camera.stop()
    verdicts = {
        key: engine.compare(await engine.reference(portrait(key)), seen).verdict for key in ("gulimire", "zhang_ling")
    }
    assert verdicts == {"gulimire": Verdict.SAME, "zhang_ling": Verdict.DIFFERENT}


async def test_one_picture_does_not_tell_a_printed_photo_from_a_person(engine: FaceEngine) -> None:
    """It takes gestures to tell (tests/test_verifier.py): with ``face.gestures = 0`` a photo passes."""
    seen = await engine.look(rgb(held_photo("chan", 0)))
    assert engine.compare(await engine.reference(portrait("chan")), [seen]).verdict is Verdict.SAME


async def test_heads_that_turn_and_nod_are_followed(engine: FaceEngine) -> None:
    rest = stance(await engine.look(rgb(drawn("zhang_ling", "frame-00"))))
    assert rest
    for name, sign in (("turn_left-3", 1), ("turn_right-3", -1)):
        seen = await engine.look(rgb(drawn("zhang_ling", name)))
        face = stance(seen)
        assert seen.faces == 1
        assert face
        assert sign * (turned(face, rest) or 0.0) > LivenessLimits().turn
    face = stance(await engine.look(rgb(drawn("zhang_ling", "nod-4"))))
    assert face
    assert (nodded(face, rest) or 0.0) > LivenessLimits().nod


@pytest.mark.parametrize("key", ["zhang_ling", "li_xiuying", "berg"])
async def test_a_mask_is_noticed_and_a_bare_face_is_not_taken_for_one(engine: FaceEngine, key: str) -> None:
    for masked in masked_frames(key):
        assert (await engine.look(rgb(masked))).advice is FaceAdvice.TAKE_OFF_MASK
    for number in range(0, 12, 3):
        assert (await engine.look(person(key, number))).advice is FaceAdvice.GOOD
    dim = np.asarray(person(key) * [0.6, 0.55, 0.7], dtype=np.uint8)  # in a cold, weak light
    assert (await engine.look(dim)).advice is not FaceAdvice.TAKE_OFF_MASK


# --- its process ---


async def until(condition: Callable[[], bool]) -> None:
    for _ in range(1000):
        if condition():
            return
        await asyncio.sleep(0.02)
    raise TimeoutError


def running(process: int) -> bool:
    """True unless the process is gone, or dead and only waiting to be noticed."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def to_be_buried(child: int) -> bool:
    """True when a child is dead with all its threads, and its exit status has not been taken."""
    return os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT | os.WNOHANG) is not None


def of_process(process: int | None, name: str) -> str:
    return Path(f"/proc/{process}/{name}").read_text()


async def test_health_goes_from_starting_to_online_to_offline(engine: FaceEngine) -> None:
    assert engine.health == Health(DeviceState.STARTING)
    await engine.start()
    assert engine.health == Health(DeviceState.ONLINE)
    await engine.start()
    child = engine.process_id
    assert child
    await engine.stop()
    assert engine.health == Health(DeviceState.OFFLINE)
    assert engine.process_id is None
    assert not running(child)


async def test_a_child_that_died_between_two_calls_is_replaced(engine: FaceEngine) -> None:
    await engine.start()
    first = engine.process_id
    assert first
    os.kill(first, signal.SIGKILL)
    await until(lambda: to_be_buried(first))
    assert (await engine.look(person("berg"))).advice is FaceAdvice.GOOD
    assert engine.process_id != first


async def test_a_child_that_died_is_replaced_in_the_time_that_a_start_takes() -> None:
    engine = FaceEngine(FaceSettings(call_seconds=0.05, start_seconds=30.0))
    await engine.start()
    child = engine.process_id
    assert child
    os.kill(child, signal.SIGKILL)
    await until(lambda: to_be_buried(child))
    assert await engine.look(person("berg"))  # loading the models alone takes ten times the time of a call
    await engine.stop()


async def test_a_child_that_hangs_fails_the_call_and_is_replaced() -> None:
    engine = FaceEngine(FaceSettings(call_seconds=1.0))
    await engine.start()
    first = engine.process_id
    assert first
    os.kill(first, signal.SIGSTOP)
    with pytest.raises(DeviceError) as caught:
        await engine.look(person("berg"))
    assert caught.value.code is FaultCode.FACE_ENGINE_DOWN
    assert engine.health.fault is FaultCode.FACE_ENGINE_DOWN
    assert not running(first)
    await engine.start()
    assert engine.health.state is DeviceState.ONLINE
    await engine.stop()


async def test_the_child_gets_nothing_of_its_parents_environment(
    engine: FaceEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_QUEUE_KEY", "secret")
    await engine.start()
    try:
        environment = of_process(engine.process_id, "environ")
    except PermissionError:  # only root may look into it (PR_SET_DUMPABLE)
        environment = ""
    assert "secret" not in environment
    limits = of_process(engine.process_id, "limits").splitlines()
    assert [line.split()[4] for line in limits if line.startswith("Max core")] == ["0"]


async def test_the_child_ends_when_its_parent_dies(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(
        "import asyncio, os\n"
        "from drivers.camera.engine import FaceEngine\n"
        "async def main():\n"
        "    engine = FaceEngine()\n"
        "    await engine.start()\n"
        "    print(engine.process_id, flush=True)\n"
        "    os.kill(os.getpid(), 9)\n"
        "asyncio.run(main())\n"
    )
    root = Path(__file__).parents[2]
    parent = await asyncio.create_subprocess_exec(
        sys.executable,
        str(script),
        stdout=asyncio.subprocess.PIPE,
        env={"PYTHONPATH": str(root)},
    )
    child = int((await parent.communicate())[0])
    await until(lambda: not running(child))


# --- its models ---


def test_the_installed_weights_are_the_measured_ones() -> None:
    assert checked(five_points()).name == "shape_predictor_5_face_landmarks.dat"
    assert checked(descriptor_model(FaceSettings())).name == "face_recognition_sface_2021dec_int8bq.onnx"
    dlib = descriptor_model(FaceSettings(descriptor=Descriptor.DLIB))
    assert checked(dlib).name == "dlib_face_recognition_resnet_model_v1.dat"


@pytest.mark.parametrize("content", [b"other weights", None], ids=["changed", "missing"])
async def test_weights_that_are_not_the_expected_ones_are_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "own.onnx"
    if content is not None:
        path.write_bytes(content)
    engine = FaceEngine(FaceSettings(own_model=ModelFile(path, "0" * 64)))
    with pytest.raises(DeviceError) as caught:
        await engine.start()
    assert caught.value.code is FaultCode.FACE_MODEL_INVALID
    assert engine.health.fault is FaultCode.FACE_MODEL_INVALID
    assert engine.process_id is None
    await engine.stop()


async def test_a_hall_may_use_its_own_file_with_its_hash(tmp_path: Path) -> None:
    installed = descriptor_model(FaceSettings())
    path = tmp_path / "own.onnx"
    path.write_bytes(installed.path.read_bytes())
    engine = FaceEngine(FaceSettings(own_model=ModelFile(path, installed.sha256)))
    assert (await engine.look(person("berg"))).advice is FaceAdvice.GOOD
    await engine.stop()


async def test_weights_with_the_right_hash_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.onnx"
    path.write_bytes(b"no weights")
    engine = FaceEngine(FaceSettings(own_model=ModelFile(path, hashlib.sha256(b"no weights").hexdigest())))
    with pytest.raises(DeviceError) as caught:
        await engine.start()
    assert caught.value.code is FaultCode.FACE_MODEL_INVALID
    await engine.stop()


# --- two faces of one picture, for technicians ---


def _holding(key: str, held: str) -> Picture:
    """Somebody before the camera with the photo of ``held`` in the corner, as a card held up would show it."""
    picture = person(key).copy()
    photo = cv2.imdecode(np.frombuffer(portrait(held), np.uint8), cv2.IMREAD_COLOR)
    assert photo is not None
    height = 210
    small = cv2.resize(photo, (round(photo.shape[1] * height / photo.shape[0]), height), interpolation=cv2.INTER_AREA)
    picture[:height, : small.shape[1]] = small[..., ::-1]
    return picture


async def test_a_live_face_is_compared_with_that_of_a_held_card(engine: FaceEngine) -> None:
    own = await engine.compare_two(_holding("zhang_ling", "zhang_ling"))
    other = await engine.compare_two(_holding("zhang_ling", "wang_jianguo"))
    assert own
    assert other
    assert (own.verdict, other.verdict) == (Verdict.SAME, Verdict.DIFFERENT)
    assert own.score > other.score


async def test_one_face_alone_is_compared_with_nothing(engine: FaceEngine) -> None:
    assert await engine.compare_two(person("zhang_ling")) is None
    assert await engine.compare_two(rgb(empty_hall())) is None
