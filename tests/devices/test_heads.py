"""The drawn heads serve their purpose: the real face engine finds each, knows each again, and keeps all apart."""

from collections.abc import AsyncIterator

import cv2
import numpy as np
import pytest

from drivers.camera.engine import FaceEngine
from drivers.camera.observation import FaceAdvice, Quality, Verdict
from simulator.heads.pictures import PICTURES, frames, masked_frames, picture, portrait
from simulator.people import PEOPLE

KEYS = [person.key for person in PEOPLE]


@pytest.fixture
async def engine() -> AsyncIterator[FaceEngine]:
    engine = FaceEngine()
    yield engine
    await engine.stop()


@pytest.mark.parametrize("key", KEYS)
def test_each_person_has_a_portrait_like_an_id_photo(key: str) -> None:
    image = cv2.imdecode(np.frombuffer(portrait(key), np.uint8), cv2.IMREAD_COLOR)
    assert image is not None
    assert image.shape == (441, 358, 3)
    assert image[:20].min() > 225, "white background"


def test_the_pictures_are_few_and_small() -> None:
    assert sum(path.stat().st_size for path in PICTURES.rglob("*.jpg")) < 7_000_000
    assert {len(frames(key)) for key in KEYS} == {12}
    assert {len(masked_frames(key)) for key in KEYS} == {4}


async def test_every_head_is_known_again_and_none_is_taken_for_another(engine: FaceEngine) -> None:
    """By the mean of the good frames, as the kiosk compares, and by each frame alone."""
    references = {key: await engine.reference(portrait(key)) for key in KEYS}
    seen = {key: [await engine.look(image[..., ::-1]) for image in frames(key)] for key in KEYS}
    for key, observations in seen.items():
        assert {observation.faces for observation in observations} == {1}, key
        good = [observation for observation in observations if observation.advice is FaceAdvice.GOOD]
        assert len(good) >= 10, (key, [observation.advice for observation in observations])
        for other, reference in references.items():
            expected = Verdict.SAME if other == key else Verdict.DIFFERENT
            for pictures in (good, *([single] for single in good)):
                comparison = engine.compare(reference, pictures)
                assert comparison.verdict is expected, (other, key, comparison)


async def _measured(engine: FaceEngine, key: str, name: str) -> Quality:
    seen = await engine.look(picture(key, name)[..., ::-1])
    assert seen.faces == 1, (key, name)
    assert seen.quality is not None
    return seen.quality


@pytest.mark.parametrize("key", KEYS)
async def test_a_turning_head_is_found_and_seen_to_turn(engine: FaceEngine, key: str) -> None:
    """Steps 0 to 2 go as far as 20 degrees, step 4 to 29."""
    rest = (await _measured(engine, key, "frame-00")).yaw
    left = [(await _measured(engine, key, f"turn_left-{step}")).yaw for step in (0, 2, 3)]
    right = [(await _measured(engine, key, f"turn_right-{step}")).yaw for step in (0, 2, 3)]
    assert [*reversed(right), rest, *left] == sorted([*right, rest, *left])
    assert left[-1] - rest > 0.1
    assert rest - right[-1] > 0.1


@pytest.mark.parametrize("key", KEYS)
async def test_a_nodding_head_is_found_and_seen_to_nod(engine: FaceEngine, key: str) -> None:
    """Up, at rest, and far down: the nose goes down against the eyes, as far as five points tell it."""
    pitches = [(await _measured(engine, key, name)).pitch for name in ("up-1", "frame-00", "nod-2")]
    assert pitches == sorted(pitches)
    assert pitches[-1] - pitches[0] > 0.05
