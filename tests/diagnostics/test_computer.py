"""The machine's own checks, on made-up /sys and /proc, and certificates of any age."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import NameOID

from kiosk.diagnostics import computer, network, storage
from kiosk.diagnostics.check import Level


def put(root: Path, **files: str) -> None:
    for name, text in files.items():
        path = root / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n", "ascii")


@pytest.mark.parametrize(("milli", "level"), [(45_000, Level.OK), (80_000, Level.WARNING), (95_000, Level.ERROR)])
def test_the_hottest_sensor_counts(tmp_path: Path, milli: int, level: Level) -> None:
    assert computer.temperature(tmp_path).level is Level.ABSENT
    put(tmp_path, sys__class__thermal__thermal_zone0__temp="30000", sys__class__thermal__thermal_zone0__type="acpitz")
    put(tmp_path, sys__class__hwmon__hwmon1__temp1_input=str(milli), sys__class__hwmon__hwmon1__name="coretemp")
    found = computer.temperature(tmp_path)
    assert (found.level, found.figures["coretemp temp1"]) == (level, milli / 1000)


@pytest.mark.parametrize(
    ("status", "capacity", "level"),
    [("Full", 100, Level.OK), ("Discharging", 90, Level.WARNING), ("Charging", 20, Level.WARNING)],
)
def test_standby_power(tmp_path: Path, status: str, capacity: int, level: Level) -> None:
    assert computer.ups(tmp_path).level is Level.ABSENT
    supply = "sys__class__power_supply__ups0"
    put(tmp_path, **{f"{supply}__type": "UPS", f"{supply}__status": status, f"{supply}__capacity": str(capacity)})
    assert computer.ups(tmp_path).level is level


@pytest.mark.parametrize("fields", [{"scope": "Device", "status": "Discharging", "capacity": "5"}, {"status": "Full"}])
def test_a_battery_that_is_not_the_kiosks_or_does_not_tell_is_none(tmp_path: Path, fields: dict[str, str]) -> None:
    supply = "sys__class__power_supply__hidpp_battery_0"
    put(tmp_path, **{f"{supply}__type": "Battery", **{f"{supply}__{name}": word for name, word in fields.items()}})
    assert computer.ups(tmp_path).level is Level.ABSENT


@pytest.mark.parametrize(("free", "level"), [(900_000, Level.OK), (100_000, Level.WARNING)])
def test_memory(tmp_path: Path, free: int, level: Level) -> None:
    put(tmp_path, proc__meminfo=f"MemTotal: 4000000 kB\nMemFree: 1 kB\nMemAvailable: {free} kB")
    assert computer.memory(tmp_path).level is level


def test_a_disk_that_cannot_be_written_and_one_that_is_not_there(tmp_path: Path) -> None:
    assert storage.disk(tmp_path).level is Level.OK
    assert list(tmp_path.iterdir()) == []
    assert storage.disk(tmp_path / "none").line.key == "found.no_directory"
    assert storage.disk(Path("/proc")).line.key == "found.not_writable"


def test_fonts_that_are_not_there(tmp_path: Path) -> None:
    assert computer.fonts(tmp_path).line.key == "found.fonts_missing"


@pytest.mark.parametrize(("days", "level"), [(200, Level.OK), (20, Level.WARNING)])
def test_a_certificate_that_ends_soon_is_a_warning(days: int, level: Level) -> None:
    now = datetime(2026, 11, 29, tzinfo=UTC)
    key, name = Ed25519PrivateKey.generate(), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "gateway")])
    shown = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(days=1), now + timedelta(days=days))
    ).sign(key, None)
    found = network._validity(shown, now)
    assert (found.level, found.figures["until"]) == (level, (now + timedelta(days=days)).isoformat())


def test_no_link_is_an_error_only_if_the_gateway_is_elsewhere(tmp_path: Path) -> None:
    put(tmp_path, eth0__operstate="down", lo__operstate="unknown")
    endpoint = network.GatewayEndpoint.model_construct(url="https://gateway.hall.example")
    assert network.network(endpoint, tmp_path).level is Level.ERROR
    put(tmp_path, eth0__operstate="up")
    assert network.network(endpoint, tmp_path).level is Level.OK
