"""The start screen over the whole hall: it says what the devices say, and is drawn anew when that changes."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import pytest

from drivers.printer.dialogue import Dialogue
from flows.prompts import ChooseMatter, Prompt, VisitEnded
from flows.records import DocumentKind
from flows.start_prompts import HallState, Invitation, PaperLevel, Touched
from simulator.hall_state import NetworkState, PrinterState
from tests.flows.conftest import Stand
from tests.flows.play import ScriptedSurface, Then

T = TypeVar("T")


@dataclass
class Passer(ScriptedSurface):
    """Only looks at the start screen, until it says what is awaited; then does something in the hall, or goes."""

    awaited: tuple[tuple[Callable[[HallState], bool], Callable[[], object]], ...] = ()
    seen: int = 0

    def line_for(self, prompt: Prompt[Any]) -> Then | None:
        assert isinstance(prompt, Invitation)
        says, does = self.awaited[min(self.seen, len(self.awaited) - 1)]
        if says(prompt.state):
            self.seen += 1
            does()
        if self.seen >= len(self.awaited):
            self.ended.set()
        return None


def keys(state: HallState) -> set[str]:
    return {note.text.key for note in state.notes}


async def test_paper_is_low_then_out_then_there_again(stand: Stand) -> None:
    hall = stand.hall
    hall.printer_state(PrinterState.NEAR_END)
    await stand.let(
        Passer(
            [],
            awaited=(
                (
                    lambda state: state.paper is PaperLevel.LOW and not state.notes,
                    lambda: hall.printer_state(PrinterState.PAPER_OUT),
                ),
                (
                    lambda state: state.paper is PaperLevel.OUT and keys(state) == {"start.closed.paper"},
                    lambda: hall.printer_state(PrinterState.READY),
                ),
                (lambda state: state.well, lambda: None),
            ),
        ),
        seconds=40,
    )


async def test_a_reader_goes_and_then_the_network(stand: Stand) -> None:
    hall = stand.hall
    await stand.let(
        Passer(
            [],
            awaited=(
                (lambda state: state.well, lambda: hall.reader(present=False)),
                (
                    lambda state: state.unreadable == (DocumentKind.SOCIAL_CARD,) and state.open,
                    lambda: hall.network(NetworkState.CUT),
                ),
                (lambda state: "start.offline.closed" in keys(state) and not state.online, lambda: None),
            ),
        ),
        seconds=60,
    )
    hall.network(NetworkState.UP)
    hall.reader(present=True)


async def test_a_printer_that_hangs_keeps_nobody_at_the_start_screen(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    lets_go, really_clear = threading.Event(), Dialogue.clear

    def hangs(dialogue: Dialogue) -> None:
        lets_go.wait(60)
        really_clear(dialogue)

    monkeypatch.setattr(Dialogue, "clear", hangs)
    surface = await stand.play(
        Then(Invitation, Touched()),
        Then(ChooseMatter, VisitEnded(), does=lets_go.set),
        seconds=35,  # after 45 the printer's thread is given up, and anybody would go on
    )
    assert surface.wiped == 1
