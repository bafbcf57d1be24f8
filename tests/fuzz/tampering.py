"""Something stands between the kiosk and its device and changes the answers, as a string of bytes tells it to."""

from dataclasses import dataclass, field

from tests.fuzz.dictionary import TOKENS

_ANSWERS = 40  # after so many the conversation is left alone, so that each comes to an end


@dataclass
class Script:
    """Bytes that are used up one by one; zero when there are no more."""

    content: bytes
    _at: int = field(default=0, init=False)

    def byte(self) -> int:
        """The next byte."""
        self._at += 1
        return self.content[self._at - 1] if self._at <= len(self.content) else 0

    def some(self, count: int) -> bytes:
        """Up to ``count`` bytes."""
        taken = self.content[self._at : self._at + count]
        self._at += count
        return taken


_ENDING = 8  # the way that puts a piece of the dictionary in the place of a status word


def at_each(answers: int, ending: bytes) -> tuple[bytes, ...]:
    """Scripts that leave all answers as they are but one, each another; that one ends with ``ending``."""
    return tuple(bytes(before) + bytes([_ENDING, TOKENS.index(ending)]) for before in range(answers))


@dataclass
class Tamperer:
    """Changes answers: the first byte of each turn says how, the next ones with what."""

    script: Script
    _turns: int = field(default=0, init=False)

    def changed(self, answer: bytes) -> bytes:
        """What arrives of ``answer``."""
        self._turns += 1
        if self._turns > _ANSWERS:
            return answer
        ways = (
            lambda: answer,
            lambda: self.script.some(self.script.byte()),
            lambda: answer[: self.script.byte()],
            lambda: answer + self.script.some(self.script.byte()),
            lambda: self._overwritten(answer),
            lambda: answer[:-2] + self.script.some(2),
            lambda: self._overwritten(self._overwritten(answer)),
            lambda: answer[self.script.byte() :],
            lambda: answer[:-2] + self._token(),
            self._token,
        )
        return ways[self.script.byte() % len(ways)]()

    def _token(self) -> bytes:
        return TOKENS[self.script.byte() % len(TOKENS)]

    def _overwritten(self, answer: bytes) -> bytes:
        place = (self.script.byte() << 8 | self.script.byte()) % (len(answer) + 1)
        put = self.script.some(self.script.byte() % 40)
        return answer[:place] + put + answer[place + len(put) :]
