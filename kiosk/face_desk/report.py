"""The findings as text for a terminal, as lines for kiosk.toml, and as JSON."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from decimal import Decimal
from math import comb
from typing import Any

from drivers.camera.settings import FaceSettings
from kiosk.face_desk.bounds import Bounds, shown_by
from kiosk.face_desk.findings import Findings, Measured, Row, Zone

_BOUNDS = f"{'exact 95 %':>17}  {'over people':>17}"
_HEAD = f"{'threshold':>9}  {'FMR':>8}  {_BOUNDS}  {'FNMR':>8}  {_BOUNDS}"
_NOT_INDEPENDENT = """\
The exact bounds (Clopper and Pearson) take all comparisons as independent. Those of the same few people are not: their
true bounds are wider. "Over people" draws the people anew, all pictures of one together; a dash stands where no error,
or nothing else, was seen, because drawing cannot show what did not happen."""


@dataclass(frozen=True)
class Taken:
    """What went into the comparisons. Pictures are named by the line of the list that names them first."""

    model: str
    pictures: int
    unusable: dict[str, list[int]]  # lines by reason
    pairs_unusable: int
    pairs_odd: int
    mean: int
    kiosk_mean: int

    @property
    def usable(self) -> int:
        """How many pictures showed one usable face."""
        return self.pictures - sum(map(len, self.unusable.values()))


def text(taken: Taken, findings: Findings, settings: FaceSettings) -> Iterator[str]:
    """The report, line by line."""
    yield from pictures(taken)
    yield from _comparisons(taken, findings)
    yield from ("", _HEAD)
    yield from (_row(row, settings) for row in findings.rows)
    yield from ("", "* in the settings now", *_NOT_INDEPENDENT.splitlines(), "")
    equal = findings.equal
    yield f"Equal error rate: {percent(equal.rate)} at {equal.threshold:.4f}"
    for zone in findings.zones:
        yield from ("", *_zone(zone))
    yield from ("", "For kiosk.toml:", "", *toml(findings, settings))


def pictures(taken: Taken) -> Iterator[str]:
    """What became of the pictures, none of them named."""
    yield f"Model: {taken.model}"
    yield f"Pictures: {taken.pictures:,}, usable: {taken.usable:,}"
    for reason, lines in sorted(taken.unusable.items()):
        told = ", ".join(map(str, lines[:12])) + (" ..." if len(lines) > 12 else "")
        yield f"  not usable, {reason}: {len(lines):,} (first named in line {told})"


def _comparisons(taken: Taken, findings: Findings) -> Iterator[str]:
    trials = findings.trials
    same, different = len(trials.same), len(trials.different)
    yield f"Comparisons: {same:,} of the same person, {different:,} of different people; people: {trials.people:,}"
    if taken.mean > 1:
        yield f"  each of one picture with the mean of {taken.mean}; left over: {taken.pairs_odd:,} pairs"
    if taken.pairs_unusable:
        yield f"  pairs left out with their pictures: {taken.pairs_unusable:,}"
    if taken.mean != taken.kiosk_mean:
        yield f"  the kiosk takes the mean of {taken.kiosk_mean} (face.pictures): --mean {taken.kiosk_mean} is nearer"
    pairs = comb(trials.people, 2)
    yield f"  {trials.people:,} people make only {pairs:,} pairs of people: more people tell more than more pictures"


def _row(row: Row, settings: FaceSettings) -> str:
    mark = "*" if row.threshold in {settings.zones.same, settings.zones.unsure} else " "
    return f"{row.threshold:8.4f}{mark}  {_cells(row.fmr)}  {_cells(row.fnmr)}"


def _cells(measured: Measured) -> str:
    return f"{percent(measured.rate.value):>8}  {_range(measured.exact):>17}  {_range(measured.people):>17}"


def _range(bounds: Bounds | None) -> str:
    return "-" if bounds is None else f"{percent(bounds.low)} - {percent(bounds.high)}"


def percent(share: float) -> str:
    """A share as a percentage with two digits that count; three from 10 % on."""
    value = share * 100
    digits = f"{value:.3g}" if value >= 10 else f"{value:.2g}"
    return f"{Decimal(digits):f} %"


def _zone(zone: Zone) -> Iterator[str]:
    yield f"Wanted: FMR {percent(zone.wanted)} (1 in {1 / zone.wanted:,.0f})"
    if zone.row is None:
        yield "  no threshold up to 1 keeps it on these pictures: is one picture there under two people?"
        return
    rate = zone.row.fmr.rate
    yield f"  threshold {zone.row.threshold:.4f}: FMR {_told(zone.row.fmr)}"
    yield f"  {'':16} FNMR {_told(zone.row.fnmr)}"
    yield f"  comparisons of different people: {rate.trials:,}; the rule of three asks for {zone.needed:,}"
    yield f"  {_judged(zone)}"


def _told(measured: Measured) -> str:
    rate = measured.rate
    return f"{percent(rate.value)} ({rate.errors:,} of {rate.trials:,}; exact {_range(measured.exact)})"


def _judged(zone: Zone) -> str:
    if zone.row is None or not zone.enough:
        trials = zone.row.fmr.rate.trials if zone.row else 1
        return f"NOT ENOUGH of them: without one error they would show only 1 in {1 / shown_by(trials):,.0f}"
    if not zone.shown:
        return "Enough of them. Kept on these pictures, but not shown: an upper bound is above what is wanted"
    return "Enough of them, and the upper bounds keep it as well"


def toml(findings: Findings, settings: FaceSettings) -> Iterator[str]:
    """Lines to paste; the strictest wanted rate makes "same", the loosest makes "unsure".

    What these pictures cannot show is commented out: the value in force was measured on more.
    """
    loosest, strictest = findings.zones[0], findings.zones[-1]
    yield "[face]"
    yield f'model = "{settings.descriptor}"'
    if own := settings.own_model:
        yield f"model_file = {json.dumps(str(own.path), ensure_ascii=False)}"
        yield f'model_sha256 = "{own.sha256}"'
    yield _setting("same", strictest)
    yield _setting("unsure", loosest)


def _setting(name: str, zone: Zone) -> str:
    wanted = f"FMR 1 in {1 / zone.wanted:,.0f}"
    if zone.row is None:
        return f"# {name}: no threshold keeps {wanted}"
    line = f"{name} = {zone.row.threshold:.4f}".ljust(18)
    if zone.enough:
        return f"{line}# {wanted} on these pictures"
    return f"# {line}# {wanted} CANNOT BE SHOWN by {zone.row.fmr.rate.trials:,} comparisons"


def as_json(taken: Taken, findings: Findings, settings: FaceSettings) -> str:
    """All figures for other programs; rates are shares, not percentages."""
    trials, zones = findings.trials, findings.zones
    content: dict[str, Any] = {
        "taken": asdict(taken) | {"usable": taken.usable},
        "comparisons": {"same": len(trials.same), "different": len(trials.different), "people": trials.people},
        "equal_error": asdict(findings.equal),
        "table": [asdict(row) for row in findings.rows],
        "zones": [asdict(zone) | {"enough": zone.enough, "shown": zone.shown} for zone in zones],
        "kiosk_toml": list(toml(findings, settings)),
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"
