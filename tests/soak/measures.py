"""What a process and its children hold, read from /proc."""

import os
from dataclasses import dataclass
from pathlib import Path
from statistics import median

_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Held:
    """Of the kiosk's process; ``face_bytes``: of its child for faces. Bytes are those in memory (RSS)."""

    bytes: int
    face_bytes: int
    threads: int
    descriptors: int

    @classmethod
    def by(cls, process: int) -> "Held":
        """What ``process`` holds now."""
        proc = Path("/proc") / str(process)
        children = [int(each) for task in proc.glob("task/*/children") for each in task.read_text().split()]
        return cls(
            bytes=_resident(proc),
            face_bytes=sum(_resident(Path("/proc") / str(child)) for child in children),
            threads=len(list((proc / "task").iterdir())),
            descriptors=len(list((proc / "fd").iterdir())),
        )


def _resident(proc: Path) -> int:
    return int((proc / "statm").read_text().split()[1]) * _PAGE


def middle(samples: list[Held]) -> Held:
    """The middle of each figure."""
    return Held(
        bytes=round(median(each.bytes for each in samples)),
        face_bytes=round(median(each.face_bytes for each in samples)),
        threads=round(median(each.threads for each in samples)),
        descriptors=round(median(each.descriptors for each in samples)),
    )
