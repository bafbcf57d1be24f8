"""The guide at the kiosk: found by category, letters and number, back at each level, printed, and begun from."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest

from config import fonts
from config import settings as configuration
from config.fonts import FontSet
from drivers.printer.blocks import Heading, Paragraph, SlipDocument, Table
from drivers.printer.slip import render
from flows.face_progress import FaceProgress
from flows.guide_prompts import FindBy, FindMatter, GuideChoice, GuideEntry, ShowGuide
from flows.prompts import Choose, GoBack, Option, Prompt, SlipState, Text, VisitEnded
from kiosk import guide
from kiosk.catalogue import Category, Matter, load_matters
from kiosk.guide_letters import entries
from kiosk.guide_page import PLACES, guide_slip, numbered, sections
from screens.text.catalogue import LANGUAGES, Catalogue, raise_missing

T = TypeVar("T")

MATTERS = load_matters()
SETTINGS = configuration.load()
NOW = datetime(2026, 11, 23, 6, 26, tzinfo=UTC)
TODAY = date(2026, 11, 23)
CHINESE = Catalogue.load("zh_CN", raise_missing)
NUMBERED = pytest.mark.parametrize("matter", MATTERS, ids=lambda matter: f"{matter.number:02}")
BACK = GoBack()


@dataclass
class Reader:
    """A citizen who reads the guide by a script, and the kiosk around: implements flows.prompts.Surface."""

    script: list[object]
    asked: list[Prompt[Any]] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    slips: list[SlipDocument] = field(default_factory=list)
    paper: list[SlipState] = field(default_factory=list)
    closed: Text | None = None
    printer: bool = True
    now: datetime = NOW

    async def ask(self, prompt: Prompt[T]) -> T:
        self.asked.append(prompt)
        answer = self.script.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer  # type: ignore[return-value]  # the script answers with what the prompt takes

    def show(self, prompt: Prompt[None]) -> None:
        self.shown.append(type(prompt).__name__)

    def update(self, progress: FaceProgress) -> None:
        raise NotImplementedError

    def activity(self) -> None:
        raise NotImplementedError

    def wipe(self) -> None:
        raise NotImplementedError

    async def print_page(self, slip: SlipDocument) -> SlipState:
        self.slips.append(slip)
        return self.paper.pop(0)

    def begin(self, matter: Matter) -> tuple[Option, ...]:
        return tuple(
            Option(service.flow, service.title.words, closed=self.closed) for service in matter.kiosk if service.enabled
        )

    async def read(self) -> str:
        """What is begun in the end; the script must be at its end then too."""
        begun = await guide.browse(
            self,
            MATTERS,
            begin=self.begin,
            can_print=lambda: self.printer,
            print_page=self.print_page,
            catalogue=lambda: CHINESE,
            hall=SETTINGS.hall,
            now=lambda: self.now,
        )
        assert self.script == []
        return begun

    @property
    def way(self) -> list[str]:
        """Which questions were asked, pages by their number."""
        return [str(each.number) if isinstance(each, ShowGuide) else type(each).__name__ for each in self.asked]


def options(prompt: Prompt[Any]) -> dict[str, Option]:
    assert isinstance(prompt, Choose)
    return {option.name: option for option in prompt.options}


def said(words: object) -> str:
    return CHINESE.render(words)  # type: ignore[arg-type]


def page_text(matter: Matter, today: date = TODAY) -> dict[str, list[str]]:
    return {said(part.heading): [said(item) for item in part.items] for part in sections(matter, today)}


def slip_text(slip: SlipDocument) -> list[str]:
    blocks = (block for block in slip.blocks if isinstance(block, Heading | Paragraph | Table))
    return [block.heading if isinstance(block, Table) else block.text for block in blocks]


def of(number: int) -> Matter:
    return MATTERS[number - 1]


async def test_by_category() -> None:
    reader = Reader([Category.CARD, "26", "loss_report"])
    assert await reader.read() == "loss_report"
    assert reader.way == ["Choose", "Choose", "26"]
    contents, card = (options(prompt) for prompt in reader.asked[:2])
    assert list(contents) == [*Category, FindBy.LETTERS, FindBy.NUMBER]
    assert [said(contents[name].title) for name in ("registration", "letters")] == ["参保登记和变更", "按字母找"]
    assert list(card) == ["25", "26", "27"]
    assert said(card["26"].title) == "26. 社会保障卡挂失与解挂"
    assert said(card["26"].subtitle) == "这台机器就能办"


async def test_by_letters_and_by_number() -> None:
    for by in FindBy:
        reader = Reader([by, 19, "contribution_certificate"])
        assert await reader.read() == "contribution_certificate"
        finding = reader.asked[1]
        assert isinstance(finding, FindMatter)
        assert (finding.by, len(finding.entries)) == (by, 35)
        assert [entry.number for entry in finding.entries if entry.here] == [19, *range(21, 31), 35]


async def test_the_categories_hold_every_matter_once() -> None:
    numbers: list[str] = []
    for category in Category:
        reader = Reader([category, BACK, BACK])
        with pytest.raises(GoBack):
            await reader.read()
        numbers += options(reader.asked[1])
    assert sorted(map(int, numbers)) == list(range(1, 36))


async def test_back_goes_one_page_up_each_time() -> None:
    reader = Reader([Category.PENSION, "34", BACK, "35", BACK, BACK, FindBy.NUMBER, 7, BACK, BACK, BACK])
    with pytest.raises(GoBack):
        await reader.read()
    assert reader.script == []
    assert reader.way == [
        *("Choose", "Choose", "34", "Choose", "35", "Choose", "Choose"),
        *("FindMatter", "7", "FindMatter", "Choose"),
    ]


async def test_who_leaves_ends_the_visit() -> None:
    with pytest.raises(VisitEnded):
        await Reader([FindBy.NUMBER, 7, VisitEnded()]).read()


async def test_a_page_is_printed_and_shown_again() -> None:
    reader = Reader([FindBy.NUMBER, 25, GuideChoice.PRINT, "activation"], paper=[SlipState.PRINTED])
    assert await reader.read() == "activation"
    first, second = reader.asked[-2:]
    assert isinstance(first, ShowGuide)
    assert isinstance(second, ShowGuide)
    assert (first.printed, second.printed) == (None, SlipState.PRINTED)
    assert reader.shown == ["Working"]
    assert "25. 社会保障卡启用" in slip_text(reader.slips[0])


async def test_a_slip_that_does_not_come_out_is_said_and_can_be_tried_again() -> None:
    paper = [SlipState.NOT_PRINTED, SlipState.PRINTED]
    reader = Reader([FindBy.NUMBER, 25, GuideChoice.PRINT, GuideChoice.PRINT, "activation"], paper=paper)
    await reader.read()
    pages = [prompt for prompt in reader.asked if isinstance(prompt, ShowGuide)]
    assert [page.printed for page in pages] == [None, SlipState.NOT_PRINTED, SlipState.PRINTED]
    assert len(reader.slips) == 2


async def test_another_page_has_not_been_printed() -> None:
    script = [FindBy.NUMBER, 25, GuideChoice.PRINT, BACK, 26, "reinstatement"]
    reader = Reader(script, paper=[SlipState.PRINTED])
    await reader.read()
    page = reader.asked[-1]
    assert isinstance(page, ShowGuide)
    assert page.printed is None


async def test_without_a_printer_the_page_says_so() -> None:
    reader = Reader([FindBy.NUMBER, 26, "reinstatement"], printer=False)
    await reader.read()
    page = reader.asked[-1]
    assert isinstance(page, ShowGuide)
    assert not page.can_print
    assert [option.name for option in page.begin] == ["loss_report", "reinstatement"]


async def test_a_page_is_drawn_anew_when_the_printer_comes_back() -> None:
    class Waiting(Reader):
        async def ask(self, prompt: Prompt[T]) -> T:
            if isinstance(prompt, ShowGuide) and not prompt.can_print:
                self.asked.append(prompt)
                self.printer = True
                await pause()
            return await super().ask(prompt)

    reader = Waiting([FindBy.NUMBER, 26, "reinstatement"], printer=False)
    assert await reader.read() == "reinstatement"
    assert [page.can_print for page in reader.asked if isinstance(page, ShowGuide)] == [False, True]


async def pause() -> None:
    """Wait for what never comes."""
    await asyncio.Event().wait()


async def test_what_is_closed_now_does_not_promise_to_be_done_here() -> None:
    reader = Reader([Category.CARD, "25", "activation"], closed=Text("closed.gateway"))
    await reader.read()
    assert said(options(reader.asked[1])["25"].subtitle) == "个人办"


async def test_what_has_closed_for_good_says_so_in_the_list_and_on_the_page() -> None:
    reader = Reader([Category.UNEMPLOYMENT, "29", BACK, BACK, BACK])
    with pytest.raises(GoBack):
        await reader.read()
    listed = {name: said(option.subtitle) for name, option in options(reader.asked[1]).items()}
    assert {name for name, words in listed.items() if words == "已经不再办"} == {"29", "31", "32"}
    page = page_text(of(29))
    assert next(iter(page)) == "已经不再办"
    assert "2023年3月31日" in page["已经不再办"][0]
    assert "失业保险金" in page["已经不再办"][1]


async def test_the_day_is_chinas() -> None:
    late = datetime(2023, 3, 31, 15, 59, tzinfo=UTC)  # 23:59 in China, the last minute
    for now, words in ((late, "这台机器就能办"), (late + timedelta(minutes=1), "已经不再办")):
        reader = Reader([Category.UNEMPLOYMENT, BACK, BACK], now=now)
        with pytest.raises(GoBack):
            await reader.read()
        assert said(options(reader.asked[1])["29"].subtitle) == words


@NUMBERED
def test_every_page_says_all_that_a_citizen_needs(matter: Matter) -> None:
    page = page_text(matter)
    assert {"谁来办", "什么情况能办", "要带什么", "多久办好", "去哪里问"} <= page.keys()
    assert page["去哪里问"][:2] == [said(place) for place in PLACES]
    assert any("12333" in words for words in page["去哪里问"][2:])
    assert any(heading.startswith("网上办") for heading in page)
    assert ("到现场办" in page) == bool(matter.offline)
    assert ("请注意" in page) == bool(matter.notes)


def test_the_places_have_the_guides_addresses() -> None:
    province, city = (said(place) for place in PLACES)
    assert province.endswith("政务服务大厅（解放东路16号）")
    assert city.endswith("政务服务大厅（站前街9号）")


def test_a_way_in_person_is_one_sentence() -> None:
    ways = page_text(of(26))["到现场办"]
    assert [words.count("。") for words in ways] == [1, 1]
    assert ways[0].endswith("（解放东路16号）；济南市政务服务大厅（站前街9号）。")


def test_what_is_not_possible_on_line_says_so() -> None:
    assert page_text(of(7))["网上办"] == ["这件事不能在网上办。"]


def test_each_way_on_line_has_its_steps() -> None:
    page = sections(of(30), TODAY)
    ways = {said(part.heading): part for part in page if said(part.heading).startswith("网上办")}
    assert list(ways) == ["网上办：山东省人力资源和社会保障厅网站", "网上办：爱山东 APP"]
    assert all(part.numbered and len(part.items) == 2 for part in ways.values())


@NUMBERED
def test_the_slip_says_what_to_bring_and_where_to_go(matter: Matter) -> None:
    slip = slip_text(guide_slip(matter, SETTINGS.hall, CHINESE, NOW))
    assert said(numbered(matter)) in slip
    for wording in (*matter.documents, matter.time_limit, *matter.telephones):
        assert wording.zh in slip
    for channel in matter.offline or matter.online:
        assert any(channel.name.zh in words for words in slip)
    assert [said(place) for place in PLACES] == [words for words in slip if words in {said(place) for place in PLACES}]


def test_the_slip_of_what_has_closed_says_so_first() -> None:
    slip = slip_text(guide_slip(of(29), SETTINGS.hall, CHINESE, NOW))
    assert slip.index("已经不再办") < slip.index("要带什么")


@pytest.mark.parametrize("language", LANGUAGES)
def test_slips_can_be_drawn_and_are_short(language: str, tmp_path: Path) -> None:
    fonts.prepare(tmp_path)
    faces = FontSet.load(tmp_path)
    catalogue = Catalogue.load(language, raise_missing)
    for matter in MATTERS:
        for width in (576, 384):
            picture = render(guide_slip(matter, SETTINGS.hall, catalogue, NOW), faces, width)
            assert picture.height <= 8 * 400, (matter.number, width, picture.height)  # 40 cm


# What somebody types, and what they must find with it.
TYPED = [
    ("sbk", {25, 26, 27}),
    ("gs", {26}),
    ("jg", {26}),
    ("lsgs", {26}),
    ("sbkgs", {26}),
    ("shbzk", {25, 26, 27}),
    ("qy", {25}),
    ("zx", {27}),
    ("sybxj", {28}),
    ("syj", {28}),
    ("sybz", {29}),
    ("jnts", {30}),
    ("cbzm", {18, 19}),
    ("jfzm", {19}),
    ("qyjl", {20}),
    ("zgrz", {34}),
    ("ylj", {34, 35}),
    ("txj", {35}),
    ("zr", {21, 22, 23, 24}),
    ("wgr", {1}),
    ("gsbx", {2}),
    ("zy", {3, 4}),  # 增 is read ceng in old books, zeng by everybody
    ("zyv", set()),
    ("card", {25, 26, 27}),
    ("lossreport", {26}),
    ("pension", {34, 35}),
    ("ui", {28}),
    ("skill", {30}),
]


@pytest.mark.parametrize(("typed", "wanted"), TYPED, ids=[typed for typed, _ in TYPED])
def test_letters_find_the_matters(typed: str, wanted: set[int]) -> None:
    found = {entry.number for entry in entries(MATTERS, set()) if starts(entry, typed)}
    assert wanted <= found
    assert len(found) <= 12
    assert bool(found) == bool(wanted)


def starts(entry: GuideEntry, typed: str) -> bool:
    return any(letters.startswith(typed) for letters in entry.initials)


@NUMBERED
def test_every_matter_is_found_by_its_title(matter: Matter) -> None:
    entry = next(entry for entry in entries([matter], set()) if entry.number == matter.number)
    assert all(letters.isascii() and letters == letters.lower() for letters in entry.initials)
    english = "".join(char for char in matter.title.en.lower() if char.isalnum())
    assert starts(entry, english[:8])


def test_every_reading_of_a_character_counts() -> None:
    skill = next(entry for entry in entries(MATTERS, set()) if entry.number == 18)
    assert starts(skill, "dwcb")  # 参 as in 参保
    assert starts(skill, "dwsb")  # 参 as in 人参: who does not know reads it so
