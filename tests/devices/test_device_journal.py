"""What of a device's comings and goings is written down, and what is no news."""

import threading
from collections.abc import Callable
from typing import Any, cast

import pytest

from config.faults import FaultCode
from drivers.device import DeviceState, HealthChange, HealthRecord
from kiosk.audit.entries import WITHHELD, Event, Vocabulary
from kiosk.device_journal import DeviceJournal
from kiosk.devices import Devices

PAPER_OUT = FaultCode.PRN_PAPER_OUT


class OnePrinter:
    """As the devices of a kiosk, of which only one ever changes."""

    def __init__(self) -> None:
        self.record = HealthRecord("printer")

    def listen(self, listener: Callable[[HealthChange], None]) -> None:
        self.record.listen(listener)


class Book:
    """A journal, and what it wrote."""

    def __init__(self) -> None:
        self.printer = OnePrinter()
        self.written: list[dict[str, object]] = []
        self.journal = DeviceJournal(cast("Devices", self.printer), self._note)

    def _note(self, event: Event, **fields: Any) -> None:
        allowed, wrong = Vocabulary(lambda _: False).allowed(event, fields)
        assert (event, wrong) == (Event.DEVICE_STATE, [])
        assert WITHHELD not in allowed.values()
        self.written.append(allowed)

    def after(self, *reports: tuple[DeviceState, FaultCode | None]) -> list[dict[str, object]]:
        for report in reports:
            self.printer.record.report(*report)
        self.journal.write()
        return self.written


@pytest.fixture
def book() -> Book:
    return Book()


def test_a_start_a_print_and_a_rest_are_no_news(book: Book) -> None:
    assert not book.after(
        (DeviceState.STARTING, None),
        (DeviceState.ONLINE, None),
        (DeviceState.BUSY, None),
        (DeviceState.ONLINE, None),
        (DeviceState.OFFLINE, None),
        (DeviceState.ONLINE, None),
    )


def test_paper_out_and_in_again(book: Book) -> None:
    book.after((DeviceState.ONLINE, None), (DeviceState.OFFLINE, PAPER_OUT), (DeviceState.OFFLINE, PAPER_OUT))
    assert book.after((DeviceState.BUSY, None), (DeviceState.ONLINE, None)) == [
        {"device": "printer", "before": "online", "state": "offline", "code": "PRN_PAPER_OUT"},
        {"device": "printer", "before": "offline", "state": "online", "ended": "PRN_PAPER_OUT"},
    ]


def test_a_device_that_is_not_there_from_the_start(book: Book) -> None:
    assert book.after((DeviceState.NO_DEVICE, FaultCode.PRN_GONE)) == [
        {"device": "printer", "before": "starting", "state": "noDevice", "code": "PRN_GONE"}
    ]


def test_another_fault_is_news_in_the_same_state(book: Book) -> None:
    written = book.after((DeviceState.OFFLINE, PAPER_OUT), (DeviceState.OFFLINE, FaultCode.PRN_COVER_OPEN))
    assert written[1]["ended"] == PAPER_OUT
    assert written[1]["code"] == FaultCode.PRN_COVER_OPEN


def test_what_changes_on_a_thread_of_its_own_is_not_lost(book: Book) -> None:
    def come_and_go() -> None:
        for state, fault in ((DeviceState.OFFLINE, PAPER_OUT), (DeviceState.ONLINE, None)):
            book.printer.record.report(state, fault)

    threads = [threading.Thread(target=come_and_go)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [entry["state"] for entry in book.after()] == ["offline", "online"]
