"""``kiosk audit`` on the command line."""

import asyncio
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.faults import FaultCode
from kiosk import cli, enrolment
from kiosk.audit.acts import note_act
from kiosk.audit.chain import HeadKey
from kiosk.audit.files import AuditFiles
from kiosk.audit.log import Act
from offline_queue.model import Delivery, QueuedTransaction, TryLater
from offline_queue.queue import OfflineQueue
from simulator.gateway.server import GatewayServer
from tests.audit.trail import drafts, entries, told
from tests.offline_queue.hall import enrol, new_server, submit

Run = Callable[..., int]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayServer]:
    with new_server(tmp_path_factory.mktemp("gateway")) as running:
        yield running


@pytest.fixture
def keys(tmp_path: Path, server: GatewayServer) -> enrolment.KioskKeys:
    server.state.reset()
    return enrol(tmp_path / "keys", server, "JN03")


@pytest.fixture
def log(tmp_path: Path, keys: enrolment.KioskKeys) -> Path:
    """Two entries of a kiosk."""
    AuditFiles(tmp_path / "audit", HeadKey(keys.kiosk, keys.signing_key)).append(drafts(2))
    return tmp_path / "audit" / "2026-09.jsonl"


@pytest.fixture
def run(tmp_path: Path, server: GatewayServer, monkeypatch: pytest.MonkeyPatch) -> Run:
    configuration = tmp_path / "kiosk.toml"
    configuration.write_text(
        f'mode = "trial"\ndata_directory = "{tmp_path}"\n[gateway]\nurl = "{server.url}"\n', "utf-8"
    )

    def run(*arguments: str) -> int:
        monkeypatch.setattr(sys, "argv", ["kiosk", "--config", str(configuration), "audit", *arguments])
        return cli.main()

    return run


def test_a_genuine_log(log: Path, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("verify") == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "entries 1 to 2 (2 lines)"
    assert told[-1] == "genuine"


def test_a_log_that_was_changed(log: Path, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    log.write_bytes(log.read_bytes().replace(b'"seconds":0', b'"seconds":9'))
    assert run("verify") == 1
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "2026-09.jsonl, line 1, entry 1: was changed: its hash is another"
    assert told[-1] == "NOT GENUINE: 1 findings"


def test_a_copy_is_checked_with_the_key_alone(
    log: Path, run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(log.parent, copy, ignore=shutil.ignore_patterns("audit.lock", "*.before"))
    key = shutil.copy(tmp_path / "keys" / "kiosk.jwk", tmp_path / "kiosk.jwk")
    shutil.rmtree(tmp_path / "keys")
    assert run("verify", "--directory", str(copy), "--key", str(key)) == 0
    assert sorted(path.name for path in copy.iterdir()) == ["2026-09.jsonl", "head.jws"]


def test_no_log_and_no_key_are_unusable(run: Run, keys: enrolment.KioskKeys, tmp_path: Path) -> None:
    assert run("verify") == 2
    assert run("show") == 2
    (tmp_path / "keys" / "kiosk.jwk").unlink()
    assert run("verify") == 2


def test_an_archived_beginning(log: Path, run: Run, keys: enrolment.KioskKeys) -> None:
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(lines[1])
    assert run("verify") == 1
    assert run("verify", "--archived") == 0
    assert run("verify", "--from", "0" * 64) == 1
    first = lines[0].split(b'"hash":"')[1][:64].decode()
    assert run("verify", "--from", first) == 0


def test_against_a_gateway_that_has_nothing_yet(log: Path, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("verify", "--gateway") == 0
    assert "at the gateway: up to entry 0" in capsys.readouterr().out


def test_a_gateway_out_of_reach_is_unusable(
    log: Path, run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "kiosk.toml").write_text(
        f'mode = "trial"\ndata_directory = "{tmp_path}"\n[gateway]\nurl = "http://127.0.0.1:9"\n', "utf-8"
    )
    assert run("verify", "--gateway") == 2
    assert "the gateway cannot be asked: NET_UNREACHABLE" in capsys.readouterr().err


def test_entries_are_shown_and_chosen(log: Path, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("show") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split() for line in lines] == [
        [str(number + 1), "2026-09-15", "09:00:00", "a-visit", "clock_set", f"seconds={number}"] for number in (0, 1)
    ]
    for arguments, shown in (
        (["--visit", "a-v"], 2),
        (["--visit", "b"], 0),
        (["--since", "2026-09-15T09:00"], 2),
        (["--since", "2026-09-16"], 0),
    ):
        assert run("show", *arguments) == 0
        assert len(capsys.readouterr().out.splitlines()) == shown, arguments


def test_a_changed_log_cannot_work_the_terminal(log: Path, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    log.write_bytes(log.read_bytes().replace(b"a-visit", b"\\u001b[2J", 1) + b"nonsense\n")
    assert run("show") == 0
    told = capsys.readouterr()
    assert "\x1b" not in told.out
    assert "?[2J" in told.out
    assert told.err == "2026-09.jsonl, line 3: not an entry\n"


def test_a_technicians_act_is_noted_beside_the_kiosk(log: Path, run: Run, tmp_path: Path) -> None:
    assert note_act(tmp_path, Act.HOLD, 7)
    assert told(entries(log.parent))[-1] == ("technician", {"act": "hold", "sequence": 7})
    assert run("verify") == 0


def test_an_act_that_cannot_be_noted_is_done_all_the_same(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert not note_act(tmp_path, Act.BACKUP)
    assert [record.message for record in caplog.records] == ["audit_not_written"]


def test_what_a_technician_does_to_the_queue_is_noted(
    tmp_path: Path, keys: enrolment.KioskKeys, server: GatewayServer, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    asyncio.run(_store_one(tmp_path, keys))
    for arguments in (["hold", "1"], ["release", "1"], ["retry", "1"], ["backup", str(tmp_path / "copy.db")], ["list"]):
        monkeypatch.setattr(sys, "argv", ["kiosk", "--config", str(tmp_path / "kiosk.toml"), "queue", *arguments])
        assert cli.main() == 0, arguments
    assert told(entries(tmp_path / "audit")) == [
        ("technician", {"act": "hold", "sequence": 1}),
        ("technician", {"act": "release", "sequence": 1}),
        ("technician", {"act": "retry", "sequence": 1}),
        ("technician", {"act": "backup"}),
    ]
    assert run("verify") == 0


async def _store_one(directory: Path, keys: enrolment.KioskKeys) -> None:
    queue = await OfflineQueue.open(
        directory / "queue", sealer=keys.sealer(), subject_key=keys.subject_key, deliver=Nobody()
    )
    await submit(queue)
    await queue.close()


class Nobody:
    """There is no gateway."""

    async def send(self, transaction: QueuedTransaction) -> Delivery:
        return TryLater(FaultCode.NET_UNREACHABLE)

    withdraw = send
    outcome = send
