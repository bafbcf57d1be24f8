"""What comes from the printer."""

from drivers.printer.status import OtherFrame, ProcessDone, StatusByte, StatusKind, decode_status, split_replies
from tests.fuzz.entry import Entry
from tests.fuzz.promises import BrokenPromiseError, kept, require_own_words


def replies(data: bytes) -> None:
    """Replies in two parts, as the line may bring them; and any bytes in the place of status replies."""
    at = data[0] % len(data) if data else 0
    first, unfinished = split_replies(data[:at])
    second, left = split_replies(unfinished + data[at:])
    if len(left) > 7 or not all(isinstance(each, StatusByte | ProcessDone | OtherFrame) for each in first + second):
        raise BrokenPromiseError("something that is no reply")
    told = [each.value for each in first + second if isinstance(each, StatusByte)]
    for byte in told:
        for kind in StatusKind:
            require_own_words(decode_status({kind: byte}).words)
    status = kept(lambda: decode_status(dict(zip(StatusKind, data, strict=False))), ValueError)
    if status is not None and status.fault is None and status.online is False and not status.feeding:
        raise BrokenPromiseError("off line and no fault")


ENTRIES = (
    Entry(
        "printer_replies",
        replies,
        (bytes.fromhex("12 12 12 12"), bytes.fromhex("1A 36 5A 72"), bytes.fromhex("37 22 30 30 30 31 00 12 11 13")),
        longest=64,
    ),
)
