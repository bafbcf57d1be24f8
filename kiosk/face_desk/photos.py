"""Looks at all pictures of a list before the first one is used, so that a long run does not end at a bad one."""

import warnings
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from drivers.camera.face_child import LARGEST
from kiosk.face_desk.bad_input import BadInputError
from kiosk.face_desk.pair_list import PairList

_KINDS = ("JPEG", "PNG", "BMP")
_LONGEST_SIDE = 4096  # pixels a side; the face process takes no larger ones


def demand_readable(pairs: PairList, pictures: Iterable[Path]) -> None:
    """Check what can be told from the beginning of each file.

    Raises:
        BadInputError: a picture is missing, cannot be opened, is of another kind, or too large.
    """
    wrong: defaultdict[str, list[int]] = defaultdict(list)
    for number, picture in enumerate(pictures):
        if problem := _problem(picture):
            wrong[problem].append(number)
    if wrong:
        told = (str(BadInputError.at(pairs.file, pairs.lines_of(where), what)) for what, where in wrong.items())
        raise BadInputError("\n".join(told))


def _problem(picture: Path) -> str | None:
    try:
        with (
            warnings.catch_warnings(action="error", category=Image.DecompressionBombWarning),
            Image.open(picture, formats=_KINDS) as image,
        ):
            size = image.size
        length = picture.stat().st_size
    except FileNotFoundError:
        return "no such picture; paths count from the list's own folder, or from --folder"
    except UnidentifiedImageError:
        return "not a picture that can be read; allowed are JPEG, PNG and BMP"
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        return _too_large()
    except OSError as error:  # its text would name the file
        return f"the picture cannot be read ({type(error).__name__})"
    except (ValueError, SyntaxError):  # how the library tells a damaged header
        return "the picture is damaged"
    return _too_large() if max(size) > _LONGEST_SIDE or length > LARGEST else None


def _too_large() -> str:
    return f"the picture is too large; at most {_LONGEST_SIDE} pixels a side and {LARGEST >> 20} MB"
