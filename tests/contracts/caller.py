"""Speaks to the gateway as a kiosk does, byte by byte."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, TypeVar
from uuid import UUID, uuid4

import requests

from config.clock import certain
from kiosk.enrolment import KioskKeys
from kiosk.request_signature import RequestSigner
from offline_queue.model import Draft
from simulator.gateway.models import Base, Sms
from simulator.gateway.server import GatewayServer
from simulator.gateway.workers import GatewayWorkers
from simulator.people import BY_KEY, Person
from tests.offline_queue.hall import activation_of

Row = TypeVar("Row", bound=Base)


class Caller:
    """A kiosk without a queue: every request by hand, at the time that a test wants."""

    def __init__(self, server: GatewayServer | GatewayWorkers, keys: KioskKeys) -> None:
        self.server, self.keys = server, keys
        self.signer = RequestSigner(keys.kiosk, keys.signing_key)
        self._sequence = count(1)

    def live_in(self, moment: datetime) -> None:
        """Set the clocks of the gateway and of this kiosk, which goes on in that world from now on."""
        self.server.state.clock = lambda: moment
        self.signer = replace(self.signer, now=lambda: moment)

    @property
    def now(self) -> datetime:
        """The time by the gateway's clock."""
        return self.server.state.clock()

    def post(self, path: str, content: Any, signature: str | None = None, **headers: str) -> requests.Response:
        body = json.dumps(content).encode()
        signed = {"Kiosk-Signature": self.signer.sign("POST", path, body) if signature is None else signature}
        sent = {"Content-Type": "application/json", **signed, **headers}
        return requests.post(self.server.url + path, data=body, headers=sent, timeout=10)

    def get(self, path: str) -> requests.Response:
        """Ask with a signature and without a body."""
        signed = {"Kiosk-Signature": self.signer.sign("GET", path, b"")}
        return requests.get(self.server.url + path, headers=signed, timeout=10)

    def ask(self, what: str, key: str) -> dict[str, Any]:
        """What a look-up answers about an invented person."""
        answer = self.post(f"/v1/{what}/query", {"number": BY_KEY[key].number})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def submission(self, key: UUID, sequence: int, **changes: Any) -> dict[str, Any]:
        """An activation as it is sent."""
        now = datetime.now(UTC)
        expires_at = now + timedelta(hours=1)
        payload = activation_of(BY_KEY["zhang_ling"])
        draft = Draft(key, "activation", 0, "s", now, expires_at, certain(lambda: now)(), payload)
        return {**self.sealed(draft, sequence), **changes}

    def sealed(self, draft: Draft, sequence: int) -> dict[str, Any]:
        """The submission of ``draft``, sent in the moment in which it was made."""
        return {
            "kiosk": self.keys.kiosk,
            "sequence": sequence,
            "kind": draft.kind,
            "envelope": self.keys.sealer().seal(draft, sequence),
            "clock": {"boot": draft.made.boot, "uptime": draft.made.uptime},
        }

    def submit(self, key: UUID, content: dict[str, Any]) -> requests.Response:
        return self.post("/v1/transactions", content, **{"Idempotency-Key": str(key)})

    def send(self, kind: str, key: str, /, *, ago: float = 0, **changes: Any) -> dict[str, Any]:
        """Send a transaction of an invented person made ``ago`` seconds before; returns the answer."""
        made, sequence, idempotency_key = self.now - timedelta(seconds=ago), next(self._sequence), uuid4()
        payload = {"details": {}, **activation_of(BY_KEY[key]), "card_status_seen": None, **changes}
        expires_at = made + timedelta(hours=72)
        draft = Draft(idempotency_key, kind, 0, "s", made, expires_at, certain(lambda: made)(), payload)
        answer = self.submit(idempotency_key, self.sealed(draft, sequence))
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def certify(self, kind: str, key: str, idempotency_key: UUID | None = None, /, **changes: Any) -> requests.Response:
        """Order a certificate for an invented person."""
        order = {**ORDER, "kind": kind, "person": party(BY_KEY[key]), **changes}
        return self.post("/v1/certificates", order, **{"Idempotency-Key": str(idempotency_key or uuid4())})

    def rows(self, table: type[Row]) -> list[Row]:
        """All rows of one of the gateway's tables."""
        with self.server.state.sessions() as session:
            return list(session.query(table))

    def messages(self, key: str) -> list[str]:
        """The text messages that an invented person got, oldest first."""
        number = BY_KEY[key].number
        with self.server.state.sessions() as session:
            return [sms.text_code for sms in session.query(Sms).order_by(Sms.id) if sms.person_number == number]


ORDER: dict[str, Any] = {
    "card_number": None,
    "agent": None,
    "proof": {"method": "face", "detail": ""},
    "first": "2020-01",
    "last": "2020-12",
}


def party(person: Person, document: str = "resident_id") -> dict[str, str]:
    """Somebody and their document, as an order names them."""
    return {"number": person.number, "name": person.name, "document": document}


def problem(response: requests.Response) -> tuple[int, str]:
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["status"] == response.status_code
    return response.status_code, response.json()["code"]
