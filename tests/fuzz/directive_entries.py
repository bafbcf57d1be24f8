"""The gateway's directives: any bytes in a signature's place, and any content under a true signature."""

import json
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

from joserfc import jws

from kiosk.contract import ContractBroken
from kiosk.fleet.sheet import TYPE, DirectivesAnswer, HealthTaken, Sheet, SheetRefused, read_sheet, understood
from tests.fuzz.entry import Entry
from tests.fuzz.gateway_entries import _AUTHORITY, _exchange_one, _json
from tests.fuzz.promises import kept
from tests.fuzz.tampering import Script

_NOW = datetime(2026, 11, 29, 9, 0, tzinfo=UTC)
_UNTIL = "2026-11-30T00:00:00Z"
_CONTENT: dict[str, Any] = {
    "kiosk": "JN03",
    "number": 7,
    "issued_at": _NOW.isoformat(),
    "expires_at": (_NOW + timedelta(hours=1)).isoformat(),
    "directives": [
        {"kind": "message", "zh": "今天四点停电", "en": "No power from four", "until": _UNTIL},
        {"kind": "matter_off", "service": "loss_report", "until": _UNTIL},
        {"kind": "out_of_service", "reason": "maintenance"},
        {"kind": "configuration", "version": "0a1b2c"},
        {"kind": "support_bundle"},
        {"kind": "of a later contract"},
    ],
}


def sheet(data: bytes) -> None:
    """What stands where a signed sheet should."""
    _read(data.decode("utf-8", "replace"))


def signed_sheet(data: bytes) -> None:
    """A sheet in which up to four values are others, signed all the same: what is taken can be kept and read again."""
    script = Script(data)
    content = deepcopy(_CONTENT)
    for _ in range(script.byte() % 5):
        directives = content.get("directives")
        chosen = script.byte()
        if isinstance(directives, list) and directives and isinstance(directives[chosen % len(directives)], dict):
            _exchange_one(directives[chosen % len(directives)] if chosen % 2 else content, script)
        else:
            _exchange_one(content, script)
    header = {"alg": "Ed25519", "typ": TYPE, "kid": _AUTHORITY.key.thumbprint()}
    found = _read(jws.serialize_compact(header, _json(content), _AUTHORITY.key, algorithms=["Ed25519"]))
    if found is not None:
        again = json.loads(json.dumps([dict(each) for each in found.raw]))
        assert understood(again) == found.directives


def _read(signed: str) -> Sheet | None:
    trusted = {_AUTHORITY.key.thumbprint(): _AUTHORITY.key}
    return kept(lambda: read_sheet(signed, trusted, "JN03", _NOW), SheetRefused)


def answers(data: bytes) -> None:
    """The bodies in which they come."""
    kept(lambda: DirectivesAnswer.read(data), ContractBroken)
    kept(lambda: HealthTaken.read(data), ContractBroken)


ENTRIES = (
    Entry("directives", sheet, (_AUTHORITY.sign(_CONTENT, TYPE).encode(), _AUTHORITY.sign(_CONTENT).encode())),
    Entry("signed_directives", signed_sheet, (bytes(20), bytes.fromhex("04 01 02 00 07 01 02 00 04")), longest=128),
    Entry("directive_answers", answers, (b'{"directives": "e30.e30.AA"}', b'{"directives": 7}')),
)
