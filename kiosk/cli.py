"""The command line: run the kiosk, enrol it, and show what it knows."""

import argparse
import asyncio
import io
import logging
import os
import sys
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from config.clock import CHINA
from config.fonts import FontsMissingError
from config.salvage import load_to_run
from config.settings import ConfigurationError, Settings
from kiosk import enrolment, fault_list, key_commands, logs, matter_list
from kiosk.audit import commands as audit_commands
from kiosk.catalogue import MATTERS, load_matters, offers
from kiosk.certificate_verdict import verify
from kiosk.diagnostics import commands as diagnostic_commands
from kiosk.face_desk import commands as face_commands
from kiosk.first_boot import commands as first_boot_commands
from kiosk.hardening import keep_memory_private
from kiosk.housekeeping import commands as housekeeping_commands
from kiosk.queue_desk import commands as queue_commands
from kiosk.settings_desk import commands as settings_commands
from kiosk.staff import commands as staff_commands
from kiosk.support import commands as support_commands
from offline_queue.model import QueueError
from screens import gallery_book
from screens.text.catalogue import LANGUAGES, Catalogue

log = logging.getLogger(__name__)

_INTERRUPTED, _NOBODY_READS = 130, 141  # as a shell tells of SIGINT and SIGPIPE


def main() -> int:
    """Entry point of the console script ``kiosk``: exit code 0, or 2 when something it needs is wrong or missing.

    ``verify`` and ``audit verify`` end with 1 for what is not genuine, ``queue`` for what is refused or not sound,
    ``config`` for what changes nothing. 130: ended by Ctrl+C; 141: whoever reads what it prints, such as ``head``, has
    seen enough.
    """
    arguments = _parser().parse_args()
    try:
        code = _carried_out(arguments)
        sys.stdout.flush()
    except (ConfigurationError, enrolment.NotEnrolled, FontsMissingError, QueueError) as error:
        print(f"kiosk: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nothing more is said at the end
        return _NOBODY_READS
    return code


def _carried_out(arguments: argparse.Namespace) -> int:
    if "answer" in arguments:  # it has an exit code of its own, and no log
        return int(arguments.answer(arguments))
    settings = load_to_run(arguments.config).settings
    logs.set_up(settings.log.level)
    arguments.command(settings, arguments)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kiosk", description="Self-service kiosk for social insurance halls.")
    parser.add_argument("--version", action="version", version=f"kiosk {version('hall-kiosk')}")
    place = "settings: a TOML file or a directory of layers; else KIOSK_CONFIG"
    parser.add_argument("--config", type=Path, metavar="PLACE", help=place)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="open the window and serve citizens")
    run.set_defaults(answer=_run)
    first_boot_commands.add_to(commands)
    key_commands.add_to(commands)
    _add_verify(commands)
    audit_commands.add_to(commands)
    queue_commands.add_to(commands)
    housekeeping_commands.add_to(commands)
    diagnostic_commands.add_to(commands)
    staff_commands.add_to(commands)
    settings_commands.add_to(commands)
    face_commands.add_to(commands)
    support_commands.add_to(commands)
    gallery_book.add_to(commands)
    matters = commands.add_parser("matters", help="check the configuration and list the matters")
    matters.add_argument("--directory", type=Path, default=MATTERS, help="check and list the files in this folder")
    matters.set_defaults(command=_matters)
    faults = commands.add_parser("faults", help="print the fault catalogue as Markdown")
    faults.add_argument("--language", choices=LANGUAGES, help="by part, in one language; else one table in both")
    faults.set_defaults(command=_faults)
    return parser


def _add_verify(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    verify = commands.add_parser("verify", help="check the text of a certificate's QR code; needs no network")
    verify.add_argument("text", help="what the QR code says; - reads it from standard input")
    verify.add_argument("--keys", type=Path, help="the gateway's public keys (JWK Set); else those of this kiosk")
    verify.add_argument("--language", choices=LANGUAGES, default=LANGUAGES[0], help="of the answer")
    verify.set_defaults(answer=_verify)


def _verify(arguments: argparse.Namespace) -> int:
    keys = arguments.keys or enrolment.gateway_keys_file(load_to_run(arguments.config).settings.data_directory / "keys")
    text = _standard_input() if arguments.text == "-" else arguments.text
    verdict = verify(text, enrolment.read_gateway_keys(keys).certificates, Catalogue.load(arguments.language))
    print("\n".join(verdict.lines))
    return 0 if verdict.genuine else 1


def _standard_input() -> str:
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")  # what is no text is no certificate
    return sys.stdin.read()


def _run(arguments: argparse.Namespace) -> int:
    found = load_to_run(arguments.config)
    logs.set_up(found.settings.log.level)
    for fault in found.left_out:
        log.critical("setting_left_out", extra={"reason": fault})
    from kiosk import app  # noqa: PLC0415 - loading it opens the window, which no other command wants

    keep_memory_private()
    asyncio.run(app.run(found.settings, arguments.config))
    return 0


def _matters(settings: Settings, arguments: argparse.Namespace) -> None:
    matters = load_matters(arguments.directory)
    print(matter_list.table(matters, offers(matters, settings.matters), datetime.now(CHINA).date()))


def _faults(_settings: Settings, arguments: argparse.Namespace) -> None:
    language = arguments.language
    print(fault_list.markdown() if language is None else fault_list.markdown_in(language), end="")


if __name__ == "__main__":
    sys.exit(main())
