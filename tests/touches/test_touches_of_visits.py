"""What is counted of a visit that was played by real touches, and how the page says it."""

from datetime import date
from pathlib import Path

import pytest

from simulator.citizen import Taken
from tests.touches import table
from tests.touches.count import Count

_VISIT = [
    Taken("Invitation", came=0.0, done=2.0, signs=40, touches=1),
    Taken("ChooseMatter", came=3.0, done=4.0, signs=60, touches=2, further=1),
    Taken("Choose", came=4.5, done=5.5, signs=20, touches=1),
    Taken("PresentDocument", came=6.0, done=7.0, signs=30),
    Taken("Consent", came=10.0, done=11.0, signs=100, touches=1, again=1),
    Taken("EnterNumber", came=12.0, done=15.0, signs=10, touches=5),
    Taken("ShowResult", came=17.0, done=18.0, signs=40, touches=1),
    Taken("Invitation", came=20.0, done=21.0, signs=40),
]


def test_what_a_visit_took() -> None:
    count = Count.of(_VISIT)
    assert (count.touches, count.after_document, count.form, count.beyond_form) == (11, 7, 6, 5)
    assert (count.screens, count.signs, count.again) == (8, 300, 1)
    assert count.machine == pytest.approx(15.0 - 1.0 - 1.0 - 1.0 - 1.0 - 3.0)
    assert count.seconds == pytest.approx(75.0 + 8.0)


def test_after_the_last_document_when_two_are_asked_for() -> None:
    twice = [*_VISIT[:4], *_VISIT[3:]]
    assert Count.of(twice).after_document == 7
    later = [*_VISIT[:6], _VISIT[3], *_VISIT[6:]]
    assert Count.of(later).after_document == 1


def test_a_visit_without_a_result_is_not_counted() -> None:
    with pytest.raises(ValueError, match="ShowResult"):
        Count.of(_VISIT[:5])


def test_the_page_keeps_its_words_and_gets_new_tables(tmp_path: Path) -> None:
    page = tmp_path / "touches.md"
    page.write_text("Before.\n\n<!-- begin: make touches -->\nold\n<!-- end: make touches -->\nAfter.\n", "utf-8")
    count = Count.of(_VISIT)
    table.write({"loss_report": count}, {"activation": count}, date(2026, 11, 29), page)
    text = page.read_text("utf-8")
    assert text.startswith("Before.")
    assert text.endswith("After.\n")
    assert "old" not in text
    assert "Measured on 2026-11-29. Touches made once more, which are not counted: 2." in text
    assert "| loss report | 11 | 7 | 6 | 5 | 8 | 300 | 75 | 8 | 83 |" in text
    assert text.index("loss report") < text.index("Elders' size") < text.index("| activation")
