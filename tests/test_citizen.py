"""How a citizen finds on the screen what is to be touched, and says where a visit stood still."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from simulator import citizen
from simulator.citizen import Citizen, CitizenError, Step
from simulator.kiosk_program import ShownScreen


def _screen(name: str, *targets: str, signs: int = 10) -> ShownScreen:
    return ShownScreen(name, {target: (number, number) for number, target in enumerate(targets)}, signs)


@dataclass
class Panel:
    """Screen and finger in one: each touch on a target brings the screens that follow it; ``deaf``: so many do not."""

    follows: Mapping[tuple[str, str], list[ShownScreen]]
    waiting: list[ShownScreen]
    deaf: int = 0
    touched: list[tuple[str, str]] = field(default_factory=list)
    pid: int = 1
    face_hint: str | None = None
    _present: ShownScreen | None = None

    def new_screens(self) -> list[ShownScreen]:
        came, self.waiting = self.waiting, []
        self._present = came[-1] if came else self._present
        return came

    def touch(self, _pid: int, x: int, _y: int) -> None:
        assert self._present is not None
        at = (self._present.name, list(self._present.targets)[x])
        self.touched.append(at)
        if self.deaf:
            self.deaf -= 1
        else:
            self.waiting = list(self.follows.get(at, []))


def _citizen(panel: Panel) -> Citizen:
    whole = cast("Any", panel)
    return Citizen(whole, whole, whole, lambda *_: None)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(citizen, "_STEP_SECONDS", 0.6)
    monkeypatch.setattr(citizen, "_TOUCH_AGAIN_SECONDS", 0.2)


def _step(screen: str, *targets: str) -> Step:
    return Step(screen, "", targets, settles=0.0)


def test_what_is_not_here_is_looked_for_on_further_pages() -> None:
    pages = {
        ("ChooseMatter", "all_matters"): [_screen("ChooseFromAll", "lost", "next_page", signs=20)],
        ("ChooseFromAll", "next_page"): [_screen("ChooseFromAll", "transfer", "next_page", signs=30)],
        ("ChooseFromAll", "transfer"): [_screen("Consent")],
    }
    panel = Panel(pages, [_screen("ChooseMatter", "activation", "all_matters")])
    walker = _citizen(panel)
    walker.visit([_step("ChooseMatter", "transfer"), _step("Consent")])
    taken = walker.taken[0]
    assert (taken.touches, taken.further, taken.signs, taken.again) == (3, 1, 60, 0)


def test_a_question_is_answered_once_though_the_next_is_of_the_same_kind() -> None:
    panel = Panel({("Choose", "known"): [_screen("Choose", "known")]}, [_screen("Choose", "known")])
    _citizen(panel).visit([_step("Choose", "known"), _step("Choose", "known"), _step("Choose")])
    assert panel.touched == [("Choose", "known")] * 2


def test_a_touch_of_which_nothing_comes_is_made_again_and_counted_apart() -> None:
    panel = Panel({("Consent", "agree"): [_screen("Confirm")]}, [_screen("Consent", "agree")], deaf=1)
    walker = _citizen(panel)
    walker.visit([_step("Consent", "agree"), _step("Confirm")])
    assert (walker.taken[0].touches, walker.taken[0].again) == (1, 1)


def test_the_error_says_what_was_waited_for_and_what_stood_there() -> None:
    panel = Panel({("Consent", "agree"): [_screen("Working")]}, [_screen("Consent", "agree")])
    with pytest.raises(CitizenError, match=r"after Consent for Confirm with confirm.*Working stood there"):
        _citizen(panel).visit([_step("Consent", "agree"), _step("Confirm", "confirm")])


def test_a_dead_end_ends_the_visit_at_once() -> None:
    panel = Panel({("Consent", "agree"): [_screen("ShowFault", "finish")]}, [_screen("Consent", "agree")])
    with pytest.raises(CitizenError, match="ShowFault came"):
        _citizen(panel).visit([_step("Consent", "agree"), _step("Confirm", "confirm")])


def test_what_stands_nowhere_is_named() -> None:
    turning = {("Choose", "next_page"): [_screen("Choose", "here", "next_page")]}
    panel = Panel(turning, [_screen("Choose", "here", "next_page")])
    with pytest.raises(CitizenError, match="elsewhere is nowhere"):
        _citizen(panel).visit([_step("Choose", "elsewhere")])
