"""What the handbook points at is there; it knows every page of the staff and every group of faults."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from config.faults import FaultCode
from kiosk.desk.touch_tests import KEEP_SECONDS
from screens.text.catalogue import Catalogue

DOCS = Path(__file__).parents[1] / "docs"
BOOKS = ("handbook.md", "handbook.zh-CN.md")
PAGES = {
    "handbook.md": (
        "Paper", "Out of service", "Help for staff", "Devices", "Tests", "Queue", "Logs", "Fault codes",
        "Configuration",
    ),
    "handbook.zh-CN.md": ("打印纸", "暂停服务", "值班帮助", "设备", "测试", "离线队列", "日志", "故障代码", "配置"),
}  # fmt: skip


@pytest.mark.parametrize("name", BOOKS)
def test_every_link_leads_somewhere(name: str) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", (DOCS / name).read_text("utf-8"))
    assert len(links) > 20
    assert [link for link in links if not (DOCS / link).exists()] == []


@pytest.mark.parametrize("name", BOOKS)
def test_every_page_and_every_group_of_faults_is_named(name: str) -> None:
    text = (DOCS / name).read_text("utf-8")
    assert [page for page in PAGES[name] if f"| {page} |" not in text] == []
    groups = {code.value.split("_")[0] for code in FaultCode}
    assert [group for group in groups if not re.search(rf"\b{group}\b", text)] == []
    assert [code for code in FaultCode if f"`{code}`" not in text] == []


QUOTED = {"handbook.md": ("en", r'"([^"]+)"'), "handbook.zh-CN.md": ("zh_CN", r"“([^”]+)”")}


def on_screens(language: str) -> str:
    """All words of the screens, without bold type, each value an N."""
    words = "\n".join(Catalogue.load(language).messages.values())
    return re.sub(r"\{\w+\}", "N", re.sub(r"\[/?b\]", "", words))


@pytest.mark.parametrize("name", BOOKS)
def test_what_is_quoted_stands_on_a_screen(name: str) -> None:
    language, pattern = QUOTED[name]
    words = on_screens(language) + on_screens("zh_CN")
    quoted = re.findall(pattern, (DOCS / name).read_text("utf-8"))
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
