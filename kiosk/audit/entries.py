"""What the audit log may say. Every event names its fields, and every field the values that it can have.

A value is a member of an enumeration, one of the fixed words of the source, a number, yes or no, or a random id. There
is no field for free text, so personal data has no way in; what is not allowed is withheld, and reported as a bug.
"""

import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, StrEnum
from typing import Any, Self

from config.clock import Instant
from config.faults import FaultCode
from config.services import ServiceName
from config.setting_keys import fields as setting_keys
from config.settings import Settings
from drivers.device import DeviceState
from flows.certificates import CertificateKind
from flows.prompts import Prompt, SlipState, Whose
from flows.records import DocumentKind, Query
from flows.transactions import ProofMethod, ReceiptState, Transaction
from flows.visit import Refusal
from kiosk.desk.kinds import DeskAct, DeskEnd, DeskPage, DeskRefusal, Way
from kiosk.diagnostics.check import Level
from kiosk.first_boot.steps import State, Step
from kiosk.fleet.kinds import BundleState, DeviceName, DirectiveKind, Objection
from kiosk.service_state import ClosureReason
from kiosk.settings_desk.version import SettingsAct
from kiosk.staff.member import Role, StaffAct, StaffNumber, StaffRefusal

Value = str | int | float | bool | None
Check = Callable[[object], bool]

WITHHELD = "withheld"  # stands for a value that is not allowed

_LARGEST = 10**10  # fewer digits than a telephone number has


class Event(StrEnum):
    """The steps that are written down."""

    VISIT_BEGAN = "visit_began"
    DOCUMENT_READ = "document_read"
    PRESENCE_PROVED = "presence_proved"
    PRESENCE_REFUSED = "presence_refused"
    STAFF_CALLED = "staff_called"
    STAFF_CONFIRMED = "staff_confirmed"
    STAFF_REFUSED = "staff_refused"
    ANSWERED = "answered"
    WENT_BACK = "went_back"
    LOOKED_UP = "looked_up"
    SUBMITTING = "submitting"
    SUBMITTED = "submitted"
    CERTIFIED = "certified"
    PRINTED = "printed"
    REFUSED = "refused"
    FAULT = "fault"
    VISIT_ENDED = "visit_ended"
    DOCUMENT_LEFT = "document_left"  # after the visit, for so long that it is shown to whoever comes by
    DOCUMENT_TAKEN = "document_taken"  # and now it is gone

    KIOSK_STARTED = "kiosk_started"
    KIOSK_STOPPED = "kiosk_stopped"
    QUEUE_CLOSED = "queue_closed"
    QUEUE_OPENED = "queue_opened"
    CLOCK_SET = "clock_set"
    DEVICE_STATE = "device_state"
    TECHNICIAN = "technician"
    STAFF_CHANGED = "staff_changed"
    SETTING_CHANGED = "setting_changed"
    DIRECTIVES_TAKEN = "directives_taken"
    DIRECTIVE = "directive"  # one of those just taken
    DIRECTIVES_REFUSED = "directives_refused"
    SUPPORT_BUNDLE = "support_bundle"
    HOUSEKEEPING = "housekeeping"
    ENROLMENT = "enrolment"
    DESK_OPENED = "desk_opened"
    DESK_REFUSED = "desk_refused"
    DESK_LOGIN = "desk_login"
    DESK_PAGE = "desk_page"
    DESK_ACT = "desk_act"
    DESK_LEFT = "desk_left"

    TAIL_CUT = "tail_cut"  # half a line, as a crash leaves it, was moved out of the log
    TAIL_UNSIGNED = "tail_unsigned"  # the entries up to this one are not those that were signed
    ENTRIES_MISSING = "entries_missing"  # they were signed, and are not in the log
    ENTRIES_LOST = "entries_lost"  # they could not be written


class Found(StrEnum):
    """What a look-up brought."""

    FOUND = "found"
    NOT_FOUND = "not_found"
    OUT_OF_REACH = "out_of_reach"


class Ending(StrEnum):
    """How a visit ended."""

    DONE = "done"
    REFUSED = "refused"
    FAULT = "fault"
    LEFT = "left"  # by the citizen, or because nobody was there any more
    STOPPED = "stopped"  # with the program


class Act(StrEnum):
    """What a technician did to the queue, took along, or made the kiosk believe."""

    HOLD = "hold"
    RELEASE = "release"
    RETRY = "retry"
    EXPORT = "export"
    BACKUP = "backup"
    RESUME = "resume"
    SUPPORT_BUNDLE = "support_bundle"
    KEYS_TRUSTED = "keys_trusted"  # other keys of the gateway, by hand


class Reference(str):
    """The short random code by which the staff find a fault in the log."""

    __slots__ = ()

    @classmethod
    def new(cls) -> Self:
        """Another one."""
        return cls(secrets.token_hex(3).upper())


@dataclass(frozen=True)
class Draft:
    """An entry before it has its place in the chain. ``sure``: the time follows the gateway's."""

    at: datetime
    sure: bool
    visit: str
    event: Event
    fields: Mapping[str, Value]

    @classmethod
    def of(cls, instant: Instant, event: Event, fields: Mapping[str, Value], visit: str = "") -> Self:
        """What happened at ``instant``; ``fields`` must be allowed already."""
        return cls(instant.time.astimezone(UTC), instant.sure, visit, event, fields)


def _subclasses(kind: type[Any]) -> Iterator[type[Any]]:
    for found in kind.__subclasses__():
        yield found
        yield from _subclasses(found)


def _one_of(*allowed: type[Enum]) -> Check:
    words = {member.value for kind in allowed for member in kind}
    return lambda value: isinstance(value, str) and value in words


def _kind_of(base: type[Any], name: Callable[[type[Any]], object]) -> Check:
    """The name of a subclass of ``base``; looked up at each check, since they are defined in many files."""
    return lambda value: any(name(kind) == value for kind in _subclasses(base))


def _number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < _LARGEST


def _yes_or_no(value: object) -> bool:
    return isinstance(value, bool)


def _reference(value: object) -> bool:
    return isinstance(value, Reference)


def _staff_number(value: object) -> bool:
    return isinstance(value, StaffNumber)


def _setting(value: object) -> bool:
    return value in setting_keys(Settings)


_QUERY = _kind_of(Query, lambda kind: kind.__name__)
_TRANSACTION = _kind_of(Transaction, lambda kind: kind.KIND)
_PROMPT = _kind_of(Prompt, lambda kind: kind.__name__)

_FIELDS: Mapping[Event, Mapping[str, Check]] = {
    Event.VISIT_BEGAN: {"matter": _one_of(ServiceName)},
    Event.DOCUMENT_READ: {"document": _one_of(DocumentKind), "whose": _one_of(Whose)},
    Event.PRESENCE_PROVED: {"method": _one_of(ProofMethod)},
    Event.PRESENCE_REFUSED: {"reason": _one_of(Refusal)},
    Event.STAFF_CALLED: {},
    Event.STAFF_CONFIRMED: {"number": _staff_number},
    Event.STAFF_REFUSED: {"reason": _one_of(StaffRefusal), "number": _staff_number},
    Event.ANSWERED: {"question": _PROMPT},
    Event.WENT_BACK: {},
    Event.LOOKED_UP: {"query": _QUERY, "outcome": _one_of(Found)},
    Event.SUBMITTING: {"kind": _TRANSACTION},
    Event.SUBMITTED: {"kind": _TRANSACTION, "sequence": _number, "state": _one_of(ReceiptState)},
    Event.CERTIFIED: {"kind": _one_of(CertificateKind), "copy": _number, "printed": _yes_or_no},
    Event.PRINTED: {"state": _one_of(SlipState)},
    Event.REFUSED: {"reason": _one_of(Refusal)},
    Event.FAULT: {"code": _one_of(FaultCode), "reference": _reference},
    Event.VISIT_ENDED: {"how": _one_of(Ending)},
    Event.DOCUMENT_LEFT: {"document": _one_of(DocumentKind)},
    Event.DOCUMENT_TAKEN: {"document": _one_of(DocumentKind), "seconds": _number},
    Event.KIOSK_STARTED: {},
    Event.KIOSK_STOPPED: {},
    Event.QUEUE_CLOSED: {"code": _one_of(FaultCode)},
    Event.QUEUE_OPENED: {},
    Event.CLOCK_SET: {"seconds": _number},
    Event.DEVICE_STATE: {
        "device": _one_of(DeviceName),
        "before": _one_of(DeviceState),
        "state": _one_of(DeviceState),
        "code": _one_of(FaultCode),  # the fault that it has now
        "ended": _one_of(FaultCode),  # the fault that it had
    },
    Event.TECHNICIAN: {"act": _one_of(Act), "sequence": _number},
    Event.STAFF_CHANGED: {"act": _one_of(StaffAct), "number": _staff_number},
    Event.SETTING_CHANGED: {"act": _one_of(SettingsAct), "setting": _setting, "number": _staff_number},
    Event.DIRECTIVES_TAKEN: {"number": _number},
    Event.DIRECTIVE: {"kind": _one_of(DirectiveKind), "matter": _one_of(ServiceName)},
    Event.DIRECTIVES_REFUSED: {"reason": _one_of(Objection), "code": _one_of(FaultCode), "number": _number},
    Event.SUPPORT_BUNDLE: {"state": _one_of(BundleState)},
    Event.HOUSEKEEPING: dict.fromkeys(("backups", "copies", "halves", "months", "bytes"), _number),
    Event.ENROLMENT: {"step": _one_of(Step), "state": _one_of(State), "renewed": _yes_or_no},
    Event.DESK_OPENED: {"way": _one_of(Way)},
    Event.DESK_REFUSED: {"reason": _one_of(DeskRefusal), "number": _staff_number},
    Event.DESK_LOGIN: {"number": _staff_number, "role": _one_of(Role), "way": _one_of(Way)},
    Event.DESK_PAGE: {"number": _staff_number, "page": _one_of(DeskPage)},
    Event.DESK_ACT: {
        "number": _staff_number,
        "act": _one_of(DeskAct, Act),
        "sequence": _number,
        "matter": _one_of(ServiceName),
        "reason": _one_of(ClosureReason),
        "question": _PROMPT,  # of a test: the key of its name
        "level": _one_of(Level),
    },
    Event.DESK_LEFT: {"number": _staff_number, "how": _one_of(DeskEnd)},
    Event.TAIL_CUT: {"bytes": _number},
    Event.TAIL_UNSIGNED: {"last": _number},
    Event.ENTRIES_MISSING: {"first": _number, "last": _number},
    Event.ENTRIES_LOST: {"entries": _number},
}


class Vocabulary:
    """Decides what is allowed. ``question``: whether a word is the key of a sentence in the text catalogue."""

    def __init__(self, question: Callable[[str], bool]) -> None:
        self._question = question

    def allowed(self, event: Event, fields: Mapping[str, object]) -> tuple[dict[str, Value], list[str]]:
        """The fields as they may be written, and the names of those with which something is wrong."""
        kept: dict[str, Value] = {}
        wrong: list[str] = []
        for name, value in fields.items():
            check = _FIELDS[event].get(name)
            if check is not None and (check(value) or (name == "question" and self._is_question(value))):
                kept[name] = _plain(value)
                continue
            wrong.append(name)
            if check is not None:
                kept[name] = WITHHELD
        return kept, wrong

    def _is_question(self, value: object) -> bool:
        return isinstance(value, str) and self._question(value)


def _plain(value: object) -> Value:
    """Without the class of an enumeration; what is allowed is a text or a number."""
    return value if isinstance(value, int) else str(value)
