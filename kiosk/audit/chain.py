"""The chain: each entry holds the hash of the one before, and the kiosk signs the last.

The hash is SHA-256 over the canonical JSON of an entry without it: names sorted, no spaces, every character as it is,
UTF-8 (docs/gateway.yaml). A line of the log is the canonical JSON of the whole entry, so that not one byte of it can be
different without being found.
"""

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC
from enum import StrEnum
from typing import Annotated, Self

from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from pydantic import ConfigDict, Field

from kiosk.audit.entries import Draft, Value
from kiosk.contract import Answer, ContractBroken
from offline_queue.suite import INTERNATIONAL, Suite

BEGINNING = "0" * 64  # what the first entry names as the hash before it

_COMPACT = re.compile(rb"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_SIGNATURE_BYTES = 64

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Number = Annotated[int, Field(ge=1)]


@dataclass(frozen=True)
class Link:
    """A place in the chain: the number of an entry, and its hash."""

    number: int
    hash: str


START = Link(0, BEGINNING)


class SignedPlace(StrEnum):
    """What the kiosk signs of its log: each is a type of its own, so that no other signature can stand in for it."""

    HEAD = "kiosk-audit-head+jws"  # the last entry
    TAKEN_AWAY = "kiosk-audit-taken-away+jws"  # the last entry of the files that housekeeping has taken away


def canonical(content: Mapping[str, object]) -> bytes:
    """The one way in which ``content`` is written."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


@dataclass(frozen=True)
class Entry:
    """One line of the log. ``visit``: a random id, empty for what concerns the whole kiosk."""

    number: int
    at: str
    visit: str
    event: str
    fields: Mapping[str, Value]
    previous: str
    hash: str

    @classmethod
    def after(cls, before: Link, draft: Draft) -> Self:
        """``draft`` as the entry that follows ``before``."""
        unsealed = cls(
            number=before.number + 1,
            at=draft.at.astimezone(UTC).isoformat(timespec="milliseconds"),
            visit=draft.visit,
            event=str(draft.event),
            fields=dict(draft.fields),
            previous=before.hash,
            hash="",
        )
        return replace(unsealed, hash=unsealed.true_hash)

    @classmethod
    def read(cls, line: bytes) -> Self:
        """The entry in a line without its end. Raises ``ContractBroken`` if it is none; the hash is not checked."""
        return cls(**_Line.read(line).model_dump())

    @property
    def link(self) -> Link:
        """Its place."""
        return Link(self.number, self.hash)

    @property
    def content(self) -> dict[str, object]:
        """As it is sent and written."""
        return asdict(self)

    @property
    def line(self) -> bytes:
        """Its line of the log."""
        return canonical(self.content) + b"\n"

    @property
    def true_hash(self) -> str:
        """The hash that it must have."""
        return _hash({name: value for name, value in self.content.items() if name != "hash"})


class _Line(Answer):
    """The shape of an entry."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", allow_inf_nan=False)

    number: Number
    at: str
    visit: str
    event: str
    fields: dict[str, bool | int | float | str | None]
    previous: Digest
    hash: Digest


def _hash(content: Mapping[str, object]) -> str:
    return hashlib.sha256(canonical(content)).hexdigest()


class HeadNotGenuine(Exception):
    """The head is not what this kiosk has signed; the text says why."""


class _Head(Answer):
    kiosk: str
    number: Number
    hash: Digest


@dataclass(frozen=True)
class HeadKey:
    """The key with which the kiosk signs where its log ends and begins; the public half is enough to check."""

    kiosk: str
    key: OKPKey = field(repr=False)
    suite: Suite = field(default=INTERNATIONAL, repr=False)

    def sign(self, last: Link, place: SignedPlace = SignedPlace.HEAD) -> bytes:
        """That ``last`` is the entry at that place."""
        payload = canonical({"kiosk": self.kiosk, **asdict(last)})
        return self.suite.sign({"typ": place, "kid": self.kiosk}, payload, self.key).encode()

    def read(self, text: bytes, place: SignedPlace = SignedPlace.HEAD) -> Link:
        """The entry that was signed as the one at that place. Raises ``HeadNotGenuine``."""
        if not _is_exact(text):
            raise HeadNotGenuine("not a signed text")
        try:
            head = _Head.read(self.suite.verified(text, self.key))
            header = self.suite.header_of(text)
        except (JoseError, ValueError, ContractBroken) as error:
            raise HeadNotGenuine(f"not signed by this kiosk ({type(error).__name__})") from None
        if header.get("typ") != place or head.kiosk != self.kiosk:
            raise HeadNotGenuine("signed for something else")
        return Link(head.number, head.hash)


def _is_exact(text: bytes) -> bool:
    """Whether each part is written in the one right way: the last character of base64 has bits that mean nothing."""
    if _COMPACT.fullmatch(text) is None:
        return False
    parts = text.split(b".")
    decoded = [base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4)) for part in parts if len(part) % 4 != 1]
    again = [base64.urlsafe_b64encode(each).rstrip(b"=") for each in decoded]
    return again == parts and len(decoded[2]) == _SIGNATURE_BYTES
