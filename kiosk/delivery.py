"""The queue's way to the gateway: what each of its answers means for a stored transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import assert_never

from config.faults import Action, FaultCode
from kiosk.contract import Result, TransactionAnswer
from kiosk.gateway import Gateway, GatewayError, NotFound
from offline_queue.model import (
    KEY_TAKEN,
    SET_ASIDE,
    Accepted,
    Delivery,
    Enquiry,
    NotReceived,
    OutcomeUnknown,
    QueuedTransaction,
    Refused,
    Superseded,
    TryLater,
)

_ALARMING = {code for code in FaultCode if (code.of_line or code.of_gateway) and code.action is Action.ENGINEER}
_UNPROCESSABLE = 422
_IN_PROGRESS = 409


class GatewayDelivery:
    """Implements ``offline_queue.model.Deliver``.

    While the gateway is out of reach one transaction at a time is tried again: others would wait for the same time-out,
    on the connections that whoever comes now needs. A first attempt is always made.
    """

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._trying_again = 0

    async def send(self, transaction: QueuedTransaction) -> Delivery:
        """Send the envelope under its key."""
        return await self._send(transaction, withdrawn=False)

    async def withdraw(self, transaction: QueuedTransaction) -> Delivery:
        """Send it as one that nobody must act on any more."""
        return await self._send(transaction, withdrawn=True)

    async def _send(self, transaction: QueuedTransaction, *, withdrawn: bool) -> Delivery:
        if self._in_vain(transaction):
            return TryLater(FaultCode.NET_UNREACHABLE)
        try:
            with self._attempt(transaction):
                answer = await self._gateway.send(
                    transaction.id,
                    sequence=transaction.sequence,
                    kind=transaction.kind,
                    envelope=transaction.envelope,
                    withdrawn=withdrawn,
                )
        except NotFound:  # a wrong host: the gateway knows this route
            return TryLater(FaultCode.GW_UNEXPECTED, alarm=True)
        except GatewayError as error:
            return _delivery_after(error)
        return _decided(answer, transaction)

    async def outcome(self, transaction: QueuedTransaction) -> Enquiry:
        """Ask what became of the key."""
        if self._in_vain(transaction):
            return TryLater(FaultCode.NET_UNREACHABLE)
        try:
            with self._attempt(transaction):
                answer = await self._gateway.outcome(transaction.id)
        except NotFound as error:
            # Any other 404 is not the word of a gateway that has looked for the key.
            if error.code == "transaction_not_found":
                return NotReceived()
            return TryLater(FaultCode.GW_UNEXPECTED, alarm=True)
        except GatewayError as error:
            return TryLater(error.code, error.retry_after, alarm=_alarms(error))
        return _decided(answer, transaction)

    def _in_vain(self, transaction: QueuedTransaction) -> bool:
        return transaction.attempts > 0 and not self._gateway.online and self._trying_again > 0

    @contextmanager
    def _attempt(self, transaction: QueuedTransaction) -> Iterator[None]:
        again = transaction.attempts > 0
        self._trying_again += again
        try:
            yield
        finally:
            self._trying_again -= again


def _alarms(error: GatewayError) -> bool:
    return error.code in _ALARMING and error.status != _IN_PROGRESS


def _delivery_after(error: GatewayError) -> Delivery:
    if error.status == _UNPROCESSABLE:  # it will never be able to read it: sending it again helps nobody
        return _set_aside(error.problem)
    if error.maybe_received:
        return OutcomeUnknown(error.code, error.retry_after, alarm=_alarms(error))
    return TryLater(error.code, error.retry_after, alarm=_alarms(error))


def _set_aside(problem: str) -> Refused:
    return Refused({"reason": SET_ASIDE, "problem": problem}, alarm=FaultCode.GW_REJECTED)


def _decided(answer: TransactionAnswer, transaction: QueuedTransaction) -> Delivery:
    if answer.envelope_sha256 != transaction.envelope_sha256:  # it has told of another transaction
        return _set_aside(KEY_TAKEN)
    kept = answer.without_person()
    match answer.result:
        case Result.ACCEPTED:
            return Accepted(kept)
        case Result.REFUSED:
            return Refused(kept)
        case Result.SUPERSEDED:
            return Superseded(kept)
        case _:
            assert_never(answer.result)
