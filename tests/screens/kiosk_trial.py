"""Runs the window as the kiosk does: the start screen, then two matters, for ever; says each answer on its output.

Started by test_kiosk_keys.py in a process of its own. SIGTERM closes it, as it closes the kiosk.
"""

import asyncio
import signal
import sys
from pathlib import Path

from config.fonts import FontSet
from flows.prompts import ChooseMatter, Localised, MatterTile
from flows.start_prompts import Invitation
from screens.stage import Stage, StageSettings
from screens.text.catalogue import LANGUAGES, Catalogue
from screens.window import WindowSettings, build_window, show

TILES = tuple(
    MatterTile(name, Localised(title, title), Localised("例子", "example"), "card")
    for name, title in (("activation", "社保卡启用"), ("loss_report", "社保卡挂失"))
)


def say(*words: object) -> None:
    print(*words, flush=True)


async def serve(stage: Stage) -> None:
    while True:
        for prompt in (Invitation(), ChooseMatter(tiles=TILES)):
            asking = asyncio.create_task(stage.ask(prompt))
            await asyncio.sleep(0.1)
            say("asked", type(prompt).__name__, *(f"{name}={x},{y}" for name, (x, y) in stage.targets().items()))
            answer = await asking
            say("answer", answer if isinstance(answer, str) else type(answer).__name__)


async def run(fonts: Path) -> None:
    window = build_window(WindowSettings(540, 960, fullscreen=False, title="hall-kiosk-keys"))
    catalogues = {language: Catalogue.load(language) for language in LANGUAGES}
    stage = Stage(catalogues, FontSet.load(fonts), StageSettings(motion=False))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, window.close)
    serving = asyncio.create_task(serve(stage))
    await show(stage.widget)
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)
    stage.close()
    say("closed")


if __name__ == "__main__":
    asyncio.run(run(Path(sys.argv[1])))
