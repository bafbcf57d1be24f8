"""From the lens to the screen: what the camera sees on its right stands on the left, as in a mirror."""

from pathlib import Path
from typing import Any

import cv2
import numpy as np

from drivers.camera.capture import Camera
from flows.face_progress import FaceHint, FaceProgress
from flows.presence_prompts import LookAtCamera
from screens.widgets.gesture_arrow import GestureArrow
from tests.screens.booth import Booth
from tests.screens.pixels import on_window

WIDTH, HEIGHT = 640, 480


def clip(file: Path) -> Path:
    """A clip as the lens sees it: dark, but bright on its right half, where the person's own left is."""
    writer = cv2.VideoWriter(str(file), cv2.VideoWriter.fourcc(*"MJPG"), 15, (WIDTH, HEIGHT))
    image = np.full((HEIGHT, WIDTH, 3), 20, np.uint8)
    image[:, WIDTH // 2 :] = 230
    for _ in range(15):
        writer.write(image)
    writer.release()
    return file


def brightness(window: Any, arrow: GestureArrow, share: float) -> float:
    """How bright the window is at ``share`` of the oval's width, at its upper quarter."""
    x, y = arrow.x + share * arrow.width, window.height - (arrow.y + 0.75 * arrow.height)
    box = tuple(round(side) for side in (x - 20, y - 20, x + 20, y + 20))
    return float(np.asarray(on_window(window).convert("L").crop(box)).mean())


async def test_the_persons_own_left_is_on_the_left_where_the_arrow_points(
    booth: Booth, window: Any, tmp_path: Path
) -> None:
    camera = Camera(str(clip(tmp_path / "clip.avi")))
    await camera.start()
    frame = camera.latest()
    assert frame is not None
    assert frame.image[:, WIDTH // 2 :].mean() > frame.image[:, : WIDTH // 2].mean() + 150
    height, width = frame.preview.shape[:2]
    progress = FaceProgress(FaceHint.TURN_LEFT, frame.preview.tobytes(), width, height, 0.0)
    await camera.stop()
    await booth.ask(LookAtCamera(card_way=True))
    booth.stage.update(progress)
    arrow = next(block for block in booth.blocks() if isinstance(block, GestureArrow))
    assert brightness(window, arrow, 0.35) > 200
    assert brightness(window, arrow, 0.65) < 60
    arrow.move(0.25)
    ((shift, place),) = arrow._shifts
    assert place.across == -1
    assert shift.x < 0
