# mypy: disallow-subclassing-any=False
# Kivy ships no types, see widgets/base.py.
"""The root widget: fills the window, and hands touches and sizes to the stage."""

from collections.abc import Callable
from typing import Any

from kivy.graphics import Color, Rectangle
from kivy.uix.widget import Widget

from screens.widgets.base import conceal


class Root(Widget):
    """Touches go to one place, which decides which button they mean; no widget below takes any itself."""

    def __init__(
        self,
        touch_down: Callable[[float, float, int], None],
        touch_moved: Callable[[float, float, int], None],
        touch_up: Callable[[float, float, int], None],
        resized: Callable[[], None],
    ) -> None:
        super().__init__()
        self._touch_down = touch_down
        self._touch_moved = touch_moved
        self._touch_up = touch_up
        self._resized = resized
        self.bind(size=self._on_size)
        with self.canvas.after:
            self._veil = Color(0, 0, 0, 0)
            self._veiled = Rectangle()
        self.bind(size=self._lay_veil, pos=self._lay_veil)

    def veil(self, opacity: float) -> None:
        """Lay a dark veil over everything, 0 (none) to 1; it takes no touch."""
        self._veil.a = opacity

    def _lay_veil(self, *_: object) -> None:
        self._veiled.pos, self._veiled.size = self.pos, self.size

    def export_as_image(self, *args: object, **settings: object) -> Any:
        """A picture of everything, without what is concealed. Kivy's export_to_png comes by here too."""
        conceal(self)
        return super().export_as_image(*args, **settings)

    def _on_size(self, *_: object) -> None:
        self._resized()

    def on_touch_down(self, touch: Any) -> bool:
        """Mouse wheels and other buttons do nothing."""
        if getattr(touch, "button", "left") in ("left", None):
            self._touch_down(touch.x, touch.y, touch.uid)
        return True

    def on_touch_move(self, touch: Any) -> bool:
        """Sliding is for the staff's tests; no button cares."""
        self._touch_moved(touch.x, touch.y, touch.uid)
        return True

    def on_touch_up(self, touch: Any) -> bool:
        """The finger that came down leaves."""
        if getattr(touch, "button", "left") in ("left", None):
            self._touch_up(touch.x, touch.y, touch.uid)
        return True
