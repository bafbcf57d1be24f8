"""A card and a PSAM prove themselves to each other, so that the card shows its holder.

Sources: hardware.md 1.8 (P5, P7 5.4, TR). Pure. The order is that of TR: two challenges, INTERNAL AUTHENTICATE, two
challenges, EXTERNAL AUTHENTICATE with RKSSSE.

What the sources do not agree on: P7 takes the two values of INTERNAL AUTHENTICATE from the terminal, TR takes them from
the card; this module does as TR did with a real card. Of each pair the first challenge is the original information and
the second the process factor (TR), so that the factor is always the card's latest challenge; programs that draw one
challenge only use it as factor as well.

Wrong external authentication uses up a try of RKSSSE, and a card without tries is lost. Therefore:

- Nothing is sent before the card's own proof has matched what the PSAM computes for it: a PSAM with other keys, of
  another area or with another cipher is found out by a question that costs the card nothing.
- It is sent once, and never again to a card that has refused it, for as long as the program runs (``Attempts``).
- It is noted before it is sent: if no answer comes, it counts as tried for as long as the card stays in, and after the
  second time for as long as the program runs. A card service that dies of it each time makes each time an insertion.
- When cards refuse one after the other, the PSAM is suspected and no further card is sent anything.
"""

import hashlib
import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from drivers.card_reader.algorithm import Algorithm
from drivers.card_reader.apdu import (
    CHALLENGE_BYTES,
    StatusWord,
    Transmit,
    exchange,
    external_authenticate,
    get_challenge,
    internal_authenticate,
    send_once,
)
from drivers.device import DeviceError

RKSSSE = 0x0A  # the key's number on the card (TR) and in the PSAM (SC annex B)
PROOF_BYTES = 8
_REFUSALS_UNTIL_SUSPICION = 2
_MOST_UNANSWERED = 2  # of one card


class Outcome(StrEnum):
    """How it ended. Only GRANTED opens the holder's file; the others are no fault of the citizen's."""

    NOT_NEEDED = "not_needed"  # the card showed its holder without it
    NO_PSAM = "no_psam"
    PSAM_FAILED = "psam_failed"
    ALGORITHM_UNKNOWN = "algorithm_unknown"
    CARD_NOT_PROVED = "card_not_proved"
    NOT_TRIED_AGAIN = "not_tried_again"
    REFUSED = "refused"
    GRANTED = "granted"


@dataclass(frozen=True)
class Authentication:
    """The outcome; ``tries_left`` of RKSSSE is known once the card has refused and told it (63Cx; 6983: 0)."""

    outcome: Outcome
    tries_left: int | None = None


NOT_NEEDED = Authentication(Outcome.NOT_NEEDED)


@dataclass(frozen=True)
class Subject:
    """The card that is spoken to. Nothing of it shows in ``repr``."""

    identification: str = field(repr=False)
    algorithm: Algorithm
    factor: bytes | None = field(repr=False)  # from the answer to reset: makes the keys of this very card
    insertion: int = 0  # changes whenever a card comes or goes


@dataclass(frozen=True)
class Exchange:
    """A process factor and original information, and what the card made of them."""

    factor: bytes = field(repr=False)
    original: bytes = field(repr=False)
    answer: bytes = field(default=b"", repr=False)


# Gives the authentication data of the second exchange, or None if the answer of the first is not this card's.
# Raises DeviceError(CARD_PSAM) when the PSAM cannot tell.
Keys = Callable[[Subject, Exchange, Exchange], bytes | None]


class AlgorithmUnknownError(DeviceError):
    """The PSAM has no keys of the card's cipher."""


class Attempts:
    """Which cards are not to be sent another external authentication; kept as keyed hashes, in memory only."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._refused: dict[bytes, int | None] = {}
        self._open: tuple[bytes, int] | None = None  # sent, and not answered yet
        self._unanswered: Counter[bytes] = Counter()
        self._refusals_in_a_row = 0

    @property
    def psam_suspected(self) -> bool:
        """True when cards have refused one after the other: then it is the PSAM."""
        return self._refusals_in_a_row >= _REFUSALS_UNTIL_SUSPICION

    def new_psam(self) -> None:
        """Another PSAM is in, or the same again: it may try. The cards that have refused stay refused."""
        self._refusals_in_a_row = 0

    def forbidden(self, subject: Subject) -> Authentication | None:
        """The outcome if ``subject`` must not be tried, else None."""
        name = self._name(subject)
        if name in self._refused:
            return Authentication(Outcome.NOT_TRIED_AGAIN, self._refused[name])
        unanswered = self._open == (name, subject.insertion) or self._unanswered[name] >= _MOST_UNANSWERED
        if unanswered or self.psam_suspected:
            return Authentication(Outcome.NOT_TRIED_AGAIN)
        return None

    def begin(self, subject: Subject) -> None:
        """It is about to be sent."""
        name = self._name(subject)
        self._open = name, subject.insertion
        self._unanswered[name] += 1

    def granted(self, subject: Subject) -> None:
        """The card accepted it: the key is right, and its counter is full again."""
        del self._unanswered[self._name(subject)]
        self._open, self._refusals_in_a_row = None, 0

    def refused(self, subject: Subject, tries_left: int | None) -> None:
        """The card refused it."""
        self._refused[self._name(subject)] = tries_left
        self._open = None
        self._refusals_in_a_row += 1

    def _name(self, subject: Subject) -> bytes:
        return hashlib.blake2b(subject.identification.encode(), key=self._key, digest_size=16).digest()


def authenticate(transmit: Transmit, subject: Subject, keys: Keys, attempts: Attempts) -> Authentication:
    """Let card and PSAM prove themselves; the application must be selected.

    Raises:
        DeviceError: what ``transmit`` raises, ``CARD_PSAM`` from ``keys``.
    """
    if forbidden := attempts.forbidden(subject):
        return forbidden
    inner = _proof_of_the_card(transmit)
    outer = _challenges(transmit)
    if inner is None or outer is None:
        return Authentication(Outcome.CARD_NOT_PROVED)
    authentication = keys(subject, inner, outer)
    if authentication is None:
        return Authentication(Outcome.CARD_NOT_PROVED)
    attempts.begin(subject)
    answer = send_once(transmit, external_authenticate(RKSSSE, authentication, outer.original))
    if answer.ok:
        attempts.granted(subject)
        return Authentication(Outcome.GRANTED)
    tries_left = 0 if answer.sw == StatusWord.BLOCKED else answer.tries_left
    attempts.refused(subject, tries_left)
    return Authentication(Outcome.REFUSED, tries_left)


def _proof_of_the_card(transmit: Transmit) -> Exchange | None:
    asked = _challenges(transmit)
    if asked is None:
        return None
    answer = exchange(transmit, internal_authenticate(asked.factor, asked.original))
    if not answer.ok or len(answer.data) != PROOF_BYTES:
        return None
    return Exchange(asked.factor, asked.original, answer.data)


def _challenges(transmit: Transmit) -> Exchange | None:
    """Two challenges of the card's: the first is the original information, the second the process factor (TR)."""
    original, factor = (exchange(transmit, get_challenge()) for _ in range(2))
    if not all(answer.ok and len(answer.data) == CHALLENGE_BYTES for answer in (original, factor)):
        return None
    return Exchange(factor.data, original.data)
