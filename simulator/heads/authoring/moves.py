"""What the head does in each picture: at rest, in the moves that the face check asks for, and under a mask."""

import math
from collections.abc import Iterator
from dataclasses import replace

from simulator.heads.authoring.look import Moment

_REST = 12
_SHARES = (0.2, 0.42, 0.66, 0.86, 1.0)  # of the way, slow at the end
_SIDEWAYS, _DOWN, _UP = 29.0, 20.0, -13.0  # degrees
_MASKED = (0, 3, 6, 9)  # which moments at rest are drawn with a mask as well


def at_rest(person_number: int) -> Iterator[tuple[str, Moment]]:
    """One round of small movements: the head sways, the person smiles a little and blinks once."""
    for number in range(_REST):
        turn = 2 * math.pi * number / _REST
        lean = (-1) ** person_number
        yield (
            f"frame-{number:02}",
            Moment(
                yaw=lean * 3 + 5 * math.sin(turn),
                pitch=-2 + 3 * math.cos(turn),
                roll=lean * 2 + 1.5 * math.sin(turn + 1),
                shift=(lean * 0.10 + 0.06 * math.sin(turn), 0.03 * math.cos(2 * turn)),
                blink=1.0 if number == 7 else 0.35 if number in {6, 8} else 0.0,
                smile=0.3 + 0.2 * math.cos(turn),
                brow=0.1 + 0.1 * math.sin(turn),
                gaze=(-lean * 2, 0),
            ),
        )


def in_moves(person_number: int) -> Iterator[tuple[str, Moment]]:
    """From rest to the person's own left, to the right, down, and up: to be shown forth and back."""
    rest = dict(at_rest(person_number))["frame-00"]
    for name, yaw in (("turn_left", _SIDEWAYS), ("turn_right", -_SIDEWAYS)):
        for step, share in enumerate(_SHARES):
            yield f"{name}-{step}", replace(rest, yaw=rest.yaw + share * (yaw - rest.yaw))
    for step, share in enumerate(_SHARES):
        yield f"nod-{step}", replace(rest, pitch=rest.pitch + share * (_DOWN - rest.pitch))
    for step, share in enumerate((0.5, 1.0)):
        yield f"up-{step}", replace(rest, pitch=rest.pitch + share * (_UP - rest.pitch))


def masked(person_number: int) -> Iterator[tuple[str, Moment]]:
    """The person at rest with a surgical mask."""
    moments = list(at_rest(person_number))
    for step, number in enumerate(_MASKED):
        yield f"mask-{step}", replace(moments[number][1], mask=True)
