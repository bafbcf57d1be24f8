"""What the service's unit sets for the program, for tests that are to run like it."""

import re
from pathlib import Path

_UNIT = Path(__file__).parents[1] / "systemd" / "hall-kiosk.service"


def allocation_of_the_unit() -> dict[str, str]:
    """The allocator's settings with which the service runs."""
    found = dict(
        re.findall(r"^Environment=(PYTHONMALLOC|GLIBC_TUNABLES)=(\S+)$", _UNIT.read_text("utf-8"), re.MULTILINE)
    )
    assert len(found) == 2
    return found
