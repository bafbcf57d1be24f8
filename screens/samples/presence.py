"""Samples of the screens that prove who is here: every failure, every notice, every wait, and what is refused."""

from flows.face_progress import FaceHint, FaceProgress
from flows.presence_prompts import CallStaff, EnterPin, EnterStaffPin, FaceFailure, FaceTryAgain, LastTry, LookAtCamera
from flows.prompts import Confirm, Line, Localised, Note, ShowRefusal, Steps, Text, Verbatim, Working
from flows.visit import Refusal
from screens.samples.sample import Sample

_STEP = Steps(Localised("社保卡启用", "Activate a card"), 2, 4)
_NOTICES = ("staff.take_card_first", "staff.not_staff", "staff.unreadable", "staff.holders_own")
_REFUSALS = (
    Refusal.MINOR,
    Refusal.NOT_THE_SAME_PERSON,
    Refusal.AGENT_IS_PRINCIPAL,
    Refusal.PIN_LOCKED,
    Refusal.PRESENCE_NOT_PROVED,
)


def samples(picture: bytes, width: int, height: int) -> tuple[Sample, ...]:
    """All of them; ``picture`` is what the camera sees, RGB."""
    look = LookAtCamera(card_way=True, steps=_STEP)
    hints = [hint for hint in FaceHint if hint is not FaceHint.HOLD_STILL]
    return (
        *(
            Sample(f"30_camera_{hint}", look, FaceProgress(hint, picture, width, height, at / len(hints)))
            for at, hint in enumerate(hints)
        ),
        *(
            Sample(f"31_face_again_{failure}", FaceTryAgain(failure=failure, tries_left=2, card_way=True, steps=_STEP))
            for failure in FaceFailure
        ),
        Sample(
            "31_face_again_staff",
            FaceTryAgain(failure=FaceFailure.NOT_RECOGNISED, tries_left=1, card_way=False, steps=_STEP),
        ),
        Sample("32_pin_last", EnterPin(tries_left=1, wrong=True, steps=_STEP)),
        Sample("32_pin_unknown_tries", EnterPin(tries_left=None, wrong=True, steps=_STEP)),
        Sample("33_last_try", LastTry(steps=_STEP)),
        *_staff(),
        *(
            Sample(
                f"37_refusal_{refusal}",
                ShowRefusal(
                    headline=Text(f"refusal.{refusal}.headline"), explanation=Text(f"refusal.{refusal}.explanation")
                ),
            )
            for refusal in _REFUSALS
        ),
    )


def _staff() -> tuple[Sample, ...]:
    return (
        Sample("34_staff", CallStaff(steps=_STEP)),
        Sample("34_staff_reason", CallStaff(reason=Text("presence.staff_needed"), steps=_STEP)),
        *(
            Sample(
                f"34_{notice.replace('.', '_')}",
                CallStaff(reason=Text("presence.staff_needed"), notice=Text(notice), steps=_STEP),
            )
            for notice in _NOTICES
        ),
        Sample("35_staff_pin", EnterStaffPin(steps=_STEP)),
        Sample("35_staff_pin_wrong", EnterStaffPin(wrong=True, steps=_STEP)),
        Sample("35_staff_pin_wait", EnterStaffPin(wrong=True, wait=30, steps=_STEP)),
        Sample("36_staff_confirm", _confirm()),
        Sample("36_take_staff_card", Working(what=Text("working.take_staff_card"))),
        Sample("36_take_own_card", Working(what=Text("working.take_own_card"))),
    )


def _confirm() -> Confirm:
    return Confirm(
        question=Text("staff_confirm.question"),
        lines=(
            Line(Text("label.name"), Verbatim("张*玲")),
            Line(Text("label.number"), Verbatim("370199********0028")),
        ),
        notes=(Note(Text("staff_confirm.note")),),
        action=Text("staff_confirm.action"),
        for_staff=True,
        steps=_STEP,
    )
