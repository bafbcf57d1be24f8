"""The bench page: a web page on loopback with which a person works the simulated hall by hand."""

from simulator.bench.server import Bench

__all__ = ["Bench"]
