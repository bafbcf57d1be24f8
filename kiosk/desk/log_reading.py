"""The audit log as the technician reads it: the newest entries that a filter lets through.

It is read from its end, and never further than a month or so of a busy kiosk: the whole of it grows for years, and
would take minutes to read beside the citizens' screen, and more memory than the machine has to seal.
"""

from collections.abc import Sequence
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
FURTHEST = 100_000  # entries from the end
_MOST_BYTES = 20_000_000  # of an export, before it is sealed


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


@dataclass(frozen=True)
class Newest:
    """What was found, the newest first. ``older_left``: there are older entries at which nobody looked."""

    entries: Sequence[Entry]
    older_left: bool


def newest(directory: Path, wanted: Filter, most: int) -> Newest:
    """The newest entries that ``wanted`` lets through, at most so many. Raises ``OSError``."""
    return _found(directory, wanted, most, _MOST_BYTES)


def export_sealed(directory: Path, wanted: Filter, file: Path, sealer: Sealer) -> Newest:
    """Write what ``wanted`` lets through to a new signed file that only the gateway opens, the oldest first.

    Raises ``OSError``; nothing is left of the file then.
    """
    found = _found(directory, wanted, FURTHEST, _MOST_BYTES)
    lines = [entry.line for entry in reversed(found.entries)]
    write_sealed(b"".join(lines), SealedFile.LOG, file, sealer)
    return found


def _found(directory: Path, wanted: Filter, most: int, most_bytes: int) -> Newest:
    found: list[Entry] = []
    size = 0
    for looked, text in enumerate(Snapshot.of(directory).newest_first()):
        if looked == FURTHEST or len(found) == most or size >= most_bytes:
            return Newest(found, older_left=True)
        try:
            entry = Entry.read(text)
        except (ContractBroken, ValueError):
            continue  # `kiosk audit verify` tells of it
        if wanted.lets(entry):
            found.append(entry)
            size += len(text)
    return Newest(found, older_left=False)
