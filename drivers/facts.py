"""What is known of a device, beside how it is: who made it, since when it is so, what went wrong last, what it did."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from config.faults import FaultCode
from drivers.device import Health, HealthRecord


@dataclass(frozen=True)
class Identity:
    """What a device, or the system, tells about it; empty where neither does. Nothing here is about a person.

    ``driver``: the libraries and services that carry it, with their versions; ``place``: where it is connected.
    """

    maker: str = ""
    model: str = ""
    serial: str = ""
    firmware: str = ""
    driver: str = ""
    place: str = ""


@dataclass(frozen=True)
class PastFault:
    """The last thing that went wrong. ``seconds_ago`` counts from the moment of the facts."""

    code: FaultCode
    detail: str
    seconds_ago: float


@dataclass(frozen=True)
class DeviceFacts:
    """Everything that a technician may want to know of one device at one moment.

    ``unchanged``: seconds for which it has been in its state; ``returns``: how often it came back after it had been
    away; ``replaced_threads``: how often a call never came back. ``counts``: by what is counted, see drivers/tally.py.
    """

    device: str
    health: Health
    identity: Identity
    unchanged: float
    last_fault: PastFault | None = None
    returns: int = 0
    replaced_threads: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)


def facts_of(
    record: HealthRecord,
    identity: Identity,
    *,
    replaced_threads: int = 0,
    counts: Mapping[str, int] | None = None,
) -> DeviceFacts:
    """The facts of the device behind ``record`` at this moment."""
    now = record.clock()
    last = record.last_fault
    return DeviceFacts(
        device=record.device,
        health=record.current,
        identity=identity,
        unchanged=max(now - record.since, 0.0),
        last_fault=None if last is None else PastFault(last.code, last.detail, max(now - last.at, 0.0)),
        returns=record.returns,
        replaced_threads=replaced_threads,
        counts=dict(counts or {}),
    )
