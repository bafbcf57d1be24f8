"""Each entry with made-up inputs, and with real ones that were damaged: every promise holds."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.dictionary import TOKENS
from tests.fuzz.entries import ENTRIES
from tests.fuzz.entry import Entry
from tests.fuzz.face_entries import stop_engine

_SLOW = {"face_photo": 25, "chip_photo": 25}  # each goes to the face process
_MANY = 200


@pytest.fixture(autouse=True)
def face_process_ends() -> Iterator[None]:
    yield
    stop_engine()


def damaged(seed: bytes) -> st.SearchStrategy[bytes]:
    """``seed`` with a few places overwritten, which keeps all others where they are, or cut out, or filled in."""
    place = st.integers(0, max(len(seed) - 1, 0))
    put = st.binary(max_size=40) | st.sampled_from(TOKENS)
    edit = st.tuples(place, put, st.none() | st.integers(0, 40))

    def apply(edits: list[tuple[int, bytes, int | None]]) -> bytes:
        content = seed
        for at, new, removed in edits:
            content = content[:at] + new + content[at + (len(new) if removed is None else removed) :]
        return content

    return st.lists(edit, max_size=4).map(apply)


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=str)
def test_every_seed(entry: Entry) -> None:
    assert entry.seeds
    for seed in entry.seeds:
        entry.run(seed)


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=str)
def test_any_bytes(entry: Entry) -> None:
    @settings(max_examples=_SLOW.get(entry.name, _MANY), deadline=None)
    @given(st.binary(max_size=1500))
    def holds(data: bytes) -> None:
        entry.run(data)

    holds()


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=str)
def test_damaged_seeds(entry: Entry) -> None:
    @settings(max_examples=_SLOW.get(entry.name, _MANY), deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.sampled_from(entry.seeds).flatmap(damaged))
    def holds(data: bytes) -> None:
        entry.run(data)

    holds()
