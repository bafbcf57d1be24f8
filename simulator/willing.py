"""A willing citizen: does what the face check asks for, as long as it asks."""

import threading
import time
from collections.abc import Callable

from simulator.before_camera import BeforeCamera
from simulator.heads.moves import HeadMove

_MOVES = {move.value: move for move in HeadMove}
_AGAIN_SECONDS = 1.0  # who is still asked for the same so long after a move makes it once more


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

    def obey(self, hint: str) -> None:
        """Take up a value of ``FaceHint``: make the move that it asks for; for others do nothing.

        To be told again and again while the hint stands: a move that was not seen is made once more, as people do.
        """
        move = _MOVES.get(hint)
        if not self.on or move is None:
            return
        with self._guard:
            if move is self._asked and self._clock() < self._camera.still_at + _AGAIN_SECONDS:
                return
            self._asked = move
            self._camera.move(move)
