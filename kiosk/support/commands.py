"""``kiosk support-bundle``: one sealed file for an engineer far away."""

import argparse
import sys
from datetime import datetime
from pathlib import Path

from config.clock import CHINA
from config.salvage import load_to_run
from kiosk import enrolment, logs
from kiosk.audit.acts import note_act
from kiosk.audit.log import Act
from kiosk.support.bundle import DAYS, Bounds, make, write

DONE, UNUSABLE = 0, 2


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command; its function takes the arguments and returns the exit code."""
    command = commands.add_parser(
        "support-bundle", help="write one file with what an engineer needs; only the gateway opens it"
    )
    command.add_argument("file", type=Path, nargs="?", help="a new file; else its name says the kiosk and the time")
    command.add_argument("--days", type=_days, default=DAYS, help=f"of the logs (default {DAYS})")
    command.add_argument("--log", type=Path, metavar="FILE", help="the program's log; else it is read from the journal")
    command.add_argument("--megabytes", type=_megabytes, default=20, help="at most so large (default 20)")
    command.add_argument("--hide-addresses", action="store_true", help="take the network's addresses out as well")
    command.set_defaults(answer=_answer)


def _days(text: str) -> int:
    days = int(text)
    if not 1 <= days <= 366:
        raise argparse.ArgumentTypeError("1 to 366 days")
    return days


def _megabytes(text: str) -> int:
    megabytes = int(text)
    if not 1 <= megabytes <= 200:
        raise argparse.ArgumentTypeError("1 to 200 megabytes")
    return megabytes


def _answer(arguments: argparse.Namespace) -> int:
    settings = load_to_run(arguments.config).settings
    logs.set_up("CRITICAL")  # what fails is told below
    keys = enrolment.load(settings.data_directory / "keys")
    now = datetime.now(CHINA)
    target = arguments.file or Path(f"{settings.hall.receipt_prefix}-support-{now:%Y%m%d-%H%M%S}.jwe")
    try:
        if target.exists():
            raise FileExistsError(17, "there is such a file already")
        bundle = make(
            settings,
            arguments.config,
            now,
            days=arguments.days,
            log_file=arguments.log,
            addresses=arguments.hide_addresses,
            bounds=Bounds(bytes=arguments.megabytes * 1_000_000),
        )
        size = write(bundle, target, keys.sealer())
    except OSError as error:
        sys.stderr.write(f"kiosk: {target}: {error.strerror or type(error).__name__}\n")
        return UNUSABLE
    note_act(settings.data_directory, Act.SUPPORT_BUNDLE)
    sys.stdout.write(f"{target} ({size} bytes), sealed for the gateway\n")
    sys.stdout.writelines(f"taken out: {kind} {times}\n" for kind, times in sorted(bundle.removed.items()))
    sys.stdout.writelines(f"not in it: {name}: {why}\n" for name, why in bundle.errors.items())
    return DONE
