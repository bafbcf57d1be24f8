"""One check that fails, or never ends, hides no other; the result store keeps how each came out last."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

import pytest

from config import clock
from config.faults import FaultCode
from drivers.device import DeviceError
from flows.prompts import Text
from kiosk.diagnostics.check import Check, Finding, Group, Level, carry_out_all, worst
from kiosk.diagnostics.results import Results


def check(name: str, run: Callable[[], Awaitable[Finding]], severity: Level = Level.ERROR) -> Check:
    return Check(name, Group.DEVICES, run, severity, seconds=0.1)


async def well() -> Finding:
    return Finding(Level.OK, Text("found.fonts"))


async def never() -> Finding:
    await asyncio.Event().wait()
    raise AssertionError


async def broken() -> Finding:
    raise ZeroDivisionError("张玲 must not be told")


async def gone() -> Finding:
    raise DeviceError(FaultCode.PRN_GONE, "no route")


async def test_each_failure_is_a_finding_and_the_others_are_there() -> None:
    checks = [check("a", broken), check("b", never, Level.WARNING), check("c", gone), check("d", well)]
    outcomes = await carry_out_all(checks, clock.now)
    seen = [(each.check.name, each.finding.level, each.finding.line.key, each.finding.code) for each in outcomes]
    assert seen == [
        ("a", Level.ERROR, "found.broke", FaultCode.SW_BUG),
        ("b", Level.WARNING, "found.timed_out", None),
        ("c", Level.ERROR, "found.fault", FaultCode.PRN_GONE),
        ("d", Level.OK, "found.fonts", None),
    ]
    assert "张玲" not in repr(outcomes)
    assert outcomes[1].seconds == pytest.approx(0.1, abs=2)
    assert worst(outcomes).exit_code == 2
    assert worst(outcomes[1:2]).exit_code == 1
    assert worst(outcomes[3:]).exit_code == worst([]).exit_code == 0


async def test_the_last_run_of_each_check_is_kept(tmp_path: Path) -> None:
    results = Results(tmp_path)
    assert results.last() == {}
    outcomes = await carry_out_all([check("a", gone), check("b", well)], clock.now)
    results.keep(outcomes, "0007")
    results.keep((await carry_out_all([check("b", gone)], clock.now)), "shell")
    last = Results(tmp_path).last()
    assert (last["a"].level, last["a"].code, last["a"].who) == (Level.ERROR, "PRN_GONE", "0007")
    assert (last["b"].level, last["b"].who) == (Level.ERROR, "shell")
    assert last["a"].at <= datetime.now(clock.CHINA)
    (tmp_path / "checks.json").write_text("[half", "ascii")
    assert results.last() == {}
