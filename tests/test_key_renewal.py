"""The gateway changes its keys while kiosks run, are off line, or are lied to."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import OKPKey

from config.faults import FaultCode
from kiosk import enrolment
from kiosk.gateway_keys import load_gateway_keys
from kiosk.key_renewal import KeyRenewal
from offline_queue.model import TransactionState
from offline_queue.queue import OfflineQueue
from simulator.gateway.server import GatewayServer
from tests.offline_queue.hall import TestHall, client, final, new_server, running_hall, running_queue, submit, until


@pytest.fixture
def server(tmp_path: Path) -> Iterator[GatewayServer]:
    """Each test has a gateway of its own, because its keys are changed."""
    with new_server(tmp_path / "gateway") as running:
        yield running


@pytest.fixture
async def hall(tmp_path: Path, server: GatewayServer) -> AsyncIterator[TestHall]:
    async with running_hall(tmp_path, server) as running:
        yield running


@pytest.fixture
async def queue(hall: TestHall) -> AsyncIterator[OfflineQueue]:
    async with running_queue(hall) as running:
        yield running


def renewal(hall: TestHall, queue: OfflineQueue, **seconds: float) -> KeyRenewal:
    return KeyRenewal(hall.directory / "keys", hall.keys, hall.gateway, queue, spread=0, **seconds)


def sealed_to(envelope: str) -> str:
    header = envelope.partition(".")[0]
    return str(json.loads(base64.urlsafe_b64decode(header + "=" * (-len(header) % 4)))["kid"])


def kept(hall: TestHall) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((hall.directory / "keys" / "gateway.jwks").read_text("ascii"))
    return found


def answer(hall: TestHall, monkeypatch: pytest.MonkeyPatch, signed: str) -> None:
    """What only a gateway in a stranger's hands would send."""

    async def key_set() -> str:
        return signed

    monkeypatch.setattr(hall.gateway, "key_set", key_set)


def signed_set(signer: OKPKey, content: Any, **header: str) -> str:
    named = {"alg": "Ed25519", "typ": "gateway-keys+jws", "kid": signer.thumbprint(), **header}
    return jws.serialize_compact(named, json.dumps(content).encode(), signer, algorithms=["Ed25519"])


def content(server: GatewayServer, **changes: Any) -> dict[str, Any]:
    keys = server.state.keys
    return {"issued_at": "2026-11-24T00:00:00Z", "version": keys.version, "keys": keys.public_set(), **changes}


async def test_what_waits_off_line_is_delivered_after_the_key_has_changed(
    hall: TestHall, queue: OfflineQueue, server: GatewayServer
) -> None:
    """Sealed to the old key before, to the new one after; the gateway opens both."""
    old = hall.keys.gateway_key.thumbprint()
    server.stop()
    before = await submit(queue, "zhang_ling")
    server.state.rotate_sealing()
    server.start()
    assert await renewal(hall, queue).renew()
    after = await submit(queue, "zhao_qi")
    new = server.state.keys.sealing.thumbprint()
    assert (sealed_to(before.envelope), sealed_to(after.envelope)) == (old, new)
    assert old != new
    for row in (before, after):
        assert (await final(queue, row)).state is TransactionState.ACCEPTED
    assert kept(hall)["version"] == server.state.keys.version
    assert enrolment.load(hall.directory / "keys").gateway_key.thumbprint() == new


async def test_a_new_signing_key_is_believed_because_the_old_one_vouches_for_it(
    hall: TestHall, queue: OfflineQueue, server: GatewayServer
) -> None:
    first = set(load_gateway_keys(hall.directory / "keys").signing)
    for _ in range(2):
        server.state.rotate_signing()
        assert await renewal(hall, queue).renew()
    known = load_gateway_keys(hall.directory / "keys").signing
    assert first < set(known)
    assert server.state.keys.signing.thumbprint() in known


async def test_certificates_by_a_new_key_are_believed_without_a_restart(
    hall: TestHall, queue: OfflineQueue, server: GatewayServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    believed = []
    monkeypatch.setattr(hall.gateway, "believe", believed.append)
    server.state.rotate_signing()
    assert await renewal(hall, queue).renew()
    assert [set(keys._keys) for keys in believed] == [set(server.state.keys.signing_keys)]


async def test_it_asks_when_the_line_comes_back_and_when_a_day_is_over(
    hall: TestHall, queue: OfflineQueue, server: GatewayServer
) -> None:
    running = renewal(hall, queue, every=0.05)
    task = asyncio.create_task(running.run())
    try:
        await hall.gateway.check()
        await until(lambda: "version" in kept(hall))
        server.state.rotate_sealing()
        await until(lambda: kept(hall)["version"] == server.state.keys.version)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_set_signed_by_a_stranger_is_kept_out(
    hall: TestHall, queue: OfflineQueue, server: GatewayServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when it is in the set itself, and when it bears the name of a trusted key."""
    stranger = OKPKey.generate_key("Ed25519", {"use": "sig"})
    own = {**stranger.as_dict(private=False), "kid": stranger.thumbprint()}
    text = content(server, version=9, keys=[*server.state.keys.public_set(), own])
    trusted = server.state.keys.signing.thumbprint()
    for signed in (signed_set(stranger, text), signed_set(stranger, text, kid=trusted)):
        await refused(hall, queue, monkeypatch, signed)


async def test_an_older_set_is_kept_out(
    hall: TestHall, queue: OfflineQueue, server: GatewayServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rightly signed, and sent again by somebody who has the old private key."""
    old = await hall.gateway.key_set()
    server.state.rotate_sealing()
    assert await renewal(hall, queue).renew()
    await refused(hall, queue, monkeypatch, old)


async def test_other_keys_under_the_same_version_are_kept_out(
    hall: TestHall, queue: OfflineQueue, server: GatewayServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await renewal(hall, queue).renew()
    other = OKPKey.generate_key("X25519", {"use": "enc"}).as_dict(private=False)
    keys = [other, *server.state.keys.public_set()[1:]]
    await refused(hall, queue, monkeypatch, signed_set(server.state.keys.signing, content(server, keys=keys)))


@pytest.mark.parametrize(
    "changes",
    [
        {"version": "2"},
        {"version": 0},
        {"version": None},
        {"issued_at": "yesterday"},
        {"issued_at": "2026-11-24T00:00:00"},
        {"keys": []},
        {"keys": "x"},
        {"keys": [{"use": "enc", "kty": "OKP", "crv": "X25519", "x": "A" * 43}]},
    ],
    ids=repr,
)
async def test_a_malformed_set_is_kept_out(
    hall: TestHall,
    queue: OfflineQueue,
    server: GatewayServer,
    monkeypatch: pytest.MonkeyPatch,
    changes: dict[str, Any],
) -> None:
    await refused(hall, queue, monkeypatch, signed_set(server.state.keys.signing, content(server, **changes)))


async def test_a_key_to_which_nothing_can_be_sealed_is_kept_out(
    hall: TestHall, queue: OfflineQueue, server: GatewayServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The point zero of X25519: every seal would fail, or be open to all."""
    sealing, *signing = server.state.keys.public_set()
    keys = [{**sealing, "x": "A" * 43}, *signing]
    await refused(hall, queue, monkeypatch, signed_set(server.state.keys.signing, content(server, keys=keys)))


async def test_another_signature_of_the_gateway_is_no_set_of_keys(
    hall: TestHall, queue: OfflineQueue, server: GatewayServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for signed in (
        signed_set(server.state.keys.signing, content(server), typ="kiosk-certificate+jws"),
        "no signature at all",
        "a.b.c",
    ):
        await refused(hall, queue, monkeypatch, signed)


async def refused(hall: TestHall, queue: OfflineQueue, monkeypatch: pytest.MonkeyPatch, signed: str) -> None:
    """The keys stay, on disk and in use; the fault is there; and the next good answer ends it."""
    before = kept(hall)
    running = renewal(hall, queue)
    with monkeypatch.context() as patch:
        answer(hall, patch, signed)
        assert not await running.renew()
    assert running.fault is FaultCode.GW_UNEXPECTED
    assert kept(hall) == before
    row = await submit(queue)
    assert sealed_to(row.envelope) == enrolment.load(hall.directory / "keys").gateway_key.thumbprint()
    assert await running.renew()
    assert running.fault is None


async def test_a_gateway_that_cannot_be_asked_changes_nothing(
    hall: TestHall, queue: OfflineQueue, server: GatewayServer
) -> None:
    before = kept(hall)
    server.stop()
    running = renewal(hall, queue)
    assert not await running.renew()
    assert running.fault is None
    assert kept(hall) == before


async def test_a_half_written_file_is_never_read(hall: TestHall, queue: OfflineQueue, server: GatewayServer) -> None:
    """A power cut in the middle of the writing leaves the old set; the next renewal takes no notice of the rest."""
    half = hall.directory / "keys" / "gateway.jwks.new"
    half.write_text('{"keys": [{"use"', "ascii")
    assert enrolment.load(hall.directory / "keys").gateway_key.thumbprint() == hall.keys.gateway_key.thumbprint()
    server.state.rotate_sealing()
    assert await renewal(hall, queue).renew()
    assert not half.exists()
    assert kept(hall)["version"] == server.state.keys.version


async def test_a_disk_that_cannot_be_written_leaves_the_old_keys_in_use(
    hall: TestHall, queue: OfflineQueue, server: GatewayServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keys that would be forgotten at the next start are not used either: a roll-back would then go unnoticed."""

    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    server.state.rotate_sealing()
    monkeypatch.setattr("kiosk.key_renewal.keep_gateway_keys", full)
    assert not await renewal(hall, queue).renew()
    row = await submit(queue)
    assert sealed_to(row.envelope) == hall.keys.gateway_key.thumbprint()
    assert (await final(queue, row)).state is TransactionState.ACCEPTED


async def test_keys_put_there_by_hand_are_used_by_the_running_kiosk(
    hall: TestHall, queue: OfflineQueue, server: GatewayServer, tmp_path: Path
) -> None:
    """A gateway that was built anew: none of its keys is known, and a technician brings them."""
    with new_server(tmp_path / "another") as another:
        another.register(hall.directory / "keys" / "kiosk.jwk")
        moved = client(another, hall.keys)
        running = KeyRenewal(hall.directory / "keys", hall.keys, moved, queue, spread=0)
        assert not await running.renew()
        enrolment.trust_gateway(hall.directory / "keys", another.public_keys_file.read_text("ascii"))
        assert await running.renew()
        row = await submit(queue)
        assert sealed_to(row.envelope) == another.state.keys.sealing.thumbprint()
        await moved.close()
