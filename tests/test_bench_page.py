"""The bench page: each thing a person can do there, over real HTTP on a real hall."""

import io
import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from PIL import Image

from simulator.bench import Bench
from simulator.bench.choices import CHOICES
from simulator.camera import CameraFault
from simulator.gateway.switches import Fault
from simulator.hall import Hall
from simulator.heads.moves import HeadMove
from simulator.people import PEOPLE


class Page:
    """A browser without a face."""

    def __init__(self, address: str) -> None:
        self.address = address

    def do(self, method: str, path: str, body: dict[str, str | bool] | None = None, status: int = 204) -> None:
        answer = requests.request(method, self.address + path, json=body, timeout=10)
        assert answer.status_code == status, answer.text

    def state(self) -> dict[str, Any]:
        answer = requests.get(f"{self.address}/api/hall", timeout=10)
        assert answer.status_code == 200
        state: dict[str, Any] = answer.json()
        return state

    def picture(self, path: str) -> tuple[str, tuple[int, int]]:
        answer = requests.get(self.address + path, timeout=10)
        with Image.open(io.BytesIO(answer.content)) as picture:
            return answer.headers["content-type"], picture.size


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    with Hall(tmp_path) as hall:
        yield hall


@pytest.fixture
def page(hall: Hall) -> Iterator[Page]:
    with Bench(hall) as bench:
        yield Page(bench.address)


def _print_a_line(hall: Hall, ending: bytes) -> None:
    row = b"\xff" * 72
    with socket.create_connection(("127.0.0.1", hall.printer.port), timeout=5) as line:
        line.sendall(b"\x1b@\x1dv0\x00\x48\x00\x28\x00" + row * 40 + ending + b"\x10\x04\x01")
        line.recv(1)


def test_the_page_comes_whole_and_needs_nothing_else(page: Page) -> None:
    answer = requests.get(page.address, timeout=10)
    assert answer.headers["content-type"].startswith("text/html")
    assert "模拟大厅" in answer.text
    outside = set(re.findall(r"https?://[^\s\"'`)<]+", answer.text)) - {"http://www.w3.org/2000/svg"}
    assert not outside, f"the page loads from elsewhere: {outside}"


def test_it_shows_everybody_with_their_portrait(page: Page) -> None:
    words = requests.get(f"{page.address}/api/words", timeout=10).json()
    assert [person["key"] for person in words["people"]] == [person.key for person in PEOPLE]
    assert words["people"][3]["document"] == "外国人永居证 2023"
    for person in PEOPLE:
        assert page.picture(f"/portraits/{person.key}.jpg")[0] == "image/jpeg"
    page.do("GET", "/portraits/nobody.jpg", status=404)


def test_a_card_goes_in_and_out(page: Page, hall: Hall) -> None:
    page.do("PUT", "/api/card", {"card": "zhang_ling"})
    assert page.state()["card_reader"] == {"state": "present", "card": "zhang_ling"}
    assert hall.pcscd.slot.card is not None
    page.do("PUT", "/api/card", {"card": "bank_card"})
    assert page.state()["card_reader"]["card"] == "bank_card"
    page.do("DELETE", "/api/card")
    assert page.state()["card_reader"]["card"] is None
    page.do("PUT", "/api/card", {"card": "nobody"}, status=404)


def test_an_id_is_laid_down_and_lifted(page: Page, hall: Hall) -> None:
    page.do("PUT", "/api/id", {"person": "berg"})
    assert page.state()["id_reader"]["document"] == "berg"
    page.do("DELETE", "/api/id")
    assert hall.id_reader.person is None
    page.do("PUT", "/api/id", {"person": "nobody"}, status=404)


def test_somebody_steps_before_the_camera(page: Page, hall: Hall) -> None:
    page.do("PUT", "/api/standing", {"person": "li_xiuying"})
    assert (page.state()["camera"]["person"], hall.camera.shown) == ("li_xiuying", "li_xiuying")
    assert page.picture("/camera.jpg") == ("image/jpeg", (640, 480))
    page.do("DELETE", "/api/standing")
    assert hall.camera.shown is None


def test_the_person_before_the_camera_moves_the_head(page: Page, hall: Hall) -> None:
    page.do("PUT", "/api/standing", {"person": "zhang_ling"})
    words = requests.get(f"{page.address}/api/words", timeout=10).json()
    assert [choice["value"] for choice in words["moves"]] == list(HeadMove)
    for choice in words["moves"]:
        before = hall.camera.still_at
        page.do("POST", "/api/standing/move", {"move": choice["value"]})
        assert hall.camera.still_at > before
    page.do("POST", "/api/standing/move", {"move": "jump"}, status=422)


def test_the_person_does_what_the_screen_asks_for_until_told_not_to(page: Page, hall: Hall) -> None:
    assert page.state()["camera"]["willing"]
    page.do("PUT", "/api/standing/willing", {"willing": False})
    assert not page.state()["camera"]["willing"]
    assert not hall.willing
    page.do("PUT", "/api/standing/willing", {"willing": True})
    assert hall.willing


def test_every_button_of_every_device_works(page: Page) -> None:
    for part, choices in CHOICES.items():
        for choice in [*choices[1:], choices[0]]:
            page.do("PUT", f"/api/{part}", {"state": choice.value})
            shown = page.state()[part]
            assert (shown if part == "network" else shown["state"]) == choice.value
        page.do("PUT", f"/api/{part}", {"state": "no such state"}, status=422)


def test_the_buttons_reach_the_parts(page: Page, hall: Hall) -> None:
    page.do("PUT", "/api/printer", {"state": "cover_open"})
    assert hall.printer.condition.cover_open
    page.do("PUT", "/api/camera", {"state": "two_people"})
    assert hall.camera.fault is CameraFault.TWO_PEOPLE
    page.do("PUT", "/api/network", {"state": "answer_lost"})
    assert hall.gateway.switches.current.fault is Fault.ANSWER_LOST
    page.do("PUT", "/api/id_reader", {"state": "unplugged"})
    assert not hall.id_reader.plugged
    page.do("PUT", "/api/card_reader", {"state": "stopped"})
    assert not hall.pcscd.running
    page.do("PUT", "/api/network", {"state": "cut"})
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{hall.gateway.url}/v1/health", timeout=5)
    assert page.state()["gateway"]["cards"][0]["status"] == "not_activated"


def test_the_paper_is_seen_coming_out_and_taken(page: Page, hall: Hall) -> None:
    assert page.state()["printer"]["height"] == 0
    _print_a_line(hall, b"")
    first = page.state()["printer"]
    assert (first["height"], first["slips"]) == (40, 0)
    _print_a_line(hall, b"\x1dV\x00")
    second = page.state()["printer"]
    assert (second["height"], second["slips"]) == (80, 1)
    assert second["revision"] != first["revision"]
    assert page.picture("/paper.png") == ("image/png", (576, 80))
    page.do("DELETE", "/api/paper")
    assert hall.cut_papers == []
    assert page.state()["printer"]["height"] == 0


def test_the_gateway_is_set_back(page: Page, hall: Hall) -> None:
    page.do("PUT", "/api/network", {"state": "cut"})
    page.do("DELETE", "/api/gateway/records")
    state = page.state()
    assert state["network"] == "up"
    statuses = [card["status"] for card in state["gateway"]["cards"]]
    assert statuses == [person.card.status for person in PEOPLE if person.card]
    assert requests.get(f"{hall.gateway.url}/openapi.json", timeout=5).status_code == 200


def test_other_web_pages_cannot_work_the_hall(page: Page, hall: Hall) -> None:
    foreign = requests.get(f"{page.address}/api/hall", headers={"Host": "example.invalid"}, timeout=10)
    assert foreign.status_code == 400
    as_a_form = requests.put(
        f"{page.address}/api/card",
        data=json.dumps({"card": "chan"}),
        headers={"Content-Type": "text/plain"},
        timeout=10,
    )
    assert as_a_form.status_code == 422
    assert hall.pcscd.slot.card is None


def test_a_taken_port_is_no_obstacle(hall: Hall) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with Bench(hall, port) as bench:
            assert not bench.address.endswith(f":{port}")
            assert requests.get(bench.address, timeout=10).status_code == 200
