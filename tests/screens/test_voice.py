"""What is read aloud: every question, and nothing that belongs to a person."""

import asyncio
from collections.abc import Callable
from datetime import date

import pytest

from flows.desk_prompts import DeskPrompt
from flows.prompts import Confirm, Line, Localised, OpenDay, Text, Verbatim
from screens.ease import Ease
from screens.samples import samples
from screens.speech import aloud, sayable
from screens.text.catalogue import Catalogue
from tests.screens.booth import Booth

OWN = ("*", "张玲", "3701", "D21", "JN03", "138", "1948")  # of names, numbers, cards, receipts in the samples
COUNTED = Text("pages.number", {"number": 3})


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (Text("home.question"), True),
        (COUNTED, True),
        (Localised("社保卡启用", "Activate a card"), True),
        (Text("status.waiting", {"state": COUNTED, "count": 2}), True),
        (Verbatim("张玲"), False),
        (Text("pages.number", {"number": "370199"}), False),
        (Text("pages.number", {"number": Verbatim("张玲")}), False),
        (Text("pages.number", {"number": date(1948, 1, 2)}), False),
        (Text("closed.since", {"day": date(2023, 3, 31)}), False),
        (Text("closed.since", {"day": OpenDay(date(2023, 3, 31))}), True),
        (Text("status.waiting", {"state": Text("pages.number", {"number": "7"}), "count": 2}), False),
    ],
)
def test_only_what_is_the_programs_own_is_said(words: Text | Verbatim | Localised, said: bool) -> None:
    assert sayable(words) is said


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_sentence_with_a_value_is_said_without_it(language: str) -> None:
    catalogue = Catalogue.load(language)
    spoken = [key for key in catalogue.messages if key.endswith(".spoken")]
    assert spoken
    for key in spoken:
        shown = key.removesuffix(".spoken")
        assert "{" in catalogue.messages[shown]
        assert "{" not in catalogue.messages[key]
        said = aloud(Text(shown, {"at": Verbatim("370199")}), catalogue)
        assert said == Text(key)
    assert aloud(Verbatim("张玲"), catalogue) is None


@pytest.mark.parametrize("language", ["zh_CN", "en"])
async def test_every_screen_says_its_question_and_nothing_of_a_person(
    make_booth: Callable[..., Booth], language: str
) -> None:
    booth = make_booth(voice=True, language=language, patience_seconds=0)
    silent = []
    for sample in samples():
        booth.heard.said.clear()
        answer = await booth.ask(sample.prompt)
        told = [utterance.text for utterance in booth.heard.said]
        assert not [text for text in told if any(own in text for own in OWN)], sample.name
        if not told and not isinstance(sample.prompt, DeskPrompt):  # the staff's tables are not read aloud
            silent.append(sample.name)
        answer.cancel()
        await asyncio.gather(answer, return_exceptions=True)
    assert silent == []


async def test_a_page_is_read_once_and_again_in_another_language(make_booth: Callable[..., Booth]) -> None:
    booth = make_booth()
    await booth.ask(next(each.prompt for each in samples() if each.name == "02_home"))
    assert booth.heard.said == []
    await booth.touch("voice")
    first = list(booth.heard.said)
    assert first[0].text == "您要办什么事？"
    assert first[0].key == "home.question"
    await booth.touch("size")
    assert booth.heard.said == first
    await booth.touch("language")
    assert len(booth.heard.said) > len(first)
    silences = booth.heard.silences
    await booth.touch("voice")
    assert booth.heard.silences > silences
    said = len(booth.heard.said)
    await booth.touch("language")
    assert len(booth.heard.said) == said


async def test_louder_quieter_and_once_more(make_booth: Callable[..., Booth]) -> None:
    booth = make_booth(voice=True)
    await booth.ask(next(each.prompt for each in samples() if each.name == "02_home"))
    page = list(booth.heard.said)
    booth.stage.open_looks()
    louder, quieter, again = "looks.louder", "looks.quieter", "looks.again"
    for touched, volume in ((louder, 85), (louder, 100), (louder, 100), (quieter, 85), (again, 85)):
        booth.heard.said.clear()
        await booth.touch(touched)
        assert booth.heard.said == page
        assert booth.heard.volume == volume


async def test_silence_with_the_answer_and_at_the_end_of_the_visit(make_booth: Callable[..., Booth]) -> None:
    booth = make_booth()
    line = Line(Text("label.matter"), Verbatim("张玲"))
    question = Confirm(question=Text("home.question"), lines=(line,), action=Text("activation.confirm.action"))
    answer = await booth.ask(question)
    await booth.touch("voice")
    silences = booth.heard.silences
    await booth.touch("confirm")
    await answer
    assert booth.heard.silences > silences
    silences = booth.heard.silences
    booth.stage.wipe()
    assert booth.heard.silences > silences
    assert booth.stage.ease == Ease()


async def test_the_countdown_is_said(make_booth: Callable[..., Booth]) -> None:
    booth = make_booth(voice=True)
    await booth.ask(next(each.prompt for each in samples() if each.name == "02_home"))
    booth.heard.said.clear()
    await booth.wait(45)
    assert [utterance.key for utterance in booth.heard.said] == ["idle.question"]
