"""The guide, read at the kiosk over the whole hall: found by letters, printed, and begun from its page."""

from flows.guide_prompts import FindMatter, GuideChoice, ShowGuide
from flows.prompts import Choose, ChooseFromAll, ChooseMatter, Elsewhere, PresentDocument, SlipState, VisitEnded
from flows.start_prompts import Invitation, Touched
from tests.flows.album import Album
from tests.flows.conftest import Stand
from tests.flows.play import Then


async def test_a_page_is_found_by_letters_printed_and_begun(stand: Stand, album: Album) -> None:
    surface = await stand.play(
        Then(Invitation, Touched()),
        Then(ChooseMatter, Elsewhere.GUIDE),
        Then(Choose, "letters"),
        Then(FindMatter, 26),
        Then(ShowGuide, GuideChoice.PRINT),
        Then(ShowGuide, "loss_report"),
        Then(PresentDocument, VisitEnded()),
    )
    [first, printed] = [prompt for prompt in surface.shown if isinstance(prompt, ShowGuide)]
    assert (first.printed, printed.printed) == (None, SlipState.PRINTED)
    assert {option.name for option in first.begin} == {"loss_report", "reinstatement"}
    assert len(stand.hall.cut_papers) == 1
    await album.draw("guide", surface.shown)


async def test_every_service_is_one_touch_behind_the_home_screen(stand: Stand) -> None:
    surface = await stand.play(
        Then(Invitation, Touched()),
        Then(ChooseMatter, Elsewhere.ALL_MATTERS),
        Then(ChooseFromAll, "transfer_between_within"),
        Then(PresentDocument, VisitEnded()),
    )
    home, everything = surface.last(ChooseMatter), surface.last(ChooseFromAll)
    assert [tile.matter for tile in home.tiles] == [
        "activation",
        "loss_report",
        "reinstatement",
        "contribution_certificate",
        "unemployment_benefit",
        "pension_certificate",
    ]
    assert len(everything.tiles) == 13
    closed = {tile.matter: tile.closed.key for tile in everything.tiles if tile.closed}
    assert closed["unemployment_allowance"] == "closed.since"
