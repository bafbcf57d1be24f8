"""The queue's limits as a citizen meets them: told on the first page, and nothing promised that cannot be kept."""

from flows.prompts import (
    ChooseMatter,
    Confirm,
    Confirmed,
    Finished,
    MatterTile,
    PresentDocument,
    ShowResult,
    Text,
    VisitEnded,
)
from flows.start_prompts import Invitation, Touched
from simulator.hall_state import NetworkState
from tests.flows.conftest import Stand
from tests.flows.play import Then


def _closed(tiles: tuple[MatterTile, ...]) -> set[str]:
    return {tile.closed.key for tile in tiles if isinstance(tile.closed, Text)}


async def test_at_the_limit_everything_closes_on_the_first_page_and_opens_again(stand: Stand) -> None:
    hall, small = stand.hall, stand.with_settings("queue", most_waiting=1)
    hall.network(NetworkState.CUT)
    surface = await small.play(
        Then(Invitation, Touched()),
        Then(ChooseMatter, "loss_report"),
        Then(PresentDocument, does=lambda: hall.lay_id("wang_jianguo")),
        Then(Confirm, Confirmed()),
        Then(ShowResult, Finished()),
        Then(Invitation, Touched()),
        Then(ChooseMatter, VisitEnded()),
    )
    full = surface.last(ChooseMatter)
    assert _closed(full.tiles) == {"closed.queue_full", "closed.gateway"}
    assert all(tile.closed is not None for tile in full.tiles)
    hall.network(NetworkState.UP)
    await small.delivered()
    surface = await small.play(Then(Invitation, Touched()), Then(ChooseMatter, VisitEnded()))
    assert "closed.queue_full" not in _closed(surface.last(ChooseMatter).tiles)
