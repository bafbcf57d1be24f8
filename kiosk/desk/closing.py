"""Out of service: the whole kiosk or single services, with a reason and, if wanted, an end."""

import logging
from datetime import datetime, time, timedelta
from functools import partial

from config.clock import CHINA
from config.services import ServiceName
from flows.desk_prompts import Deed, DeskList, DeskRow, Mark
from flows.prompts import Note, Text, Tone, Verbatim, Words
from kiosk.catalogue import Offer
from kiosk.desk.kinds import DeskAct
from kiosk.desk.shift import Shift
from kiosk.service_state import Closure, ClosureReason

log = logging.getLogger(__name__)

_WHOLE = "whole"
_WITHOUT_END = "without_end"
_HOURS = (1, 2, 4)
_TOMORROW = "tomorrow"
_OPENS_AT = time(8, 0)  # in China; a kiosk that is closed till tomorrow is open before the hall is


async def closing(shift: Shift) -> None:
    """Show what is closed; a touch closes or opens it, and the list comes again. Raises ``GoBack``, ``VisitEnded``."""
    failed = False
    while True:
        chosen = await shift.ask_live(partial(_list, shift, failed=failed))
        service = None if chosen == _WHOLE else ServiceName(chosen)
        failed = False
        try:
            await _turn(shift, service)
        except OSError as error:
            log.exception("service_state_not_kept", extra={"reason": error.strerror})
            failed = True


async def _turn(shift: Shift, service: ServiceName | None) -> None:
    """Open what is closed; else ask why and until when, and close it. "Back" leaves it as it is."""
    state = shift.parts.state
    closure = state.whole if service is None else state.of(service)
    about: dict[str, str] = {} if service is None else {"matter": service}
    if closure is not None:
        await shift.off_loop(lambda: state.open(service))
        shift.did(DeskAct.OPENED, **about)
        return
    closed = await _asked(shift, service)
    if closed is None:
        return
    reason, until = closed
    await shift.off_loop(lambda: state.close(service, reason, until, shift.member.number))
    shift.did(DeskAct.CLOSED, reason=reason, **about)


async def _asked(shift: Shift, service: ServiceName | None) -> tuple[ClosureReason, datetime | None] | None:
    title = _title(shift, service)
    reasons = tuple(DeskRow(reason, Text(f"desk.closing.reason.{reason}")) for reason in ClosureReason)
    cancel = (Deed("cancel", Text("desk.cancel")),)
    reason = await shift.ask(
        DeskList(title=title, explanation=Text("desk.closing.why"), rows=reasons, deeds=cancel, can_go_back=False)
    )
    if reason == "cancel":
        return None
    ends = _ends(shift.hands.now())
    rows = tuple(DeskRow(name, words) for name, (words, _) in ends.items())
    end = await shift.ask(
        DeskList(title=title, explanation=Text("desk.closing.until"), rows=rows, deeds=cancel, can_go_back=False)
    )
    return None if end == "cancel" else (ClosureReason(reason), ends[end][1])


def _ends(now: datetime) -> dict[str, tuple[Words, datetime | None]]:
    ends: dict[str, tuple[Words, datetime | None]] = {
        _WITHOUT_END: (Text("desk.closing.until_opened"), None),
    }
    for hours in _HOURS:
        at = now + timedelta(hours=hours)
        ends[f"hours_{hours}"] = (Text("desk.closing.until_time", {"hours": hours, "time": at}), at)
    day = now.astimezone(CHINA).date() + timedelta(days=1)
    tomorrow = datetime.combine(day, _OPENS_AT, CHINA)
    ends[_TOMORROW] = (Text("desk.closing.until_tomorrow", {"time": tomorrow}), tomorrow)
    return ends


def _list(shift: Shift, *, failed: bool) -> DeskList:
    state = shift.parts.state
    rows = [_row(_WHOLE, Text("desk.closing.whole"), state.whole)]
    rows += [_row(offer.service.flow, _name(offer), state.of(offer.service.flow)) for offer in shift.parts.offers]
    notes = (Note(Text("desk.closing.failed"), Tone.STOP),) if failed else ()
    return DeskList(
        title=Text("desk.page.closing"), explanation=Text("desk.closing.explanation"), rows=tuple(rows), notes=notes
    )


def _row(name: str, title: Words, closure: Closure | None) -> DeskRow:
    if closure is None:
        return DeskRow(name, title, None, Mark(Tone.OK, Text("desk.closing.open")))
    reason = Text(f"desk.closing.reason.{closure.reason}")
    values: dict[str, str | datetime | Words] = {
        "reason": reason,
        "since": closure.since,
        "by": Verbatim(closure.by or "-"),
    }
    if closure.until is None:
        about = Text("desk.closing.about", values)
    else:
        about = Text("desk.closing.about_until", {**values, "until": closure.until})
    return DeskRow(name, title, about, Mark(Tone.STOP, Text("desk.closing.closed")))


def _name(offer: Offer) -> Words:
    return offer.service.title.words


def _title(shift: Shift, service: ServiceName | None) -> Words:
    if service is None:
        return Text("desk.closing.whole")
    return next(_name(offer) for offer in shift.parts.offers if offer.service.flow == service)
