"""The simulated hall, as the visits have it."""

from tests.flows.conftest import hall, stand

__all__ = ["hall", "stand"]
