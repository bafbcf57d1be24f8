"""Somebody on the line who has seen a request: it is of no use again, changed, or under another name."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import requests

from kiosk.request_signature import HEADER, RequestSigner
from simulator.gateway.server import GatewayServer
from simulator.people import BY_KEY
from tests.offline_queue.hall import enrol

PATH = "/v1/persons/query"
BODY = json.dumps({"number": BY_KEY["wang_jianguo"].number}).encode()


class Wire:
    """Sends what an attacker would, byte by byte as it was seen."""

    def __init__(self, server: GatewayServer, keys_place: Path) -> None:
        self.url = server.url
        self.ours = self._signer(server, keys_place / "ours", "kiosk-01")
        self.others = self._signer(server, keys_place / "others", "kiosk-02")

    @staticmethod
    def _signer(server: GatewayServer, place: Path, name: str) -> RequestSigner:
        keys = enrol(place, server, name)
        return RequestSigner(keys.kiosk, keys.signing_key)

    def send(self, signature: str, path: str = PATH, body: bytes = BODY) -> tuple[int, str]:
        headers = {HEADER: signature, "Content-Type": "application/json"}
        with requests.post(self.url + path, data=body, headers=headers, timeout=5) as reply:
            return reply.status_code, reply.json().get("code", "")


@pytest.fixture
def wire(tmp_path: Path) -> Iterator[Wire]:
    with GatewayServer(tmp_path / "gateway") as server:
        yield Wire(server, tmp_path)


def test_what_was_seen_is_of_no_use_again(wire: Wire) -> None:
    seen = wire.ours.sign("POST", PATH, BODY)
    assert wire.send(seen)[0] == 200
    assert wire.send(seen) == (401, "signature_replayed")
    assert wire.send(wire.ours.sign("POST", PATH, BODY))[0] == 200  # the kiosk itself goes on: each send is signed anew


def test_a_body_that_was_changed_is_refused_and_leaves_the_signature_unused(wire: Wire) -> None:
    seen = wire.ours.sign("POST", PATH, BODY)
    other = json.dumps({"number": BY_KEY["zhang_ling"].number}).encode()
    assert wire.send(seen, body=other) == (401, "signature_invalid")
    assert wire.send(seen, path="/v1/cards/query") == (401, "signature_invalid")
    assert wire.send(seen)[0] == 200


def test_another_kiosk_cannot_speak_in_our_name(wire: Wire) -> None:
    """It has a good key of its own, and names us."""
    assert wire.send(wire.others.sign("POST", PATH, BODY))[0] == 200
    in_our_name = replace(wire.others, kiosk=wire.ours.kiosk)
    assert wire.send(in_our_name.sign("POST", PATH, BODY)) == (401, "signature_invalid")


def test_who_was_never_registered_is_nobody(wire: Wire) -> None:
    assert wire.send(replace(wire.ours, kiosk="kiosk-99").sign("POST", PATH, BODY)) == (401, "signature_invalid")


def test_each_signature_is_another_one(wire: Wire) -> None:
    assert len({wire.ours.sign("POST", PATH, BODY) for _ in range(50)}) == 50
