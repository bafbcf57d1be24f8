"""The simulated hall left open: the kiosk's window for a finger, the bench page for everything around it."""

import shutil
import sys
import time
from contextlib import suppress
from pathlib import Path

from simulator.bench import Bench
from simulator.desktop import Desktop, DesktopError, Size
from simulator.hall import Hall
from simulator.kiosk_program import KioskProgram, KioskProgramError

_DIRECTORY = Path("run/hall")
_LOOK_SECONDS = 0.1
_WINDOW_SECONDS = 90.0


def run(wanted: Size, language: str, port: int) -> int:
    """Open the hall until Ctrl-C, or until the kiosk's window is closed; 0, or 1 if it could not be opened."""
    shutil.rmtree(_DIRECTORY, ignore_errors=True)  # every opening begins with the people as they were invented
    try:
        with Desktop(_DIRECTORY, touched=False, wanted=wanted) as desktop, Hall(_DIRECTORY) as hall:
            hall.write_configuration(desktop.window, {"screen": {"language": language, "cursor": True}})
            hall.enrol_kiosk()
            kiosk = hall.kiosk(_DIRECTORY / "kiosk.log", desktop.environment)
            with Bench(hall, port) as bench:
                return _stay_open(desktop, hall, kiosk, bench)
    except KeyboardInterrupt:
        print("\nThe hall is closed.")
        return 0
    except (DesktopError, KioskProgramError, RuntimeError) as error:
        print(f"The hall could not be opened: {error}", file=sys.stderr)
        return 1


def _stay_open(desktop: Desktop, hall: Hall, kiosk: KioskProgram, bench: Bench) -> int:
    try:
        kiosk.start()
        desktop.await_window(kiosk.pid, _WINDOW_SECONDS)
        _greet(desktop, hall, kiosk, bench)
        with suppress(KioskProgramError):  # raised once the window was closed
            while True:
                kiosk.new_screens()  # so that who stands before the camera does what the face check asks for
                time.sleep(_LOOK_SECONDS)
    finally:
        bench.kiosk.running = False
        kiosk.stop()
    print("The kiosk's window was closed; so is the hall.")
    return 0


def _greet(desktop: Desktop, hall: Hall, kiosk: KioskProgram, bench: Bench) -> None:
    bench.kiosk.known = bench.kiosk.running = True
    if desktop.virtual:
        bench.kiosk.window = desktop.share()
    print("The simulated hall is open.\n")
    print(f"  bench page      {bench.address}")
    print(f"  kiosk's window  {bench.kiosk.window or f'on this screen ({desktop.display})'}")
    print(f"  kiosk's log     {kiosk.log}\n")
    for name, value in hall.environment().items():
        print(f"  card reader     {name}={value} opensc-tool -a")
    print(f"  ID reader       {hall.id_reader.port}")
    print(f"  gateway         {hall.gateway.url}/openapi.json")
    print(f"  certificates    {hall.gateway.url}/verify")
    print("\nCtrl-C closes everything.", flush=True)
