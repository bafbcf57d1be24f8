"""Certificates printed again: torn copies are void, reprints are marked, and nothing is left for the next visit."""

from config.services import ServiceName
from flows.prompts import (
    Again,
    Choose,
    Confirm,
    Confirmed,
    Finished,
    PrintStopped,
    ShowResult,
    SlipState,
    Tone,
)
from simulator.gateway.switches import Fault
from simulator.hall_state import NetworkState
from simulator.printer.paper import Receipt
from tests.flows.album import Album
from tests.flows.conftest import Stand
from tests.flows.papers import issued, scanned
from tests.flows.play import Then
from tests.flows.speech import said
from tests.flows.steps import start, to_the_end, with_card_and_pin, with_id_and_face

WANG, ZHANG, LI = "wang_jianguo", "zhang_ling", "li_xiuying"
ENABLED = (ServiceName.ENTITLEMENT_RECORD, ServiceName.ENTITLEMENT_REVIEW)
OWN = Then(Choose, "own")


async def test_the_same_certificate_on_the_same_day_is_a_marked_reprint(stand: Stand) -> None:
    for _ in range(2):
        surface = await stand.play(
            *start("contribution_certificate"),
            OWN,
            *with_card_and_pin(stand, ZHANG),
            Then(Choose, "everything"),
            *to_the_end(stand.hall.pull_card),
        )
    assert [(copy, void) for _, copy, void in issued(stand)] == [(1, False), (2, False)]
    assert len({number for number, _, _ in issued(stand)}) == 1
    assert surface.last(ShowResult).notes[0].text.key == "note.reprint"


async def test_a_torn_copy_is_void_and_the_next_one_says_so(stand: Stand, album: Album) -> None:
    hall = stand.hall
    surface = await stand.play(
        *start("contribution_certificate"),
        OWN,
        *with_card_and_pin(stand, WANG),
        Then(Choose, "everything"),
        Then(Confirm, Confirmed(), does=lambda: hall.printer.end_paper_after(300)),
        Then(PrintStopped, does=hall.printer.refill),
        Then(PrintStopped, Again.RETRY),
        Then(ShowResult, Finished(), does=hall.pull_card),
    )
    stopped = [prompt.ready for prompt in surface.shown if isinstance(prompt, PrintStopped)]
    assert stopped == [False, True]
    [(number, first, void), (again, second, fine)] = issued(stand)
    assert (number, first, void, second, fine) == (again, 1, True, 2, False)
    result = surface.last(ShowResult)
    assert (result.tone, result.slip) == (Tone.OK, SlipState.PRINTED)
    assert result.notes[0].text.key == "note.copies_void"
    assert said(result.notes[0]) == ["这是第 2 次打印。第 1 次没有打完整，那一张已经作废。"]
    content = scanned(stand, hall.cut_papers[-1])
    assert (content.number, content.copy) == (number, 2)
    assert [(record.kind, record.result) for record in stand.transactions] == [("certificate_void", "accepted")]
    await album.draw("certificate_torn", surface.shown)


async def test_nothing_of_a_torn_copy_comes_out_in_the_next_visit(stand: Stand) -> None:
    hall = stand.hall

    async def review() -> Receipt:
        await stand.with_settings("matters", enable=ENABLED).play(
            *start("entitlement_review"), *with_id_and_face(stand, LI), *to_the_end(hall.lift_id)
        )
        [paper] = hall.cut_papers
        hall.take_paper()
        return paper

    usual = await review()
    surface = await stand.play(
        *start("contribution_certificate"),
        OWN,
        *with_card_and_pin(stand, WANG),
        Then(Choose, "everything"),
        Then(Confirm, Confirmed(), does=lambda: hall.printer.end_paper_after(300)),
        Then(PrintStopped, Finished()),
        Then(ShowResult, Finished(), does=hall.pull_card),
    )
    result = surface.last(ShowResult)
    assert (result.tone, result.slip) == (Tone.STOP, SlipState.NOT_PRINTED)
    assert result.headline.key == "certificate.not_printed.headline"
    assert [(copy, void) for _, copy, void in issued(stand)] == [(1, True)]
    hall.take_paper()
    hall.printer.refill()
    assert hall.cut_papers == []
    assert hall.printer.hanging_rows == 0
    following = await review()
    assert not following.torn
    assert following.picture.size == usual.picture.size


async def test_a_copy_torn_while_the_gateway_is_away_is_void_later(stand: Stand) -> None:
    hall = stand.hall

    def paper_and_gateway_end() -> None:
        hall.printer.end_paper_after(300)
        hall.gateway.switches.set(Fault.DOWN, path="/v1/transactions")

    await stand.play(
        *start("pension_certificate"),
        OWN,
        *with_card_and_pin(stand, LI),
        Then(Confirm, Confirmed(), does=paper_and_gateway_end),
        Then(PrintStopped, Finished()),
        Then(ShowResult, Finished(), does=hall.pull_card),
    )
    assert [void for _, _, void in issued(stand)] == [False]
    hall.network(NetworkState.UP)
    await stand.delivered()
    assert [void for _, _, void in issued(stand)] == [True]
