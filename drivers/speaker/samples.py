"""The samples of a WAV file, made quieter. Pure."""

import io
import wave

import numpy as np
from numpy.typing import NDArray

_FULL = 100  # the volume at which a file sounds as it was recorded
_BYTE_MIDDLE = 128  # samples of one byte have no sign: this is silence


class NotPcmError(ValueError):
    """Not a WAV file with plain samples: its loudness cannot be changed here."""


def scaled(sound: bytes, volume: int) -> bytes:
    """The WAV file ``sound`` at ``volume``, 0 (silence) to 100 (as recorded).

    Raises:
        NotPcmError: the file is no WAV file of 8, 16, 24 or 32 bits.
    """
    try:
        with wave.open(io.BytesIO(sound)) as source:
            shape, frames = source.getparams(), source.readframes(source.getnframes())
    except (wave.Error, EOFError) as error:
        raise NotPcmError(str(error)) from None
    target = io.BytesIO()
    with wave.open(target, "wb") as written:
        written.setparams(shape)
        written.writeframes(_scaled(frames, shape.sampwidth, min(max(volume, 0), _FULL) / _FULL))
    return target.getvalue()


def _scaled(frames: bytes, width: int, factor: float) -> bytes:
    frames = frames[: len(frames) - len(frames) % width]  # a recording that broke off
    match width:
        case 1:
            samples = np.frombuffer(frames, np.uint8).astype(np.float64) - _BYTE_MIDDLE
            return np.asarray(samples * factor + _BYTE_MIDDLE).round().astype(np.uint8).tobytes()
        case 2 | 4:
            return _times(np.frombuffer(frames, f"<i{width}"), factor).tobytes()
        case 3:  # no such type: the upper three bytes of four
            padded = np.zeros((len(frames) // 3, 4), np.uint8)
            padded[:, 1:] = np.frombuffer(frames, np.uint8).reshape(-1, 3)
            quieter = _times(padded.view("<i4").reshape(-1), factor)
            return quieter.view(np.uint8).reshape(-1, 4)[:, 1:].tobytes()
    raise NotPcmError(f"{width} bytes a sample")


def _times(samples: NDArray[np.signedinteger], factor: float) -> NDArray[np.signedinteger]:
    return np.asarray(samples * factor).round().astype(samples.dtype)
