"""The first page after the login: what this member of staff may open."""

from collections.abc import Awaitable, Callable
from contextlib import suppress

from flows.desk_prompts import Deed, DeskList, DeskRow, Mark
from flows.prompts import GoBack, Text, Tone
from kiosk.desk import (
    closing,
    device_pages,
    fault_pages,
    guide_page,
    log_pages,
    paper_page,
    queue_pages,
    settings_pages,
    testing,
)
from kiosk.desk.kinds import DeskPage
from kiosk.desk.marks import health_mark
from kiosk.desk.shift import Shift
from kiosk.staff.member import Role

Page = Callable[[Shift], Awaitable[None]]

_LOG_OUT = "log_out"
_PAGES: dict[DeskPage, Page] = {
    DeskPage.PAPER: paper_page.paper,
    DeskPage.CLOSING: closing.closing,
    DeskPage.GUIDE: guide_page.guide,
    DeskPage.DEVICES: device_pages.devices,
    DeskPage.TESTS: testing.tests,
    DeskPage.QUEUE: queue_pages.queue,
    DeskPage.LOGS: log_pages.logs,
    DeskPage.FAULTS: fault_pages.faults,
    DeskPage.CONFIGURATION: settings_pages.settings,
}
_FOR_ATTENDANTS = (DeskPage.PAPER, DeskPage.CLOSING, DeskPage.GUIDE)


async def desk(shift: Shift) -> None:
    """Open one page after the other, until the member logs out. Raises ``VisitEnded``."""
    while True:
        chosen = await shift.ask_live(lambda: _menu(shift))
        if chosen == _LOG_OUT:
            return
        page = DeskPage(chosen)
        shift.opened(page)
        with suppress(GoBack):
            await _PAGES[page](shift)


def allowed(role: Role) -> tuple[DeskPage, ...]:
    """What a role may open."""
    return tuple(_PAGES) if role is Role.TECHNICIAN else _FOR_ATTENDANTS


def _menu(shift: Shift) -> DeskList:
    marks = {DeskPage.PAPER: _paper(shift), DeskPage.CLOSING: _closing(shift), DeskPage.QUEUE: _queue(shift)}
    rows = tuple(
        DeskRow(page, Text(f"desk.page.{page}"), Text(f"desk.page.{page}.about"), marks.get(page))
        for page in allowed(shift.member.role)
    )
    return DeskList(
        title=Text("desk.title"), rows=rows, deeds=(Deed(_LOG_OUT, Text("desk.log_out")),), can_go_back=False
    )


def _paper(shift: Shift) -> Mark:
    return health_mark(shift.hands.devices.printer.health)


def _closing(shift: Shift) -> Mark:
    state = shift.parts.state
    if state.whole is not None:
        return Mark(Tone.STOP, Text("desk.closing.whole_closed"))
    closed = sum(state.of(offer.service.flow) is not None for offer in shift.parts.offers)
    if closed:
        return Mark(Tone.WAITING, Text("desk.closing.some_closed", {"count": closed}))
    return Mark(Tone.OK, Text("desk.closing.in_service"))


def _queue(shift: Shift) -> Mark:
    waiting = shift.parts.waiting()
    if shift.parts.queue_closed() is not None:
        return Mark(Tone.STOP, Text("desk.queue.closed"))
    return Mark(Tone.WAITING if waiting else Tone.OK, Text("desk.queue.waiting", {"count": waiting}))
