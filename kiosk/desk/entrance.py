"""The way in for the staff: a card that is theirs, put in while the start screen is shown, or the hidden gesture."""

import asyncio
import logging
from collections.abc import Callable

from drivers.device import DeviceError
from flows.start_prompts import StaffEntrance
from kiosk.staff.files import StaffFilesError
from kiosk.visit import Hands

log = logging.getLogger(__name__)

_POLL = 0.5  # seconds; the reader's own watch looks once a second


async def staff_card(hands: Hands) -> StaffEntrance:
    """Wait until a card of somebody on the list is put in. Of any other card nothing is read but its 卡的识别码.

    A card that is in already does not count: somebody has just logged out, or has forgotten it.
    """
    reader = hands.devices.card_reader
    while True:
        await _until(lambda: reader.card_present is False)
        await _until(lambda: bool(reader.card_present))
        if (entrance := await _looked_at(hands)) is not None:
            return entrance


async def _until(seen: Callable[[], bool]) -> None:
    while not seen():  # noqa: ASYNC110 - written by the reader's own watch, which has no event
        await asyncio.sleep(_POLL)


async def _looked_at(hands: Hands) -> StaffEntrance | None:
    try:
        if not await asyncio.to_thread(hands.staff.roster.members):
            return None
        identification = await hands.devices.card_reader.card_identification()
        member = await asyncio.to_thread(hands.staff.roster.of_card, identification)
    except DeviceError:
        return None  # a citizen's matter, who will be told when they begin
    except StaffFilesError as error:
        log.critical("staff_files_unusable", exc_info=error)
        return None
    return None if member is None else StaffEntrance(identification)
