"""Which screen shows which prompt. A prompt without a screen fails a test."""

from typing import Any

from flows.desk_prompts import (
    DeskAmount,
    DeskCamera,
    DeskCrosses,
    DeskDigits,
    DeskDrag,
    DeskFacts,
    DeskKeep,
    DeskList,
    DeskText,
    DeskTouch,
)
from flows.guide_prompts import FindMatter, ShowGuide
from flows.presence_prompts import CallStaff, Consent, EnterPin, EnterStaffPin, FaceTryAgain, LastTry, LookAtCamera
from flows.prompts import (
    Choose,
    ChooseFromAll,
    ChooseMatter,
    ChooseMonth,
    Confirm,
    EnterNumber,
    PresentDocument,
    PrintStopped,
    Prompt,
    ShowFault,
    ShowRefusal,
    ShowResult,
    Working,
)
from flows.start_prompts import Invitation, TakePaper
from screens.questions.all_matters import AllMattersScreen
from screens.questions.camera import CameraScreen
from screens.questions.choose import ChooseScreen
from screens.questions.confirm import ConfirmScreen
from screens.questions.consent import ConsentScreen
from screens.questions.document import DocumentScreen
from screens.questions.endings import FaultScreen, PrintStoppedScreen, RefusalScreen, ResultScreen
from screens.questions.enter_number import NumberScreen
from screens.questions.face_again import FaceAgainScreen
from screens.questions.find import FindScreen
from screens.questions.guide_page import GuidePageScreen
from screens.questions.home import HomeScreen
from screens.questions.invitation import InvitationScreen
from screens.questions.last_try import LastTryScreen
from screens.questions.month import MonthScreen
from screens.questions.pin import PinScreen
from screens.questions.staff import StaffScreen
from screens.questions.staff_desk.amount import DeskAmountScreen
from screens.questions.staff_desk.crosses import DeskCrossesScreen
from screens.questions.staff_desk.digits import DeskDigitsScreen
from screens.questions.staff_desk.drag import DeskDragScreen
from screens.questions.staff_desk.facts import DeskFactsScreen
from screens.questions.staff_desk.keep import DeskKeepScreen
from screens.questions.staff_desk.listing import DeskListScreen
from screens.questions.staff_desk.picture import DeskCameraScreen
from screens.questions.staff_desk.touch import DeskTouchScreen
from screens.questions.staff_desk.typing import DeskTextScreen
from screens.questions.staff_pin import StaffPinScreen
from screens.questions.take_paper import TakePaperScreen
from screens.questions.working import WorkingScreen
from screens.screen import Screen

SCREENS: dict[type[Prompt[Any]], type[Screen[Any]]] = {
    Invitation: InvitationScreen,
    ChooseMatter: HomeScreen,
    ChooseFromAll: AllMattersScreen,
    FindMatter: FindScreen,
    ShowGuide: GuidePageScreen,
    Choose: ChooseScreen,
    EnterNumber: NumberScreen,
    ChooseMonth: MonthScreen,
    PresentDocument: DocumentScreen,
    Consent: ConsentScreen,
    LookAtCamera: CameraScreen,
    FaceTryAgain: FaceAgainScreen,
    EnterPin: PinScreen,
    LastTry: LastTryScreen,
    CallStaff: StaffScreen,
    EnterStaffPin: StaffPinScreen,
    DeskDigits: DeskDigitsScreen,
    DeskList: DeskListScreen,
    DeskAmount: DeskAmountScreen,
    DeskText: DeskTextScreen,
    DeskTouch: DeskTouchScreen,
    DeskDrag: DeskDragScreen,
    DeskCrosses: DeskCrossesScreen,
    DeskKeep: DeskKeepScreen,
    DeskCamera: DeskCameraScreen,
    DeskFacts: DeskFactsScreen,
    Confirm: ConfirmScreen,
    Working: WorkingScreen,
    TakePaper: TakePaperScreen,
    PrintStopped: PrintStoppedScreen,
    ShowResult: ResultScreen,
    ShowRefusal: RefusalScreen,
    ShowFault: FaultScreen,
}
