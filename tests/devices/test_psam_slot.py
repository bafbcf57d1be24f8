"""The whole driver with a PSAM in the second slot of a real pcscd's reader, and everything that can happen to it."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest

from config.faults import FaultCode
from drivers.card_reader.authentication import Outcome
from drivers.card_reader.psam_slot import PsamSlot
from drivers.card_reader.reader import CardReader
from drivers.card_reader.social_card import SocialCard
from drivers.device import DeviceError, DeviceState, Worker
from simulator.cards import EmptySim, MuteCard, PulledAt, SilentFrom, SimulatedCard, SimulatedPsam, card_for
from simulator.cards.keys import RKSSSE, CardCipher
from simulator.pcscd import READER_NAME, SECOND_READER_NAME, Pcscd
from simulator.people import BY_KEY

ZHANG, BERG, WANG = (BY_KEY[key] for key in ("zhang_ling", "berg", "wang_jianguo"))
ANOTHER_KEY = {**SimulatedPsam().keys, (CardCipher.SM4, RKSSSE): bytes(16)}
COMMANDS_TO_MEET = 4  # SELECT, GET RESPONSE, two files
COMMANDS_TO_AUTHORISE = 11
COMMANDS_BEFORE_IT = 14  # to the card: application, EF05, EF06 and its 6982, two challenges
LIMIT = 15.0


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
    with contextlib.closing(CardReader(READER_NAME, SECOND_READER_NAME)) as card_reader:
        yield card_reader


async def seated(reader: CardReader, state: DeviceState = DeviceState.ONLINE) -> None:
    """Wait until pcscd has noticed what is in the PSAM's slot."""
    async with asyncio.timeout(LIMIT):
        while reader.psam_health is None or reader.psam_health.state is not state:
            await psam_of(reader).look()
            await asyncio.sleep(0.05)


def psam_of(reader: CardReader) -> PsamSlot:
    assert reader._psam is not None
    return reader._psam


async def read(reader: CardReader, pcscd: Pcscd, card: SimulatedCard) -> SocialCard:
    """Take the last card out and put this one in."""
    if pcscd.slot.card is not None:
        pcscd.slot.pull()
        await asyncio.wait_for(reader.wait_for_removal(), LIMIT)
    pcscd.slot.insert(card)
    return await asyncio.wait_for(reader.wait_for_card(), LIMIT)


async def psam_fails(reader: CardReader, pcscd: Pcscd, outcome: Outcome = Outcome.PSAM_FAILED) -> None:
    """A 3.0 card is read without its holder, which is no fault of the card reader, and loses nothing."""
    chip = card_for(BERG)
    card = await read(reader, pcscd, chip)
    assert (card.holder, card.authentication.outcome) == (None, outcome)
    assert BERG.card is not None
    assert card.card_number == BERG.card.number
    assert (reader.health.state, reader.health.fault) == (DeviceState.ONLINE, None)
    assert chip.keys.tries_left == 3


def psam_state(reader: CardReader) -> tuple[DeviceState, FaultCode | None]:
    assert reader.psam_health is not None
    return reader.psam_health.state, reader.psam_health.fault


async def then_recovers(reader: CardReader, pcscd: Pcscd) -> None:
    pcscd.second_slot.insert(SimulatedPsam())
    await seated(reader)
    card = await read(reader, pcscd, card_for(WANG))
    assert card.holder is not None
    assert card.holder.name == WANG.name
    assert psam_state(reader) == (DeviceState.ONLINE, None)


async def test_a_3_0_card_with_a_psam(pcscd: Pcscd, reader: CardReader) -> None:
    pcscd.second_slot.insert(SimulatedPsam())
    await seated(reader)
    card = await read(reader, pcscd, card_for(BERG))
    assert card.holder is not None
    assert (card.holder.name, card.holder.number) == (BERG.name, BERG.number)
    assert card.authentication.outcome is Outcome.GRANTED
    again = await asyncio.wait_for(reader.wait_for_card(), LIMIT)  # the same insertion
    assert again == card


async def test_a_2_0_card_does_not_need_it(pcscd: Pcscd, reader: CardReader) -> None:
    counting = PulledAt(SimulatedPsam(), 1000)
    pcscd.second_slot.insert(counting)
    await seated(reader)
    met = counting.seen
    card = await read(reader, pcscd, card_for(ZHANG))
    assert card.holder is not None
    assert card.authentication.outcome is Outcome.NOT_NEEDED
    assert counting.seen == met == COMMANDS_TO_MEET


async def test_without_a_psam_in_the_slot(pcscd: Pcscd, reader: CardReader) -> None:
    counting = PulledAt(card_for(BERG), 1000)
    card = await read(reader, pcscd, counting)
    assert card.authentication.outcome is Outcome.PSAM_FAILED
    assert counting.seen == COMMANDS_BEFORE_IT - 2  # the card is not asked for anything more
    assert psam_state(reader) == (DeviceState.NO_DEVICE, FaultCode.CARD_PSAM)
    await then_recovers(reader, pcscd)


async def test_without_a_psam_in_the_settings(pcscd: Pcscd) -> None:
    with contextlib.closing(CardReader()) as reader:
        await psam_fails(reader, pcscd, Outcome.NO_PSAM)
        assert reader.psam_health is None
        with pytest.raises(DeviceError, match="none in the settings"):
            await reader.psam_information()


async def test_a_psam_in_a_reader_that_is_not_there(pcscd: Pcscd) -> None:
    with contextlib.closing(CardReader(None, "no such reader")) as reader:
        await psam_fails(reader, pcscd)
        assert psam_state(reader) == (DeviceState.NO_DEVICE, FaultCode.CARD_PSAM)


async def test_the_psams_reader_is_not_taken_for_the_cards(pcscd: Pcscd) -> None:
    pcscd.slot.insert(SimulatedPsam())
    pcscd.second_slot.insert(card_for(ZHANG))
    with contextlib.closing(CardReader(None, READER_NAME)) as reader:
        card = await asyncio.wait_for(reader.wait_for_card(), LIMIT)
        assert card.holder is not None
        await seated(reader)


@pytest.mark.parametrize("index", range(COMMANDS_TO_AUTHORISE))
async def test_the_psam_is_pulled_at_every_command(pcscd: Pcscd, reader: CardReader, index: int) -> None:
    pcscd.second_slot.insert(PulledAt(SimulatedPsam(), COMMANDS_TO_MEET + index))
    await seated(reader)
    await psam_fails(reader, pcscd)
    assert psam_state(reader)[1] is FaultCode.CARD_PSAM
    await seated(reader, DeviceState.NO_DEVICE)


async def test_the_psam_is_pulled_and_put_in_again(pcscd: Pcscd, reader: CardReader) -> None:
    pcscd.second_slot.insert(PulledAt(SimulatedPsam(), COMMANDS_TO_MEET + 3))
    await seated(reader)
    await psam_fails(reader, pcscd)
    await then_recovers(reader, pcscd)


@pytest.mark.parametrize("index", range(7))
async def test_the_card_is_pulled_while_it_is_authenticated(pcscd: Pcscd, reader: CardReader, index: int) -> None:
    pcscd.second_slot.insert(SimulatedPsam())
    await seated(reader)
    chip = card_for(BERG)
    pcscd.slot.insert(PulledAt(chip, COMMANDS_BEFORE_IT - 2 + index))
    with pytest.raises(DeviceError) as caught:
        await asyncio.wait_for(reader.wait_for_card(), LIMIT)
    assert caught.value.code is FaultCode.CARD_REMOVED
    assert psam_state(reader) == (DeviceState.ONLINE, None)
    card = await read(reader, pcscd, chip)  # put in again: a new insertion
    assert card.authentication.outcome is Outcome.GRANTED
    assert chip.keys.tries_left == 3


async def test_a_psam_that_never_answers(pcscd: Pcscd) -> None:
    """Its thread is left behind; the card, its reader and the citizen go on."""
    with contextlib.closing(CardReader(READER_NAME, SECOND_READER_NAME)) as reader:
        psam = psam_of(reader)
        psam._patience = 1.0
        pcscd.second_slot.insert(SilentFrom(SimulatedPsam(), COMMANDS_TO_MEET + 2))
        await seated(reader)
        await psam_fails(reader, pcscd)
        assert psam_state(reader) == (DeviceState.HARDWARE_ERROR, FaultCode.CARD_PSAM)
        assert psam._worker.stuck_threads == 1
        await psam_fails(reader, pcscd)  # at once: it is left alone until it has been out
        assert psam._worker.stuck_threads == 1
        await then_recovers(reader, pcscd)


@pytest.mark.parametrize("card", [EmptySim(), MuteCard(), card_for(ZHANG)], ids=["sim", "mute", "citizen"])
async def test_something_else_in_the_psam_slot(pcscd: Pcscd, reader: CardReader, card: SimulatedCard) -> None:
    pcscd.second_slot.insert(card)
    await seated(reader, DeviceState.HARDWARE_ERROR)
    assert psam_state(reader) == (DeviceState.HARDWARE_ERROR, FaultCode.CARD_PSAM)
    with pytest.raises(DeviceError) as caught:
        await reader.psam_information()
    assert caught.value.code is FaultCode.CARD_PSAM
    await psam_fails(reader, pcscd)
    await then_recovers(reader, pcscd)


async def test_a_psam_with_another_key_is_left_alone_after_two_cards(pcscd: Pcscd, reader: CardReader) -> None:
    pcscd.second_slot.insert(SimulatedPsam(ANOTHER_KEY))
    await seated(reader)
    berg, wang, zhang = card_for(BERG), card_for(WANG), card_for(ZHANG)
    zhang.guarded = frozenset({6})
    zhang.keys.read_key = bytes(16)
    for chip in (berg, wang):
        card = await read(reader, pcscd, chip)
        assert (card.holder, card.authentication.outcome) == (None, Outcome.REFUSED)
        assert card.authentication.tries_left == chip.keys.tries_left == 2
    assert psam_state(reader) == (DeviceState.HARDWARE_ERROR, FaultCode.CARD_PSAM)
    third = await read(reader, pcscd, zhang)
    assert third.authentication.outcome is Outcome.NOT_TRIED_AGAIN
    assert zhang.keys.tries_left == 3
    await psam_of(reader).look()
    assert psam_state(reader) == (DeviceState.HARDWARE_ERROR, FaultCode.CARD_PSAM)  # until another one is in
    pcscd.second_slot.insert(SimulatedPsam())
    await seated(reader)
    again = await read(reader, pcscd, berg)
    assert again.authentication.outcome is Outcome.NOT_TRIED_AGAIN
    assert berg.keys.tries_left == 2
    assert (await read(reader, pcscd, card_for(WANG))).authentication.outcome is Outcome.NOT_TRIED_AGAIN


async def test_a_psam_of_another_province(pcscd: Pcscd, reader: CardReader) -> None:
    pcscd.second_slot.insert(SimulatedPsam.of_area("320000", 2))
    await seated(reader)
    await psam_fails(reader, pcscd, Outcome.CARD_NOT_PROVED)
    assert psam_state(reader) == (DeviceState.ONLINE, None)  # one card may be forged
    await psam_fails(reader, pcscd, Outcome.CARD_NOT_PROVED)
    assert psam_state(reader) == (DeviceState.HARDWARE_ERROR, FaultCode.CARD_PSAM)


@pytest.mark.parametrize(
    ("cipher", "state"),
    [(CardCipher.SM4, DeviceState.HARDWARE_ERROR), (CardCipher.TRIPLE_DES, DeviceState.ONLINE)],
)
async def test_a_psam_without_sm4(pcscd: Pcscd, reader: CardReader, cipher: CardCipher, state: DeviceState) -> None:
    keys = {name: key for name, key in SimulatedPsam().keys.items() if name[0] is not CardCipher.SM4}
    pcscd.second_slot.insert(SimulatedPsam(keys))
    await seated(reader)
    card = await read(reader, pcscd, card_for(BERG, cipher))
    assert (card.holder is None) == (cipher is CardCipher.SM4)
    assert psam_state(reader)[0] is state


async def test_ssf33_is_no_fault_of_a_psam(pcscd: Pcscd, reader: CardReader) -> None:
    pcscd.second_slot.insert(SimulatedPsam())
    await seated(reader)
    chip = card_for(BERG)
    chip.fci = chip.fci[:-1] + b"\x02"
    card = await read(reader, pcscd, chip)
    assert (card.holder, card.authentication.outcome) == (None, Outcome.ALGORITHM_UNKNOWN)
    assert psam_state(reader) == (DeviceState.ONLINE, None)


async def test_what_a_psam_tells(pcscd: Pcscd, reader: CardReader) -> None:
    pcscd.second_slot.insert(SimulatedPsam())
    await seated(reader)
    assert (await reader.psam_information()).terminal == "370199000021"


async def test_pcscd_is_restarted(pcscd: Pcscd, reader: CardReader) -> None:
    pcscd.second_slot.insert(SimulatedPsam())
    await seated(reader)
    pcscd.stop()
    await seated(reader, DeviceState.OFFLINE)
    assert psam_state(reader) == (DeviceState.OFFLINE, FaultCode.CARD_PSAM)
    pcscd.start()
    await then_recovers(reader, pcscd)


async def test_watch_keeps_the_psams_health(pcscd: Pcscd, reader: CardReader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drivers.card_reader.reader._WATCH_SECONDS", 0.1)
    watching = asyncio.create_task(reader.watch())
    waiting = asyncio.create_task(reader.wait_for_card())  # for hours, on some days
    await until(lambda: psam_state(reader)[0] is DeviceState.NO_DEVICE)
    pcscd.second_slot.insert(SimulatedPsam())
    await until(lambda: psam_state(reader) == (DeviceState.ONLINE, None))
    pcscd.second_slot.pull()
    await until(lambda: psam_state(reader)[0] is DeviceState.NO_DEVICE)
    for task in (watching, waiting):
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(LIMIT):
        while not condition():
            await asyncio.sleep(0.02)


async def test_one_thread_waits_for_another() -> None:
    worker = Worker("psam")
    assert worker.wait_within(LIMIT, lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        worker.wait_within(LIMIT, lambda: 1 // 0)
    late = threading.Event()
    with pytest.raises(DeviceError) as caught:
        worker.wait_within(0.05, late.wait, LIMIT)
    assert caught.value.code is FaultCode.DEV_STUCK
    assert worker.stuck_threads == 1
    assert worker.wait_within(LIMIT, lambda: 8) == 8
    late.set()
    worker.close()


def test_an_answer_that_comes_as_the_time_is_over_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python's future gives up, and is done a moment later: no error that nobody expects."""
    worker, answer = Worker("psam"), Future[int]()

    def given_up(timeout: float | None = None) -> int:
        if timeout is not None:
            answer.set_result(7)
            raise TimeoutError
        return Future.result(answer)

    monkeypatch.setattr(answer, "result", given_up)
    monkeypatch.setattr(worker, "_enqueue", lambda *_: answer)
    assert worker.wait_within(0.05, lambda: 7) == 7
    worker.close()
