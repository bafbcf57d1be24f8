"""The devices: how each is, who made it, since when, what went wrong last, what it has done; and its live test."""

from contextlib import suppress
from datetime import timedelta

from drivers.facts import DeviceFacts, Identity
from flows.desk_prompts import Deed, DeskFacts, DeskList, DeskRow, Fact, Facts
from flows.prompts import GoBack, Text, Tone, Verbatim
from kiosk.desk.marks import health_mark
from kiosk.desk.shift import Shift
from kiosk.desk.testing import last_words, test
from kiosk.diagnostics.results import LastRun

_REFRESH = "refresh"
_TESTS = {
    "card_reader": ("card_reader", "read_card"),
    "psam": ("psam",),
    "id_scanner": ("id_scanner", "read_id"),
    "camera": ("camera",),
    "face": ("face",),
    "printer": ("printer", "print_page"),
}


async def devices(shift: Shift) -> None:
    """List them with their states, as they change; a touch opens one. Raises ``GoBack``, ``VisitEnded``."""
    while True:
        chosen = await shift.ask_live(lambda: _list(shift))
        with suppress(GoBack):
            await _device(shift, chosen)


async def _device(shift: Shift, name: str) -> None:
    """One device in full, and its tests. Raises ``GoBack``, ``VisitEnded``."""
    checks = {check.name: check for check in shift.parts.checks()}
    while True:
        facts = next(facts for facts in shift.hands.devices.facts if facts.device == name)
        last = await shift.off_loop(shift.parts.results.last)
        tests = [each for each in _TESTS[name] if each in checks]
        chosen = await shift.ask(_page(shift, facts, tests, last))
        if chosen != _REFRESH:
            with suppress(GoBack):
                await test(shift, checks[chosen])


def _list(shift: Shift) -> DeskList:
    rows = tuple(
        DeskRow(facts.device, Text(f"check.{facts.device}"), Verbatim(_name(facts.identity)), health_mark(facts.health))
        for facts in shift.hands.devices.facts
    )
    return DeskList(title=Text("desk.page.devices"), rows=rows)


def _name(identity: Identity) -> str:
    return " ".join(word for word in (identity.maker, identity.model) if word) or identity.place or "-"


def _page(shift: Shift, facts: DeviceFacts, tests: list[str], last: dict[str, LastRun]) -> DeskFacts:
    groups = [Facts(_state(shift, facts)), Facts(_identity(facts.identity), Text("desk.device.who"))]
    if facts.counts:
        counts = tuple(Fact(Text(f"desk.count.{what}"), Verbatim(str(number))) for what, number in facts.counts.items())
        groups.append(Facts(counts, Text("desk.device.counts")))
    tested = tuple(Fact(Text(f"check.{name}"), last_words(last.get(name)), _tone(last.get(name))) for name in tests)
    groups.append(Facts(tested, Text("desk.device.tested")))
    deeds = [Deed(name, _test_words(facts, name)) for name in tests]
    return DeskFacts(
        title=Text(f"check.{facts.device}"),
        groups=tuple(group for group in groups if group.facts),
        deeds=(*deeds, Deed(_REFRESH, Text("desk.again"))),
    )


def _test_words(facts: DeviceFacts, name: str) -> Text:
    """The words of a live test say themselves that it is one."""
    words = Text(f"check.{name}")
    return Text("desk.device.test", {"what": words}) if name == facts.device else words


def _tone(run: LastRun | None) -> Tone | None:
    from_levels = {"ok": Tone.OK, "absent": Tone.INFO, "warning": Tone.WAITING, "error": Tone.STOP}
    return None if run is None else from_levels[run.level]


def _state(shift: Shift, facts: DeviceFacts) -> tuple[Fact, ...]:
    mark = health_mark(facts.health)
    now = shift.hands.now()
    found = [
        Fact(Text("desk.fact.state"), mark.words, mark.tone),
        Fact(Text("desk.device.since"), Text("desk.device.at", {"time": now - timedelta(seconds=facts.unchanged)})),
    ]
    if facts.health.fault is not None:
        found.append(Fact(Text("desk.fact.code"), Verbatim(facts.health.fault), Tone.STOP))
        found.append(Fact(Text("desk.fault.cause"), Text(f"fault.{facts.health.fault}.technician")))
    if (last := facts.last_fault) is not None:
        at = now - timedelta(seconds=last.seconds_ago)
        words = Text("desk.device.last_fault", {"code": Verbatim(last.code), "time": at})
        found.append(Fact(Text("desk.device.last"), words))
        if last.detail:
            found.append(Fact(Text("desk.device.detail"), Verbatim(last.detail)))
        if last.code != facts.health.fault:
            found.append(Fact(Text("desk.fault.cause"), Text(f"fault.{last.code}.technician")))
    if facts.returns:
        found.append(Fact(Text("desk.device.returns"), Verbatim(str(facts.returns))))
    if facts.replaced_threads:
        found.append(Fact(Text("desk.device.threads"), Verbatim(str(facts.replaced_threads)), Tone.WAITING))
    return tuple(found)


def _identity(identity: Identity) -> tuple[Fact, ...]:
    named = {name: value for name, value in vars(identity).items() if value}
    return tuple(Fact(Text(f"desk.identity.{name}"), Verbatim(value)) for name, value in named.items())
