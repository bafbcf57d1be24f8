"""What the kiosk and the face process say to each other over two pipes.

A message is two lengths (4 bytes each, big endian), a header in JSON and a payload of raw bytes: a picture on the way
there, a template on the way back. Not pickle: the child reads pictures from outside and must not be able to make its
parent run anything.
"""

import json
import struct
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

import numpy as np

from drivers.camera.observation import (
    Box,
    FaceAdvice,
    FacePoints,
    Features,
    Observation,
    Point,
    Quality,
    Template,
    Thresholds,
    Vector,
)
from drivers.camera.settings import Descriptor, FaceSettings, ModelFile, QualityLimits

_LENGTHS = struct.Struct(">II")
_LARGEST = 64 * 1024 * 1024


@dataclass(frozen=True)
class Message:
    """One message; the payload is kept out of ``repr`` because it may be somebody's face."""

    header: dict[str, Any]
    payload: bytes = field(default=b"", repr=False)


def write(stream: IO[bytes], message: Message) -> None:
    """Send a message."""
    header = json.dumps(message.header).encode()
    stream.write(_LENGTHS.pack(len(header), len(message.payload)) + header)
    stream.write(message.payload)
    stream.flush()


def read(stream: IO[bytes]) -> Message:
    """Wait for a message.

    Raises:
        EOFError: the other side is gone.
        ValueError: what came is not a message; the text repeats nothing of it.
    """
    header, payload = _LENGTHS.unpack(_exactly(stream, _LENGTHS.size))
    if header + payload > _LARGEST:
        raise ValueError("the message is too long")
    return Message(_content(_exactly(stream, header)), _exactly(stream, payload))


def _content(header: bytes) -> dict[str, Any]:
    with suppress(ValueError, RecursionError):  # the second for brackets within brackets without end
        match json.loads(header):
            case dict() as content:
                return content
    raise ValueError("the header of a message is not an object of JSON")


def _exactly(stream: IO[bytes], count: int) -> bytes:
    content = stream.read(count)
    if len(content) < count:
        raise EOFError("the message has no end")
    return content


def settings_header(settings: FaceSettings) -> dict[str, Any]:
    """Settings as a header."""
    header = asdict(settings)
    if settings.own_model:
        header["own_model"] = {"path": str(settings.own_model.path), "sha256": settings.own_model.sha256}
    return header


def settings_of(header: dict[str, Any]) -> FaceSettings:
    """Settings from a header."""
    own, thresholds = header["own_model"], header["thresholds"]
    return FaceSettings(
        **header
        | {
            "descriptor": Descriptor(header["descriptor"]),
            "thresholds": Thresholds(**thresholds) if thresholds else None,
            "own_model": ModelFile(Path(own["path"]), own["sha256"]) if own else None,
            "limits": QualityLimits(**header["limits"]),
        }
    )


def observation_message(observation: Observation) -> Message:
    """An observation as a message, its template in the payload."""
    template = observation.template
    header: dict[str, Any] = {
        "advice": observation.advice,
        "faces": observation.faces,
        "box": observation.box and asdict(observation.box),
        "points": observation.points and asdict(observation.points),
        "quality": observation.quality and asdict(observation.quality),
        "model": template and template.model,
        "features": observation.features and asdict(observation.features),
    }
    return Message(header, template.vector.astype("<f4").tobytes() if template else b"")


def observation_of(message: Message) -> Observation:
    """The observation in a message.

    Raises:
        ValueError: there is none in it; the text repeats nothing of it.
    """
    try:
        return _observation(message)
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError):
        raise ValueError("the message is not an observation") from None


def _observation(message: Message) -> Observation:
    header = message.header
    box, points, quality, model, features = (header[key] for key in ("box", "points", "quality", "model", "features"))
    return Observation(
        advice=FaceAdvice(header["advice"]),
        faces=int(header["faces"]),
        box=Box(**box) if box else None,
        points=FacePoints(**_places(points)) if points else None,
        quality=Quality(**quality) if quality else None,
        template=Template(str(model), _vector(message.payload)) if model else None,
        features=Features(**_places(features)) if features else None,
    )


def _places(points: dict[str, dict[str, float]]) -> dict[str, Point]:
    return {name: Point(**place) for name, place in points.items()}


def _vector(payload: bytes) -> Vector:
    vector: Vector = np.frombuffer(payload, dtype="<f4").copy()  # one that can be overwritten
    if not (np.isfinite(vector).all() and vector.any()):  # such a one is as near to anybody as to nobody
        raise ValueError("no template")
    return vector
