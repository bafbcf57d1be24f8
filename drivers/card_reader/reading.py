"""The conversation with a card in the reader: read it, check that it is still the same one.

Sources: HARDWARE.md 1.5 (TR, P5) and 1.11. Pure: bytes go out and come in through a callable.
"""

from collections.abc import Iterable

from config.faults import FaultCode
from drivers.card_reader.apdu import (
    SSSE,
    CommandApdu,
    ResponseApdu,
    StatusWord,
    Transmit,
    exchange,
    read_record,
    select_application,
    select_file,
    select_file_anywhere,
)
from drivers.card_reader.social_card import (
    HOLDER_FILE,
    HOLDER_ITEMS,
    HOLDER_ITEMS_1_0,
    ISSUER_FILE,
    ISSUER_ITEMS,
    CardHolder,
    Item,
    SocialCard,
    Values,
    decode_card,
    decode_holder,
    parse_record,
    version_of,
)
from drivers.device import DeviceError

# Some cards leave out what they have no value for.
_ABSENT = {StatusWord.RECORD_NOT_FOUND, StatusWord.REFERENCE_NOT_FOUND}


class _NotShownError(DeviceError):
    """The card shows this record only to a terminal that has proved itself: usual for the holder, for nothing else."""


def read_social_card(transmit: Transmit, atr: bytes) -> SocialCard:
    """Read EF05 and, where the card allows it, EF06.

    Raises:
        DeviceError: ``CARD_WRONG`` for a card without the social security application, ``CARD_UNREADABLE``;
            what ``transmit`` raises.
    """
    fci = enter_application(transmit)
    issuer = _read_file(transmit, ISSUER_FILE, ISSUER_ITEMS)
    return decode_card(issuer, _read_holder(transmit, version_of(issuer)), fci, atr)


def enter_application(transmit: Transmit) -> bytes:
    """Select the social security application (SSSE) and return its file control information.

    Raises:
        DeviceError: ``CARD_WRONG`` if the card has none: a bank card, a telephone's SIM.
    """
    answer = exchange(transmit, select_application(SSSE))
    if not answer.ok:
        raise DeviceError(FaultCode.CARD_WRONG, f"SELECT answers {answer.sw:04X}")
    return answer.data


def require_same_card(transmit: Transmit, identification: str) -> None:
    """Enter the application of the card that was read before, known by its 卡的识别码.

    Raises:
        DeviceError: ``CARD_REMOVED`` if it is another card; as ``read_social_card``.
    """
    enter_application(transmit)
    values = _read_file(transmit, ISSUER_FILE, (Item.IDENTIFICATION,))
    if values.get(Item.IDENTIFICATION, b"").hex().upper() != identification:
        raise DeviceError(FaultCode.CARD_REMOVED, "another card is in the reader")


def _read_holder(transmit: Transmit, version: str) -> CardHolder | None:
    items = HOLDER_ITEMS_1_0 if version.startswith("1") else HOLDER_ITEMS
    try:
        return decode_holder(_read_file(transmit, HOLDER_FILE, items))
    except _NotShownError:
        return None


def _read_file(transmit: Transmit, identifier: int, items: Iterable[Item]) -> Values:
    """Select a file and read ``items`` from it; what the card does not have is not in the answer."""
    if not exchange(transmit, select_file(identifier)).ok:
        _demand(transmit, select_file_anywhere(identifier))
    values = {item: _read_item(transmit, item) for item in items}
    return {item: value for item, value in values.items() if value is not None}


def _read_item(transmit: Transmit, item: Item) -> bytes | None:
    answer = exchange(transmit, read_record(item.tag, item.record_length))
    if answer.sw in _ABSENT:
        return None
    if answer.sw == StatusWord.SECURITY_NOT_SATISFIED:
        raise _NotShownError(FaultCode.CARD_UNREADABLE, f"status {answer.sw:04X}")
    return parse_record(item, _checked(answer).data)


def _demand(transmit: Transmit, command: CommandApdu) -> ResponseApdu:
    return _checked(exchange(transmit, command))


def _checked(answer: ResponseApdu) -> ResponseApdu:
    if not answer.ok:
        raise DeviceError(FaultCode.CARD_UNREADABLE, f"status {answer.sw:04X}")
    return answer
