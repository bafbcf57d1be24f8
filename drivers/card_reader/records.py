"""Reading the records of a file, by whichever of the three ways the card knows (hardware.md 1.5; P5, TR, CMD, YT).

Pure. The standard's way is by tag (P2 000; TR). Some cards know only numbers (P2 100), or give a file in one piece from
a record on (P2 101; CMD). In EF06 number and tag differ, and the numbers shift with the card's version: so records read
by number are known by the tag that stands in them. The first item of each file is one that no card lacks, which tells
the ways apart: a card that takes a tag for a number has no record 8.
"""

from collections.abc import Iterator, Sequence

from config.faults import FaultCode
from drivers.card_reader.apdu import (
    ResponseApdu,
    StatusWord,
    Transmit,
    exchange,
    read_numbered_record,
    read_record,
    read_records_from,
    select_file,
    select_file_anywhere,
)
from drivers.card_reader.social_card import Item, Values, parse_record
from drivers.device import DeviceError

# Some cards leave out what they have no value for.
_ABSENT = {StatusWord.RECORD_NOT_FOUND, StatusWord.REFERENCE_NOT_FOUND}
_OTHER_WAY = _ABSENT | {
    StatusWord.WRONG_DATA,
    StatusWord.NOT_SUPPORTED,
    StatusWord.WRONG_P1_P2,
    StatusWord.WRONG_OFFSET,
    StatusWord.WRONG_FILE_TYPE,
}


class NotShownError(DeviceError):
    """The card shows this file only to a terminal that has proved itself: usual for the holder, for nothing else."""


def read_file(transmit: Transmit, identifier: int, items: Sequence[Item]) -> Values:
    """Select a file of the application and read ``items`` from it; what the card does not have is not in the answer.

    Raises:
        NotShownError: the card demands external authentication first (6982).
        DeviceError: ``CARD_UNREADABLE``; what ``transmit`` raises.
    """
    _select(transmit, identifier)
    first, *others = items
    answer = exchange(transmit, read_record(first.tag, first.record_length))
    if answer.sw in _OTHER_WAY:
        return _by_number(transmit, items)
    values = {first: parse_record(first, _checked(answer).data)}
    for item in others:
        answer = exchange(transmit, read_record(item.tag, item.record_length))
        if answer.sw not in _ABSENT:
            values[item] = parse_record(item, _checked(answer).data)
    return values


def _select(transmit: Transmit, identifier: int) -> None:
    """By the standard's form (P1 02; P3, TR), or by the one that many programs send (P1 00; CMD, YT)."""
    if not exchange(transmit, select_file(identifier)).ok:
        _checked(exchange(transmit, select_file_anywhere(identifier)))


def _by_number(transmit: Transmit, items: Sequence[Item]) -> Values:
    by_tag = {item.tag: item for item in items}
    values: dict[Item, bytes] = {}
    for record in _records(transmit, len(items)):
        item = by_tag.get(record[0])
        if item is not None:
            values.setdefault(item, parse_record(item, record))
    return values


def _records(transmit: Transmit, most: int) -> Iterator[bytes]:
    for number in range(1, most + 1):
        answer = exchange(transmit, read_numbered_record(number))
        if number == 1 and answer.sw in _OTHER_WAY:
            yield from _in_one_piece(_checked(exchange(transmit, read_records_from(1))).data)
            return
        if answer.sw in _OTHER_WAY:
            return
        if data := _checked(answer).data:
            yield data


def _in_one_piece(data: bytes) -> Iterator[bytes]:
    """The records of a whole file; zero bytes may stand behind the last one."""
    while data.strip(b"\x00"):
        if len(data) < 2 or len(data) < 2 + data[1]:
            raise DeviceError(FaultCode.CARD_UNREADABLE, "record")
        yield data[: 2 + data[1]]
        data = data[2 + data[1] :]


def _checked(answer: ResponseApdu) -> ResponseApdu:
    if answer.sw == StatusWord.SECURITY_NOT_SATISFIED:
        raise NotShownError(FaultCode.CARD_UNREADABLE, f"status {answer.sw:04X}")
    if not answer.ok:
        raise DeviceError(FaultCode.CARD_UNREADABLE, f"status {answer.sw:04X}")
    return answer
