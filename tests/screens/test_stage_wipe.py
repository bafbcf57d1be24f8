"""The camera on the screen, and the wipe: nothing of a visit stays."""

import asyncio
import dataclasses
import gc
import types
import weakref
from collections.abc import Iterator
from typing import Any

import pytest
from kivy.graphics.texture import Texture

from flows import prompts
from flows.face_progress import FaceHint, FaceProgress
from flows.presence_prompts import EnterPin, EnterStaffPin, LookAtCamera
from flows.prompts import Confirm, Confirmed, Line, Prompt, Text, Verbatim
from screens.questions import camera
from screens.questions.pin import PinScreen
from screens.questions.staff_pin import StaffPinScreen
from screens.samples import samples
from screens.widgets.camera_view import CameraView
from tests.screens.booth import Booth

SAMPLES = {sample.name: sample for sample in samples()}


def prompt(name: str) -> Prompt[Any]:
    return SAMPLES[name].prompt


def face(shade: int, share: float = 0.5) -> FaceProgress:
    return FaceProgress(FaceHint.CLOSER, bytes([shade]) * (64 * 48 * 3), 64, 48, share)


async def test_camera_pictures_go_into_one_texture(booth: Booth) -> None:
    await booth.ask(LookAtCamera(card_way=True))
    booth.stage.update(face(10))
    view = next(block for block in booth.blocks() if isinstance(block, CameraView))
    texture = view.texture
    for shade in (20, 30, 40):
        booth.stage.update(face(shade))
    assert view.texture is texture
    assert set(texture.pixels[::4]) == {40}


async def test_the_picture_is_gone_with_the_check(booth: Booth) -> None:
    await booth.ask(LookAtCamera(card_way=True))
    booth.stage.update(face(99))
    texture = next(block for block in booth.blocks() if isinstance(block, CameraView)).texture
    await booth.ask(prompt("13_confirm"))
    assert set(texture.pixels[::4]) == {0}


@pytest.mark.parametrize(("card_way", "words"), [(True, "卡密码"), (False, "找工作人员")])
async def test_a_long_check_names_the_other_way(
    booth: Booth, monkeypatch: pytest.MonkeyPatch, card_way: bool, words: str
) -> None:
    now = [50.0]
    monkeypatch.setattr(camera, "monotonic", lambda: now[0])
    await booth.ask(LookAtCamera(card_way=card_way))
    checking = dataclasses.replace(face(10), hint=FaceHint.CHECKING, share=1.0)
    now[0] += 1
    booth.stage.update(checking)
    assert "正在核对，请稍等" in booth.texts()
    now[0] += 7
    booth.stage.update(checking)
    assert any(text.startswith("没认出来") and words in text for text in booth.texts())


async def test_a_picture_of_the_wrong_size_is_not_shown(booth: Booth) -> None:
    await booth.ask(LookAtCamera(card_way=True))
    booth.stage.update(FaceProgress(FaceHint.CLOSER, b"short", 64, 48))
    assert next(block for block in booth.blocks() if isinstance(block, CameraView)).texture is None


_NOT_SEARCHED = (type, types.ModuleType, types.FunctionType, types.CodeType, weakref.ProxyType)
SECRETS = ("欧阳\U0002c386璟", "370199198603150028", "D2143569X", "泉城秘密银行", "864209")


async def _visit(booth: Booth) -> Any:
    """A visit that shows a face, a PIN and all the values; gives the camera's texture."""
    await booth.ask(LookAtCamera(card_way=True))
    booth.stage.update(face(99))
    texture = next(block for block in booth.blocks() if isinstance(block, CameraView)).texture
    pin = await booth.ask(EnterPin(tries_left=None))
    for key in SECRETS[4]:
        await booth.touch(key)
    await booth.touch("确定")
    assert await pin == SECRETS[4]
    lines = tuple(Line(Text("label.name"), Verbatim(secret)) for secret in SECRETS[:3])
    note = prompts.Note(Text("note.bank_side_separate", {"bank": SECRETS[3], "telephone": "1"}))
    confirm = await booth.ask(Confirm(question=Text("activation.confirm.question"), lines=lines, notes=(note,),
                                      action=Text("activation.confirm.action")))  # fmt: skip
    assert SECRETS[0] in booth.texts()
    await booth.touch("English")
    await booth.touch("Activate")
    assert await confirm == Confirmed()
    for answer in booth.asked:
        answer.cancel()
    await asyncio.gather(*booth.asked, return_exceptions=True)
    booth.asked.clear()
    return texture


async def test_after_the_wipe_nothing_of_the_visit_is_left(booth: Booth) -> None:
    texture = await _visit(booth)
    booth.stage.wipe()
    assert set(texture.pixels[::4]) == {0}
    assert booth.stage.catalogue.language == "zh_CN"
    gc.collect()
    assert _holders(booth.stage, SECRETS) == []
    assert [kind for kind in _pictures(booth.stage) if kind[1]] == []


async def test_a_pin_is_gone_as_soon_as_it_is_given(booth: Booth) -> None:
    for asked in (EnterPin(tries_left=3), EnterStaffPin()):
        answer = await booth.ask(asked)
        for key in SECRETS[4]:
            await booth.touch(key)
        assert "".join(screen_digits(booth)) == SECRETS[4]
        await booth.touch("确定")
        assert await answer == SECRETS[4]
        booth.asked.clear()
        del answer
        gc.collect()
        assert screen_digits(booth) == []
        assert _holders(booth.stage, SECRETS) == []


def screen_digits(booth: Booth) -> list[str]:
    """The digits that the present screen has taken so far."""
    screen = booth.stage._present.screen if booth.stage._present else None
    assert isinstance(screen, PinScreen | StaffPinScreen)
    return screen._entry._digits


async def test_no_texture_and_no_buffer_keeps_a_face(booth: Booth) -> None:
    answer = await booth.ask(LookAtCamera(card_way=True))
    booth.stage.update(face(99))
    booth.stage.update(dataclasses.replace(face(99), picture=bytes([99]) * (32 * 24 * 3), width=32, height=24))
    assert (32 * 24, True) in _pictures(booth.stage)
    await booth.touch("用卡密码")
    await answer
    assert (32 * 24, False) in _pictures(booth.stage)
    assert [kind for kind in _pictures(booth.stage) if kind[1]] == []


def _pictures(root: object) -> list[tuple[int, bool]]:
    """Every texture and every buffer that can be reached: how many pixels or bytes, and whether a face is in it."""
    face_row = bytes([99]) * (32 * 3)
    found = []
    for item in _reachable(root):
        if isinstance(item, bytes | bytearray):
            found.append((len(item), face_row in item))
        elif isinstance(item, Texture) and item.colorfmt == "rgb":
            found.append((item.width * item.height, 99 in set(item.pixels[::4])))
    return found


def _holders(root: object, secrets: tuple[str, ...]) -> list[str]:
    """Where, from the stage on, one of the values can still be reached."""
    return [secret for item in _reachable(root) if type(item) is str for secret in secrets if secret in item]


def _reachable(root: object) -> Iterator[object]:
    seen: set[int] = set()
    waiting: list[object] = [root]
    while waiting:
        item = waiting.pop()
        # type(), not isinstance(): Kivy's weak proxies to widgets that are gone would be asked.
        if id(item) in seen or issubclass(type(item), _NOT_SEARCHED):
            continue
        seen.add(id(item))
        yield item
        waiting += gc.get_referents(item)


async def test_the_wipe_test_would_notice(booth: Booth) -> None:
    await booth.ask(Confirm(question=Text("activation.confirm.question"),
                            lines=(Line(Text("label.name"), Verbatim(SECRETS[0])),),
                            action=Text("activation.confirm.action")))  # fmt: skip
    assert SECRETS[0] in _holders(booth.stage, SECRETS)
