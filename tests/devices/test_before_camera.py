"""Who stands before the simulated camera: moves of the head, what may be wrong with the person, and a willing one."""

import itertools
from collections.abc import Callable

import numpy as np
import pytest

from flows.face_progress import FaceHint
from simulator.before_camera import BeforeCamera, CameraFault
from simulator.heads.held_photo import Hold, photographed, tilted
from simulator.heads.moves import HeadMove
from simulator.heads.pictures import Image, empty_hall, frames, masked_frames, picture
from simulator.willing import Willing


class Clock:
    """Time that stands still unless it is moved on."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def place(clock: Clock) -> BeforeCamera:
    place = BeforeCamera(clock)
    place.show("zhang_ling")
    return place


def _seen(place: BeforeCamera, clock: Clock, seconds: float) -> list[Image]:
    """What is seen from now on, ten times a second."""
    pictures = []
    for number in range(round(seconds * 10)):
        pictures.append(place.picture(number))
        clock.now += 0.1
    return pictures


def _is(image: Image) -> Callable[[Image], bool]:
    return lambda other: other is image


def _who(image: Image) -> str:
    """Whose picture it is, at rest or in a move; nobody's: ``hall``."""
    for key in ("zhang_ling", "wang_jianguo"):
        names = [f"{move}-{step}" for move in HeadMove for step in range(5)] + ["up-0", "up-1"]
        own = [*frames(key), *(picture(key, name) for name in names)]
        if any(map(_is(image), own)):
            return key
    return "hall" if image is empty_hall() else "unknown"


@pytest.mark.parametrize("move", HeadMove)
def test_a_move_goes_forth_and_back_in_its_time(place: BeforeCamera, clock: Clock, move: HeadMove) -> None:
    place.move(move)
    assert 1.2 <= place.still_at - clock.now <= 1.8
    seen = _seen(place, clock, 2.0)
    assert seen[0] is picture("zhang_ling", f"{move}-0")
    assert any(map(_is(picture("zhang_ling", f"{move}-4")), seen))
    assert any(map(_is(seen[-1]), frames("zhang_ling"))), "she looks ahead again"
    assert {_who(image) for image in seen} == {"zhang_ling"}


def test_the_values_of_the_moves_are_those_of_the_hints() -> None:
    assert {move.value for move in HeadMove} <= {hint.value for hint in FaceHint}


def test_a_second_move_waits_for_the_first(place: BeforeCamera, clock: Clock) -> None:
    place.move(HeadMove.TURN_LEFT)
    over = place.still_at
    place.move(HeadMove.NOD)
    place.move(HeadMove.TURN_RIGHT)  # she thinks better of nodding
    assert place.picture(0) is picture("zhang_ling", "turn_left-0")
    clock.now = over + 0.01
    assert place.picture(0) is picture("zhang_ling", "turn_right-0")
    clock.now = place.still_at + 0.01
    assert place.picture(0) is frames("zhang_ling")[0]


def test_who_steps_there_begins_at_rest(place: BeforeCamera) -> None:
    place.move(HeadMove.NOD)
    place.show("berg")
    assert place.picture(3) is frames("berg")[3]
    assert place.still_at == 0.0
    with pytest.raises(KeyError):
        place.show("nobody")


def test_a_mask_is_seen(place: BeforeCamera, clock: Clock) -> None:
    place.break_down(CameraFault.MASK)
    assert {id(image) for image in _seen(place, clock, 1.0)} == {id(image) for image in masked_frames("zhang_ling")}


def test_another_person_takes_the_place_in_the_middle_and_stays(place: BeforeCamera, clock: Clock) -> None:
    place.break_down(CameraFault.SWAP)
    assert {_who(image) for image in _seen(place, clock, 1.0)} == {"zhang_ling"}
    place.move(HeadMove.TURN_LEFT)
    seen = [_who(image) for image in _seen(place, clock, 3.0)]
    assert [name for name, _ in itertools.groupby(seen)] == ["zhang_ling", "wang_jianguo"]
    place.break_down(None)
    assert _who(place.picture(0)) == "zhang_ling"


def test_a_person_goes_away_in_the_middle_and_comes_back(place: BeforeCamera, clock: Clock) -> None:
    place.break_down(CameraFault.LEAVES)
    place.move(HeadMove.TURN_RIGHT)
    seen = [_who(image) for image in _seen(place, clock, 2.0)]
    place.move(HeadMove.TURN_RIGHT)  # asked again meanwhile: nobody is there to hear it
    seen += [_who(image) for image in _seen(place, clock, 1.0)]
    assert [name for name, _ in itertools.groupby(seen)] == ["zhang_ling", "hall"]
    assert "zhang_ling" in [_who(image) for image in _seen(place, clock, 3.0)]


def test_two_people_move_apart_from_one_another(place: BeforeCamera) -> None:
    place.break_down(CameraFault.TWO_PEOPLE)
    still = place.picture(0)
    place.move(HeadMove.TURN_LEFT)
    turned = place.picture(0)
    assert not np.array_equal(still[:, :320], turned[:, :320])
    assert np.array_equal(still[:, 320:], turned[:, 320:])


def _width(hold: Hold) -> int:
    """How wide the held sheet is in the picture, in pixels."""
    drawn = np.abs(photographed("zhang_ling", hold).astype(int) - empty_hall()).sum(axis=2) > 30
    columns = np.flatnonzero(drawn.mean(axis=0) > 0.2)
    return int(columns.max() - columns.min())


def test_the_held_photo_is_swung_about(place: BeforeCamera) -> None:
    place.break_down(CameraFault.PHOTO)
    seen = [place.picture(number) for number in range(0, 90, 5)]
    steps = [float(np.abs(first.astype(int) - second).mean()) for first, second in itertools.pairwise(seen)]
    assert min(steps) > 0.5, "it is never quite still"
    assert max(steps) > 3 * min(steps), "and now and then it is moved a lot"


def test_the_held_photo_is_tilted_as_if_it_made_the_move(place: BeforeCamera, clock: Clock) -> None:
    place.break_down(CameraFault.PHOTO)
    straight = place.picture(0)
    place.move(HeadMove.TURN_LEFT)
    clock.now = (clock.now + place.still_at) / 2
    turned = place.picture(0)
    assert float(np.abs(straight.astype(int) - turned).mean()) > 5
    assert 0.75 < _width(tilted(0.0, HeadMove.TURN_LEFT, 0.5)) / _width(Hold()) < 0.87, "as a sheet at 35 degrees"


def test_a_bent_photo_is_not_flat() -> None:
    assert not np.array_equal(photographed("zhang_ling", Hold()), photographed("zhang_ling", Hold(bend=0.07)))


def test_a_willing_citizen_does_what_is_asked_and_does_it_again(place: BeforeCamera, clock: Clock) -> None:
    willing = Willing(place, clock)
    willing.obey(FaceHint.TURN_LEFT)
    over = place.still_at
    assert place.picture(0) is picture("zhang_ling", "turn_left-0")
    for _ in range(20):  # with every picture, as long as the hint stands
        willing.obey(FaceHint.TURN_LEFT)
    assert place.still_at == over
    clock.now = over + 0.5
    willing.obey(FaceHint.TURN_LEFT)
    assert place.still_at == over, "who has just turned waits a moment"
    clock.now = over + 1.1
    willing.obey(FaceHint.TURN_LEFT)
    assert place.picture(0) is picture("zhang_ling", "turn_left-0"), "it was not seen: once more"
    assert 2.0 < place.still_at - clock.now < 2.5, "and more slowly"
    for _ in range(5):
        clock.now = place.still_at + 1.1
        willing.obey(FaceHint.TURN_LEFT)
    assert place.still_at - clock.now < 4.5, "but not ever more slowly"


def test_a_willing_citizen_begins_each_check_at_natural_speed(place: BeforeCamera, clock: Clock) -> None:
    willing = Willing(place, clock)
    for wait in (0.0, 1.1, 60.0):
        clock.now = place.still_at + wait if place.still_at else clock.now
        willing.obey(FaceHint.TURN_LEFT)
    assert place.still_at - clock.now < 1.8


def test_a_willing_citizen_goes_on_to_the_next_move(place: BeforeCamera, clock: Clock) -> None:
    willing = Willing(place, clock)
    willing.obey(FaceHint.NOD)
    clock.now = place.still_at - 0.1
    willing.obey(FaceHint.TURN_RIGHT)
    clock.now += 0.2
    assert place.picture(0) is picture("zhang_ling", "turn_right-0")


@pytest.mark.parametrize("hint", sorted(set(FaceHint) - {FaceHint(move.value) for move in HeadMove}))
def test_other_hints_move_nobody(place: BeforeCamera, clock: Clock, hint: FaceHint) -> None:
    Willing(place, clock).obey(hint)
    assert place.still_at == 0.0


def test_an_unwilling_citizen_does_nothing(place: BeforeCamera, clock: Clock) -> None:
    willing = Willing(place, clock)
    willing.on = False
    willing.obey(FaceHint.NOD)
    assert place.still_at == 0.0
