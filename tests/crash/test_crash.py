"""Kiosks that are killed again and again lose nothing, do nothing twice, and have told every citizen what is so."""

from collections.abc import Iterator

import pytest

from tests.crash.harness import Hall, Round, open_hall, play
from tests.crash.judge import Wrong

ROUNDS = 100
WORKERS = 4  # parts into which the rounds are split, for several test processes


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    with open_hall(tmp_path_factory.mktemp("crash")) as opened:
        yield opened


@pytest.mark.parametrize("part", range(WORKERS))
def test_nothing_is_lost_doubled_or_told_wrong_over_a_hundred_rounds_of_kills(hall: Hall, part: int) -> None:
    total = Round()
    for seed in range(part, ROUNDS, WORKERS):
        played = play(hall, seed)
        assert not played.findings, f"make crash SEED={seed}"
        total.add(played)
    assert total.kills.total() > ROUNDS // WORKERS
    assert total.told["done"] > 0
    assert total.told["stored"] > 0
    assert {finding.wrong for finding in total.findings} == set[Wrong]()
