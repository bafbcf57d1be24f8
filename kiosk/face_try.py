"""One try of the face check, picture by picture: what to say to the person, and when it is decided how."""

from collections.abc import Callable, Sequence

from config.settings import FaceSettings
from drivers.camera.engine import FaceEngine
from drivers.camera.liveness import Gesture, Liveness, LivenessLimits, Phase, random_order
from drivers.camera.observation import FaceAdvice, Observation, Template, Verdict
from drivers.camera.quality import worth
from flows.face_progress import FaceHint
from kiosk.verifier import FaceVerdict

_CLEARLY_DIFFERENT_SECONDS = 6.0  # of nothing but good pictures of somebody else: nobody is kept longer
_UNSURE_SECONDS = 5.0  # after the gestures, for better pictures
_HINTS_THROUGH_GESTURES = {FaceAdvice.ONE_PERSON, FaceAdvice.TAKE_OFF_MASK}


class FaceTry:
    """Takes observations, in their order; knows nothing of the camera. Times are seconds of ``time.monotonic``."""

    def __init__(
        self,
        settings: FaceSettings,
        engine: FaceEngine,
        reference: Template,
        order: Callable[[int], Sequence[Gesture]] = random_order,
    ) -> None:
        self._settings = settings
        self._engine = engine
        self._reference = reference
        limits = LivenessLimits(seconds=settings.gesture_seconds)
        self._liveness = Liveness(settings.gestures, engine.alike, limits, order)
        self._broken = 0
        self._best: list[Observation] = []
        self._templates: list[Template] = [reference]  # of everything, to be overwritten
        self._hint = FaceHint.LOOK_HERE
        self._faces = 0
        self._different_since: float | None = None
        self._done_at: float | None = None
        self._searched = 0.0  # seconds without having learnt how the face stands at rest
        self._settled = False
        self._last = self._began = 0.0

    @property
    def hint(self) -> FaceHint:
        """What the person can do now."""
        return self._hint

    @property
    def share(self) -> float:
        """How far the whole check is, 0..1: the good pictures and each gesture count alike."""
        good = len(self._best) / self._settings.pictures
        return (good + self._liveness.done) / (1 + self._settings.gestures)

    @property
    def someone(self) -> bool:
        """Whether a face was in the last picture, whoever's and however it stood."""
        return self._faces > 0

    def begin(self, now: float) -> None:
        """The camera is on."""
        self._began = self._last = now

    def resume(self, now: float) -> None:
        """The face process was started anew since the last picture: that time does not count."""
        self._began += now - self._last
        self._last = now

    def take(self, seen: Observation, captured_at: float, now: float) -> FaceVerdict | None:
        """Take the next observation; the verdict, as soon as there is one."""
        if seen.template:
            self._templates.append(seen.template)
        self._faces = seen.faces
        phase = self._liveness.see(seen, captured_at)
        if self._liveness.broken != self._broken:
            self._broken = self._liveness.broken
            self._start_anew()
        if phase is Phase.SETTLING:
            self._searched += now - self._last
        else:
            self._settled = True
        self._last = now
        self._keep(seen)
        self._hint = self._next_hint(seen, phase)
        if phase is Phase.MISSED:
            return FaceVerdict.GESTURES_MISSED
        if phase is Phase.SWAPPED:
            return FaceVerdict.NOT_RECOGNISED
        return self._decided(phase, now)

    def wipe(self) -> None:
        """Overwrite all templates."""
        for template in self._templates:
            template.wipe()
        self._templates, self._best = [], []

    def _start_anew(self) -> None:
        """Somebody left, came, or took the place: only who stands there now counts."""
        if self._settled:
            self._searched, self._settled = 0.0, False
        self._best = []
        self._different_since = self._done_at = None

    def _keep(self, seen: Observation) -> None:
        """Keep the best pictures of the person who stands there."""
        if seen.template and seen.quality:
            ranked = sorted([*self._best, seen], key=lambda each: worth(each.quality) if each.quality else 0.0)
            self._best = ranked[-self._settings.pictures :]

    def _next_hint(self, seen: Observation, phase: Phase) -> FaceHint:
        if seen.advice in _HINTS_THROUGH_GESTURES:
            return FaceHint(seen.advice.value)
        if phase is Phase.RETURNING:
            # Who has come back, but stands too near now, is told that; before that, it is only the head that is turned.
            mend = self._liveness.at_home and seen.advice not in {FaceAdvice.GOOD, FaceAdvice.LOOK_HERE}
            return FaceHint(seen.advice.value) if mend else FaceHint.FACE_FORWARD
        if self._liveness.gesture is not None:
            return FaceHint(self._liveness.gesture.value)
        return FaceHint.CHECKING if seen.advice is FaceAdvice.GOOD else FaceHint(seen.advice.value)

    def _decided(self, phase: Phase, now: float) -> FaceVerdict | None:
        enough = len(self._best) >= self._settings.pictures
        verdict = self._engine.compare(self._reference, self._best).verdict if enough else None
        if verdict is not Verdict.DIFFERENT:
            self._different_since = None
        elif self._different_since is None:
            self._different_since = now
        elif now - self._different_since > _CLEARLY_DIFFERENT_SECONDS:
            return FaceVerdict.NOT_RECOGNISED
        if phase is Phase.DONE:
            return self._after_gestures(verdict, now)
        if self._searched > self._settings.seconds:
            return FaceVerdict.NO_GOOD_PICTURE
        longest = self._settings.seconds + (self._settings.gestures + 1) * self._settings.gesture_seconds
        return FaceVerdict.GESTURES_MISSED if now - self._began > longest else None

    def _after_gestures(self, verdict: Verdict | None, now: float) -> FaceVerdict | None:
        """Who has done the gestures is the holder, or is given a little time for better pictures."""
        if verdict is Verdict.SAME:
            return FaceVerdict.SAME
        self._done_at = now if self._done_at is None else self._done_at
        patience = _UNSURE_SECONDS if self._settings.gestures else self._settings.seconds
        if now - self._done_at <= patience:
            return None
        return FaceVerdict.NO_GOOD_PICTURE if verdict is None else FaceVerdict.NOT_RECOGNISED
