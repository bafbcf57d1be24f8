"""What must be true after the demo's visit; each check raises with what is wrong."""

import json
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from simulator.demo.activation import CITIZEN, STEPS
from simulator.desktop import Size
from simulator.hall_state import GatewayView
from simulator.people import PEOPLE
from simulator.printer import Receipt

_FEWEST_COLOURS = 24
_INK_SHARE = 0.01


class CheckError(Exception):
    """Something is not as it must be after the visit."""


@dataclass(frozen=True)
class Evidence:
    """What the visit left behind."""

    gateway: GatewayView
    papers: tuple[Receipt, ...]
    screenshots: tuple[Path, ...]
    window: Size
    kiosk_log: Path


def check(evidence: Evidence) -> list[str]:
    """All checks; returns what each of them found.

    Raises:
        CheckError: the first thing that is wrong.
    """
    return [
        _one_activation(evidence),
        _card_states(evidence),
        _one_slip(evidence),
        _silent_log(evidence),
        _screens(evidence),
    ]


def _require(condition: bool, wrong: str) -> None:  # noqa: FBT001 - reads as prose
    if not condition:
        raise CheckError(wrong)


def _one_activation(evidence: Evidence) -> str:
    transactions = evidence.gateway.transactions
    _require(len(transactions) == 1, f"the gateway holds {len(transactions)} transactions, not one")
    only = transactions[0]
    _require((only.kind, only.result) == ("activation", "accepted"), f"the gateway holds: {only.kind}, {only.result}")
    _require(only.person_number == CITIZEN.number, "the activation is another person's")
    _require(CITIZEN.card is not None and only.card == CITIZEN.card.number, "the activation is for another card")
    return f"the gateway holds one activation, of {CITIZEN.name}, proved by {only.proof}"


def _card_states(evidence: Evidence) -> str:
    expected = {person.card.number: person.card.status for person in PEOPLE if person.card}
    if CITIZEN.card:
        expected[CITIZEN.card.number] = "normal"
    found = {card.number: card.status for card in evidence.gateway.cards}
    _require(found == expected, f"the cards at the gateway are {found}")
    return "her card is now normal, all other cards are as they were"


def _one_slip(evidence: Evidence) -> str:
    _require(len(evidence.papers) == 1, f"{len(evidence.papers)} pieces of paper came out, not one")
    slip = evidence.papers[0]
    _require(not slip.torn, "the slip was not cut")
    ink = slip.picture.convert("L").histogram()[0] / (slip.picture.width * slip.picture.height)
    _require(ink > _INK_SHARE, "the slip is blank")
    return f"one slip was printed and cut, {slip.picture.width} x {slip.picture.height} dots"


def _silent_log(evidence: Evidence) -> str:
    text = evidence.kiosk_log.read_text(encoding="utf-8")
    private = [CITIZEN.name, CITIZEN.number, CITIZEN.address, CITIZEN.mobile]
    private += [CITIZEN.card.number] if CITIZEN.card else []
    for value in private:
        written = {value, json.dumps(value).strip('"')}
        _require(not any(each in text for each in written), "the kiosk's log holds personal data")
    return f"the kiosk's log ({len(text.splitlines())} lines) names nobody"


def _screens(evidence: Evidence) -> str:
    names = {path.stem.split("-", 1)[1] for path in evidence.screenshots}
    wanted = len({step.screen for step in STEPS})
    _require(len(names) == wanted, f"pictures of {len(names)} kinds of screen, not of {wanted}")
    for path in evidence.screenshots:
        with Image.open(path) as picture:
            _require(picture.size == (evidence.window.width, evidence.window.height), f"{path.name}: {picture.size}")
            colours = picture.resize((270, 480)).getcolors(270 * 480) or []
        _require(len(colours) >= _FEWEST_COLOURS, f"{path.name} is blank")
    return f"{len(evidence.screenshots)} pictures of {wanted} kinds of screen"
