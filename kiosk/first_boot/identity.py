"""Who this kiosk is: the hall's letters and name, and its number there."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from config.layers import LayerName, read
from config.setting_keys import flat
from config.settings import Settings
from flows.prompts import Text
from kiosk import enrolment
from kiosk.first_boot import kiosk_file
from kiosk.first_boot.steps import State, Step, StepFailed, StepReport
from kiosk.key_files import NotEnrolled

_LETTERS = re.compile(r"[A-Z]{2}")
_ENVIRONMENT = "KIOSK_HALL__RECEIPT_PREFIX"
_NUMBER = re.compile(r"\d{2}", re.ASCII)


@dataclass(frozen=True)
class Identity:
    """``letters`` begin every receipt number of the hall, as JN; ``number`` is the kiosk's in the hall, as 03."""

    letters: str
    number: str
    name: str

    @classmethod
    def of(cls, settings: Settings) -> "Identity":
        """What the settings say."""
        return cls(settings.hall.receipt_prefix[:2], settings.hall.kiosk, settings.hall.name)

    @property
    def kiosk(self) -> str:
        """The name under which the gateway knows the kiosk, which also begins its receipt numbers: JN03."""
        return f"{self.letters}{self.number}"

    def checked(self) -> "Identity":
        """Itself.

        Raises:
            StepFailed: letters or number are not of the form that is wanted.
        """
        if not _LETTERS.fullmatch(self.letters):
            raise StepFailed(Text("enrol.identity.letters", {"given": self.letters}))
        if not _NUMBER.fullmatch(self.number):
            raise StepFailed(Text("enrol.identity.number", {"given": self.number}))
        return self


def is_said(place: Path | None) -> bool:
    """Whether anybody has said who this kiosk is: a layer of its settings, or the environment; the defaults do not."""
    layers = (layer for layer in read(place).layers if layer.name is not LayerName.DEFAULTS)
    return any("hall.receipt_prefix" in flat(layer.values) for layer in layers) or _ENVIRONMENT in os.environ


def settle(settings: Settings, place: Path | None, wanted: Identity) -> StepReport:
    """Write who the kiosk is into its layer of settings, if they say something else.

    Raises:
        StepFailed: it is not one, the settings cannot be written, or keys of another kiosk are here.
    """
    wanted.checked()
    _demand_no_other(settings, wanted)
    told = {"kiosk": wanted.kiosk, "hall": wanted.name}
    hall = settings.hall
    before = {"hall.name": hall.name, "hall.kiosk": hall.kiosk, "hall.receipt_prefix": hall.receipt_prefix}
    after = {"hall.name": wanted.name, "hall.kiosk": wanted.number, "hall.receipt_prefix": wanted.kiosk}
    changes = {key: value for key, value in after.items() if before[key] != value}
    if not changes:
        return StepReport(Step.IDENTITY, State.KEPT, (Text("enrol.identity.kept", told),), facts=told)
    file = kiosk_file.put(place, changes)
    written = Text("enrol.written", {"file": str(file)})
    return StepReport(Step.IDENTITY, State.DONE, (Text("enrol.identity.done", told), written), facts=told)


def _demand_no_other(settings: Settings, wanted: Identity) -> None:
    """A kiosk with keys is called what its keys say: receipts were given out under that name."""
    directory = settings.data_directory / "keys"
    try:
        named = enrolment.name_in(directory)
    except (NotEnrolled, PermissionError):
        return
    if named is not None and named != wanted.kiosk:
        said = Text("enrol.identity.other", {"named": named, "wanted": wanted.kiosk})
        raise StepFailed(said, Text("enrol.identity.other.then"))
