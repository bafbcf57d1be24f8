"""``kiosk audit``: check the log, and read it."""

import argparse
import asyncio
import json
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from config.clock import CHINA, Timekeeper
from config.salvage import load_to_run
from config.settings import Settings
from kiosk import enrolment
from kiosk.audit.chain import Entry, HeadKey, Link
from kiosk.audit.log import directory_of
from kiosk.audit.verifying import Archive, Report, Snapshot, compare, verify
from kiosk.contract import ContractBroken
from kiosk.gateway import Gateway, GatewayError, GatewaySettings, NotFound
from kiosk.gateway_keys import public_key
from kiosk.key_files import read_public
from kiosk.request_signature import RequestSigner
from offline_queue.opening import latest_time

GENUINE, NOT_GENUINE, UNUSABLE = 0, 1, 2


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``audit`` to the command line; its functions take the arguments and return the exit code."""
    audit = commands.add_parser("audit", help="check or read the log of what this kiosk did")
    actions = audit.add_subparsers(required=True, metavar="ACTION")
    check = actions.add_parser("verify", help="find any change of the log: exit code 0 genuine, 1 not, 2 unusable")
    check.add_argument("--key", type=Path, help="the public key of the kiosk (kiosk.jwk); else this kiosk's own")
    check.add_argument("--gateway", action="store_true", help="compare with what the gateway has of it as well")
    check.add_argument("--archived", action="store_true", help="somebody has taken the oldest files away on purpose")
    check.add_argument("--from", dest="anchor", metavar="HASH", help="of the last archived entry; says --archived too")
    check.set_defaults(answer=_verify)
    show = actions.add_parser("show", help="print the entries")
    show.add_argument("--visit", help="of this visit only; the beginning of its id is enough")
    show.add_argument("--since", type=_moment, help="from this day or time on, in China's time, such as 2026-11-24")
    show.set_defaults(answer=_show)
    for action in (check, show):
        action.add_argument("--directory", type=Path, help="the files of the log; else those of this kiosk")


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"a day or a time such as 2026-11-24T08:30, not {text!r}") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=CHINA)


def _verify(arguments: argparse.Namespace) -> int:
    archive = Archive(arguments.anchor) if arguments.archived or arguments.anchor else None
    try:
        key = _key(arguments)
        # The gateway first: the log that is read after that cannot be behind it.
        gateway = _ask(load_to_run(arguments.config).settings) if arguments.gateway else None
        snapshot = Snapshot.of(_directory(arguments))
        wanted = frozenset() if gateway is None else frozenset({gateway.number})
        report = verify(snapshot, key, archive, wanted)
    except OSError as error:
        return _unusable(f"the log cannot be read: {error.strerror or error}")
    except (GatewayError, NotFound) as error:
        return _unusable(f"the gateway cannot be asked: {error}")
    if gateway is not None:
        compare(report, gateway)
    sys.stdout.writelines(f"{line}\n" for line in _told(report, gateway, archive))
    return GENUINE if report.genuine else NOT_GENUINE


def _unusable(reason: str) -> int:
    sys.stderr.write(f"kiosk: {reason}\n")
    return UNUSABLE


def _key(arguments: argparse.Namespace) -> HeadKey:
    path = arguments.key or enrolment.public_key_file(load_to_run(arguments.config).settings.data_directory / "keys")
    try:
        key = public_key(path, json.loads(read_public(path)), "Ed25519")
    except ValueError:
        raise enrolment.NotEnrolled(f"{path}: not a key") from None
    return HeadKey(str(key.kid), key)


def _directory(arguments: argparse.Namespace) -> Path:
    directory: Path | None = arguments.directory
    return directory or directory_of(load_to_run(arguments.config).settings.data_directory)


def _ask(settings: Settings) -> Link:
    return asyncio.run(_gateway_head(settings, enrolment.load(settings.data_directory / "keys")))


async def _gateway_head(settings: Settings, keys: enrolment.KioskKeys) -> Link:
    timekeeper = Timekeeper(latest_time(settings.data_directory / "queue"))
    signer = RequestSigner(keys.kiosk, keys.signing_key, timekeeper.now)
    gateway = Gateway(GatewaySettings.of(settings.gateway), signer, timekeeper=timekeeper)
    try:
        await gateway.check()  # the time first: a request that is signed with a wrong one is refused
        answer = await gateway.audit_head()
    finally:
        await gateway.close()
    return Link(answer.number, answer.hash)


def _told(report: Report, gateway: Link | None, archive: Archive | None) -> Iterator[str]:
    for finding in report.findings:
        yield str(finding)
    yield f"entries {report.anchor.number + 1} to {report.last.number} ({report.entries} lines)"
    if report.anchor.number:
        yield _not_looked_at(report, archive)
        yield f"before them: entry {report.anchor.number}, hash {report.anchor.hash}"
    yield f"last hash: {report.last.hash}"
    if gateway is not None:
        yield f"at the gateway: up to entry {gateway.number}"
    yield "genuine" if report.genuine else f"NOT GENUINE: {len(report.findings)} findings"


def _not_looked_at(report: Report, archive: Archive | None) -> str:
    """What of the log is not here, and who says that this is right."""
    away = report.taken_away
    if away is not None and away.number >= report.anchor.number:
        why = "housekeeping has taken them away, as this kiosk has signed"
    elif archive is not None:
        why = "archived, as you say"
    else:
        why = "if somebody has archived them: kiosk audit verify --archived, or --from HASH"
    return f"NOT LOOKED AT, not here: entries 1 to {report.anchor.number}; {why}"


def _show(arguments: argparse.Namespace) -> int:
    try:
        for file, line, text in Snapshot.of(_directory(arguments)).lines():
            _print(file, line, text, arguments)
    except BrokenPipeError:  # not the log: whoever reads this has seen enough
        raise
    except OSError as error:
        return _unusable(f"the log cannot be read: {error.strerror or error}")
    return GENUINE


def _print(file: str, line: int, text: bytes, arguments: argparse.Namespace) -> None:
    try:
        entry = Entry.read(text.removesuffix(b"\n"))
        at = datetime.fromisoformat(entry.at).astimezone(CHINA)
    except (ContractBroken, ValueError):
        sys.stderr.write(f"{file}, line {line}: not an entry\n")
        return
    if arguments.visit and not entry.visit.startswith(arguments.visit):
        return
    if arguments.since is None or at >= arguments.since:
        sys.stdout.write(f"{_readable(entry, at)}\n")


def _readable(entry: Entry, at: datetime) -> str:
    fields = " ".join(f"{name}={value}" for name, value in entry.fields.items())
    told = f"{entry.number:8}  {at:%Y-%m-%d %H:%M:%S}  {entry.visit or '-':36}  {entry.event:18} {fields}"
    # A log that somebody has changed must not be able to work the terminal.
    return "".join(char if char.isprintable() else "?" for char in told).rstrip()
