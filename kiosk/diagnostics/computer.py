"""The machine that the kiosk runs on: memory, heat, power, screen, loudspeaker, watchdog and versions."""

import os
import platform
import shutil
import socket
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from config.fonts import FontSet, FontsMissingError
from config.settings import Settings
from flows.prompts import Text
from kiosk.diagnostics.check import Check, Figure, Finding, Group, Level, blocking

_MEGABYTE = 1_000_000
_LEAST_MEMORY = 300 * _MEGABYTE  # available; the kiosk with its face process takes about 700
_WARM, _HOT = 75.0, 90.0  # degrees Celsius: most boards slow down at 85 to 100
_LOW_BATTERY = 50  # per cent
_LIBRARIES = (
    "hall-kiosk", "kivy", "pyscard", "pyserial", "opencv-python", "dlib-bin", "python-escpos", "pyudev",
    "cryptography", "joserfc", "requests", "pydantic",
)  # fmt: skip
_RARE = "䶮𠮷〇"


def computer_checks(settings: Settings, root: Path = Path("/")) -> list[Check]:
    """The checks of this machine; ``root`` is where /sys, /proc and /dev are."""
    return [
        Check("fonts", Group.PROGRAM, blocking(lambda: fonts(settings.fonts))),
        Check("versions", Group.PROGRAM, blocking(versions), Level.WARNING),
        Check("screen", Group.COMPUTER, blocking(lambda: screen(settings, root))),
        Check("loudspeaker", Group.COMPUTER, blocking(lambda: loudspeaker(settings)), Level.WARNING),
        Check("memory", Group.COMPUTER, blocking(lambda: memory(root)), Level.WARNING),
        Check("temperature", Group.COMPUTER, blocking(lambda: temperature(root)), Level.WARNING),
        Check("ups", Group.COMPUTER, blocking(lambda: ups(root)), Level.WARNING),
        Check("watchdog", Group.COMPUTER, blocking(lambda: watchdog(root)), Level.WARNING),
    ]


def fonts(directory: Path) -> Finding:
    """Are the prepared fonts there, with the rare characters of names?"""
    try:
        lacking = FontSet.load(directory).missing(_RARE)
    except FontsMissingError as error:
        return Finding(Level.ERROR, Text("found.fonts_missing", {"detail": str(error)}))
    if lacking:
        return Finding(Level.ERROR, Text("found.fonts_lack", {"characters": lacking}))
    return Finding(Level.OK, Text("found.fonts"))


def versions() -> Finding:
    """What runs here."""
    found: dict[str, Figure] = {"python": platform.python_version(), "kernel": platform.release()}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            return Finding(Level.ERROR, Text("found.library_missing", {"name": name}), figures=found)
    words = {"kiosk": str(found["hall-kiosk"]), "python": str(found["python"]), "kernel": str(found["kernel"])}
    return Finding(Level.OK, Text("found.versions", words), figures=found)


def screen(settings: Settings, root: Path) -> Finding:
    """Is there a screen, and what does the kernel say of its size?"""
    modes = {place.parent.name: _word(place) for place in (root / "sys" / "class" / "drm").glob("*/modes")}
    modes = {
        name: mode for name, mode in modes.items() if _word(root / "sys/class/drm" / name / "status") == "connected"
    }
    figures: dict[str, Figure] = {name: mode.split("\n")[0] for name, mode in modes.items()}
    wanted = f"{settings.screen.width} x {settings.screen.height}"
    display = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if display and (why := _display_closed(display, root)):
        return Finding(Level.ERROR, Text("found.display_closed", {"display": display, "reason": why}), figures=figures)
    if modes:
        seen = ", ".join(f"{name} {mode}" for name, mode in figures.items())
        return Finding(Level.OK, Text("found.screen", {"seen": seen, "wanted": wanted}), figures=figures)
    if display:
        return Finding(Level.OK, Text("found.display", {"display": display, "wanted": wanted}), figures=figures)
    return Finding(Level.ERROR, Text("found.no_screen"), figures=figures)


def _display_closed(display: str, root: Path) -> str:
    """Why nothing answers at an X display of this machine; empty if something does, or it is not of that kind."""
    if not display.startswith(":"):
        return ""
    number = display[1:].partition(".")[0]
    path = root / "tmp" / ".X11-unix" / f"X{number}"
    for address in (str(path), f"\0/tmp/.X11-unix/X{number}"):
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(2.0)
            try:
                line.connect(address)
            except OSError as error:
                reason = error.strerror or type(error).__name__
            else:
                return ""
    return reason


def loudspeaker(settings: Settings) -> Finding:
    """Are the programs there that speak?"""
    if not settings.voice.enabled:
        return Finding(Level.ABSENT, Text("found.voice_off"))
    lacking = [name for name in ("espeak-ng", settings.voice.player[0]) if shutil.which(name) is None]
    if lacking:
        return Finding(Level.WARNING, Text("found.no_program", {"names": ", ".join(lacking)}))
    return Finding(Level.OK, Text("found.voice", {"player": settings.voice.player[0]}))


def memory(root: Path) -> Finding:
    """How much memory is left."""
    lines = (line.split() for line in (root / "proc" / "meminfo").read_text("ascii").splitlines())
    kilobytes = {words[0].rstrip(":"): int(words[1]) for words in lines if len(words) > 1}
    available, total = (kilobytes[name] * 1024 for name in ("MemAvailable", "MemTotal"))
    level = Level.OK if available >= _LEAST_MEMORY else Level.WARNING
    line = "found.memory" if level is Level.OK else "found.memory_short"
    values = {"available": available // _MEGABYTE, "total": total // _MEGABYTE}
    return Finding(level, Text(line, values), figures={"available": available, "total": total})


def temperature(root: Path) -> Finding:
    """The hottest of the sensors that the kernel knows."""
    degrees = dict(_temperatures(root))
    if not degrees:
        return Finding(Level.ABSENT, Text("found.no_sensor"))
    hottest = max(degrees.values())
    level = Level.OK if hottest < _WARM else Level.WARNING if hottest < _HOT else Level.ERROR
    line = "found.temperature" if level is Level.OK else "found.hot"
    return Finding(level, Text(line, {"degrees": round(hottest)}), figures=dict(degrees))


def _temperatures(root: Path) -> Iterator[tuple[str, float]]:
    for zone in sorted((root / "sys/class/thermal").glob("thermal_zone*")):
        if (value := _word(zone / "temp")).lstrip("-").isdecimal():
            yield f"{zone.name} {_word(zone / 'type')}".strip(), int(value) / 1000
    for sensor in sorted((root / "sys/class/hwmon").glob("hwmon*/temp*_input")):
        if (value := _word(sensor)).lstrip("-").isdecimal():
            yield f"{_word(sensor.parent / 'name')} {sensor.name.removesuffix('_input')}".strip(), int(value) / 1000


def ups(root: Path) -> Finding:
    """Power from the mains, and a battery behind it, where there is one."""
    supplies = sorted((root / "sys/class/power_supply").glob("*"))
    batteries = [place for place in supplies if _word(place / "type") in {"Battery", "UPS"} and _stands_by(place)]
    if not batteries:
        return Finding(Level.ABSENT, Text("found.no_ups"))
    on_battery = any(_word(place / "status") == "Discharging" for place in batteries)
    levels = {place.name: int(word) for place in batteries if (word := _word(place / "capacity")).isdecimal()}
    percent = min(levels.values(), default=0)
    level = Level.WARNING if on_battery or percent < _LOW_BATTERY else Level.OK
    line = "found.ups_discharging" if on_battery else "found.ups_low" if level is Level.WARNING else "found.ups"
    return Finding(level, Text(line, {"percent": percent}), figures=dict(levels))


def _stands_by(battery: Path) -> bool:
    """Whether it is the kiosk's and says something: that of a wireless mouse or pen has the scope "Device" (sysfs)."""
    speaks = _word(battery / "capacity").isdecimal() or _word(battery / "status") == "Discharging"
    return speaks and _word(battery / "scope") != "Device"


def watchdog(root: Path) -> Finding:
    """Whether somebody starts the machine, or the program, anew when it hangs."""
    device = (root / "dev" / "watchdog").exists()
    manager = bool(os.environ.get("WATCHDOG_USEC"))
    figures: dict[str, Figure] = {"device": device, "service_manager": manager}
    if not device and not manager:
        return Finding(Level.ABSENT, Text("found.no_watchdog"), figures=figures)
    return Finding(Level.OK, Text("found.watchdog"), figures=figures)


def _word(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
