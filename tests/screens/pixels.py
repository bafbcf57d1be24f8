"""What really stands on the window: read back from the graphics card, without the care that the product takes."""

from typing import Any

from kivy.base import EventLoop
from kivy.clock import Clock
from kivy.graphics import opengl
from PIL import Image

from flows.face_progress import FaceHint, FaceProgress

WIDTH, HEIGHT = 64, 48
RED, LIME = (255, 0, 0), (0, 255, 0)  # no colour of the kiosk's


def settle() -> None:
    for _ in range(3):
        Clock.tick()
        EventLoop.dispatch_input()


def on_window(window: Any) -> Image.Image:
    settle()
    window.canvas.ask_update()
    window.dispatch("on_draw")
    width, height = (int(side) for side in window.system_size)
    opengl.glFinish()
    pixels = opengl.glReadPixels(0, 0, width, height, opengl.GL_RGB, opengl.GL_UNSIGNED_BYTE)
    window.dispatch("on_flip")
    return Image.frombytes("RGB", (width, height), pixels).transpose(Image.Transpose.FLIP_TOP_BOTTOM)


def halves(hint: FaceHint = FaceHint.CLOSER, share: float = 0.5, *, top: bool = False) -> FaceProgress:
    """A picture that is red on its left (or in its upper half), and green on the other side."""
    if top:
        rows = [bytes(RED) * WIDTH] * (HEIGHT // 2) + [bytes(LIME) * WIDTH] * (HEIGHT // 2)
    else:
        rows = [bytes(RED) * (WIDTH // 2) + bytes(LIME) * (WIDTH // 2)] * HEIGHT
    return FaceProgress(hint, b"".join(rows), WIDTH, HEIGHT, share)


def count(image: Image.Image, colour: tuple[int, int, int]) -> int:
    """How many pixels have this colour."""
    flat = image.convert("RGB").getcolors(maxcolors=1 << 24) or []
    return sum(number for number, found in flat if found == colour)
