"""Short sounds without words, made here: struck notes, as of a small bell of wood. Pure.

All notes lie between 390 and 1050 Hz: old ears hear little above 2 kHz, and nothing of it is shrill. The intervals are
those of every door bell: they call, and alarm nobody.
"""

import io
import math
import wave
from array import array
from enum import StrEnum
from functools import cache

RATE = 22_050  # samples a second, more than twice the highest overtone

_G4, _C5, _D5, _E5, _G5 = 392.0, 523.25, 587.33, 659.26, 783.99  # Hz
_ATTACK = 0.012  # seconds; a note that begins at once would click
_RING = 0.26  # seconds in which a note falls to a third
_LAST = 0.75  # seconds that a note is heard
_FADE = 0.08  # seconds of its end
_OVERTONES = ((1, 1.0), (2, 0.22), (3, 0.06))  # multiple of the note, and share
_PEAK = 0.8  # of what a sample can hold


class Chime(StrEnum):
    """What is meant."""

    ATTENTION = "attention"  # somebody is asked something, and should look
    DONE = "done"  # it is done, or stored
    SORRY = "sorry"  # it did not go, and that is nobody's mistake
    TAKE = "take"  # something has to be taken along


# Each note and the second at which it is struck. Upwards is good; what is not good goes down by a calm third.
_NOTES = {
    Chime.ATTENTION: ((_G4, 0.0), (_C5, 0.2)),
    Chime.DONE: ((_C5, 0.0), (_E5, 0.14), (_G5, 0.28)),
    Chime.SORRY: ((_E5, 0.0), (_C5, 0.26)),
    Chime.TAKE: ((_G5, 0.0), (_D5, 0.18), (_G5, 0.36)),
}


def seconds(chime: Chime) -> float:
    """How long it is heard."""
    return _NOTES[chime][-1][1] + _LAST


@cache
def sound(chime: Chime) -> bytes:
    """A WAV file of it, one channel of 16 bits, at its loudest."""
    mixed = [0.0] * round(RATE * seconds(chime))
    for pitch, at in _NOTES[chime]:
        begin = round(RATE * at)
        for place, value in enumerate(_note(pitch)):
            if begin + place < len(mixed):
                mixed[begin + place] += value
    scale = _PEAK * 32767 / max(abs(value) for value in mixed)
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(RATE)
        written.writeframes(array("h", (round(scale * value) for value in mixed)).tobytes())
    return file.getvalue()


def _note(pitch: float) -> list[float]:
    return [_envelope(place / RATE) * _wave(pitch, place / RATE) for place in range(round(RATE * _LAST))]


def _wave(pitch: float, at: float) -> float:
    return sum(share * math.sin(2 * math.pi * multiple * pitch * at) for multiple, share in _OVERTONES)


def _envelope(at: float) -> float:
    """Soft at its beginning, ringing out, and nothing left at its end."""
    swell = _soft(at / _ATTACK)
    fade = _soft((_LAST - at) / _FADE)
    return swell * math.exp(-at / _RING) * fade


def _soft(share: float) -> float:
    return 0.5 - 0.5 * math.cos(math.pi * min(1.0, max(0.0, share)))
