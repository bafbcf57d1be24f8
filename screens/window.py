"""The kiosk's window: no way out by keyboard or mouse, and no frame drawn while nothing changes."""

from dataclasses import dataclass
from typing import Any

from kivy.base import EventLoop, async_runTouchApp
from kivy.config import Config

from screens.theme.tokens import STANDARD, colour


@dataclass(frozen=True)
class WindowSettings:
    """How the window stands on the screen. Sizes in pixels."""

    width: int = 1080
    height: int = 1920
    fullscreen: bool = True
    cursor: bool = False
    title: str = "Hall kiosk"


def build_window(settings: WindowSettings) -> Any:
    """Make the one window of the process; call it before the stage is made.

    Kivy reads these settings once, when the window is made.
    """
    for section, option, value in _options(settings):
        Config.set(section, option, value)
    EventLoop.ensure_window()
    window = EventLoop.window
    window.clearcolor = colour(STANDARD.palette.ground)
    window.set_title(settings.title)
    window.show_cursor = settings.cursor
    window.unbind(on_keyboard=window.on_keyboard)
    return window


async def show(widget: Any) -> None:
    """Run the window with ``widget`` in it on the running asyncio loop, until the window is closed."""
    await async_runTouchApp(widget, async_lib="asyncio")


def _options(settings: WindowSettings) -> list[tuple[str, str, str]]:
    return [
        ("graphics", "width", str(settings.width)),
        ("graphics", "height", str(settings.height)),
        ("graphics", "fullscreen", "1" if settings.fullscreen else "0"),
        ("graphics", "borderless", "1" if settings.fullscreen else "0"),
        ("graphics", "resizable", "0"),
        ("graphics", "show_cursor", "1" if settings.cursor else "0"),
        ("graphics", "allow_screensaver", "0"),
        # Shapes are smooth by themselves; sampling each pixel four times would cost a weak board its frames.
        ("graphics", "multisamples", "0"),
        ("graphics", "maxfps", "60"),
        ("kivy", "exit_on_escape", "0"),
        ("kivy", "pause_on_minimize", "0"),
        ("kivy", "desktop", "0"),
        ("kivy", "log_level", "warning"),
        ("input", "mouse", "mouse,disable_multitouch"),
    ]
