"""What the gateway sends is taken once, kept, and believed only if it is what it must be."""

import asyncio
import base64
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from config.faults import FaultCode
from flows.prompts import Localised, Text
from kiosk.audit.entries import WITHHELD, Event, Vocabulary
from kiosk.fleet.bundles import SupportBundles
from kiosk.fleet.directives import Directives
from kiosk.fleet.kinds import BundleState
from tests.directives.signing import CLOSED, KIOSK, LOSS_OFF, NOW, Signer

SIGNER = Signer()
BUNDLE = {"kind": "support_bundle"}
MESSAGE = {"kind": "message", "zh": "今天四点停电", "en": "No power from four", "until": "2026-11-29T18:00:00+08:00"}


class NoBundles:
    """As a kiosk whose gateway does not know the way."""

    async def send(self) -> BundleState:
        return BundleState.NOT_POSSIBLE


class Desk:
    """A kiosk's directives with a clock, and what was written into the audit log."""

    def __init__(self, directory: Path, bundles: SupportBundles | None = None) -> None:
        self.now = NOW
        self.noted: list[tuple[str, dict[str, object]]] = []
        self._directory = directory
        self._bundles = bundles or NoBundles()
        self.directives = self.again()

    def again(self) -> Directives:
        """As after a new start of the program."""
        self.directives = Directives(self._directory, KIOSK, lambda: self.now, self._note, self._bundles)
        return self.directives

    def _note(self, event: Event, **fields: object) -> None:
        allowed, wrong = Vocabulary(lambda _: False).allowed(event, fields)
        assert not wrong, wrong
        assert WITHHELD not in allowed.values()
        self.noted.append((event, allowed))

    async def send(self, signed: str) -> bool:
        return self.directives.consider(signed, SIGNER.trusted)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


async def test_a_matter_is_off_and_on_again(desk: Desk) -> None:
    assert await desk.send(SIGNER.sheet(1, LOSS_OFF))
    assert desk.directives.closed("loss_report") == Text("closed.switched_off")
    assert desk.directives.closed("activation") is None
    assert await desk.send(SIGNER.sheet(2))
    assert desk.directives.closed("loss_report") is None


async def test_out_of_service_closes_everything_until_its_time(desk: Desk) -> None:
    until = NOW + timedelta(hours=2)
    assert await desk.send(SIGNER.sheet(1, {**CLOSED, "until": until.isoformat()}))
    assert desk.directives.closed("activation") == desk.directives.stopped == Text("closed.stopped.maintenance")
    assert desk.directives.notice(everything_closed=True) == Text("home.stopped_until", {"time": until})
    desk.now = until
    assert desk.directives.stopped is None
    assert desk.directives.notice(everything_closed=True) is None


async def test_a_matter_off_until_a_time_says_so(desk: Desk) -> None:
    until = NOW + timedelta(hours=2)
    assert await desk.send(SIGNER.sheet(1, {**LOSS_OFF, "until": until.isoformat()}))
    assert desk.directives.closed("loss_report") == Text("closed.switched_off_until", {"time": until})
    desk.now = until
    assert desk.directives.closed("loss_report") is None


async def test_a_message_is_shown_until_its_time(desk: Desk) -> None:
    assert await desk.send(SIGNER.sheet(1, MESSAGE))
    message = Localised("今天四点停电", "No power from four")
    assert desk.directives.message == message
    assert desk.directives.notice(everything_closed=False) == Text("home.notice", {"message": message})
    assert desk.directives.notice(everything_closed=True) is None, "the counter is more important then"
    desk.now = datetime.fromisoformat(str(MESSAGE["until"]))
    assert desk.directives.message is None
    assert desk.directives.notice(everything_closed=False) is None


async def test_directives_stay_in_force_over_a_restart_and_after_their_sheet_expired(desk: Desk) -> None:
    assert await desk.send(SIGNER.sheet(7, CLOSED, {"kind": "configuration", "version": "0a1b2c"}))
    desk.now += timedelta(days=3)
    again = desk.again()
    assert (again.number, again.stopped) == (7, Text("closed.stopped.maintenance"))
    assert again.wanted_configuration == "0a1b2c"


async def test_the_same_sheet_again_is_taken_once(desk: Desk) -> None:
    """It comes with each question, signed anew."""
    for minutes in range(3):
        later = {"issued_at": (NOW + timedelta(minutes=minutes)).isoformat()}
        assert await desk.send(SIGNER.sheet(1, LOSS_OFF, **later))
    assert desk.noted == [
        ("directives_taken", {"number": 1}),
        ("directive", {"kind": "matter_off", "matter": "loss_report"}),
    ]


def altered(signed: str) -> str:
    header, body, signature = signed.split(".")
    content = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    content["directives"] = []
    changed = base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")
    return f"{header}.{changed}.{signature}"


REFUSED: list[tuple[str, Callable[[], str], int | None]] = [
    ("untrusted", lambda: altered(SIGNER.sheet(9, CLOSED)), None),
    ("untrusted", lambda: Signer().sheet(9), None),
    ("untrusted", lambda: SIGNER.sheet(9, typ="gateway-keys+jws"), None),
    ("untrusted", lambda: SIGNER.sheet(9).rpartition(".")[0], None),
    ("untrusted", lambda: "nothing that was signed", None),
    ("other_kiosk", lambda: SIGNER.sheet(9, kiosk="JN-04"), 9),
    ("old_number", lambda: SIGNER.sheet(4), 4),
    ("changed", lambda: SIGNER.sheet(5), 5),
    ("expired", lambda: SIGNER.sheet(9, expires_at=(NOW - timedelta(seconds=1)).isoformat()), 9),
    ("not_yet", lambda: SIGNER.sheet(9, issued_at=(NOW + timedelta(minutes=6)).isoformat()), 9),
    ("malformed", lambda: SIGNER.sheet(-1), None),
    ("malformed", lambda: SIGNER.sheet(9, directives="all"), None),
    ("malformed", lambda: SIGNER.sheet("9"), None),
    ("malformed", lambda: SIGNER.sheet(9, {"kind": "out_of_service"}), 9),
    ("malformed", lambda: SIGNER.sheet(9, {**MESSAGE, "zh": "长" * 31}), 9),
    ("malformed", lambda: SIGNER.sheet(9, {**MESSAGE, "until": "2026-11-29T16:00:00"}), 9),
]


@pytest.mark.parametrize(
    ("reason", "signed", "number"), REFUSED, ids=[f"{n}-{each[0]}" for n, each in enumerate(REFUSED)]
)
async def test_what_is_not_to_be_believed_changes_nothing(
    desk: Desk, caplog: pytest.LogCaptureFixture, reason: str, signed: Callable[[], str], number: int | None
) -> None:
    """It is refused, logged with its code and written into the audit log, once; and the next good sheet ends it."""
    assert await desk.send(SIGNER.sheet(5, CLOSED))
    before, desk.noted = desk.again().number, []
    with caplog.at_level(logging.ERROR):
        assert not await desk.send(signed())
        assert not await desk.send(signed())
    told = [vars(record) for record in caplog.records if record.msg == "directives_refused"]
    assert [(entry["fault"], entry["reason"]) for entry in told] == [(FaultCode.GW_DIRECTIVES, reason)]
    fields: dict[str, Any] = {"reason": reason, "code": "GW_DIRECTIVES"}
    assert desk.noted == [("directives_refused", fields if number is None else {**fields, "number": number})]
    assert (desk.directives.fault, desk.directives.refused) == (FaultCode.GW_DIRECTIVES, 1)
    assert desk.directives.number == desk.again().number == before == 5
    assert desk.directives.stopped is not None
    assert await desk.send(SIGNER.sheet(6))
    assert desk.directives.fault is None


async def test_a_replay_after_a_restart_is_refused(desk: Desk) -> None:
    first = SIGNER.sheet(1)
    assert await desk.send(first)
    assert await desk.send(SIGNER.sheet(2, CLOSED))
    desk.again()
    assert not await desk.send(first)
    assert desk.directives.stopped is not None


async def test_kinds_of_a_later_contract_are_left_out(desk: Desk) -> None:
    assert await desk.send(SIGNER.sheet(1, {"kind": "dim_the_light", "percent": 40}, {**LOSS_OFF, "why": "new"}))
    assert (desk.directives.unknown, desk.directives.closed("loss_report")) == (1, Text("closed.switched_off"))
    assert desk.again().unknown == 1


async def test_a_service_of_a_later_release_is_no_trouble(desk: Desk) -> None:
    assert await desk.send(SIGNER.sheet(1, {"kind": "matter_off", "service": "something_new"}))
    assert desk.noted[-1] == ("directive", {"kind": "matter_off"})


class SlowBundles:
    """Takes as long as it is told to; ``at_once``: the most that were ever under way together."""

    def __init__(self) -> None:
        self.go_on = asyncio.Event()
        self.sent = self.at_once = self._under_way = 0

    async def send(self) -> BundleState:
        self._under_way += 1
        self.at_once = max(self.at_once, self._under_way)
        await self.go_on.wait()
        self._under_way -= 1
        self.sent += 1
        return BundleState.SENT


@asynccontextmanager
async def obeying(desk: Desk) -> AsyncIterator[Callable[[Callable[[], bool]], Awaitable[None]]]:
    """The directives at work; what is given waits until something is so."""

    async def until(condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not condition():
                await asyncio.sleep(0.01)

    job = asyncio.create_task(desk.directives.run())
    try:
        yield until
    finally:
        job.cancel()
        await asyncio.gather(job, return_exceptions=True)


async def test_a_support_bundle_is_not_possible_and_that_is_said(desk: Desk) -> None:
    assert await desk.send(SIGNER.sheet(1, BUNDLE))
    async with obeying(desk) as until:
        await until(lambda: desk.noted[-1] == ("support_bundle", {"state": "not_possible"}))
    assert desk.again().support_bundle is BundleState.NOT_POSSIBLE
    assert await desk.send(SIGNER.sheet(2))
    assert desk.directives.support_bundle is BundleState.NONE


async def test_a_support_bundle_is_sent_once(tmp_path: Path) -> None:
    bundles = SlowBundles()
    bundles.go_on.set()
    desk = Desk(tmp_path, bundles)
    for _ in range(3):
        async with obeying(desk) as until:
            assert await desk.send(SIGNER.sheet(1, BUNDLE))
            await until(lambda: desk.directives.support_bundle is BundleState.SENT)
        desk.again()
    assert bundles.sent == 1


async def test_sheets_are_taken_while_a_support_bundle_is_made(tmp_path: Path) -> None:
    bundles = SlowBundles()
    desk = Desk(tmp_path, bundles)
    async with obeying(desk) as until:
        async with asyncio.timeout(5):
            assert await desk.send(SIGNER.sheet(1, BUNDLE))
        await until(lambda: bundles.at_once == 1)
        assert await desk.send(SIGNER.sheet(2, CLOSED))
        assert (desk.directives.number, desk.directives.support_bundle) == (2, BundleState.NONE)
        bundles.go_on.set()
        await until(lambda: desk.directives.support_bundle is BundleState.SENT)
    assert desk.again().stopped == Text("closed.stopped.maintenance"), "the newer sheet is the one that is kept"


async def test_a_support_bundle_that_is_wanted_again_waits_for_the_one_before(tmp_path: Path) -> None:
    bundles = SlowBundles()
    desk = Desk(tmp_path, bundles)
    async with obeying(desk) as until:
        assert await desk.send(SIGNER.sheet(1, BUNDLE))
        await until(lambda: bundles.at_once == 1)
        assert await desk.send(SIGNER.sheet(2, BUNDLE))
        bundles.go_on.set()
        await until(lambda: bundles.sent == 2)
    assert bundles.at_once == 1
    assert [event for event, _ in desk.noted].count("support_bundle") == 2


async def test_what_cannot_be_kept_is_not_taken(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a restart an older sheet could come in its place."""

    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("kiosk.fleet.directives.replace_text", full)
        assert await desk.send(SIGNER.sheet(1, CLOSED))
    assert (desk.directives.number, desk.directives.stopped, desk.noted) == (0, None, [])
    assert await desk.send(SIGNER.sheet(1, CLOSED))
    assert desk.directives.number == 1


async def test_the_file_is_private_and_a_damaged_one_is_none(desk: Desk, tmp_path: Path) -> None:
    assert await desk.send(SIGNER.sheet(3, CLOSED, MESSAGE))
    file = tmp_path / "directives.json"
    assert file.stat().st_mode & 0o777 == 0o600
    file.write_text('{"number": 3, "direc', "ascii")
    assert (desk.again().number, desk.directives.stopped) == (0, None)
    assert await desk.send(SIGNER.sheet(3, CLOSED)), "it is sent again"
    assert desk.directives.stopped is not None
