"""What comes from a card in the slot."""

from drivers.card_reader import tlv
from drivers.card_reader.pin import pin_tries_left, verify_pin
from drivers.card_reader.reading import read_social_card, require_same_card
from drivers.card_reader.social_card import Item, decode_name, historical_bytes, parse_record
from drivers.device import DeviceError
from simulator.cards import SocialSecurityCard, card_for
from simulator.people import PEOPLE
from tests.fuzz.entry import Entry
from tests.fuzz.promises import BrokenPromiseError, kept
from tests.fuzz.tampering import Script, Tamperer

_PERSONS = tuple(person for person in PEOPLE if person.card)
_MOST_EXCHANGES = 200


class _TamperedCard:
    """A simulated card behind somebody who changes its answers."""

    def __init__(self, card: SocialSecurityCard, script: Script) -> None:
        self._card = card
        self._tamperer = Tamperer(script)
        self._exchanges = 0

    def transmit(self, command: bytes) -> bytes:
        """One exchange."""
        self._exchanges += 1
        if self._exchanges > _MOST_EXCHANGES:
            raise BrokenPromiseError("a conversation without end")
        return self._tamperer.changed(self._card.answer(command))


def conversation(data: bytes) -> None:
    """A card is read, found to be the same one, and shown a PIN."""
    script = Script(data)
    card = card_for(_PERSONS[script.byte() % len(_PERSONS)])
    atr = Tamperer(script).changed(card.atr)
    tampered = _TamperedCard(card, script)
    read = kept(lambda: read_social_card(tampered.transmit, atr), DeviceError)
    if read is not None:
        if len(read.card_number) != 9 or len(read.issuing_area) != 6 or (read.holder and not read.holder.name):
            raise BrokenPromiseError("a card without what every card has")
        kept(lambda: require_same_card(tampered.transmit, read.identification), DeviceError)
    kept(lambda: verify_pin(tampered.transmit, "123456"), DeviceError)
    kept(lambda: pin_tries_left(tampered.transmit), DeviceError)


def pieces(data: bytes) -> None:
    """The parts of an answer, each for itself: answer to reset, TLV, records, names."""
    kept(lambda: historical_bytes(data), DeviceError)
    kept(lambda: tlv.parse(data), DeviceError)
    for item in Item:
        kept(lambda item=item: parse_record(item, data), DeviceError)  # type: ignore[misc]
    half = len(data) // 2
    kept(lambda: decode_name(data[:half], data[half:]), DeviceError)


_CARDS = tuple(card_for(person) for person in _PERSONS)

ENTRIES = (
    Entry("card_conversation", conversation, tuple(bytes([who]) + bytes(30) for who in range(len(_PERSONS)))),
    Entry(
        "card_pieces",
        pieces,
        tuple(
            {
                part
                for card in _CARDS
                for part in (card.atr, card.fci, *(r for file in card.records.values() for r in file.values()))
            }
        ),
    ),
)
