"""What the staff have taken out of service: the whole kiosk or single services, with a reason; kept over a restart."""

import logging
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from config.files import replace_text
from config.services import ServiceName
from flows.prompts import Text

log = logging.getLogger(__name__)

_FILE = "service_state.json"


class ClosureReason(StrEnum):
    """Why something is out of service, as the staff say it."""

    MAINTENANCE = "maintenance"
    NO_PAPER = "no_paper"
    DEVICE_FAULT = "device_fault"
    HALL = "hall"  # closed by the hall
    OTHER = "other"


class Closure(BaseModel):
    """Since when, why, by whom, and, if that was said, until when. ``by`` is a staff number; empty: by the program."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reason: ClosureReason
    since: AwareDatetime
    until: AwareDatetime | None = None
    by: Annotated[str, Field(pattern=r"^(S[0-9]{2,4})?$")] = ""

    @property
    def words(self) -> Text:
        """Why, for the citizen."""
        reason = Text(f"out.closed.{self.reason}")
        return reason if self.until is None else Text("out.closed.until", {"reason": reason, "time": self.until})


class _Kept(BaseModel):
    """The file."""

    model_config = ConfigDict(extra="forbid")

    whole: Closure | None = None
    services: dict[ServiceName, Closure] = {}


class ServiceState:
    """What is out of service at this kiosk. A closure with an end is over by itself.

    A file that cannot be read closes everything: what was closed for a reason must not open by an accident.
    """

    def __init__(self, data_directory: Path, now: Callable[[], datetime]) -> None:
        self._path = data_directory / _FILE
        self._now = now
        self._kept = self._read()

    @property
    def whole(self) -> Closure | None:
        """Why the whole kiosk is out of service; None if it is not."""
        return self._in_force(self._kept.whole)

    def of(self, service: ServiceName) -> Closure | None:
        """Why this one service is; the whole kiosk does not count here."""
        return self._in_force(self._kept.services.get(service))

    def closed(self, service: str) -> Text | None:
        """Why ``service`` cannot be done, in the citizen's words; None if the staff have nothing against it."""
        closure = self.whole or self.of(ServiceName(service))
        return None if closure is None else closure.words

    def close(
        self, service: ServiceName | None, reason: ClosureReason, until: datetime | None = None, by: str = ""
    ) -> None:
        """Take ``service``, or with None the whole kiosk, out of service.

        Raises:
            OSError: it could not be kept on disk; nothing has changed.
        """
        closure = Closure(reason=reason, since=self._now(), until=until, by=by)
        if service is None:
            self._keep(self._kept.model_copy(update={"whole": closure}))
        else:
            self._keep(self._kept.model_copy(update={"services": {**self._kept.services, service: closure}}))

    def open(self, service: ServiceName | None) -> None:
        """Put it into service again. Raises ``OSError`` as ``close`` does."""
        if service is None:
            self._keep(self._kept.model_copy(update={"whole": None}))
        else:
            left = {name: closure for name, closure in self._kept.services.items() if name != service}
            self._keep(self._kept.model_copy(update={"services": left}))

    def _in_force(self, closure: Closure | None) -> Closure | None:
        if closure is None or (closure.until is not None and closure.until <= self._now()):
            return None
        return closure

    def _keep(self, kept: _Kept) -> None:
        replace_text(self._path, kept.model_dump_json(ensure_ascii=True), 0o600)
        self._kept = kept

    def _read(self) -> _Kept:
        try:
            return _Kept.model_validate_json(self._path.read_bytes())
        except FileNotFoundError:
            return _Kept()
        except (OSError, ValidationError) as error:
            log.critical("service_state_unreadable", extra={"reason": type(error).__name__})
            return _Kept(whole=Closure(reason=ClosureReason.OTHER, since=self._now()))
