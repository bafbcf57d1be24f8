"""The fixed words of the fleet: what a directive may be, and why one is refused."""

from enum import StrEnum


class DirectiveKind(StrEnum):
    """What the gateway may tell a kiosk."""

    MESSAGE = "message"  # a sentence for citizens
    MATTER_OFF = "matter_off"
    OUT_OF_SERVICE = "out_of_service"
    CONFIGURATION = "configuration"  # the version that it should have
    SUPPORT_BUNDLE = "support_bundle"  # send one, once


class StopReason(StrEnum):
    """Why the gateway takes a kiosk out of service; ``closed.stopped.<value>`` says it to citizens."""

    MAINTENANCE = "maintenance"
    FAILURE = "failure"
    HALL_CLOSED = "hall_closed"


class Objection(StrEnum):
    """Why directives are not taken."""

    UNTRUSTED = "untrusted"  # not signed by a key of the gateway, or changed after it was signed
    MALFORMED = "malformed"
    OTHER_KIOSK = "other_kiosk"
    OLD_NUMBER = "old_number"  # sent before: something newer has been taken since
    CHANGED = "changed"  # others under the number that has been taken
    EXPIRED = "expired"
    NOT_YET = "not_yet"  # issued in what is the future here


class BundleState(StrEnum):
    """What became of the order to send a support bundle."""

    NONE = "none"  # there was no such order
    SENT = "sent"
    FAILED = "failed"
    NOT_POSSIBLE = "not_possible"  # this release of the kiosk makes none


class HandIn(StrEnum):
    """What became of the last readiness report."""

    NONE = "none"  # there was none since the start, or it has come before
    WAITING = "waiting"  # kept, and sent when the line is there
    SENT = "sent"
    REFUSED = "refused"
    NOT_POSSIBLE = "not_possible"  # the gateway is an older one


class DeviceName(StrEnum):
    """The parts that have a health."""

    CARD_READER = "card_reader"
    PSAM = "psam"
    ID_SCANNER = "id_scanner"
    CAMERA = "camera"
    FACE = "face"
    PRINTER = "printer"


class PaperState(StrEnum):
    """How much paper the printer has."""

    UNKNOWN = "unknown"
    ENOUGH = "enough"
    LOW = "low"
    OUT = "out"
