"""The port to whatever decides whether the person before the camera is the one on a photo.

Ours is kiosk/face_check.py: OpenCV's camera, dlib and SFace in a child process, basic liveness. A vendor's SDK with an
infrared camera and certified liveness takes its place by the setting ``face.verifier`` (docs/face.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, StrEnum, auto
from typing import Protocol

from config.settings import Settings
from drivers.device import Health
from flows.presence_prompts import LookAtCamera
from flows.prompts import Surface
from kiosk.devices import Devices


class PhotoSource(StrEnum):
    """Where a reference photo comes from."""

    CHIP = "chip"  # of the ID, 1024 bytes in the form WLT
    GATEWAY = "gateway"  # a JPEG


@dataclass(frozen=True)
class ReferencePhoto:
    """A photo of the holder. Biometric data: in memory only, for one visit."""

    source: PhotoSource
    content: bytes = field(repr=False)


class FaceVerdict(Enum):
    """How one try ended."""

    SAME = auto()
    NOT_RECOGNISED = auto()  # somebody else, or too unlike to tell
    NO_GOOD_PICTURE = auto()
    GESTURES_MISSED = auto()
    OTHER_WAY = auto()  # the citizen's choice


class FaceVerifier(Protocol):
    """Compares the person at the kiosk with photos of the holder. The camera is on only while ``verify`` runs."""

    name: str  # what the gateway is told, e.g. "sface"; goes into ``Proof.detail``

    @property
    def health(self) -> Health:
        """Whether a check can be offered."""

    def can_use(self, source: PhotoSource) -> bool:
        """True if photos of that source can be read here at all."""

    async def warm_up(self) -> None:
        """Load what is slow to load. Raises DeviceError."""

    async def verify(self, references: Sequence[ReferencePhoto], surface: Surface, prompt: LookAtCamera) -> FaceVerdict:
        """One try. ``references``: the one to be preferred first; the next is used when a photo shows no usable face.

        Asks ``prompt`` on ``surface`` and shows pictures by ``surface.update``. Frames and templates are overwritten
        before it returns.

        Raises:
            UnusablePhotoError: none of the photos can be used; the camera was not switched on.
            DeviceError: camera or verifier failed.
            GoBack: the citizen went back to the consent.
        """

    async def stop(self) -> None:
        """Let go of everything, at the end of the program."""


class MakesVerifier(Protocol):
    """What the setting ``face.verifier`` names: makes the verifier from the kiosk's settings and devices."""

    def __call__(self, settings: Settings, devices: Devices) -> FaceVerifier:
        """The verifier in force."""
