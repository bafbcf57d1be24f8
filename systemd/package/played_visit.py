"""One whole visit at the kiosk that a package has installed in a tree: called by systemd/package/test.

The simulated hall is outside, on the same loopback; the program, its Python packages, fonts and models are those of the
tree, run there as the kiosk's own user. /tmp and /dev of this machine must be seen in the tree, and /proc be mounted::

    PYTHONPATH=. python systemd/package/played_visit.py TREE OUTPUT
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path

from simulator.citizen import Citizen
from simulator.demo.activation import STEPS
from simulator.demo.checks import Evidence, check
from simulator.desktop import Desktop
from simulator.hall import Hall
from simulator.kiosk_program import KioskProgram

SETTINGS = Path("etc/hall-kiosk")
PLACES = 'data_directory = "/var/lib/hall-kiosk"\nfonts_directory = "/opt/hall-kiosk/fonts"'
_WINDOW_SECONDS = 240.0  # nothing in the tree has been loaded before


class InstalledKiosk(KioskProgram):
    """The kiosk of a tree; ``configuration`` is its settings as they are seen from outside."""

    def __init__(
        self,
        tree: Path,
        configuration: Path,
        environment: Mapping[str, str],
        log: Path,
        hears: Callable[[str], object],
    ) -> None:
        super().__init__(configuration, {"HOME": "/var/lib/hall-kiosk", **environment}, log, hears)
        self._tree = tree

    def enrolled_by(self, hall: Hall) -> None:
        """Make the keys as root does, and register what it names at the hall's gateway."""
        command = ["chroot", str(self._tree), "/usr/bin/kiosk", "--config", f"/{SETTINGS}", "enroll"]
        command += ["--hall", "JN", "--kiosk", "03", "--gateway-keys", str(hall.gateway.public_keys_file)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        hall.gateway.register(self._tree / done.stdout.splitlines()[-1].lstrip("/"))

    def _command(self) -> list[str]:
        user = ["chroot", "--userspec=hall-kiosk:hall-kiosk", str(self._tree)]
        return [*user, "/usr/bin/kiosk", "--config", f"/{SETTINGS}"]


def settle(tree: Path, hall: Hall, desktop: Desktop) -> Path:
    """Give the tree settings for this hall. The decoder of the chip's photo is the simulator's: not in the package."""
    written = hall.write_configuration(desktop.window, {"face": {"chip_photo_decoder": ""}}).read_text("utf-8")
    kept = [line for line in written.splitlines() if not line.startswith("data_directory")]
    kept.insert(2, PLACES)
    file = tree / SETTINGS / "kiosk.toml"
    file.write_text("\n".join(kept) + "\n", "utf-8")
    return file


def open_to_all(directory: Path) -> None:
    """The kiosk's user must come to the hall's card service and ID reader, which are root's here."""
    for each in (directory, *directory.rglob("*")):
        if each.is_dir() or each.is_socket():
            each.chmod(0o777)


def main(tree: Path, output: Path) -> None:
    """Play it; raises what is wrong."""
    output.mkdir(parents=True, exist_ok=True)
    directory = Path(tempfile.mkdtemp(prefix="simulated-hall-"))
    with ExitStack() as stack:
        desktop = stack.enter_context(Desktop(directory, touched=True))
        hall = stack.enter_context(Hall(directory))
        open_to_all(directory)
        Path(os.path.realpath(hall.id_reader.port)).chmod(0o666)
        file = settle(tree, hall, desktop)
        log = output / "kiosk.log"
        log.unlink(missing_ok=True)
        kiosk = InstalledKiosk(tree, file, {**hall.environment(), **desktop.environment}, log, hall.obey)
        kiosk.enrolled_by(hall)
        stack.callback(kiosk.stop)
        kiosk.start()
        desktop.await_window(kiosk.pid, _WINDOW_SECONDS)
        Citizen(kiosk, desktop, hall, lambda who, what: print(f"    {who}: {what}", flush=True)).visit(STEPS, output)
        pictures = tuple(sorted(output.glob("[0-9][0-9]-*.png")))
        papers = tuple(hall.take_paper())
        for found in check(Evidence(hall.snapshot().gateway, papers, pictures, desktop.window, log)):
            print(f"    {found}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
