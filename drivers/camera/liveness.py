"""Basic liveness: a random order of head turns and nods on one unbroken track of one face. Pure.

It stops a printed or shown photo, however it is moved (relief.py says why), a photo that takes a person's place in the
middle, and a second person who does so. It does not stop a video that happens to show the right gestures in the right
order, nor a mask: docs/face.md.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum, StrEnum, auto
from secrets import SystemRandom
from statistics import median

from drivers.camera.observation import Observation, Template
from drivers.camera.relief import Relief, relief
from drivers.camera.track import Sight, Track, TrackLimits


class Gesture(StrEnum):
    """What the person is asked to do; left and right are the person's own. The names are those of the hints."""

    TURN_LEFT = "turn_left"
    TURN_RIGHT = "turn_right"
    NOD = "nod"


def random_order(count: int) -> tuple[Gesture, ...]:
    """So many different gestures in an order that nobody can foresee."""
    return tuple(SystemRandom().sample(list(Gesture), count))


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
    """Places of the nose in distances of the eyes, as ``Relief`` has them; measured in docs/face.md.

    ``turn``, ``nod``: how far the nose must move aside, and dip. ``home``: share of that to which it must come back.
    ``flattest``: the plane of the face may be foreshortened to this share; ``lean``: degrees it may be skewed; a slant
    beyond either is not counted. ``seconds``: for each gesture, and for each way back.
    """

    turn: float = 0.15
    nod: float = 0.06
    home: float = 0.6
    flattest: float = 0.80
    lean: float = 14.0
    settling: int = 3  # good pictures
    unsteady: float = 0.12
    held: int = 2  # pictures in a row that show the gesture
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
        self._rest: list[Relief] = []
        self._anchor: Template | None = None
        self._held = 0
        self._since = 0.0

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
        place = relief(seen.features, seen.points) if seen.features else None
        sight = self._track.see(seen, place, at)
        if sight is Sight.BROKEN:
            self.broken += 1
            self._begin()
        if self.phase in {Phase.DONE, Phase.MISSED, Phase.SWAPPED} and not seen.template:
            return self.phase
        if sight is not Sight.LOST and place is not None:
            self._judge(seen.template, place, at)
        if self.phase in {Phase.ASKING, Phase.RETURNING} and at - self._since > self._limits.seconds:
            self.phase = Phase.MISSED
        return self.phase

    def _judge(self, template: Template | None, place: Relief, at: float) -> None:
        if template is not None:
            self._anchor = self._anchor or template
            if not self._alike(self._anchor, template):
                self.phase = Phase.SWAPPED
        if self.phase is Phase.SETTLING and template is not None:
            self._settle(place, at)
        elif self.phase is Phase.ASKING:
            self._held = self._held + 1 if self._shown(place) else 0
            if self._held >= self._limits.held:
                self._enter(Phase.RETURNING, at)
        elif self.phase is Phase.RETURNING and template is not None and self._home(place):
            # The template of this moment is compared above: it is still the same person.
            self.done += 1
            self._enter(Phase.ASKING if self.done < len(self._order) else Phase.DONE, at)

    def _enter(self, phase: Phase, at: float) -> None:
        self.phase, self._since, self._held = phase, at, 0

    def _settle(self, place: Relief, at: float) -> None:
        """Learn where the nose is at rest; everybody's is elsewhere."""
        if place.dip is None:
            return
        self._rest = [*self._rest, place][-self._limits.settling :]
        aside, dip = [rest.aside for rest in self._rest], [rest.dip or 0.0 for rest in self._rest]
        steady = max(max(values) - min(values) for values in (aside, dip)) <= self._limits.unsteady
        if len(self._rest) == self._limits.settling and steady:
            aspect, lean = median(rest.aspect for rest in self._rest), median(rest.lean for rest in self._rest)
            self._at_rest = Relief(median(aside), median(rest.down for rest in self._rest), median(dip), aspect, lean)
            self._enter(Phase.ASKING if self._order else Phase.DONE, at)

    def _off(self, place: Relief) -> tuple[float, float]:
        """How far the nose is from its place at rest, as shares of what counts as a turn (left above 0) and a nod."""
        dip = 0.0 if place.dip is None else place.dip - (self._at_rest.dip or 0.0)
        return (place.aside - self._at_rest.aside) / self._limits.turn, dip / self._limits.nod

    def _shown(self, place: Relief) -> bool:
        """True if the nose stands where the gesture brings it, in a face that is not itself slanted too far."""
        foreshortened = place.aspect / self._at_rest.aspect
        if not self._limits.flattest <= foreshortened <= 1 / self._limits.flattest:
            return False
        if abs(place.lean - self._at_rest.lean) > self._limits.lean:
            return False
        turned, nodded = self._off(place)
        wanted = self._order[self.done]
        if wanted is Gesture.NOD:
            return nodded >= 1.0
        return turned >= 1.0 if wanted is Gesture.TURN_LEFT else turned <= -1.0

    def _home(self, place: Relief) -> bool:
        turned, nodded = self._off(place)
        return abs(turned) <= self._limits.home and nodded <= self._limits.home
