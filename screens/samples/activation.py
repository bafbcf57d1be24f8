"""Samples of the screens of an activation: those that every matter has too."""

import math
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from functools import cache

from config.faults import FaultCode
from flows.face_progress import FaceHint, FaceProgress
from flows.presence_prompts import Consent, EnterPin, LookAtCamera
from flows.prompts import (
    Call,
    ChooseMatter,
    Confirm,
    Line,
    Localised,
    MatterTile,
    Note,
    PresentDocument,
    ShowFault,
    ShowRefusal,
    ShowResult,
    SlipState,
    Stages,
    Steps,
    Text,
    Tone,
    Verbatim,
    Working,
)
from flows.records import DocumentKind
from flows.start_prompts import HallState, Invitation, PaperLevel, TakePaper
from screens.chrome import StageStatus
from screens.samples.sample import HALL, NOTICE, Sample

_MATTER = Localised("社保卡启用", "Activate a card")
_BANK = Text("note.bank_side_separate", {"bank": "泉城示例银行", "telephone": "400-000-0000"})
_BOTH = (DocumentKind.SOCIAL_CARD, DocumentKind.RESIDENT_ID)
_RECEIPT = "JN03-000482"
_NOW = datetime(2026, 11, 23, 14, 26, tzinfo=timezone(timedelta(hours=8)))


def _step(number: int) -> Steps:
    return Steps(_MATTER, number, 4)


def _lines(name: str) -> tuple[Line, ...]:
    return (
        Line(Text("label.name"), Verbatim(name)),
        Line(Text("label.number"), Verbatim("370199********0028")),
        Line(Text("label.card"), Verbatim("D21****69")),
        Line(Text("label.bank"), Verbatim("泉城示例银行")),
    )


def _tile(closed: Text | None = None) -> MatterTile:
    return MatterTile("activation", _MATTER, Localised("新卡第一次使用", "First use of a new card"), "card", closed)


@cache
def picture(width: int = 640, height: int = 480) -> bytes:
    """An invented head before a soft wall, RGB."""
    rows = bytearray()
    for y in range(height):
        for x in range(width):
            rows += bytes(_pixel((x - width / 2) / height, (y - height / 2) / height))
    return bytes(rows)


def _pixel(x: float, y: float) -> tuple[int, int, int]:
    if math.hypot(x / 0.19, (y + 0.02) / 0.27) < 1:
        eye = min(math.hypot(x - 0.075, y + 0.05), math.hypot(x + 0.075, y + 0.05)) < 0.018
        mouth = abs(y - 0.12 - x * x * -1.5) < 0.008 and abs(x) < 0.07
        return (70, 52, 48) if eye or mouth else (224, 178, 150)
    if math.hypot(x / 0.21, (y + 0.08) / 0.27) < 1:
        return (58, 46, 44)
    if math.hypot(x / 0.42, (y - 0.55) / 0.3) < 1:
        return (92, 122, 150)
    return (208, 212, 210)


def result(state: str, tone: Tone, *, slip: SlipState = SlipState.PRINTED) -> ShowResult:
    """The end of an activation in one of its states."""
    return ShowResult(
        tone=tone,
        headline=Text(f"activation.{state}.headline"),
        explanation=Text(f"activation.{state}.explanation", {"at": _NOW}),
        lines=(
            Line(Text("label.matter"), _MATTER),
            *_lines("张*玲")[:1],
            Line(Text("label.receipt"), Verbatim(_RECEIPT), strong=True),
        ),
        notes=(Note(_BANK),) if tone is Tone.OK else (Note(Text(f"activation.{state}.next"), tone),),
        receipt_number=_RECEIPT,
        slip=slip,
        can_go_back=False,
    )


def _starts() -> tuple[Sample, ...]:
    """The start screen: all well, and what people should know before they begin."""
    stored = Localised("参保缴费证明", "Contribution certificate")
    no_network = Text("start.offline.closed", {"what": Text("start.several", {"first": stored, "count": 3})})
    upkeep = {"what": Text("start.several", {"first": _MATTER, "count": 2}), "why": Text("closed.queue")}
    states = {
        "01_start": HallState(),
        "01_start_unheard": HallState(heard=False),
        "01_start_low_paper": HallState(paper=PaperLevel.LOW),
        "01_start_offline": HallState(online=False, notes=(Note(no_network, Tone.WAITING),)),
        "01_start_no_paper": HallState(paper=PaperLevel.OUT, notes=(Note(Text("start.closed.paper"), Tone.WAITING),)),
        "01_start_no_card_reader": HallState(
            unreadable=(DocumentKind.SOCIAL_CARD,),
            notes=(Note(Text("start.unreadable.social_card"), Tone.WAITING),),
        ),
        "01_start_two_reasons": HallState(
            online=False,
            paper=PaperLevel.OUT,
            notes=(Note(no_network, Tone.WAITING), Note(Text("start.closed.other", upkeep), Tone.WAITING)),
        ),
        "01_start_shut": HallState(
            unreadable=(DocumentKind.RESIDENT_ID, DocumentKind.SOCIAL_CARD),
            notes=(Note(Text("fault.DEV_NO_READER.citizen"), Tone.STOP),),
            open=False,
        ),
        "01_start_notice": HallState(
            online=False,
            notes=(Note(Text("home.notice", {"message": NOTICE})), Note(no_network, Tone.WAITING)),
        ),
        "01_start_stopped": HallState(
            notes=(
                Note(Text("home.stopped_until", {"time": _NOW})),
                Note(Text("start.stopped.maintenance"), Tone.STOP),
            ),
            open=False,
        ),
    }
    return tuple(
        Sample(name, Invitation(state=state, can_go_back=False), status=_header(state))
        for name, state in states.items()
    )


def _header(state: HallState) -> StageStatus:
    return replace(HALL, online=state.online and state.heard, heard=state.heard)


def samples() -> tuple[Sample, ...]:
    """All of them, in the order of a visit."""
    progress = FaceProgress(FaceHint.HOLD_STILL, picture(), 640, 480, 0.62)
    return (
        *_starts(),
        Sample("02_home", ChooseMatter(tiles=(_tile(),))),
        Sample("03_home_closed", ChooseMatter(tiles=(_tile(Text("closed.document_readers")),))),
        Sample("04_document", PresentDocument(accepted=_BOTH, steps=_step(1))),
        Sample("05_document_notice", PresentDocument(accepted=_BOTH, notice=FaultCode.CARD_MUTE, steps=_step(1))),
        Sample(
            "06_document_unavailable",
            PresentDocument(accepted=_BOTH, unavailable=(DocumentKind.SOCIAL_CARD,), steps=_step(1)),
        ),
        Sample("07_consent_card", Consent(version="2026-11", card_way=True, steps=_step(2))),
        Sample("08_consent_staff", Consent(version="2026-11", card_way=False, steps=_step(2))),
        Sample("09_camera", LookAtCamera(card_way=True, steps=_step(2)), progress),
        Sample("10_camera_waiting", LookAtCamera(card_way=False, steps=_step(2))),
        Sample("11_pin", EnterPin(tries_left=6, steps=_step(2))),
        Sample("12_pin_wrong", EnterPin(tries_left=2, wrong=True, steps=_step(2))),
        Sample("12_pin_notice", EnterPin(tries_left=6, notice=Text("presence.not_recognised"), steps=_step(2))),
        Sample("13_confirm", _confirm("张*玲", Note(_BANK))),
        Sample(
            "14_confirm_rare_offline", _confirm("赵\U0002c386", Note(_BANK), Note(Text("note.offline"), Tone.WAITING))
        ),
        Sample("15_working", Working(what=Text("activation.working"))),
        *_stages(),
        Sample("15_take_card", Working(what=Text("working.take_card"))),
        Sample("15_take_id", Working(what=Text("working.take_id"))),
        Sample("26_take_paper", TakePaper()),
        Sample("27_card_left", Working(what=Text("working.card_left"), call=Call.LATER)),
        Sample("27_id_left", Working(what=Text("working.id_left"), call=Call.LATER)),
        Sample("16_done", result("done", Tone.OK)),
        Sample("17_done_no_slip", result("done", Tone.OK, slip=SlipState.NOT_PRINTED)),
        Sample("18_stored", result("stored", Tone.WAITING)),
        Sample("19_processing", result("processing", Tone.WAITING, slip=SlipState.NOT_PRINTED)),
        Sample("20_refused", result("refused", Tone.STOP)),
        Sample(
            "21_refusal",
            ShowRefusal(
                headline=Text("refusal.card_not_activatable.headline"),
                explanation=Text("refusal.card_not_activatable.explanation"),
                lines=(Line(Text("label.card_status"), Text("card_status.cancelled")),),
            ),
        ),
        Sample(
            "22_refusal_no_document",
            ShowRefusal(
                headline=Text("refusal.no_document.headline"),
                explanation=Text("refusal.no_document.explanation"),
                take_document=False,
            ),
        ),
        Sample("23_fault_retry", ShowFault(fault=FaultCode.CARD_REMOVED, retry=True, reference="K7Q2")),
        Sample("24_fault_stop", ShowFault(fault=FaultCode.SW_BUG, reference="K7Q2")),
        Sample("25_fault_wait", ShowFault(fault=FaultCode.NET_TIMEOUT, reference="K7Q2", take_document=False)),
    )


def _confirm(name: str, *notes: Note) -> Confirm:
    return Confirm(
        question=Text("activation.confirm.question"),
        lines=_lines(name),
        notes=notes,
        action=Text("activation.confirm.action"),
        steps=_step(3),
    )


def _stages() -> tuple[Sample, ...]:
    """Reading and asking, sending and printing: the one at its beginning, the other near its end."""
    asking = Stages((Text("working.read_document.stage"), Text("working.look_up.stage")), 0)
    sending = Stages((Text("working.submit.stage"), Text("working.print.stage")), 1)
    return (
        Sample("15_working_first", Working(what=Text("working.read_document"), stages=asking, steps=_step(1))),
        Sample("15_working_last", Working(what=Text("working.print"), stages=sending, steps=_step(4))),
    )
