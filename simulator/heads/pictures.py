"""The pictures in simulator/portraits, by the keys of simulator/people.py.

They are drawn (simulator/portraits/README.md); no real person stands for an invented one.
"""

from functools import cache, lru_cache
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.uint8]  # height x width x 3, BGR as OpenCV has it

PICTURES = Path(__file__).parents[1] / "portraits"
FRAME_SIZE = (640, 480)  # width, height of the camera's pictures


def portrait(person_key: str) -> bytes:
    """The JPEG that the gateway keeps: 358 x 441, from the front, on white."""
    return (PICTURES / person_key / "portrait.jpg").read_bytes()


@cache
def frames(person_key: str) -> tuple[Image, ...]:
    """The person before the camera, in pictures to be shown round and round; they must not be changed.

    Raises:
        KeyError: there are no pictures of such a person.
    """
    found = tuple(_read(path) for path in sorted((PICTURES / person_key).glob("frame-*.jpg")))
    if not found:
        raise KeyError(person_key)
    return found


@cache
def masked_frames(person_key: str) -> tuple[Image, ...]:
    """The same with a surgical mask; they must not be changed."""
    return tuple(_read(path) for path in sorted((PICTURES / person_key).glob("mask-*.jpg")))


@lru_cache(maxsize=64)  # all the moves of a few people; those of everybody would take 150 MB
def picture(person_key: str, name: str) -> Image:
    """A single picture, such as ``turn_left-4``, the farthest turn to the person's own left; it must not be changed.

    Raises:
        FileNotFoundError: there is none of that name.
    """
    return _read(PICTURES / person_key / f"{name}.jpg")


@cache
def empty_hall() -> Image:
    """The camera's picture when nobody is there; it must not be changed."""
    return _read(PICTURES / "hall.jpg")


def _read(path: Path) -> Image:
    image = cv2.imread(str(path))
    if image is None:
        raise FileNotFoundError(path)
    return np.asarray(image, dtype=np.uint8)
