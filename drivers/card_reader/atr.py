"""The answer to reset: where its historical bytes are, and what they say (hardware.md 1.10; P2, SC 1.1.2, SZ-ATR).

Pure. It says who made a card, never what the card is: that is found out by SELECT alone.
"""

from dataclasses import dataclass, field

from config.faults import FaultCode
from drivers.device import DeviceError

_STANDARD_LENGTH = 13
# Register numbers whose owner a source names; 008C and 0096 have been seen too, and nobody says whose they are.
_CHIP_MAKERS = {"0081": "华大", "0085": "华虹", "0087": "大唐", "0090": "复旦微"}


@dataclass(frozen=True)
class ResetInformation:
    """卡复位信息: the historical bytes, T1 to TD. A contactless or foreign card has others: then nothing is known."""

    historical: bytes = field(repr=False)

    @property
    def text(self) -> str:
        """As the ministry's interface gives it: upper-case hexadecimal digits, 26 of them on a standard card."""
        return self.historical.hex().upper()

    @property
    def standard(self) -> bool:
        """True for 13 bytes, as the standard lays them out."""
        return len(self.historical) == _STANDARD_LENGTH

    @property
    def chip_maker(self) -> str | None:
        """T1-T2: the chip maker's register number, four digits."""
        return self._part(0, 2)

    @property
    def chip_maker_name(self) -> str | None:
        """The chip maker, where a source names it."""
        return _CHIP_MAKERS.get(self.chip_maker or "")

    @property
    def chip_data(self) -> str | None:
        """T3-T5: the maker's own, six digits."""
        return self._part(2, 5)

    @property
    def card_maker(self) -> str | None:
        """T6-T7: the card maker's register number, four digits."""
        return self._part(5, 7)

    @property
    def issuing_area(self) -> str | None:
        """T8-T9: the first four digits of the issuing area (GB/T 2260)."""
        return self._part(7, 9)

    @property
    def serial(self) -> str | None:
        """TA-TD: unique for the maker and the area, eight digits; often the serial of 卡的识别码 too."""
        return self._part(9, 13)

    @property
    def factor(self) -> bytes | None:
        """Bytes 6 to 13: by them the card's own keys differ from those of its area (P9 7.3, SC 10.3)."""
        return self.historical[5:13] if self.standard else None

    def _part(self, begin: int, end: int) -> str | None:
        return self.historical[begin:end].hex().upper() if self.standard else None


def historical_bytes(atr: bytes) -> bytes:
    """The historical bytes of an answer to reset, behind the interface bytes that it announces (ISO 7816-3, P2).

    Raises:
        DeviceError: ``CARD_UNREADABLE`` if ``atr`` ends before them.
    """
    if len(atr) < 2:
        raise _broken()
    announced, count, position = atr[1] >> 4, atr[1] & 0x0F, 2
    while announced:
        position += announced.bit_count()
        if position > len(atr):
            raise _broken()
        announced = atr[position - 1] >> 4 if announced & 0b1000 else 0
    if position + count > len(atr):
        raise _broken()
    return atr[position : position + count]


def _broken() -> DeviceError:
    return DeviceError(FaultCode.CARD_UNREADABLE, "atr")
