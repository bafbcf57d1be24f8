"""The readiness report on its way to the gateway: POST /v1/kiosk/readiness, kept on disk until it has come."""

import asyncio
import contextlib
import json
import logging
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from config.faults import FaultCode
from config.files import replace
from kiosk.diagnostics.check import Level
from kiosk.fleet.kinds import HandIn
from kiosk.gateway import Gateway, GatewayError, NotFound
from kiosk.staff.member import Role

log = logging.getLogger(__name__)

_FILE = "readiness.json"
_EVERY = 60.0  # seconds between two tries while the line is there


@dataclass(frozen=True)
class PartTested:
    """How one test came out."""

    test: str
    outcome: Level
    code: FaultCode | None


@dataclass(frozen=True)
class ReadinessReport:
    """What somebody of ``role`` found who tested everything; who that was stays in the kiosk's audit log."""

    at: datetime
    role: Role
    tests: tuple[PartTested, ...]

    def content(self) -> dict[str, Any]:
        """As the contract wants it, all but the kiosk's name."""
        tests = [asdict(test) for test in self.tests]
        return {"at": self.at.astimezone(UTC).isoformat(timespec="seconds"), "role": self.role, "tests": tests}


@dataclass(frozen=True)
class HandInState:
    """``at``: when the gateway took it; ``code``: why it did not, as far as is known."""

    state: HandIn
    at: datetime | None = None
    code: FaultCode | None = None


class Readiness:
    """Hands in the last report of a running kiosk; all methods belong to its event loop.

    Only the last one counts, so a new report takes the place of one that still waits. ``state`` may be looked at
    at any time. ``every``: seconds between two tries.
    """

    def __init__(self, gateway: Gateway, directory: Path, *, every: float = _EVERY) -> None:
        self._gateway = gateway
        self._file = directory / _FILE
        self._every = every
        self._waiting = _kept(self._file)
        self._wake = asyncio.Event()
        self._disk = asyncio.Lock()
        self.state = HandInState(HandIn.NONE if self._waiting is None else HandIn.WAITING)

    async def hand_in(self, report: ReadinessReport) -> None:
        """Keep ``report``, and have it sent at once if the line is there; also one that has been handed in before."""
        self._waiting = content = report.content()
        self.state = HandInState(HandIn.WAITING)
        try:
            async with self._disk:
                await asyncio.to_thread(replace, self._file, json.dumps(content).encode())
        except OSError as error:  # it is still sent, unless the program ends before
            log.warning("readiness_not_kept", extra={"reason": error.strerror})
        self._wake.set()

    async def run(self) -> None:
        """Send what waits, now and whenever the line is back, until cancelled."""
        self._gateway.line.listen(lambda online: self._wake.set() if online else None)
        while True:
            self._wake.clear()
            if self._waiting is not None and self._gateway.online:
                await self._send(self._waiting)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._every):
                    await self._wake.wait()

    async def _send(self, content: dict[str, Any]) -> None:
        try:
            came = await self._gateway.report_readiness(content)
        except NotFound as error:
            log.warning("readiness_not_possible", extra={"code": error.code})
            state = HandInState(HandIn.NOT_POSSIBLE)
        except GatewayError as error:
            log.warning("readiness_not_sent", extra={"code": error.code})
            refused = error.code is FaultCode.GW_REJECTED
            state = HandInState(HandIn.REFUSED if refused else HandIn.WAITING, code=error.code)
        else:
            log.info("readiness_sent")
            state = HandInState(HandIn.SENT, came)
        async with self._disk:
            if self._waiting is content and state.state is not HandIn.WAITING:
                with contextlib.suppress(OSError):  # it is sent once more after the next start
                    await asyncio.to_thread(self._file.unlink, missing_ok=True)
        if self._waiting is not content:
            return  # a newer one has taken its place meanwhile
        self.state = state
        if state.state is not HandIn.WAITING:
            self._waiting = None


def _kept(file: Path) -> dict[str, Any] | None:
    """The report that the last run of the program could not send any more."""
    try:
        content = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None
