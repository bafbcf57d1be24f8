"""Boots the disk image in qemu, under software emulation, and watches its serial line and its screen.

    PYTHONPATH=. python systemd/image/boot_test.py start       # as far as the start screen
    PYTHONPATH=. python systemd/image/boot_test.py rollback    # an update that is bad, and back to the system before

The disk is a copy whose data partition holds the keys of a trial kiosk; nothing in it answers at the gateway's address,
so the start screen says that the network is down. Pictures and the serial log stay in build/image/test.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

from simulator.gateway.keys import PUBLIC_KEYS_FILE, KeyDirectory

IMAGE = Path("build/image").absolute()
TEST = IMAGE / "test"
ROOT = IMAGE / "root"
FIRMWARE = Path("/usr/share/OVMF")
PATIENCE = 60.0 * 30  # seconds: every instruction is emulated, and the machine may be busy
PAPER = (0xF6, 0xF4, 0xEF)  # the ground of the screens
SETTINGS = """mode = "trial"
fonts_directory = "/opt/hall-kiosk/fonts"
[gateway]
url = "http://127.0.0.1:9"
"""


class BootError(Exception):
    """The machine did not do what it should."""


def prepare(bundle: Path | None = None) -> None:
    """A disk of our own: the image's, with a data partition on which a trial kiosk is enrolled."""
    shutil.rmtree(TEST, ignore_errors=True)
    data = TEST / "data"
    shutil.copytree(ROOT / "var", data, symlinks=True)
    keys = TEST / "gateway"
    KeyDirectory(keys)
    (data / "lib/hall-kiosk-settings/kiosk.toml").write_text(SETTINGS, "utf-8")
    environment = {**os.environ, "KIOSK_DATA_DIRECTORY": str(data / "lib/hall-kiosk"), "KIOSK_CONFIG": ""}
    (data / "lib/hall-kiosk").mkdir(exist_ok=True)
    command = [sys.executable, "-m", "kiosk.cli", "enroll", "--gateway-keys", str(keys / PUBLIC_KEYS_FILE)]
    subprocess.run(command, check=True, env={key: value for key, value in environment.items() if value})
    user, group = _owner("hall-kiosk")
    subprocess.run(["chown", "-R", f"{user}:{group}", str(data / "lib/hall-kiosk")], check=True)
    (data / "lib/hall-kiosk").chmod(0o700)
    if bundle:
        shutil.copy(bundle, data / "lib/hall-kiosk-updates" / bundle.name)
    _make_disk(data)
    shutil.copy(FIRMWARE / "OVMF_VARS_4M.fd", TEST / "firmware.fd")


def _owner(name: str) -> tuple[str, str]:
    line = next(line for line in (ROOT / "etc/passwd").read_text("utf-8").splitlines() if line.startswith(f"{name}:"))
    return line.split(":")[2], line.split(":")[3]


def _make_disk(data: Path) -> None:
    disk, partition = TEST / "disk.img", TEST / "data.ext4"
    subprocess.run(["cp", "--sparse=always", str(IMAGE / "hall-kiosk.img"), str(disk)], check=True)
    table = subprocess.run(["sfdisk", "-d", str(disk)], check=True, capture_output=True, text=True).stdout
    last = table.splitlines()[-1]
    start, size = (int(last.split(f"{word}=")[1].split(",")[0]) for word in ("start", "size"))
    subprocess.run(["truncate", "-s", str(size * 512), str(partition)], check=True)
    subprocess.run(["mkfs.ext4", "-q", "-L", "data", "-d", str(data), str(partition)], check=True)
    # Not sparse: the partition that is there already must be overwritten where the new one is empty, too.
    place = ["bs=1M", "oflag=seek_bytes", f"seek={start * 512}", "conv=notrunc", "status=none"]
    subprocess.run(["dd", f"if={partition}", f"of={disk}", *place], check=True)
    partition.unlink()
    shutil.rmtree(data)


@contextmanager
def machine() -> Iterator["Machine"]:
    """The computer with the disk in it, switched on."""
    command = [
        "qemu-system-x86_64", "-machine", "q35", "-accel", "tcg,thread=multi", "-cpu", "max", "-m", "2048", "-smp", "2",
        "-drive", f"if=pflash,format=raw,readonly=on,file={FIRMWARE}/OVMF_CODE_4M.fd",
        "-drive", f"if=pflash,format=raw,file={TEST}/firmware.fd",
        "-drive", f"file={TEST}/disk.img,format=raw,if=virtio,cache=unsafe",
        "-device", "virtio-vga,xres=1080,yres=1920", "-display", "none", "-device", "usb-ehci", "-device", "usb-tablet",
        "-serial", f"file:{TEST}/serial.log", "-monitor", f"unix:{TEST}/monitor,server,nowait",
        "-nic", "user,restrict=on",
    ]  # fmt: skip
    (TEST / "serial.log").touch()
    process = subprocess.Popen(command)
    try:
        yield Machine(process)
    finally:
        process.terminate()
        process.wait(30)


class Machine:
    """What can be seen of it from outside."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process
        self._began = time.monotonic()

    def await_line(self, words: str) -> str:
        """The line of the serial console that holds ``words``."""
        while time.monotonic() < self._began + PATIENCE:
            if self._process.poll() is not None:
                raise BootError("the emulator has ended")
            log = (TEST / "serial.log").read_bytes().decode("utf-8", "replace")
            if found := [line.strip() for line in log.splitlines() if words in line]:
                print(f"{time.monotonic() - self._began:7.0f} s   {found[-1]}", flush=True)
                return found[-1]
            time.sleep(1)
        raise BootError(f"{words!r} did not come on the serial console, see {TEST / 'serial.log'}")

    def picture(self, name: str) -> Image.Image:
        """What its screen shows now; kept under ``name``."""
        raw = TEST / "screen.ppm"
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(TEST / "monitor"))
            time.sleep(0.5)
            line.send(f"screendump {raw}\n".encode())
            time.sleep(3)
        with Image.open(raw) as taken:
            shown = taken.convert("RGB")
        shown.save(TEST / f"{name}.png")
        return shown


def shows_a_page(picture: Image.Image) -> bool:
    """Whether a good part of it is the ground of our screens."""
    small = picture.resize((108, 192), Image.Resampling.NEAREST)
    pixels = small.get_flattened_data()
    near = sum(all(abs(have - want) <= 4 for have, want in zip(pixel, PAPER, strict=True)) for pixel in pixels)
    return near > 0.2 * 108 * 192


def start() -> None:
    """It comes up by itself as far as the start screen."""
    prepare()
    with machine() as computer:
        computer.await_line("hall-kiosk: READY=1")
        for _ in range(20):
            if shows_a_page(computer.picture("start")):
                print("the start screen is there: build/image/test/start.png")
                return
            time.sleep(5)
    raise BootError("READY=1, but no start screen: build/image/test/start.png")


def rollback(bundle: Path) -> None:
    """A signed update whose kiosk does not start: tried once, and then the system before is there again."""
    prepare(bundle)
    with machine() as computer:
        computer.await_line("SLOT=A")
        computer.await_line("UPDATE")
        computer.await_line("BAD SLOT=B")
        computer.await_line("SLOT=A")


if __name__ == "__main__":
    try:
        start() if sys.argv[1] == "start" else rollback(Path(sys.argv[2]))
    except BootError as error:
        sys.exit(f"boot test: {error}")
