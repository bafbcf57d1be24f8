"""A machine with a printer on USB for the real pyusb and python-escpos: what libusb would do, over the simulated one.

Only the lowest layer is made here (usb.backend.IBackend); what is written goes to the simulated printer's TCP port.
"""

import errno
import socket
from array import array
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import usb.backend
import usb.core

MAKER, PRODUCT = 0x0483, 0x5743
_BULK, _INTERRUPT = 2, 3
_PRINTER, _STORAGE = 7, 8


class _Descriptor:
    """Fields of a descriptor; those that nobody looks at are 0."""

    def __init__(self, **fields: object) -> None:
        self._fields = defaultdict[str, object](int, fields)

    def __getattr__(self, name: str) -> object:
        return self._fields[name]


@dataclass
class UsbMachine(usb.backend.IBackend):  # type: ignore[misc]
    """``port``: of the simulated printer. ``endpoints`` of its printer interface: address, and kind of transfer."""

    port: int
    endpoints: tuple[tuple[int, int], ...] = ((0x81, _INTERRUPT), (0x02, _BULK), (0x83, _BULK))
    takes: int | None = None  # bytes that the printer still takes
    written: list[int] = field(default_factory=list)  # end points
    _line: socket.socket | None = None

    def enumerate_devices(self) -> list[str]:
        return ["printer"]

    def get_device_descriptor(self, dev: str) -> _Descriptor:
        return _Descriptor(idVendor=MAKER, idProduct=PRODUCT, bNumConfigurations=1)

    def get_configuration_descriptor(self, dev: str, config: int) -> _Descriptor:
        return _Descriptor(bNumInterfaces=2, bConfigurationValue=1)

    def get_interface_descriptor(self, dev: str, intf: int, alt: int, config: int) -> _Descriptor:
        if alt:
            raise IndexError(alt)
        kinds = (_STORAGE, _PRINTER)  # some bring their driver's disk along
        count = (2, len(self.endpoints))[intf]
        return _Descriptor(bInterfaceNumber=intf, bNumEndpoints=count, bInterfaceClass=kinds[intf])

    def get_endpoint_descriptor(self, dev: str, ep: int, intf: int, alt: int, config: int) -> _Descriptor:
        address, kind = (((0x84, _BULK), (0x05, _BULK)), self.endpoints)[intf][ep]
        return _Descriptor(bEndpointAddress=address, bmAttributes=kind, wMaxPacketSize=64)

    def open_device(self, dev: str) -> str:
        self._line = socket.create_connection(("127.0.0.1", self.port))
        return dev

    def close_device(self, dev_handle: str) -> None:
        if self._line is not None:
            self._line.close()

    def set_configuration(self, dev_handle: str, config_value: int) -> None:
        pass

    def get_configuration(self, dev_handle: str) -> int:
        return 1

    def claim_interface(self, dev_handle: str, intf: int) -> None:
        pass

    def release_interface(self, dev_handle: str, intf: int) -> None:
        pass

    def reset_device(self, dev_handle: str) -> None:
        pass

    def bulk_write(self, dev_handle: str, ep: int, intf: int, data: "array[int]", timeout: int) -> int:
        self.written.append(ep)
        taken = data.tobytes() if self.takes is None else data.tobytes()[: self.takes]
        if self.takes is not None:
            self.takes -= len(taken)
        if not taken:
            raise usb.core.USBTimeoutError("Operation timed out", -7, errno.ETIMEDOUT)
        self._open_line().sendall(taken)
        return len(taken)  # less than there was is no error: so does pyusb's libusb1

    def bulk_read(self, dev_handle: str, ep: int, intf: int, buff: "array[int]", timeout: int) -> int:
        if len(buff) < 512:
            raise usb.core.USBError("Overflow", -8, errno.EOVERFLOW)  # so libusb, if a packet is larger
        line = self._open_line()
        line.settimeout(timeout / 1000)
        try:
            received = line.recv(len(buff))
        except TimeoutError:
            raise usb.core.USBTimeoutError("Operation timed out", -7, errno.ETIMEDOUT) from None
        buff[: len(received)] = array("B", received)
        return len(received)

    def _open_line(self) -> Any:
        assert self._line is not None
        return self._line
