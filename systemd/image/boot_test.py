"""Boots the disk image in qemu, under software emulation, and watches its serial line and its screen.

    PYTHONPATH=. python systemd/image/boot_test.py start             # as far as the start screen
    PYTHONPATH=. python systemd/image/boot_test.py update GOOD BAD   # two nights: one bundle stays, one does not
    PYTHONPATH=. python systemd/image/boot_test.py dead BUNDLE         # a night with a bundle that holds no system

The disk is a copy whose data partition holds the keys of a trial kiosk; nothing in it answers at the gateway's address,
so the start screen says that the network is down. Pictures and the serial log stay in build/image/test.
"""

import datetime as dt
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

from simulator.gateway.keys import PUBLIC_KEYS_FILE, KeyDirectory

IMAGE = Path("build/image").absolute()
TEST = IMAGE / "test"
ROOT = IMAGE / "root"
FIRMWARE = Path("/usr/share/OVMF")
PATIENCE = 60.0 * 30  # seconds for one line: every instruction is emulated, and the machine may be busy
PAPER = (0xF6, 0xF4, 0xEF)  # the ground of the screens
SETTINGS = """mode = "trial"
fonts_directory = "/opt/hall-kiosk/fonts"
[gateway]
url = "http://127.0.0.1:9"
"""


class BootError(Exception):
    """The machine did not do what it should."""


def prepare(*, enrolled: bool = True) -> None:
    """A disk of our own: the image's, with a data partition on which a trial kiosk is enrolled, or not yet."""
    data = TEST / "data"
    for old in (data, TEST / "gateway"):
        shutil.rmtree(old, ignore_errors=True)
    shutil.copytree(ROOT / "var", data, symlinks=True)
    (data / "lib/hall-kiosk-settings/kiosk.toml").write_text(SETTINGS, "utf-8")
    if enrolled:
        _enrol(data)
    _make_disk(data)
    shutil.copy(FIRMWARE / "OVMF_VARS_4M.fd", TEST / "firmware.fd")


def _enrol(data: Path) -> None:
    keys = TEST / "gateway"
    KeyDirectory(keys)
    environment = {**os.environ, "KIOSK_DATA_DIRECTORY": str(data / "lib/hall-kiosk"), "KIOSK_CONFIG": ""}
    (data / "lib/hall-kiosk").mkdir(exist_ok=True)
    command = [sys.executable, "-m", "kiosk.cli", "enroll", "--gateway-keys", str(keys / PUBLIC_KEYS_FILE)]
    subprocess.run(command, check=True, env={key: value for key, value in environment.items() if value})
    user, group = _owner("hall-kiosk")
    subprocess.run(["chown", "-R", f"{user}:{group}", str(data / "lib/hall-kiosk")], check=True)
    (data / "lib/hall-kiosk").chmod(0o700)


def _owner(name: str) -> tuple[str, str]:
    line = next(line for line in (ROOT / "etc/passwd").read_text("utf-8").splitlines() if line.startswith(f"{name}:"))
    return line.split(":")[2], line.split(":")[3]


def _make_disk(data: Path) -> None:
    disk, partition = TEST / "disk.img", TEST / "data.ext4"
    subprocess.run(["cp", "--sparse=always", str(IMAGE / "hall-kiosk.img"), str(disk)], check=True)
    start, size = _data_partition()
    subprocess.run(["truncate", "-s", str(size), str(partition)], check=True)
    subprocess.run(["mkfs.ext4", "-q", "-L", "data", "-d", str(data), str(partition)], check=True)
    # Not sparse: the partition that is there already must be overwritten where the new one is empty, too.
    place = ["bs=1M", "oflag=seek_bytes", f"seek={start}", "conv=notrunc", "status=none"]
    subprocess.run(["dd", f"if={partition}", f"of={disk}", *place], check=True)
    partition.unlink()
    shutil.rmtree(data)


def _data_partition() -> tuple[int, int]:
    """Where it begins on the disk, and its size; in bytes."""
    table = subprocess.run(["sfdisk", "-d", str(TEST / "disk.img")], check=True, capture_output=True, text=True).stdout
    last = table.splitlines()[-1]
    start, size = (int(last.split(f"{word}=")[1].split(",")[0]) * 512 for word in ("start", "size"))
    return start, size


def bring(bundle: Path) -> None:
    """Put a bundle where the hall would put it, while the machine is off."""
    place = TEST / "mounted"
    place.mkdir(exist_ok=True)
    subprocess.run(
        ["mount", "-o", f"loop,offset={_data_partition()[0]}", str(TEST / "disk.img"), str(place)], check=True
    )
    try:
        shutil.copy(bundle, place / "lib/hall-kiosk-updates" / bundle.name)
    finally:
        subprocess.run(["umount", str(place)], check=True)


@contextmanager
def machine(log: str, clock: str = "utc") -> Iterator["Machine"]:
    """The computer with the disk in it, switched on; its serial console is kept in the file ``log``."""
    # A processor without the fault that makes the kernel change the page tables at each system call: emulated, this
    # would take a third of the time.
    command = [
        "qemu-system-x86_64", "-machine", "q35", "-accel", "tcg,thread=multi", "-cpu", "max,vendor=AuthenticAMD",
        "-m", "2048", "-smp", "2", "-rtc", f"base={clock}",
        "-drive", f"if=pflash,format=raw,readonly=on,file={FIRMWARE}/OVMF_CODE_4M.fd",
        "-drive", f"if=pflash,format=raw,file={TEST}/firmware.fd",
        "-drive", f"file={TEST}/disk.img,format=raw,if=virtio,cache=unsafe",
        "-device", "virtio-vga,xres=1080,yres=1920", "-display", "none", "-device", "usb-ehci", "-device", "usb-tablet",
        "-serial", f"file:{TEST / log}", "-monitor", f"unix:{TEST}/monitor,server,nowait",
        "-nic", "user,restrict=on",
    ]  # fmt: skip
    (TEST / log).write_bytes(b"")
    process = subprocess.Popen(command)
    try:
        yield Machine(process, TEST / log)
    finally:
        process.terminate()
        process.wait(30)


class Machine:
    """What can be seen of it from outside."""

    def __init__(self, process: "subprocess.Popen[bytes]", log: Path) -> None:
        self._process = process
        self._log = log
        self._began = time.monotonic()
        self._read = 0  # lines of the serial console that have been asked for already

    def await_line(self, pattern: str, patience: float = PATIENCE) -> str:
        """The next line of the serial console in which ``pattern`` is found, after the one found before.

        Raises:
            BootError: the emulator has ended, or no such line came within ``patience`` seconds.
        """
        until = time.monotonic() + patience
        while time.monotonic() < until:
            lines = self._log.read_bytes().decode("utf-8", "replace").split("\n")
            for number in range(self._read, len(lines) - 1):
                if re.search(pattern, lines[number]):
                    self._read = number + 1
                    print(f"{time.monotonic() - self._began:7.0f} s   {lines[number].strip()}", flush=True)
                    return lines[number]
            if self._process.poll() is not None:
                raise BootError("the emulator has ended")
            time.sleep(1)
        raise BootError(f"{pattern!r} did not come on the serial console, see {self._log}")

    def await_start_screen(self, name: str) -> None:
        """Its screen shows a page of the kiosk; the picture is kept under ``name``.

        Raises:
            BootError: it does not within five minutes.
        """
        until = time.monotonic() + 300
        while time.monotonic() < until:
            if shows_a_page(self.picture(name)):
                print(f"{time.monotonic() - self._began:7.0f} s   the start screen: {TEST / name}.png", flush=True)
                return
            time.sleep(5)
        raise BootError(f"READY=1, but no start screen: {TEST / name}.png")

    def switch_off(self) -> None:
        """Press its button, and wait until it is off.

        Raises:
            BootError: it is still on after some minutes.
        """
        self._say("system_powerdown")
        try:
            self._process.wait(300)
        except subprocess.TimeoutExpired:
            raise BootError("it does not switch itself off") from None

    def _say(self, order: str) -> None:
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(TEST / "monitor"))
            time.sleep(0.5)
            line.send(f"{order}\n".encode())
            time.sleep(3)

    def picture(self, name: str) -> Image.Image:
        """What its screen shows now; kept under ``name``."""
        raw = TEST / "screen.ppm"
        self._say(f"screendump {raw}")
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
    with machine("start.log") as computer:
        computer.await_line("hall-kiosk: READY=1")
        computer.await_start_screen("start")


def update(good: Path, bad: Path) -> None:
    """Two nights with a signed update: one stays, the other never shows its start screen and is gone by itself."""
    prepare()
    bring(good)
    version = good.stem.removeprefix("hall-kiosk-")
    with machine("good.log", night(1)) as computer:
        computer.await_line("hall-kiosk: READY=1 .*SLOT=A")
        computer.await_start_screen("before")
        computer.await_line(f"hall-kiosk: UPDATE {re.escape(good.name)} installed")
        computer.await_line('BdsDxe: starting Boot.* "B"')
        computer.await_line(f"hall-kiosk: READY=1 VERSION={re.escape(version)} SLOT=B")
        computer.await_start_screen("after")
        computer.switch_off()
    bring(bad)
    with machine("bad.log", night(2)) as computer:
        computer.await_line(f"hall-kiosk: READY=1 VERSION={re.escape(version)} SLOT=B")
        computer.await_line(f"hall-kiosk: UPDATE {re.escape(bad.name)} installed")
        computer.await_line("hall-kiosk: BAD SLOT=A, back to B")
        computer.await_line(f"hall-kiosk: READY=1 VERSION={re.escape(version)} SLOT=B")
        computer.await_start_screen("back")


def dead(bundle: Path) -> None:
    """A night with a signed update whose kernel finds no system: the one before is there again by itself.

    The kiosk is not enrolled yet, which is no fault (mark-good): so the system is good without waiting for it.
    """
    prepare(enrolled=False)
    bring(bundle)
    with machine("dead.log", night(1)) as computer:
        computer.await_line("hall-kiosk: READY=1 .*SLOT=A")
        computer.await_line(f"hall-kiosk: UPDATE {re.escape(bundle.name)} installed")
        computer.await_line('BdsDxe: starting Boot.* "B"')
        computer.await_line("Rebooting automatically due to panic= boot argument")
        computer.await_line('BdsDxe: starting Boot.* "A"')
        computer.await_line("hall-kiosk: READY=1 .*SLOT=A")


def night(number: int) -> str:
    """Before the hour of updates, 03:40 in China (hall-kiosk-update.timer), days from now: what is built is older."""
    day = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=number)
    return f"{day}T19:36:00"  # the machine's clock tells UTC


def _ended(*_: object) -> None:
    sys.exit("boot test: ended from outside")  # through `finally`, so that the emulator ends as well


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _ended)
    tests: dict[str, Callable[..., None]] = {"start": start, "update": update, "dead": dead}
    try:
        tests[sys.argv[1]](*map(Path, sys.argv[2:]))
    except BootError as error:
        sys.exit(f"boot test: {error}")
