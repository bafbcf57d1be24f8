"""The signed content of a certificate's QR code: checked with the gateway's public keys alone, without the network."""

import base64
import binascii
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Self

from joserfc.errors import BadSignatureError, JoseError
from joserfc.jwk import OKPKey
from pydantic import Field, model_validator

from flows import months
from flows.certificates import Certificate, CertificateKind
from flows.records import Insurance
from kiosk.contract import Answer, ContractBroken, Count, DocumentNumber, Month, Name, Number
from offline_queue.suite import INTERNATIONAL

_TYPE = "kiosk-certificate+jws"
_LONGEST = 4000  # characters; more than a QR code can hold
_SIGNATURE = 86  # characters of an Ed25519 signature


class Flaw(StrEnum):
    """Why a text is no certificate; ``verify.<value>`` says it in the text catalogue."""

    MALFORMED = "malformed"  # no signed text at all
    OTHER_TYPE = "other_type"  # signed, but as something else
    OTHER_KEY = "other_key"  # by a key that is not among the gateway's
    ALTERED = "altered"  # changed after it was signed


class NotGenuine(Exception):
    """The text is not what the gateway has signed."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw)
        self.flaw = flaw


@dataclass(frozen=True)
class Certified:
    """What the gateway has signed. ``months``: those paid, by insurance; ``monthly_fen``: a pension's amount.

    ``content_hash``: base64url of the SHA-256 of all that the certificate says.
    """

    kind: CertificateKind
    number: str
    copy: int
    issued_at: datetime
    person: tuple[str, str]  # name and number
    agent: tuple[str, str] | None
    first: months.Month | None
    last: months.Month | None
    months: Mapping[Insurance, int]
    monthly_fen: int | None
    verification_code: str
    content_hash: str
    issuer: str = field(default="", compare=False)

    @classmethod
    def of(cls, certificate: Certificate, content_hash: str) -> Self:
        """What a token of ``certificate`` has to say."""
        return cls(
            kind=certificate.kind,
            number=certificate.number,
            copy=certificate.copy,
            issued_at=certificate.issued_at.astimezone(UTC).replace(microsecond=0),
            person=(certificate.person_name, certificate.person_number),
            agent=(certificate.agent_name, certificate.agent_number) if certificate.agent_number else None,
            first=certificate.first,
            last=certificate.last,
            months=months_paid(certificate),
            monthly_fen=certificate.pension.monthly_fen if certificate.pension else None,
            verification_code=certificate.verification_code,
            content_hash=content_hash,
        )


def months_paid(certificate: Certificate) -> dict[Insurance, int]:
    """The months paid, by insurance; insurances without any are left out."""
    sums = {kind: sum(s.months_paid for s in certificate.spans if s.insurance is kind) for kind in Insurance}
    return {kind: months for kind, months in sums.items() if months}


class _Payload(Answer):
    """The token's content; its names are short because it goes into a QR code."""

    iss: Name
    n: DocumentNumber
    k: CertificateKind
    c: Annotated[int, Field(ge=1)]
    t: Annotated[int, Field(ge=0, le=32_503_680_000)]
    p: tuple[Name, Number]
    a: tuple[Name, Number] | None = None
    f: Month | None = None
    last: Annotated[Month | None, Field(alias="l")] = None  # a lone l is too easily read as a one
    m: dict[Insurance, Count] | None = None
    y: Count | None = None
    v: DocumentNumber
    h: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{43}$")]

    @model_validator(mode="after")
    def _says_what_its_kind_says(self) -> Self:
        pension = self.k is CertificateKind.PENSION
        if pension != (self.y is not None) or pension != (self.m is None):
            raise ValueError("m and y")
        return self

    def certified(self) -> Certified:
        """The same in words."""
        return Certified(
            kind=self.k,
            number=self.n,
            copy=self.c,
            issued_at=datetime.fromtimestamp(self.t, UTC),
            person=self.p,
            agent=self.a,
            first=self.f,
            last=self.last,
            months={insurance: paid for insurance, paid in (self.m or {}).items() if paid},
            monthly_fen=self.y,
            verification_code=self.v,
            content_hash=self.h,
            issuer=self.iss,
        )


class CertificateKeys:
    """The gateway's public keys for certificates, by their name (``kid``); several while one replaces another."""

    def __init__(self, keys: Iterable[OKPKey] = ()) -> None:
        self._keys = {key.kid or key.thumbprint(): key for key in keys}

    def check(self, token: str) -> Certified:
        """What ``token`` certifies. Raises ``NotGenuine``."""
        key = self._key_for(token)
        try:
            payload = INTERNATIONAL.verified(token, key)
        except BadSignatureError:
            raise NotGenuine(Flaw.ALTERED) from None
        except (JoseError, ValueError):
            raise NotGenuine(Flaw.MALFORMED) from None
        try:
            return _Payload.read(payload).certified()
        except ContractBroken:
            raise NotGenuine(Flaw.OTHER_TYPE) from None

    def _key_for(self, token: str) -> OKPKey:
        """The key that the token names, if it is a certificate's token at all."""
        parts = token[: _LONGEST + 1].split(".")
        if len(token) > _LONGEST or len(parts) != 3 or not all(map(_is_base64url, parts)):
            raise NotGenuine(Flaw.MALFORMED)
        try:
            header = INTERNATIONAL.header_of(token)
        except (JoseError, ValueError):
            raise NotGenuine(Flaw.MALFORMED) from None
        if not INTERNATIONAL.is_signature(header, _TYPE):
            raise NotGenuine(Flaw.OTHER_TYPE)
        if len(parts[2]) != _SIGNATURE:
            raise NotGenuine(Flaw.MALFORMED)
        try:
            return self._keys[str(header.get("kid"))]
        except KeyError:
            raise NotGenuine(Flaw.OTHER_KEY) from None


def _is_base64url(part: str) -> bool:
    """True for the one way of writing some bytes; decoders take others too, which were never printed."""
    try:
        content = base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return False
    return base64.urlsafe_b64encode(content).rstrip(b"=") == part.encode()
