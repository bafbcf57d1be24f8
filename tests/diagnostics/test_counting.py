"""Counts outlive a restart; a damaged file counts from zero; paper is estimated from what was printed."""

import json
from pathlib import Path

import pytest

from drivers.printer.paper_used import count_paper, paper_left
from drivers.tally import Count, Tally
from kiosk.diagnostics.tally_file import TallyFile


def test_what_matters_outlives_a_restart(tmp_path: Path) -> None:
    first = TallyFile(tmp_path)
    first.tally.add(Count.CARDS_READ, 3)
    first.tally.add(Count.FRAMES, 1000)
    first.keep()
    second = TallyFile(tmp_path).tally
    assert (second[Count.CARDS_READ], second[Count.FRAMES]) == (3, 0)
    assert second.of("card_reader") == {"cards_read": 3, "failures": 0}


def test_nothing_is_written_when_nothing_changed(tmp_path: Path) -> None:
    counting = TallyFile(tmp_path)
    counting.keep()
    counting.tally.add(Count.FRAMES)
    counting.keep()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", ["", "{", "[]", '{"printer.papers": "many"}', '{"unknown.count": 1}'])
def test_a_damaged_file_counts_from_zero(tmp_path: Path, content: str) -> None:
    (tmp_path / "counters.json").write_text(content, "ascii")
    counting = TallyFile(tmp_path)
    assert counting.tally[Count.PAPERS] == 0
    counting.tally.add(Count.PAPERS)
    counting.keep()
    assert json.loads((tmp_path / "counters.json").read_bytes())["printer.papers"] == 1


def test_a_disk_that_refuses_stops_no_counting(tmp_path: Path) -> None:
    counting = TallyFile(tmp_path / "not there")
    counting.tally.add(Count.PAPERS)
    counting.keep()
    (tmp_path / "not there").mkdir()
    counting.keep()
    assert TallyFile(tmp_path / "not there").tally[Count.PAPERS] == 1


def test_paper_is_what_was_printed_and_the_way_to_the_knife() -> None:
    tally = Tally()
    count_paper(tally, 801, whole=True, cutter=True)
    count_paper(tally, 80, whole=False, cutter=True)
    assert tally[Count.PAPER_MM] == 101 + 14 + 10 + 14
    assert (tally[Count.PAPERS], tally[Count.CUTS], tally[Count.BROKEN_OFF]) == (1, 1, 1)
    assert paper_left(tally, 60) == pytest.approx(59.861)
    tally.add(Count.PAPER_MM, 10**6)
    assert paper_left(tally, 60) == 0
    tally.roll_changed()
    assert (paper_left(tally, 60), tally[Count.ROLLS]) == (60, 1)
