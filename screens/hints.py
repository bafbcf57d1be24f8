"""Which hint of the face check is shown: pure; ``now`` is a clock in seconds that never jumps."""

from flows.face_progress import FaceHint

GESTURES = frozenset({FaceHint.TURN_LEFT, FaceHint.TURN_RIGHT, FaceHint.NOD, FaceHint.FACE_FORWARD})
_AT_ONCE = GESTURES | {FaceHint.CHECKING}
_LEAST_SECONDS = 0.7  # shorter than that nobody has read it


class SteadyHint:
    """Keeps a hint for a while, since what the camera sees changes many times a second.

    What the person has to do next, and that the check goes on, is shown at once; but not what stood there just
    before, else a hint between would flash.
    """

    def __init__(self) -> None:
        self._since = 0.0
        self._before: FaceHint | None = None
        self.shown = FaceHint.LOOK_HERE

    def begin(self, now: float) -> None:
        """A new check."""
        self.shown, self._before, self._since = FaceHint.LOOK_HERE, None, now

    def take(self, hint: FaceHint, now: float) -> FaceHint:
        """The hint to show, now that ``hint`` would be the right one."""
        # What stands there at the beginning comes from no picture: the first hint that does may follow at once.
        at_once = self._before is None or (hint in _AT_ONCE and hint is not self._before)
        if hint is not self.shown and (at_once or now - self._since >= _LEAST_SECONDS):
            self.shown, self._before, self._since = hint, self.shown, now
        return self.shown

    def seconds(self, now: float) -> float:
        """For how long the present one has been shown."""
        return now - self._since
