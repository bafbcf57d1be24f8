"""The album of a played visit: every screen that the citizen saw, and the paper, as pictures in tests/output."""

import itertools
import logging
import shutil
from pathlib import Path
from typing import Any

import pytest

from config.fonts import FontSet
from flows.face_progress import FaceHint, FaceProgress
from flows.presence_prompts import LookAtCamera
from flows.prompts import Prompt, Working
from screens.ease import Ease
from screens.gallery import Easel
from screens.samples import Sample
from screens.samples.activation import picture
from screens.stage import StageSettings
from screens.theme.tokens import ThemeName
from simulator.hall import Hall

OUTPUT = Path(__file__).parents[1] / "output" / "visits"


class Album:
    """Draws what a played visit has shown, each screen once, and what the printer has cut."""

    def __init__(self, window: Any, faces: FontSet, hall: Hall, caplog: pytest.LogCaptureFixture) -> None:
        self._window = window
        self._faces = faces
        self._hall = hall
        self._caplog = caplog

    async def draw(self, name: str, shown: list[Prompt[Any]]) -> Path:
        """Put the screens and the slips of the visit ``name`` into a folder of that name, and give the folder."""
        folder = OUTPUT / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for theme in (ThemeName.STANDARD, ThemeName.ELDERS):
            await self._draw_screens(folder, _screens(shown), theme)
        papers = self._hall.cut_papers
        assert papers, "no paper came out"
        for number, paper in enumerate(papers, 1):
            (folder / f"paper_{number}.png").write_bytes(paper.png)
        return folder

    async def _draw_screens(self, folder: Path, shown: list[Prompt[Any]], theme: ThemeName) -> None:
        easel = Easel(self._window, self._faces, StageSettings(Ease(theme=theme), motion=False))
        self._caplog.clear()
        try:
            with self._caplog.at_level(logging.WARNING, "screens.touching"):
                for number, prompt in enumerate(shown, 1):
                    progress = _face() if isinstance(prompt, LookAtCamera) else None
                    sample = Sample(type(prompt).__name__, prompt, progress)
                    await easel.draw(sample, folder / f"{theme}_{number:02d}_{sample.name}.png")
        finally:
            easel.close()
        assert not self._caplog.records, f"{theme}: {self._caplog.text}"


def _screens(shown: list[Prompt[Any]]) -> list[Prompt[Any]]:
    """The screens in their order, one that was only drawn anew left out; the last is the start screen again."""
    questions = [prompt for prompt in shown if not isinstance(prompt, Working)]
    return [prompt for prompt, _ in itertools.groupby(questions)][:-1]


def _face() -> FaceProgress:
    return FaceProgress(FaceHint.HOLD_STILL, picture(), 640, 480, 0.62)


@pytest.fixture
def album(window: Any, faces: FontSet, hall: Hall, caplog: pytest.LogCaptureFixture) -> Album:
    """An album for one visit of a test: ``await album.draw("loss_report", surface.shown)``."""
    return Album(window, faces, hall, caplog)
