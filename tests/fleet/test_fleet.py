"""A small fleet comes back after an outage: all is delivered once, and the figures say so."""

from collections import Counter
from pathlib import Path

import pytest

from tests.fleet.figures import Books, sound, table
from tests.fleet.outage import run
from tests.fleet.plan import Plan

ALL_ARRIVED = Books(expected=3, arrived=3, lost=0, doubled=0, strange=0, wrong_sequence=0, open_gaps=0, sent_again=2)


def test_twenty_kiosks_deliver_what_an_outage_left_exactly_once(tmp_path: Path) -> None:
    plan = Plan(tmp_path, kiosks=20, rows=10, workers=1, groups=2, outage=1.0, within=60.0, tick=1.0, postgres=False)
    delivered_once, result = run(plan)
    assert delivered_once, table(result)
    assert result["states"] == {"accepted": 200}
    assert result["seconds_to_empty"] is not None
    assert sum(result["per_second"]) == result["requests"] >= 200


def test_delivered_once_is_sound_also_when_something_was_sent_again() -> None:
    assert sound(ALL_ARRIVED, Counter(accepted=3))


@pytest.mark.parametrize("fault", ["lost", "doubled", "strange", "wrong_sequence", "open_gaps"])
def test_one_fault_is_enough(fault: str) -> None:
    assert not sound(Books(**{**vars(ALL_ARRIVED), fault: 1}), Counter(accepted=3))


@pytest.mark.parametrize("states", [Counter(accepted=2, pending=1), Counter(accepted=2)])
def test_the_kiosks_must_know_it_too(states: Counter[str]) -> None:
    assert not sound(ALL_ARRIVED, states)
