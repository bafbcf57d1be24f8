"""Number 15 of the sixteen failures as a citizen meets it."""

from datetime import timedelta

from config import clock
from flows.prompts import ChooseMatter, Confirm, Confirmed, Finished, PresentDocument, ShowResult, Text, VisitEnded
from flows.start_prompts import Invitation, Touched
from kiosk.wiring import Kiosk
from screens.chrome import StaffCare
from screens.text.catalogue import Catalogue, raise_missing
from simulator.hall_state import NetworkState
from tests.flows.conftest import Stand
from tests.flows.play import ScriptedSurface, Then, play


async def test_15_limits_reached_close_every_matter_on_the_first_page(stand: Stand) -> None:
    """By age this time: an hour and more without a line. What was promised before is kept."""
    hall, small = stand.hall, stand.with_settings("queue", longest_wait_hours=1)
    kiosks: list[Kiosk] = []
    cares: list[StaffCare] = []
    later = [timedelta()]

    async def start(surface: ScriptedSurface) -> Kiosk:
        catalogue = Catalogue.load("zh_CN", raise_missing)
        kiosk = await Kiosk.start(small.settings, surface, lambda: catalogue, lambda: clock.now() + later[0])
        kiosks.append(kiosk)
        return kiosk

    hall.network(NetworkState.CUT)
    first = ScriptedSurface(
        [
            Then(Invitation, Touched()),
            Then(ChooseMatter, "loss_report"),
            Then(PresentDocument, does=lambda: hall.lay_id("wang_jianguo")),
            Then(Confirm, Confirmed()),
            Then(ShowResult, Finished()),
        ],
        meanwhile=small.take,
    )
    await play(first, start, 60)
    assert first.last(ShowResult).headline.key == "loss_report.stored.headline"
    later[0] = timedelta(hours=1, minutes=6)
    second = ScriptedSurface(
        [
            Then(Invitation, Touched(), does=lambda: cares.append(kiosks[-1].status().care)),
            Then(ChooseMatter, VisitEnded()),
        ]
    )
    await play(second, start, 60)
    tiles = second.last(ChooseMatter).tiles
    assert {tile.closed.key for tile in tiles if isinstance(tile.closed, Text)} == {
        "closed.queue_full",
        "closed.gateway",
    }
    assert all(tile.closed is not None for tile in tiles)
    assert cares == [StaffCare.MACHINE]
    hall.network(NetworkState.UP)
    await small.delivered()
    assert small.card_status("wang_jianguo") == "temporarily_lost"
    third = await small.play(Then(Invitation, Touched()), Then(ChooseMatter, VisitEnded()))
    assert any(tile.closed is None for tile in third.last(ChooseMatter).tiles)
