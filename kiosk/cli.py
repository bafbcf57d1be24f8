"""The command line: run the kiosk, enrol it, and show what it knows."""

import argparse
import asyncio
import sys
from pathlib import Path

from config import settings as configuration
from config.faults import FaultCode
from config.settings import ConfigurationError, Settings
from kiosk import enrolment, logs
from kiosk.catalogue import load_matters


def main() -> int:
    """Entry point of the console script ``kiosk``; the exit code is 0, or 2 for a wrong configuration."""
    arguments = _parser().parse_args()
    try:
        return int(arguments.command(configuration.load(arguments.config), arguments))
    except (ConfigurationError, enrolment.NotEnrolled) as error:
        print(f"kiosk: {error}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kiosk", description="Self-service kiosk for social insurance halls.")
    parser.add_argument("--config", type=Path, help="the hall's settings (TOML); else the file that KIOSK_CONFIG names")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    commands.add_parser("run", help="open the window and serve citizens").set_defaults(command=_run)
    enroll = commands.add_parser("enroll", help="make this kiosk's keys; prints the file to register at the gateway")
    enroll.add_argument("--gateway-key", type=Path, required=True, help="the gateway's public key (JWK file)")
    enroll.set_defaults(command=_enroll)
    commands.add_parser("matters", help="list the matters and their state").set_defaults(command=_matters)
    commands.add_parser("check", help="check the configuration and the matters").set_defaults(command=_matters)
    commands.add_parser("faults", help="print the fault catalogue as Markdown").set_defaults(command=_faults)
    return parser
