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


async def _ask(journal: Journal, citizen: Citizen, question: str, *, asked: bool = True) -> str:
    return await journal.answer(lambda: citizen.answer(question), asked=asked)


async def test_a_replayed_flow_gets_the_same_answers_without_asking() -> None:
    journal, citizen = Journal(), Citizen()
    await _ask(journal, citizen, "document")
    await _ask(journal, citizen, "face")
    journal.step_back(keep=1)
    assert await _ask(journal, citizen, "document") == "document1"
    assert await _ask(journal, citizen, "face") == "face2"
    assert citizen.asked == ["document", "face", "face"]


async def test_what_was_looked_up_after_an_answer_goes_with_it() -> None:
    journal, citizen = Journal(), Citizen()
    await _ask(journal, citizen, "document")
    await _ask(journal, citizen, "face")
    await _ask(journal, citizen, "record", asked=False)
    journal.step_back(keep=1)
    await _ask(journal, citizen, "document")
    assert await _ask(journal, citizen, "face") == "face2"
    assert await _ask(journal, citizen, "record", asked=False) == "record2"


async def test_going_back_beyond_the_first_answers_leaves_the_flow() -> None:
    journal, citizen = Journal(), Citizen()
    await _ask(journal, citizen, "document")
    with pytest.raises(GoBack):
        journal.step_back(keep=1)


async def test_steps_count_the_questions_answered_so_far() -> None:
    journal, citizen = Journal(), Citizen()
    await _ask(journal, citizen, "document")
    await _ask(journal, citizen, "record", asked=False)
    assert journal.asked == 1


async def test_a_wiped_journal_remembers_nothing() -> None:
    journal, citizen = Journal(), Citizen()
    await _ask(journal, citizen, "document")
    journal.wipe()
    assert await _ask(journal, citizen, "document") == "document2"
