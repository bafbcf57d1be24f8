"""Whether something covers the nose and the cheeks beside it: a mask. Child process only.

A mask that is worn as it should be covers the tip of the nose, which no beard does, and is less red and less yellow
than the skin above it, whatever its colour: blue, white, black. Compared with the same person's own forehead, so that
neither the skin nor the colour of the light matters much. A mask of the colour of skin is not noticed.
"""

import cv2
import numpy as np
import numpy.typing as npt

from drivers.camera.observation import Features, Picture

_EYES = 40  # pixels between the eyes in the picture looked at
_LEFT, _ABOVE, _BELOW = 1.0, 0.9, 1.3  # what is looked at, from the middle of the eyes, in distances of the eyes
_LESS_RED, _LESS_YELLOW = (
    6.0,
    10.0,
)  # in CIELAB: a white mask is 9 to 17 and 17 to 23 off, bare skin less than 3 either way

# Places from the middle of the eyes, in distances of the eyes: left, right, top, bottom. The hair may hang over the
# forehead: of forehead and root of the nose, the one of the stronger colour is taken for skin.
_SKIN = ((-0.45, 0.45, -0.55, -0.25), (-0.15, 0.15, -0.15, 0.15))
_COVERED = ((-0.20, 0.20, 0.50, 0.72), (-0.55, -0.30, 0.60, 0.85), (0.30, 0.55, 0.60, 0.85))

_Colour = npt.NDArray[np.float64]


def covered(picture: Picture, features: Features) -> bool:
    """True if the lower half of a face is of another colour than its upper half, as a mask makes it."""
    face = cv2.cvtColor(_upright(picture, features).astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    skin = max((_colour(face, place) for place in _SKIN), key=lambda colour: float(np.hypot(colour[1], colour[2])))
    below = [_colour(face, place) - skin for place in _COVERED]
    face.fill(0)
    return sum(bool(off[1] <= -_LESS_RED and off[2] <= -_LESS_YELLOW) for off in below) >= len(below) - 1


def _upright(picture: Picture, features: Features) -> Picture:
    """The face with its eyes on a level, a fixed distance apart."""
    right, left = (np.array((eye.x, eye.y)) for eye in (features.right_eye, features.left_eye))
    across = left - right
    down = np.array((-across[1], across[0]))
    middle = (left + right) / 2
    corner = middle - _LEFT * across - _ABOVE * down
    source = np.array([corner, corner + 2 * _LEFT * across, corner + (_ABOVE + _BELOW) * down], dtype=np.float32)
    width, height = round(2 * _LEFT * _EYES), round((_ABOVE + _BELOW) * _EYES)
    target = np.array([(0, 0), (width, 0), (0, height)], dtype=np.float32)
    return np.asarray(cv2.warpAffine(picture, cv2.getAffineTransform(source, target), (width, height)), dtype=np.uint8)


def _colour(face: npt.NDArray[np.float32] | cv2.typing.MatLike, place: tuple[float, float, float, float]) -> _Colour:
    left, right, top, bottom = place
    columns = slice(round((left + _LEFT) * _EYES), round((right + _LEFT) * _EYES))
    rows = slice(round((top + _ABOVE) * _EYES), round((bottom + _ABOVE) * _EYES))
    colour: _Colour = np.median(np.asarray(face)[rows, columns].reshape(-1, 3), axis=0)
    return colour
