"""A resident ID reader with documents to lay on it, for any program that speaks SAM_V over a serial port."""

from simulator.id_reader.line_faults import LineFault
from simulator.id_reader.pty_reader import SimulatedIdReader

__all__ = ["LineFault", "SimulatedIdReader"]
