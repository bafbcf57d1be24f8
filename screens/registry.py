"""Which screen shows which prompt. A prompt without a screen fails a test."""

from typing import Any

from flows.prompts import (
    ChooseMatter,
    Confirm,
    Consent,
    EnterPin,
    Invitation,
    LookAtCamera,
    PresentDocument,
    Prompt,
    ShowFault,
    ShowRefusal,
    ShowResult,
    Working,
)
from screens.questions.camera import CameraScreen
from screens.questions.confirm import ConfirmScreen
from screens.questions.consent import ConsentScreen
from screens.questions.document import DocumentScreen
from screens.questions.endings import FaultScreen, RefusalScreen, ResultScreen
from screens.questions.home import HomeScreen
from screens.questions.invitation import InvitationScreen
from screens.questions.pin import PinScreen
from screens.questions.working import WorkingScreen
from screens.screen import Screen

SCREENS: dict[type[Prompt[Any]], type[Screen[Any]]] = {
    Invitation: InvitationScreen,
    ChooseMatter: HomeScreen,
    PresentDocument: DocumentScreen,
    Consent: ConsentScreen,
    LookAtCamera: CameraScreen,
    EnterPin: PinScreen,
    Confirm: ConfirmScreen,
    Working: WorkingScreen,
    ShowResult: ResultScreen,
    ShowRefusal: RefusalScreen,
    ShowFault: FaultScreen,
}
