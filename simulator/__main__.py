"""``python -m simulator demo`` plays one visit by itself; ``python -m simulator run`` leaves the hall to a person."""

import argparse
import signal
import sys
from pathlib import Path
from types import FrameType

from simulator.bench.server import USUAL_PORT
from simulator.demo import demo
from simulator.desktop import LANDSCAPE, PORTRAIT
from simulator.open_house import run


def main() -> int:
    """Exit code 0 when all went well; else the reason is on standard error."""
    arguments = _parser().parse_args()
    # So that being told to end also passes by every ``finally``.
    signal.signal(signal.SIGTERM, _leave)
    if arguments.command == "demo":
        return demo(arguments.output)
    return run(LANDSCAPE if arguments.landscape else PORTRAIT, arguments.language, arguments.port)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m simulator", description="The simulated hall.")
    commands = parser.add_subparsers(dest="command", required=True)
    play = commands.add_parser("demo", help="play one whole activation by real touches")
    play.add_argument("--output", type=Path, default=Path("demo-output"), help="folder for what came of it")
    stay = commands.add_parser("run", help="open the hall and the kiosk for a person")
    stay.add_argument("--landscape", action="store_true", help="a screen of 1920 x 1080 in place of 1080 x 1920")
    stay.add_argument("--language", choices=("zh_CN", "en"), default="zh_CN", help="the kiosk's first language")
    stay.add_argument("--port", type=int, default=USUAL_PORT, help="port of the bench page, if it is free")
    return parser


def _leave(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
