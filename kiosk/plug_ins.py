"""Parts that a hall may bring itself, named in the settings as "module:name"."""

import importlib
import importlib.util
from typing import cast

from config.settings import ConfigurationError, Settings
from kiosk.devices import Devices
from kiosk.face_check import BuiltInVerifier
from kiosk.verifier import FaceVerifier, MakesVerifier


def face_verifier(settings: Settings, devices: Devices) -> FaceVerifier:
    """The verifier in force: a vendor's if ``face.verifier`` names one, else ours.

    Raises:
        ConfigurationError: what ``face.verifier`` or ``face.chip_photo_decoder`` names is not there.
    """
    _check_decoder(settings.face.chip_photo_decoder)
    if not settings.face.verifier:
        return BuiltInVerifier(settings.face, devices.camera, devices.face)
    makes = cast("MakesVerifier", load(settings.face.verifier, "face.verifier"))
    return makes(settings, devices)


def load(name: str, key: str) -> object:
    """What ``name`` ("module:name", the value of the setting ``key``) stands for: something that can be called.

    Raises:
        ConfigurationError: there is no such module, it cannot be imported, or it has no such name to call.
    """
    module, _, attribute = name.partition(":")
    try:
        found = getattr(importlib.import_module(module), attribute, None)
    except Exception as error:
        # Whatever stops a vendor's module from being imported (a missing library, a licence) is told by the key.
        raise ConfigurationError(f"{key}: {module} cannot be imported ({type(error).__name__}: {error})") from error
    if not callable(found):
        raise ConfigurationError(f"{key}: {module} has nothing to call by the name {attribute}")
    return found


def _check_decoder(name: str) -> None:
    """The decoder is imported in the face process alone, never here: it brings a vendor's closed library along."""
    module = name.partition(":")[0]
    try:
        known = not name or importlib.util.find_spec(module) is not None
    except (ImportError, ValueError):  # of the package that the module should lie in
        known = False
    if not known:
        raise ConfigurationError(f"face.chip_photo_decoder: there is no module {module}")
