"""The time of a whole visit: it is asked for, and may be had again without end."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from config.faults import FaultCode
from drivers.speaker.chimes import Chime
from flows.face_progress import FaceHint, FaceProgress
from flows.prompts import PresentDocument, Text, VisitEnded, Working
from flows.records import DocumentKind
from flows.start_prompts import Invitation
from screens.samples import samples
from screens.sheets import LongSheet, Sheet
from tests.screens.booth import Booth

HOME = next(each.prompt for each in samples() if each.name == "02_home")
SAMPLES = {sample.name: sample.prompt for sample in samples()}


def asks(booth: Booth) -> bool:
    return any(isinstance(block, LongSheet) for block in booth.blocks())


def _picture(*, someone: bool) -> FaceProgress:
    return FaceProgress(FaceHint.NOD, bytes(64 * 48 * 3), 64, 48, someone=someone)


async def let_pass(booth: Booth, seconds: float) -> None:
    """Somebody is there all the time."""
    for _ in range(int(seconds / 30)):
        await booth.wait(30)
        booth.stage.activity()


async def test_a_long_visit_asks_and_goes_on_as_often_as_wanted(make_booth: Callable[..., Booth]) -> None:
    booth = make_booth(visit_seconds=180)
    answer = await booth.ask(HOME)
    for _ in range(4):
        await let_pass(booth, 150)
        assert not asks(booth)
        await let_pass(booth, 60)
        assert asks(booth)
        await booth.touch("go_on")
        assert not asks(booth)
    assert not answer.done()


async def test_it_lasts_over_the_questions_of_a_visit_and_begins_anew_with_the_next(
    make_booth: Callable[..., Booth],
) -> None:
    booth = make_booth(visit_seconds=180)
    first = await booth.ask(HOME)
    await let_pass(booth, 120)
    first.cancel()
    second = await booth.ask(HOME)
    await let_pass(booth, 90)
    assert asks(booth)
    second.cancel()
    booth.stage.wipe()
    invited = await booth.ask(Invitation(can_go_back=False))
    await let_pass(booth, 600)
    assert not any(isinstance(block, Sheet) for block in booth.blocks())
    invited.cancel()
    await booth.ask(HOME)
    await let_pass(booth, 90)
    assert not asks(booth)


async def test_who_stops_ends_the_visit_at_once(make_booth: Callable[..., Booth]) -> None:
    booth = make_booth(visit_seconds=180)
    answer = await booth.ask(HOME)
    await let_pass(booth, 210)
    await booth.touch("end")
    with pytest.raises(VisitEnded):
        await answer


async def test_time_in_which_devices_work_does_not_count(make_booth: Callable[..., Booth]) -> None:
    booth = make_booth(visit_seconds=180, patience_seconds=0)
    first = await booth.ask(HOME)
    await let_pass(booth, 120)
    first.cancel()
    booth.stage.show(Working(what=Text("working.submit")))
    await let_pass(booth, 600)
    assert not asks(booth)
    await booth.ask(HOME)
    await let_pass(booth, 30)
    assert not asks(booth)
    await let_pass(booth, 30)
    assert asks(booth)


@pytest.mark.parametrize("name", ["04_document", "09_camera", "34_staff"])
async def test_it_never_comes_over_somebody_busy_with_a_device(make_booth: Callable[..., Booth], name: str) -> None:
    booth = make_booth(visit_seconds=180)
    first = await booth.ask(HOME)
    booth.now[0] += 200  # longer than the visit may last, and answered in that moment
    first.cancel()
    at_device = await booth.ask(SAMPLES[name])
    await let_pass(booth, 600)
    assert not asks(booth)
    at_device.cancel()
    await booth.ask(HOME)
    await booth.wait(1)
    assert asks(booth)


@pytest.mark.parametrize("name", ["04_document", "09_camera"])
async def test_time_at_a_device_does_not_count(make_booth: Callable[..., Booth], name: str) -> None:
    booth = make_booth(visit_seconds=180)
    at_device = await booth.ask(SAMPLES[name])
    await let_pass(booth, 600)
    at_device.cancel()
    await booth.ask(HOME)
    await let_pass(booth, 150)
    assert not asks(booth)
    await let_pass(booth, 60)
    assert asks(booth)


@pytest.mark.parametrize("name", ["04_document", "09_camera", "34_staff"])
async def test_a_device_before_which_nobody_does_anything_is_left(booth: Booth, name: str) -> None:
    answer = await booth.ask(SAMPLES[name])
    for _ in range(5):
        booth.stage.update(_picture(someone=False))  # the camera sees an empty hall
        await booth.wait(8)
    assert "您还在吗？" in booth.texts()
    assert not answer.done()
    await booth.wait(20)
    with pytest.raises(VisitEnded):
        await answer


async def test_a_face_in_the_picture_is_a_sign_of_life(booth: Booth) -> None:
    answer = await booth.ask(SAMPLES["09_camera"])
    for _ in range(20):
        booth.stage.update(_picture(someone=True))
        await booth.wait(20)
        assert "您还在吗？" not in booth.texts()
    await booth.wait(41)
    assert not answer.done()
    with pytest.raises(VisitEnded):
        await asyncio.gather(answer, booth.wait(1))


async def test_a_question_that_only_changes_its_words_is_no_sign_of_life(make_booth: Callable[..., Booth]) -> None:
    """A reader that comes and goes, or an ID that cannot be read and lies there: still nobody is there."""
    booth = make_booth(patience_seconds=0)
    document = PresentDocument(accepted=(DocumentKind.SOCIAL_CARD, DocumentKind.RESIDENT_ID))
    for notice in (None, FaultCode.ID_UNREADABLE, None):
        answer = await booth.ask(replace(document, notice=notice))
        await booth.wait(15)
        assert not answer.done()
        answer.cancel()
        booth.stage.show(Working(what=Text("working.read_document")))
        await booth.wait(500)  # the time of the device is nobody's
    answer = await booth.ask(document)
    await booth.wait(12)
    with pytest.raises(VisitEnded):
        await answer


async def test_a_warning_of_twenty_seconds_can_be_answered_without_end(booth: Booth) -> None:
    answer = await booth.ask(HOME)
    for _ in range(30):
        await booth.wait(38)
        assert "您还在吗？" not in booth.texts()
        await booth.wait(2)
        assert {"您还在吗？", "19"} <= set(booth.texts()) or "20" in booth.texts()
        await booth.wait(18)
        await booth.touch("我还在")
        assert "您还在吗？" not in booth.texts()
    assert not answer.done()


async def test_who_asks_is_heard(make_booth: Callable[..., Booth]) -> None:
    booth = make_booth(visit_seconds=180)
    await booth.ask(HOME)
    await booth.wait(45)
    await booth.wait(1)
    assert [chime for chime, _ in booth.heard.rung] == [Chime.ATTENTION]
    await booth.touch("我还在")
    await let_pass(booth, 210)
    assert asks(booth)
    assert [chime for chime, _ in booth.heard.rung] == [Chime.ATTENTION, Chime.ATTENTION]


async def test_who_does_not_answer_is_asked_whether_they_are_there(make_booth: Callable[..., Booth]) -> None:
    booth = make_booth(visit_seconds=180)
    answer = await booth.ask(HOME)
    await let_pass(booth, 210)
    assert asks(booth)
    await booth.wait(45)
    assert not asks(booth)
    await booth.wait(30)
    with pytest.raises(VisitEnded):
        await answer
