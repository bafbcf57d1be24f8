"""The audit log as the technician reads it: the newest entries that a filter lets through."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kiosk.audit.chain import Entry
from kiosk.audit.verifying import Snapshot
from kiosk.contract import ContractBroken
from kiosk.fleet.kinds import DeviceName
from kiosk.support.sealing import SealedFile, write_sealed
from offline_queue.envelope import Sealer

_OF_DEVICES = ("CARD", "ID", "FACE", "PRN", "NET", "GW", "Q", "DEV", "SW")
_GROUPS = {
    DeviceName.CARD_READER: "CARD",
    DeviceName.PSAM: "CARD",
    DeviceName.ID_SCANNER: "ID",
    DeviceName.CAMERA: "FACE",
    DeviceName.FACE: "FACE",
    DeviceName.PRINTER: "PRN",
}
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
        codes = codes_of(entry)
        return (
            (not self.visit or entry.visit == self.visit)
            and (not self.code or self.code in codes)
            and (not self.device or self.device in groups_of(entry))
            and (not self.faults or bool(codes))
            and (not self.staff or entry.event.startswith(_OF_STAFF))
        )


def codes_of(entry: Entry) -> list[str]:
    """The fault codes that the entry is about: that which is, then that which ended."""
    return [str(entry.fields[name]) for name in ("code", "ended") if entry.fields.get(name)]


def groups_of(entry: Entry) -> list[str]:
    """The devices that the entry is about, as groups of fault codes; a device itself comes first."""
    own = [group for device, group in _GROUPS.items() if entry.fields.get("device") == device]
    return own + [group for group in map(group_of, codes_of(entry)) if group]


def group_of(code: str) -> str:
    """The group of a fault code, which is its device: PRN of PRN_PAPER_OUT; empty for none."""
    group = code.partition("_")[0]
    return group if group in _OF_DEVICES else ""


def newest(directory: Path, wanted: Filter, most: int) -> list[Entry]:
    """The newest entries that ``wanted`` lets through, at most so many, the newest first. Raises ``OSError``."""
    return list(reversed(deque(_entries(directory, wanted), maxlen=most)))


def export_sealed(directory: Path, wanted: Filter, file: Path, sealer: Sealer) -> int:
    """Write what ``wanted`` lets through to a new signed file that only the gateway opens; returns how many entries.

    Raises ``OSError``; nothing is left of the file then.
    """
    lines = [entry.line for entry in _entries(directory, wanted)]
    write_sealed(b"".join(lines), SealedFile.LOG, file, sealer)
    return len(lines)


def _entries(directory: Path, wanted: Filter) -> Iterator[Entry]:
    for _, _, text in Snapshot.of(directory).lines():
        try:
            entry = Entry.read(text.removesuffix(b"\n"))
        except (ContractBroken, ValueError):
            continue  # `kiosk audit verify` tells of it
        if wanted.lets(entry):
            yield entry
