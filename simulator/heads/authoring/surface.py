"""What surfaces look like: texture look-up, eyes, and noise that stays in its place."""

import cv2
import numpy as np

from simulator.heads.authoring.raster import Floats, Ints

_AT_ONCE = 30_000  # OpenCV's remap takes pictures of at most 32,767 columns


def sample(image: Floats, uv: Floats) -> Floats:
    """Texture look-up with blending of the four neighbours; (0, 0) is the lower left."""
    height, width = image.shape[:2]
    x = (uv[:, 0] * width - 0.5).astype(np.float32).reshape(1, -1)
    y = ((1 - uv[:, 1]) * height - 0.5).astype(np.float32).reshape(1, -1)
    image = image.astype(np.float32)
    rows = [
        cv2.remap(
            image.astype(np.float32),
            x[:, i : i + 30000],
            y[:, i : i + 30000],
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        for i in range(0, x.shape[1], _AT_ONCE)
    ]
    if not rows:
        return np.zeros((0, image.shape[2]))
    return np.concatenate(rows, axis=1).reshape(x.shape[1], -1).astype(np.float64)


def iris(angle: Floats, colour: Floats, grain: Floats) -> Floats:
    """Colour of an eyeball at an angle (degrees) from the middle of the pupil."""
    white = np.array([0.72, 0.68, 0.66]) * (1 + 0.03 * grain[:, None])
    edge = np.clip((angle - 9) / 19, 0, 1)[:, None]
    ring = colour * (1.35 - 0.9 * edge**3) * (1 + 0.35 * grain[:, None])
    inside = 1 / (1 + np.exp((angle - 28.0) / 0.9))[:, None]
    pupil = 1 / (1 + np.exp((angle - 10.5) / 0.6))[:, None]
    return np.asarray((white * (1 - inside) + ring * inside) * (1 - pupil) + 0.008 * pupil)


def speckle(points: Floats) -> Floats:
    """Smooth noise in space, about -1..1, the same for the same place."""
    cell = np.floor(points).astype(np.int64)
    part = points - cell
    part = part * part * (3 - 2 * part)
    total = np.zeros(len(points))
    for corner in range(8):
        bits = np.array([(corner >> axis) & 1 for axis in range(3)])
        weight = np.prod(np.where(bits, part, 1 - part), axis=1)
        total += weight * _hash(cell + bits)
    return total


def _hash(cell: Ints) -> Floats:
    mixed = (cell[:, 0] * 73856093) ^ (cell[:, 1] * 19349663) ^ (cell[:, 2] * 83492791)
    mixed = (mixed ^ (mixed >> 13)) * 1274126177 & 0x7FFFFFFF
    return np.asarray(((mixed ^ (mixed >> 16)) & 0xFFFF) / 32767.5 - 1)
