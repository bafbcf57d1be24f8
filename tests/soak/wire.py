"""The line between the kiosk's process and the hall's: one JSON object a line, both ways."""

import json
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TextIO

Message = dict[str, Any]


@dataclass
class Wire:
    """One end. May be used from any thread; an answer belongs to whoever asked, and nobody else asks meanwhile."""

    reads: TextIO
    writes: TextIO
    _asking: Lock = field(default_factory=Lock)
    _writing: Lock = field(default_factory=Lock)

    def say(self, **message: Any) -> None:
        """Send a message that takes no answer."""
        with self._writing:
            self.writes.write(json.dumps(message) + "\n")
            self.writes.flush()

    def hear(self) -> Message | None:
        """The next message; None when the other end is gone."""
        line = self.reads.readline()
        return json.loads(line) if line.endswith("\n") else None

    def ask(self, **message: Any) -> Message:
        """Send a message and wait for its answer. Raises ``EOFError`` when the other end is gone."""
        with self._asking:
            self.say(**message)
            answer = self.hear()
        if answer is None:
            raise EOFError
        return answer
