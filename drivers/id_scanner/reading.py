"""The conversation by which a document is read: find, select, read, newest address (hardware.md 2.3)."""

import logging
from collections.abc import Callable
from dataclasses import replace

from config.faults import FaultCode
from drivers.device import DeviceError
from drivers.id_scanner.documents import IdDocument, ResidencePermit, ResidentId
from drivers.id_scanner.samv import Answer, Command, Sw3, split_base
from drivers.id_scanner.statuses import NOT_ON_THIS_READER, refusal
from drivers.id_scanner.text_layouts import decode, decode_appended_address

Ask = Callable[[Command], Answer]

log = logging.getLogger(__name__)


def look(ask: Ask, read_command: Command, noticed: Callable[[], None]) -> IdDocument | None:
    """The document that lies on the reader now, or None; ``noticed`` is called when there is one, before it is read.

    A document that was read before answers "not found" until it is lifted, and can be selected all the same: only
    a failed selection means that nothing is there.

    Raises:
        DeviceError: ``ID_UNREADABLE`` after one misread, ``ID_READER_FAULT``; whatever ``ask`` raises.
    """
    if not is_there(ask):
        return None
    noticed()
    answer = ask(read_command)
    if answer.sw3 != Sw3.OK:
        raise refusal(read_command, answer)
    base = split_base(answer.data, read_command)
    document = decode(base.text, base.photo, base.fingerprint)
    if isinstance(document, ResidentId | ResidencePermit):
        return replace(document, appended_address=_appended_address(ask))
    return document


def is_there(ask: Ask) -> bool:
    """True if a document lies on the reader; it is selected then.

    Raises:
        DeviceError: as ``look``.
    """
    found = ask(Command.FIND)
    if found.sw3 not in {Sw3.FOUND, Sw3.NOT_FOUND}:
        raise refusal(Command.FIND, found)
    selected = ask(Command.SELECT)
    if selected.sw3 not in {Sw3.OK, Sw3.NOT_SELECTED}:
        raise refusal(Command.SELECT, selected)
    return selected.sw3 == Sw3.OK


def _appended_address(ask: Ask) -> str | None:
    """The newest address on the card, "" if there is none.

    None if the reader cannot read it, does not even answer that, or if the document was lifted too soon: the address is
    not worth the document.
    """
    try:
        answer = ask(Command.READ_NEW_ADDRESS)
        if answer.sw3 == Sw3.NO_SUCH_CONTENT:
            return ""
        if answer.sw3 in NOT_ON_THIS_READER:
            return None
        if answer.sw3 != Sw3.OK:
            raise refusal(Command.READ_NEW_ADDRESS, answer)
        return decode_appended_address(answer.data)
    except DeviceError as error:
        if error.code not in {FaultCode.ID_UNREADABLE, FaultCode.ID_READER_SILENT}:
            raise
        log.info("id_appended_address_unread", extra={"detail": error.detail})
        return None
