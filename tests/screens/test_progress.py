"""What goes on is seen: stages of work, the way of a document, and a button that feels the finger at once."""

from typing import Any

import pytest
from kivy.base import EventLoop
from kivy.graphics import opengl
from PIL import Image

from flows.prompts import Prompt, Stages, Steps, Text, Verbatim, Working
from kiosk.stages import working
from screens.samples import samples
from screens.text.catalogue import LANGUAGES, Catalogue
from screens.theme.tokens import STANDARD, colour
from screens.widgets.out_pictures import CardOutPicture, IdOutPicture, PaperOutPicture
from screens.widgets.pictures import Picture
from screens.widgets.progress import ProgressBar
from screens.widgets.steps import StepBars
from tests.screens.booth import Booth, Finger
from tests.screens.pixels import count, on_window

PARTS = (Text("working.submit.stage"), Text("working.print.stage"))


def prompt(name: str) -> Prompt[object]:
    return next(sample.prompt for sample in samples() if sample.name == name)


def bar(booth: Booth) -> ProgressBar:
    return next(block for block in booth.blocks() if isinstance(block, ProgressBar))


def test_the_stages_of_a_piece_of_work_follow_one_another(catalogues: dict[str, Catalogue]) -> None:
    for first, last in (
        ("working.read_document", "working.look_up"),
        ("working.submit", "working.print"),
        ("working.certificate", "working.certificate_print"),
    ):
        begun, ending = working(first).stages, working(last).stages
        assert begun is not None
        assert ending is not None
        assert begun.names == ending.names
        assert (begun.at, ending.at) == (0, 1)
        for language in LANGUAGES:
            assert all(catalogues[language].render(name) for name in begun.names)


def test_work_of_which_no_stages_are_known_promises_none() -> None:
    assert working("working.certificate_void") == Working(what=Text("working.certificate_void"))


async def test_the_bar_is_filled_by_what_is_done_and_by_nothing_else(booth: Booth) -> None:
    step = Steps(Verbatim("社保卡启用"), 4, 4)
    booth.stage.show(Working(what=Text("working.submit"), stages=Stages(PARTS, 0), steps=step))
    assert bar(booth).share == 0
    for phase in (0.0, 0.25, 0.5, 0.9):
        bar(booth).move(phase)
    assert bar(booth).share == 0  # time alone fills nothing
    booth.stage.show(Working(what=Text("working.print"), stages=Stages(PARTS, 1), steps=step))
    assert bar(booth).share == pytest.approx(0.5)
    said = booth.texts()
    assert [said.count(words) for words in ("正在打印凭条", "提交", "打印凭条", "正在办")] == [1, 1, 1, 1]
    assert [block for block in booth.blocks() if isinstance(block, StepBars)]


async def test_half_of_the_bar_is_seen_when_half_is_done(booth: Booth, window: Any) -> None:
    booth.stage.show(Working(what=Text("working.print"), stages=Stages(PARTS, 1)))
    place = bar(booth)
    image = on_window(window)
    middle = round(image.height - place.center_y)
    row = image.crop((round(place.x), middle, round(place.right), middle + 1))
    assert count(row, rgb(STANDARD.palette.brand)) == pytest.approx(place.width / 2, abs=0.03 * place.width)


@pytest.mark.parametrize(
    ("what", "picture"),
    [
        ("working.take_card", CardOutPicture),
        ("working.take_id", IdOutPicture),
        ("working.print", PaperOutPicture),
        ("guide.printing", PaperOutPicture),
    ],
)
async def test_what_comes_out_is_shown_coming_out(booth: Booth, what: str, picture: type[Picture]) -> None:
    booth.stage.show(Working(what=Text(what)))
    (shown,) = (block for block in booth.blocks() if isinstance(block, picture))
    way = []
    for phase in (0.2, 0.4, 0.6):
        shown.move(phase)
        assert shown.moved is not None
        way.append(shown.moved.shift.y)
    down = picture is PaperOutPicture
    assert way == sorted(way, reverse=down)
    assert way[0] != way[-1]


async def test_a_pressed_button_is_seen_on_the_very_next_frame(booth: Booth, window: Any) -> None:
    answer = await booth.ask(prompt("13_confirm"))
    button = booth.button("confirm")
    place = round(button.x + 60), round(window.height - button.y - 30)
    resting = on_window(window).getpixel(place)
    EventLoop.post_dispatch_input("begin", Finger(button.center_x, button.center_y))
    pressed = next_frame(window).getpixel(place)
    assert pressed == rgb(STANDARD.palette.brand_deep)
    assert resting == rgb(STANDARD.palette.brand)
    assert not answer.done()


def next_frame(window: Any) -> Image.Image:
    """What is drawn without one tick of the clock: nothing that waits for later has happened."""
    window.dispatch("on_draw")
    opengl.glFinish()
    width, height = (int(side) for side in window.system_size)
    pixels = opengl.glReadPixels(0, 0, width, height, opengl.GL_RGB, opengl.GL_UNSIGNED_BYTE)
    window.dispatch("on_flip")
    return Image.frombytes("RGB", (width, height), pixels).transpose(Image.Transpose.FLIP_TOP_BOTTOM)


def rgb(value: str) -> tuple[int, int, int]:
    red, green, blue, _ = (round(255 * share) for share in colour(value))
    return (red, green, blue)
