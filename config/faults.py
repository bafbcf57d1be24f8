"""The fault catalogue: every way a device, the network or the program can fail, and what then helps.

Codes are below everything, so that every room may name a fault. The sentences live in the text catalogue
(screens/text) under ``fault.<CODE>.citizen`` and ``fault.<CODE>.technician``; docs/faults.md is generated from both.
"""

from enum import StrEnum


class Action(StrEnum):
    """What helps after a fault, seen from the citizen."""

    RETRY = "retry"
    OTHER_WAY = "other_way"
    STAFF = "staff"
    ENGINEER = "engineer"
    WAIT = "wait"


class FaultCode(StrEnum):
    """One name per fault. The group before the first underscore is the part of the kiosk concerned."""

    DEV_STUCK = "DEV_STUCK"
    DEV_NO_READER = "DEV_NO_READER"
    DEV_UNSTABLE = "DEV_UNSTABLE"

    CARD_SERVICE_DOWN = "CARD_SERVICE_DOWN"
    CARD_READER_GONE = "CARD_READER_GONE"
    CARD_MUTE = "CARD_MUTE"
    CARD_WRONG = "CARD_WRONG"
    CARD_REMOVED = "CARD_REMOVED"
    CARD_UNREADABLE = "CARD_UNREADABLE"
    CARD_PSAM = "CARD_PSAM"

    ID_READER_GONE = "ID_READER_GONE"
    ID_READER_SILENT = "ID_READER_SILENT"
    ID_READER_FAULT = "ID_READER_FAULT"
    ID_UNREADABLE = "ID_UNREADABLE"

    FACE_CAMERA_GONE = "FACE_CAMERA_GONE"
    FACE_CAMERA_FROZEN = "FACE_CAMERA_FROZEN"
    FACE_ENGINE_DOWN = "FACE_ENGINE_DOWN"
    FACE_MODEL_INVALID = "FACE_MODEL_INVALID"

    PRN_GONE = "PRN_GONE"
    PRN_SILENT = "PRN_SILENT"
    PRN_PAPER_OUT = "PRN_PAPER_OUT"
    PRN_COVER_OPEN = "PRN_COVER_OPEN"
    PRN_CUTTER = "PRN_CUTTER"
    PRN_HEAD_HOT = "PRN_HEAD_HOT"
    PRN_FAULT = "PRN_FAULT"
    PRN_INTERRUPTED = "PRN_INTERRUPTED"

    NET_UNREACHABLE = "NET_UNREACHABLE"
    NET_TIMEOUT = "NET_TIMEOUT"
    NET_PORTAL = "NET_PORTAL"
    NET_CERT_UNKNOWN = "NET_CERT_UNKNOWN"
    NET_CERT_EXPIRED = "NET_CERT_EXPIRED"
    NET_CERT_OTHER_HOST = "NET_CERT_OTHER_HOST"
    NET_OWN_CERT_EXPIRED = "NET_OWN_CERT_EXPIRED"
    NET_OWN_CERT_REFUSED = "NET_OWN_CERT_REFUSED"
    NET_OWN_CERT_UNUSABLE = "NET_OWN_CERT_UNUSABLE"

    GW_ERROR = "GW_ERROR"
    GW_UNEXPECTED = "GW_UNEXPECTED"
    GW_REJECTED = "GW_REJECTED"
    GW_DIRECTIVES = "GW_DIRECTIVES"

    Q_UNAVAILABLE = "Q_UNAVAILABLE"
    Q_DAMAGED = "Q_DAMAGED"
    Q_LOCKED = "Q_LOCKED"
    Q_FULL = "Q_FULL"
    Q_RESTORED = "Q_RESTORED"

    SW_BUG = "SW_BUG"

    @property
    def action(self) -> Action:
        """What the citizen or the hall does about it."""
        return _ACTIONS[self]

    @property
    def of_line(self) -> bool:
        """True for those of the way to the gateway: it was not reached, or somebody else was."""
        return self.name.startswith("NET_")

    @property
    def of_gateway(self) -> bool:
        """True for those of the gateway's own answers."""
        return self.name.startswith("GW_")


_ACTIONS = {
    FaultCode.DEV_STUCK: Action.ENGINEER,
    FaultCode.DEV_NO_READER: Action.STAFF,
    FaultCode.DEV_UNSTABLE: Action.ENGINEER,
    FaultCode.CARD_SERVICE_DOWN: Action.OTHER_WAY,
    FaultCode.CARD_READER_GONE: Action.OTHER_WAY,
    FaultCode.CARD_MUTE: Action.RETRY,
    FaultCode.CARD_WRONG: Action.RETRY,
    FaultCode.CARD_REMOVED: Action.RETRY,
    FaultCode.CARD_UNREADABLE: Action.OTHER_WAY,
    FaultCode.CARD_PSAM: Action.ENGINEER,
    FaultCode.ID_READER_GONE: Action.OTHER_WAY,
    FaultCode.ID_READER_SILENT: Action.OTHER_WAY,
    FaultCode.ID_READER_FAULT: Action.ENGINEER,
    FaultCode.ID_UNREADABLE: Action.RETRY,
    FaultCode.FACE_CAMERA_GONE: Action.OTHER_WAY,
    FaultCode.FACE_CAMERA_FROZEN: Action.OTHER_WAY,
    FaultCode.FACE_ENGINE_DOWN: Action.OTHER_WAY,
    FaultCode.FACE_MODEL_INVALID: Action.ENGINEER,
    FaultCode.PRN_GONE: Action.STAFF,
    FaultCode.PRN_SILENT: Action.STAFF,
    FaultCode.PRN_PAPER_OUT: Action.STAFF,
    FaultCode.PRN_COVER_OPEN: Action.STAFF,
    FaultCode.PRN_CUTTER: Action.ENGINEER,
    FaultCode.PRN_HEAD_HOT: Action.WAIT,
    FaultCode.PRN_FAULT: Action.ENGINEER,
    FaultCode.PRN_INTERRUPTED: Action.STAFF,
    FaultCode.NET_UNREACHABLE: Action.WAIT,
    FaultCode.NET_TIMEOUT: Action.WAIT,
    FaultCode.NET_PORTAL: Action.ENGINEER,
    FaultCode.NET_CERT_UNKNOWN: Action.ENGINEER,
    FaultCode.NET_CERT_EXPIRED: Action.ENGINEER,
    FaultCode.NET_CERT_OTHER_HOST: Action.ENGINEER,
    FaultCode.NET_OWN_CERT_EXPIRED: Action.ENGINEER,
    FaultCode.NET_OWN_CERT_REFUSED: Action.ENGINEER,
    FaultCode.NET_OWN_CERT_UNUSABLE: Action.ENGINEER,
    FaultCode.GW_ERROR: Action.WAIT,
    FaultCode.GW_UNEXPECTED: Action.ENGINEER,
    FaultCode.GW_REJECTED: Action.ENGINEER,
    FaultCode.GW_DIRECTIVES: Action.ENGINEER,
    FaultCode.Q_UNAVAILABLE: Action.STAFF,
    FaultCode.Q_DAMAGED: Action.ENGINEER,
    FaultCode.Q_LOCKED: Action.ENGINEER,
    FaultCode.Q_FULL: Action.STAFF,
    FaultCode.Q_RESTORED: Action.ENGINEER,
    FaultCode.SW_BUG: Action.STAFF,
}
