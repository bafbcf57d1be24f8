"""Draws every screen with sample prompts: ``python -m screens.gallery OUTDIR [--size 1080x1920] ...``."""

import argparse
import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from kivy.base import EventLoop
from kivy.clock import Clock
from kivy.graphics import opengl
from PIL import Image

from config.fonts import FontSet
from screens.chrome import StageStatus
from screens.samples import Sample, samples
from screens.stage import Stage, StageSettings
from screens.text.catalogue import LANGUAGES, Catalogue, raise_missing
from screens.theme.tokens import ThemeName
from screens.widgets.moving import Moving
from screens.widgets.pictures import Picture
from screens.window import WindowSettings, build_window

_HALL = StageStatus("济南市政务服务大厅", "03", online=True, now=datetime(2026, 11, 23, 14, 26))  # noqa: DTZ001 - a drawing


@dataclass(frozen=True)
class GallerySettings:
    """What is drawn, and where to."""

    out: Path
    size: tuple[int, int]
    theme: ThemeName
    language: str
    fonts: Path
    only: str = ""


def grab(window: Any) -> Image.Image:
    """What the window shows now."""
    window.canvas.ask_update()
    window.dispatch("on_draw")
    width, height = (int(side) for side in window.system_size)
    opengl.glFinish()
    pixels = opengl.glReadPixels(0, 0, width, height, opengl.GL_RGB, opengl.GL_UNSIGNED_BYTE)
    window.dispatch("on_flip")
    return Image.frombytes("RGB", (width, height), pixels).transpose(Image.Transpose.FLIP_TOP_BOTTOM)


async def draw(settings: GallerySettings) -> list[Path]:
    """Draw all samples, the sheets above them, and give the files."""
    window = build_window(WindowSettings(*settings.size, fullscreen=False, title="gallery"))
    now = [0.0]
    stage = Stage(
        {language: Catalogue.load(language, raise_missing) for language in LANGUAGES},
        FontSet.load(settings.fonts),
        StageSettings(language=settings.language, theme=settings.theme, motion=False),
        clock=lambda: now[0],
    )
    stage.set_status(_HALL)
    window.add_widget(stage.widget)
    _settle()
    settings.out.mkdir(parents=True, exist_ok=True)
    files = [
        await _draw_one(stage, window, sample, settings.out)
        for sample in samples()
        if sample.name.startswith(settings.only)
    ]
    if not settings.only:
        files += await _draw_sheets(stage, window, settings.out, now)
    stage.close()
    return files


def _settle() -> None:
    for _ in range(3):
        Clock.tick()
        EventLoop.dispatch_input()


async def _draw_one(stage: Stage, window: Any, sample: Sample, out: Path) -> Path:
    async def pose() -> None:
        if sample.progress is not None:
            stage.update(sample.progress)
        for block in stage.widget.walk():
            if isinstance(block, Moving) and not (isinstance(block, Picture) and block.resting):
                block.move(0.42)

    return await _while_asked(stage, sample, lambda: _save(window, out / f"{sample.name}.png"), pose)


async def _draw_sheets(stage: Stage, window: Any, out: Path, now: list[float]) -> list[Path]:
    sample = next(sample for sample in samples() if sample.name.endswith("confirm"))

    async def wait_long() -> None:
        now[0] += 47.2
        stage.tick()

    async def ask_for_help() -> None:
        stage.open_help()

    return [
        await _while_asked(stage, sample, lambda: _save(window, out / "30_idle.png"), wait_long),
        await _while_asked(stage, sample, lambda: _save(window, out / "31_help.png"), ask_for_help),
    ]


async def _while_asked(stage: Stage, sample: Sample, save: Callable[[], Path], pose: Callable[[], Any]) -> Path:
    asked = asyncio.ensure_future(stage.ask(sample.prompt))
    await asyncio.sleep(0)
    await pose()
    _settle()
    path = save()
    asked.cancel()
    (outcome,) = await asyncio.gather(asked, return_exceptions=True)
    if isinstance(outcome, Exception):
        raise outcome
    stage.wipe()
    return path


def _save(window: Any, path: Path) -> Path:
    grab(window).save(path)
    return path


def _arguments() -> GallerySettings:
    parser = argparse.ArgumentParser(description="Draw every screen to PNG.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--size", default="1080x1920")
    parser.add_argument("--theme", type=ThemeName, default=ThemeName.STANDARD)
    parser.add_argument("--language", choices=LANGUAGES, default="zh_CN")
    parser.add_argument("--fonts", type=Path, default=Path("build/fonts"))
    parser.add_argument("--only", default="", help="draw only samples whose name begins so")
    given = parser.parse_args()
    width, height = (int(side) for side in given.size.split("x"))
    return GallerySettings(given.out, (width, height), given.theme, given.language, given.fonts, given.only)


def main() -> None:
    """Draw, and say how many."""
    files = asyncio.run(draw(_arguments()))
    print(f"{len(files)} screens drawn")  # noqa: T201 - a command


if __name__ == "__main__":
    main()
