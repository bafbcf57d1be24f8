"""The camera of the simulated hall: pictures over HTTP on loopback, as network cameras send them, or as a clip.

The kiosk opens ``SimulatedCamera.url`` with the same driver as any camera. Who stands before it, and what is wrong
with it, can be changed at any time.
"""

import logging
import threading
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import Self

import cv2
import numpy as np

from simulator.heads.pictures import FRAME_SIZE, Image, empty_hall, frames, portrait

log = logging.getLogger(__name__)

FRAMES_A_SECOND = 10
_BOUNDARY = "frame"
_NOISE = 2.0  # standard deviation of the sensor's noise, in grey levels
_QUALITY = [cv2.IMWRITE_JPEG_QUALITY, 85]


class CameraFault(Enum):
    """What can be wrong with the camera, or with what stands before it."""

    DARK = auto()
    TWO_PEOPLE = auto()
    PHOTO = auto()  # somebody holds a printed photo of the person before the camera
    FROZEN = auto()  # the connection stands, but no picture comes
    GONE = auto()  # every connection is closed at once


class SimulatedCamera:
    """A network camera on loopback, at a port that the system chooses."""

    def __init__(self) -> None:
        self._person: str | None = None
        self._fault: CameraFault | None = None
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

    @property
    def shown(self) -> str | None:
        """The key of the person before the camera; None while nobody is there."""
        return self._person

    @property
    def fault(self) -> CameraFault | None:
        """What is wrong now."""
        return self._fault

    def show(self, person_key: str | None) -> None:
        """Let a person step before the camera, or leave."""
        if person_key is not None:
            frames(person_key)  # an unknown key must fail here, not in a connection's thread
        self._person = person_key

    def break_down(self, fault: CameraFault | None) -> None:
        """Make something wrong; None makes all well again."""
        self._fault = fault

    def picture(self, number: int) -> Image:
        """The picture with this number as it is sent, before noise."""
        if self._person is None:
            return empty_hall()
        if self._fault is CameraFault.PHOTO:
            return held_photo(self._person, number)
        image = _at(self._person, number)
        if self._fault is CameraFault.TWO_PEOPLE:
            return side_by_side(image, _at(_companion(self._person), number))
        return _darkened(image) if self._fault is CameraFault.DARK else image

    def _serve(self, connection: BaseHTTPRequestHandler) -> None:
        if self._fault is CameraFault.GONE:
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
            if self._closing.wait(1 / FRAMES_A_SECOND) or self._fault is CameraFault.GONE:
                return
            if self._fault is CameraFault.FROZEN:
                continue
            jpeg = _encoded(_noisy(self.picture(number), noise))
            head = f"--{_BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
            connection.wfile.write(head.encode() + jpeg + b"\r\n")


def write_clip(path: Path, person_key: str, seconds: float = 3.0) -> Path:
    """Write a video file (Motion JPEG) of a person; a file that is there is replaced in one step."""
    unfinished = path.with_name(f"unfinished-{path.name}")
    kind = cv2.VideoWriter.fourcc(*"MJPG")
    writer = cv2.VideoWriter(str(unfinished), kind, FRAMES_A_SECOND, FRAME_SIZE)
    for number in range(round(seconds * FRAMES_A_SECOND)):
        writer.write(_at(person_key, number))
    writer.release()
    return unfinished.replace(path)


def side_by_side(first: Image, second: Image) -> Image:
    """Two people in one picture, each the middle half of a picture of their own."""
    quarter = FRAME_SIZE[0] // 4
    return np.hstack([first[:, quarter:-quarter], second[:, quarter:-quarter]])


def held_photo(person_key: str, number: int) -> Image:
    """A printed photo of a person, held a little askew and not quite still, in an otherwise empty picture."""
    photo = cv2.imdecode(np.frombuffer(portrait(person_key), np.uint8), cv2.IMREAD_COLOR)
    if photo is None:
        raise ValueError(f"the portrait of {person_key} is not a picture")
    sheet = cv2.copyMakeBorder(photo, 12, 12, 12, 12, cv2.BORDER_CONSTANT, value=(235, 235, 235))
    height, width = sheet.shape[:2]
    turned = cv2.getRotationMatrix2D((width / 2, height / 2), 3 + np.sin(number / 5), 0.95)
    turned[:, 2] += (FRAME_SIZE[0] / 2 - width / 2, FRAME_SIZE[1] / 2 - height / 2 + 2 * np.sin(number / 3))
    scene = empty_hall().copy()
    cv2.warpAffine(sheet, turned, FRAME_SIZE, dst=scene, borderMode=cv2.BORDER_TRANSPARENT)
    return scene


def _at(person_key: str, number: int) -> Image:
    pictures = frames(person_key)
    return pictures[number % len(pictures)]


def _companion(person_key: str) -> str:
    return "wang_jianguo" if person_key != "wang_jianguo" else "zhang_ling"


def _darkened(image: Image) -> Image:
    return np.asarray(image * 0.12, dtype=np.uint8)


def _noisy(image: Image, noise: np.random.Generator) -> Image:
    grain = noise.normal(0, _NOISE, image.shape[:2])[..., None]
    return np.asarray(np.clip(image + grain, 0, 255), dtype=np.uint8)


def _encoded(image: Image) -> bytes:
    done, jpeg = cv2.imencode(".jpg", image, _QUALITY)
    if not done:
        raise ValueError("the picture could not be encoded")
    return jpeg.tobytes()
