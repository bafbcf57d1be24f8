"""``python -m simulator.gateway``: the reference gateway until interrupted."""

import argparse
import os
import signal
from datetime import timedelta
from pathlib import Path

from simulator.gateway.rules.facts import LOSS
from simulator.gateway.server import GatewayServer
from simulator.gateway.workers import GatewayWorkers


def main() -> None:
    """Read the command line and serve."""
    parser = _parser()
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        gateway = _gateway(options)
    except ValueError as error:
        parser.error(str(error))
    with gateway:
        for file in options.kiosk:
            print(f"registered {gateway.register(file)}", flush=True)
        print(f"gateway at {gateway.url}, public keys in {gateway.public_keys_file}", flush=True)
        if options.one_of_several is not None:
            os.write(options.one_of_several, b".")
            os.close(options.one_of_several)
        try:
            signal.pause()
        except KeyboardInterrupt:
            print("stopped", flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m simulator.gateway", description=__doc__)
    parser.add_argument("--directory", type=Path, required=True, help="where database and keys are kept")
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument("--database", help="SQLAlchemy URL, e.g. postgresql+psycopg://...; default is SQLite")
    parser.add_argument("--workers", type=int, default=1, help="processes; more than one need PostgreSQL")
    parser.add_argument("--kiosk", type=Path, action="append", default=[], help="public key (JWK) of a kiosk")
    lasts = parser.add_mutually_exclusive_group()
    lasts.add_argument("--loss-days", type=int, help=f"after which a temporary loss ends by itself, {LOSS.days}")
    lasts.add_argument("--loss-seconds", type=float, help="the same in seconds")
    parser.add_argument("--one-of-several", type=int, metavar="FD", help="set by --workers: where to say that it is up")
    return parser


def _gateway(options: argparse.Namespace) -> GatewayServer | GatewayWorkers:
    loss = LOSS if options.loss_days is None else timedelta(days=options.loss_days)
    if options.loss_seconds is not None:
        loss = timedelta(seconds=options.loss_seconds)
    if options.workers > 1:
        url = options.database or ""
        return GatewayWorkers(options.directory, options.port, workers=options.workers, database_url=url, loss=loss)
    one_of_several = options.one_of_several is not None
    return GatewayServer(
        options.directory, options.port, database_url=options.database, loss=loss, one_of_several=one_of_several
    )


if __name__ == "__main__":
    main()
