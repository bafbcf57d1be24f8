"""One try of the face check, picture by picture, on geometry: hints, the best pictures, times, and every end."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from config.settings import load
from drivers.camera.engine import FaceEngine
from drivers.camera.liveness import Gesture
from drivers.camera.observation import FaceAdvice, Observation, Quality, Template
from flows.face_progress import FaceHint
from kiosk.face_try import FaceTry
from kiosk.verifier import FaceVerdict
from tests.devices.face_geometry import HEAD, Pose, seen

QUALITY = Quality(
    eye_distance=80,
    width_share=0.4,
    offset_x=0.0,
    offset_y=0.0,
    brightness=130,
    clipped=0.0,
    sharpness=400,
    roll=0,
    yaw=0.0,
    pitch=0.77,
)
STEP = 0.2
NOBODY = Observation(FaceAdvice.LOOK_HERE, 0)


def like(score: float) -> Template:
    """A template whose cosine with the reference is ``score``; all of them are alike among themselves."""
    return Template("t", np.array([score, (1 - score**2) ** 0.5], dtype=np.float32))


def good(score: float = 0.9, *, yaw: float = 0.0, pitch: float = 0.0, **quality: float) -> Observation:
    observation = seen(HEAD, Pose(yaw=yaw, pitch=pitch), like(score))
    return replace(observation, quality=replace(QUALITY, **quality))


def poor(advice: FaceAdvice, yaw: float = 0.0, pitch: float = 0.0) -> Observation:
    return replace(seen(HEAD, Pose(yaw=yaw, pitch=pitch)), advice=advice)


class Play:
    """A try with its clock."""

    def __init__(self, *order: Gesture, **changes: Any) -> None:
        face = load().face.model_copy(
            update={"gestures": len(order), "seconds": 10.0, "gesture_seconds": 6.0} | changes
        )
        self.reference = Template("t", np.array([1, 0], dtype=np.float32))
        # The engine's comparisons are plain sums: its process is never started here.
        self.check = FaceTry(face, FaceEngine(), self.reference, lambda _: order)
        self.now = 50.0
        self.hints: list[FaceHint] = []
        self.check.begin(self.now)

    def show(self, pictures: Sequence[Observation]) -> FaceVerdict | None:
        for picture in pictures:
            self.now += STEP
            verdict = self.check.take(picture, self.now, self.now)
            self.hints.append(self.check.hint)
            if verdict is not None:
                return verdict
        return None


TURN = [poor(FaceAdvice.LOOK_HERE, yaw=12), *[poor(FaceAdvice.LOOK_HERE, yaw=28)] * 2]


def test_from_the_first_look_to_the_end() -> None:
    play = Play(Gesture.TURN_LEFT, Gesture.NOD)
    way: list[tuple[list[Observation], FaceHint, float]] = [
        ([NOBODY], FaceHint.LOOK_HERE, 0.0),
        ([poor(FaceAdvice.CLOSER)], FaceHint.CLOSER, 0.0),
        ([good()] * 4, FaceHint.CHECKING, 1 / 3),
        ([good()], FaceHint.TURN_LEFT, 1 / 3),
        (TURN, FaceHint.FACE_FORWARD, 1 / 3),
        ([poor(FaceAdvice.FARTHER)], FaceHint.FARTHER, 1 / 3),
        ([good()], FaceHint.NOD, 2 / 3),
        ([poor(FaceAdvice.LOOK_HERE, pitch=25)] * 2, FaceHint.FACE_FORWARD, 2 / 3),
    ]
    for pictures, hint, share in way:
        assert play.show(pictures) is None
        assert play.check.hint is hint
        assert play.check.share == pytest.approx(share)
    assert play.show([good()]) is FaceVerdict.SAME
    assert play.check.share == pytest.approx(1.0)


def test_the_best_pictures_decide_and_not_the_last() -> None:
    blurred = good(0.40, sharpness=61.0, yaw=0.0)
    assert Play().show([*[good(0.6)] * 3, *[blurred] * 2]) is FaceVerdict.SAME
    assert Play(pictures=5).show([*[good(0.46)] * 5, *[good(0.46, sharpness=900.0)] * 40, good(0.9)]) is None


def test_better_pictures_may_still_come_after_unsure_ones() -> None:
    play = Play()
    assert play.show([good(0.44)] * 10) is None
    assert play.show([good(0.6, sharpness=900.0)] * 3) is FaceVerdict.SAME


def test_who_stays_unsure_is_not_recognised() -> None:
    play = Play(Gesture.TURN_LEFT)
    play.show([*[good(0.44)] * 5, *TURN])
    assert play.show([good(0.44)] * 25) is None
    assert play.show([good(0.44)] * 5) is FaceVerdict.NOT_RECOGNISED


def test_who_is_clearly_somebody_else_is_not_kept_for_the_gestures() -> None:
    play = Play(Gesture.TURN_LEFT, gesture_seconds=30.0)
    assert play.show([good(0.1)] * 30) is None
    assert play.show([good(0.1)] * 5) is FaceVerdict.NOT_RECOGNISED


def test_no_good_picture_in_time() -> None:
    play = Play(Gesture.NOD)
    assert play.show([poor(FaceAdvice.MORE_LIGHT)] * 48) is None
    assert play.show([poor(FaceAdvice.MORE_LIGHT)] * 5) is FaceVerdict.NO_GOOD_PICTURE
    assert set(play.hints) == {FaceHint.MORE_LIGHT}


def test_a_gesture_that_does_not_come_is_missed() -> None:
    play = Play(Gesture.TURN_RIGHT)
    assert play.show([good()] * 34) is None
    assert play.show([good()] * 4) is FaceVerdict.GESTURES_MISSED


def test_a_track_that_breaks_again_and_again_ends_too() -> None:
    play = Play(Gesture.TURN_LEFT, Gesture.NOD)
    comes_and_goes = [*[good()] * 6, *[NOBODY] * 5]
    verdicts = [play.show(comes_and_goes) for _ in range(13)]
    assert FaceVerdict.GESTURES_MISSED in verdicts
    assert verdicts.index(FaceVerdict.GESTURES_MISSED) > 8  # 10 + 3 * 6 seconds


def test_the_time_of_a_new_start_of_the_face_process_does_not_count() -> None:
    for resumed, verdict in [(False, FaceVerdict.NO_GOOD_PICTURE), (True, None)]:
        play = Play(Gesture.TURN_LEFT)
        play.show([NOBODY])
        play.now += 25.0  # 10 + 2 * 6 seconds are the longest
        if resumed:
            play.check.resume(play.now)
        assert play.show([good()]) is verdict


def test_after_a_break_only_the_one_who_came_counts() -> None:
    play = Play()
    assert play.show([*[good(0.9)] * 4, *[NOBODY] * 5]) is None
    assert play.check.share == 0.0
    assert play.show([good(0.1)] * 29) is None
    assert play.show([good(0.1)] * 8) is FaceVerdict.NOT_RECOGNISED


def test_somebody_else_on_the_same_track_ends_the_try() -> None:
    play = Play(Gesture.NOD)
    assert play.show([good(0.95)] * 5) is None
    assert play.show([good(0.1)]) is FaceVerdict.NOT_RECOGNISED


@pytest.mark.parametrize("advice", [FaceAdvice.ONE_PERSON, FaceAdvice.TAKE_OFF_MASK])
def test_some_hints_matter_more_than_the_gesture(advice: FaceAdvice) -> None:
    play = Play(Gesture.NOD)
    play.show([*[good()] * 5, poor(advice)])
    assert play.hints[-1] == advice.value


def test_every_template_is_overwritten_at_the_end() -> None:
    play = Play(Gesture.NOD)
    pictures = [good(0.9) for _ in range(7)]
    play.show(pictures)
    play.check.wipe()
    assert not play.reference.vector.any()
    assert not any(picture.template.vector.any() for picture in pictures if picture.template)
