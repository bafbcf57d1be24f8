"""What the start screen says of a kiosk: grouped by reason, in two sentences at most."""

from dataclasses import replace

from flows.prompts import Localised, Text, Tone
from flows.records import DocumentKind
from flows.start_prompts import HallState, PaperLevel
from kiosk.hall_state import Outlook, hall_state

WELL = Outlook(online=True, paper=PaperLevel.ENOUGH, unreadable=())
OFF = Outlook(online=False, paper=PaperLevel.ENOUGH, unreadable=())
CARD, LOSS, PROOF, PENSION = (Localised(name, name) for name in ("card", "loss", "proof", "pension"))
NETWORK, PAPER, UPKEEP = Text("closed.gateway"), Text("closed.paper"), Text("closed.upkeep")


def told(state: HallState) -> list[str]:
    return [note.text.key for note in state.notes]


def test_all_well_says_nothing() -> None:
    state = hall_state(WELL, [(CARD, None), (PROOF, None)])
    assert state.well
    assert state == HallState()


def test_paper_near_its_end_is_not_quite_well() -> None:
    state = hall_state(Outlook(online=True, paper=PaperLevel.LOW, unreadable=()), [(CARD, None)])
    assert not state.well
    assert told(state) == []


def test_no_paper_is_said_once_for_all_certificates() -> None:
    state = hall_state(WELL, [(CARD, None), (PROOF, PAPER), (PENSION, PAPER)])
    assert told(state) == ["start.closed.paper"]
    assert state.open
    assert state.notes[0].tone is Tone.WAITING


def test_off_line_names_what_waits_for_the_network() -> None:
    one = hall_state(OFF, [(CARD, None), (PROOF, NETWORK)])
    assert one.notes[0].text == Text("start.offline.closed", {"what": PROOF})
    two = hall_state(OFF, [(CARD, None), (PROOF, NETWORK), (PENSION, NETWORK)])
    assert two.notes[0].text.values["what"] == Text("start.several", {"first": PROOF, "count": 2})
    assert told(hall_state(OFF, [(CARD, None)])) == ["start.offline"]


def test_a_gateway_not_heard_yet_is_no_reason() -> None:
    assert hall_state(WELL, [(CARD, None), (PROOF, NETWORK)]).well


def test_one_reader_gone() -> None:
    outlook = Outlook(online=True, paper=PaperLevel.ENOUGH, unreadable=(DocumentKind.SOCIAL_CARD,))
    state = hall_state(outlook, [(CARD, None)])
    assert told(state) == ["start.unreadable.social_card"]
    assert state.unreadable == (DocumentKind.SOCIAL_CARD,)


def test_any_other_reason_is_said_in_its_own_words() -> None:
    state = hall_state(WELL, [(CARD, UPKEEP), (LOSS, None)])
    assert state.notes[0].text == Text("start.closed.other", {"what": CARD, "why": UPKEEP})


def test_more_than_two_reasons_end_with_how_many_more() -> None:
    offered = [(CARD, UPKEEP), (LOSS, None), (PROOF, PAPER), (PENSION, NETWORK)]
    state = hall_state(OFF, offered)
    assert told(state) == ["start.offline.closed", "start.closed.more"]
    assert state.notes[1].text.values["count"] == 2


def test_everything_closed_says_why_and_no_names() -> None:
    readers = Text("closed.document_readers")
    state = hall_state(WELL, [(CARD, readers), (PROOF, readers)])
    assert not state.open
    assert told(state) == ["fault.DEV_NO_READER.citizen"]
    assert state.notes[0].tone is Tone.STOP
    assert told(hall_state(WELL, [(CARD, UPKEEP)])) == ["closed.upkeep"]


def test_what_the_gateway_says_comes_first_and_leaves_room_for_one_sentence_more() -> None:
    message = Text("home.notice", {"message": CARD})
    well = hall_state(WELL, [(CARD, None)], lambda _: message)
    assert [(note.text, note.tone) for note in well.notes] == [(message, Tone.INFO)]
    assert well.open
    state = hall_state(OFF, [(CARD, None), (LOSS, UPKEEP), (PROOF, PAPER)], lambda _: message)
    assert told(state) == ["home.notice", "start.closed.more"]


def test_out_of_service_by_order_says_until_when_and_why() -> None:
    why, until = Text("closed.stopped.maintenance"), Text("home.stopped_until", {"time": 1})
    asked: list[bool] = []

    def notice(everything_closed: bool) -> Text:
        asked.append(everything_closed)
        return until

    state = hall_state(WELL, [(CARD, why), (LOSS, why)], notice)
    assert told(state) == ["home.stopped_until", "start.stopped.maintenance"]
    assert not state.open
    assert asked == [True]


def test_before_anything_was_heard_it_does_not_say_that_all_is_well() -> None:
    state = hall_state(replace(WELL, heard=False), [(CARD, None)])
    assert state.open
    assert not state.well
