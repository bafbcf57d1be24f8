"""States as signs and words."""

from drivers.device import DeviceState, Health
from flows.desk_prompts import Mark
from flows.prompts import Text, Tone
from kiosk.diagnostics.check import Level

_TONES = {
    DeviceState.STARTING: Tone.INFO,
    DeviceState.ONLINE: Tone.OK,
    DeviceState.BUSY: Tone.INFO,
    DeviceState.USER_ERROR: Tone.WAITING,
    DeviceState.OFFLINE: Tone.STOP,
    DeviceState.HARDWARE_ERROR: Tone.STOP,
    DeviceState.NO_DEVICE: Tone.STOP,
}


_LEVELS = {Level.OK: Tone.OK, Level.ABSENT: Tone.INFO, Level.WARNING: Tone.WAITING, Level.ERROR: Tone.STOP}


def level_tone(level: Level) -> Tone:
    """The tone of a test's outcome."""
    return _LEVELS[level]


def level_mark(level: Level) -> Mark:
    """A test's outcome, as a sign and a word."""
    return Mark(_LEVELS[level], Text(f"doctor.level.{level}"))


def health_mark(health: Health) -> Mark:
    """The state of a device in the words of XFS4IoT; one that works with a fault is not quite well."""
    tone = _TONES[health.state]
    if tone is Tone.OK and health.fault is not None:
        tone = Tone.WAITING
    return Mark(tone, Text(f"desk.state.{health.state}"))
