"""What the demo demands of a visit: each thing that could be wrong is found and named."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from simulator.demo.activation import CITIZEN, STEPS
from simulator.demo.checks import CheckError, Evidence, check
from simulator.desktop import Size
from simulator.hall_state import CardRecord, GatewayView, TransactionRecord
from simulator.people import PEOPLE
from simulator.printer import Receipt

_ACTIVATION = TransactionRecord(
    id="018f0000-0000-7000-8000-000000000001",
    kind="activation",
    holder=CITIZEN.name,
    person_number=CITIZEN.number,
    card="D2143569X",
    proof="face",
    result="accepted",
    reason="",
    kiosk="JN03",
    sequence=1,
    occurred="2026-11-02 09:00:00",
    received="2026-11-02 09:00:01",
    times_received=1,
)


@pytest.fixture
def good(tmp_path: Path) -> Evidence:
    """A visit after which all is as it must be."""
    cards = [CardRecord(p.card.number, p.name, "normal" if p is CITIZEN else p.card.status) for p in PEOPLE if p.card]
    names = dict.fromkeys(step.screen for step in STEPS)
    screenshots = tuple(tmp_path / f"{number:02}-{name.lower()}.png" for number, name in enumerate(names, 1))
    for file in screenshots:
        Image.radial_gradient("L").save(file)
    log = tmp_path / "kiosk.log"
    log.write_text('{"event": "visit_began"}\n', encoding="utf-8")
    paper = Image.new("1", (576, 400), 1)
    paper.paste(0, (0, 0, 576, 40))
    view = GatewayView("http://127.0.0.1:1", tuple(cards), (_ACTIVATION,), ())
    return Evidence(view, (Receipt(1, paper),), screenshots, Size(256, 256), log)


def test_a_good_visit_passes(good: Evidence) -> None:
    assert len(check(good)) == 5


def _holding(*transactions: TransactionRecord) -> Callable[[Evidence], Evidence]:
    return lambda evidence: replace(evidence, gateway=replace(evidence.gateway, transactions=transactions))


def _without_cards(evidence: Evidence) -> Evidence:
    return replace(evidence, gateway=replace(evidence.gateway, cards=()))


def _logged(text: str) -> Callable[[Evidence], Evidence]:
    def write(evidence: Evidence) -> Evidence:
        evidence.kiosk_log.write_text(text, encoding="utf-8")
        return evidence

    return write


def _blank_screen(evidence: Evidence) -> Evidence:
    Image.new("RGB", (256, 256), "black").save(evidence.screenshots[2])
    return evidence


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_holding(), "holds 0 transactions"),
        (_holding(_ACTIVATION, _ACTIVATION), "holds 2 transactions"),
        (_holding(replace(_ACTIVATION, result="refused")), "activation, refused"),
        (_holding(replace(_ACTIVATION, person_number="1")), "another person's"),
        (_holding(replace(_ACTIVATION, card="D21435702")), "another card"),
        (_without_cards, "the cards at the gateway"),
        (lambda evidence: replace(evidence, papers=()), "0 pieces of paper"),
        (lambda evidence: replace(evidence, papers=evidence.papers * 2), "2 pieces of paper"),
        (lambda evidence: replace(evidence, papers=(replace(evidence.papers[0], torn=True),)), "not cut"),
        (lambda evidence: replace(evidence, papers=(Receipt(1, Image.new("1", (576, 90), 1)),)), "slip is blank"),
        (_logged(CITIZEN.name), "personal data"),
        (_logged(r'{"detail": "\u5f20\u73b2"}'), "personal data"),
        (_logged(f"number {CITIZEN.number}"), "personal data"),
        (lambda evidence: replace(evidence, screenshots=evidence.screenshots[:3]), "pictures of 3 kinds"),
        (_blank_screen, "is blank"),
        (lambda evidence: replace(evidence, window=Size(1080, 1920)), r"invitation.png: \(256, 256\)"),
    ],
)
def test_whatever_is_wrong_is_named(good: Evidence, spoil: Callable[[Evidence], Evidence], said: str) -> None:
    with pytest.raises(CheckError, match=said):
        check(spoil(good))
