"""How a printer is connected, as the settings say it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Network:
    """A printer on the network, usually port 9100."""

    host: str
    port: int = 9100


@dataclass(frozen=True)
class SerialPort:
    """A printer on a serial line, best named under /dev/serial/by-id."""

    devfile: str
    baudrate: int = 19200


@dataclass(frozen=True)
class Usb:
    """A printer on USB, by maker and product."""

    vendor: int
    product: int


@dataclass(frozen=True)
class FileDevice:
    """A printer behind a device file such as /dev/usb/lp0, which only takes: its status stays unknown."""

    path: str


Connection = Network | SerialPort | Usb | FileDevice

MOST_ROWS = 128  # of a picture in one command
_BITS = 10  # of one byte on a serial line
_BAND_SECONDS = 0.5


def seconds_on_the_line(connection: Connection, size: int) -> float:
    """How long ``size`` bytes are on their way at least: a serial line is slow, all others count as quick."""
    return size * _BITS / connection.baudrate if isinstance(connection, SerialPort) else 0.0


def rows_at_once(connection: Connection, width_dots: int) -> int:
    """How many rows of a picture go in one command: over a slow line so few that they are there in half a second.

    A command that is cut short must be filled up before the printer hears anything else.
    """
    if not isinstance(connection, SerialPort):
        return MOST_ROWS
    row_bytes = (width_dots + 7) // 8
    return min(MOST_ROWS, max(1, int(_BAND_SECONDS * connection.baudrate / _BITS / row_bytes)))
