"""The program: one asyncio loop inside Kivy; beside it the session, the queue's worker and the devices' watchers."""

import asyncio
import gc
import logging
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from config.fonts import FontSet
from config.settings import Settings
from drivers.display.backlight import Backlight
from drivers.display.schedule import Schedule
from drivers.speaker.speaker import Speaker, SpeakerSettings
from kiosk.brightness import keep_brightness
from kiosk.threads import BACKGROUND, steady_pool
from kiosk.watchdog import Notifier, Watchdog, feeding_seconds
from kiosk.wiring import Kiosk
from screens.ease import Ease
from screens.stage import Stage, StageSettings
from screens.text.catalogue import LANGUAGES, Catalogue
from screens.theme.tokens import ThemeName
from screens.window import WindowSettings, build_window, every, show

log = logging.getLogger(__name__)

_READY_EVERY = 0.2  # seconds between looks at whether the first screen is there
_STATUS_EVERY = 1.0  # seconds between looks at the clock and the network


async def run(settings: Settings, file: Path | None = None) -> None:
    """Serve citizens until the window closes or the process is told to end (SIGTERM, SIGINT)."""
    asyncio.get_running_loop().set_default_executor(steady_pool(BACKGROUND, "background"))
    screen = settings.screen
    window = build_window(
        WindowSettings(screen.width, screen.height, fullscreen=screen.fullscreen, cursor=screen.cursor)
    )
    speaker = _speaker(settings)
    stage = _stage(settings, speaker)
    kiosk = await Kiosk.start(settings, stage, lambda: stage.catalogue, settings_file=file)
    gc.freeze()  # what is loaded now stays: the collector need not look at it again while somebody waits for a screen
    notifier = Notifier()
    try:
        with _watched(kiosk, stage, notifier):
            await _serve(kiosk, stage, window)
    finally:
        notifier.tell("STOPPING=1")
        stage.close()
        if speaker:
            speaker.close()
        await kiosk.stop()


@contextmanager
def _watched(kiosk: Kiosk, stage: Stage, notifier: Notifier) -> Iterator[None]:
    """The service manager hears of the first screen, and then that the loop which draws is alive."""
    watchdog = Watchdog(notifier, kiosk.pulses())
    seconds = feeding_seconds()
    timers: list[Any] = []

    def shown() -> bool:
        log.info("ready")
        notifier.tell("READY=1", "STATUS=serving")
        if seconds:
            # Not before: the first frame of a slow machine takes long, and until then the limit of the start holds.
            timers.append(every(seconds, watchdog.feed))
        return False

    def look() -> bool:
        if stage.asking:
            # What can be touched now is drawn after this look, and the next call comes after that.
            timers.append(every(_READY_EVERY, shown))
        return not stage.asking

    timers.append(every(_READY_EVERY, look))
    try:
        yield
    finally:
        for timer in timers:
            timer.cancel()


def _speaker(settings: Settings) -> Speaker | None:
    voice = settings.voice
    if not (voice.enabled or settings.sound.enabled):
        return None
    clips = Path(voice.clips_directory) if voice.clips_directory else None
    return Speaker(SpeakerSettings(voice.player, clips))


def _stage(settings: Settings, speaker: Speaker | None) -> Stage:
    screen, voice = settings.screen, settings.voice
    return Stage(
        {language: Catalogue.load(language) for language in LANGUAGES},
        FontSet.load(settings.fonts),
        StageSettings(
            Ease(
                screen.language,
                ThemeName(screen.theme),
                voice=voice.enabled and voice.at_start,
                volume=voice.volume,
            ),
            idle_seconds=screen.idle_seconds,
            staff_seconds=settings.staff.logout_seconds,
            visit_seconds=screen.visit_minutes * 60,
            rest_seconds=screen.rest_minutes * 60,
            chime_volume=settings.sound.volume,
        ),
        voice=speaker if voice.enabled else None,
        bell=speaker if settings.sound.enabled else None,
    )


async def _serve(kiosk: Kiosk, stage: Stage, window: Any) -> None:
    # The window first: whatever is shown then has its true size from the beginning.
    work = {
        "window": show(stage.widget),
        "status": _keep_status(kiosk, stage),
        "brightness": _keep_brightness(kiosk, stage),
        **kiosk.background(),
    }
    tasks = [asyncio.create_task(job, name=name) for name, job in work.items()]
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, window.close)
    try:
        # None of them ends by itself but the window: if another does, it has failed, and so has the program.
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _keep_brightness(kiosk: Kiosk, stage: Stage) -> None:
    screen = kiosk.settings.screen
    backlight = Backlight(Path(screen.backlight) if screen.backlight else None)
    await keep_brightness(stage, backlight, Schedule.of(screen.brightness), kiosk.now)


async def _keep_status(kiosk: Kiosk, stage: Stage) -> None:
    # Until the gateway has been asked for the first time nobody is told that the network is down.
    stage.set_status(replace(kiosk.status(), online=True))
    await kiosk.gateway.check()
    while True:
        stage.set_status(kiosk.status())
        await asyncio.sleep(_STATUS_EVERY)
