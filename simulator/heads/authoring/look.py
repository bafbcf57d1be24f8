"""Who is drawn, how they move, and how the picture is taken."""

from dataclasses import dataclass, field

from simulator.heads.authoring.scene import Scene


@dataclass(frozen=True)
class Look:
    """Everything that makes a person recognisable."""

    race: dict[str, float]
    female: float
    old: float  # 0 young .. 1 old
    skin: str
    tone: tuple[float, float, float] = (1.0, 1.0, 1.0)
    targets: dict[str, float] = field(default_factory=dict)
    hair: str = "short01"
    hair_colour: tuple[float, float, float] = (0.022, 0.018, 0.017)
    brows: str = "eyebrow001"
    iris: tuple[float, float, float] = (0.07, 0.038, 0.02)
    lips: tuple[float, float, float] = (0.62, 0.30, 0.28)
    cloth: tuple[float, float, float] = (0.2, 0.25, 0.35)
    fringe: bool = False  # cut the hair above the eyes
    weight: float = 0.0  # -1 thin .. 1 stout


@dataclass(frozen=True)
class Moment:
    """Everything that changes from picture to picture. Angles in degrees, shifts in decimetres."""

    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    shift: tuple[float, float] = (0.0, 0.0)
    blink: float = 0.0
    smile: float = 0.0
    brow: float = 0.0
    gaze: tuple[float, float] = (0.0, 0.0)
    mask: bool = False  # a surgical mask is worn


@dataclass(frozen=True)
class View:
    """The picture: size in pixels, pixels per decimetre at the head, where the eyes stand, light and background."""

    width: int
    height: int
    scale: float
    eyes_at: tuple[float, float]
    scene: Scene


def macro_targets(look: Look) -> dict[str, float]:
    """The base mesh's own targets for origin, sex, age and weight."""
    amounts: dict[str, float] = {}
    for race, share in look.race.items():
        for sex, part in (("female", look.female), ("male", 1 - look.female)):
            for age, at in (("young", 1 - look.old), ("old", look.old)):
                amount = share * part * at
                if amount:
                    amounts[f"macrodetails/{race}-{sex}-{age}"] = amount
    for sex, part in (("female", look.female), ("male", 1 - look.female)):
        for age, at in (("young", 1 - look.old), ("old", look.old)):
            build = "maxweight" if look.weight > 0 else "minweight"
            for name, share in (("averageweight", 1 - abs(look.weight)), (build, abs(look.weight))):
                if part * at * share:
                    amounts[f"macrodetails/universal-{sex}-{age}-averagemuscle-{name}"] = part * at * share
    return amounts


def expression(moment: Moment) -> dict[str, float]:
    """Face units for the moment."""
    amounts: dict[str, float] = {}
    for side in ("Left", "Right"):
        amounts[f"unit/eyeBlink{side}"] = moment.blink
        amounts[f"unit/mouthSmile{side}"] = moment.smile
        amounts[f"unit/cheekSquint{side}"] = moment.smile * 0.4
        amounts[f"unit/browOuterUp{side}"] = moment.brow
    amounts["unit/browInnerUp"] = 1.8 * moment.brow
    return {name: amount for name, amount in amounts.items() if amount}
