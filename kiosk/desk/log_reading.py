"""The audit log as the technician reads it: the newest entries that a filter lets through."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kiosk.audit.chain import Entry
from kiosk.audit.verifying import Snapshot
from kiosk.contract import ContractBroken
from offline_queue.envelope import Sealer
from offline_queue.files import new_file

EXPORT_TYPE = "kiosk-log+jsonl"

_OF_DEVICES = ("CARD", "ID", "FACE", "PRN", "NET", "GW", "Q", "DEV", "SW")
_OF_STAFF = ("staff_", "desk_", "technician")


@dataclass(frozen=True)
class Filter:
    """Which entries are wanted; what is empty does not matter.

    ``device``: the group of a fault code, such as PRN; ``staff``: what members of staff did.
    """

    visit: str = ""
    code: str = ""
    device: str = ""
    faults: bool = False
    staff: bool = False

    def lets(self, entry: Entry) -> bool:
        """True if ``entry`` is wanted."""
        code = str(entry.fields.get("code", ""))
        return (
            (not self.visit or entry.visit == self.visit)
            and (not self.code or code == self.code)
            and (not self.device or group_of(code) == self.device)
            and (not self.faults or bool(code))
            and (not self.staff or entry.event.startswith(_OF_STAFF))
        )


def group_of(code: str) -> str:
    """The group of a fault code, which is its device: PRN of PRN_PAPER_OUT; empty for none."""
    group = code.partition("_")[0]
    return group if group in _OF_DEVICES else ""


def newest(directory: Path, wanted: Filter, most: int) -> list[Entry]:
    """The newest entries that ``wanted`` lets through, at most so many, the newest first. Raises ``OSError``."""
    return list(reversed(deque(_entries(directory, wanted), maxlen=most)))


def export_sealed(directory: Path, wanted: Filter, file: Path, sealer: Sealer) -> int:
    """Write what ``wanted`` lets through to a new file that only the gateway can open; returns how many entries.

    Raises ``OSError``; nothing is left of the file then.
    """
    lines = [entry.line for entry in _entries(directory, wanted)]
    header = {"cty": EXPORT_TYPE, "kid": sealer.gateway_key.thumbprint()}
    sealed = sealer.suite.seal(header, b"".join(lines), sealer.gateway_key)
    with new_file(file) as new:
        new.write_text(sealed, "ascii")
    return len(lines)


def _entries(directory: Path, wanted: Filter) -> Iterator[Entry]:
    for _, _, text in Snapshot.of(directory).lines():
        try:
            entry = Entry.read(text.removesuffix(b"\n"))
        except (ContractBroken, ValueError):
            continue  # `kiosk audit verify` tells of it
        if wanted.lets(entry):
            yield entry
