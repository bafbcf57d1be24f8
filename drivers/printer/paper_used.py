"""How much paper a job takes: counted from what was printed, since no printer measures its roll."""

from drivers.tally import Count, Tally

DOTS_A_MILLIMETRE = 8  # 203 dots an inch
_HEAD_TO_KNIFE = 14  # millimetres of an 80 mm printer; without a cutter six lines are fed, which is about as much
_METRE = 1000


def count_paper(tally: Tally, rows: int, *, whole: bool, cutter: bool) -> None:
    """One paper came out, of ``rows`` dots: whole, or a part of it, which is counted as if it were all."""
    tally.add(Count.PAPER_MM, -(-rows // DOTS_A_MILLIMETRE) + _HEAD_TO_KNIFE)
    tally.add(Count.PAPERS if whole else Count.BROKEN_OFF)
    if whole and cutter:
        tally.add(Count.CUTS)


def paper_left(tally: Tally, roll_metres: int) -> float:
    """Metres that should still be on a roll of ``roll_metres``, if somebody told when it was changed: an estimate."""
    return max(roll_metres - tally[Count.PAPER_MM] / _METRE, 0.0)
