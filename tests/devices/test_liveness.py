"""Basic liveness: gestures of a head count, motions of a flat picture never do, nobody takes another's place."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.camera.liveness import Gesture, Liveness, Phase, random_order
from drivers.camera.observation import FaceAdvice, FacePoints, Features, Observation, Point, Template, cosine_score
from drivers.camera.relief import nodded, stance, turned
from tests.devices.face_geometry import FLAT, HEAD, Pose, seen

ME = Template("t", np.array([1, 0, 0], dtype=np.float32))
OTHER = Template("t", np.array([0, 1, 0], dtype=np.float32))
NOBODY = Observation(FaceAdvice.LOOK_HERE, 0)
CROWD = Observation(FaceAdvice.ONE_PERSON, 2)
STEP = 0.1  # seconds between two pictures
WAYS = {Gesture.TURN_LEFT: (1, 0), Gesture.TURN_RIGHT: (-1, 0), Gesture.NOD: (0, 1)}


def alike(first: Template, second: Template) -> bool:
    return cosine_score(first.vector, [second.vector]) >= 0.42


class Watch:
    """A liveness check with its clock."""

    def __init__(self, *order: Gesture) -> None:
        self.drawn = 0
        self.now = 100.0
        self._order = order
        self.check = Liveness(len(order), alike, order=self._draw)

    def _draw(self, count: int) -> tuple[Gesture, ...]:
        self.drawn += 1
        return self._order[:count]

    def see(self, observations: Iterable[Observation], step: float = STEP) -> Phase:
        for observation in observations:
            self.now += step
            self.check.see(observation, self.now)
        return self.check.phase


def rest(count: int = 5, template: Template = ME) -> list[Observation]:
    return [seen(HEAD, Pose(), template)] * count


def move(gesture: Gesture, degrees: float = 25.0, template: Template = ME) -> list[Observation]:
    """Forth and back; good pictures come only from the front."""
    yaw, pitch = WAYS[gesture]
    shares = [0.2, 0.4, 0.6, 0.8, 1.0, 1.0, 1.0, 0.8, 0.6, 0.4, 0.2, 0.0, 0.0]
    return [
        seen(
            HEAD,
            Pose(yaw=yaw * degrees * share, pitch=pitch * degrees * share),
            template if degrees * share < 10 else None,
        )
        for share in shares
    ]


# --- a real head ---


@given(st.permutations(list(Gesture)), st.floats(18, 35), st.floats(5, 20), st.floats(-12, 12))
def test_a_head_that_does_what_it_is_asked_for_passes(
    order: list[Gesture], degrees: float, distance: float, roll: float
) -> None:
    watch = Watch(*order)
    assert watch.see(rest()) is Phase.ASKING
    for number, gesture in enumerate(order):
        assert watch.check.gesture is gesture
        yaw, pitch = WAYS[gesture]
        for share in (0.0, 0.3, 0.6, 0.9, 1.0, 1.0, 0.6, 0.3, 0.0, 0.0):
            pose = Pose(
                yaw * degrees * share, pitch * degrees * share, roll * share, 10 + (distance - 10) * 0.1 * share
            )
            watch.see([seen(HEAD, pose, ME if share < 0.35 else None)])
        assert watch.check.done == number + 1
    assert watch.check.phase is Phase.DONE
    assert watch.check.broken == 0


def test_left_and_right_are_the_persons_own() -> None:
    front = stance(seen(HEAD, Pose()))
    left, down = stance(seen(HEAD, Pose(yaw=20))), stance(seen(HEAD, Pose(pitch=20)))
    assert front
    assert left
    assert down
    picture = seen(HEAD, Pose(yaw=20)).features
    assert picture
    assert picture.nose.x > (picture.right_eye.x + picture.left_eye.x) / 2  # to the right in a picture not mirrored
    assert (turned(left, front) or 0.0) > 0.1
    assert (nodded(down, front) or 0.0) > 0.06
    assert abs(turned(down, front) or 0.0) < 0.02


def test_a_gesture_counts_only_as_asked_for_and_with_the_way_back() -> None:
    watch = Watch(Gesture.TURN_LEFT)
    watch.see(rest())
    assert watch.see(move(Gesture.TURN_RIGHT)) is Phase.ASKING
    assert watch.see(move(Gesture.NOD)) is Phase.ASKING
    assert watch.see(move(Gesture.TURN_LEFT)[:7]) is Phase.RETURNING
    assert watch.see(move(Gesture.TURN_LEFT)[7:]) is Phase.DONE


def test_too_small_a_turn_does_not_count() -> None:
    watch = Watch(Gesture.TURN_LEFT)
    watch.see(rest())
    assert watch.see(move(Gesture.TURN_LEFT, 9.0)) is Phase.ASKING


def test_a_gesture_that_does_not_come_is_missed_and_so_is_the_way_back() -> None:
    watch = Watch(Gesture.NOD)
    watch.see(rest())
    assert watch.see(rest(149)) is Phase.ASKING
    assert watch.see(rest(3)) is Phase.MISSED
    watch = Watch(Gesture.TURN_LEFT)
    watch.see([*rest(), *move(Gesture.TURN_LEFT)[:7]])
    assert watch.see([seen(HEAD, Pose(yaw=25))] * 152) is Phase.MISSED


def test_without_gestures_a_face_at_rest_is_enough() -> None:
    assert Watch().see(rest()) is Phase.DONE


# --- a flat picture ---

_TILTED = st.builds(
    Pose,
    yaw=st.floats(-60, 60),
    pitch=st.floats(-60, 60),
    roll=st.floats(-40, 40),
    distance=st.floats(4, 30),
    across=st.floats(-1, 1),
    down=st.floats(-1, 1),
)


@settings(max_examples=300)
@given(st.sampled_from(list(Gesture)), _TILTED, st.lists(_TILTED, min_size=1, max_size=12), st.booleans())
def test_no_motion_of_a_flat_picture_is_a_gesture(
    gesture: Gesture, start: Pose, poses: list[Pose], always_good: bool
) -> None:
    watch = Watch(gesture)
    watch.see([seen(FLAT, start, ME)] * 5)
    for pose in poses:
        watch.see([seen(FLAT, pose, ME if always_good else None)] * 3)
        assert watch.check.done == 0
        assert watch.check.phase in {Phase.SETTLING, Phase.ASKING}


@given(
    st.sampled_from(list(Gesture)),
    st.tuples(*[st.floats(-2, 2)] * 4),
    st.tuples(st.floats(-50, 50), st.floats(-50, 50)),
)
def test_no_affine_map_of_a_flat_picture_is_a_gesture(
    gesture: Gesture, matrix: tuple[float, float, float, float], shift: tuple[float, float]
) -> None:
    start = seen(FLAT, Pose(), ME)
    watch = Watch(gesture)
    watch.see([start] * 5)
    assert start.features
    assert start.points
    linear = np.array(matrix).reshape(2, 2)

    def mapped(point: Point) -> Point:
        x, y = linear @ (point.x - 320, point.y - 240) + shift + (320, 240)
        return Point(float(x), float(y))

    features = Features(**{name: mapped(point) for name, point in vars(start.features).items()})
    points = FacePoints(**{name: mapped(point) for name, point in vars(start.points).items()})
    watch.see([replace(start, features=features, points=points)] * 4)
    assert watch.check.done == 0
    assert watch.check.phase in {Phase.SETTLING, Phase.ASKING}


def test_a_face_that_only_one_model_sees_shows_no_gesture() -> None:
    watch = Watch(Gesture.TURN_LEFT)
    watch.see(rest())
    assert watch.see([seen(HEAD, Pose(yaw=30), dlib=False)] * 5) is Phase.ASKING


# --- one unbroken track of one face ---


def test_a_break_begins_the_gestures_anew_with_a_new_order() -> None:
    jumped = seen(HEAD, Pose(across=3.0), ME)
    grown = seen(HEAD, Pose(distance=5.0), ME)
    for name, broken in {
        "gone": [NOBODY] * 8,
        "crowd": [CROWD] * 4,
        "jumped": [jumped],
        "grown": [grown],
        "silent camera": [],
    }.items():
        watch = Watch(Gesture.TURN_LEFT, Gesture.NOD)
        watch.see([*rest(), *move(Gesture.TURN_LEFT)])
        assert watch.check.done == 1, name
        assert watch.drawn == 1, name
        watch.see(broken)
        if not broken:
            watch.now += 1.6
        assert watch.see(rest(1)) is Phase.SETTLING, name
        assert watch.check.done == 0, name
        assert watch.check.broken >= 1, name
        assert watch.drawn == 1 + watch.check.broken, name


def test_a_machine_that_looks_only_once_a_second_follows_a_slow_move() -> None:
    watch = Watch(Gesture.TURN_LEFT)
    watch.see(rest(), step=1.2)
    assert watch.see(move(Gesture.TURN_LEFT)[::3] + rest(1), step=1.2) is Phase.DONE
    assert watch.check.broken == 0


def test_a_flicker_does_not_break_the_track() -> None:
    watch = Watch(Gesture.TURN_LEFT)
    watch.see(rest())
    frames = move(Gesture.TURN_LEFT)
    assert watch.see([frames[0], NOBODY, *frames[1:4], CROWD, *frames[4:]]) is Phase.DONE
    assert watch.check.broken == 0


def test_a_turned_picture_slipped_in_while_nothing_is_seen_breaks_the_track() -> None:
    watch = Watch(Gesture.TURN_LEFT)
    watch.see(rest())
    watch.see([NOBODY] * 3 + [seen(HEAD, Pose(yaw=28))] * 3)
    assert watch.check.broken == 1
    assert watch.check.phase is Phase.SETTLING


def test_somebody_else_in_the_same_place_is_noticed_with_the_next_good_picture() -> None:
    watch = Watch(Gesture.TURN_LEFT, Gesture.NOD)
    watch.see([*rest(), *move(Gesture.TURN_LEFT)])
    assert watch.see(rest(1, OTHER)) is Phase.SWAPPED
    assert watch.see(rest(5)) is Phase.SWAPPED
    done = Watch(Gesture.NOD)
    assert done.see([*rest(), *move(Gesture.NOD)]) is Phase.DONE
    assert done.see(rest(1, OTHER)) is Phase.SWAPPED


# --- the order ---


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_every_order_without_repetition_comes(count: int) -> None:
    drawn = [random_order(count) for _ in range(600)]
    assert all(len(order) == len(set(order)) == count for order in drawn)
    assert len(set(drawn)) == [1, 2, 6, 6][count]
    assert all(set(order) != {Gesture.NOD} for order in drawn)
