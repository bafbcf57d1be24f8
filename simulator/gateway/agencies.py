"""Social insurance agencies (经办机构) of the places from which people move here; their names are made up.

For each division code (GB/T 2260) of a province of the mainland there is an agency for enterprises, and one for
government bodies and institutions.
"""

from dataclasses import dataclass

PROVINCES = frozenset(
    str(code) for codes in ((11, 16), (21, 24), (31, 38), (41, 47), (50, 55), (61, 66)) for code in range(*codes)
)
_KINDS = (("01", "社会保险事业中心"), ("02", "机关事业单位社会保险中心"))


@dataclass(frozen=True)
class Agency:
    """One agency."""

    code: str
    name: str


def agencies_of(region: str) -> tuple[Agency, ...]:
    """The agencies of a region, by its six digits; none for a region that does not exist."""
    if region[:2] not in PROVINCES:
        return ()
    return tuple(Agency(region + code, name) for code, name in _KINDS)
