"""A thermal printer with a knife, real at the wire: ESC/POS over TCP, with faults on demand."""

from simulator.printer.paper import Receipt
from simulator.printer.server import SimulatedPrinter

__all__ = ["Receipt", "SimulatedPrinter"]
