"""Asks whoever does not answer whether they are still there, and after a long visit whether to go on."""

import logging
from collections.abc import Callable

from flows.prompts import Text
from screens.idle import Idle
from screens.layers import SheetLayer
from screens.sheets import IdleSheet, LongSheet
from screens.visit_time import VisitTime

log = logging.getLogger(__name__)


class Countdown:
    """The sheets of the two clocks. ``call_out`` says a sentence aloud and rings; ``end`` ends the visit."""

    def __init__(
        self, time: VisitTime, sheets: SheetLayer, call_out: Callable[[Text], None], end: Callable[[], None]
    ) -> None:
        self._time = time
        self._sheets = sheets
        self._call_out = call_out
        self._end = end

    @property
    def asks(self) -> bool:
        """True while it asks whether somebody is there: a touch anywhere is the answer."""
        return isinstance(self._sheets.sheet, IdleSheet)

    def tick(self, *, by_touch: bool) -> None:
        """Look at the clocks. ``by_touch``: the present question is answered by touch alone, and may be covered."""
        state = self._time.idle.state
        if state is Idle.OVER:
            log.info("visit_idle")
            self._end()
        elif state is Idle.WARNING:
            self._warn(max(1, int(self._time.idle.remaining + 0.999)))
        elif self._time.whole.state is Idle.OVER and self._sheets.sheet is None and by_touch:
            self._sheets.lift(lambda kit: LongSheet(kit, self._go_on, self._end))
            self._call_out(Text("long.question"))

    def stay(self) -> None:
        """Somebody is there: the clock begins anew."""
        self._time.idle.restart()
        if self.asks:
            self._sheets.drop()

    def _warn(self, seconds: int) -> None:
        sheet = self._sheets.sheet
        if isinstance(sheet, IdleSheet):
            sheet.count(seconds)
        else:
            self._sheets.lift(lambda kit: IdleSheet(kit, seconds, self.stay))
            self._call_out(Text("idle.question"))

    def _go_on(self) -> None:
        """The visit may last as long again, as often as is wanted."""
        self._time.whole.restart()
        self._sheets.drop()
