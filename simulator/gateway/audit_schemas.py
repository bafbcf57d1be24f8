"""The contract's part about the kiosk's audit log, which travels as transactions of the kind ``audit``."""

import hashlib
import json
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from simulator.gateway.schemas import Body, KioskName, SealedClock

AUDIT = "audit"
BEGINNING = "0" * 64  # what the first entry of a log names as the hash before it

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256, hexadecimal")]


class AuditEntry(Body):
    """One step of one visit, without personal data.

    ``hash`` is the SHA-256 over the entry without it, as JSON in UTF-8 with sorted names, without spaces, and with
    every character as it is; ``previous`` is the hash of the entry before.
    """

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    number: Annotated[int, Field(ge=1, lt=2**63, description="Per kiosk, from 1, without gap or repetition")]
    at: Annotated[str, Field(max_length=40, description="ISO time, as the kiosk knew it")]
    visit: Annotated[str, Field(max_length=64)]
    event: Annotated[str, Field(max_length=64)]
    fields: dict[str, bool | int | float | str | None]
    previous: Annotated[Digest, Field(description="Of the entry before; of the first one, 64 times 0")]
    hash: Digest

    def true_hash(self) -> str:
        """The hash that the entry must have."""
        text = json.dumps(self.model_dump(exclude={"hash"}), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


class SealedAudit(Body):
    """What is inside the envelope of a transaction of the kind ``audit``. It is taken however old it is."""

    id: UUID
    kiosk: KioskName
    sequence: int
    kind: Literal["audit"]
    occurred_at: AwareDatetime
    expires_at: AwareDatetime
    clock: SealedClock
    entries: Annotated[list[AuditEntry], Field(min_length=1, max_length=500)]


class AuditHead(BaseModel):
    """The last entry that the gateway holds of the calling kiosk; number 0 and an empty hash when there is none."""

    kiosk: KioskName
    number: Annotated[int, Field(ge=0)]
    hash: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")]
