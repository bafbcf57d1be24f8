"""The program is killed right after the citizen has confirmed: after a restart the transaction is delivered once."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from simulator.desktop import Desktop
from simulator.hall import Hall
from simulator.hall_state import NetworkState
from simulator.kiosk_program import KioskProgram
from simulator.people import BY_KEY

PERSON = BY_KEY["zhang_ling"]
PATIENCE = 120.0  # seconds, for a slow machine; usually two or three
SETTLES = 0.6  # a new screen takes no touch at once


def _until(true: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, f"waited too long for: {what}"
        time.sleep(0.02)


def _touch(kiosk: KioskProgram, desktop: Desktop, screen: str, target: str) -> None:
    shown = kiosk.await_screen(screen, PATIENCE)
    time.sleep(SETTLES)
    desktop.touch(kiosk.pid, *shown.targets[target])


def _confirm(hall: Hall, desktop: Desktop, kiosk: KioskProgram, state: NetworkState) -> None:
    _touch(kiosk, desktop, "Invitation", "start")
    _touch(kiosk, desktop, "ChooseMatter", "activation")
    kiosk.await_screen("PresentDocument", PATIENCE)
    hall.insert_card(PERSON.key)
    _touch(kiosk, desktop, "Consent", "agree")
    kiosk.await_screen("LookAtCamera", PATIENCE)
    hall.stand(PERSON.key)
    shown = kiosk.await_screen("Confirm", PATIENCE)
    time.sleep(SETTLES)
    hall.network(state)
    desktop.touch(kiosk.pid, *shown.targets["confirm"])


@pytest.mark.usefixtures("no_screen")
@pytest.mark.parametrize("state", [NetworkState.SLOW, NetworkState.CUT, NetworkState.ANSWER_LOST])
def test_killed_right_after_the_submission(tmp_path: Path, state: NetworkState) -> None:
    """Killed while the answer is under way, while there is no network, and when the answer is lost."""
    log = tmp_path / "kiosk.log"
    with Desktop(tmp_path, touched=True) as desktop, Hall(tmp_path / "hall") as hall:
        hall.write_configuration(desktop.window)
        hall.enrol_kiosk()
        kiosk = hall.kiosk(log, desktop.environment)
        try:
            kiosk.start()
            _confirm(hall, desktop, kiosk, state)
            _until(lambda: "transaction_stored" in log.read_text("utf-8"), "the transaction on disk")
            kiosk.kill()
            hall.pull_card()
            hall.network(NetworkState.UP)
            kiosk.start()
            _until(lambda: any(card.status == "normal" for card in _cards(hall)), "the delivery after the restart")
            kiosk.await_screen("Invitation", PATIENCE)
        finally:
            kiosk.stop()
        [record] = hall.snapshot().gateway.transactions
        assert (record.person_number, record.result, record.sequence) == (PERSON.number, "accepted", 1)


def _cards(hall: Hall) -> list[object]:
    return [card for card in hall.snapshot().gateway.cards if card.number == PERSON.card.number]
