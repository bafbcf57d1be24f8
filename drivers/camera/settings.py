"""What a hall may set about the face check, with the defaults that were measured (docs/face.md)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from drivers.camera.observation import Thresholds, Vector, cosine_score, distance_score

SFACE_SHA256 = "fb143eea07838aa532d1c95df5f69899974ea0140e1fba05e94204be13ed74ee"
RESNET_SHA256 = "55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30"
YUNET_SHA256 = "49f000ec501fef24739071fc7e68267d32209045b6822c0c72dce1da25726f10"
FIVE_POINTS_SHA256 = "c4b1e9804792707d3a405c2c16a80a20269e6675021f64a41d30fffafbc41888"


class Descriptor(StrEnum):
    """The models that can say who a face is."""

    SFACE = "sface"
    DLIB = "dlib"

    @property
    def thresholds(self) -> Thresholds:
        """Scores at a measured false match rate of 1 in 10,000 (same) and 1 in 1,000 (unsure)."""
        return _THRESHOLDS[self]

    @property
    def score(self) -> Callable[[Vector, Sequence[Vector]], float]:
        """How alike a reference and the mean of some probes are; greater is more alike."""
        return cosine_score if self is Descriptor.SFACE else distance_score


_THRESHOLDS = {
    Descriptor.SFACE: Thresholds(same=0.47, unsure=0.42),
    Descriptor.DLIB: Thresholds(same=0.62, unsure=0.60),  # distances 0.38 and 0.40
}


@dataclass(frozen=True)
class ModelFile:
    """A weight file and the SHA-256 that it must have."""

    path: Path
    sha256: str


@dataclass(frozen=True)
class QualityLimits:
    """From where on a face in the camera is good enough; the meaning of each measure stands at ``Quality``."""

    eye_distance: float = 40.0
    nearest: float = 0.62
    farthest: float = 0.20
    offset: float = 0.25
    darkest: float = 60.0
    brightest: float = 225.0
    clipped: float = 0.30
    sharpness: float = 60.0
    roll: float = 18.0
    yaw: float = 0.28
    pitch_low: float = 0.50
    pitch_high: float = 1.05


@dataclass(frozen=True)
class FaceSettings:
    """How the face engine works.

    ``own_model``: the hall's own file for the chosen descriptor in place of the one installed with the program.
    ``rival_share``: another face counts as a second person from this share of the greatest face's width on, so that
    people waiting farther back do not stop the check. ``threads``: for OpenCV in the child process.
    """

    descriptor: Descriptor = Descriptor.SFACE
    thresholds: Thresholds | None = None  # None: those of the descriptor
    own_model: ModelFile | None = None
    limits: QualityLimits = field(default_factory=QualityLimits)
    rival_share: float = 0.6
    reference_eye_distance: float = 18.0  # pixels; a chip photo has about 25
    threads: int = 1
    start_seconds: float = 20.0
    call_seconds: float = 5.0

    @property
    def zones(self) -> Thresholds:
        """The thresholds in force."""
        return self.thresholds or self.descriptor.thresholds
