"""What technicians do, noted in the log of the kiosk beside whose program their commands run."""

import logging
from collections.abc import Mapping
from pathlib import Path

from config.clock import Timekeeper
from kiosk import enrolment
from kiosk.audit.chain import HeadKey
from kiosk.audit.files import AuditFiles
from kiosk.audit.log import Act, Event, directory_of, note_beside
from kiosk.first_boot.steps import State, Step
from kiosk.settings_desk.version import Changed
from kiosk.staff.member import StaffAct, StaffNumber
from offline_queue.opening import latest_time

log = logging.getLogger(__name__)


def note_act(data_directory: Path, act: Act, sequence: int | None = None) -> bool:
    """Note that ``act`` was done, to the transaction ``sequence`` if it was one; True if that is on disk.

    Call it when the act is done. It does not raise: an act is not undone because it could not be noted.
    """
    fields = {"act": act} if sequence is None else {"act": act, "sequence": sequence}
    return _note(data_directory, Event.TECHNICIAN, **fields)


def note_staff(data_directory: Path, act: StaffAct, number: StaffNumber) -> bool:
    """Note what was done to the list of the members of staff, as ``note_act`` does."""
    return _note(data_directory, Event.STAFF_CHANGED, act=act, number=number)


def note_settings(data_directory: Path, changed: Changed) -> bool:
    """Note which settings were changed at the kiosk, as ``note_act`` does; an entry for each."""
    noted = [_note(data_directory, Event.SETTING_CHANGED, **fields) for fields in changed.entries()]
    return all(noted)


def note_housekeeping(data_directory: Path, counts: Mapping[str, int]) -> bool:
    """Note how many files of each kind went, as ``note_act`` does."""
    return _note(data_directory, Event.HOUSEKEEPING, **counts)


def note_enrolment(data_directory: Path, step: Step, state: State, *, renewed: bool) -> bool:
    """Note that a step of setting the kiosk up was taken, as ``note_act`` does; ``renewed``: in place of what was."""
    return _note(data_directory, Event.ENROLMENT, step=step, state=state, renewed=renewed)


def files_of(data_directory: Path) -> AuditFiles:
    """The log of the kiosk, to be written with its key. Raises ``NotEnrolled``."""
    return AuditFiles(directory_of(data_directory), _key(data_directory))


def _key(data_directory: Path) -> HeadKey:
    key = enrolment.signing_key(data_directory / "keys")
    return HeadKey(str(key.kid), key)


def _note(data_directory: Path, event: Event, **fields: object) -> bool:
    try:
        clock = Timekeeper(latest_time(data_directory / "queue"))
        note_beside(directory_of(data_directory), _key(data_directory), clock, event, **fields)
    except (OSError, enrolment.NotEnrolled) as error:
        log.critical("audit_not_written", exc_info=error)
        return False
    return True
