"""The port through which a support bundle is sent when the gateway wants one."""

from typing import Protocol

from kiosk.fleet.kinds import BundleState


class SupportBundles(Protocol):
    """Whoever makes and sends support bundles."""

    async def send(self) -> BundleState:
        """Make one and send it. Never raises."""
        ...
