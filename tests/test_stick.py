"""The files that mount a technician's stick fit together, and let nothing on it run."""

import configparser
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
UNIT = ROOT / "systemd" / "media-stick.mount"
RULE = next(
    line for line in (ROOT / "systemd" / "70-hall-kiosk.rules").read_text("utf-8").splitlines() if UNIT.name in line
)


def unit() -> configparser.ConfigParser:
    read = configparser.ConfigParser()
    read.optionxform = str  # type: ignore[assignment,method-assign]
    read.read_string(UNIT.read_text("utf-8"))
    return read


def test_it_is_mounted_where_the_settings_look_for_it() -> None:
    where = unit()["Mount"]["Where"]
    assert where == tomllib.loads((ROOT / "config" / "kiosk.toml").read_text("utf-8"))["staff"]["stick_directory"]
    assert UNIT.name == where.strip("/").replace("/", "-") + ".mount"
    assert f"d {where} " in (ROOT / "systemd" / "hall-kiosk.tmpfiles").read_text("utf-8")
    service = (ROOT / "systemd" / "hall-kiosk.service").read_text("utf-8")
    assert f"ReadWritePaths=-{Path(where).parent}\n" in service


def test_the_rule_names_the_device_that_is_mounted_and_only_on_usb() -> None:
    assert unit()["Mount"]["What"].removeprefix("/dev/") in RULE
    assert 'SUBSYSTEMS=="usb"' in RULE
    kinds = RULE.partition('ENV{ID_FS_TYPE}=="')[2].partition('"')[0].split("|")
    assert kinds == unit()["Mount"]["Type"].split(",")


def test_nothing_on_it_is_a_program_a_device_or_anybody_elses() -> None:
    options = set(unit()["Mount"]["Options"].split(","))
    assert options >= {"nosuid", "nodev", "noexec", "nosymfollow", "sync", "uid=hall-kiosk", "umask=0077"}
    assert unit()["Unit"]["Requisite"] == "usbguard.service"


def test_storage_is_refused_unless_the_hall_names_a_stick() -> None:
    rules = (ROOT / "systemd" / "usbguard.rules").read_text("utf-8").splitlines()
    in_force = [rule for rule in rules if rule and not rule.startswith("#")]
    assert in_force[-1] == "reject"
    assert not [rule for rule in in_force if "{ 08" in rule and "!allowed-matches" not in rule]


def test_the_package_brings_it() -> None:
    assert "systemd/*.mount" in (ROOT / "systemd" / "package" / "debian" / "rules").read_text("utf-8")
