"""One whole visit that plays itself: devices real at the wire, a real window, real touches, and checks at the end."""

from simulator.demo.play import demo

__all__ = ["demo"]
