"""The matters this kiosk can do: one TOML file each in config/matters, checked at start."""

import tomllib
from collections.abc import Awaitable, Callable
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from config.settings import ConfigurationError, line_of
from flows.activation import activate
from flows.records import DocumentKind
from flows.visit import Outcome, Visit

Flow = Callable[[Visit], Awaitable[Outcome]]

FLOWS: dict[str, Flow] = {"activation": activate}

MATTERS = Path(__file__).parent.parent / "config" / "matters"


class OfflineRule(StrEnum):
    """What becomes of a matter while the gateway is out of reach (DOMAIN.md 6)."""

    STORE = "store"
    REFUSE = "refuse"


class Matter(BaseModel):
    """One matter of the guide as this kiosk offers it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    number: int = Field(ge=1, le=35)
    identifier: str
    icon: str
    enabled: bool
    steps: int = Field(ge=2, le=9)
    documents: tuple[DocumentKind, ...] = Field(min_length=1)
    offline: OfflineRule

    @property
    def flow(self) -> Flow:
        """The page of prose that does this matter."""
        return FLOWS[self.identifier]


def load_matters(directory: Path = MATTERS) -> tuple[Matter, ...]:
    """All matters, by their number in the guide.

    Raises:
        ConfigurationError: a file is not TOML, holds what is not allowed, or names no flow.
    """
    return tuple(sorted((_load(file) for file in sorted(directory.glob("*.toml"))), key=lambda matter: matter.number))


def _load(file: Path) -> Matter:
    text = file.read_text(encoding="utf-8")
    try:
        matter = Matter.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{file}: not valid TOML: {error}") from None
    except ValidationError as error:
        raise ConfigurationError(_explain(file, text, error)) from None
    if matter.identifier not in FLOWS:
        line = line_of(text, ("identifier",))
        raise ConfigurationError(f"{file}, line {line}: identifier: no such flow; allowed: {', '.join(sorted(FLOWS))}")
    return matter


def _explain(file: Path, text: str, error: ValidationError) -> str:
    messages = []
    for details in error.errors(include_url=False):
        location = tuple(str(part) for part in details["loc"] if isinstance(part, str))
        allowed = f"; allowed: {', '.join(Matter.model_fields)}" if details["type"] == "extra_forbidden" else ""
        messages.append(
            f"{file}, line {line_of(text, location) or '-'}: {'.'.join(location)}: {details['msg']}{allowed}"
        )
    return "\n".join(messages)
