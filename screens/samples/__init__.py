"""One sample of every prompt and its states, with invented people: for the gallery and the tests."""

from functools import cache

from screens.samples import activation, desk, desk_tests, desk_touch, forms, guide, presence
from screens.samples.sample import Sample


@cache
def samples() -> tuple[Sample, ...]:
    """All of them, in the order of a visit; numbered for the gallery by the modules that make them."""
    faces = presence.samples(activation.picture(), 640, 480)
    everything = (
        *activation.samples(),
        *faces,
        *forms.samples(),
        *guide.samples(),
        *desk.samples(),
        *desk_tests.samples(activation.picture()),
        *desk_touch.samples(),
    )
    return tuple(sorted(everything, key=lambda sample: sample.name))


__all__ = ["Sample", "samples"]
