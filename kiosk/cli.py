"""The command line: run the kiosk, enrol it, and show what it knows."""

import argparse
import asyncio
import sys
from pathlib import Path

from config import settings as configuration
from config.fonts import FontsMissingError
from config.settings import ConfigurationError, Settings
from kiosk import enrolment, fault_list, logs
from kiosk.catalogue import load_matters
from offline_queue.model import QueueError


def main() -> int:
    """Entry point of the console script ``kiosk``: exit code 0, or 2 when something it needs is wrong or missing."""
    arguments = _parser().parse_args()
    try:
        settings = configuration.load(arguments.config)
        logs.set_up(settings.log.level)
        arguments.command(settings, arguments)
    except (ConfigurationError, enrolment.NotEnrolled, FontsMissingError, QueueError) as error:
        print(f"kiosk: {error}", file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kiosk", description="Self-service kiosk for social insurance halls.")
    parser.add_argument("--config", type=Path, help="the hall's settings (TOML); else the file that KIOSK_CONFIG names")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="open the window and serve citizens")
    run.set_defaults(command=_run)
    enroll = commands.add_parser("enroll", help="make this kiosk's keys; prints the file to register at the gateway")
    enroll.add_argument("--gateway-key", type=Path, required=True, help="the gateway's public key (JWK file)")
    enroll.set_defaults(command=_enroll)
    matters = commands.add_parser("matters", help="check the configuration and list the matters")
    matters.set_defaults(command=_matters)
    faults = commands.add_parser("faults", help="print the fault catalogue as Markdown")
    faults.set_defaults(command=_faults)
    return parser


def _run(settings: Settings, _arguments: argparse.Namespace) -> None:
    from kiosk import app  # noqa: PLC0415 - loading it opens the window, which no other command wants

    asyncio.run(app.run(settings))


def _enroll(settings: Settings, arguments: argparse.Namespace) -> None:
    keys = settings.data_directory / "keys"
    public = enrolment.create(keys, settings.hall.receipt_prefix)
    enrolment.trust_gateway(keys, arguments.gateway_key.read_text("ascii"))
    print(public)


def _matters(_settings: Settings, _arguments: argparse.Namespace) -> None:
    for matter in load_matters():
        state = "on" if matter.enabled else "off"
        print(f"{matter.number:>2}  {matter.identifier:<24} {state:<4} off line: {matter.offline}")


def _faults(_settings: Settings, _arguments: argparse.Namespace) -> None:
    print(fault_list.markdown(), end="")


if __name__ == "__main__":
    sys.exit(main())
