"""Who answers the questions of the set-up: somebody at the terminal, or the options of the command alone."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass

from flows.prompts import Text
from screens.text.catalogue import Catalogue

_YES = {"y", "yes", "是", "好"}


@dataclass(frozen=True)
class Answers:
    """``at_terminal``: somebody can be asked. ``yes``: everything that is proposed is agreed to beforehand."""

    catalogue: Catalogue
    at_terminal: bool
    yes: bool

    def text(self, question: str, given: str | None, present: str) -> str:
        """What an option gave, else what somebody types; an empty line, or nobody there, leaves it as it is."""
        if given is not None or not self.at_terminal or self.yes:
            return present if given is None else given
        typed = self._ask(Text(question, {"present": present}))
        return typed or present

    def agrees(self, changes: Mapping[str, object]) -> bool:
        """Whether these settings may be written."""
        if self.yes or not self.at_terminal:
            return self.yes
        for key, value in changes.items():
            sys.stderr.write(f"  {key} = {value}\n")
        return self._ask(Text("enrol.ask.settings")).lower() in _YES

    def _ask(self, question: Text) -> str:
        sys.stderr.write(f"{self.catalogue.render(question)} ")
        sys.stderr.flush()
        return sys.stdin.readline().strip()
