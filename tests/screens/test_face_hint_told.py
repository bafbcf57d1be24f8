"""The log tells at DEBUG what the face check asks the person to do: the simulated citizen reads it there."""

import logging

import pytest

from flows.face_progress import FaceHint, FaceProgress
from flows.presence_prompts import LookAtCamera
from tests.screens.booth import Booth


def _told(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.__dict__["hint"] for record in caplog.records if record.message == "face_hint"]


async def test_each_move_asked_for_is_told_once(booth: Booth, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "screens")
    await booth.ask(LookAtCamera(card_way=True))
    for hint in (FaceHint.TURN_LEFT, FaceHint.TURN_LEFT, FaceHint.NOD, FaceHint.TURN_RIGHT):
        booth.stage.update(FaceProgress(hint, bytes(64 * 48 * 3), 64, 48, 0.5))
    assert _told(caplog) == ["turn_left", "nod", "turn_right"]


async def test_a_new_check_begins_anew(booth: Booth, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "screens")
    for _ in range(2):
        await booth.ask(LookAtCamera(card_way=True))
        booth.stage.update(FaceProgress(FaceHint.NOD, bytes(64 * 48 * 3), 64, 48, 0.5))
    assert _told(caplog) == ["nod", "nod"]
