"""Deaths that a process brings upon itself: at the n-th statement of SQLite, before or after an exchange."""

import itertools
import os
import signal
import sqlite3
from typing import Any, NoReturn

from kiosk.delivery import GatewayDelivery
from kiosk.gateway import Gateway
from offline_queue.model import Delivery, Enquiry, QueuedTransaction


def die() -> NoReturn:
    """End as a process ends when it is given no time for anything."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


class Countdown:
    """Dies when it has been called ``after`` times."""

    def __init__(self, after: int) -> None:
        self._left = itertools.count(after - 1, -1)

    def __call__(self, *_: object) -> None:
        if next(self._left) == 0:
            die()


def at_statement(after: int) -> None:
    """Die before the ``after``-th statement of any connection that is made from now on."""
    countdown, connect = Countdown(after), sqlite3.connect

    def connect_watched(*args: Any, **options: Any) -> sqlite3.Connection:
        connection = connect(*args, **options)
        connection.set_trace_callback(countdown)
        return connection

    sqlite3.connect = connect_watched


class DyingDelivery(GatewayDelivery):
    """Counts the moments before and after each exchange with the gateway."""

    def __init__(self, gateway: Gateway, after: int) -> None:
        super().__init__(gateway)
        self._countdown = Countdown(after)

    async def send(self, transaction: QueuedTransaction) -> Delivery:
        self._countdown()
        answer = await super().send(transaction)
        self._countdown()
        return answer

    async def outcome(self, transaction: QueuedTransaction) -> Enquiry:
        self._countdown()
        answer = await super().outcome(transaction)
        self._countdown()
        return answer

    async def withdraw(self, transaction: QueuedTransaction) -> Delivery:
        self._countdown()
        answer = await super().withdraw(transaction)
        self._countdown()
        return answer
