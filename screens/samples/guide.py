"""Samples of the guide screens."""

from screens.samples.sample import Sample


def samples() -> tuple[Sample, ...]:
    """All of them."""
    return ()
