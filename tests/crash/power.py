"""Power cuts: one life is recorded call by call; then what may be on the disk after a cut between two calls is built.

What was synced is there. Of what was not, each sector of 512 bytes may be there or not, and of the names that were
made, changed or removed since their directory was synced the first few. Sizes count as names of a file do.
"""

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_SECTOR = 512
_CALL = re.compile(r"^(?P<thread>\d+)\s+(?:<\.\.\. \w+ resumed>)?(?P<rest>.*)$")
_UNFINISHED = " <unfinished ...>"
_DONE = re.compile(r"^(?P<name>\w+)\((?P<arguments>.*)\)\s+= (?P<result>-?\d+)(?:<(?P<opened>[^>]*)>)?")
_HANDLE = re.compile(r"^\d+<([^>]*)>")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')


@dataclass(frozen=True)
class Call:
    """One system call that succeeded. ``file``: its name, or that of the opened file; ``numbers``: what follows."""

    name: str
    file: str
    data: tuple[bytes, ...]
    numbers: tuple[int, ...]
    flags: str = ""


def calls(record: Path) -> Iterator[Call]:
    """What strace has written, in the order in which the calls ended."""
    begun: dict[str, str] = {}
    for line in record.read_text("ascii").splitlines():
        found = _CALL.match(line)
        assert found is not None, line
        thread, rest = found["thread"], found["rest"]
        if rest.endswith(_UNFINISHED):
            begun[thread] = rest.removesuffix(_UNFINISHED)
            continue
        if "resumed>" in line:
            rest = begun.pop(thread, "") + rest
        if (done := _DONE.match(rest)) and int(done["result"]) >= 0:
            yield _call(done)


def _call(done: re.Match[str]) -> Call:
    arguments = done["arguments"]
    handle = _HANDLE.match(arguments)
    texts = tuple(_bytes(text) for text in _TEXT.findall(arguments))
    named = texts[0].decode("utf-8", "replace") if texts and handle is None else ""
    numbers = tuple(int(number) for number in re.findall(r", (\d+)(?=,|$)", arguments))
    return Call(done["name"], _bytes(handle[1]).decode() if handle else named, texts, numbers, arguments[-80:])


def _bytes(escaped: str) -> bytes:
    return bytes.fromhex(escaped.replace("\\x", ""))


@dataclass
class File:
    """What a file holds for sure, and what was done to it since: (offset, data), or a new size."""

    synced: bytes = b""
    since: list[tuple[int, bytes] | int] = field(default_factory=list)

    def sync(self) -> None:
        """From now on it is sure."""
        self.synced, self.since = self.after(None), []

    def after(self, chance: random.Random | None) -> bytes:
        """What is there after a cut that keeps what ``chance`` says; without one, everything."""
        content = bytearray(self.synced)
        for change in self.since:
            if isinstance(change, int):
                if chance is None or chance.random() < 0.5:
                    del content[change:]
                    content.extend(bytes(change - len(content)))
                continue
            offset, data = change
            for begin, piece in _sectors(offset, data):
                if chance is None or chance.random() < 0.5:
                    content.extend(bytes(max(0, begin - len(content))))
                    content[begin : begin + len(piece)] = piece
        return bytes(content)


def _sectors(offset: int, data: bytes) -> Iterator[tuple[int, bytes]]:
    """The parts of a write that lie in one sector each."""
    begin = offset
    while begin < offset + len(data):
        end = min((begin // _SECTOR + 1) * _SECTOR, offset + len(data))
        yield begin, data[begin - offset : end - offset]
        begin = end


@dataclass
class Disk:
    """The queue's directory as its calls have left it. What was told and what was sent comes by the same way."""

    directory: str
    names: dict[str, File] = field(default_factory=dict)
    renamed: list[dict[str, File]] = field(default_factory=lambda: [{}])  # as synced, and after each change since
    told: list[dict[str, Any]] = field(default_factory=list)
    sent: set[str] = field(default_factory=set)  # keys of transactions whose first byte has left

    def do(self, call: Call) -> None:
        """Take over one call."""
        if call.name == "write" and call.data and call.data[0].startswith(b'{"what": "told"'):
            self.told.append(json.loads(call.data[0]))
        elif call.name == "sendto" and call.data and call.data[0].startswith(b"POST /v1/transactions"):
            found = re.search(rb"(?i)idempotency-key: ([0-9a-f-]{36})", call.data[0])
            self.sent.update([found[1].decode()] if found else [])
        elif call.name in {"fsync", "fdatasync"} and call.file == self.directory:
            self.renamed = [dict(self.names)]
        elif Path(call.file).parent == Path(self.directory) and not call.file.endswith(("-shm", ".lock")):
            self._change(call)

    def _change(self, call: Call) -> None:
        match call.name:
            case "openat":
                if "O_CREAT" in call.flags and call.file not in self.names:
                    self._name({**self.names, call.file: File()})
            case "pwrite64" | "write":
                self.names[call.file].since.append((call.numbers[-1] if call.name == "pwrite64" else 0, call.data[0]))
            case "ftruncate":
                self.names[call.file].since.append(call.numbers[-1])
            case "fsync" | "fdatasync":
                self.names[call.file].sync()
            case "rename" | "unlink":
                names = dict(self.names)
                moved = names.pop(call.file)
                self._name({**names, call.data[1].decode(): moved} if call.name == "rename" else names)

    def _name(self, names: dict[str, File]) -> None:
        self.names = names
        self.renamed.append(names)

    def cut(self, chance: random.Random, target: Path) -> None:
        """Build in ``target`` what a cut now may leave."""
        target.mkdir(parents=True)
        for name, file in chance.choice(self.renamed).items():
            (target / Path(name).name).write_bytes(file.after(chance))
