"""Too many at once are sent away unread, each with another time to come back."""

import asyncio
import json
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from simulator.gateway.admission import Admission

MOST = 3


class Rooms:
    """An application in which requests stay until they are let out."""

    def __init__(self) -> None:
        self.inside = 0
        self.out = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.inside += 1
        await self.out.wait()
        if scope["path"].endswith("fails"):
            raise RuntimeError
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})


async def ask(admission: Admission, path: str = "/v1/transactions") -> tuple[int, dict[bytes, bytes], Any]:
    told: list[Message] = []

    async def send(message: Message) -> None:
        told.append(message)

    async def receive() -> Message:
        raise AssertionError("it was read")

    await admission({"type": "http", "path": path, "method": "POST", "headers": []}, receive, send)
    body = told[1]["body"]
    return told[0]["status"], dict(told[0]["headers"]), json.loads(body) if body else None


async def test_who_finds_too_many_is_sent_away_unread_at_once() -> None:
    rooms = Rooms()
    admission = Admission(rooms, MOST)
    inside = [asyncio.create_task(ask(admission)) for _ in range(MOST)]
    await asyncio.sleep(0)
    refused = [await ask(admission) for _ in range(50)]
    assert {(status, body["code"]) for status, _, body in refused} == {(503, "busy")}
    times = {int(headers[b"retry-after"]) for _, headers, _ in refused}
    assert times <= set(range(2, 21))
    assert len(times) > 5, "they do not all come back together"
    assert rooms.inside == MOST
    rooms.out.set()
    assert [(await task)[0] for task in inside] == [200] * MOST
    assert (await ask(admission))[0] == 200


async def test_peoples_look_ups_and_the_health_are_always_let_in() -> None:
    rooms = Rooms()
    admission = Admission(rooms, 0)
    rooms.out.set()
    for path in ("/v1/health", "/v1/persons/query", "/v1/kiosk", "/admin/transactions"):
        assert (await ask(admission, path))[0] == 200
    assert (await ask(admission, "/v1/transactions/0190"))[0] == 503


async def test_one_that_fails_leaves_its_room() -> None:
    rooms = Rooms()
    rooms.out.set()
    admission = Admission(rooms, 1)
    for _ in range(3):
        with pytest.raises(RuntimeError):
            await ask(admission, "/v1/transactions/fails")
    assert (await ask(admission))[0] == 200
