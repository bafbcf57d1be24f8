"""A willing citizen: does what the face check asks for, as long as it asks."""

import threading
import time
from collections.abc import Callable

from simulator.before_camera import BeforeCamera
from simulator.heads.moves import HeadMove

_MOVES = {move.value: move for move in HeadMove}
_AGAIN_SECONDS = 1.0  # who is still asked for the same so long after a move makes it once more,
_SLOWER, _SLOWEST = 1.6, 3.0  # each time so many times slower than the last, up to so many times in all;
_FORGOTTEN_SECONDS = 5.0  # unless the last is so long ago that it belongs to another check


class Willing:
    """Moves the head of whoever stands before ``camera``; may be worked from any thread.

    ``on``: whether the citizen follows at all. ``clock`` is the camera's.
    """

    def __init__(self, camera: BeforeCamera, clock: Callable[[], float] = time.monotonic) -> None:
        self.on = True
        self._camera = camera
        self._clock = clock
        self._guard = threading.Lock()
        self._asked: HeadMove | None = None
        self._slowness = 1.0

    def obey(self, hint: str) -> None:
        """Take up a value of ``FaceHint``: make the move that it asks for; for others do nothing.

        To be told again and again while the hint stands: a move that was not seen is made once more and more slowly, as
        people do. So a busy machine that looks seldom sees it in the end.
        """
        move = _MOVES.get(hint)
        if not self.on or move is None:
            return
        with self._guard:
            if move is self._asked and self._clock() < self._camera.still_at + _AGAIN_SECONDS:
                return
            again = move is self._asked and self._clock() < self._camera.still_at + _FORGOTTEN_SECONDS
            self._slowness = min(self._slowness * _SLOWER, _SLOWEST) if again else 1.0
            self._asked = move
            self._camera.move(move, self._slowness)
