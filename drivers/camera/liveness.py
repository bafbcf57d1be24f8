"""Basic liveness: a random order of head turns and nods on one unbroken track of one face. Pure.

It stops a printed or shown photo, however it is moved (relief.py says why), a photo that takes a person's place in the
middle, and a second person who does so. It does not stop a video that happens to show the right gestures in the right
order, nor a mask: docs/face.md.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum, StrEnum, auto
from secrets import SystemRandom

from drivers.camera.observation import Observation, Template
from drivers.camera.relief import Stance, mean, nodded, stance, turned
from drivers.camera.track import Sight, Track, TrackLimits


class Gesture(StrEnum):
    """What the person is asked to do; left and right are the person's own. The names are those of the hints."""

    TURN_LEFT = "turn_left"
    TURN_RIGHT = "turn_right"
    NOD = "nod"


def random_order(count: int) -> tuple[Gesture, ...]:
    """So many different gestures in an order that nobody can foresee; a nod is never the only one.

    A tilted photo has been seen to pass for a nod, and never for a turn (docs/face.md).
    """
    among = list(Gesture) if count > 1 else [Gesture.TURN_LEFT, Gesture.TURN_RIGHT]
    return tuple(SystemRandom().sample(among, count))


class Phase(Enum):
    """How far the check is."""

    SETTLING = auto()  # the face as it is at rest is being learnt
    ASKING = auto()  # for ``Liveness.gesture``
    RETURNING = auto()  # the gesture was seen; now back to the front
    DONE = auto()
    MISSED = auto()  # a gesture took too long
    SWAPPED = auto()  # somebody else stands there without the track having broken


@dataclass(frozen=True)
class LivenessLimits:
    """From where on a gesture counts; measured in docs/face.md.

    ``turn``, ``nod``: as ``relief.turned`` and ``relief.nodded`` measure them, in distances of the eyes. ``clear``: how
    many times that a gesture must reach so that one picture of it is enough; else two in a row must show it. ``home``:
    share of it to which the head must come back. ``flattest``: the plane of the face may be foreshortened to this
    share; ``lean``: degrees it may be skewed; a slant beyond either is not counted. ``settling``: good pictures of the
    face at rest. ``askew``: how far the nose may be off the middle in them; ``unsteady``: how far one of them may be
    off their mean. ``seconds``: for each gesture, and for each way back.
    """

    turn: float = 0.11
    nod: float = 0.05
    home: float = 0.6
    flattest: float = 0.75
    lean: float = 14.0
    clear: float = 1.3
    settling: int = 5
    askew: float = 0.15
    unsteady: float = 0.06
    seconds: float = 15.0
    track: TrackLimits = field(default_factory=TrackLimits)


class Liveness:
    """The gestures of one check. When the track breaks, everything begins anew, with a new order."""

    def __init__(
        self,
        count: int,
        alike: Callable[[Template, Template], bool],
        limits: LivenessLimits | None = None,
        order: Callable[[int], Sequence[Gesture]] = random_order,
    ) -> None:
        """``count``: gestures asked for, 0 to 3. ``alike``: whether two templates may be of one person."""
        self._count = count
        self._alike = alike
        self._limits = limits or LivenessLimits()
        self._draw = order
        self._track = Track(self._limits.track)
        self.broken = 0  # times that the track broke
        self._begin()

    def _begin(self) -> None:
        self.phase = Phase.SETTLING
        self._order = tuple(self._draw(self._count))
        self.done = 0  # gestures seen
        self._settled: list[Stance] = []
        self._rest: Stance | None = None
        self._anchor: Template | None = None
        self._reached_before = False
        self._since = 0.0
        self.at_home = False  # after a gesture: the head is back at rest, though the picture may not be good

    @property
    def gesture(self) -> Gesture | None:
        """The gesture that is asked for now."""
        return self._order[self.done] if self.phase is Phase.ASKING else None

    @property
    def order(self) -> tuple[Gesture, ...]:
        """The gestures of this track."""
        return self._order

    def see(self, seen: Observation, at: float) -> Phase:
        """Take the next look at the person, taken at ``at`` seconds of any steady clock."""
        face = stance(seen)
        sight = self._track.see(seen, face.by_yunet if face else None, at)
        if sight is Sight.BROKEN:
            self.broken += 1
            self._begin()
        if self.phase in {Phase.DONE, Phase.MISSED, Phase.SWAPPED} and not seen.template:
            return self.phase
        if sight is not Sight.LOST and face is not None:
            self._judge(seen.template, face, at)
        if self.phase in {Phase.ASKING, Phase.RETURNING} and at - self._since > self._limits.seconds:
            self.phase = Phase.MISSED
        return self.phase

    def _judge(self, template: Template | None, face: Stance, at: float) -> None:
        if template is not None:
            self._anchor = self._anchor or template
            if not self._alike(self._anchor, template):
                self.phase = Phase.SWAPPED
        if self.phase is Phase.SETTLING and template is not None:
            self._settle(face, at)
        elif self.phase is Phase.ASKING:
            self._await_gesture(face, at)
        elif self.phase is Phase.RETURNING:
            self._await_return(template, face, at)

    def _await_gesture(self, face: Stance, at: float) -> None:
        reached = self._reached(face)
        if reached >= self._limits.clear or (reached >= 1.0 and self._reached_before):
            self._enter(Phase.RETURNING, at)
        else:
            self._reached_before = reached >= 1.0

    def _await_return(self, template: Template | None, face: Stance, at: float) -> None:
        self.at_home = self._home(face)
        if template is not None and self.at_home:
            # The template of this moment has been compared: it is still the same person.
            self.done += 1
            self._enter(Phase.ASKING if self.done < len(self._order) else Phase.DONE, at)

    def _enter(self, phase: Phase, at: float) -> None:
        self.phase, self._since = phase, at
        self._reached_before = self.at_home = False

    def _settle(self, face: Stance, at: float) -> None:
        """Learn how the face stands at rest; everybody's nose is elsewhere, and everybody stands a little askew."""
        if face.by_dlib is None or abs(face.by_yunet.aside + face.by_dlib.aside) / 2 > self._limits.askew:
            return  # a head that is still turned, for example from a gesture before the track broke
        self._settled = [*self._settled, face][-self._limits.settling :]
        if len(self._settled) < self._limits.settling:
            return
        rest = mean(self._settled)
        if all(abs(turned(each, rest) or 0.0) <= self._limits.unsteady for each in self._settled):
            self._rest = rest
            self._enter(Phase.ASKING if self._order else Phase.DONE, at)

    def _off(self, face: Stance) -> tuple[float, float] | None:
        """How far the head is off its rest, as shares of what counts as a turn (left is above 0) and as a nod."""
        if self._rest is None:
            return None
        aside, down = turned(face, self._rest), nodded(face, self._rest)
        return None if aside is None or down is None else (aside / self._limits.turn, down / self._limits.nod)

    def _reached(self, face: Stance) -> float:
        """How much of the gesture is done, 1 being enough; 0 if the face is itself slanted too far to tell."""
        off = self._off(face)
        if off is None or self._rest is None or self._slanted(face, self._rest):
            return 0.0
        wanted = self._order[self.done]
        if wanted is Gesture.NOD:
            return off[1]
        return off[0] if wanted is Gesture.TURN_LEFT else -off[0]

    def _slanted(self, face: Stance, rest: Stance) -> bool:
        foreshortened = face.by_yunet.aspect / rest.by_yunet.aspect
        kept = self._limits.flattest <= foreshortened <= 1 / self._limits.flattest
        return not kept or abs(face.by_yunet.lean - rest.by_yunet.lean) > self._limits.lean

    def _home(self, face: Stance) -> bool:
        off = self._off(face)
        return off is not None and abs(off[0]) <= self._limits.home and off[1] <= self._limits.home
