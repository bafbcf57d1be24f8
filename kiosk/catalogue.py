"""The matters of the guide, one TOML file each in config/matters, and what this kiosk does of them."""

import tomllib
from collections.abc import Awaitable, Callable
from datetime import date
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from config.settings import ConfigurationError, line_of
from flows.activation import activate
from flows.prompts import Localised
from flows.records import DocumentKind
from flows.visit import Outcome, Visit

Flow = Callable[[Visit], Awaitable[Outcome]]

FLOWS: dict[str, Flow] = {"activation": activate}

MATTERS = Path(__file__).parent.parent / "config" / "matters"


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Wording(_Table):
    """The same words in both languages."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    @property
    def words(self) -> Localised:
        """For a prompt."""
        return Localised(self.zh, self.en)


class Category(StrEnum):
    """Under which heading the guide shows a matter."""

    CARD = "card"
    PENSION = "pension"
    UNEMPLOYMENT = "unemployment"
    WORK_INJURY = "work_injury"
    TRANSFER = "transfer"
    PROOF = "proof"
    REGISTRATION = "registration"
    PAYMENT = "payment"


class Audience(StrEnum):
    """Who does a matter."""

    PERSON = "person"
    ENTERPRISE = "enterprise"
    GOVERNMENT_BODY = "government_body"


class ChannelKind(StrEnum):
    """By which way a matter can be done."""

    WEB = "web"
    APP = "app"
    TELEPHONE = "telephone"
    COUNTER = "counter"
    KIOSK = "kiosk"
    BANK = "bank"


class Channel(_Table):
    """One way of doing a matter, with its steps."""

    kind: ChannelKind
    name: Wording
    steps: tuple[Wording, ...] = ()


class Group(StrEnum):
    """Under which heading the kiosk shows what it does."""

    CARD = "card"
    CERTIFICATES = "certificates"
    UNEMPLOYMENT = "unemployment"
    TRANSFER = "transfer"


class Device(StrEnum):
    """What a service cannot do without. One reader of the documents it accepts is always needed."""

    PRINTER = "printer"


class IdentityLevel(StrEnum):
    """What proves who is here."""

    DOCUMENT = "document"
    IN_PERSON = "in_person"  # document and face, or the card's PIN


class OfflineRule(StrEnum):
    """What becomes of a service while the gateway is out of reach (DOMAIN.md 6)."""

    STORE = "store"
    REFUSE = "refuse"


class Service(_Table):
    """What this kiosk does of a matter: one kind of visit. ``flow`` names it everywhere."""

    flow: str
    title: Wording
    subtitle: Wording
    icon: str
    group: Group
    featured: bool = False  # on the home screen
    steps: int = Field(ge=2, le=12)  # questions a citizen usually sees, the result included
    documents: tuple[DocumentKind, ...] = Field(min_length=1)
    devices: tuple[Device, ...] = ()
    identity: IdentityLevel
    offline: OfflineRule
    enabled: bool

    @property
    def play(self) -> Flow:
        """The page of prose that does it."""
        return FLOWS[self.flow]


class Matter(_Table):
    """One matter of the guide. ``names``: how people call it (Chinese), found by the initials of their Pinyin."""

    number: int = Field(ge=1, le=35)
    title: Wording
    names: tuple[str, ...] = ()
    category: Category
    audience: tuple[Audience, ...] = Field(min_length=1)
    conditions: tuple[Wording, ...] = Field(min_length=1)
    documents: tuple[Wording, ...] = Field(min_length=1)
    online: tuple[Channel, ...] = ()  # none: not possible on line
    offline: tuple[Channel, ...] = ()
    time_limit: Wording
    telephones: tuple[Wording, ...] = Field(min_length=1)
    notes: tuple[Wording, ...] = ()
    open_from: date | None = None
    open_until: date | None = None  # the last day on which applications are accepted
    instead: Wording | None = None  # what is open in its place, once it is closed
    kiosk: tuple[Service, ...] = ()

    def open_on(self, day: date) -> bool:
        """True if the matter is accepted on ``day``."""
        return (self.open_from is None or day >= self.open_from) and (self.open_until is None or day <= self.open_until)


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
    for service in matter.kiosk:
        if service.flow not in FLOWS:
            raise ConfigurationError(
                f"{file}, line {line_of(text, ('kiosk', 'flow')) or '-'}: flow: no such flow; "
                f"allowed: {', '.join(sorted(FLOWS))}"
            )
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
