"""``kiosk staff``: who of the staff may confirm at this kiosk. Every change is in the audit log."""

import argparse
import asyncio
import getpass
import sys
from collections.abc import Callable
from datetime import datetime

import segno

from config.clock import CHINA
from config.faults import FaultCode
from config.salvage import load_to_run
from config.settings import Settings
from drivers.card_reader.reader import CardReader
from drivers.device import DeviceError
from kiosk import enrolment
from kiosk.audit.acts import note_staff
from kiosk.staff import codes
from kiosk.staff.desk import StaffDesk
from kiosk.staff.files import StaffFilesError
from kiosk.staff.hashes import too_weak
from kiosk.staff.member import Member, Role, StaffAct, StaffNumber
from kiosk.staff.roster import StaffListError

DONE, NOT_DONE, UNUSABLE = 0, 1, 2

_CARD_SECONDS = 60.0
_PIN_TRIES = 3

Action = Callable[[Settings, StaffDesk, argparse.Namespace], None]


class _NotDoneError(Exception):
    """The command is refused; the text says why. Nothing was changed."""


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``staff`` to the command line; its functions take the arguments and return the exit code."""
    staff = commands.add_parser("staff", help="members of staff who confirm who a citizen is, by card and PIN")
    actions = staff.add_subparsers(required=True, metavar="ACTION")
    add = actions.add_parser("add", help="put somebody on the list: asks for the card and, twice, for a PIN")
    add.add_argument(
        "--role", type=Role, choices=list(Role), required=True, help="what they may do: docs/technician.md"
    )
    add.add_argument("--totp", action="store_true", help="also time-based codes, for a login without the card")
    make = actions.add_parser("codes", help="another secret for time-based codes; the old one counts no more")
    remove = actions.add_parser("remove", help="take somebody off the list")
    reset = actions.add_parser("reset-pin", help="another PIN for somebody; wrong ones are forgotten")
    for action, does in ((add, _add), (remove, _remove), (reset, _reset_pin), (make, _codes)):
        action.add_argument("--number", type=_number, required=True, help="such as S07; the hall keeps whose it is")
        action.set_defaults(answer=_answering(does))
    show = actions.add_parser("list", help="numbers, roles, dates and wrong PINs")
    show.set_defaults(answer=_answering(_list))


def _number(text: str) -> StaffNumber:
    try:
        return StaffNumber(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _answering(does: Action) -> Callable[[argparse.Namespace], int]:
    def answer(arguments: argparse.Namespace) -> int:
        settings = load_to_run(arguments.config).settings
        key = enrolment.load(settings.data_directory / "keys").subject_key
        try:
            does(settings, StaffDesk(settings.data_directory, key, _now), arguments)
        except (_NotDoneError, StaffListError) as error:
            sys.stderr.write(f"kiosk: {error}\n")
            return NOT_DONE
        except (StaffFilesError, DeviceError) as error:
            sys.stderr.write(f"kiosk: {error}\n")
            return UNUSABLE
        return DONE

    return answer


def _now() -> datetime:
    return datetime.now(CHINA)


def _add(settings: Settings, desk: StaffDesk, arguments: argparse.Namespace) -> None:
    number: StaffNumber = arguments.number
    if number in {member.number for member in desk.roster.members()}:
        raise _NotDoneError(f"{number} is taken")
    _say(f"Put the card of {number} into the reader (within {_CARD_SECONDS:.0f} seconds).")
    identification = asyncio.run(_read_card(settings))
    if found := desk.roster.of_card(identification):
        raise _NotDoneError(f"this card is that of {found.number} already")
    desk.roster.add(number, arguments.role, identification, _new_pin(number), _now().date())
    desk.forget(number)  # of somebody who had the number before
    _done(settings, StaffAct.ADDED, number)
    if arguments.totp:
        _codes(settings, desk, arguments)


def _remove(settings: Settings, desk: StaffDesk, arguments: argparse.Namespace) -> None:
    desk.roster.remove(arguments.number)
    desk.forget(arguments.number)
    _done(settings, StaffAct.REMOVED, arguments.number)


def _reset_pin(settings: Settings, desk: StaffDesk, arguments: argparse.Namespace) -> None:
    number: StaffNumber = arguments.number
    if number not in {member.number for member in desk.roster.members()}:
        raise _NotDoneError(f"there is no {number}")
    desk.roster.reset_pin(number, _new_pin(number), _now().date())
    desk.forget(number)
    _done(settings, StaffAct.PIN_RESET, number)


def _codes(settings: Settings, desk: StaffDesk, arguments: argparse.Namespace) -> None:
    """Shown this once, as text and as a QR code: the owner takes it into an authenticator app."""
    number: StaffNumber = arguments.number
    uri = codes.uri(desk.roster.make_codes(number), settings.hall.receipt_prefix, number)
    _say("For the authenticator app of its owner; it is not shown again:")
    _say(uri)
    segno.make(uri, error="m").terminal(out=sys.stdout, compact=True)
    _done(settings, StaffAct.CODES_MADE, number)


def _list(_settings: Settings, desk: StaffDesk, _arguments: argparse.Namespace) -> None:
    for member in desk.roster.members():
        _say(_line(member, desk))


def _line(member: Member, desk: StaffDesk) -> str:
    line = f"{member.number:6}{member.role:12}added {member.added}  PIN of {member.changed}"
    line += "  codes" if member.codes else ""
    for tries, what in ((desk.tries, "wrong PINs"), (desk.tries_without_card, "wrong without the card")):
        wrong, wait = tries.wrong(member.number), tries.wait(member.number)
        line += f"  {what}: {wrong}" if wrong else ""
        line += f", waits {wait.total_seconds():.0f} s" if wait else ""
    return line


async def _read_card(settings: Settings) -> str:
    """The 卡的识别码 of the card that is put in, which every card shows without a PSAM."""
    # The slot of the PSAM is named so that it is not taken for that of the cards.
    reader = CardReader(settings.card_reader.name or None, settings.card_reader.psam or None)
    try:
        async with asyncio.timeout(_CARD_SECONDS):
            while True:
                try:
                    return (await reader.wait_for_card()).identification
                except DeviceError as error:
                    if error.code is not FaultCode.CARD_REMOVED:  # else it slid out, or was not quite in
                        raise
    except TimeoutError:
        raise _NotDoneError("no card was put in") from None
    finally:
        reader.close()


def _new_pin(number: StaffNumber) -> str:
    """A PIN typed twice, not shown."""
    for _ in range(_PIN_TRIES):
        pin = _typed(f"PIN of {number}, typed by its owner: ")
        if reason := too_weak(pin):
            _say(f"Not taken: {reason}.")
        elif pin == _typed("Once more: "):
            return pin
        else:
            _say("The two were not the same.")
    raise _NotDoneError("no PIN was set")


def _typed(question: str) -> str:
    try:
        return getpass.getpass(question)
    except EOFError:
        raise _NotDoneError("no PIN was set: it is typed at a terminal") from None


def _done(settings: Settings, act: StaffAct, number: StaffNumber) -> None:
    _say(f"{number} {act.replace('_', ' ')}")
    if not note_staff(settings.data_directory, act, number):
        sys.stderr.write("kiosk: this could not be written into the audit log\n")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
