"""BER-TLV as far as a file control information needs it (ISO 7816-4, P3)."""

from config.faults import FaultCode
from drivers.device import DeviceError

_LONG_TAG = 0x1F
_LONG_LENGTH = 0x80


def parse(data: bytes) -> dict[int, bytes]:
    """The objects on one level, by tag (0x9F0C: a tag of two bytes). Of two equal tags the first counts.

    Raises:
        DeviceError: ``CARD_UNREADABLE`` if ``data`` is not made of whole objects.
    """
    objects: dict[int, bytes] = {}
    rest = data
    while rest := rest.lstrip(b"\x00"):  # zero bytes may stand between objects
        tag, rest = _tag(rest)
        length, rest = _length(rest)
        if length > len(rest):
            raise _broken()
        objects.setdefault(tag, rest[:length])
        rest = rest[length:]
    return objects


def _tag(data: bytes) -> tuple[int, bytes]:
    size = 1
    if data[0] & _LONG_TAG == _LONG_TAG:
        size = 2
        while size <= len(data) and data[size - 1] & 0x80:
            size += 1
    if size > len(data):
        raise _broken()
    return int.from_bytes(data[:size], "big"), data[size:]


def _length(data: bytes) -> tuple[int, bytes]:
    if not data:
        raise _broken()
    if data[0] < _LONG_LENGTH:
        return data[0], data[1:]
    size = data[0] - _LONG_LENGTH
    if size == 0 or 1 + size > len(data):
        raise _broken()
    return int.from_bytes(data[1 : 1 + size], "big"), data[1 + size :]


def _broken() -> DeviceError:
    return DeviceError(FaultCode.CARD_UNREADABLE, "malformed TLV")
