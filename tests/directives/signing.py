"""Sheets as a gateway signs them, and as nobody should."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from joserfc import jws
from joserfc.jwk import OKPKey

NOW = datetime(2026, 11, 29, 9, 0, tzinfo=UTC)
KIOSK = "JN-03"
CLOSED = {"kind": "out_of_service", "reason": "maintenance"}
LOSS_OFF = {"kind": "matter_off", "service": "loss_report"}


class Signer:
    """A gateway's signing key."""

    def __init__(self) -> None:
        self.key = OKPKey.generate_key("Ed25519", {"use": "sig"})

    @property
    def trusted(self) -> Mapping[str, OKPKey]:
        public = OKPKey.import_key(self.key.as_dict(private=False))
        return {public.thumbprint(): public}

    def sheet(
        self, number: object, *directives: dict[str, Any], typ: str = "kiosk-directives+jws", **changes: Any
    ) -> str:
        """A sheet that is good now, but for ``changes``."""
        content = {
            "kiosk": KIOSK,
            "number": number,
            "issued_at": NOW.isoformat(),
            "expires_at": (NOW + timedelta(hours=1)).isoformat(),
            "directives": list(directives),
            **changes,
        }
        header = {"alg": "Ed25519", "typ": typ, "kid": self.key.thumbprint()}
        return jws.serialize_compact(header, json.dumps(content).encode(), self.key, algorithms=["Ed25519"])
