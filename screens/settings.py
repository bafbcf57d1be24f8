"""How the stage behaves."""

from dataclasses import dataclass, field

from screens.ease import Ease


@dataclass(frozen=True)
class StageSettings:
    """How the stage behaves. Times in seconds."""

    ease: Ease = field(default_factory=Ease)
    idle_seconds: float = 60
    idle_warning_seconds: float = 20
    staff_seconds: float = 180  # without a touch, a member of staff is logged out
    visit_seconds: float = 900  # after so long the citizen is asked whether to go on
    rest_seconds: float = 600  # after so long without anybody the start screen rests; 0: never
    chime_volume: int = 60  # 0: no chimes
    # What is over sooner needs no screen that says it: one that comes and goes only startles.
    patience_seconds: float = 0.2
    settle_seconds: float = 0.3  # a new screen takes no touch for so long: the second half of a double touch
    motion: bool = True
