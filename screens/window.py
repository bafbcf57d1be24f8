"""The kiosk's window: no way out by keyboard or mouse, and no frame drawn while nothing changes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kivy.base import EventLoop, async_runTouchApp
from kivy.clock import Clock
from kivy.config import Config
from kivy.graphics import opengl
from PIL import Image

from screens.theme.tokens import STANDARD, colour
from screens.widgets.base import conceal

_QUICK_RATE, _CALM_RATE = 60, 30  # looks a second
_QUICK_SECONDS = 2.0  # after a touch


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
    drop_modules()
    EventLoop.ensure_window()
    window = EventLoop.window
    window.clearcolor = colour(STANDARD.palette.ground)
    window.set_title(settings.title)
    window.show_cursor = settings.cursor
    window.unbind(on_keyboard=window.on_keyboard)
    window.bind(on_request_close=_stay_open)
    _guard_screenshots(window)
    _Pace(window)
    return window


class _Pace:
    """How often the loop looks for something to do: quickly while it is touched, half as often at rest.

    Each look costs the processor, also when nothing is drawn. Our own movements need 24 a second (theme/tokens.py).
    """

    def __init__(self, window: Any) -> None:
        self._calm = Clock.create_trigger(lambda _: self._look(_CALM_RATE), _QUICK_SECONDS)
        window.bind(on_touch_down=self._hurry, on_touch_move=self._hurry, on_touch_up=self._hurry)
        self._look(_CALM_RATE)

    def _hurry(self, *_: object) -> None:
        self._look(_QUICK_RATE)
        self._calm.cancel()
        self._calm()

    def _look(self, rate: int) -> None:
        Clock._max_fps = float(rate)  # noqa: SLF001  # Kivy reads its setting once; it has no other way to change it


def _stay_open(*_: object, **__: object) -> bool:
    """Nobody closes the window from outside, by Alt+F4 or otherwise; the program's own ``close`` does not ask."""
    return True


def drop_modules() -> None:
    """None of Kivy's add-ons: one of them writes a picture of the screen when F12 is pressed."""
    for name, _ in Config.items("modules"):
        Config.remove_option("modules", name)


def picture(window: Any) -> Image.Image:
    """What the window shows now, without the camera's picture: the one way in which the program copies its screen."""
    _draw_concealed(window)
    width, height = (int(side) for side in window.system_size)
    opengl.glFinish()
    pixels = opengl.glReadPixels(0, 0, width, height, opengl.GL_RGB, opengl.GL_UNSIGNED_BYTE)
    window.dispatch("on_flip")
    return Image.frombytes("RGB", (width, height), pixels).transpose(Image.Transpose.FLIP_TOP_BOTTOM)


def _draw_concealed(window: Any) -> None:
    for widget in window.children:
        conceal(widget)
    window.canvas.ask_update()
    window.dispatch("on_draw")


def _guard_screenshots(window: Any) -> None:
    """Kivy's own way to copy the window conceals first, whoever calls it."""
    if not isinstance(window.screenshot, _Concealing):  # the window outlives one call of build_window
        window.screenshot = _Concealing(window, window.screenshot)


class _Concealing:
    """Kivy's ``Window.screenshot`` with the camera's picture taken away before."""

    def __init__(self, window: Any, copy: Callable[..., Any]) -> None:
        self._window = window
        self._copy = copy

    def __call__(self, *args: object, **settings: object) -> Any:
        _draw_concealed(self._window)
        return self._copy(*args, **settings)


def every(seconds: float, call: Callable[[], object]) -> Any:
    """Call again and again on the loop that draws, until ``call`` returns False or the result is cancelled."""
    return Clock.schedule_interval(lambda _: call(), seconds)


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
        ("graphics", "maxfps", str(_QUICK_RATE)),
        ("kivy", "exit_on_escape", "0"),
        ("kivy", "pause_on_minimize", "0"),
        ("kivy", "desktop", "0"),
        ("kivy", "log_level", "warning"),
        ("input", "mouse", "mouse,disable_multitouch"),
    ]
