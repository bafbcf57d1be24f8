"""A technician's terminal for `kiosk face`, and a folder of labelled pictures: drawn heads of invented people."""

import io
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

from kiosk import cli, logs
from kiosk.face_desk import commands
from simulator.heads.pictures import PICTURES

PEOPLE = ("berg", "chan", "li_xiuying", "zhao_qi")
NAMES = ("portrait.jpg", "frame-00.jpg", "frame-03.jpg", "frame-06.jpg")


@dataclass(frozen=True)
class Printed:
    """What a command left behind."""

    code: int
    out: str
    err: str

    def line(self, beginning: str) -> str:
        """The one line that begins so, with single spaces."""
        (found,) = [line for line in self.out.splitlines() if line.lstrip().startswith(beginning)]
        return " ".join(found.split())


Kiosk = Callable[..., Printed]


@pytest.fixture(scope="session")
def kiosk() -> Iterator[Kiosk]:
    """Runs ``kiosk face`` in this process."""

    def run(*arguments: object) -> Printed:
        patch.setattr(sys, "argv", ["kiosk", "face", *map(str, arguments)])
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            try:
                code = cli.main()
            except SystemExit as ended:  # argparse
                code = int(ended.code or 0)
        return Printed(code, out.getvalue(), err.getvalue())

    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("KIOSK_CONFIG", raising=False)
        # It holds for the rest of a process's life; test_evaluate.py sees it at work in a process of its own.
        patch.setattr(commands, "keep_memory_private", lambda: None)
        # A fixture of a whole module calls it before the log is remembered for its first test.
        patch.setattr(logs, "set_up", lambda _level: None)
        yield run


def copied(folder: Path) -> Path:
    """Four people with four pictures each."""
    for person in PEOPLE:
        (folder / person).mkdir(parents=True)
        for name in NAMES:
            shutil.copy(PICTURES / person / name, folder / person)
    return folder


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    return copied(tmp_path / "photos")


@pytest.fixture
def pairs(photos: Path, kiosk: Kiosk) -> Path:
    """The list of all their pairs: 24 of the same person, 96 of different people."""
    return listed(photos, kiosk)


def listed(photos: Path, kiosk: Kiosk) -> Path:
    out = photos.parent / "pairs.csv"
    assert kiosk("pairs", "--folder", photos, "--out", out).code == 0
    return out
