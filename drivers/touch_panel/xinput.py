"""Reads and sets the matrix of the touch panel in the running X server: the program xinput. Blocking.

Under libinput a panel has the property "libinput Calibration Matrix" (libinput(4)), and nothing else has; with another
driver X itself turns what a device tells ("Coordinate Transformation Matrix"), and the device must be named.
"""

import re
import subprocess
from dataclasses import dataclass
from enum import Enum

from drivers.touch_panel.affine import Affine

_SECONDS = 5.0  # for one call; a program that has lost its X server may wait for ever
_EPSILON = 1e-3  # X keeps single precision


class PanelError(Exception):
    """The X server could not be asked, or did not take a matrix."""


class Property(Enum):
    """Which property carries the matrix, and the option of an Xorg configuration that says the same."""

    LIBINPUT = ("libinput Calibration Matrix", "CalibrationMatrix")
    SERVER = ("Coordinate Transformation Matrix", "TransformationMatrix")

    @property
    def in_x(self) -> str:
        """Its name in the running server."""
        return self.value[0]

    @property
    def option(self) -> str:
        """Its name in a configuration."""
        return self.value[1]


@dataclass(frozen=True)
class Panel:
    """A device that X has, with the matrix in force."""

    number: int
    name: str
    kind: Property
    matrix: Affine


class TouchPanels:
    """The panels of the X server of ``DISPLAY``."""

    def __init__(self, name: str = "") -> None:
        """``name``: that of the device, as ``xinput list`` tells it; empty: the first panel of libinput."""
        self._name = name

    def find(self) -> Panel | None:
        """The touch panel; None: there is none whose matrix can be set.

        Raises:
            PanelError: the X server could not be asked.
        """
        for number in re.findall(r"\d+", _xinput("list", "--id-only")):
            panel = self._panel(int(number))
            if panel is not None:
                return panel
        return None

    def set(self, panel: Panel, matrix: Affine) -> None:
        """Put ``matrix`` in force at once, until the X server ends.

        Raises:
            PanelError: it is not in force.
        """
        numbers = (f"{number:.6f}" for number in matrix.numbers)
        _xinput("set-prop", str(panel.number), panel.kind.in_x, *numbers)
        now = self._panel(panel.number)
        if now is None or any(abs(a - b) > _EPSILON for a, b in zip(now.matrix.numbers, matrix.numbers, strict=True)):
            raise PanelError("the matrix was not taken")

    def _panel(self, number: int) -> Panel | None:
        told = _xinput("list-props", str(number))
        name = (re.match(r"Device '(.*)':", told) or [told, ""])[1]
        if self._name and name != self._name:
            return None
        for kind in (Property.LIBINPUT, Property.SERVER) if self._name else (Property.LIBINPUT,):
            found = re.search(rf"^\s*{kind.in_x} \(\d+\):\s*(.*)$", told, re.MULTILINE)
            if found:
                return Panel(number, name, kind, _matrix(found[1]))
        return None


def millimetres_per_pixel() -> float | None:
    """How large a pixel of the screen is; None where the screen does not say."""
    try:
        told = _run("xrandr", "--current")
    except PanelError:
        return None
    found = re.search(r"connected.* (\d+)x(\d+)\+\d+\+\d+ .*?(\d+)mm x (\d+)mm", told)
    if found is None:
        return None
    wide, high, across, along = (int(number) for number in found.groups())
    # By the diagonals: some servers turn the one with the picture, and not the other.
    share = (across**2 + along**2) ** 0.5 / (wide**2 + high**2) ** 0.5
    return share or None


def _matrix(told: str) -> Affine:
    try:
        return Affine.of([float(number) for number in told.split(",")])
    except ValueError as error:
        raise PanelError(f"not a matrix: {told}") from error


def _xinput(*words: str) -> str:
    return _run("xinput", *words)


def _run(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        raise PanelError(f"{command[0]}: {type(error).__name__}") from error
    return done.stdout
