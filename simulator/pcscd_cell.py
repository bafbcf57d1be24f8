"""Runs one pcscd and lives exactly as long as the program that started it. Only the standard library, run as a script.

Started by ``simulator.pcscd`` inside fresh namespaces: there /run/pcscd is a directory of the hall, the only reader
driver is vpcd's, and vpcd's port, which it opens on all addresses, can be reached by nobody. The hall reaches it
through this process: standard input is a Unix socket on which the hall names a port (two bytes) and gets a
connection to it. When that socket is closed, by intent or by the hall's death, pcscd is ended.
"""

import fcntl
import os
import selectors
import signal
import socket
import struct
import subprocess
import sys
from pathlib import Path

_SIOCGIFFLAGS, _SIOCSIFFLAGS, _IFF_UP = 0x8913, 0x8914, 0x1
_PCSCD_DIRECTORY = "/run/pcscd"
_READER_DRIVERS = "/usr/lib/pcsc/drivers"
_LOOK_SECONDS = 0.2
_END_SECONDS = 5.0


def furnish(run_directory: str) -> None:
    """Put the hall's directory over pcscd's, hide every reader driver but vpcd's, switch the loopback on."""
    if not Path(_PCSCD_DIRECTORY).is_dir():
        if not os.access("/run", os.W_OK):
            _mount("-t", "tmpfs", "tmpfs", "/run")
        Path(_PCSCD_DIRECTORY).mkdir()
    _mount("--bind", run_directory, _PCSCD_DIRECTORY)
    _mount("--bind", f"{_READER_DRIVERS}/serial", _READER_DRIVERS)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        request = struct.pack("16sh14x", b"lo", 0)
        _, flags = struct.unpack("16sh14x", fcntl.ioctl(control, _SIOCGIFFLAGS, request))
        fcntl.ioctl(control, _SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", flags | _IFF_UP))


def _mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True)


def hand_out(door: socket.socket) -> bool:
    """Answer one request for a connection; False when the hall is gone."""
    request = door.recv(2)
    if len(request) < 2:
        return False
    try:
        with socket.create_connection(("127.0.0.1", int.from_bytes(request, "big")), timeout=1.0) as connection:
            socket.send_fds(door, [b"+"], [connection.fileno()])
    except OSError:
        door.sendall(b"-")
    return True


def main() -> int:
    """Arguments: "private" or "shared", pcscd's directory for socket and pid, its directory of readers.

    Then the name under which clients find the socket, and the socket: the name is taken away with pcscd.
    """
    kind, run_directory, readers, name, real = sys.argv[1:]
    if kind == "private":
        furnish(run_directory)
    # So that a signal from a terminal or from a supervisor also ends pcscd on the way out.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    pcscd = subprocess.Popen(["pcscd", "--foreground", "--config", readers], stdin=subprocess.DEVNULL)
    try:
        with socket.socket(fileno=0) as door, selectors.DefaultSelector() as selector:
            selector.register(door, selectors.EVENT_READ)
            while pcscd.poll() is None:
                if selector.select(_LOOK_SECONDS) and not hand_out(door):
                    return 0
        return 1
    finally:
        pcscd.terminate()
        try:
            pcscd.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            pcscd.kill()  # it waits for ever on a card that never answers
            pcscd.wait()
        if Path(name).is_symlink() and str(Path(name).readlink()) == real:
            Path(name).unlink()


if __name__ == "__main__":
    sys.exit(main())
