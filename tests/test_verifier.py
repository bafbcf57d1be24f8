"""The built-in face verifier, with the real face process before the simulated camera."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest

from config.faults import FaultCode
from config.settings import FaceSettings, load
from drivers.camera.capture import Camera
from drivers.camera.engine import FaceEngine, UnusablePhotoError
from drivers.device import DeviceError, DeviceState
from flows.face_progress import FaceHint, FaceProgress
from flows.presence_prompts import LookAtCamera
from flows.prompts import GoBack, OtherWay, Prompt
from kiosk.face_check import BuiltInVerifier
from kiosk.verifier import FaceVerdict, PhotoSource, ReferencePhoto
from simulator.camera import CameraFault, SimulatedCamera
from simulator.heads.pictures import portrait
from simulator.willing import Willing

T = TypeVar("T")
PROMPT = LookAtCamera(card_way=True)
GESTURES = {FaceHint.TURN_LEFT, FaceHint.TURN_RIGHT, FaceHint.NOD}


def face_settings(**changes: Any) -> FaceSettings:
    quick = {"seconds": 12.0, "gesture_seconds": 30.0, "gestures": 1}  # the machine may be busy: long for a gesture
    return load().face.model_copy(update=quick | changes)


@dataclass
class Before:
    """Who stands before the kiosk: does what is asked for, and hears the hints."""

    willing: Willing
    hints: list[FaceHint] = field(default_factory=list)
    shares: list[float] = field(default_factory=list)
    answer: object = None
    on_hint: dict[FaceHint, Callable[[], object]] = field(default_factory=dict)

    async def ask(self, prompt: Prompt[T]) -> T:
        assert prompt is PROMPT
        if self.answer is None:
            await asyncio.Event().wait()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer  # type: ignore[return-value]  # the test answers with what the prompt takes

    def update(self, progress: FaceProgress) -> None:
        assert len(progress.picture) == progress.width * progress.height * 3
        if not self.hints or self.hints[-1] is not progress.hint:
            self.hints.append(progress.hint)
        self.shares.append(progress.share)
        self.willing.obey(progress.hint)
        if deed := self.on_hint.pop(progress.hint, None):
            deed()

    def show(self, prompt: Prompt[None]) -> None: ...

    def activity(self) -> None: ...

    def wipe(self) -> None: ...


@pytest.fixture
def hall() -> Iterator[SimulatedCamera]:
    with SimulatedCamera() as camera:
        yield camera


@pytest.fixture
def person(hall: SimulatedCamera) -> Before:
    return Before(Willing(hall))


@pytest.fixture
async def engine() -> AsyncIterator[FaceEngine]:
    engine = FaceEngine()
    yield engine
    await engine.stop()


def gateway(key: str) -> ReferencePhoto:
    return ReferencePhoto(PhotoSource.GATEWAY, portrait(key))


async def check(
    hall: SimulatedCamera, engine: FaceEngine, person: Before, *photos: ReferencePhoto, **changes: Any
) -> FaceVerdict:
    camera = Camera(hall.url)
    verifier = BuiltInVerifier(face_settings(**changes), camera, engine)
    await verifier.warm_up()
    try:
        return await verifier.verify(photos, person, PROMPT)
    finally:
        assert camera.health.state in {DeviceState.OFFLINE, DeviceState.STARTING}  # on only while it runs


# --- how a try ends ---


async def test_the_holder_who_does_the_gestures_is_known(
    hall: SimulatedCamera, engine: FaceEngine, person: Before
) -> None:
    hall.show("zhang_ling")
    verdict = await check(hall, engine, person, gateway("zhang_ling"), gestures=3)
    assert verdict is FaceVerdict.SAME
    assert set(person.hints) >= GESTURES | {FaceHint.FACE_FORWARD}
    assert person.shares == sorted(person.shares)
    assert person.shares[0] == 0.0
    assert person.shares[-1] > 0.7


async def test_without_gestures_the_good_pictures_decide(
    hall: SimulatedCamera, engine: FaceEngine, person: Before
) -> None:
    hall.show("zhang_ling")
    assert await check(hall, engine, person, gateway("zhang_ling"), gestures=0) is FaceVerdict.SAME
    assert not GESTURES & set(person.hints)


async def test_somebody_else_is_not_recognised(hall: SimulatedCamera, engine: FaceEngine, person: Before) -> None:
    hall.show("wang_jianguo")
    assert await check(hall, engine, person, gateway("zhang_ling")) is FaceVerdict.NOT_RECOGNISED


@pytest.mark.parametrize(
    ("shown", "fault", "hint"),
    [
        (None, None, FaceHint.LOOK_HERE),
        ("zhang_ling", CameraFault.TWO_PEOPLE, FaceHint.ONE_PERSON),
        ("zhang_ling", CameraFault.MASK, FaceHint.TAKE_OFF_MASK),
        ("zhang_ling", CameraFault.DARK, FaceHint.MORE_LIGHT),
    ],
    ids=["nobody", "two people", "mask", "dark"],
)
async def test_no_good_picture_comes_and_the_hint_says_why(
    hall: SimulatedCamera,
    engine: FaceEngine,
    person: Before,
    shown: str | None,
    fault: CameraFault | None,
    hint: FaceHint,
) -> None:
    hall.show(shown)
    hall.break_down(fault)
    verdict = await check(hall, engine, person, gateway("zhang_ling"), seconds=5.0)
    assert verdict is FaceVerdict.NO_GOOD_PICTURE
    assert hint in person.hints


async def test_who_does_not_do_the_gesture_fails_kindly(
    hall: SimulatedCamera, engine: FaceEngine, person: Before
) -> None:
    hall.show("zhang_ling")
    person.willing.on = False
    verdict = await check(hall, engine, person, gateway("zhang_ling"), gesture_seconds=5.0)
    assert verdict is FaceVerdict.GESTURES_MISSED


async def test_a_photo_that_is_held_up_and_moved_fails(
    hall: SimulatedCamera, engine: FaceEngine, person: Before
) -> None:
    hall.show("zhang_ling")
    hall.break_down(CameraFault.PHOTO)
    verdict = await check(hall, engine, person, gateway("zhang_ling"), gestures=2, gesture_seconds=10.0)
    assert verdict in {FaceVerdict.GESTURES_MISSED, FaceVerdict.NO_GOOD_PICTURE}
    assert GESTURES & set(person.hints)  # it looked like the person: only the gesture failed


async def test_a_person_who_takes_the_place_in_the_middle_fails(
    hall: SimulatedCamera, engine: FaceEngine, person: Before
) -> None:
    hall.show("zhang_ling")
    hall.break_down(CameraFault.SWAP)  # somebody else goes on with the gesture for her
    verdict = await check(hall, engine, person, gateway("zhang_ling"))
    assert verdict in {FaceVerdict.NOT_RECOGNISED, FaceVerdict.GESTURES_MISSED}


async def test_who_goes_away_and_comes_back_begins_anew(
    hall: SimulatedCamera, engine: FaceEngine, person: Before
) -> None:
    hall.show("zhang_ling")

    def leave() -> None:
        hall.show(None)
        asyncio.get_running_loop().call_later(2.5, hall.show, "zhang_ling")

    person.on_hint = dict.fromkeys(GESTURES, leave)
    assert await check(hall, engine, person, gateway("zhang_ling")) is FaceVerdict.SAME
    asked = [hint for hint in person.hints if hint in GESTURES]
    assert len(asked) >= 2
    assert FaceHint.LOOK_HERE in person.hints


async def test_the_other_way_and_the_way_back(hall: SimulatedCamera, engine: FaceEngine, person: Before) -> None:
    person.answer = OtherWay.DECLINED
    assert await check(hall, engine, person, gateway("zhang_ling")) is FaceVerdict.OTHER_WAY
    person.answer = GoBack()
    with pytest.raises(GoBack):
        await check(hall, engine, person, gateway("zhang_ling"))


# --- photos ---


async def test_the_next_photo_is_taken_when_one_shows_nobody(
    hall: SimulatedCamera, engine: FaceEngine, person: Before
) -> None:
    hall.show("zhang_ling")
    nobody = ReferencePhoto(PhotoSource.GATEWAY, b"no picture")
    assert await check(hall, engine, person, nobody, gateway("zhang_ling"), gestures=0) is FaceVerdict.SAME


async def test_without_a_usable_photo_the_camera_stays_off(
    hall: SimulatedCamera, engine: FaceEngine, person: Before
) -> None:
    chip = ReferencePhoto(PhotoSource.CHIP, bytes(1024))  # there is no decoder
    for photos in [(), (chip,), (ReferencePhoto(PhotoSource.GATEWAY, b""),)]:
        with pytest.raises(UnusablePhotoError):
            await check(hall, engine, person, *photos)
    assert person.hints == []


# --- devices that fail in the middle ---


async def test_the_camera_dies_in_the_middle(hall: SimulatedCamera, engine: FaceEngine, person: Before) -> None:
    hall.show("zhang_ling")
    person.willing.on = False
    for hint in GESTURES:
        person.on_hint[hint] = lambda: hall.break_down(CameraFault.GONE)
    with pytest.raises(DeviceError) as caught:
        await check(hall, engine, person, gateway("zhang_ling"))
    assert caught.value.code in {FaultCode.FACE_CAMERA_GONE, FaultCode.FACE_CAMERA_FROZEN}


@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "stopped"])
async def test_the_face_process_dies_or_hangs_in_the_middle_and_the_check_goes_on(
    hall: SimulatedCamera, engine: FaceEngine, person: Before, blow: signal.Signals
) -> None:
    hall.show("zhang_ling")
    processes: set[int] = set()

    def strike() -> None:
        process = engine.process_id
        if process is not None and not processes:
            processes.add(process)
            os.kill(process, blow)

    for hint in GESTURES:
        person.on_hint[hint] = strike
    assert await check(hall, engine, person, gateway("zhang_ling")) is FaceVerdict.SAME
    assert processes
    assert engine.process_id not in processes


async def test_a_process_that_has_ended_is_no_reason_not_to_offer_the_check(engine: FaceEngine) -> None:
    verifier = BuiltInVerifier(face_settings(), Camera("/nowhere.avi"), engine)
    await verifier.warm_up()
    assert verifier.health.state is DeviceState.ONLINE
    assert engine.process_id
    os.kill(engine.process_id, signal.SIGKILL)
    assert verifier.health.usable
    await verifier.stop()
