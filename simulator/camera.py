"""The camera of the simulated hall: pictures over HTTP on loopback, as network cameras send them, or as a clip.

The kiosk opens ``SimulatedCamera.url`` with the same driver as any camera. Who stands before it, and what is wrong
with it, can be changed at any time.
"""

import logging
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import Self

import cv2
import numpy as np

from simulator.before_camera import FRAMES_A_SECOND, BeforeCamera, CameraFault, held_photo, side_by_side
from simulator.heads.moves import HeadMove
from simulator.heads.pictures import FRAME_SIZE, Image, frames

__all__ = [
    "FRAMES_A_SECOND",
    "CameraFault",
    "HeadMove",
    "SimulatedCamera",
    "held_photo",
    "side_by_side",
    "write_clip",
]

log = logging.getLogger(__name__)

_BOUNDARY = "frame"
_NOISE = 2.0  # standard deviation of the sensor's noise, in grey levels
_QUALITY = [cv2.IMWRITE_JPEG_QUALITY, 85]


class SimulatedCamera(BeforeCamera):
    """A network camera on loopback, at a port that the system chooses, and the place before it."""

    def __init__(self) -> None:
        super().__init__()
        self._closing = threading.Event()
        camera = self

        class _Connection(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                camera._serve(self)

            def log_message(self, *_: object) -> None:
                """Requests are not news."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Connection)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="simulated camera")

    @property
    def url(self) -> str:
        """What the kiosk's setting for the camera must be."""
        return f"http://127.0.0.1:{self._server.server_port}/camera.mjpg"

    def start(self) -> Self:
        """Serve pictures; the hall is empty at first."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Close every connection and the port."""
        self._closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _serve(self, connection: BaseHTTPRequestHandler) -> None:
        if self.fault is CameraFault.GONE:
            return
        try:
            connection.send_response(200)
            connection.send_header("Content-Type", f"multipart/x-mixed-replace; boundary={_BOUNDARY}")
            connection.end_headers()
            self._send_pictures(connection)
        except OSError:  # the kiosk switched the camera off
            log.debug("simulated_camera_left")

    def _send_pictures(self, connection: BaseHTTPRequestHandler) -> None:
        noise = np.random.default_rng()
        for number in count():
            if self._closing.wait(1 / FRAMES_A_SECOND) or self.fault is CameraFault.GONE:
                return
            if self.fault is CameraFault.FROZEN:
                continue
            jpeg = _encoded(_noisy(self.picture(number), noise))
            head = f"--{_BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
            connection.wfile.write(head.encode() + jpeg + b"\r\n")


def write_clip(path: Path, person_key: str, seconds: float = 3.0) -> Path:
    """Write a video file (Motion JPEG) of a person; a file that is there is replaced in one step."""
    unfinished = path.with_name(f"unfinished-{path.name}")
    pictures = frames(person_key)
    kind = cv2.VideoWriter.fourcc(*"MJPG")
    writer = cv2.VideoWriter(str(unfinished), kind, FRAMES_A_SECOND, FRAME_SIZE)
    for number in range(round(seconds * FRAMES_A_SECOND)):
        writer.write(pictures[number % len(pictures)])
    writer.release()
    return unfinished.replace(path)


def _noisy(image: Image, noise: np.random.Generator) -> Image:
    grain = noise.normal(0, _NOISE, image.shape[:2])[..., None]
    return np.asarray(np.clip(image + grain, 0, 255), dtype=np.uint8)


def _encoded(image: Image) -> bytes:
    done, jpeg = cv2.imencode(".jpg", image, _QUALITY)
    if not done:
        raise ValueError("the picture could not be encoded")
    return jpeg.tobytes()
