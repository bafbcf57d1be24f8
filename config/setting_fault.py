"""What is wrong with a setting: a line in English for a terminal, and its parts for a screen in another language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Rule(StrEnum):
    """Which rule is broken; ``desk.setting.rule.<value>`` says it on the pages of the staff, with its values."""

    NOT_ALLOWED = "not_allowed"  # the value by itself; what is allowed is known by the key
    NO_SUCH_KEY = "no_such_key"
    MISSING = "missing"
    BRIGHTNESS_TIME = "brightness_time"
    BRIGHTNESS_ORDER = "brightness_order"
    FACE_FILE_AND_HASH = "face_file_and_hash"
    FACE_ZONES = "face_zones"
    PRINTER_DEVICE = "printer_device"
    PRINTER_HOST = "printer_host"
    URL = "url"
    URL_HTTPS = "url_https"
    URL_LOOPBACK = "url_loopback"
    LINE_FILE = "line_file"
    LINE_FILES_TOGETHER = "line_files_together"
    SIMULATED = "simulated"
    QUEUE_AGE = "queue_age"
    MATTERS_BOTH = "matters_both"
    SUITE = "suite"
    METRICS_PORT = "metrics_port"
    METRICS_FILE = "metrics_file"
    AUDIT_MONTHS = "audit_months"

    NOT_HERE = "not_here"  # it is not changed at the kiosk
    DEVICE = "device"  # at the kiosk only a device of this machine
    ADDS_ONLY = "adds_only"  # at the kiosk only a longer list

    FILE_UNREADABLE = "file_unreadable"
    FILE_NOT_TOML = "file_not_toml"
    FILE_VERSION = "file_version"
    FILE_STRANGE = "file_strange"
    FILES_NONE = "files_none"
    ENVIRONMENT = "environment"


class RuleBrokenError(ValueError):
    """A value, or several together, are not allowed. ``values``: what the rule's sentence names."""

    def __init__(self, rule: Rule, text: str, **values: str) -> None:
        super().__init__(text)
        self.rule = rule
        self.values = values


@dataclass(frozen=True)
class Place:
    """Where it was set: a file and its line (0: the whole file), a variable of the environment, or not known."""

    file: str = ""
    line: int = 0
    variable: str = ""

    def __str__(self) -> str:
        if self.variable:
            return f"environment variable {self.variable}"
        return f"{self.file}, line {self.line}" if self.line else self.file


NOWHERE = Place()


@dataclass(frozen=True)
class _Parts:
    rule: Rule
    text: str
    key: str
    place: Place
    values: Mapping[str, str] = field(default_factory=dict)


class SettingFault(str):
    """The line as a terminal shows it: place, key, and what is wrong or allowed."""

    __slots__ = ("_parts",)
    _parts: _Parts

    @classmethod
    def of(
        cls, rule: Rule, text: str, *, key: str = "", place: Place = NOWHERE, values: Mapping[str, str] | None = None
    ) -> "SettingFault":
        """``text``: what is wrong, in English; ``key``: the setting, with dots; ``values``: those of the rule."""
        fault = cls(": ".join(part for part in (str(place), "" if place.variable else key, text) if part))
        fault._parts = _Parts(rule, text, key, place, values or {})
        return fault

    @property
    def rule(self) -> Rule:
        """Which rule is broken."""
        return self._parts.rule

    @property
    def key(self) -> str:
        """The setting; empty for a whole file."""
        return self._parts.key

    @property
    def place(self) -> Place:
        """Where it was set."""
        return self._parts.place

    @property
    def values(self) -> Mapping[str, str]:
        """What the rule's sentence names."""
        return self._parts.values

    def without_place(self, file: str) -> "SettingFault":
        """The same without its place, if that is ``file``."""
        parts = self._parts
        place = NOWHERE if parts.place.file == file else parts.place
        return SettingFault.of(parts.rule, parts.text, key=parts.key, place=place, values=parts.values)
