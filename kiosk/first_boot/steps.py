"""The steps of setting a kiosk up, and what each of them says when it is over."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from flows.prompts import Text


class Step(StrEnum):
    """In the order in which they are taken."""

    IDENTITY = "identity"
    DEVICES = "devices"
    KEYS = "keys"
    AUTHORITY = "authority"
    CERTIFICATE = "certificate"
    TESTS = "tests"


class State(StrEnum):
    """How a step ended. ``OPEN``: somebody else has to do something first; ``KEPT``: it was done before."""

    DONE = "done"
    KEPT = "kept"
    OPEN = "open"
    FAILED = "failed"

    @property
    def exit_code(self) -> int:
        """0 well, 1 something is still to be done, 2 something is wrong."""
        return {State.OPEN: 1, State.FAILED: 2}.get(self, 0)


@dataclass(frozen=True)
class StepReport:
    """``said``: what was done, or why nothing was, a sentence each; ``then``: what somebody has to do next.

    ``facts`` are for other programs: names, files, settings; never a secret.
    """

    step: Step
    state: State
    said: tuple[Text, ...]
    then: tuple[Text, ...] = ()
    facts: Mapping[str, str | int | list[str]] = field(default_factory=dict)


class StepFailed(Exception):
    """A step cannot be done. Nothing was changed by it."""

    def __init__(self, said: Text, then: Text | None = None) -> None:
        super().__init__(said.key)
        self.said = said
        self.then = then

    def report(self, step: Step) -> StepReport:
        """As the end of ``step``."""
        return StepReport(step, State.FAILED, (self.said,), () if self.then is None else (self.then,))
