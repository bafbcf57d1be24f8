"""Names with rare characters, in dots: on the screen and on paper each is the glyph of the font that has it."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from config.fonts import FontSet, Weight
from drivers.printer.blocks import BigNumber, Heading, Paragraph, Rows, SlipDocument
from drivers.printer.slip import render
from flows.prompts import Confirm, Line, Text, Verbatim
from screens.ease import Ease
from screens.stage import Stage, StageSettings
from screens.text.catalogue import Catalogue
from screens.theme.tokens import ThemeName
from screens.widgets.kit import Kits
from screens.widgets.text import Sentence

# Common in the registers: extensions A and B, a late addition, extension E, compatibility, and the Uyghur dot.
RARE = ("\U00020bb7", "\u4dae", "\u36c3", "\U0002cb4e", "\U0002b820", "\U0002f800", "·")
NOWHERE = "\U0003fffd"
LONG = "古丽米热·阿卜杜热合曼·" * 3 + "\U00020bb7\u4dae"


def own_glyph(path: Path, char: str, size: int = 60) -> "np.ndarray[Any, Any]":
    """The picture that a font has for a character, cut to its ink."""
    picture = Image.new("L", (size * 2, size * 2))
    ImageDraw.Draw(picture).text((size // 2, size // 2), char, font=ImageFont.truetype(path, size), fill=255)
    return np.asarray(picture.crop(picture.getbbox()).resize((48, 48))) / 255


def alike(one: "np.ndarray[Any, Any]", other: "np.ndarray[Any, Any]") -> float:
    """1 for the same shape, about 0 for two that have nothing to do with one another."""
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])


def on_screen(faces: FontSet, char: str, weight: Weight, size: int = 60) -> "np.ndarray[Any, Any]":
    """What the screen's own type draws, cut to its ink."""
    (glyphs,) = Kits(faces)._type.draw(char, weight, size)
    texture = glyphs.texture
    alpha = np.frombuffer(texture.pixels, np.uint8).reshape(texture.height, texture.width, 4)[..., 3]
    picture = Image.fromarray(alpha)
    return np.asarray(picture.crop(picture.getbbox()).resize((48, 48))) / 255


def on_paper(faces: FontSet, char: str) -> "np.ndarray[Any, Any]":
    """What the printer prints, cut to its ink."""
    printed = render(SlipDocument((Heading(char),)), faces, 576).convert("L").point(lambda dot: 255 - dot)
    return np.asarray(printed.crop(printed.getbbox()).resize((48, 48))) / 255


@pytest.mark.parametrize("weight", Weight)
@pytest.mark.parametrize("char", RARE)
def test_on_the_screen_it_is_the_fonts_own_glyph(window: Any, faces: FontSet, char: str, weight: Weight) -> None:
    del window
    ((path, _),) = faces.runs(char, weight)
    shape = on_screen(faces, char, weight)
    assert alike(shape, own_glyph(path, char)) > 0.9
    assert alike(shape, own_glyph(path, NOWHERE)) < 0.6


@pytest.mark.parametrize("char", RARE[:-1])
def test_on_paper_it_is_the_fonts_own_glyph(faces: FontSet, char: str) -> None:
    ((path, _),) = faces.runs(char, Weight.BOLD)
    shape = on_paper(faces, char)
    assert alike(shape, own_glyph(path, char)) > 0.8
    assert alike(shape, own_glyph(path, NOWHERE)) < 0.6


def test_what_no_font_has_is_marked_on_screen_and_paper(window: Any, faces: FontSet) -> None:
    del window
    geta = own_glyph(faces.path(Weight.BOLD), "〓")
    assert alike(on_screen(faces, NOWHERE, Weight.BOLD), geta) > 0.9
    assert alike(on_paper(faces, NOWHERE), geta) > 0.8
    assert faces.missing(f"赵{NOWHERE}") == NOWHERE


def test_blanks_and_marks_are_never_marked_as_missing(faces: FontSet) -> None:
    text = "甲\u2003乙\n丙\u200b\U000e0100"
    assert "".join(run for _, run in faces.runs(text)) == text


@pytest.mark.parametrize("theme", ThemeName)
def test_a_long_name_stays_on_the_screen_and_breaks_behind_the_dot(
    window: Any, faces: FontSet, catalogues: dict[str, Catalogue], theme: ThemeName
) -> None:
    stage = Stage(catalogues, faces, StageSettings(Ease(theme=theme), motion=False))
    window.add_widget(stage.widget)
    stage.widget.size = window.size
    try:
        asked = Confirm(
            question=Text("activation.confirm.question"),
            lines=(Line(Text("label.name"), Verbatim(LONG)),),
            action=Text("activation.confirm.action"),
        )
        stage._open(asked, None)
        name = next(block for block in stage.page.walk_blocks() if isinstance(block, Sentence) and block.text == LONG)
        lines = ["".join(piece.text for piece in line.pieces) for line in name._lay(name.width)]
        assert "".join(lines) == LONG
        assert len(lines) > 1
        assert not any(line.startswith("·") for line in lines)
        assert all(line.width <= name.width for line in name._lay(name.width))
        assert name.right <= stage.widget.width
    finally:
        stage.close()
        window.remove_widget(stage.widget)


@pytest.mark.parametrize("width", [576, 384])
def test_a_long_name_stays_on_the_paper(faces: FontSet, width: int) -> None:
    blocks = (Rows((("姓名", LONG),)), Paragraph(LONG), BigNumber("姓名", LONG[:12]))
    dots = np.asarray(render(SlipDocument(blocks), faces, width).convert("L"))
    assert dots.shape[1] == width
    assert (dots[:, :4] == 255).all()
    assert (dots[:, -4:] == 255).all()
