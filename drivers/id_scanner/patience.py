"""How long and how often the driver tries, and what it counts."""

from dataclasses import dataclass

from drivers.id_scanner.samv import Command


@dataclass(frozen=True)
class Patience:
    """Times in seconds, after those of clients in use (hardware.md 2.1)."""

    short: float = 1.0  # an answer without document data; to this and the next two the line's own time is added
    base: float = 3.0
    address: float = 1.5
    gap: float = 0.3  # silence after which a begun answer will not go on
    poll: float = 0.25  # between two looks for a document
    watch: float = 3.0  # between two looks at the reader itself
    away: float = 1.0  # the same while it is not there, where the system does not tell that it has come back
    conversation: float = 7.0  # after which nothing is asked a second time
    stuck: float = 20.0  # a conversation that takes longer has lost its thread; it may follow one that was abandoned
    tries: int = 3

    def for_answer(self, command: Command) -> float:
        """How long the answer to ``command`` may take."""
        match command:
            case Command.READ_BASE | Command.READ_BASE_AND_FINGERPRINT:
                return self.base
            case Command.READ_NEW_ADDRESS:
                return self.address
            case _:
                return self.short


@dataclass(frozen=True)
class Counters:
    """What went over the line since the driver started, or since its thread was last lost."""

    frames: int  # sound answers
    broken_frames: int  # wrong check, impossible length, or never finished
    noise_bytes: int  # bytes that belonged to no answer
    opened: int  # times the port was opened; more than one means that it was lost
    reads: int
    misreads: int
