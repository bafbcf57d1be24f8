"""After any visit the next person sees nothing of it: not on the window, and nowhere that the screen can reach.

Real visits over the simulated hall, shown on the real stage in the real window.
"""

import asyncio
import gc
import re
import sys
import types
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest
from kivy.base import EventLoop
from kivy.cache import Cache
from kivy.clock import Clock

from config.fonts import FontSet
from flows.face_progress import FaceProgress
from flows.prompts import Choose, Confirm, Finished, Line, Prompt, ShowFault, Text, Verbatim, VisitEnded
from flows.start_prompts import Invitation
from screens.ease import Ease
from screens.samples.sample import HALL
from screens.stage import Stage, StageSettings
from screens.text.catalogue import Catalogue
from simulator.hall_state import NetworkState, PrinterState
from simulator.people import BY_KEY
from tests.flows.conftest import Stand
from tests.flows.play import ScriptedSurface, Then
from tests.flows.steps import start, to_the_end, with_card_and_pin, with_id_and_face
from tests.screens.pixels import on_window

T = TypeVar("T")
PERSON = "wang_jianguo"


@dataclass
class StagedSurface(ScriptedSurface):
    """The script answers; the stage shows everything, and its countdown runs on a clock of the test's."""

    stage: Any = None
    seen: set[str] = field(default_factory=set)  # what stood on the screen during the visit

    async def ask(self, prompt: Prompt[T]) -> T:
        showing = asyncio.ensure_future(self.stage.ask(prompt))
        scripted = asyncio.ensure_future(super().ask(prompt))
        try:
            answered: set[asyncio.Future[T]] = set()
            while not answered:  # an answer goes on at once: a question drawn anew would lose it
                answered, _ = await asyncio.wait((showing, scripted), timeout=0.02, return_when=asyncio.FIRST_COMPLETED)
                self.stage.tick()
                self.seen |= texts(self.stage)
            return answered.pop().result()
        finally:
            for each in (showing, scripted):
                each.cancel()
            await asyncio.gather(showing, scripted, return_exceptions=True)

    def show(self, prompt: Prompt[None]) -> None:
        super().show(prompt)
        self.stage.show(prompt)

    def update(self, progress: FaceProgress) -> None:
        super().update(progress)
        self.stage.update(progress)

    def wipe(self) -> None:
        super().wipe()
        self.stage.wipe()


def texts(stage: Stage) -> set[str]:
    return {block.text for block in stage.page.walk_blocks() if hasattr(block, "text")}


@pytest.fixture
def stage(window: Any, faces: FontSet, catalogues: dict[str, Catalogue]) -> Iterator[tuple[Stage, list[float]]]:
    now = [100.0]
    made = Stage(catalogues, faces, StageSettings(Ease(), motion=False, patience_seconds=0), clock=lambda: now[0])
    made.set_status(HALL)
    window.add_widget(made.widget)
    made.widget.size = window.size
    yield made, now
    made.close()
    window.remove_widget(made.widget)


def _loss(stand: Stand, *rest: Then) -> tuple[Then, ...]:
    return (*start("loss_report"), *with_card_and_pin(stand, PERSON), *rest)


def _leave_alone(now: list[float]) -> None:
    """The person walks away: the warning comes, and then the countdown ends."""
    now[0] += 3600


Visit = Callable[[Stand, list[float]], tuple[Then, ...]]
VISITS: dict[str, Visit] = {
    "done": lambda stand, _: (
        *start("loss_report"),
        *with_id_and_face(stand, PERSON),
        *to_the_end(stand.hall.lift_id),
    ),
    "printed": lambda stand, _: (
        *start("contribution_certificate"),
        Then(Choose, "own"),
        *with_card_and_pin(stand, PERSON),
        Then(Choose, "everything"),
        *to_the_end(stand.hall.pull_card),
    ),
    "given up": lambda stand, _: _loss(stand, Then(Confirm, VisitEnded())),
    "nobody there": lambda stand, now: _loss(stand, Then(Confirm, does=lambda: _leave_alone(now))),
    "card pulled": lambda stand, _: _loss(stand, Then(Confirm, does=stand.hall.pull_card), Then(ShowFault, Finished())),
    "no network, no paper": lambda stand, _: _loss(
        stand, *to_the_end(stand.hall.pull_card, before=lambda: _nothing_works(stand))
    ),
}


def _nothing_works(stand: Stand) -> None:
    stand.hall.network(NetworkState.CUT)
    stand.hall.printer_state(PrinterState.PAPER_OUT)


@pytest.mark.parametrize("name", VISITS)
async def test_the_next_person_sees_nothing(
    name: str, stand: Stand, stage: tuple[Stage, list[float]], window: Any
) -> None:
    shown, now = stage
    fresh = await _start_screen(shown, window)
    surface = StagedSurface(list(VISITS[name](stand, now)), meanwhile=stand.take, stage=shown)
    await stand.let(surface)
    seen = _marks(surface.seen)
    assert any("****" in mark for mark in seen), "the visit showed no number of the person, and so proves nothing"
    surface.seen.clear()
    surface.shown.clear()
    assert await _start_screen(shown, window) == fresh
    gc.collect()
    assert _kept(shown, seen) == {}
    assert "kivy.core.clipboard" not in sys.modules


async def _start_screen(stage: Stage, window: Any) -> bytes:
    """The pixels of the window as the next person finds it."""
    asked = asyncio.ensure_future(stage.ask(Invitation(can_go_back=False)))
    await asyncio.sleep(0)
    picture = on_window(window).tobytes()
    asked.cancel()
    await asyncio.gather(asked, return_exceptions=True)
    return picture


def _marks(seen: set[str]) -> set[str]:
    """What was on the screen and belongs to this person or this visit: the name, and all long numbers."""
    person = BY_KEY[PERSON]
    numbers = {number for text in seen for number in re.findall(r"[A-Z0-9*-]{9,}", text) if re.search(r"\d{3}", number)}
    public = {"0531-12333"}
    masked = {text for text in seen if text.startswith(f"{person.name[0]}*")}
    return masked | (numbers - public) | {person.name, person.number}


def _kept(stage: Stage, marks: set[str]) -> dict[str, str]:
    """Every string that holds a mark and can be reached from the stage, the window, Kivy's caches and its clock.

    With the type of the object that holds it.
    """
    roots: list[object] = [stage, EventLoop.window, Cache._objects, Cache._categories, Clock, EventLoop]
    return {text: type(holder).__name__ for holder, text in _strings(roots) if any(mark in text for mark in marks)}


_NOT_SEARCHED = (type, types.ModuleType, types.CodeType, types.FrameType, asyncio.AbstractEventLoop)


def _strings(roots: list[object]) -> Iterator[tuple[object, str]]:
    """All strings below ``roots``, closures included, each with its holder."""
    seen: set[int] = set()
    waiting: list[tuple[object, object]] = [(None, root) for root in roots]
    while waiting:
        holder, item = waiting.pop()
        # type(), not isinstance(): Kivy's weak proxies to widgets that are gone would be asked.
        if id(item) in seen or issubclass(type(item), (*_NOT_SEARCHED, weakref.ProxyType)):
            continue
        seen.add(id(item))
        if type(item) is str:
            yield holder, item
        elif type(item) is types.FunctionType:
            waiting += [(item, part) for part in (item.__closure__, item.__defaults__, item.__kwdefaults__)]
        else:
            waiting += [(item, part) for part in gc.get_referents(item)]


async def test_a_name_in_a_closure_would_be_found(stage: tuple[Stage, list[float]]) -> None:
    shown, _ = stage
    name = f"欧阳{len(VISITS)}某"  # made here: a constant would be found in the code
    question = Confirm(question=Text("activation.confirm.question"), lines=(Line(Text("label.name"), Verbatim(name)),),
                       action=Text("activation.confirm.action"))  # fmt: skip
    asked = asyncio.ensure_future(shown.ask(question))
    await asyncio.sleep(0)
    assert _kept(shown, {name}) != {}
    asked.cancel()
    await asyncio.gather(asked, return_exceptions=True)
    del question, asked
    shown.wipe()
    assert _kept(shown, {name}) == {}
