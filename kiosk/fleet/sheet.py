"""A sheet of directives as the gateway sends it: who signed it, for whom, which one it is, and what it says.

A sheet holds everything that shall be so from now on; the next one takes its place as a whole. Nothing is lost by a
sheet that never came, and "on again" is a sheet that does not say "off".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from joserfc.jwk import OKPKey
from pydantic import Field

from kiosk.contract import Answer, Code, ContractBroken, Moment
from kiosk.fleet.kinds import DirectiveKind, Objection, StopReason
from kiosk.gateway_keys import Distrusted, signed_content

TYPE = "kiosk-directives+jws"
LARGEST = 10**9  # of a sheet's number
_MOST = 64  # directives on a sheet
_CLOCKS_DIFFER = timedelta(minutes=5)

Number = Annotated[int, Field(ge=0, le=LARGEST)]


class Message(Answer):
    """A sentence for citizens, until then."""

    kind: Literal[DirectiveKind.MESSAGE]
    zh: Annotated[str, Field(min_length=1, max_length=30)]
    en: Annotated[str, Field(min_length=1, max_length=80)]
    until: Moment


class MatterOff(Answer):
    """One service of this kiosk is not offered; for good, unless ``until`` says otherwise."""

    kind: Literal[DirectiveKind.MATTER_OFF]
    service: Code
    until: Moment | None = None


class OutOfService(Answer):
    """Nothing is offered; for good, unless ``until`` says otherwise."""

    kind: Literal[DirectiveKind.OUT_OF_SERVICE]
    reason: StopReason
    until: Moment | None = None


class WantedConfiguration(Answer):
    """Which version of the configuration this kiosk should have."""

    kind: Literal[DirectiveKind.CONFIGURATION]
    version: Annotated[str, Field(pattern=r"^[0-9A-Za-z._-]{1,64}$")]


class SendSupportBundle(Answer):
    """Send a support bundle, once."""

    kind: Literal[DirectiveKind.SUPPORT_BUNDLE]


Directive = Message | MatterOff | OutOfService | WantedConfiguration | SendSupportBundle

_KINDS: Mapping[str, type[Directive]] = {
    DirectiveKind.MESSAGE: Message,
    DirectiveKind.MATTER_OFF: MatterOff,
    DirectiveKind.OUT_OF_SERVICE: OutOfService,
    DirectiveKind.CONFIGURATION: WantedConfiguration,
    DirectiveKind.SUPPORT_BUNDLE: SendSupportBundle,
}


class SheetRefused(Exception):
    """A sheet that must not be taken. ``number``: as it says itself, None where that cannot be believed either."""

    def __init__(self, objection: Objection, number: int | None = None) -> None:
        super().__init__(objection)
        self.objection = objection
        self.number = number

    def same_as(self, other: "SheetRefused") -> bool:
        """Refused for the same reason under the same number."""
        return (self.objection, self.number) == (other.objection, other.number)


class DirectivesAnswer(Answer):
    """GET /v1/kiosk/directives: the sheet, signed."""

    directives: Annotated[str, Field(min_length=1, max_length=100_000)]


class HealthTaken(Answer):
    """POST /v1/kiosk/health: that it came, and the number of the sheet that is in force for this kiosk."""

    directives: Number


class BundleTaken(Answer):
    """POST /v1/kiosk/bundle: how many characters have come."""

    bytes: Annotated[int, Field(ge=1)]


class ReadinessTaken(Answer):
    """POST /v1/kiosk/readiness: when the gateway took it."""

    received_at: Moment


class _Content(Answer):
    kiosk: Annotated[str, Field(min_length=1, max_length=64)]
    number: Number
    issued_at: Moment
    expires_at: Moment
    directives: Annotated[list[dict[str, Any]], Field(max_length=_MOST)]


@dataclass(frozen=True)
class Sheet:
    """One sheet that may be believed. ``raw``: the directives as they came, also those of kinds unknown here."""

    number: int
    raw: Sequence[Mapping[str, Any]]
    directives: tuple[Directive, ...]

    @property
    def unknown(self) -> int:
        """How many directives are of a kind that this release does not know."""
        return len(self.raw) - len(self.directives)


def read_sheet(signed: str, trusted: Mapping[str, OKPKey], kiosk: str, now: datetime) -> Sheet:
    """The sheet for ``kiosk`` signed by a key of ``trusted``, and good ``now``. Raises ``SheetRefused``."""
    try:
        content = _Content.read(signed_content(signed, trusted, TYPE))
    except Distrusted:
        raise SheetRefused(Objection.UNTRUSTED) from None
    except ContractBroken:
        raise SheetRefused(Objection.MALFORMED) from None
    if content.kiosk != kiosk:
        raise SheetRefused(Objection.OTHER_KIOSK, content.number)
    if content.expires_at < now:
        raise SheetRefused(Objection.EXPIRED, content.number)
    if content.issued_at > now + _CLOCKS_DIFFER:
        raise SheetRefused(Objection.NOT_YET, content.number)
    try:
        return Sheet(content.number, content.directives, understood(content.directives))
    except ContractBroken:
        raise SheetRefused(Objection.MALFORMED, content.number) from None


def understood(raw: Sequence[Mapping[str, Any]]) -> tuple[Directive, ...]:
    """Those of ``raw`` that this release knows. Raises ``ContractBroken`` if one of them is not as agreed."""
    kinds = [(_KINDS.get(str(each.get("kind"))), each) for each in raw]
    return tuple(kind.of(each) for kind, each in kinds if kind is not None)
