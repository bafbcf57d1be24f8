"""Simulated cards: social security cards of the invented people, cards that do not belong in the kiosk, and faults.

A card is an object that answers commands (``SimulatedCard``); a ``VirtualCardSlot`` brings it to the reader.
Nothing here is shared with the driver: what the driver decodes, these modules encode on their own.
"""

from simulator.cards.contract import CardPulled, CardSilent, SimulatedCard
from simulator.cards.psam import SimulatedPsam
from simulator.cards.slot import VirtualCardSlot
from simulator.cards.social import SocialSecurityCard, card_for
from simulator.cards.strange import BankCard, EmptySim, MuteCard, PulledAt, SilentFrom

__all__ = [
    "BankCard",
    "CardPulled",
    "CardSilent",
    "EmptySim",
    "MuteCard",
    "PulledAt",
    "SilentFrom",
    "SimulatedCard",
    "SimulatedPsam",
    "SocialSecurityCard",
    "VirtualCardSlot",
    "card_for",
]
