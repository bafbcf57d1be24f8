"""The checks and live tests that a technician can start at the kiosk, on the devices of the running program."""

from PIL import Image

from drivers.tally import Tally
from kiosk.desk.eyes import eye_checks
from kiosk.devices import face_settings
from kiosk.diagnostics.check import Check, Group
from kiosk.diagnostics.computer import computer_checks
from kiosk.diagnostics.device_checks import device_checks
from kiosk.diagnostics.hand_checks import hand_checks
from kiosk.diagnostics.network import network_checks
from kiosk.diagnostics.sample_page import sample_page
from kiosk.diagnostics.storage import storage_checks
from kiosk.visit import Hands


def checks_at_the_kiosk(hands: Hands, tally: Tally) -> list[Check]:
    """All of them, by group, those that want a hand at the end of theirs."""

    def page() -> Image.Image:
        return hands.paper.drawn(sample_page(hands.settings, hands.catalogue(), hands.now()))

    settings, devices = hands.settings, hands.devices
    found = [
        *device_checks(devices, settings, tally, face_settings(settings)),
        *hand_checks(devices, page),
        *eye_checks(),
        *network_checks(settings),
        *storage_checks(settings),
        *computer_checks(settings),
    ]
    order = [Group.DEVICES, Group.NETWORK, Group.STORAGE, Group.COMPUTER, Group.PROGRAM]
    return sorted(found, key=lambda check: order.index(check.group))
