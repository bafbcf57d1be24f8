"""What a member of staff does in a played visit."""

import time

from flows.presence_prompts import CallStaff, EnterStaffPin
from flows.prompts import Confirm, Confirmed
from tests.flows.conftest import Stand
from tests.flows.play import Deed, Then
from tests.staff.enrolled import PIN

ATTENDANT = "sun_xia"  # a 3.0 card: its 卡的识别码 can be read, its holder cannot
OTHER = "zhou_ming"


def comes(stand: Stand, key: str = ATTENDANT) -> Then:
    """Puts the card in when asked to."""
    return Then(CallStaff, does=lambda: stand.hall.insert_card(key))


def changes_card(stand: Stand, key: str) -> Then:
    """Takes out the card that was not taken, and puts another one in, no quicker than a hand can."""
    return Then(CallStaff, does=another_card(stand, key))


def another_card(stand: Stand, key: str) -> Deed:
    def change() -> None:
        stand.hall.pull_card()
        time.sleep(1.5)
        stand.hall.insert_card(key)

    return change


def confirms(stand: Stand, key: str = ATTENDANT, pin: str = PIN) -> tuple[Then, ...]:
    """Comes, types the PIN, looks, and confirms."""
    return (comes(stand, key), Then(EnterStaffPin, pin), Then(Confirm, Confirmed()))
