"""How the simulated printer is, and what it says about it (hardware.md 3.2)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Condition:
    """What can be the matter with the printer."""

    paper_out: bool = False
    near_end: bool = False
    cover_open: bool = False
    feeding: bool = False  # somebody holds the feed button: off line, and nothing is wrong
    cutter_jammed: bool = False
    head_hot: bool = False
    broken: bool = False  # for good: nothing helps but a repair
    silent: bool = False  # takes everything, prints it, answers nothing

    @property
    def in_error(self) -> bool:
        """True for what DLE ENQ is meant for; missing paper and an open cover are no errors."""
        return self.cutter_jammed or self.head_hot or self.broken

    @property
    def offline(self) -> bool:
        """True while nothing is taken out of the buffer."""
        return self.paper_out or self.cover_open or self.feeding or self.in_error

    def status_byte(self, kind: int) -> int:
        """The reply to DLE EOT ``kind`` (1 to 4)."""
        bits = {
            1: ((self.offline, 0x08),),
            2: ((self.cover_open, 0x04), (self.feeding, 0x08), (self.paper_out, 0x20), (self.in_error, 0x40)),
            3: ((self.cutter_jammed, 0x08), (self.broken, 0x20), (self.head_hot, 0x40)),
            4: ((self.near_end or self.paper_out, 0x0C), (self.paper_out, 0x60)),
        }
        return 0x12 | sum(bit for present, bit in bits[kind] if present)
