"""``kiosk face evaluate``: from a list of pairs to the report. Loaded by that command alone: scipy and matplotlib."""

import asyncio
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from drivers.camera.settings import FaceSettings
from kiosk.face_desk import report, roc
from kiosk.face_desk.bad_input import BadInputError, unreadable
from kiosk.face_desk.comparing import compare
from kiosk.face_desk.findings import Findings, find
from kiosk.face_desk.pair_list import demand_enough, read_pairs
from kiosk.face_desk.photos import demand_readable
from kiosk.face_desk.progress import Progress
from kiosk.face_desk.templates import make_templates
from offline_queue.files import new_file


@dataclass(frozen=True)
class Task:
    """What is asked for."""

    pairs: Path
    folder: Path | None
    settings: FaceSettings
    wanted: tuple[float, ...]
    mean: int
    kiosk_mean: int
    roc: Path | None
    json: Path | None
    progress: Progress = field(default_factory=Progress)


def evaluate(task: Task) -> None:
    """Do it and print the report, then write the files that are wanted.

    Raises:
        BadInputError: the list, a picture or a place for a result is not right.
        DeviceError: the face process does not start.
    """
    for file in (task.roc, task.json):
        if file:
            _demand_place(file, task.pairs)
    pairs = read_pairs(task.pairs, task.folder)
    demand_readable(pairs, task.progress.over(pairs.pictures, len(pairs.pictures), "files"))
    templates = asyncio.run(make_templates(pairs.pictures, task.settings, task.progress))
    compared = compare(pairs, templates, task.settings.descriptor, task.mean, task.progress)
    trials = compared.trials
    unusable = {reason: pairs.lines_of(pictures) for reason, pictures in templates.unusable.items()}
    taken = report.Taken(
        templates.model, len(pairs.pictures), unusable, compared.unusable, compared.odd, task.mean, task.kiosk_mean
    )
    try:
        demand_enough(task.pairs, len(trials.same), len(trials.different), "leaves, of usable pictures,")
    except BadInputError:
        sys.stdout.writelines(f"{line}\n" for line in report.pictures(taken))
        raise
    zones = task.settings.zones
    findings = find(trials, task.wanted, (zones.unsure, zones.same))
    sys.stdout.writelines(f"{line}\n" for line in report.text(taken, findings, task.settings))
    sys.stdout.flush()
    _write(task, taken, findings)


def _write(task: Task, taken: report.Taken, findings: Findings) -> None:
    if task.json:
        text = report.as_json(taken, findings, task.settings)
        _replace(task.json, lambda path: path.write_text(text, encoding="utf-8"))
    if task.roc:
        trials = findings.trials
        title = (
            f"{taken.model}, {trials.people:,} people: {len(trials.same):,} comparisons of the same person, "
            f"{len(trials.different):,} of different people"
        )
        _replace(task.roc, lambda path: roc.draw(findings, title, path))


def _demand_place(file: Path, pairs: Path) -> None:
    """Before the work begins, so that its result is not lost for want of a place."""
    if file.resolve() == pairs.resolve():
        raise BadInputError(f"{file}: is the list of pairs itself; name another file")
    if file.is_dir() or not os.access(file.parent, os.W_OK | os.X_OK):
        raise BadInputError(f"{file}: cannot be written; its folder must be there and writable")


def _replace(file: Path, write: Callable[[Path], object]) -> None:
    """Whole or not at all: an earlier result stays until the new one is complete."""
    try:
        with new_file(file) as path:
            write(path)
    except OSError as error:
        raise unreadable(file, error) from None
