"""The port through which a support bundle is sent when the gateway wants one."""

from typing import Protocol

from kiosk.fleet.kinds import BundleState


class SupportBundles(Protocol):
    """Whoever makes and sends support bundles."""

    async def send(self) -> BundleState:
        """Make one and send it. Never raises."""
        ...


class NoBundles:
    """A kiosk that makes none, and says so."""

    async def send(self) -> BundleState:
        """Always ``NOT_POSSIBLE``."""
        return BundleState.NOT_POSSIBLE
