"""Figures from the last look and from the audit log: values, and nothing personal by construction."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from prometheus_client import CollectorRegistry, generate_latest

from config.faults import FaultCode
from config.services import ServiceName
from drivers.device import DeviceState, Health
from kiosk.audit.entries import Draft, Ending, Event
from kiosk.fleet.machine import Machine, MachineState
from kiosk.fleet.vitals import _at_rest
from kiosk.metrics.visits import VisitMetrics
from tests.metrics.figures import NOW, VITALS, registry_of_a_kiosk


def value(registry: CollectorRegistry, name: str, **labels: str) -> float | None:
    return registry.get_sample_value(f"hall_kiosk_{name}", labels)


def test_the_last_look_is_shown() -> None:
    registry = registry_of_a_kiosk()
    assert value(registry, "device_state", device="printer", state="offline") == 1
    assert value(registry, "device_state", device="printer", state="online") == 0
    assert value(registry, "device_fault", device="printer", code="PRN_PAPER_OUT") == 1
    assert value(registry, "device_counts", device="printer", count="paper_mm") == 12345
    assert value(registry, "paper", state="out") == 1
    assert value(registry, "queue_waiting") == 7
    assert value(registry, "queue_oldest_seconds") == 180
    assert value(registry, "queue_used_ratio") == 0.25
    assert value(registry, "matter_open", matter="contribution_certificate") == 0
    assert value(registry, "matter_open", matter="activation") == 1
    assert value(registry, "directives_refused_total") == 2
    assert value(registry, "configuration_as_wanted") == 0
    assert value(registry, "clock_offset_seconds") == -3
    assert value(registry, "certificate_expiry_timestamp_seconds") == (NOW + timedelta(days=90)).timestamp()
    assert value(registry, "info", version="0.1.0", configuration="0123456789ab") == 1


def test_a_word_of_a_device_for_technicians_is_in_no_figure() -> None:
    """Details are free text, and a label value for each would be a series for each."""
    assert VITALS.devices["printer"].detail == "paper_out"
    assert b'"paper_out"' not in generate_latest(registry_of_a_kiosk())


def test_a_camera_between_two_checks_is_not_out_of_order() -> None:
    gone = Health(DeviceState.OFFLINE, FaultCode.FACE_CAMERA_GONE)
    assert _at_rest(Health(DeviceState.OFFLINE)) == Health(DeviceState.STARTING)
    assert _at_rest(gone) == gone
    assert _at_rest(Health(DeviceState.ONLINE)) == Health(DeviceState.ONLINE)


def test_before_the_first_look_only_visits_are_counted() -> None:
    registry = registry_of_a_kiosk(None)
    assert value(registry, "queue_waiting") is None
    assert value(registry, "visits_total", matter="activation", outcome="done") == 0


class Steps:
    """An audit log in whose time nothing passes but what the test says."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.seconds = 0.0
        self._metrics = VisitMetrics(self.registry, lambda: self.seconds)

    def note(self, event: Event, visit: str = "v", after: float = 0.0, **fields: str) -> None:
        self.seconds += after
        self._metrics.hear(Draft(NOW, True, visit, event, fields))


def test_a_visit_is_counted_with_its_steps() -> None:
    steps = Steps()
    steps.note(Event.VISIT_BEGAN, matter=ServiceName.ACTIVATION)
    steps.note(Event.DOCUMENT_READ, after=7)
    steps.note(Event.ANSWERED, after=3)
    steps.note(Event.PRINTED, after=2)
    steps.note(Event.VISIT_ENDED, after=1, how=Ending.DONE)
    assert value(steps.registry, "visits_total", matter="activation", outcome="done") == 1
    assert value(steps.registry, "visit_seconds_sum", matter="activation") == 13
    sums = {
        step: value(steps.registry, "step_seconds_sum", step=step) for step in ("document_read", "answered", "printed")
    }
    assert sums == {"document_read": 7, "answered": 3, "printed": 2}
    assert value(steps.registry, "step_seconds_bucket", step="printed", le="2.0") == 1


def test_faults_and_departures_are_counted_apart() -> None:
    steps = Steps()
    for visit, how in (("a", Ending.FAULT), ("b", Ending.LEFT)):
        steps.note(Event.VISIT_BEGAN, visit, matter=ServiceName.LOSS_REPORT)
        if how is Ending.FAULT:
            steps.note(Event.FAULT, visit, code=FaultCode.CARD_MUTE)
        steps.note(Event.VISIT_ENDED, visit, after=5, how=how)
    assert value(steps.registry, "visit_faults_total", code="CARD_MUTE") == 1
    assert value(steps.registry, "visits_total", matter="loss_report", outcome="fault") == 1
    assert value(steps.registry, "visits_total", matter="loss_report", outcome="left") == 1
    assert value(steps.registry, "visit_seconds_count", matter="loss_report") == 0, "only what was done has a length"


def test_entries_that_belong_to_no_visit_are_no_steps() -> None:
    steps = Steps()
    steps.note(Event.KIOSK_STARTED, "")
    steps.note(Event.PRINTED, "unknown")
    assert value(steps.registry, "step_seconds_count", step="printed") == 0


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, datetime]:
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(days=40)
    key, name = Ed25519PrivateKey.generate(), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "JN-03")])
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    built = built.serial_number(1).not_valid_before(until - timedelta(days=90)).not_valid_after(until)
    file = tmp_path / "kiosk.pem"
    file.write_bytes(built.sign(key, None).public_bytes(Encoding.PEM))
    return file, until


def test_the_machine_is_looked_at(tmp_path: Path, certificate: tuple[Path, datetime]) -> None:
    for zone, text in (("thermal_zone0", "41500"), ("thermal_zone1", "63000"), ("thermal_zone2", "no")):
        (tmp_path / zone).mkdir()
        (tmp_path / zone / "temp").write_text(text + "\n", "ascii")
    state = Machine(tmp_path, certificate[0], tmp_path).look()
    assert (state.celsius, state.certificate_until) == (63.0, certificate[1])
    assert state.disk_free is not None
    assert state.disk_size is not None
    assert 0 < state.disk_free <= state.disk_size


def test_a_machine_that_says_nothing(tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    assert Machine(nowhere, nowhere / "kiosk.pem", nowhere).look() == MachineState()
