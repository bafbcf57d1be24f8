"""Live tests that only eyes, ears and fingers can judge: the touch screen, the camera's picture, the loudspeaker."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping

from drivers.camera.capture import Frame
from drivers.camera.observation import Observation
from drivers.device import DeviceError
from flows.desk_prompts import Deed, DeskCamera, DeskFacts, DeskTouch
from flows.face_progress import Alike, FaceHint, FaceProgress, Measured
from flows.prompts import Call, Text, Working
from kiosk.desk import touch_tests
from kiosk.desk.shift import Shift
from kiosk.diagnostics.check import Check, Finding, Group, Level
from kiosk.racing import first_of

GOOD, BAD = "good", "bad"
JUDGE = (Deed(GOOD, Text("desk.tests.good")), Deed(BAD, Text("desk.tests.bad")))

_CHIME_SECONDS = 2.5
_PAUSE = 0.03  # seconds between two looks whether there is a new picture

EyeTest = Callable[[Shift], Awaitable[Finding]]


async def touch(shift: Shift) -> Finding:
    """Every square of the page is touched once."""
    if await shift.ask(DeskTouch(title=Text("check.touch"), explanation=Text("check.touch.what"), can_go_back=False)):
        return Finding(Level.OK, Text("desk.tests.touched"))
    return Finding(Level.ERROR, Text("desk.tests.not_touched"))


async def loudspeaker(shift: Shift) -> Finding:
    """The chime that calls somebody back is played, and was heard or not."""
    shift.hands.surface.show(Working(what=Text("desk.tests.listen"), call=Call.NOW))
    await asyncio.sleep(_CHIME_SECONDS)
    heard = await shift.ask(
        DeskFacts(
            title=Text("check.sound"), explanation=Text("check.sound.what"), groups=(), deeds=JUDGE, can_go_back=False
        )
    )
    return _judged(heard)


async def camera(shift: Shift) -> Finding:
    """The live picture with the box around the face, its rate and its brightness; switched off again at the end."""
    view = _View(shift)
    return await _before_camera(shift, "picture", view, view.look())


async def comparison(shift: Shift) -> Finding:
    """The face before the camera against the one on a card held beside it. The score is shown, and kept nowhere."""
    view = _View(shift)
    return await _before_camera(shift, "comparison", view, view.compare())


async def _before_camera(shift: Shift, name: str, view: "_View", looking: Coroutine[None, None, str]) -> Finding:
    device = shift.hands.devices.camera
    prompt = DeskCamera(
        title=Text(f"check.{name}"),
        explanation=Text(f"check.{name}.what"),
        deeds=JUDGE,
        can_go_back=False,
        compares=name == "comparison",
    )
    try:
        await device.start()
        answer = await first_of(shift.ask(prompt), looking, view.show())
    except DeviceError as error:
        return Finding.of_fault(Level.ERROR, error.code, error.detail)
    finally:
        looking.close()  # if the camera did not come on, nobody has looked
        await device.stop()
    return _judged(answer)


TESTS: Mapping[str, EyeTest] = {
    "touch": touch,
    "drag": touch_tests.drag,
    "calibration": touch_tests.calibration,
    "picture": camera,
    "comparison": comparison,
    "sound": loudspeaker,
}


def eye_checks() -> list[Check]:
    """They stand in the list of tests as all others do; ``TESTS`` says how each is done."""
    return [Check(name, Group.DEVICES, _nothing_by_itself, needs_hand=True) for name in TESTS]


async def _nothing_by_itself() -> Finding:
    return Finding(Level.WARNING, Text("desk.tests.not_touched"))


def _judged(answer: str) -> Finding:
    if answer == GOOD:
        return Finding(Level.OK, Text("desk.tests.judged_good"))
    return Finding(Level.ERROR, Text("desk.tests.judged_bad"))


class _View:
    """What is shown of the camera: each picture at once, with the box of the last face that was found in one."""

    def __init__(self, shift: Shift) -> None:
        self._shift = shift
        self._camera = shift.hands.devices.camera
        self._box: tuple[float, float, float, float] | None = None
        self._faces = 0
        self._alike: Alike | None = None

    async def look(self) -> str:
        """Find the face in one picture after the other, until cancelled. Pictures are forgotten at once."""
        async for frame in self._camera.frames():
            try:
                seen = await self._shift.hands.devices.face.look(frame.image)
            except DeviceError:
                self._box, self._faces = None, 0
                await asyncio.sleep(1)
                continue
            self._box, self._faces = _share(seen, frame), seen.faces
        return BAD

    async def compare(self) -> str:
        """Compare the two widest faces of one picture after the other, until cancelled; without two, the last stays."""
        async for frame in self._camera.frames():
            try:
                found = await self._shift.hands.devices.face.compare_two(frame.image)
            except DeviceError:
                self._alike = None
                await asyncio.sleep(1)
                continue
            if found is not None:
                self._alike = Alike(found.score, found.verdict)
            self._faces = 0 if found is None else 2
        return BAD

    async def show(self) -> str:
        """Show each new picture, until cancelled."""
        shown, since, rate = -1, time.monotonic(), 0.0
        while True:
            frame = self._camera.latest()
            if frame is not None and frame.number != shown:
                now = time.monotonic()
                rate = 0.9 * rate + 0.1 * (frame.number - max(shown, 0)) / max(now - since, 0.001)
                shown, since = frame.number, now
                self._shift.hands.surface.update(self._progress(frame, rate))
            await asyncio.sleep(_PAUSE)

    def _progress(self, frame: Frame, rate: float) -> FaceProgress:
        height, width = frame.preview.shape[:2]
        told = self._camera.exposure
        measured = Measured(
            width=frame.image.shape[1],
            height=frame.image.shape[0],
            rate=round(rate),
            brightness=round(float(frame.preview.mean())),
            faces=self._faces,
            box=self._box,
            alike=self._alike,
            exposure=told.milliseconds,
            gain=told.gain,
            automatic=told.automatic,
        )
        return FaceProgress(FaceHint.LOOK_HERE, frame.preview.tobytes(), width, height, measured=measured)


def _share(seen: Observation, frame: Frame) -> tuple[float, float, float, float] | None:
    """The box as shares of the mirrored picture."""
    if seen.box is None:
        return None
    height, width = frame.image.shape[:2]
    box = seen.box
    return (
        1 - (box.left + box.width) / width,
        box.top / height,
        box.width / width,
        box.height / height,
    )
