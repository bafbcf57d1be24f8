import json
import os
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw, ImageFont

from config import fonts
from config.fonts import FontSet, FontsMissingError, Source, Weight

RARE = "\U0002b820"  # outside the basic plane and outside Noto's table
NOWHERE = "\U0003fffd"


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("fonts")
    assert fonts.main([str(place)]) == 0
    return place


@pytest.fixture(scope="module")
def font_set(directory: Path) -> FontSet:
    return FontSet.load(directory)


def test_the_chinese_faces_are_taken_out(directory: Path) -> None:
    for weight in Weight:
        with TTFont(directory / f"NotoSansCJKsc-{weight}.otf", lazy=True) as font:
            assert font["name"].getDebugName(6) == f"NotoSansCJKsc-{weight}"


def test_the_chinese_form_of_a_character_is_drawn(font_set: FontSet) -> None:
    """直 is written differently in China and in Japan: what tells the faces of the collection apart."""
    japanese = ImageFont.truetype("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 64, index=0)
    chinese = ImageFont.truetype(font_set.path(), 64)
    pictures = []
    for font in (japanese, chinese):
        picture = Image.new("L", (80, 100))
        ImageDraw.Draw(picture).text((4, 0), "直", font=font, fill=255)
        pictures.append(picture.tobytes())
    assert pictures[0] != pictures[1]


def test_preparing_again_changes_nothing(directory: Path) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in directory.iterdir()}
    assert fonts.main([str(directory)]) == 0
    assert {path.name: path.stat().st_mtime_ns for path in directory.iterdir()} == before


def test_a_font_that_has_gone_is_brought_back(tmp_path: Path, directory: Path) -> None:
    (tmp_path / "coverage.json").write_bytes((directory / "coverage.json").read_bytes())
    fonts.prepare(tmp_path)
    assert FontSet.load(tmp_path).path(Weight.BOLD).is_file()


def test_nothing_half_written_is_left(directory: Path) -> None:
    assert sorted(path.name for path in directory.iterdir()) == [
        "HanaMinA.ttf",
        "HanaMinB.ttf",
        "NotoSansCJKsc-Bold.otf",
        "NotoSansCJKsc-Regular.otf",
        "coverage.json",
    ]


def test_ordinary_text_is_one_run(font_set: FontSet) -> None:
    text = "济南市政务服务大厅 ABC 12333，「张·三」"
    assert font_set.runs(text, Weight.BOLD) == [(font_set.path(Weight.BOLD), text)]


def test_a_rare_character_gets_its_own_font(font_set: FontSet, directory: Path) -> None:
    runs = font_set.runs(f"赵{RARE}先生", Weight.REGULAR)
    noto = font_set.path(Weight.REGULAR)
    assert runs == [(noto, "赵"), (directory / "HanaMinB.ttf", RARE), (noto, "先生")]


def test_marks_stay_with_the_character_they_sit_on(font_set: FontSet, directory: Path) -> None:
    text = f"{RARE}\U000e0100\u0301a"
    assert font_set.runs(text) == [
        (directory / "HanaMinB.ttf", f"{RARE}\U000e0100\u0301"),
        (font_set.path(), "a"),
    ]


def test_a_leading_mark_and_no_text(font_set: FontSet) -> None:
    assert font_set.runs("") == []
    assert "".join(run for _, run in font_set.runs("\u0301a")) == "\u0301a"


def test_missing_names_each_character_once(font_set: FontSet) -> None:
    assert font_set.missing(f"赵{NOWHERE}{RARE}\n\u200d{NOWHERE}") == NOWHERE
    assert font_set.runs(f"赵{NOWHERE}") == [(font_set.path(), "赵〓")]


def test_names_of_the_invented_people_can_be_drawn(font_set: FontSet) -> None:
    assert font_set.missing(f"张玲赵\U0002c386{RARE}古丽米热·阿卜杜热合曼BERG, ANNA陈颖欣") == ""


def test_a_directory_that_was_never_prepared(tmp_path: Path) -> None:
    with pytest.raises(FontsMissingError, match=f"python -m config.fonts {tmp_path}"):
        FontSet.load(tmp_path)


@pytest.mark.parametrize("content", ["", "[]", "{}", json.dumps({"HanaMinA.ttf": {"ranges": []}})])
def test_a_damaged_list_says_what_to_run(tmp_path: Path, content: str) -> None:
    (tmp_path / "coverage.json").write_text(content)
    with pytest.raises(FontsMissingError, match="run: python -m config"):
        FontSet.load(tmp_path)


def test_a_debian_package_that_is_not_installed(tmp_path: Path) -> None:
    source = Source(tmp_path / "NoSuch.ttf", "fonts-hanazono")
    with pytest.raises(FontsMissingError, match="apt-get install fonts-hanazono"):
        fonts.prepare(tmp_path / "out", [source])


def test_a_collection_without_the_chinese_face(tmp_path: Path) -> None:
    source = Source(fonts.TEXT_FONTS[Weight.BOLD].path, "fonts-noto-cjk", face="NoSuchFace")
    with pytest.raises(FontsMissingError, match="holds no face NoSuchFace"):
        fonts.prepare(tmp_path, [source])


def test_the_command_tells_what_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(fonts, "prepare", _no_packages)
    assert fonts.main([str(tmp_path)]) == 1
    assert "apt-get" in capsys.readouterr().err


def _no_packages(directory: Path) -> None:
    raise FontsMissingError(f"{os.fspath(directory)}: apt-get install fonts-noto-cjk")
