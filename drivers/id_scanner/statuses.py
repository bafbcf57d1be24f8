"""What each third status byte means for the driver (hardware.md 2.3). SW1 and SW2 are the card's own and mean nothing.

The four that say yes or no (90, 9F, 80, 81) and "not on this card" (91) are answers; ``reading`` takes them. The rest
are refusals, and each wants something else.
"""

from collections.abc import Mapping
from enum import Enum

from config.faults import FaultCode
from drivers.device import DeviceError
from drivers.id_scanner.samv import Answer, Command, Sw3


class Cure(Enum):
    """What helps after a refusal."""

    SEND_AGAIN = "the request arrived damaged: the same again, and the line is to blame if that never helps"
    LAY_AGAIN = "the conversation with the document failed: find, select and read once more, then ask for it anew"
    ENGINEER = "the reader cannot: powering it off and on may help, and somebody has to look at it"


CURES: Mapping[int, Cure] = {
    Sw3.BAD_CHECK: Cure.SEND_AGAIN,
    Sw3.BAD_LENGTH: Cure.SEND_AGAIN,
    Sw3.BAD_COMMAND: Cure.ENGINEER,
    Sw3.NOT_PERMITTED: Cure.ENGINEER,
    Sw3.UNRECOGNISED_ERROR: Cure.LAY_AGAIN,
    Sw3.CARD_REJECTS_SAM: Cure.LAY_AGAIN,
    Sw3.SAM_REJECTS_CARD: Cure.LAY_AGAIN,
    Sw3.INFORMATION_NOT_VERIFIED: Cure.LAY_AGAIN,
    Sw3.UNRECOGNISED_CARD: Cure.LAY_AGAIN,
    Sw3.READ_FAILED: Cure.LAY_AGAIN,
    Sw3.RANDOM_NUMBER_FAILED: Cure.LAY_AGAIN,
    Sw3.SELF_TEST_FAILED: Cure.ENGINEER,
    Sw3.NOT_AUTHORISED: Cure.ENGINEER,
}

# After these the module answers every command so, whatever it is asked.
OUT_OF_SERVICE = frozenset({Sw3.SELF_TEST_FAILED, Sw3.NOT_AUTHORISED})
# A command that this module does not have, or is not to have; others may work.
NOT_ON_THIS_READER = frozenset({Sw3.BAD_COMMAND, Sw3.NOT_PERMITTED})

_AT_THE_CARD = {
    Command.FIND,
    Command.SELECT,
    Command.READ_BASE,
    Command.READ_BASE_AND_FINGERPRINT,
    Command.READ_NEW_ADDRESS,
}


def refusal(command: Command, answer: Answer) -> DeviceError:
    """The error that ``answer`` to ``command`` means, once sending again has not helped or is no cure.

    A status that no list knows is taken for the document's when it was about one, else for the reader's.
    """
    lay_again = CURES.get(answer.sw3, Cure.LAY_AGAIN) is Cure.LAY_AGAIN and command in _AT_THE_CARD
    code = FaultCode.ID_UNREADABLE if lay_again else FaultCode.ID_READER_FAULT
    return DeviceError(code, f"{command.name}: SW3 {answer.sw3:02X}")
