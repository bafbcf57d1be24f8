"""Going back replays the flow: answers stay, the last one is asked again."""

import pytest

from flows.prompts import GoBack
from kiosk.journal import Journal


class Citizen:
    """Answers each question with the number of times it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def answer(self, question: str) -> str:
        self.asked.append(question)
        return f"{question}{self.asked.count(question)}"


async def _ask(journal: Journal, citizen: Citizen, question: str, *, settled: bool = False) -> str:
    return await journal.answer(lambda: citizen.answer(question), question=question, settled=settled)


async def _look_up(journal: Journal, citizen: Citizen) -> str:
    return await journal.answer(lambda: citizen.answer("record"))


async def test_a_replayed_flow_gets_the_same_answers_without_asking() -> None:
    journal, citizen = Journal(), Citizen()
    await _ask(journal, citizen, "document")
    await _ask(journal, citizen, "face")
    journal.step_back()
    assert await _ask(journal, citizen, "document") == "document1"
    assert await _ask(journal, citizen, "face") == "face2"
    assert citizen.asked == ["document", "face", "face"]


async def test_what_was_looked_up_after_an_answer_goes_with_it() -> None:
    journal, citizen = Journal(), Citizen()
    await _ask(journal, citizen, "document")
    await _ask(journal, citizen, "face")
    await _look_up(journal, citizen)
    journal.step_back()
    await _ask(journal, citizen, "document")
    assert await _ask(journal, citizen, "face") == "face2"
    assert await _look_up(journal, citizen) == "record2"


async def test_a_document_that_lies_there_cannot_be_asked_for_again() -> None:
    journal, citizen = Journal(), Citizen()
    await _ask(journal, citizen, "whose")
    await _ask(journal, citizen, "document", settled=True)
    await _look_up(journal, citizen)
    with pytest.raises(GoBack):
        journal.step_back()


async def test_going_back_beyond_the_first_question_leaves_the_flow() -> None:
    journal, citizen = Journal(), Citizen()
    with pytest.raises(GoBack):
        journal.step_back()
    await _ask(journal, citizen, "whose")
    journal.step_back()
    assert await _ask(journal, citizen, "whose") == "whose2"


async def test_questions_are_counted_and_keep_their_number_when_asked_again() -> None:
    journal, citizen = Journal(), Citizen()
    assert journal.number_of("document") == 1
    await _ask(journal, citizen, "document")
    await _look_up(journal, citizen)
    await _ask(journal, citizen, "mobile")
    await _ask(journal, citizen, "summary")
    assert journal.number_of("mobile") == 2
    assert journal.number_of("result") == 4


async def test_a_wiped_journal_remembers_nothing() -> None:
    journal, citizen = Journal(), Citizen()
    await _ask(journal, citizen, "document")
    journal.wipe()
    assert await _ask(journal, citizen, "document") == "document2"
