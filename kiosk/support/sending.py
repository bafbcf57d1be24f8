"""Sends a support bundle to the gateway, when it wants one. Made by a program of its own: the kiosk goes on serving."""

import asyncio
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from kiosk.fleet.kinds import BundleState
from kiosk.gateway import Gateway, GatewayError, NotFound

log = logging.getLogger(__name__)

MEGABYTES = 4  # of a bundle that is sent; one on a stick may be larger
_SECONDS = 240.0  # for making it

_PROGRAM = (sys.executable, "-m", "kiosk.cli")


class SentBundles:
    """Implements kiosk.fleet.bundles.SupportBundles.

    ``directory``: where the file lies until it is sent; ``settings_file``: whence the settings came, None for
    KIOSK_CONFIG; ``program``: the kiosk's command line.
    """

    def __init__(
        self, gateway: Gateway, directory: Path, settings_file: Path | None, program: Sequence[str] = _PROGRAM
    ) -> None:
        self._gateway = gateway
        self._file = directory / "support-bundle.jwe"
        self._settings = ("--config", str(settings_file)) if settings_file else ()
        self._program = program

    async def send(self) -> BundleState:
        """Make one and send it. Never raises; the file does not stay."""
        try:
            self._file.unlink(missing_ok=True)
            if not await self._made():
                return BundleState.FAILED
            await self._gateway.send_bundle(await asyncio.to_thread(self._file.read_text, "ascii"))
        except NotFound:
            return BundleState.NOT_POSSIBLE
        except (GatewayError, OSError, UnicodeDecodeError) as error:
            log.warning("support_bundle_not_sent", extra={"error": type(error).__name__})
            return BundleState.FAILED
        finally:
            self._file.unlink(missing_ok=True)
        return BundleState.SENT

    async def _made(self) -> bool:
        command = (*self._program, *self._settings, "support-bundle", str(self._file), "--megabytes", str(MEGABYTES))
        nothing = asyncio.subprocess.DEVNULL
        making = await asyncio.create_subprocess_exec(*command, stdin=nothing, stdout=nothing, stderr=nothing)
        try:
            async with asyncio.timeout(_SECONDS):
                status = await making.wait()
        except TimeoutError:
            status = None
        finally:
            if making.returncode is None:
                making.kill()
                await making.wait()
        if status != 0:
            log.warning("support_bundle_not_made", extra={"exit_status": status})
        return status == 0
