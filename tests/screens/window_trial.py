"""Runs the start screen and the home screen in the real window; says on its output what happened.

Started by test_window.py in a process of its own, because closing the window ends Kivy's loop for good.
"""

import asyncio
import sys
from pathlib import Path
from typing import Any

from config.fonts import FontSet
from flows.prompts import ChooseMatter, Localised, MatterTile
from flows.start_prompts import Invitation
from screens.stage import Stage, StageSettings
from screens.text.catalogue import LANGUAGES, Catalogue
from screens.window import WindowSettings, build_window, show

TITLE = Localised("社保卡启用", "Activate a card")
TILE = MatterTile("activation", TITLE, Localised("新卡第一次使用", "First use of a new card"), "card")


def say(*words: object) -> None:
    print(*words, flush=True)


async def visit(stage: Stage, window: Any) -> None:
    frames: list[float] = []
    window.bind(on_flip=lambda *_: frames.append(asyncio.get_running_loop().time()))
    invitation = asyncio.create_task(stage.ask(Invitation()))
    await asyncio.sleep(2.0)
    frames.clear()
    await asyncio.sleep(1.5)
    say("idle_frames", len(frames))
    say("ready")
    say("answer", type(await invitation).__name__)
    say("ready")
    say("answer", await stage.ask(ChooseMatter(tiles=(TILE,))))
    stage.wipe()
    window.close()


async def run(fonts: Path) -> None:
    window = build_window(WindowSettings(540, 960, fullscreen=False, title="hall-kiosk-trial"))
    catalogues = {language: Catalogue.load(language) for language in LANGUAGES}
    stage = Stage(catalogues, FontSet.load(fonts), StageSettings())
    playing = asyncio.create_task(visit(stage, window))
    await show(stage.widget)
    await playing
    stage.close()
    say("closed")


if __name__ == "__main__":
    asyncio.run(run(Path(sys.argv[1])))
