"""Something stands between the kiosk and its device and changes the answers, as a string of bytes tells it to."""

from dataclasses import dataclass, field

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
        match self.script.byte() % 8:
            case 1:
                return self.script.some(self.script.byte())
            case 2:
                return answer[: self.script.byte()]
            case 3:
                return answer + self.script.some(self.script.byte())
            case 4:
                return self._overwritten(answer)
            case 5:
                return answer[:-2] + self.script.some(2)
            case 6:
                return self._overwritten(self._overwritten(answer))
            case 7:
                return answer[self.script.byte() :]
            case _:
                return answer

    def _overwritten(self, answer: bytes) -> bytes:
        place = (self.script.byte() << 8 | self.script.byte()) % (len(answer) + 1)
        put = self.script.some(self.script.byte() % 40)
        return answer[:place] + put + answer[place + len(put) :]
