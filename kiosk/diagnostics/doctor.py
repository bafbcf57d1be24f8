"""All checks of one kiosk that need no hand, from a shell: beside the running kiosk, or without it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from config import settings as configuration
from config.faults import FaultCode
from config.layers import DEFAULTS
from config.salvage import load_to_run
from config.settings import ConfigurationError, Settings
from flows.prompts import Text
from kiosk.devices import devices_of, face_settings
from kiosk.diagnostics.check import Check, Finding, Group, Level, blocking
from kiosk.diagnostics.computer import computer_checks
from kiosk.diagnostics.computer import versions as look_at_versions
from kiosk.diagnostics.device_checks import device_checks
from kiosk.diagnostics.network import network_checks
from kiosk.diagnostics.status_file import StatusFile
from kiosk.diagnostics.storage import storage_checks
from kiosk.diagnostics.tally_file import TallyFile
from offline_queue.checking import writer

_OPEN_TO_ALL = "face"  # files only: the running kiosk has nothing for itself


@dataclass(frozen=True)
class Configured:
    """The settings that the checks use, and how they were found. None: not even the defaults hold."""

    settings: Settings | None
    finding: Finding

    @classmethod
    def by(cls, file: Path | None) -> "Configured":
        """Those of ``file``, as the kiosk runs with them; if that is not possible the defaults stand in for them."""
        try:
            found = load_to_run(file)
        except ConfigurationError as error:
            return cls(_defaults(), _wrong(str(error)))
        if found.left_out:
            return cls(found.settings, _wrong("\n".join(found.left_out)))
        return cls(found.settings, Finding(Level.OK, Text("found.configuration", {"mode": found.settings.mode})))


def _wrong(detail: str) -> Finding:
    return Finding(Level.ERROR, Text("found.configuration_wrong", {"detail": detail}))


def _defaults() -> Settings | None:
    try:
        return configuration.load(DEFAULTS)
    except ConfigurationError:  # a variable of the environment is wrong
        return None


@asynccontextmanager
async def checks_of(configured: Configured) -> AsyncIterator[list[Check]]:
    """The checks; the devices are let go of at the end."""
    settings = configured.settings
    own = Check("configuration", Group.PROGRAM, blocking(lambda: configured.finding))
    if settings is None:
        yield [own, Check("versions", Group.PROGRAM, blocking(look_at_versions), Level.WARNING)]
        return
    tally = TallyFile(settings.data_directory).tally
    devices = devices_of(settings, tally)
    try:
        of_devices = device_checks(devices, settings, tally, face_settings(settings))
        if writer(settings.data_directory / "queue") is not None:
            said = StatusFile.of(settings).read()
            of_devices = [_as_held(check, said) for check in of_devices]
        rest = [*storage_checks(settings), *network_checks(settings), *computer_checks(settings)]
        checks = [own, *rest, *of_devices]
        yield sorted(checks, key=lambda check: list(Group).index(check.group))
    finally:
        await devices.close()


def _as_held(check: Check, said: dict[str, Any] | None) -> Check:
    """The running kiosk has the device for itself: what it says of it is all that there is to see."""
    if check.name == _OPEN_TO_ALL:
        return check
    look = partial(_held, check, said)
    return Check(check.name, check.group, blocking(look), check.severity)


def _held(check: Check, said: dict[str, Any] | None) -> Finding:
    record = next((each for each in (said or {}).get("devices", []) if each["device"] == check.name), None)
    if record is None:
        return Finding(Level.OK, Text("found.in_use"))
    if record["fault"] is not None:
        return Finding.of_fault(check.severity, FaultCode(record["fault"]), record["detail"], state=record["state"])
    return Finding(Level.OK, Text("found.in_use_as", {"state": record["state"]}), figures={"state": record["state"]})
