"""The drawn heads serve their purpose: the real face engine finds each, knows each again, and keeps all apart."""

from collections.abc import AsyncIterator

import cv2
import numpy as np
import pytest

from drivers.camera.engine import FaceEngine
from drivers.camera.observation import FaceAdvice, Verdict
from simulator.heads.pictures import PICTURES, frames, portrait
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
    assert sum(path.stat().st_size for path in PICTURES.rglob("*.jpg")) < 6_000_000
    assert {len(frames(key)) for key in KEYS} == {12}


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
            for pictures in (good, *([picture] for picture in good)):
                comparison = engine.compare(reference, pictures)
                assert comparison.verdict is expected, (other, key, comparison)
