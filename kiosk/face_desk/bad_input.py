"""What is wrong with the files of an evaluation, told so that it can be mended."""

from collections.abc import Sequence
from pathlib import Path

_TOLD = 8


class BadInputError(Exception):
    """A file, where in it, what is wrong, and what is allowed.

    A picture is named by the line of the list alone: its file name may be somebody's name.
    """

    @classmethod
    def at(cls, file: Path, lines: Sequence[int], problem: str) -> "BadInputError":
        """A problem of one line, or the same of several."""
        told = ", ".join(map(str, lines[:_TOLD])) + (f" and {len(lines) - _TOLD} more" if len(lines) > _TOLD else "")
        return cls(f"{file}, {'line' if len(lines) == 1 else 'lines'} {told}: {problem}")


def unreadable(file: Path, error: OSError) -> BadInputError:
    """A file that the system does not give or take."""
    return BadInputError(f"{file}: {error.strerror or type(error).__name__}")
