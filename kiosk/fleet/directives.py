"""What the gateway has told this kiosk to do: taken once, kept over a restart, in force until something newer comes.

Who could put an old sheet in the place of the present one could reopen what was closed. So the number of the last sheet
is on disk before the sheet counts; if it cannot be written, nothing is taken.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from joserfc.jwk import OKPKey
from pydantic import BaseModel, ConfigDict, ValidationError

from config.faults import FaultCode
from config.files import replace_text
from config.services import ServiceName
from flows.prompts import Localised, Text
from kiosk.audit.entries import Event
from kiosk.contract import ContractBroken
from kiosk.fleet.bundles import SupportBundles
from kiosk.fleet.kinds import BundleState, Objection
from kiosk.fleet.sheet import (
    Directive,
    MatterOff,
    Message,
    Number,
    OutOfService,
    SendSupportBundle,
    Sheet,
    SheetRefused,
    WantedConfiguration,
    read_sheet,
    understood,
)

D = TypeVar("D", bound=Directive)

log = logging.getLogger(__name__)

_FILE = "directives.json"


class _Kept(BaseModel):
    """The file."""

    model_config = ConfigDict(extra="ignore")

    number: Number = 0
    directives: list[dict[str, Any]] = []
    support_bundle: BundleState = BundleState.NONE


class Directives:
    """The directives of a running kiosk. ``fault``: while there is one, what the gateway sends is not believed.

    ``refused``: how many different sheets were not taken since the start. Files are written on the caller's thread.
    Keep ``run`` running: it does what is done once, beside the reports.
    """

    def __init__(
        self,
        directory: Path,
        kiosk: str,
        now: Callable[[], datetime],
        note: Callable[..., None],
        bundles: SupportBundles,
    ) -> None:
        """``directory``: where the kiosk keeps its data; ``kiosk``: its name; ``note``: of the audit log."""
        self._file = directory / _FILE
        self._kiosk = kiosk
        self._now = now
        self._note = note
        self._bundles = bundles
        self._kept = _read(self._file)
        self._in_force = _understood(self._kept)
        self._last_refused: SheetRefused | None = None
        self._bundle_wanted = asyncio.Event()
        self.fault: FaultCode | None = None
        self.refused = 0

    @property
    def number(self) -> int:
        """Of the sheet that was taken last; 0 if there never was one."""
        return self._kept.number

    @property
    def unknown(self) -> int:
        """How many of its directives are of a kind that this release does not know."""
        return len(self._kept.directives) - len(self._in_force)

    @property
    def support_bundle(self) -> BundleState:
        """What became of the last order to send one."""
        return self._kept.support_bundle

    @property
    def wanted_configuration(self) -> str | None:
        """The version of the configuration that this kiosk should have."""
        found = self._first(WantedConfiguration)
        return None if found is None else found.version

    @property
    def message(self) -> Localised | None:
        """What the gateway has to say to citizens now."""
        found = self._first(Message)
        return None if found is None else Localised(found.zh, found.en)

    def notice(self, *, everything_closed: bool) -> Text | None:
        """What stands above the matters: until when the kiosk is stopped, else the message, if anything can be done."""
        stop = self._first(OutOfService)
        if stop is not None and stop.until is not None:
            return Text("home.stopped_until", {"time": stop.until})
        message = self.message
        return None if message is None or everything_closed else Text("home.notice", {"message": message})

    @property
    def stopped(self) -> Text | None:
        """Why the whole kiosk is out of service; None if it is not."""
        found = self._first(OutOfService)
        return None if found is None else Text(f"closed.stopped.{found.reason}")

    def closed(self, service: str) -> Text | None:
        """Why the gateway does not want ``service`` to be offered here; None if it may be."""
        if (stopped := self.stopped) is not None:
            return stopped
        off = next((each for each in self._now_in_force(MatterOff) if each.service == service), None)
        if off is None:
            return None
        return (
            Text("closed.switched_off") if off.until is None else Text("closed.switched_off_until", {"time": off.until})
        )

    def consider(self, signed: str, trusted: Mapping[str, OKPKey]) -> bool:
        """Take what the gateway has sent, if it is new and may be believed. True unless it was refused.

        ``trusted``: the gateway's signing keys, by thumbprint.
        """
        try:
            sheet = read_sheet(signed, trusted, self._kiosk, self._now())
            self._demand_newer(sheet)
        except SheetRefused as refused:
            self._refuse(refused)
            return False
        self.fault, self._last_refused = None, None
        if sheet.number > self.number and self._take(sheet) and _wants_bundle(sheet):
            self._bundle_wanted.set()
        return True

    async def run(self) -> None:
        """Send a support bundle whenever one is wanted, one at a time; for ever, until cancelled.

        An order is carried out when its sheet is taken, and never again: a crash on the way loses it.
        """
        while True:
            await self._bundle_wanted.wait()
            self._bundle_wanted.clear()
            state = await self._bundles.send()
            log.info("support_bundle_wanted", extra={"state": state})
            self._note(Event.SUPPORT_BUNDLE, state=state)
            if not self._bundle_wanted.is_set():  # else the state is that of an order which has come meanwhile
                self._keep(self._kept.model_copy(update={"support_bundle": state}))

    def _demand_newer(self, sheet: Sheet) -> None:
        if sheet.number < self.number:
            raise SheetRefused(Objection.OLD_NUMBER, sheet.number)
        if sheet.number == self.number and list(sheet.raw) != self._kept.directives:
            raise SheetRefused(Objection.CHANGED, sheet.number)

    def _refuse(self, refused: SheetRefused) -> None:
        """Say so once: the same comes again each time that the gateway is asked."""
        self.fault = FaultCode.GW_DIRECTIVES
        if self._last_refused is not None and refused.same_as(self._last_refused):
            return
        self._last_refused = refused
        self.refused += 1
        log.error("directives_refused", extra={"fault": self.fault, "reason": refused.objection})
        number = {} if refused.number is None else {"number": refused.number}
        self._note(Event.DIRECTIVES_REFUSED, reason=refused.objection, code=self.fault, **number)

    def _take(self, sheet: Sheet) -> bool:
        if not self._keep(_Kept(number=sheet.number, directives=[dict(each) for each in sheet.raw])):
            return False
        self._in_force = sheet.directives
        log.info("directives_taken", extra={"sequence": sheet.number, "detail": f"{sheet.unknown} unknown"})
        self._note(Event.DIRECTIVES_TAKEN, number=sheet.number)
        for each in sheet.directives:
            self._note(Event.DIRECTIVE, kind=each.kind, **_matter(each))
        return True

    def _keep(self, kept: _Kept) -> bool:
        try:
            replace_text(self._file, kept.model_dump_json(ensure_ascii=True), 0o600)
        except OSError as error:
            log.exception("directives_not_kept", extra={"reason": error.strerror})
            return False
        self._kept = kept
        return True

    def _first(self, kind: type[D]) -> D | None:
        return next(iter(self._now_in_force(kind)), None)

    def _now_in_force(self, kind: type[D]) -> list[D]:
        now = self._now()
        found = [each for each in self._in_force if isinstance(each, kind)]
        return [each for each in found if (until := getattr(each, "until", None)) is None or until > now]


def _read(path: Path) -> _Kept:
    """What was in force when the program ended. A file that cannot be read is nothing: the gateway sends it again."""
    try:
        return _Kept.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return _Kept()
    except (OSError, ValidationError) as error:
        log.exception("directives_not_read", extra={"reason": type(error).__name__})
        return _Kept()


def _understood(kept: _Kept) -> tuple[Directive, ...]:
    try:
        return understood(kept.directives)
    except ContractBroken:
        log.exception("directives_not_read")
        return ()


def _wants_bundle(sheet: Sheet) -> bool:
    return any(isinstance(each, SendSupportBundle) for each in sheet.directives)


def _matter(directive: Directive) -> dict[str, ServiceName]:
    """The service that a directive is about, if it is one of this release."""
    if isinstance(directive, MatterOff) and directive.service in set(ServiceName):
        return {"matter": ServiceName(directive.service)}
    return {}
