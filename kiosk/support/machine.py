"""The machine: kernel, disk, memory, heat, and the versions of what runs on it. Never its users or its network."""

import os
import platform
import shutil
from collections.abc import Mapping
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_MEMORY = ("MemTotal", "MemAvailable", "SwapTotal", "SwapFree")
_LIBRARIES = (
    "hall-kiosk", "kivy", "pyscard", "pyserial", "opencv-python", "dlib-bin", "face_recognition", "python-escpos",
    "cryptography", "joserfc", "requests", "urllib3", "pydantic", "numpy", "pillow",
)  # fmt: skip


def machine(data_directory: Path, root: Path = Path("/")) -> Mapping[str, object]:
    """What is known of it, as JSON; ``root`` is where proc and sys are. Bytes, degrees Celsius, seconds."""
    disk = shutil.disk_usage(data_directory)
    return {
        "kernel": platform.release(),
        "architecture": platform.machine(),
        "system": _system(root),
        "processors": os.cpu_count(),
        "load": list(os.getloadavg()),
        "uptime_seconds": float((root / "proc/uptime").read_text().split()[0]),
        "memory": _memory(root),
        "disk": {"total": disk.total, "free": disk.free},
        "temperatures": _temperatures(root),
    }


def versions() -> Mapping[str, str]:
    """Of the interpreter, the program and what it is built on."""
    found = {"python": platform.python_version()}
    for name in _LIBRARIES:
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def _system(root: Path) -> str:
    for line in (root / "etc/os-release").read_text("utf-8").splitlines():
        if line.startswith("PRETTY_NAME="):
            return line.partition("=")[2].strip('"')
    return ""


def _memory(root: Path) -> Mapping[str, int]:
    """In bytes."""
    lines = (line.split() for line in (root / "proc/meminfo").read_text("ascii").splitlines())
    return {words[0].rstrip(":"): int(words[1]) * 1024 for words in lines if words[0].rstrip(":") in _MEMORY}


def _temperatures(root: Path) -> Mapping[str, float]:
    found = {}
    for zone in sorted((root / "sys/class/thermal").glob("thermal_zone*")):
        with suppress(OSError, ValueError):  # a zone that is switched off cannot be read
            found[f"{zone.name} {(zone / 'type').read_text().strip()}"] = int((zone / "temp").read_text()) / 1000
    return found
