"""A hint can be read before the next one comes."""

import pytest

from flows.face_progress import FaceHint
from screens.hints import GESTURES, SteadyHint


def shown(*events: tuple[float, FaceHint]) -> list[FaceHint]:
    steady = SteadyHint()
    steady.begin(0.0)
    return [steady.take(hint, now) for now, hint in events]


def test_a_check_begins_with_looking_here() -> None:
    steady = SteadyHint()
    steady.begin(0.0)
    steady.take(FaceHint.CLOSER, 5.0)
    steady.begin(6.0)
    assert steady.shown is FaceHint.LOOK_HERE
    assert steady.seconds(6.5) == 0.5


def test_what_changes_with_every_picture_does_not_flicker() -> None:
    flicker = [(1.0 + at * 0.04, FaceHint.CLOSER if at % 2 else FaceHint.CENTRE) for at in range(15)]
    assert set(shown(*flicker)) == {FaceHint.CENTRE}


def test_after_a_while_the_next_one_is_shown() -> None:
    seen = shown((1.0, FaceHint.CLOSER), (1.6, FaceHint.MORE_LIGHT), (1.8, FaceHint.MORE_LIGHT))
    assert seen == [FaceHint.CLOSER, FaceHint.CLOSER, FaceHint.MORE_LIGHT]


@pytest.mark.parametrize("hint", [*sorted(GESTURES), FaceHint.CHECKING])
def test_what_to_do_next_is_shown_at_once(hint: FaceHint) -> None:
    assert shown((1.0, FaceHint.HOLD_STILL), (1.04, hint))[-1] is hint


def test_from_one_gesture_to_the_next_at_once_and_back_to_advice_after_a_while() -> None:
    seen = shown(
        (1.0, FaceHint.TURN_LEFT), (1.1, FaceHint.FACE_FORWARD), (1.2, FaceHint.CENTRE), (1.9, FaceHint.CENTRE)
    )
    assert seen == [FaceHint.TURN_LEFT, FaceHint.FACE_FORWARD, FaceHint.FACE_FORWARD, FaceHint.CENTRE]


def test_a_hint_between_a_gesture_and_itself_does_not_flash() -> None:
    seen = shown(
        (1.0, FaceHint.TURN_LEFT), (2.0, FaceHint.ONE_PERSON), (2.1, FaceHint.TURN_LEFT), (2.8, FaceHint.TURN_LEFT)
    )
    assert seen == [FaceHint.TURN_LEFT, FaceHint.ONE_PERSON, FaceHint.ONE_PERSON, FaceHint.TURN_LEFT]
