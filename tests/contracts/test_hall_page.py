"""The page of the hall: what an attendant sees of each kiosk."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import requests

from config.faults import FaultCode
from config.services import ServiceName
from kiosk.fleet.kinds import DeviceName
from simulator.gateway.hall_standing import Standing, Trouble
from simulator.gateway.hall_words import _FAULTS, DEVICES, LABELS, SERVICES, STANDINGS, TESTS, TROUBLES
from simulator.gateway.server import GatewayServer
from tests.contracts.caller import Caller
from tests.contracts.test_gateway_directives import CLOSED, HEALTH, order, report
from tests.offline_queue.hall import enrol, new_server

NOW = datetime(2026, 11, 29, 6, 26, 31, tzinfo=UTC)
WELL: dict[str, Any] = {
    "devices": [{"device": "printer", "state": "online", "fault": None}],
    "paper": "enough",
    "queue": {"waiting": 0, "oldest_seconds": None, "used_percent": 0, "closed": None},
    "matters": [{"service": "activation", "open": True}, {"service": "loss_report", "open": True}],
}


class Wall:
    """A gateway with one kiosk, and a page on the wall."""

    def __init__(self, server: GatewayServer, directory: Path) -> None:
        self.server = server
        self.caller = Caller(server, enrol(directory, server, "JN-03"))
        self.caller.live_in(NOW)

    def tell(self, **changes: Any) -> None:
        content = report("JN-03", **{**WELL, "at": NOW.isoformat(), **changes})
        assert self.caller.post(HEALTH, content).status_code == 200

    def page(self, language: str = "zh") -> str:
        answer = requests.get(f"{self.server.url}/hall", params={"lang": language}, timeout=10)
        assert answer.status_code == 200
        return answer.text

    def card(self, language: str = "zh") -> tuple[str, str]:
        """Standing and words of the one kiosk."""
        ((standing, inside),) = re.findall(r'<article class="(\w+)">(.*?)</article>', self.page(language))
        return standing, unescape(re.sub(r"<[^>]+>", " ", inside))


@pytest.fixture
def wall(tmp_path: Path) -> Iterator[Wall]:
    with new_server(tmp_path / "gateway") as server:
        yield Wall(server, tmp_path / "keys")


def test_a_kiosk_that_works(wall: Wall) -> None:
    wall.tell(last_visit_at="2026-11-29T06:20:00Z")
    standing, words = wall.card()
    assert standing == "good"
    for word in ("✓", "JN-03", "正常", "够用", "没有", "14:20 前后", "刚刚"):
        assert word in words
    standing, words = wall.card("en")
    for word in ("✓", "JN-03", "Working", "enough", "nothing", "about 14:20", "just now"):
        assert word in words


def test_a_printer_without_paper_and_what_cannot_be_done(wall: Wall) -> None:
    closed = [{"service": "contribution_certificate", "open": False}]
    printer = {"device": "printer", "state": "offline", "fault": "PRN_PAPER_OUT"}
    wall.tell(paper="out", devices=[printer], matters=[*WELL["matters"], *closed])
    standing, words = wall.card()
    assert standing == "look"
    for word in ("!", "请去看看", "打印机没纸了", "PRN_PAPER_OUT", "不能办：参保缴费证明", "没纸了"):
        assert word in words
    assert "Printer out of paper" in wall.card("en")[1]


def test_a_queue_has_its_number_and_age(wall: Wall) -> None:
    wall.tell(queue={"waiting": 1700, "oldest_seconds": 7500, "used_percent": 85, "closed": None})
    standing, words = wall.card()
    assert standing == "look"
    assert "1700 笔，最久 2 小时" in words
    assert "待发的快满了" in words
    wall.tell(queue={"waiting": 2000, "oldest_seconds": 7500, "used_percent": 100, "closed": "Q_FULL"})
    assert wall.card()[0] == "stopped"


def test_a_silent_kiosk_is_not_taken_for_a_good_one(wall: Wall) -> None:
    wall.tell()
    wall.server.state.clock = lambda: NOW + timedelta(seconds=181)
    standing, words = wall.card()
    assert standing == "silent"
    assert "14:26 起没有消息" in words
    wall.server.state.clock = lambda: NOW + timedelta(days=3)
    assert "Not heard from since 11-29 14:26" in wall.card("en")[1]


def test_a_kiosk_that_reports_seldom_is_not_silent_before_its_time(wall: Wall) -> None:
    wall.tell(report_seconds=600)
    wall.server.state.clock = lambda: NOW + timedelta(minutes=25)
    assert wall.card()[0] == "good"


def test_one_that_was_never_heard_from(wall: Wall) -> None:
    standing, words = wall.card()
    assert standing == "new"
    assert "还没有收到过消息" in words


def test_out_of_service_by_order(wall: Wall) -> None:
    wall.server.state.clock = lambda: NOW - timedelta(hours=1)
    order(wall.caller, CLOSED)
    wall.server.state.clock = lambda: NOW
    shut = [{**matter, "open": False} for matter in WELL["matters"]]
    taken = {"number": 1, "unknown": 0, "refused": 0, "fault": None, "support_bundle": "none"}
    wall.tell(matters=shut)
    standing, words = wall.card()
    assert standing == "stopped"
    assert "下发的指令还没有采用" in words
    wall.tell(matters=shut, directives=taken)
    standing, words = wall.card()
    assert standing == "stopped"
    assert "已按指令停用" in words
    assert "还没有采用" not in words


def test_another_configuration_than_the_wanted_one(wall: Wall) -> None:
    order(wall.caller, {"kind": "configuration", "version": "ffffffffffff"})
    wall.tell()
    assert wall.card() == ("look", wall.card()[1])
    assert "配置版本不是要求的" in wall.card()[1]


@pytest.mark.parametrize(
    ("changes", "trouble"),
    [
        ({"audit_failing": True}, Trouble.AUDIT),
        ({"machine": {"clock_wrong_seconds": -90}}, Trouble.CLOCK),
        ({"machine": {"disk_free_percent": 4}}, Trouble.DISK),
        ({"machine": {"certificate_until": "2026-12-20T00:00:00Z"}}, Trouble.CERTIFICATE),
        ({"directives": {"fault": "GW_DIRECTIVES", "refused": 1}}, Trouble.DIRECTIVES_REFUSED),
    ],
    ids=str,
)
def test_each_trouble_is_said(wall: Wall, changes: dict[str, Any], trouble: Trouble) -> None:
    usual = report("JN-03")
    wall.tell(**{name: {**usual[name], **part} if isinstance(part, dict) else part for name, part in changes.items()})
    for language, words in zip(("zh", "en"), TROUBLES[trouble], strict=True):
        standing, shown = wall.card(language)
        assert standing == "look"
        assert words in shown


def test_the_worst_comes_first_and_all_are_counted(wall: Wall, tmp_path: Path) -> None:
    wall.tell()
    for name in ("JN-01", "JN-02"):
        caller = Caller(wall.server, enrol(tmp_path / name, wall.server, name))
        caller.live_in(NOW)
        shut = [{**matter, "open": name != "JN-02"} for matter in WELL["matters"]]
        content = report(name, **{**WELL, "at": NOW.isoformat(), "matters": shut})
        assert caller.post(HEALTH, content).status_code == 200
    page = wall.page()
    assert re.findall(r"<h2>(.*?)</h2>", page) == ["JN-02", "JN-01", "JN-03"]
    assert re.findall(r'<li class="(\w+)">.*?<b>(\d)</b>', page) == [("stopped", "1"), ("good", "2")]


def test_nothing_is_loaded_and_it_renews_itself(wall: Wall) -> None:
    answer = requests.get(f"{wall.server.url}/hall", timeout=10)
    assert '<meta http-equiv="refresh"' in answer.text
    assert not re.search(r"<script|<link|<img|src=|url\(|@import|https?://", answer.text)
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert 'href="?lang=en"' in answer.text
    assert requests.get(f"{wall.server.url}/hall?lang=fr", timeout=10).status_code == 400


def test_a_name_is_text_and_nothing_else(wall: Wall, tmp_path: Path) -> None:
    name = '<b onclick="x">'
    enrol(tmp_path / "other", wall.server, name)
    assert name not in wall.page()
    assert "&lt;b onclick=" in wall.page()


def test_no_number_of_the_database_is_on_it(wall: Wall) -> None:
    """The gateway holds people; the page asks for none of them."""
    wall.tell()
    page = wall.page()
    people = requests.get(f"{wall.server.url}/admin/persons", timeout=10).json()
    assert people
    assert not any(person["number"] in page or person["name"] in page for person in people)


def test_every_word_is_there_in_both_languages() -> None:
    """Of all standings and troubles, and of all devices and services that a kiosk can name."""
    assert set(STANDINGS) == set(Standing)
    assert set(TROUBLES) == set(Trouble)
    assert set(DEVICES) == set(DeviceName)
    assert set(SERVICES) == set(ServiceName)
    words = (Path(__file__).parents[2] / "screens" / "text" / "en").glob("*.po")
    checks = {name for file in words for name in re.findall(r'"check\.([a-z_]+)"', file.read_text("utf-8"))}
    assert set(_FAULTS) <= set(FaultCode)
    assert {name for name in checks if name not in DEVICES} == set(TESTS)
    pairs = [
        *LABELS.values(),
        *TESTS.values(),
        *TROUBLES.values(),
        *DEVICES.values(),
        *SERVICES.values(),
        *_FAULTS.values(),
    ]
    assert not [english for _, english in pairs if re.search("[一-鿿]", english) and english != "中文"]
    assert all(chinese and english for chinese, english in pairs)
