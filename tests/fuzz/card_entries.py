"""What comes from a card in the slot, and from the PSAM in the second one."""

from collections.abc import Callable

from drivers.card_reader import tlv
from drivers.card_reader.algorithm import algorithm_of
from drivers.card_reader.atr import historical_bytes
from drivers.card_reader.authentication import Attempts, Authentication, Subject, authenticate
from drivers.card_reader.names import decode_name
from drivers.card_reader.pin import pin_tries_left, verify_pin
from drivers.card_reader.psam import authorise, read_information
from drivers.card_reader.reading import read_social_card, require_same_card
from drivers.card_reader.social_card import Item, parse_record
from drivers.device import DeviceError
from simulator.cards import SimulatedCard, card_for
from simulator.cards.psam import SimulatedPsam
from simulator.people import BY_KEY, PEOPLE
from tests.fuzz.entry import Entry
from tests.fuzz.promises import BrokenPromiseError, kept
from tests.fuzz.tampering import Script, Tamperer, at_each

_PERSONS = tuple(person for person in PEOPLE if person.card)
_MOST_EXCHANGES = 400
_VERIFY, _EXTERNAL_AUTHENTICATE = 0x20, 0x82


class _TamperedCard:
    """A simulated card behind somebody who changes its answers."""

    def __init__(self, card: SimulatedCard, script: Script) -> None:
        self._card = card
        self._tamperer = Tamperer(script)
        self._exchanges = 0
        self._tries: dict[int, int] = {_VERIFY: 0, _EXTERNAL_AUTHENTICATE: 0}

    def transmit(self, command: bytes) -> bytes:
        """One exchange."""
        self._exchanges += 1
        if self._exchanges > _MOST_EXCHANGES:
            raise BrokenPromiseError("a conversation without end")
        if command[1] in self._tries and len(command) > 5:
            self._tries[command[1]] += 1
            if self._tries[command[1]] > 1:
                raise BrokenPromiseError("what uses up a try was sent again, though nobody asked for it")
        return self._tamperer.changed(self._card.answer(command))


def conversation(data: bytes) -> None:
    """A card is read, with a PSAM if it wants one, found to be the same one, and shown a PIN."""
    script = Script(data)
    card = card_for(_PERSONS[script.byte() % len(_PERSONS)])
    atr = Tamperer(script).changed(card.atr)
    tampered, psam = _TamperedCard(card, script), _TamperedCard(SimulatedPsam(), script)
    read = kept(lambda: read_social_card(tampered.transmit, atr, _prover(psam)), DeviceError)
    if read is not None:
        if len(read.card_number) != 9 or len(read.issuing_area) != 6 or (read.holder and not read.holder.name):
            raise BrokenPromiseError("a card without what every card has")
        kept(lambda: require_same_card(tampered.transmit, read.identification), DeviceError)
    kept(lambda: verify_pin(tampered.transmit, "123456"), DeviceError)
    kept(lambda: pin_tries_left(tampered.transmit), DeviceError)


def _prover(psam: _TamperedCard) -> Callable[[Callable[[bytes], bytes], Subject], Authentication]:
    attempts = Attempts()

    def prove(transmit: Callable[[bytes], bytes], subject: Subject) -> Authentication:
        return authenticate(
            transmit, subject, lambda who, inner, outer: authorise(psam.transmit, who, inner, outer, {}), attempts
        )

    return prove


def psam(data: bytes) -> None:
    """A PSAM is asked who it is."""
    script = Script(data)
    kept(lambda: read_information(_TamperedCard(SimulatedPsam(), script).transmit), DeviceError)


def pieces(data: bytes) -> None:
    """The parts of an answer, each for itself: answer to reset, TLV, records, names."""
    kept(lambda: historical_bytes(data), DeviceError)
    kept(lambda: tlv.parse(data), DeviceError)
    kept(lambda: algorithm_of(data, "3701"), DeviceError)
    for item in Item:
        kept(lambda item=item: parse_record(item, data), DeviceError)  # type: ignore[misc]
    half = len(data) // 2
    kept(lambda: decode_name(data[:half], data[half:]), DeviceError)


_CARDS = tuple(card_for(person) for person in _PERSONS)
_UNTOUCHED = tuple(bytes([who]) + bytes(30) for who in range(len(_PERSONS)))
_ONE_ENDING = tuple(
    bytes([_PERSONS.index(BY_KEY[key])]) + script
    for key in ("zhang_ling", "wang_jianguo")  # a card that shows everything, and one that wants a PSAM
    for ending in ("6C08", "6108", "63C0", "6A88")
    for script in at_each(60, bytes.fromhex(ending))
)

ENTRIES = (
    Entry("card_conversation", conversation, _UNTOUCHED + _ONE_ENDING, longest=512),
    Entry("psam", psam, (bytes(12),), longest=128),
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
        longest=512,
    ),
)
