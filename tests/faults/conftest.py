"""The hall and the stand of the played visits, for visits in which something fails."""

from tests.flows.conftest import hall, stand

__all__ = ["hall", "stand"]
