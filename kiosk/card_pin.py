"""The card's PIN as proof of presence: tries told, the last one never taken unawares."""

from enum import Enum, auto

from drivers.device import DeviceError
from flows.presence_prompts import EnterPin, LastTry
from flows.prompts import OtherWay, PresentDocument, Text
from flows.records import DocumentKind, Holder
from flows.transactions import Proof, ProofMethod
from flows.visit import Refusal, Refused
from kiosk.identity import DocumentReading
from kiosk.proving import Proving


class PinEnd(Enum):
    """How this way ended without a proof."""

    FORGOTTEN = auto()  # the citizen's choice
    LOCKED = auto()
    NOT_POSSIBLE = auto()  # no card at hand, or one whose PIN would prove nothing


class PinWay:
    """Asks for the card, if the citizen came without it, and for its PIN."""

    def __init__(self, proving: Proving) -> None:
        self._proving = proving

    @property
    def open(self) -> bool:
        """True if a card can be read, and nobody who has just said that it is lost is asked for it."""
        at_hand = self._proving.card_held() or self._proving.lost is not DocumentKind.SOCIAL_CARD
        return at_hand and self._proving.devices.card_reader.health.usable

    async def prove(self, holder: Holder, notice: Text | None) -> Proof | PinEnd:
        """Let the citizen show the PIN; ``notice`` tells why it is asked for.

        Raises:
            Refused: the card belongs to somebody else.
            DeviceError: the card was pulled, or the reader failed in the middle.
            GoBack: the citizen went back.
        """
        if not self._proving.card_held() and not await self._holders_card(holder):
            return PinEnd.NOT_POSSIBLE
        reader, ask = self._proving.devices.card_reader, self._proving.surface.ask
        # None: the card has no PIN, or does not tell its tries. Then it would prove nothing.
        tries_left = await reader.pin_tries_left()
        wrong = False
        while tries_left:
            if tries_left == 1 and isinstance(await ask(LastTry(steps=self._proving.steps)), OtherWay):
                return PinEnd.FORGOTTEN
            prompt = EnterPin(tries_left=tries_left, wrong=wrong, notice=notice, steps=self._proving.steps)
            pin = await ask(prompt)
            if isinstance(pin, OtherWay):
                return PinEnd.FORGOTTEN
            result = await reader.verify_pin(pin)
            if result.ok:
                return Proof(ProofMethod.CARD_PIN)
            wrong, tries_left, notice = True, result.tries_left, None
        return PinEnd.NOT_POSSIBLE if tries_left is None else PinEnd.LOCKED

    async def _holders_card(self, holder: Holder) -> bool:
        """Ask for the card of who came without it; False if there is none that tells whose it is."""
        prompt = PresentDocument(accepted=(DocumentKind.SOCIAL_CARD,), steps=self._proving.steps)
        reading = DocumentReading(self._proving.surface, self._proving.devices)
        try:
            card = await self._proving.complete(await reading.read(prompt))
        except (Refused, DeviceError):  # no card at hand, one that nobody knows, or no reader any more
            return False
        if card.card_number == holder.card_number:
            return True
        # Nobody knows whose it is: two such cards need not be of one person. Or the document has a number of its own:
        # the foreigner's card of 2017 has 15 digits.
        if not card.number or len(card.number) != len(holder.number):
            return False
        if card.number != holder.number:
            raise Refused(Refusal.NOT_THE_SAME_PERSON)
        return True
