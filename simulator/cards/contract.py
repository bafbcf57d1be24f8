"""What a slot expects of a card."""

from typing import Protocol


class SimulatedCard(Protocol):
    """A chip: an answer to reset, and an answer to each command."""

    @property
    def atr(self) -> bytes:
        """Answer to reset."""

    def reset(self) -> None:
        """Power was switched on or off, or the reset line was pulled: volatile state is lost."""

    def answer(self, command: bytes) -> bytes:
        """Answer one command with data and status word.

        Raises:
            CardPulled: the card leaves the reader instead of answering.
            CardSilent: the card never answers this command.
        """


class CardPulled(Exception):
    """The card leaves the reader in the middle of a command."""


class CardSilent(Exception):
    """The card takes a command and never answers."""
