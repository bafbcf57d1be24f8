"""Every matter is played by people whose names and numbers are markers; then everything of the kiosk is searched.

Its directory with queue, keys, audit log and settings, what it has logged and printed, its temporary files, and the
memory of its process after the last visit. What devices hold is searched elsewhere (tests/faults/test_privacy.py), and
so are the next visit's screens (tests/faults/test_next_visit.py).
"""

import json
import os
import re
import secrets
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from config import clock
from kiosk import enrolment
from simulator.gateway.server import GatewayServer
from simulator.people import PEOPLE, Person, with_card_check, with_id_check
from tests.faults.test_memory_after_visit import memory_of
from tests.faults.test_plaintext_nowhere import SHORTEST, in_base64, written
from tests.touches.matters import MATTERS, OPTIONAL, Matter
from tests.unit_settings import allocation_of_the_unit

ROOT = Path(__file__).parents[2]
WAITING = ("activation", "loss_report")  # played once more while the gateway is away
_ALIKE = 5  # bytes with which the markers of a kind begin
_RARE = "龘靐齉爩鱻麤厵灪癵籱饢驫纞虋讟钃鸜韊"  # in nobody's name, and in no text of the product


def marked(person: Person, mark: int) -> Person:
    """The same person under a name, a number, a mobile and a card that nobody has ever had; ``mark``: below 1000."""
    number = with_id_check(f"370199{person.born:%Y%m%d}{mark:03d}")
    name = _RARE[:2] + secrets.choice(_RARE) + secrets.choice(_RARE)
    card = person.card and replace(person.card, number=with_card_check(f"M7316{mark:03d}"))
    return replace(person, name=name, number=number, mobile=f"1990000{mark:03d}{secrets.randbelow(10)}", card=card)


def markers(person: Person) -> dict[str, str]:
    """What must be found nowhere."""
    card = person.card.number if person.card else ""
    found = {"name": person.name, "number": person.number, "mobile": person.mobile, "card": card}
    return {f"{person.key}.{name}": value for name, value in found.items() if value}


def traces(content: bytes, wanted: dict[str, str]) -> set[str]:
    """The markers that are in ``content``, in any way of writing them."""
    return {
        name for name, value in wanted.items() for form in written(value) if len(form) >= SHORTEST and form in content
    }


def in_memory(content: bytes, wanted: dict[str, str]) -> dict[str, int]:
    """How often each marker is in a process's memory, as Python and JOSE keep it.

    Markers of a kind begin alike, so that each beginning is looked for once, and not each marker.
    """
    forms: dict[bytes, str] = {}
    for name, value in wanted.items():
        for form in (value.encode(), value.encode("utf-16-le"), *in_base64(value.encode())):
            forms[form] = name
    found: Counter[str] = Counter()
    for beginning in {form[:_ALIKE] for form in forms}:
        for match in re.finditer(re.escape(beginning), content):
            here = content[match.start() : match.start() + 64]
            found.update(name for form, name in forms.items() if here.startswith(form))
    return dict(found)


class Canary:
    """The running kiosk, its gateway, and the people who come."""

    def __init__(self, directory: Path, server: GatewayServer, people: dict[str, Person]) -> None:
        self.directory, self.server, self.people = directory, server, people
        self.kiosk = self._start()
        self.said: list[str] = []
        self.day: datetime | None = None  # of the last visit; None: today

    @property
    def wanted(self) -> dict[str, str]:
        return {name: value for person in self.people.values() for name, value in markers(person).items()}

    def _start(self) -> "subprocess.Popen[bytes]":
        place = self.directory / "temporary"
        place.mkdir()
        told = {"PYTHONPATH": str(ROOT), "TMPDIR": str(place), "SQLITE_TMPDIR": str(place), "KIVY_NO_FILELOG": "1"}
        with (self.directory / "errors.log").open("wb") as errors:
            return subprocess.Popen(
                [sys.executable, "-m", "tests.security.canary_child", str(self.directory)],
                cwd=ROOT,
                env={**os.environ, **told, **allocation_of_the_unit(), "HOME": str(self.directory)},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
            )

    def tell(self, line: str) -> str:
        assert self.kiosk.stdin is not None
        assert self.kiosk.stdout is not None
        os.write(self.kiosk.stdin.fileno(), f"{line}\n".encode())
        answer = self.kiosk.stdout.readline().decode().strip()
        self.said.append(answer)
        return answer

    def visit(self, matter: Matter) -> None:
        """Somebody comes, as the hall is for them."""
        person = self.people[matter.person]
        if self.server.running:
            self.server.state.reset()
        day = matter.day
        if day != self.day:  # what waits would be years old at once, and close the queue
            assert self.tell("drain") == "drained", self.log[-3000:]
        self.day = day
        self.server.state.clock = (lambda: day) if day else clock.now
        if matter.changes:
            self.server.state.amend(matter.person, **matter.changes)
        told = {"service": matter.service, "name": person.name, "number": person.number}
        assert self.tell(json.dumps(told)) == "done", (matter.service, self.log[-3000:])

    @property
    def log(self) -> str:
        return (self.directory / "errors.log").read_text("utf-8")

    def in_files(self) -> list[str]:
        files: dict[Path, bytes] = {}
        for file in self.directory.rglob("*"):
            with suppress(FileNotFoundError, IsADirectoryError):  # it runs on: what it replaces comes and goes
                files[file] = file.read_bytes()
        assert len(files) > 8
        names = "\n".join(map(str, files)).encode()
        found = [f"{name} in {file.name}" for file, content in files.items() for name in traces(content, self.wanted)]
        return sorted([*found, *traces(names, self.wanted), *traces("\n".join(self.said).encode(), self.wanted)])


@pytest.fixture
def canary(tmp_path: Path) -> Iterator[Canary]:
    marks = secrets.SystemRandom().sample(range(100, 1000), len(PEOPLE))  # no two alike
    people = {person.key: marked(person, mark) for person, mark in zip(PEOPLE, marks, strict=True)}
    kiosk = tmp_path / "kiosk"
    kiosk.mkdir(mode=0o700)
    with GatewayServer(tmp_path / "gateway", invented=people.values()) as server:
        server.register(enrolment.create(kiosk / "keys", "JN03"))
        enrolment.trust_gateway(kiosk / "keys", server.public_keys_file.read_text("ascii"))
        (kiosk / "kiosk.toml").write_text(
            f'mode = "trial"\ndata_directory = "{kiosk}"\n[gateway]\nurl = "{server.url}"\n'
            f"[matters]\nenable = {json.dumps(list(OPTIONAL))}\n",
            "utf-8",
        )
        with _ending(Canary(kiosk, server, people)) as running:
            yield running


@contextmanager
def _ending(canary: Canary) -> Iterator[Canary]:
    try:
        yield canary
    finally:
        canary.kiosk.kill()
        canary.kiosk.communicate()


def test_no_marker_is_left_anywhere(canary: Canary) -> None:
    in_order = sorted(MATTERS, key=lambda matter: matter.day is None)  # the past first, so that no clock goes back
    for matter in in_order:
        canary.visit(matter)
    assert canary.in_files() == []
    assert canary.tell("drain") == "drained", canary.log[-3000:]
    canary.server.stop()
    for matter in in_order:
        if matter.service in WAITING:
            canary.visit(matter)
    assert canary.log.count('"event": "submitted"') > len(MATTERS) // 2  # a certificate is not submitted
    assert '"state": "stored"' in canary.log
    assert canary.tell("end") == "wiped"
    assert canary.in_files() == []
    came = {matter.person for matter in MATTERS}
    wanted = {name: value for name, value in canary.wanted.items() if name.split(".")[0] in came}
    assert in_memory(memory_of(canary.kiosk.pid), wanted) == {}


def test_the_search_would_find_a_marker(tmp_path: Path) -> None:
    person = marked(PEOPLE[0], 731)
    for name, value in markers(person).items():
        for form in written(value):
            assert name in traces(b"before" + form + b"after", markers(person)) or len(form) < SHORTEST
        assert in_memory(b"before" + value.encode("utf-16-le") + value.encode(), markers(person)) == {name: 2}
