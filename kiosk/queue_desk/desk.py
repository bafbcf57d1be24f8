"""Where a technician's command works: the queue of this kiosk, beside the running program, and its words."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from uuid import UUID

from config.clock import Timekeeper
from config.settings import Settings
from kiosk.queue_desk.words import QueueWords
from offline_queue import files
from offline_queue.inspection import Inspection
from offline_queue.limits import Limits
from offline_queue.model import QueuedTransaction, QueueError, TransactionState
from offline_queue.opening import latest_time
from screens.text.catalogue import Catalogue

_RECEIPT = re.compile(r"([A-Z]{2}\d{2})-(\d+)")
_MOST_DIGITS = 9  # of a sequence number; a busy kiosk needs a thousand years for them
_PAGE = 500


class NotDone(Exception):
    """The command is refused; the text says why, in the technician's language. Nothing was changed."""


@dataclass(frozen=True)
class Told:
    """What a command has to say, line by line, and its exit code: 0, or 1 for what is not as it should be."""

    lines: Iterable[str]
    code: int = 0


@dataclass(frozen=True)
class Desk:
    """What every command needs."""

    settings: Settings
    words: QueueWords
    directory: Path
    inspection: Inspection

    @classmethod
    def of(cls, settings: Settings, language: str | None) -> Self:
        """The desk of the kiosk with these settings; ``language`` None: theirs."""
        directory = settings.data_directory / "queue"
        catalogue = Catalogue.load(language or settings.screen.language)
        words = QueueWords(catalogue, settings.hall.receipt_prefix, Timekeeper(latest_time(directory))())
        return cls(settings, words, directory, Inspection(directory))

    @property
    def limits(self) -> Limits:
        """What the settings allow."""
        return Limits.of(self.settings.queue)

    def rows(self, states: Collection[TransactionState] = ()) -> Iterator[QueuedTransaction]:
        """All rows in ``states``, or all; in order, and not more than a page of them in memory."""
        after = 0
        while page := self.inspection.rows(states, after=after, limit=_PAGE):
            yield from page
            after = page[-1].sequence

    def find(self, text: str) -> QueuedTransaction:
        """The row that a technician means. Raises ``NotDone``."""
        wanted = self._key(text)
        try:
            return self.inspection.find(wanted)
        except KeyError:
            number = self.words.number(wanted) if isinstance(wanted, int) else text
            raise NotDone(self.words.say("queue.no_such", number=number)) from None

    def sequence(self, text: str) -> int:
        """The sequence number in a receipt number, or the number itself. Raises ``NotDone``."""
        key = self._key(text)
        if isinstance(key, int):
            return key
        raise self._no_number(text)

    def _key(self, text: str) -> int | UUID:
        """A receipt number, a sequence number or an id, as a citizen or a log has it."""
        if receipt := _RECEIPT.fullmatch(text.upper()):
            if receipt[1] != self.words.prefix:
                raise NotDone(self.words.say("queue.other_kiosk", text=text, prefix=self.words.prefix))
            return self._number(receipt[2], text)
        if text.isascii() and text.isdecimal():
            return self._number(text, text)
        try:
            return UUID(text)
        except ValueError:
            raise self._no_number(text) from None

    def _number(self, digits: str, text: str) -> int:
        """A number that a kiosk can ever give out: a slip of the finger at ``resume`` must not use all of them up."""
        if len(digits.lstrip("0")) > _MOST_DIGITS:
            raise self._no_number(text)
        return int(digits)

    def why_unusable(self, error: QueueError) -> str:
        """What is the matter with the queue, and what to do."""
        say = self.words.say
        if (self.directory / files.DATABASE).exists():
            return say("queue.unusable", code=error.code, sentence=self.words.fault(error.code), detail=error.detail)
        if place := files.last_set_aside(self.directory):
            return say("queue.was_set_aside", place=str(place))
        return say("queue.nothing_here", directory=str(self.directory))

    def _no_number(self, text: str) -> NotDone:
        return NotDone(self.words.say("queue.not_a_number", text=text, example=self.words.number(123)))
