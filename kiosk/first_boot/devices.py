"""The devices that are attached go into the kiosk's layer of settings, once somebody has said yes."""

from collections.abc import Callable, Mapping
from pathlib import Path

from config.setting_keys import flat
from config.settings import Settings
from flows.prompts import Text
from kiosk.first_boot import kiosk_file
from kiosk.first_boot.device_search import Found
from kiosk.first_boot.steps import State, Step, StepReport


def changes(settings: Settings, found: Mapping[str, Found]) -> dict[str, object]:
    """What the settings do not say yet."""
    present = flat(settings.model_dump())
    wanted = {key: value for each in found.values() for key, value in each.settings.items()}
    return {key: value for key, value in wanted.items() if present.get(key) != value}


def settle(
    settings: Settings,
    place: Path | None,
    found: Mapping[str, Found],
    missing: tuple[Text, ...],
    agreed: Callable[[Mapping[str, object]], bool],
) -> StepReport:
    """Write what was found, if ``agreed`` to the changes. What was not found is no fault: a device may come later.

    Raises:
        StepFailed: the settings cannot be written.
    """
    said = [
        Text("enrol.devices.found", {"device": Text(f"check.{name}"), "title": each.title})
        for name, each in found.items()
    ]
    said += missing
    then = (Text("enrol.devices.then"),) if missing else ()
    needed = changes(settings, found)
    facts: dict[str, str | int | list[str]] = {name: each.title for name, each in found.items()}
    facts["settings"] = [f"{key} = {value}" for key, value in needed.items()]
    if needed and not agreed(needed):
        return StepReport(Step.DEVICES, State.OPEN, (*said, Text("enrol.devices.left")), then, facts)
    if needed:
        file = kiosk_file.put(place, needed)
        said.append(Text("enrol.written", {"file": str(file)}))
    state = State.OPEN if missing else State.DONE if needed else State.KEPT
    return StepReport(Step.DEVICES, state, tuple(said), then, facts)
