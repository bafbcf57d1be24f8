"""What the handbook points at is there; it knows every page of the staff and every group of faults."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from config.faults import FaultCode
from kiosk.desk.kinds import DeskPage
from kiosk.desk.touch_tests import KEEP_SECONDS
from screens.text.catalogue import Catalogue

DOCS = Path(__file__).parents[1] / "docs"
BOOKS = ("handbook.md", "handbook.zh-CN.md")
LANGUAGE = {"handbook.md": "en", "handbook.zh-CN.md": "zh_CN"}


@pytest.mark.parametrize("name", BOOKS)
def test_every_link_leads_somewhere(name: str) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", (DOCS / name).read_text("utf-8"))
    assert len(links) > 20
    assert [link for link in links if not (DOCS / link).exists()] == []


@pytest.mark.parametrize("name", BOOKS)
def test_every_page_and_every_group_of_faults_is_named(name: str) -> None:
    text = (DOCS / name).read_text("utf-8")
    words = Catalogue.load(LANGUAGE[name]).messages
    assert [page for page in DeskPage if f"| {words[f'desk.page.{page}']} |" not in text] == []
    groups = {code.value.split("_")[0] for code in FaultCode}
    assert [group for group in groups if not re.search(rf"\b{group}\b", text)] == []
    assert [code for code in FaultCode if f"`{code}`" not in text] == []


QUOTED = {"handbook.md": r'"([^"]+)"', "handbook.zh-CN.md": r"“([^”]+)”"}


def on_screens(language: str) -> str:
    """All words of the screens, without bold type, each value an N."""
    words = "\n".join(Catalogue.load(language).messages.values())
    return re.sub(r"\{\w+\}", "N", re.sub(r"\[/?b\]", "", words))


@pytest.mark.parametrize("name", BOOKS)
def test_what_is_quoted_stands_on_a_screen(name: str) -> None:
    words = on_screens(LANGUAGE[name]) + on_screens("zh_CN")
    quoted = re.findall(QUOTED[name], (DOCS / name).read_text("utf-8"))
    assert len(quoted) > 30
    missing = [quote for quote in quoted if quote not in words]
    assert [part for quote in missing for part in re.split("　|, | – ", quote) if part not in words] == []


@pytest.mark.parametrize("name", BOOKS)
def test_every_command_exists(name: str) -> None:
    said = subprocess.run([sys.executable, "-m", "kiosk.cli", "--help"], capture_output=True, text=True, check=True)
    commands = set(re.findall(r"`kiosk ([a-z-]+)", (DOCS / name).read_text("utf-8")))
    assert len(commands) > 6
    assert [command for command in commands if not re.search(rf"^ +{command}\b", said.stdout, re.MULTILINE)] == []


TESTS = {
    "handbook.md": ("drawing", "calibration", "15 seconds", "exposure", "comparison"),
    "handbook.zh-CN.md": ("划线测试", "触摸校准", "15 秒", "曝光", "比对人脸"),
}


@pytest.mark.parametrize("name", BOOKS)
def test_the_tests_of_touch_screen_and_camera_are_told(name: str) -> None:
    text = (DOCS / name).read_text("utf-8").lower()
    assert [word for word in TESTS[name] if word not in text] == []
    assert KEEP_SECONDS == 15


@pytest.mark.parametrize("marks", [r"^#+ ", r"^\|", r"^\d\. ", r"`[^`]+`", r"\(pictures/[^)]+\)"])
def test_both_languages_have_the_same_parts(marks: str) -> None:
    english, chinese = (re.findall(marks, (DOCS / name).read_text("utf-8"), re.MULTILINE) for name in BOOKS)
    assert len(english) == len(chinese) > 3
    assert sorted(english) == sorted(chinese)
