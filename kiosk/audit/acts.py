"""What technicians do, noted in the log of the kiosk beside whose program their commands run."""

import logging
from pathlib import Path

from config.clock import Timekeeper
from kiosk import enrolment
from kiosk.audit.chain import HeadKey
from kiosk.audit.log import Act, directory_of, note_technician
from offline_queue.opening import latest_time

log = logging.getLogger(__name__)


def note_act(data_directory: Path, act: Act, sequence: int | None = None) -> bool:
    """Note that ``act`` was done, to the transaction ``sequence`` if it was one; True if that is on disk.

    Call it when the act is done. It does not raise: an act is not undone because it could not be noted.
    """
    try:
        keys = enrolment.load(data_directory / "keys")
        clock = Timekeeper(latest_time(data_directory / "queue"))
        note_technician(directory_of(data_directory), HeadKey(keys.kiosk, keys.signing_key), clock, act, sequence)
    except (OSError, enrolment.NotEnrolled) as error:
        log.critical("audit_not_written", exc_info=error)
        return False
    return True
