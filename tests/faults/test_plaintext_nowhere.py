"""Of those who were served nothing is in any file, in no way of writing it, at no moment of the kiosk's day.

The kiosk is a process of its own with all its logs, so that everything it leaves anywhere can be looked through.
"""

import ast
import base64
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiosk import enrolment
from simulator.gateway.server import GatewayServer
from tests.faults.plaintext_child import SERVED, bank_account
from tests.offline_queue.hall import new_server

ROOT = Path(__file__).parents[2]
PRODUCT = ("kiosk", "drivers", "screens", "flows", "offline_queue", "config")
SHORTEST = 6  # bytes: a shorter run is found in any random text


def fields() -> dict[str, str]:
    """Every field of every person served, by its name."""
    found = {}
    for person in SERVED:
        values = {
            "name": person.name,
            "number": person.number,
            "card": "" if person.card is None else person.card.number,
            "mobile": person.mobile,
            "address": person.address,
            "account": bank_account(person),
        }
        found.update({f"{person.key}.{name}": value for name, value in values.items() if value})
    return found


def written(value: str) -> Iterator[bytes]:
    """All ways in which a value could be written, as bytes that would then be found."""
    for encoding in ("utf-8", "utf-16-le", "utf-16-be", "gb18030"):
        plain = value.encode(encoding)
        yield plain
        yield plain.hex().encode()
        yield plain.hex().upper().encode()
        yield from in_base64(plain)
    yield value.encode("ascii", "backslashreplace")
    yield "".join(f"\\u{ord(letter):04x}" for letter in value).encode()


def in_base64(plain: bytes) -> Iterator[bytes]:
    """The characters that any longer text holds, wherever in it the value begins; both alphabets."""
    for before in range(3):
        coded = base64.b64encode(bytes(before) + plain).rstrip(b"=")
        first = (before * 8 + 5) // 6
        sure = coded[first : (before + len(plain)) * 8 // 6]
        yield sure
        yield sure.translate(bytes.maketrans(b"+/", b"-_"))


def traces(directory: Path) -> list[str]:
    """The fields that are found, and where."""
    wanted = {(name, form) for name, value in fields().items() for form in written(value) if len(form) >= SHORTEST}
    files = {file: file.read_bytes() for file in directory.rglob("*") if file.is_file()}
    assert len(files) > 6
    found = {f"{name} in {file.name}" for file, content in files.items() for name, form in wanted if form in content}
    return sorted(found)


@contextmanager
def kiosk(directory: Path, server: GatewayServer) -> Iterator["subprocess.Popen[str]"]:
    """The kiosk's process; all that it writes anywhere is below ``directory``."""
    temporary = directory / "temporary"
    temporary.mkdir()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(temporary), "SQLITE_TMPDIR": str(temporary)}
    command = [sys.executable, "-m", "tests.faults.plaintext_child", str(directory), server.url]
    with (directory / "errors.log").open("w") as errors:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
        )
        try:
            yield process
        finally:
            process.kill()
            process.communicate()


def arrives(process: "subprocess.Popen[str]", directory: Path, place: str) -> None:
    assert process.stdout is not None
    said = process.stdout.readline()
    with (directory / "output.log").open("a") as output:
        output.write(said)
    assert said == f"{place}\n", (directory / "errors.log").read_text()[-2000:]


def go_on(process: "subprocess.Popen[str]") -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayServer]:
    with new_server(tmp_path_factory.mktemp("gateway")) as running:
        yield running


def enrolled(directory: Path, server: GatewayServer) -> None:
    server.register(enrolment.create(directory / "keys", "kiosk-private"))
    enrolment.trust_gateway(directory / "keys", server.public_keys_file.read_text("ascii"))


def test_nothing_of_anybody_is_in_any_file(tmp_path: Path, server: GatewayServer) -> None:
    """While all is well, while all waits, after it was delivered, and after the process was killed and set aside."""
    enrolled(tmp_path, server)
    with kiosk(tmp_path, server) as process:
        arrives(process, tmp_path, "served")
        assert traces(tmp_path) == []
        server.stop()
        go_on(process)
        arrives(process, tmp_path, "alone")
        names = {file.name for file in tmp_path.rglob("*")}
        assert {"queue.db", "queue.db-wal", "queue.db-shm", "queue.lock", "copy.db"} <= names
        assert traces(tmp_path) == []
        server.start()
        go_on(process)
        arrives(process, tmp_path, "delivered")
        assert traces(tmp_path) == []
        assert list((tmp_path / "temporary").iterdir()) == []
    assert '"level": "INFO"' in (tmp_path / "errors.log").read_text()
    assert traces(tmp_path) == []
    database = tmp_path / "queue" / "queue.db"
    database.write_bytes(b"damaged!" + database.read_bytes()[8:])
    (tmp_path / "queue" / "queue.db-wal").write_bytes(b"")  # else the damaged page would be taken from there
    with_damage(tmp_path, server)
    assert [place for place in tmp_path.rglob("damaged-*") if place.is_dir()]
    assert traces(tmp_path) == []


def with_damage(directory: Path, server: GatewayServer) -> None:
    """Start it over a damaged database: it sets that aside and ends."""
    (directory / "temporary").rmdir()
    with kiosk(directory, server) as process:
        assert process.wait(60) == 1


def test_the_search_would_find_them(tmp_path: Path) -> None:
    """Each way of writing is found in the middle of other text; else an empty result would prove nothing."""
    name, value = next(iter(fields().items()))
    for number in range(7):
        (tmp_path / f"empty-{number}").write_bytes(b"nothing")
    for before in range(3):
        text = b"x" * before + f'{{"name":"{value}","after":1}}'.encode()
        (tmp_path / "coded").write_bytes(base64.b64encode(text))
        assert f"{name} in coded" in traces(tmp_path)
    for number, form in enumerate(written(value)):
        (tmp_path / "coded").write_bytes(b"before " + form + b" after")
        assert f"{name} in coded" in traces(tmp_path) or len(form) < SHORTEST, number


def test_the_product_makes_no_temporary_files() -> None:
    """What it replaces is written beside its place and renamed. Fonts are made ready when it is installed."""
    imported = {
        (path.relative_to(ROOT).as_posix(), name)
        for room in PRODUCT
        for path in (ROOT / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        for name in names_imported(node)
    }
    assert len(imported) > 100
    wrong = {each for each in imported if each[1].split(".")[0] in {"tempfile", "shelve", "dbm"}}
    assert wrong == {("config/fonts.py", "tempfile")}


def names_imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []
