"""The pure parts of the face check: the quality gate, the scores, and the messages between the processes."""

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from drivers.camera.messages import (
    Message,
    observation_message,
    observation_of,
    read,
    settings_header,
    settings_of,
    write,
)
from drivers.camera.observation import (
    Box,
    FaceAdvice,
    FacePoints,
    Observation,
    Point,
    Quality,
    Template,
    Thresholds,
    Verdict,
    cosine_score,
    distance_score,
)
from drivers.camera.quality import judge, pose
from drivers.camera.settings import Descriptor, FaceSettings, ModelFile, QualityLimits

GOOD_QUALITY = Quality(
    eye_distance=80,
    width_share=0.4,
    offset_x=0.0,
    offset_y=0.05,
    brightness=130,
    clipped=0.0,
    sharpness=400,
    roll=2,
    yaw=0.02,
    pitch=0.77,
)
FRONTAL = FacePoints(Point(79, 53), Point(66, 54), Point(30, 54), Point(44, 54), Point(55, 81))


@pytest.mark.parametrize(
    ("change", "advice"),
    [
        ({}, FaceAdvice.GOOD),
        ({"eye_distance": 30.0}, FaceAdvice.CLOSER),
        ({"width_share": 0.1, "sharpness": 1.0}, FaceAdvice.CLOSER),
        ({"width_share": 0.8}, FaceAdvice.FARTHER),
        ({"offset_x": -0.3}, FaceAdvice.CENTRE),
        ({"offset_y": 0.3}, FaceAdvice.CENTRE),
        ({"brightness": 40.0}, FaceAdvice.MORE_LIGHT),
        ({"brightness": 240.0}, FaceAdvice.MORE_LIGHT),
        ({"clipped": 0.5}, FaceAdvice.MORE_LIGHT),
        ({"yaw": 0.4}, FaceAdvice.LOOK_HERE),
        ({"roll": -25.0}, FaceAdvice.LOOK_HERE),
        ({"pitch": 1.2}, FaceAdvice.LOOK_HERE),
        ({"sharpness": 10.0}, FaceAdvice.HOLD_STILL),
    ],
)
def test_judgement(change: dict[str, float], advice: FaceAdvice) -> None:
    assert judge(replace(GOOD_QUALITY, **change), QualityLimits()) is advice


def test_pose_of_a_frontal_face() -> None:
    distance, roll, yaw, pitch = pose(FRONTAL)
    assert distance == pytest.approx(35.5, abs=0.1)
    assert roll == pytest.approx(-0.8, abs=0.1)
    assert yaw == pytest.approx(-0.007, abs=0.02)
    assert pitch == pytest.approx(0.77, abs=0.02)


def test_scores_and_zones() -> None:
    reference = np.array([1, 0], dtype=np.float32)
    probes = [np.array([2, 2], dtype=np.float32), np.array([5, -5], dtype=np.float32)]
    assert cosine_score(reference, probes) == pytest.approx(1.0)
    assert cosine_score(reference, probes[:1]) == pytest.approx(0.7071, abs=1e-4)
    assert distance_score(reference, [np.array([1, 0.4], dtype=np.float32)]) == pytest.approx(0.6)
    zones = Descriptor.SFACE.thresholds
    assert [zones.verdict(score) for score in (0.47, 0.469, 0.42, 0.419)] == [
        Verdict.SAME,
        Verdict.UNSURE,
        Verdict.UNSURE,
        Verdict.DIFFERENT,
    ]
    with pytest.raises(ValueError, match="below"):
        Thresholds(same=0.3, unsure=0.4)


def test_messages_carry_everything_there_and_back() -> None:
    stream = io.BytesIO()
    write(stream, Message({"do": "look"}, b"\x00\x01"))
    stream.seek(0)
    assert read(stream) == Message({"do": "look"}, b"\x00\x01")
    with pytest.raises(EOFError):
        read(stream)
    with pytest.raises(ValueError, match="too long"):
        read(io.BytesIO(b"\xff" * 8))
    own = FaceSettings(own_model=ModelFile(Path("/srv/own.onnx"), "00"), thresholds=Thresholds(0.5, 0.4))
    assert settings_of(settings_header(own)) == own
    assert settings_of(settings_header(FaceSettings())) == FaceSettings()
    template = Template("sface", np.array([0.5, -1.5], dtype=np.float32))
    seen = Observation(FaceAdvice.GOOD, 1, Box(1, 2, 3, 4), FRONTAL, GOOD_QUALITY, template)
    back = observation_of(observation_message(seen))
    assert replace(back, template=None) == replace(seen, template=None)
    assert back.template
    assert back.template.vector.tolist() == [0.5, -1.5]
    assert observation_of(observation_message(Observation(FaceAdvice.LOOK_HERE, 0))).template is None


def test_biometric_data_is_not_in_a_repr() -> None:
    template = Template("sface", np.array([0.123456], dtype=np.float32))
    assert "0.123" not in repr(Observation(FaceAdvice.GOOD, 1, template=template))
    assert "face" not in repr(Message({}, b"face"))
