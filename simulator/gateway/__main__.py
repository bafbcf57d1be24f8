"""``python -m simulator.gateway``: the reference gateway until interrupted."""

import argparse
import signal
from datetime import timedelta
from pathlib import Path

from simulator.gateway.rules.facts import LOSS
from simulator.gateway.server import GatewayServer


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m simulator.gateway", description=__doc__)
    parser.add_argument("--directory", type=Path, required=True, help="where database and keys are kept")
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument("--database", help="SQLAlchemy URL, e.g. postgresql+psycopg://...; default is SQLite")
    parser.add_argument("--kiosk", type=Path, action="append", default=[], help="public key (JWK) of a kiosk")
    parser.add_argument("--loss-days", type=int, default=LOSS.days, help="after which a temporary loss ends by itself")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    loss = timedelta(days=options.loss_days)
    with GatewayServer(options.directory, options.port, database_url=options.database, loss=loss) as server:
        for file in options.kiosk:
            print(f"registered {server.register(file)}", flush=True)
        print(f"gateway at {server.url}, public keys in {server.public_keys_file}", flush=True)
        try:
            signal.pause()
        except KeyboardInterrupt:
            print("stopped", flush=True)


if __name__ == "__main__":
    main()
