"""The conversation with a card in the reader: read it, check that it is still the same one.

Sources: hardware.md 1.5 (TR, P3, P5), 1.11 and 1.12. Pure: bytes go out and come in through a callable. Of what P7 5.4
wants checked afterwards, the dates are in the card that comes back, and black lists are the gateway's.
"""

import dataclasses
from collections.abc import Callable

from config.faults import FaultCode
from drivers.card_reader.apdu import SSSE, StatusWord, Transmit, exchange, select_application
from drivers.card_reader.authentication import Authentication, Outcome, Subject
from drivers.card_reader.records import NotShownError, read_file
from drivers.card_reader.social_card import (
    HOLDER_FILE,
    HOLDER_ITEMS,
    HOLDER_ITEMS_1_0,
    ISSUER_FILE,
    ISSUER_ITEMS,
    CardHolder,
    Item,
    SocialCard,
    decode_card,
    decode_holder,
)
from drivers.device import DeviceError

# Lets the card and a PSAM prove themselves to each other; psam_slot.py has one.
Prove = Callable[[Transmit, Subject], Authentication]

_LOCKED = {StatusWord.NOT_SUPPORTED, StatusWord.APPLICATION_BLOCKED, StatusWord.LOCKED_FOR_GOOD}


def _no_psam(_transmit: Transmit, _subject: Subject) -> Authentication:
    return Authentication(Outcome.NO_PSAM)


def read_social_card(transmit: Transmit, atr: bytes, prove: Prove = _no_psam) -> SocialCard:
    """Read EF05 and, where the card allows it, EF06.

    A card that keeps its holder to itself is asked for it again after ``prove``, which needs a PSAM. It is the card's
    answer that decides about that and not its version: nothing is tried on a card that shows everything.

    Raises:
        DeviceError: ``CARD_WRONG`` for a card without the social security application, ``CARD_UNREADABLE``;
            what ``transmit`` raises.
    """
    fci = enter_application(transmit)
    card = decode_card(read_file(transmit, ISSUER_FILE, ISSUER_ITEMS), fci, atr)
    holder = _holder(transmit, card)
    if holder is not None:
        return dataclasses.replace(card, holder=holder)
    authentication = prove(transmit, Subject(card.identification, card.algorithm, card.reset.factor))
    if authentication.outcome is Outcome.GRANTED:
        holder = _holder(transmit, card)
    return dataclasses.replace(card, holder=holder, authentication=authentication)


def enter_application(transmit: Transmit) -> bytes:
    """Select the social security application (SSSE) and return its file control information.

    Raises:
        DeviceError: ``CARD_WRONG`` if the card has none: a bank card, a telephone's SIM. ``CARD_UNREADABLE`` if the
            issuer has locked it.
    """
    answer = exchange(transmit, select_application(SSSE))
    if answer.sw in _LOCKED:
        raise DeviceError(FaultCode.CARD_UNREADABLE, f"locked: SELECT answers {answer.sw:04X}")
    if not answer.ok:
        raise DeviceError(FaultCode.CARD_WRONG, f"SELECT answers {answer.sw:04X}")
    return answer.data or _asked_for(transmit)


def _asked_for(transmit: Transmit) -> bytes:
    """What SELECT returns to those who ask for it with Le: so it is over T=1, which a contactless reader speaks."""
    answer = exchange(transmit, select_application(SSSE, le=0))
    if not answer.ok:
        exchange(transmit, select_application(SSSE))  # an unheard-of form may have left the application
    return answer.data if answer.ok else b""


def require_same_card(transmit: Transmit, identification: str) -> None:
    """Enter the application of the card that was read before, known by its 卡的识别码.

    Raises:
        DeviceError: ``CARD_REMOVED`` if it is another card; as ``read_social_card``.
    """
    if read_identification(transmit) != identification:
        raise DeviceError(FaultCode.CARD_REMOVED, "another card is in the reader")


def read_identification(transmit: Transmit) -> str:
    """The 卡的识别码 alone, which every card shows, and nothing of its holder. Raises as ``read_social_card``."""
    enter_application(transmit)
    return read_file(transmit, ISSUER_FILE, (Item.IDENTIFICATION,)).get(Item.IDENTIFICATION, b"").hex().upper()


def _holder(transmit: Transmit, card: SocialCard) -> CardHolder | None:
    items = HOLDER_ITEMS_1_0 if card.version.startswith("1") else HOLDER_ITEMS
    try:
        return decode_holder(read_file(transmit, HOLDER_FILE, items))
    except NotShownError:
        return None
