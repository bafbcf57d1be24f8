"""What is left in a reader after a visit: nobody new is invited before it is out, and nothing waits for ever."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from config.faults import FaultCode
from drivers.id_scanner.samv import Sw3
from flows.presence_prompts import Consent
from flows.prompts import Call, ChooseMatter, PresentDocument, Prompt, ShowResult, SlipState, VisitEnded, Working
from flows.start_prompts import Invitation, TakePaper, Touched
from kiosk import taking
from kiosk.wiring import Kiosk
from screens.chrome import StaffCare
from simulator.hall_state import IdReaderState
from tests.flows.conftest import Stand
from tests.flows.play import ScriptedSurface, Then, play
from tests.flows.steps import start, to_the_end, with_card_and_pin

KEY = "wang_jianguo"


@pytest.fixture(autouse=True)
def short_times(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two minutes are a second here."""
    monkeypatch.setattr(taking, "_LEFT_SECONDS", 1.0)
    monkeypatch.setattr(taking, "_TRY_AGAIN_SECONDS", 0.2)


def _leaves(document: Callable[[], object]) -> tuple[Then, ...]:
    """Somebody shows a document and walks away."""
    return (*start("loss_report"), Then(PresentDocument, does=document), Then(Consent, VisitEnded()))


def _called(surface: ScriptedSurface) -> list[tuple[str, Call]]:
    return [(shown.what.key, shown.call) for shown in surface.shown if isinstance(shown, Working) and shown.call]


def _events(stand: Stand) -> list[dict[str, Any]]:
    files = sorted((Path(stand.settings.data_directory) / "audit").glob("*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]


async def test_a_card_that_stays_is_for_the_staff_and_the_next_one_waits(stand: Stand) -> None:
    kiosks: list[Kiosk] = []
    cares: list[StaffCare] = []
    invited_with_the_card: list[bool] = []

    def someone_comes_by(asked: str) -> None:
        if asked == "working.card_left":
            cares.append(kiosks[0].status().care)
            threading.Timer(1.0, stand.hall.pull_card).start()

    async def begin(surface: ScriptedSurface) -> Kiosk:
        kiosks.append(await stand.start(surface))
        return kiosks[0]

    def comes_next() -> None:
        invited_with_the_card.append(bool(kiosks[0].devices.card_reader.card_present))
        cares.append(kiosks[0].status().care)

    leaves = _leaves(lambda: stand.hall.insert_card(KEY))
    surface = ScriptedSurface(
        [*leaves, Then(Invitation, Touched(), does=comes_next), Then(ChooseMatter, VisitEnded())],
        meanwhile=someone_comes_by,
    )
    await play(surface, begin, 30)
    assert _called(surface) == [("working.take_card", Call.NOW), ("working.card_left", Call.LATER)]
    assert cares == [StaffCare.MACHINE, StaffCare.NONE]
    assert invited_with_the_card == [False]
    left, taken = (entry for entry in _events(stand) if entry["event"].startswith("document_") and not entry["visit"])
    assert (left["event"], left["fields"]) == ("document_left", {"document": "social_card"})
    assert (taken["event"], taken["fields"]["document"]) == ("document_taken", "social_card")
    assert 1 <= taken["fields"]["seconds"] <= 10


async def test_an_id_that_stays_is_for_the_staff(stand: Stand) -> None:
    surface = await stand.play(
        *_leaves(lambda: stand.hall.lay_id(KEY)),
        meanwhile=lambda asked: stand.hall.lift_id() if asked == "working.id_left" else None,
    )
    assert _called(surface) == [("working.take_id", Call.NOW), ("working.id_left", Call.LATER)]


async def test_an_id_that_was_never_read_is_asked_for_too(stand: Stand) -> None:
    surface = await stand.play(
        *start("loss_report"),
        Then(PresentDocument, does=lambda: stand.hall.insert_card(KEY)),
        Then(Consent, VisitEnded(), does=lambda: stand.hall.lay_id(KEY)),
    )
    assert [key for key, _ in _called(surface)] == ["working.take_card", "working.take_id"]


@pytest.mark.parametrize("document", ["card", "id"])
async def test_a_reader_that_goes_away_is_not_waited_for(stand: Stand, document: str) -> None:
    hall = stand.hall
    card = document == "card"

    def goes(asked: str) -> None:
        if asked == "working.take_card":
            hall.reader(present=False)
        elif asked == "working.take_id":
            hall.id_reader_state(IdReaderState.UNPLUGGED)

    surface = await stand.play(
        *_leaves((lambda: hall.insert_card(KEY)) if card else (lambda: hall.lay_id(KEY))), meanwhile=goes, seconds=50
    )
    assert _called(surface)[0] == ("working.take_card" if card else "working.take_id", Call.NOW)
    assert "document_taken" not in [entry["event"] for entry in _events(stand)]


async def test_who_begins_with_the_card_is_not_sent_away(stand: Stand) -> None:
    """The card goes in before the start screen is touched: it belongs to whoever begins."""
    hall = stand.hall
    surface = await stand.play(
        Then(Invitation, Touched(), does=lambda: hall.insert_card(KEY)),
        Then(ChooseMatter, "loss_report"),
        Then(PresentDocument),
        Then(Consent, VisitEnded(), does=hall.pull_card),
    )
    assert _called(surface) == []


async def test_the_paper_is_named_for_a_moment_and_then_the_next_one_invited(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "_PAPER_SECONDS", 0.5)
    surface = await stand.play(
        *start("loss_report"),
        *with_card_and_pin(stand, KEY),
        *to_the_end(stand.hall.pull_card),
        Then(TakePaper),  # nobody touches it
    )
    kinds: list[type[Prompt[Any]]] = [type(shown) for shown in surface.shown if not isinstance(shown, Working)]
    assert kinds[kinds.index(ShowResult) + 1 :] == [TakePaper, Invitation]


async def test_half_a_slip_is_not_left_for_the_next_one_either(stand: Stand) -> None:
    hall = stand.hall
    surface = await stand.play(
        *start("loss_report"),
        *with_card_and_pin(stand, KEY),
        *to_the_end(hall.pull_card, before=lambda: hall.printer.end_paper_after(200)),
        Then(TakePaper, does=hall.printer.refill),
    )
    assert surface.last(ShowResult).slip is SlipState.NOT_PRINTED


async def test_without_paper_there_is_no_word_of_it(stand: Stand) -> None:
    surface = await stand.play(*_leaves(lambda: stand.hall.insert_card(KEY)))
    assert TakePaper not in {type(shown) for shown in surface.shown}


@dataclass
class Counting(ScriptedSurface):
    """Counts the signs of life that the devices tell of."""

    signs: int = 0

    def activity(self) -> None:
        self.signs += 1


async def test_an_id_that_cannot_be_read_and_lies_there_alone_is_no_sign_of_life(stand: Stand) -> None:
    """Else a visit that somebody has left would never end: it is read again and again."""
    signs: list[int] = []

    def lays_it_down_and_goes() -> None:
        stand.hall.id_reader.refuse(Sw3.READ_FAILED)
        stand.hall.lay_id(KEY)

    def reading(what: str) -> None:
        if what == "working.read_document":
            signs.append(surface.signs)
            if len(signs) > 18:
                stand.hall.id_reader.mend()
        stand.take(what)

    surface = Counting(
        [*start("loss_report"), Then(PresentDocument, does=lays_it_down_and_goes), Then(Consent, VisitEnded())],
        meanwhile=reading,
    )
    await stand.let(surface)
    assert surface.last(PresentDocument).notice is FaultCode.ID_UNREADABLE
    assert signs[-1] == signs[12] > signs[0]
