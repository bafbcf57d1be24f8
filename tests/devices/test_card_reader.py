"""The whole driver against a real pcscd with a virtual reader and simulated cards."""

import asyncio
import contextlib
import re
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from config.faults import FaultCode
from drivers.card_reader import reader as card_reader_module
from drivers.card_reader.pin import PinOutcome, PinResult
from drivers.card_reader.reader import CardReader
from drivers.device import DeviceError, DeviceState
from simulator.cards import (
    BankCard,
    EmptySim,
    MuteCard,
    PulledAt,
    SilentFrom,
    SimulatedCard,
    SocialSecurityCard,
    card_for,
)
from simulator.pcscd import READER_NAME, Pcscd
from simulator.people import BY_KEY, PEOPLE, Person

ZHANG, CHAN = BY_KEY["zhang_ling"], BY_KEY["chan"]
COMMANDS_OF_A_READ = 18
LIMIT = 15.0  # seconds for anything to happen at all; nothing here takes more than three


@pytest.fixture
def pcscd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pcscd]:
    daemon = Pcscd(tmp_path)
    for name, value in daemon.environment.items():
        monkeypatch.setenv(name, value)
    with contextlib.closing(daemon):
        daemon.start()
        yield daemon


@pytest.fixture
async def reader(pcscd: Pcscd) -> AsyncIterator[CardReader]:
    with contextlib.closing(CardReader(patience=5.0)) as card_reader:
        yield card_reader


async def read_number(reader: CardReader) -> str:
    return (await asyncio.wait_for(reader.wait_for_card(), LIMIT)).card_number


async def read_fails(reader: CardReader, code: FaultCode) -> None:
    with pytest.raises(DeviceError) as caught:
        await asyncio.wait_for(reader.wait_for_card(), LIMIT)
    assert caught.value.code is code


async def then_recovers(reader: CardReader, pcscd: Pcscd) -> None:
    """The next card, put in without any other step, is read."""
    pcscd.slot.insert(card_for(CHAN))
    assert (await read_number(reader))[:8] == "D2143573"
    assert reader.health.state is DeviceState.ONLINE


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.key)
async def test_everybody_through_pcscd(pcscd: Pcscd, reader: CardReader, person: Person) -> None:
    assert person.card is not None
    pcscd.slot.insert(card_for(person))
    card = await asyncio.wait_for(reader.wait_for_card(), LIMIT)
    assert card.card_number == person.card.number
    assert card.reset_information.endswith(person.card.serial.hex().upper())
    if person.card.version == "3.00":
        assert card.holder is None
    else:
        assert card.holder is not None
        assert (card.holder.name, card.holder.number) == (person.name, person.number)


def test_any_pcsc_client_sees_the_card(pcscd: Pcscd) -> None:
    card = card_for(ZHANG)
    pcscd.slot.insert(card)
    deadline = time.monotonic() + LIMIT
    while not re.search(rf"0 +Yes +{READER_NAME}", run_opensc("--list-readers")):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert run_opensc("--reader", "0", "--atr").strip() == card.atr.hex(":")
    answer = run_opensc("--reader", "0", "-s", "00A404000F7378312E73682EC9E7BBE1B1A3D5CF", "-s", "00B2072C0B")
    assert "07 09 44 32 31 34 33 35 36 39 58" in answer


def run_opensc(*arguments: str) -> str:
    done = subprocess.run(["opensc-tool", *arguments], capture_output=True, text=True, timeout=LIMIT, check=True)
    return done.stdout


async def test_waits_for_a_card(pcscd: Pcscd, reader: CardReader) -> None:
    waiting = asyncio.create_task(read_number(reader))
    await asyncio.sleep(0.3)
    assert not waiting.done()
    assert reader.card_present is False
    assert reader.health.state is DeviceState.ONLINE
    pcscd.slot.insert(card_for(ZHANG))
    assert await waiting == "D2143569X"
    assert reader.card_present is True


async def test_a_card_that_is_in_counts_again(pcscd: Pcscd, reader: CardReader) -> None:
    pcscd.slot.insert(card_for(ZHANG))
    assert await read_number(reader) == await read_number(reader) == "D2143569X"


async def test_it_tells_of_a_card_before_it_is_read(pcscd: Pcscd, reader: CardReader) -> None:
    told: list[str] = []
    pcscd.slot.insert(card_for(ZHANG))
    async with asyncio.timeout(LIMIT):
        await reader.wait_for_card(lambda: told.append("there"))
        told.append("read")
        assert told == ["there", "read"]
        pcscd.slot.insert(MuteCard())
        with pytest.raises(DeviceError):
            await reader.wait_for_card(lambda: told.append("mute"))
    assert set(told[2:]) == {"mute"}  # finding out takes seconds, so somebody should hear of it before


async def test_nobody_is_told_after_the_wait() -> None:
    """The thread may come to the card long after the one who waited has gone."""
    told: list[str] = []
    with card_reader_module._told_in_time(lambda: told.append("now")) as tell:
        await asyncio.to_thread(tell)
        await asyncio.sleep(0)
    tell()
    await asyncio.sleep(0)
    assert told == ["now"]


async def test_removal(pcscd: Pcscd, reader: CardReader) -> None:
    pcscd.slot.insert(card_for(ZHANG))
    await read_number(reader)
    leaving = asyncio.create_task(reader.wait_for_removal())
    await asyncio.sleep(0.3)
    assert not leaving.done()
    pcscd.slot.pull()
    await asyncio.wait_for(leaving, LIMIT)
    assert reader.card_present is False


async def test_a_card_that_gave_way_to_another_while_nobody_looked_has_left(pcscd: Pcscd, reader: CardReader) -> None:
    pcscd.slot.insert(card_for(ZHANG))
    await read_number(reader)
    leaving = asyncio.create_task(reader.wait_for_removal())
    await asyncio.sleep(0.3)
    for change in (lambda: None, pcscd.slot.pull, lambda: pcscd.slot.insert(card_for(CHAN))):
        change()
        time.sleep(1.5)  # noqa: ASYNC251 - blocks the loop on purpose: nobody is to look meanwhile
    await asyncio.wait_for(leaving, 2.0)


async def test_a_wait_can_be_cancelled_and_begun_again(pcscd: Pcscd, reader: CardReader) -> None:
    for _ in range(3):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.wait_for_card(), 0.02)
    pcscd.slot.insert(card_for(ZHANG))
    assert await read_number(reader) == "D2143569X"


@pytest.mark.parametrize(
    ("card", "code"),
    [
        (MuteCard(), FaultCode.CARD_MUTE),
        (BankCard(), FaultCode.CARD_WRONG),
        (EmptySim(), FaultCode.CARD_WRONG),
    ],
    ids=["upside_down", "bank_card", "empty_sim"],
)
async def test_cards_that_cannot_be_read(
    pcscd: Pcscd, reader: CardReader, card: SimulatedCard, code: FaultCode
) -> None:
    pcscd.slot.insert(card)
    await read_fails(reader, code)
    assert (reader.health.state, reader.health.fault) == (DeviceState.USER_ERROR, code)
    assert reader.health.usable
    await then_recovers(reader, pcscd)


async def test_a_bad_card_is_not_tried_again(pcscd: Pcscd, reader: CardReader) -> None:
    counting = PulledAt(BankCard(), 1000)
    pcscd.slot.insert(counting)
    await read_fails(reader, FaultCode.CARD_WRONG)
    tried = counting.seen
    with pytest.raises(TimeoutError):  # the citizen has to take it out
        await asyncio.wait_for(reader.wait_for_card(), 0.6)
    assert counting.seen == tried
    assert (reader.health.state, reader.health.fault) == (DeviceState.USER_ERROR, FaultCode.CARD_WRONG)


async def test_unreadable_card(pcscd: Pcscd, reader: CardReader) -> None:
    card = card_for(ZHANG)
    damaged = SocialSecurityCard(
        card.atr, card.fci, {5: {**card.records[5], 7: b"\x07\x09D21435690"}}, card.pin, 6, card.keys
    )
    pcscd.slot.insert(damaged)
    await read_fails(reader, FaultCode.CARD_UNREADABLE)
    await then_recovers(reader, pcscd)


@pytest.mark.parametrize("index", range(0, COMMANDS_OF_A_READ, 2))
async def test_pulled_at_every_command(pcscd: Pcscd, index: int) -> None:
    """Two at a time, one in each slot."""
    pcscd.slot.insert(PulledAt(card_for(ZHANG), index))
    pcscd.second_slot.insert(PulledAt(card_for(ZHANG), index + 1))
    with contextlib.closing(CardReader("00 00")) as first, contextlib.closing(CardReader("00 01")) as second:
        await asyncio.gather(*(read_fails(reader, FaultCode.CARD_REMOVED) for reader in (first, second)))
        assert (first.health.state, first.health.fault) == (DeviceState.USER_ERROR, FaultCode.CARD_REMOVED)


async def test_pulled_and_put_in_again(pcscd: Pcscd, reader: CardReader) -> None:
    pcscd.slot.insert(PulledAt(card_for(ZHANG), 7))
    await read_fails(reader, FaultCode.CARD_REMOVED)
    await then_recovers(reader, pcscd)


async def test_pulled_after_the_last_command_is_no_fault(pcscd: Pcscd, reader: CardReader) -> None:
    pcscd.slot.insert(PulledAt(card_for(ZHANG), COMMANDS_OF_A_READ))
    assert await read_number(reader) == "D2143569X"


async def test_a_card_that_never_answers(pcscd: Pcscd) -> None:
    with contextlib.closing(CardReader(patience=1.5)) as reader:
        pcscd.slot.insert(SilentFrom(card_for(ZHANG), 9))
        await read_fails(reader, FaultCode.DEV_STUCK)
        assert (reader.health.state, reader.health.fault) == (DeviceState.HARDWARE_ERROR, FaultCode.DEV_STUCK)
        assert not reader.health.usable
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.wait_for_card(), 0.5)
        await then_recovers(reader, pcscd)


async def test_pcscd_stops_and_comes_back(pcscd: Pcscd, reader: CardReader) -> None:
    pcscd.slot.insert(card_for(ZHANG))
    assert await read_number(reader) == "D2143569X"
    pcscd.stop()
    await read_fails(reader, FaultCode.CARD_SERVICE_DOWN)
    await read_fails(reader, FaultCode.CARD_SERVICE_DOWN)
    assert (reader.health.state, reader.card_present) == (DeviceState.OFFLINE, None)
    pcscd.start()
    assert await read_number(reader) == "D2143569X"
    assert reader.health.state is DeviceState.ONLINE


async def test_pcscd_stops_while_waiting(pcscd: Pcscd, reader: CardReader) -> None:
    waiting = asyncio.create_task(read_fails(reader, FaultCode.CARD_SERVICE_DOWN))
    await asyncio.sleep(0.3)
    pcscd.stop()
    await waiting
    pcscd.start()
    await then_recovers(reader, pcscd)


async def test_pcscd_restarts_between_two_reads(pcscd: Pcscd, reader: CardReader) -> None:
    pcscd.slot.insert(card_for(ZHANG))
    assert await read_number(reader) == "D2143569X"
    pcscd.restart()
    assert await read_number(reader) == "D2143569X"


async def test_reader_unplugged_and_back(pcscd: Pcscd, reader: CardReader) -> None:
    pcscd.stop()
    pcscd.start_without_reader()
    await read_fails(reader, FaultCode.CARD_READER_GONE)
    assert (reader.health.state, reader.health.fault) == (DeviceState.NO_DEVICE, FaultCode.CARD_READER_GONE)
    with pytest.raises(DeviceError):
        await reader.wait_for_removal()
    pcscd.restart()
    await then_recovers(reader, pcscd)


async def test_the_reader_is_chosen_by_a_part_of_its_name(pcscd: Pcscd) -> None:
    pcscd.slot.insert(card_for(ZHANG))
    pcscd.second_slot.insert(card_for(BY_KEY["wang_jianguo"]))
    with contextlib.closing(CardReader("00 01")) as second, contextlib.closing(CardReader("no such reader")) as third:
        assert (await read_number(second))[:8] == "D2143575"
        await read_fails(third, FaultCode.CARD_READER_GONE)


async def test_watch_keeps_health_current(pcscd: Pcscd, reader: CardReader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drivers.card_reader.reader._WATCH_SECONDS", 0.1)
    assert reader.health.state is DeviceState.STARTING
    watching = asyncio.create_task(reader.watch())
    await until(lambda: reader.health.state is DeviceState.ONLINE)
    pcscd.slot.insert(card_for(ZHANG))
    await until(lambda: reader.card_present is True)
    pcscd.stop()
    await until(lambda: reader.health.state is DeviceState.OFFLINE)
    pcscd.start()
    await until(lambda: reader.health.state is DeviceState.ONLINE)
    watching.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await watching


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(LIMIT):
        while not condition():
            await asyncio.sleep(0.02)


async def test_pin(pcscd: Pcscd, reader: CardReader) -> None:
    chip = card_for(ZHANG)
    pcscd.slot.insert(chip)
    await read_number(reader)
    assert await reader.pin_tries_left() == 6
    assert await reader.verify_pin("111111") == PinResult(PinOutcome.WRONG, 5)
    assert await reader.pin_tries_left() == 5
    assert (await reader.verify_pin("123456")).ok
    assert chip.tries_left == 6
    chip.tries_left = 1
    assert await reader.verify_pin("000000") == PinResult(PinOutcome.LOCKED, 0)
    assert await reader.verify_pin("123456") == PinResult(PinOutcome.LOCKED, 0)
    assert await reader.pin_tries_left() == 0


async def test_the_card_forgets_the_pin_when_the_talk_is_over(pcscd: Pcscd, reader: CardReader) -> None:
    chip = card_for(ZHANG)
    pcscd.slot.insert(chip)
    await read_number(reader)
    assert (await reader.verify_pin("123456")).ok
    await until(lambda: not chip.pin_shown)


async def test_no_pin_without_the_card_that_was_read(pcscd: Pcscd, reader: CardReader) -> None:
    with pytest.raises(DeviceError) as caught:
        await reader.verify_pin("123456")
    assert caught.value.code is FaultCode.CARD_REMOVED
    pcscd.slot.insert(card_for(ZHANG))
    await read_number(reader)
    other = card_for(CHAN)
    pcscd.slot.insert(other)
    await asyncio.sleep(1.5)  # nobody looks meanwhile
    with pytest.raises(DeviceError) as caught:
        await reader.verify_pin("111111")
    assert caught.value.code is FaultCode.CARD_REMOVED
    assert other.tries_left == 6


async def test_pin_after_a_restart_of_pcscd(pcscd: Pcscd, reader: CardReader) -> None:
    pcscd.slot.insert(card_for(ZHANG))
    await read_number(reader)
    pcscd.stop()
    with pytest.raises(DeviceError) as caught:
        await reader.verify_pin("123456")
    assert caught.value.code is FaultCode.CARD_SERVICE_DOWN
    with pytest.raises(DeviceError):
        await reader.wait_for_removal()
    pcscd.start()
    assert await read_number(reader) == "D2143569X"
    assert (await reader.verify_pin("123456")).ok


async def test_pulled_while_the_pin_is_shown(pcscd: Pcscd, reader: CardReader) -> None:
    pcscd.slot.insert(PulledAt(card_for(ZHANG), COMMANDS_OF_A_READ + 4))
    await read_number(reader)
    with pytest.raises(DeviceError) as caught:
        await reader.verify_pin("123456")
    assert caught.value.code is FaultCode.CARD_REMOVED
    await then_recovers(reader, pcscd)
