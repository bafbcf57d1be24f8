"""The matters of the guide, one TOML file each in config/matters, and what this kiosk does of them."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core.core_schema import ValidationInfo

from config.services import ServiceName
from config.settings import ConfigurationError, MattersSettings
from config.toml_faults import explain, told
from config.toml_places import Place
from flows.prompts import Localised
from flows.records import DocumentKind
from kiosk.repertoire import FLOWS, Flow

NUMBERS = 35  # items of the guide

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
    IN_PERSON = "in_person"  # document, and face, the card's PIN, or a member of staff
    FACE_OR_STAFF = "face_or_staff"  # the same without the PIN, which somebody else may know


class OfflineRule(StrEnum):
    """What becomes of a service while the gateway is out of reach."""

    STORE = "store"
    REFUSE = "refuse"


class Service(_Table):
    """What this kiosk does of a matter: one kind of visit. ``flow`` names it everywhere."""

    flow: ServiceName
    title: Wording
    subtitle: Wording
    icon: str
    group: Group
    featured: int = Field(default=0, ge=0)  # place on the home screen, from 1; 0: not on it
    steps: int = Field(ge=2, le=12)  # questions a citizen usually sees, the result included
    documents: tuple[DocumentKind, ...] = Field(min_length=1)
    devices: tuple[Device, ...] = ()
    identity: IdentityLevel
    identity_offline: IdentityLevel | None = None  # while the gateway is out of reach; else as on line
    offline: OfflineRule
    enabled: bool

    @property
    def play(self) -> Flow:
        """The page of prose that does it."""
        return FLOWS[self.flow]


class Matter(_Table):
    """One matter of the guide.

    ``names``: how people call it in Chinese, words apart; any of the words may begin what somebody looks for.
    """

    number: int = Field(ge=1, le=NUMBERS)
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

    @property
    def audiences(self) -> tuple[Audience, ...]:
        """For whom it is, people first."""
        return tuple(audience for audience in Audience if audience in self.audience)

    @field_validator("open_until")
    @classmethod
    def _not_before_it_opens(cls, value: date | None, info: ValidationInfo) -> date | None:
        opens = info.data.get("open_from")
        if value is not None and opens is not None and value < opens:
            raise ValueError(f"must not be before open_from ({opens})")
        return value

    @model_validator(mode="after")
    def _something_instead(self) -> Self:
        if self.open_until is not None and self.instead is None:
            raise ValueError("instead must be set when open_until is: what to do once it is closed")
        return self

    def open_on(self, day: date) -> bool:
        """True if the matter is accepted on ``day``."""
        return (self.open_from is None or day >= self.open_from) and (self.open_until is None or day <= self.open_until)


@dataclass(frozen=True)
class Offer:
    """A service that this kiosk has on offer, with its matter in the guide."""

    matter: Matter
    service: Service

    def open_on(self, day: date) -> bool:
        """True if it is accepted on ``day``."""
        return self.matter.open_on(day)


def offers(matters: Sequence[Matter], hall: MattersSettings) -> tuple[Offer, ...]:
    """What this kiosk has on offer after the hall's own settings, in the order of the guide.

    What is closed for good (``open_on``) is among them: who asks for it shall hear since when.
    """
    return tuple(
        Offer(matter, _as_here(service, hall))
        for matter in matters
        for service in matter.kiosk
        if (service.enabled or service.flow in hall.enable) and service.flow not in hall.disable
    )


def featured(offered: Sequence[Offer]) -> tuple[Offer, ...]:
    """Those that stand on the home screen, in their places."""
    on_home = (offer for offer in offered if offer.service.featured)
    return tuple(sorted(on_home, key=lambda offer: offer.service.featured))


def _as_here(service: Service, hall: MattersSettings) -> Service:
    level = hall.identity.get(service.flow, service.identity)
    return service.model_copy(update={"enabled": True, "identity": IdentityLevel(level)})


def load_matters(directory: Path = MATTERS) -> tuple[Matter, ...]:
    """All matters, by their number in the guide.

    Raises:
        ConfigurationError: a file is not TOML or holds what is not allowed, or an item of the guide is in no file or in
            two; tells all that is wrong.
    """
    files, faults = _read(directory)
    faults += _twice(files)
    if not faults and (missing := set(range(1, NUMBERS + 1)) - {file.matter.number for file in files}):
        faults.append(f"{directory}: no file with number = {', '.join(str(number) for number in sorted(missing))}")
    if faults:
        raise ConfigurationError("\n".join(faults))
    return tuple(sorted((file.matter for file in files), key=lambda matter: matter.number))


@dataclass(frozen=True)
class _File:
    path: Path
    text: str
    matter: Matter

    def fault(self, location: Place, message: str) -> str:
        return told(self.path, self.text, location, message)


def _read(directory: Path) -> tuple[list[_File], list[str]]:
    files, faults = [], []
    for path in sorted(directory.glob("*.toml")):
        text = path.read_text(encoding="utf-8")
        try:
            files.append(_File(path, text, Matter.model_validate(tomllib.loads(text))))
        except tomllib.TOMLDecodeError as error:
            faults.append(f"{path}: not valid TOML: {error}")
        except ValidationError as error:
            faults += explain(Matter, path, text, error)
    return files, faults


def _twice(files: Sequence[_File]) -> list[str]:
    """Numbers, flows and places on the home screen that two files claim."""
    faults: list[str] = []
    taken: dict[tuple[str, str | int], Path] = {}
    for file in files:
        claims: list[tuple[Place, str, str | int]] = [(("number",), "number", file.matter.number)]
        for index, service in enumerate(file.matter.kiosk):
            claims.append((("kiosk", index, "flow"), "flow", service.flow))
            claims += [(("kiosk", index, "featured"), "featured", service.featured)] if service.featured else []
        for location, what, value in claims:
            if (what, value) in taken:
                faults.append(file.fault(location, f"{value} is taken already by {taken[what, value].name}"))
            taken.setdefault((what, value), file.path)
    return faults
