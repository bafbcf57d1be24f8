"""Draws every screen with sample prompts: ``python -m screens.gallery OUTDIR [--size 1080x1920] ...``."""

import argparse
import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kivy.base import EventLoop
from kivy.clock import Clock

from config.fonts import FontSet
from drivers.speaker.speaker import Utterance
from screens.ease import Ease
from screens.samples import Sample, samples
from screens.samples.sample import HALL
from screens.stage import Stage, StageSettings
from screens.text.catalogue import LANGUAGES, Catalogue, raise_missing
from screens.theme.tokens import ThemeName
from screens.widgets.moving import Moving
from screens.widgets.pictures import Picture
from screens.window import WindowSettings, build_window, picture


@dataclass(frozen=True)
class GallerySettings:
    """What is drawn, and where to."""

    out: Path
    size: tuple[int, int]
    theme: ThemeName
    language: str
    low_reach: bool
    fonts: Path
    only: str = ""


class _Mute:
    """A kiosk with a loudspeaker that is turned down: the tools for it are drawn."""

    def say(self, sentences: Sequence[Utterance], language: str, volume: int) -> None:
        """Say nothing."""

    def stop(self) -> None:
        """Go on saying nothing."""


class Easel:
    """A stage in a window, on which one prompt after the other is drawn."""

    def __init__(self, window: Any, faces: FontSet, settings: StageSettings) -> None:
        self.now = 0.0
        self._window = window
        catalogues = {language: Catalogue.load(language, raise_missing) for language in LANGUAGES}
        self.stage = Stage(catalogues, faces, settings, clock=lambda: self.now, voice=_Mute())
        self.stage.set_status(HALL)
        window.add_widget(self.stage.widget)
        self.stage.widget.size = window.size
        _settle()

    async def draw(self, sample: Sample, path: Path, pose: Callable[[], None] = lambda: None) -> Path:
        """Draw ``sample`` into ``path``; ``pose`` is done before, while it is asked."""
        self.stage.set_status(sample.status)
        asked = asyncio.ensure_future(self.stage.ask(sample.prompt))
        await asyncio.sleep(0)
        if sample.progress is not None:
            self.stage.update(sample.progress)
        for block in self.stage.widget.walk():
            if isinstance(block, Moving) and not (isinstance(block, Picture) and block.resting):
                block.move(0.42)
        pose()
        _settle()
        picture(self._window).save(path)
        asked.cancel()
        (outcome,) = await asyncio.gather(asked, return_exceptions=True)
        if isinstance(outcome, Exception):
            raise outcome
        self.stage.wipe()
        return path

    def close(self) -> None:
        """Take the stage away; the window stays."""
        self.stage.close()
        self._window.remove_widget(self.stage.widget)


async def draw(settings: GallerySettings) -> list[Path]:
    """Draw all samples, the sheets above them, and give the files."""
    window = build_window(WindowSettings(*settings.size, fullscreen=False, title="gallery"))
    look = StageSettings(Ease(settings.language, settings.theme, settings.low_reach), motion=False)
    easel = Easel(window, FontSet.load(settings.fonts), look)
    settings.out.mkdir(parents=True, exist_ok=True)
    files = [
        await easel.draw(sample, settings.out / f"{sample.name}.png")
        for sample in samples()
        if sample.name.startswith(settings.only)
    ]
    if not settings.only:
        files += await _draw_sheets(easel, settings.out)
        files += await _draw_empty_hall(easel, settings.out)
    easel.close()
    return files


def _settle() -> None:
    for _ in range(3):
        Clock.tick()
        EventLoop.dispatch_input()


async def _draw_sheets(easel: Easel, out: Path) -> list[Path]:
    sample = next(sample for sample in samples() if sample.name.endswith("confirm"))

    def wait_long() -> None:
        easel.now += 47.2
        easel.stage.tick()

    def wait_longer() -> None:
        for _ in range(20):  # with touches between, so that only the whole is long
            easel.now += 47
            easel.stage.activity()
        easel.stage.tick()

    return [
        await easel.draw(sample, out / "90_idle.png", wait_long),
        await easel.draw(sample, out / "91_help.png", easel.stage.open_help),
        await easel.draw(sample, out / "92_looks.png", easel.stage.open_looks),
        await easel.draw(sample, out / "93_long.png", wait_longer),
    ]


async def _draw_empty_hall(easel: Easel, out: Path) -> list[Path]:
    """The page of rest, and the start screen under the veil of a late hour."""
    start = next(sample for sample in samples() if sample.name == "01_start")

    def wait() -> None:
        easel.now += 630
        easel.stage.tick()

    rest = await easel.draw(start, out / "94_rest.png", wait)
    dark = await easel.draw(start, out / "95_dark.png", lambda: easel.stage.dim(50))
    easel.stage.dim(100)
    return [rest, dark]


def _arguments() -> GallerySettings:
    parser = argparse.ArgumentParser(description="Draw every screen to PNG.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--size", default="1080x1920")
    parser.add_argument("--theme", type=ThemeName, default=ThemeName.STANDARD)
    parser.add_argument("--language", choices=LANGUAGES, default="zh_CN")
    parser.add_argument("--low", action="store_true", help="low reach")
    parser.add_argument("--fonts", type=Path, default=Path("build/fonts"))
    parser.add_argument("--only", default="", help="draw only samples whose name begins so")
    given = parser.parse_args()
    width, height = (int(side) for side in given.size.split("x"))
    return GallerySettings(given.out, (width, height), given.theme, given.language, given.low, given.fonts, given.only)


def main() -> None:
    """Draw, and say how many."""
    files = asyncio.run(draw(_arguments()))
    print(f"{len(files)} screens drawn")  # noqa: T201 - a command


if __name__ == "__main__":
    main()
