"""A vendor's verifier in place of ours, chosen by a setting, and what is said when it is not there."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import pytest

from config.settings import ConfigurationError, Settings, load
from drivers.camera.capture import Camera
from drivers.camera.engine import FaceEngine, UnusablePhotoError
from drivers.camera.observation import FaceAdvice
from drivers.device import DeviceState, Health
from flows.face_progress import FaceHint, FaceProgress
from flows.presence_prompts import LookAtCamera
from flows.prompts import Prompt, Surface
from kiosk.devices import Devices
from kiosk.face_check import BuiltInVerifier
from kiosk.plug_ins import face_verifier
from kiosk.plug_ins import load as load_plug_in
from kiosk.verifier import FaceVerdict, FaceVerifier, PhotoSource, ReferencePhoto

PROMPT = LookAtCamera(card_way=False)


@dataclass
class InfraredVerifier:
    """A vendor's: its own infrared camera and liveness; here the picture that comes out decides."""

    name: str = "infrared"
    lamp_on: bool = False
    health: Health = field(default_factory=lambda: Health(DeviceState.ONLINE))

    def can_use(self, source: PhotoSource) -> bool:
        return source is PhotoSource.CHIP  # its SDK decodes WLT itself

    async def warm_up(self) -> None:
        self.lamp_on = False

    async def verify(self, references: Sequence[ReferencePhoto], surface: Surface, prompt: LookAtCamera) -> FaceVerdict:
        photos = [photo for photo in references if self.can_use(photo.source)]
        if not photos:
            raise UnusablePhotoError(FaceAdvice.LOOK_HERE)
        assert prompt is PROMPT
        self.lamp_on = True
        surface.update(FaceProgress(FaceHint.LOOK_HERE, bytes(3), 1, 1, 0.5))
        self.lamp_on = False
        return FaceVerdict.SAME if photos[0].content.startswith(b"\x01") else FaceVerdict.NOT_RECOGNISED

    async def stop(self) -> None:
        self.lamp_on = False


def make_infrared(settings: Settings, devices: Devices) -> FaceVerifier:
    """What the setting names."""
    assert settings.face.tries == 5
    assert devices.camera
    return InfraredVerifier()


class _Screen:
    def __init__(self) -> None:
        self.hints: list[FaceHint] = []

    def update(self, progress: FaceProgress) -> None:
        self.hints.append(progress.hint)

    def show(self, prompt: Prompt[None]) -> None: ...


def settings(**face: object) -> Settings:
    before = load()
    return before.model_copy(update={"face": before.face.model_copy(update=face)})


def devices() -> Devices:
    unused = cast("Devices", None)
    return Devices(
        card_reader=cast("object", unused),  # type: ignore[arg-type]  # a verifier has no use for it
        id_scanner=cast("object", unused),  # type: ignore[arg-type]  # as above
        printer=cast("object", unused),  # type: ignore[arg-type]  # as above
        camera=Camera("/nowhere.avi"),
        face=FaceEngine(),
    )


def test_ours_is_the_one_without_a_setting() -> None:
    verifier = face_verifier(settings(), devices())
    assert isinstance(verifier, BuiltInVerifier)
    assert verifier.name == "sface"
    assert verifier.can_use(PhotoSource.GATEWAY)
    assert not verifier.can_use(PhotoSource.CHIP)
    with_decoder = face_verifier(settings(chip_photo_decoder="drivers.camera.wlt_library:decode"), devices())
    assert with_decoder.can_use(PhotoSource.CHIP)


async def test_a_vendors_verifier_takes_its_place() -> None:
    verifier = face_verifier(settings(verifier="tests.test_verifier_plug_ins:make_infrared"), devices())
    await verifier.warm_up()
    screen = _Screen()
    surface = cast("Surface", screen)
    gateway = ReferencePhoto(PhotoSource.GATEWAY, b"\x01")
    for first_byte, verdict in ((b"\x01", FaceVerdict.SAME), (b"\x02", FaceVerdict.NOT_RECOGNISED)):
        chip = ReferencePhoto(PhotoSource.CHIP, first_byte)
        assert await verifier.verify([gateway, chip], surface, PROMPT) is verdict
    assert screen.hints == [FaceHint.LOOK_HERE] * 2
    with pytest.raises(UnusablePhotoError):
        await verifier.verify([gateway], surface, PROMPT)
    await verifier.stop()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("no_such_module:make", "face.verifier: no_such_module cannot be imported"),
        ("math:no_such_name", "face.verifier: math has nothing to call by the name no_such_name"),
        ("math:pi", "face.verifier: math has nothing to call by the name pi"),
    ],
)
def test_what_is_not_there_is_named_by_its_key(name: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        face_verifier(settings(verifier=name), devices())


def test_a_module_that_cannot_be_imported_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "vendor_sdk.py").write_text("raise OSError('libvendor.so: no licence')\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ConfigurationError, match=r"face.verifier: vendor_sdk .*OSError: libvendor.so: no licence"):
        load_plug_in("vendor_sdk:make", "face.verifier")


@pytest.mark.parametrize("name", ["no_such_module:decode", "no_such_package.module:decode"])
def test_a_decoder_that_is_not_there_is_told_at_the_start(name: str) -> None:
    with pytest.raises(ConfigurationError, match=r"face\.chip_photo_decoder: there is no module"):
        face_verifier(settings(chip_photo_decoder=name), devices())
