"""A visit in which something fails: it ends on a clear screen, wiped, with no half effect, over the real drivers."""

import threading
import time
from collections.abc import Callable

import pytest

from config.faults import FaultCode
from flows.presence_prompts import Agreed, Consent, EnterPin, LookAtCamera
from flows.prompts import (
    Again,
    ChooseMatter,
    Confirm,
    Confirmed,
    Finished,
    GoBack,
    PresentDocument,
    Prompt,
    ShowFault,
    ShowRefusal,
    ShowResult,
    SlipState,
    Tone,
    VisitEnded,
)
from flows.records import DocumentKind
from flows.start_prompts import Invitation, Touched
from offline_queue.model import QueueError
from offline_queue.store import Store
from simulator.cards import PulledAt, card_for
from simulator.hall import Hall
from simulator.hall_state import CameraState, IdReaderState, NetworkState, PrinterState, StrangeCard
from simulator.people import BY_KEY
from tests.flows.conftest import Stand
from tests.flows.play import HabitualSurface, Then

AGREED = Agreed("2026-11")
KEY = "zhang_ling"
START = (Then(Invitation, Touched()), Then(ChooseMatter, "activation"))


def habits(hall: Hall) -> dict[type[Prompt[object]], Then]:
    """What the citizen does at each question, on the way with card, face, and, if asked, PIN."""
    lines = [
        Then(ChooseMatter, "activation"),
        Then(PresentDocument, does=lambda: hall.insert_card(KEY)),
        Then(Consent, AGREED),
        Then(LookAtCamera, does=lambda: hall.stand(KEY)),
        Then(EnterPin, "123456"),
        Then(Confirm, Confirmed()),
        Then(ShowResult, Finished(), does=hall.pull_card),
        Then(ShowRefusal, Finished(), does=hall.pull_card),
        Then(ShowFault, Finished(), does=hall.pull_card),
    ]
    return {line.question: line for line in lines}


def _cut(hall: Hall) -> None:
    hall.network(NetworkState.CUT)


def _stop_reader(hall: Hall) -> None:
    hall.reader(present=False)
    hall.lay_id(KEY)


def _no_paper(hall: Hall) -> None:
    hall.printer_state(PrinterState.PAPER_OUT)


def _no_camera(hall: Hall) -> None:
    hall.camera_state(CameraState.GONE)


def _pull(hall: Hall) -> None:
    hall.pull_card()


def _disk_full(*_: object) -> None:
    raise QueueError(FaultCode.Q_UNAVAILABLE, "disk full")


QUESTIONS = (PresentDocument, Consent, LookAtCamera, Confirm)
FAULTS: dict[str, Callable[[Hall], None] | VisitEnded | GoBack] = {
    "card pulled": _pull,
    "reader gone": _stop_reader,
    "network cut": _cut,
    "camera gone": _no_camera,
    "no paper": _no_paper,
    "nobody there": VisitEnded(),
    "back": GoBack(),
}


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("fault", FAULTS)
async def test_any_fault_at_any_question(stand: Stand, question: type[Prompt[object]], fault: str) -> None:
    """The generic loop: whatever fails wherever, the world and what the citizen was told agree."""
    hall = stand.hall
    strikes = FAULTS[fault]
    deed = strikes if isinstance(strikes, VisitEnded | GoBack) else lambda: strikes(hall)
    surface = HabitualSurface([], habits=habits(hall), strikes_at=question, fault=deed, meanwhile=stand.take)
    await stand.let(surface)
    assert surface.wiped >= 1
    hall.network(NetworkState.UP)
    told = [prompt for prompt in surface.shown if isinstance(prompt, ShowResult)]
    if not told:
        assert stand.transactions == ()
        assert stand.card_status(KEY) == "not_activated"
        return
    [result] = told
    assert result.tone in {Tone.OK, Tone.WAITING}
    if result.tone is Tone.OK:
        assert [record.result for record in stand.transactions] == ["accepted"]
    await stand.delivered()
    assert stand.card_status(KEY) == "normal"
    assert len(stand.transactions) == 1


async def test_a_visit_during_an_outage_is_stored_and_delivered_once(stand: Stand) -> None:
    hall = stand.hall
    surface = await stand.play(
        *START,
        Then(PresentDocument, does=lambda: hall.insert_card(KEY)),
        Then(Consent, AGREED),
        Then(LookAtCamera, does=lambda: hall.stand(KEY)),
        Then(Confirm, Confirmed(), does=lambda: hall.network(NetworkState.CUT)),
        Then(ShowResult, Finished(), does=hall.pull_card),
    )
    result = surface.last(ShowResult)
    assert (result.tone, result.headline.key) == (Tone.WAITING, "activation.stored.headline")
    assert stand.card_status(KEY) == "not_activated"
    hall.network(NetworkState.UP)
    await stand.delivered()
    assert stand.card_status(KEY) == "normal"
    assert [record.times_received for record in stand.transactions] == [1]


@pytest.mark.parametrize("key", ["zhang_ling", "berg"])
async def test_an_outage_from_the_start_leaves_the_way_by_card_and_pin(stand: Stand, key: str) -> None:
    """The second card tells nothing but its own number: the gateway finds out later whose it is."""
    hall = stand.hall
    hall.network(NetworkState.CUT)
    surface = await stand.play(
        *START,
        Then(PresentDocument, does=lambda: hall.insert_card(key)),
        Then(EnterPin, "123456"),
        Then(Confirm, Confirmed()),
        Then(ShowResult, Finished(), does=hall.pull_card),
    )
    assert surface.last(EnterPin).notice.key == "presence.offline"
    assert surface.last(ShowResult).headline.key == "activation.stored.headline"
    hall.network(NetworkState.UP)
    await stand.delivered()
    assert [(record.proof, record.result) for record in stand.transactions] == [("card_pin", "accepted")]


@pytest.mark.parametrize(
    "state", [NetworkState.ANSWER_LOST, NetworkState.ERROR, NetworkState.BROKEN_JSON, NetworkState.PORTAL]
)
async def test_an_answer_that_is_none_never_makes_two_effects(stand: Stand, state: NetworkState) -> None:
    """Lost after the commit, an error, nonsense, a captive portal: not done on the screen, once at the gateway."""
    hall = stand.hall
    surface = await stand.with_settings("gateway", patience_seconds=2.0).play(
        *START,
        Then(PresentDocument, does=lambda: hall.insert_card(KEY)),
        Then(Consent, AGREED),
        Then(LookAtCamera, does=lambda: hall.stand(KEY)),
        Then(Confirm, Confirmed(), does=lambda: hall.network(state)),
        Then(ShowResult, Finished(), does=hall.pull_card),
    )
    told = surface.last(ShowResult).headline.key
    unsure = {"activation.stored.headline", "activation.processing.headline"}
    assert told in unsure or stand.card_status(KEY) == "normal"
    hall.network(NetworkState.UP)
    await stand.delivered()
    assert stand.card_status(KEY) == "normal"
    assert len(stand.transactions) == 1


@pytest.mark.parametrize("at", [1, 4, 9])
async def test_a_card_pulled_while_it_is_read_can_be_put_in_again(stand: Stand, at: int) -> None:
    hall = stand.hall
    surface = await stand.play(
        *START,
        Then(PresentDocument, does=lambda: hall.pcscd.slot.insert(PulledAt(card_for(BY_KEY[KEY]), at))),
        Then(PresentDocument, does=lambda: hall.insert_card(KEY)),
        Then(Consent, VisitEnded()),
    )
    assert surface.last(PresentDocument).notice is FaultCode.CARD_REMOVED


@pytest.mark.parametrize(
    ("strange", "notice"),
    [
        (StrangeCard.BANK, FaultCode.CARD_WRONG),
        (StrangeCard.SIM, FaultCode.CARD_WRONG),
        (StrangeCard.MUTE, FaultCode.CARD_MUTE),
    ],
)
async def test_a_strange_card_gets_a_kind_word_and_another_try(
    stand: Stand, strange: StrangeCard, notice: FaultCode
) -> None:
    hall = stand.hall

    def change_cards() -> None:
        hall.pull_card()
        time.sleep(1.5)  # as a hand needs; pcscd looks twice a second
        hall.insert_card(KEY)

    surface = await stand.play(
        *START,
        Then(PresentDocument, does=lambda: hall.insert_card(strange)),
        Then(PresentDocument, does=change_cards),
        Then(Consent, VisitEnded()),
    )
    assert surface.last(PresentDocument).notice is notice


@pytest.mark.parametrize("question", [Consent, LookAtCamera, Confirm])
async def test_who_pulls_the_card_may_try_again(stand: Stand, question: type[Prompt[object]]) -> None:
    hall = stand.hall
    before = [
        Then(PresentDocument, does=lambda: hall.insert_card(KEY)),
        Then(Consent, AGREED),
        Then(LookAtCamera, does=lambda: hall.stand(KEY)),
    ]
    reached = [line for line in before if line.question is not question]
    reached = reached[: {Consent: 1, LookAtCamera: 2, Confirm: 3}[question]]
    surface = await stand.play(
        *START,
        *reached,
        Then(question, does=hall.pull_card),
        Then(ShowFault, Again.RETRY),
        Then(PresentDocument, VisitEnded()),
    )
    assert surface.last(ShowFault).fault is FaultCode.CARD_REMOVED
    assert stand.transactions == ()


async def test_a_reader_that_fails_after_the_submission_changes_nothing(stand: Stand) -> None:
    hall = stand.hall
    hall.printer_state(PrinterState.SILENT)  # printing takes its time now

    def confirm() -> None:
        threading.Timer(1.0, lambda: hall.reader(present=False)).start()

    surface = await stand.play(
        *START,
        Then(PresentDocument, does=lambda: hall.insert_card(KEY)),
        Then(Consent, AGREED),
        Then(LookAtCamera, does=lambda: hall.stand(KEY)),
        Then(Confirm, Confirmed(), does=confirm),
        Then(ShowResult, Finished()),
    )
    assert surface.last(ShowResult).tone is Tone.OK
    assert stand.card_status(KEY) == "normal"


async def test_a_card_left_behind_is_asked_for(stand: Stand) -> None:
    """Who walks away from the result leaves the card in: everything is wiped, then the screen asks to take it."""
    hall = stand.hall
    surface = HabitualSurface([], habits=habits(hall))
    surface.habits[ShowResult] = Then(ShowResult, VisitEnded())

    surface.meanwhile = lambda shown: hall.pull_card() if shown == "working.take_card" else None
    await stand.let(surface)
    assert surface.wiped == 1


async def test_a_reader_that_comes_back_reads_again(stand: Stand) -> None:
    hall = stand.hall
    hall.reader(present=False)

    def plug_in() -> None:
        hall.reader(present=True)
        hall.insert_card(KEY)

    surface = HabitualSurface([], habits=habits(hall))
    surface.habits[PresentDocument] = Then(PresentDocument)
    surface.habits[Consent] = Then(Consent, VisitEnded())
    seen: list[tuple[DocumentKind, ...]] = []

    def watch_the_screen() -> None:
        seen.append(surface.last(PresentDocument).unavailable)
        if seen[-1]:
            plug_in()

    surface.habits[PresentDocument] = Then(PresentDocument, does=watch_the_screen)
    await stand.let(surface)
    assert (DocumentKind.SOCIAL_CARD,) in seen
    assert surface.ending.__class__ is Consent


async def test_a_silent_id_reader_is_shown_and_the_card_still_works(stand: Stand) -> None:
    hall = stand.hall
    hall.id_reader_state(IdReaderState.SILENT)
    surface = HabitualSurface([], habits=habits(hall))
    surface.habits[Consent] = Then(Consent, VisitEnded())

    def insert_when_shown() -> None:
        if DocumentKind.RESIDENT_ID in surface.last(PresentDocument).unavailable:
            hall.insert_card(KEY)

    surface.habits[PresentDocument] = Then(PresentDocument, does=insert_when_shown)
    await stand.let(surface)
    assert surface.ending.__class__ is Consent


async def test_without_any_reader_the_matter_is_closed_on_the_home_screen(stand: Stand) -> None:
    hall = stand.hall
    hall.reader(present=False)
    hall.id_reader_state(IdReaderState.UNPLUGGED)
    surface = HabitualSurface([], habits=habits(hall))
    closed: list[str] = []

    def look() -> None:
        closed.extend(tile.closed.key for tile in surface.last(ChooseMatter).tiles if tile.closed)

    class Watching(HabitualSurface):
        def line_for(self, prompt: Prompt[object]) -> Then | None:
            if isinstance(prompt, ChooseMatter):
                return Then(ChooseMatter, VisitEnded() if prompt.tiles[0].closed else None, does=look)
            return super().line_for(prompt)

    surface = Watching([], habits=habits(hall))
    await stand.let(surface)
    assert closed[-1:] == ["closed.document_readers"]


async def test_a_camera_that_dies_leaves_the_way_by_pin(stand: Stand) -> None:
    hall = stand.hall
    surface = await stand.play(
        *START,
        Then(PresentDocument, does=lambda: hall.insert_card(KEY)),
        Then(Consent, AGREED, does=lambda: hall.camera_state(CameraState.GONE)),
        Then(LookAtCamera),
        Then(EnterPin, "123456"),
        Then(Confirm, Confirmed()),
        Then(ShowResult, Finished(), does=hall.pull_card),
    )
    assert surface.last(EnterPin).notice.key == "presence.camera_failed"
    assert [record.proof for record in stand.transactions] == ["card_pin"]


async def test_without_paper_the_number_stays_on_the_screen_and_nothing_comes_out_later(stand: Stand) -> None:
    hall = stand.hall
    hall.printer_state(PrinterState.PAPER_OUT)
    surface = await stand.play(
        *START,
        Then(PresentDocument, does=lambda: hall.insert_card(KEY)),
        Then(Consent, AGREED),
        Then(LookAtCamera, does=lambda: hall.stand(KEY)),
        Then(Confirm, Confirmed()),
        Then(ShowResult, Finished(), does=hall.pull_card),
    )
    result = surface.last(ShowResult)
    assert (result.tone, result.slip, result.receipt_number) == (Tone.OK, SlipState.NOT_PRINTED, "JN03-000001")
    assert stand.card_status(KEY) == "normal"
    hall.printer_state(PrinterState.READY)
    assert hall.cut_papers == []


async def test_a_full_disk_promises_nothing(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    """The queue cannot take the transaction: the citizen is told before anything was promised."""
    hall = stand.hall
    surface = await stand.play(
        *START,
        Then(PresentDocument, does=lambda: hall.insert_card(KEY)),
        Then(Consent, AGREED),
        Then(LookAtCamera, does=lambda: hall.stand(KEY)),
        Then(Confirm, Confirmed(), does=lambda: monkeypatch.setattr(Store, "append", _disk_full)),
        Then(ShowFault, Finished(), does=hall.pull_card),
    )
    assert surface.last(ShowFault).fault is FaultCode.Q_UNAVAILABLE
    assert stand.transactions == ()
