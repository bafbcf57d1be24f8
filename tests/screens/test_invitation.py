"""The start screen: its quiet line says by its sign that all is well only where it is."""

import pytest

from flows.start_prompts import HallState, Invitation, PaperLevel
from screens.samples import samples
from screens.widgets.text import Icon
from tests.screens.booth import Booth

_STATES = {sample.name: sample.prompt.state for sample in samples() if isinstance(sample.prompt, Invitation)}


async def signs(booth: Booth, state: HallState) -> list[str]:
    await booth.ask(Invitation(state=state))
    return [block.name for block in booth.blocks() if isinstance(block, Icon)]


@pytest.mark.parametrize("name", sorted(_STATES))
async def test_only_where_all_is_well_there_is_a_tick(booth: Booth, name: str) -> None:
    shown = await signs(booth, _STATES[name])
    assert ("done" in shown) == (name == "01_start")


async def test_where_everything_is_closed_network_and_paper_are_told_without_a_tick_or_an_alarm(booth: Booth) -> None:
    shown = await signs(booth, HallState(open=False))
    assert "网络已连上　打印纸够用" in booth.texts()
    assert not {"done", "warning"} & set(shown)


async def test_where_everything_is_closed_the_staff_still_see_that_paper_is_short(booth: Booth) -> None:
    assert "warning" in await signs(booth, HallState(open=False, paper=PaperLevel.LOW))
