"""What the gateway's books say about this kiosk's numbers, asked once from the command line."""

import asyncio
from dataclasses import dataclass

from config.clock import Instant, Timekeeper
from config.faults import FaultCode
from config.settings import Settings
from kiosk import enrolment
from kiosk.gateway import Gateway, GatewayError, GatewaySettings, NotFound
from kiosk.request_signature import RequestSigner
from offline_queue.opening import latest_time


@dataclass(frozen=True)
class Books:
    """``highest``: the highest number that the gateway has of this kiosk. ``now``: the time, set by the gateway's."""

    highest: int
    now: Instant


def ask(settings: Settings) -> Books | FaultCode:
    """The gateway's books, or why they could not be asked for.

    Raises:
        NotEnrolled: this kiosk has no keys to ask with.
    """
    return asyncio.run(_ask(settings, enrolment.load(settings.data_directory / "keys")))


async def _ask(settings: Settings, keys: enrolment.KioskKeys) -> Books | FaultCode:
    timekeeper = Timekeeper(latest_time(settings.data_directory / "queue"))
    signer = RequestSigner(keys.kiosk, keys.signing_key, timekeeper.now)
    gateway = Gateway(GatewaySettings.of(settings.gateway), signer, timekeeper=timekeeper)
    try:
        await gateway.check()  # the time first: a request that is signed with a wrong one is refused
        return Books(await gateway.highest_sequence(), timekeeper())
    except GatewayError as error:
        return error.code
    except NotFound:
        return FaultCode.GW_UNEXPECTED
    finally:
        await gateway.close()
