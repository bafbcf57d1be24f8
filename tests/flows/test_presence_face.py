"""The face check in a visit, played over the whole hall: who is let in, what is said to the others, what may break."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.face_progress import FaceHint
from flows.presence_prompts import Consent, EnterPin, FaceFailure, FaceTryAgain, LookAtCamera
from flows.prompts import (
    Again,
    Confirm,
    Confirmed,
    Finished,
    GoBack,
    OtherWay,
    PresentDocument,
    ShowRefusal,
    ShowResult,
    VisitEnded,
)
from simulator.hall_state import CameraState, NetworkState
from tests.flows.conftest import Stand
from tests.flows.play import ScriptedSurface, Then
from tests.flows.steps import AGREED, start
from tests.staff.coming import ATTENDANT, confirms
from tests.staff.enrolled import enrol

ZHANG = "zhang_ling"


def quick(stand: Stand, **changes: object) -> Stand:
    """With times for somebody who never succeeds."""
    return stand.with_settings("face", **{"seconds": 5.0, "gesture_seconds": 5.0, **changes})


def _agreed(
    stand: Stand, before_camera: str | None = ZHANG, state: CameraState = CameraState.WORKING
) -> tuple[Then, ...]:
    def steps_up() -> None:
        stand.hall.camera_state(state)
        stand.hall.stand(before_camera)

    return (
        *start("activation"),
        Then(PresentDocument, does=lambda: stand.hall.insert_card(ZHANG)),
        Then(Consent, AGREED),
        Then(LookAtCamera, does=steps_up),
    )


def _done(stand: Stand) -> tuple[Then, ...]:
    return (Then(Confirm, Confirmed()), Then(ShowResult, Finished(), does=stand.hall.pull_card))


def _proofs(stand: Stand) -> list[str]:
    return [record.proof for record in stand.transactions]


def _failures(surface: ScriptedSurface) -> list[tuple[FaceFailure, int]]:
    return [(each.failure, each.tries_left) for each in surface.shown if isinstance(each, FaceTryAgain)]


async def test_the_holder_who_follows_the_words_is_let_in(stand: Stand) -> None:
    surface = await stand.play(*_agreed(stand), *_done(stand))
    assert _proofs(stand) == ["face"]
    assert surface.hints & {FaceHint.TURN_LEFT, FaceHint.TURN_RIGHT, FaceHint.NOD}
    assert _failures(surface) == []


async def test_another_person_is_not_recognised(stand: Stand) -> None:
    surface = await quick(stand).play(
        *_agreed(stand, "chan"),
        Then(FaceTryAgain, OtherWay.DECLINED),
        Then(EnterPin, VisitEnded()),
        seconds=90,
    )
    assert _failures(surface) == [(FaceFailure.NOT_RECOGNISED, 4)]
    assert surface.last(EnterPin).notice is None  # it was the citizen's choice in the end


@pytest.mark.parametrize(
    ("person", "state", "hint"),
    [
        (None, CameraState.WORKING, FaceHint.LOOK_HERE),
        (ZHANG, CameraState.TWO_PEOPLE, FaceHint.ONE_PERSON),
        (ZHANG, CameraState.MASK, FaceHint.TAKE_OFF_MASK),
        (ZHANG, CameraState.DARK, FaceHint.MORE_LIGHT),
    ],
)
async def test_what_is_wrong_before_the_camera_is_said_and_another_try_is_offered(
    stand: Stand, person: str | None, state: CameraState, hint: FaceHint
) -> None:
    hall = stand.hall

    def put_right() -> None:
        hall.camera_state(CameraState.WORKING)
        hall.stand(ZHANG)

    surface = await quick(stand, gesture_seconds=15.0).play(
        *_agreed(stand, person, state),
        Then(FaceTryAgain, Again.RETRY, does=put_right),
        Then(LookAtCamera),
        *_done(stand),
        seconds=120,
    )
    assert hint in surface.hints
    assert _failures(surface) == [(FaceFailure.NO_GOOD_PICTURE, 4)]
    assert _proofs(stand) == ["face"]


@pytest.mark.parametrize("state", [CameraState.PHOTO, CameraState.SWAP])
async def test_a_photo_held_up_and_moved_or_a_face_exchanged_is_not_let_in(stand: Stand, state: CameraState) -> None:
    surface = await quick(stand).play(
        *_agreed(stand, ZHANG, state),
        Then(FaceTryAgain, VisitEnded()),
        seconds=120,
    )
    [(failure, _)] = _failures(surface)
    assert failure in FaceFailure
    assert stand.transactions == ()


async def test_who_does_not_move_is_asked_again_kindly(stand: Stand) -> None:
    stand.hall.willing = False
    surface = await quick(stand).play(*_agreed(stand), Then(FaceTryAgain, VisitEnded()), seconds=90)
    assert _failures(surface) == [(FaceFailure.GESTURES_MISSED, 4)]


async def test_after_the_last_failure_only_the_other_way_is_left(stand: Stand) -> None:
    surface = await quick(stand, tries=5, seconds=2.0).play(
        *_agreed(stand, None),
        *(step for _ in range(4) for step in (Then(FaceTryAgain, Again.RETRY), Then(LookAtCamera))),
        Then(EnterPin, "123456"),
        *_done(stand),
        seconds=120,
    )
    assert [left for _, left in _failures(surface)] == [4, 3, 2, 1]
    assert surface.last(EnterPin).notice.key == "presence.tries_over"
    assert surface.questions().count("Consent") == 1
    assert _proofs(stand) == ["card_pin"]


async def test_going_back_gives_no_failed_try_back(stand: Stand) -> None:
    surface = await quick(stand, tries=2, seconds=2.0).play(
        *_agreed(stand, None),
        Then(FaceTryAgain, GoBack()),
        Then(Consent, AGREED),
        Then(LookAtCamera),
        Then(EnterPin, VisitEnded()),
        seconds=90,
    )
    assert _failures(surface) == [(FaceFailure.NO_GOOD_PICTURE, 1)]
    assert surface.last(EnterPin).notice.key == "presence.tries_over"


async def test_where_no_pin_counts_the_staff_comes_after_the_last_failure(stand: Stand) -> None:
    enrol(stand.settings.data_directory, ATTENDANT)
    stand = quick(stand, tries=1, seconds=2.0).with_settings("matters", identity={"activation": "face_or_staff"})
    await stand.play(
        *_agreed(stand, None),
        *confirms(stand),
        Then(Confirm, Confirmed()),
        Then(ShowResult, Finished()),
        seconds=90,
    )
    assert _proofs(stand) == ["staff"]


async def test_whoever_declines_is_never_looked_at(stand: Stand) -> None:
    surface = await stand.play(
        *start("activation"),
        Then(PresentDocument, does=lambda: stand.hall.insert_card(ZHANG)),
        Then(Consent, OtherWay.DECLINED),
        Then(EnterPin, "123456"),
        *_done(stand),
    )
    assert surface.last(Consent).version == stand.settings.face.consent_version
    assert surface.hints == set()
    assert _proofs(stand) == ["card_pin"]


async def test_the_other_way_can_be_taken_before_the_camera(stand: Stand) -> None:
    await stand.play(*_agreed(stand, None)[:-1], Then(LookAtCamera, OtherWay.DECLINED), Then(EnterPin, VisitEnded()))
    assert stand.transactions == ()


@pytest.mark.parametrize("state", [CameraState.GONE, CameraState.FROZEN])
async def test_a_camera_that_fails_in_the_middle_leads_to_the_other_way(stand: Stand, state: CameraState) -> None:
    hall = stand.hall
    hall.willing = False  # else it might be over before

    def fails() -> None:
        hall.stand(ZHANG)
        time.sleep(2)
        hall.camera_state(state)

    surface = await stand.play(
        *_agreed(stand)[:-1], Then(LookAtCamera, does=fails), Then(EnterPin, "123456"), *_done(stand)
    )
    assert surface.last(EnterPin).notice.key == "presence.camera_failed"
    assert _failures(surface) == []  # not the citizen's failure
    assert _proofs(stand) == ["card_pin"]


def _face_children() -> list[int]:
    """The face processes of this one."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(status.read_text().rpartition(")")[2].split()[1])
            command = (status.parent / "cmdline").read_bytes()
        except (OSError, IndexError):
            continue  # it has ended meanwhile
        if parent == os.getpid() and b"face_process" in command:
            found.append(int(status.parent.name))
    return found


def _kill_face_child() -> None:
    [child] = _face_children()
    os.kill(child, signal.SIGKILL)


async def test_a_face_process_killed_in_the_middle_is_started_anew_and_the_check_goes_on(stand: Stand) -> None:
    hall = stand.hall

    def is_killed() -> None:
        hall.willing = False
        hall.stand(ZHANG)
        time.sleep(2)
        _kill_face_child()
        hall.willing = True

    patient = stand.with_settings("face", gesture_seconds=40.0)  # the models are loaded anew meanwhile
    looks = Then(LookAtCamera, does=is_killed)
    surface = await patient.play(*_agreed(stand)[:-1], looks, *_done(stand), seconds=120)
    assert _failures(surface) == []
    assert _proofs(stand) == ["face"]


async def test_a_face_process_that_cannot_live_leads_to_the_other_way(stand: Stand) -> None:
    hall = stand.hall
    hall.willing = False

    def is_killed_again_and_again() -> None:
        hall.stand(ZHANG)
        # One that is killed between two looks is replaced without a fault, so that two may not be enough.
        for _ in range(4):
            time.sleep(1.5)
            for child in _face_children():
                os.kill(child, signal.SIGKILL)

    surface = await stand.play(
        *_agreed(stand)[:-1],
        Then(LookAtCamera, does=is_killed_again_and_again),
        Then(EnterPin, VisitEnded()),
        seconds=90,
    )
    assert surface.last(EnterPin).notice.key == "presence.camera_failed"


def _id_laid(stand: Stand, key: str = ZHANG) -> tuple[Then, ...]:
    return (*start("activation"), Then(PresentDocument, does=lambda: stand.hall.lay_id(key)))


async def test_off_line_the_photo_in_the_ids_chip_is_enough(stand: Stand) -> None:
    hall = stand.hall
    hall.network(NetworkState.CUT)
    await stand.play(
        *_id_laid(stand),
        Then(Consent, AGREED),
        Then(LookAtCamera, does=lambda: hall.stand(ZHANG)),
        Then(Confirm, Confirmed()),
        Then(ShowResult, Finished(), does=hall.lift_id),
    )
    hall.network(NetworkState.UP)
    await stand.delivered()
    assert [(record.proof, record.result) for record in stand.transactions] == [("face", "accepted")]


async def test_off_line_the_chip_photo_knows_another_person_too(stand: Stand) -> None:
    hall = stand.hall
    hall.network(NetworkState.CUT)
    surface = await quick(stand).play(
        *_id_laid(stand),
        Then(Consent, AGREED),
        Then(LookAtCamera, does=lambda: hall.stand("wang_jianguo")),
        Then(FaceTryAgain, VisitEnded()),
        seconds=90,
    )
    assert _failures(surface) == [(FaceFailure.NOT_RECOGNISED, 4)]


async def test_off_line_without_a_decoder_there_is_no_face_check(stand: Stand) -> None:
    hall = stand.hall
    hall.network(NetworkState.CUT)
    surface = await stand.with_settings("face", chip_photo_decoder="").play(
        *_id_laid(stand),
        Then(PresentDocument, does=lambda: hall.insert_card(ZHANG)),
        Then(EnterPin, VisitEnded()),
    )
    assert surface.last(EnterPin).notice.key == "presence.offline"


@pytest.mark.parametrize("gone", ["reader", "camera"])
async def test_when_no_way_is_left_it_is_said_with_what_to_do(stand: Stand, gone: str) -> None:
    hall = stand.hall
    breaks: dict[str, Callable[[], object]] = {
        "reader": lambda: (hall.reader(present=False), time.sleep(2.5)),
        "camera": lambda: (hall.reader(present=False), time.sleep(2.5), hall.camera_state(CameraState.GONE)),
    }
    answer = OtherWay.DECLINED if gone == "reader" else AGREED
    camera = (Then(LookAtCamera),) if gone == "camera" else ()
    surface = await stand.play(
        *_id_laid(stand),
        Then(Consent, answer, does=breaks[gone]),
        *camera,
        Then(ShowRefusal, Finished(), does=hall.lift_id),
    )
    assert surface.last(ShowRefusal).headline.key == "refusal.presence_not_proved.headline"
