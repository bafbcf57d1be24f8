"""A technician's terminal: runs `kiosk queue` as it would be typed, and a queue in which a night went badly."""

import asyncio
import io
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from config.faults import FaultCode
from kiosk import cli
from offline_queue.files import DATABASE
from offline_queue.model import (
    SET_ASIDE,
    OutcomeUnknown,
    QueuedTransaction,
    Refused,
    TryLater,
)
from offline_queue.queue import OfflineQueue
from tests.offline_queue.hall import TestHall, final, submit
from tests.offline_queue.script import Script

KINDS = ("loss_report", "activation", "reinstatement", "unemployment_benefit", "skill_subsidy")
UNREADABLE = Refused({"reason": SET_ASIDE, "problem": "envelope_unreadable"}, alarm=FaultCode.GW_REJECTED)
NO = Refused({"reason": "card_already_active"})
# In so long that no test sees the next attempt, unless a technician asks for it.
LATER = TryLater(FaultCode.NET_UNREACHABLE, retry_after=3000.0)
UNKNOWN = OutcomeUnknown(FaultCode.NET_TIMEOUT, retry_after=3000.0)


@dataclass(frozen=True)
class Printed:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()

    def line(self, beginning: str) -> str:
        """The one line that begins so, with single spaces."""
        (found,) = [line for line in self.lines if line.lstrip().startswith(beginning)]
        return " ".join(found.split())


@dataclass
class Terminal:
    """A technician's terminal at the kiosk of a hall."""

    config: Path
    capsys: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch
    printed: list[Printed] = field(default_factory=list)

    async def kiosk(self, *arguments: str) -> Printed:
        """Run ``kiosk queue`` in this process, beside what runs here."""
        self.monkeypatch.setattr(sys, "argv", ["kiosk", "--config", str(self.config), "queue", *arguments])
        self.capsys.readouterr()
        code = await asyncio.to_thread(cli.main)
        printed = Printed(code, *self.capsys.readouterr())
        self.printed.append(printed)
        return printed

    async def english(self, action: str, *arguments: str) -> Printed:
        return await self.kiosk(action, "--language", "en", *arguments)

    def types(self, text: str) -> None:
        """What the technician answers to a question."""
        self.monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def settings_file(directory: Path, url: str, queue: str = "") -> Path:
    file = directory / "hall.toml"
    text = f'mode = "trial"\ndata_directory = "{directory}"\n[gateway]\nurl = "{url}"\n[queue]\n{queue}\n'
    file.write_text(text, "utf-8")
    return file


async def attempted(queue: OfflineQueue, row: QueuedTransaction) -> QueuedTransaction:
    """Wait for the first answer."""
    async with asyncio.timeout(20):
        while not (now := await queue.get(row.id)).attempts:
            await asyncio.sleep(0.01)
    return now


async def a_bad_night(queue: OfflineQueue, script: Script) -> None:
    """Seven rows: done, refused, not readable, three that wait (one of them held, one behind it), one unknown."""
    script.answers["reinstatement"] = [NO]
    script.answers["skill_subsidy"] = [UNREADABLE]
    script.answers["loss_report"] = [LATER]
    script.answers["transfer_in"] = [UNKNOWN]
    await final(queue, await submit(queue, "zhang_ling"))
    await final(queue, await submit(queue, "zhao_qi", kind="reinstatement"))
    await final(queue, await submit(queue, "gulimire", kind="skill_subsidy"))
    await attempted(queue, await submit(queue, "berg", kind="loss_report"))
    await submit(queue, "berg", kind="activation")
    await attempted(queue, await submit(queue, "chan", kind="transfer_in"))


def put_back(hall: TestHall, backup: Path) -> None:
    for file in (hall.directory / "queue").glob(f"{DATABASE}*"):
        file.unlink()
    shutil.copy(backup, hall.directory / "queue" / DATABASE)
