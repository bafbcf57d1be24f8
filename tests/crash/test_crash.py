"""Kiosks that are killed again and again lose nothing, do nothing twice, and have told every citizen what is so."""

from collections.abc import Iterator

import pytest

from tests.crash.harness import Hall, Round, open_hall, play
from tests.crash.walk import SORTS, Boundaries, walk

ROUNDS = 100
PARTS = 4  # parts into which the rounds are split, for several test processes
STEPS = {"statement": 120, "pwrite64": 80, "sendto": 40, "fdatasync": 20, "exchange": 10, "unlink": 1}


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    with open_hall(tmp_path_factory.mktemp("crash")) as opened:
        yield opened


@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_is_lost_doubled_or_told_wrong_over_a_hundred_rounds_of_kills(hall: Hall, part: int) -> None:
    total = Round()
    for seed in range(part, ROUNDS, PARTS):
        played = play(hall, seed)
        assert not played.findings, f"make crash SEED={seed}"
        total.add(played)
    assert total.kills.total() > ROUNDS // PARTS
    assert total.told["done"] > 0
    assert total.told["stored"] > 0


@pytest.mark.parametrize(("sort", "step"), [(sort, STEPS.get(str(sort), 7)) for sort in SORTS], ids=str)
def test_a_kiosk_that_dies_at_a_write_boundary_has_kept_every_promise(hall: Hall, sort: Boundaries, step: int) -> None:
    """Some of the boundaries; ``make crash`` walks over all."""
    total = Round()
    for name, played in walk(hall, sort, 1, step):
        assert not played.findings, f"make crash AT='{name}'"
        total.add(played)
    assert total.boundaries > 0
