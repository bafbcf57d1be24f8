"""What stands on a page of the guide, and on the slip that one takes home from it."""

from collections.abc import Sequence
from datetime import date, datetime

from config.settings import Hall
from drivers.printer.blocks import Block, FinePrint, Heading, Paragraph, Rows, Rule, SlipDocument, Table
from flows.guide_prompts import GuideSection
from flows.prompts import Localised, OpenDay, Text, Words
from kiosk.catalogue import Channel, Matter, Wording
from screens.text.catalogue import Catalogue

# Where one can ask in person; the same for every matter of the guide.
PLACES = (Text("guide.place.province"), Text("guide.place.city"))


def numbered(matter: Matter) -> Text:
    """The title with its number in the guide."""
    return Text("guide.numbered", {"number": matter.number, "title": matter.title.words})


def short(matter: Matter) -> Text:
    """Who does it, in one line."""
    return Text(f"guide.audience.{'_and_'.join(matter.audiences)}")


def sections(matter: Matter, today: date) -> tuple[GuideSection, ...]:
    """The page from top to bottom, as it reads on ``today``."""
    return (
        *_closed(matter, today),
        GuideSection(Text("guide.section.who"), (short(matter),)),
        GuideSection(Text("guide.section.conditions"), _words(matter.conditions)),
        GuideSection(Text("guide.section.documents"), _words(matter.documents)),
        *_online(matter),
        *_offline(matter),
        GuideSection(Text("guide.section.time_limit"), (matter.time_limit.words,)),
        GuideSection(Text("guide.section.ask"), (*PLACES, *_words(matter.telephones))),
        *_section("guide.section.notes", _words(matter.notes)),
    )


def guide_slip(matter: Matter, hall: Hall, catalogue: Catalogue, printed_at: datetime) -> SlipDocument:
    """The page as a slip: what to bring, where to go, how long it takes, whom to ask. Names nobody."""
    say = catalogue.render
    blocks: list[Block] = [
        Heading(hall.name, say(Text("slip.kiosk", {"kiosk": hall.kiosk}))),
        Rule(),
        Heading(say(numbered(matter))),
    ]
    for section in (*_closed(matter, printed_at.date()), *_to_take_home(matter)):
        blocks += [Table(say(section.heading), "", ()), *(Paragraph(say(item)) for item in section.items)]
    return SlipDocument(
        (
            *blocks,
            Rule(),
            Rows(((say(Text("guide.printed_at")), f"{printed_at:%Y-%m-%d %H:%M}"),)),
            FinePrint(say(Text("slip.help"))),
        )
    )


def _to_take_home(matter: Matter) -> tuple[GuideSection, ...]:
    return (
        GuideSection(Text("guide.section.documents"), _words(matter.documents)),
        *(_offline(matter) or _online(matter)),
        GuideSection(Text("guide.section.time_limit"), (matter.time_limit.words,)),
        GuideSection(Text("guide.section.ask"), (*PLACES, *_words(matter.telephones))),
    )


def _closed(matter: Matter, today: date) -> tuple[GuideSection, ...]:
    if matter.open_on(today):
        return ()
    if matter.open_until is not None and today > matter.open_until:
        reason = Text("guide.closed.since", {"day": OpenDay(matter.open_until)})
    else:
        reason = Text("guide.closed.until", {"day": OpenDay(matter.open_from or today)})
    instead = _words([matter.instead]) if matter.instead else ()
    return (GuideSection(Text("guide.section.closed"), (reason, *instead)),)


def _online(matter: Matter) -> tuple[GuideSection, ...]:
    """A heading for each way, with its steps below."""
    if not matter.online:
        return (GuideSection(Text("guide.section.online"), (Text("guide.not_online"),)),)
    return tuple(
        GuideSection(
            Text("guide.section.online_by", {"way": channel.name.words}),
            _words(channel.steps),
            numbered=len(channel.steps) > 1,
        )
        for channel in matter.online
    )


def _offline(matter: Matter) -> tuple[GuideSection, ...]:
    return _section("guide.section.offline", tuple(_in_one_line(channel) for channel in matter.offline))


def _section(heading: str, items: tuple[Words, ...]) -> tuple[GuideSection, ...]:
    """A section, unless nothing stands in it."""
    return (GuideSection(Text(heading), items),) if items else ()


def _in_one_line(channel: Channel) -> Localised:
    """The way and its steps, which are sentences of their own on a page and parts of one here."""
    zh = "；".join(step.zh.removesuffix("。") for step in channel.steps)
    en = "; ".join(step.en.removesuffix(".") for step in channel.steps)
    return Localised(f"{channel.name.zh}：{zh}。", f"{channel.name.en}: {en}.")


def _words(wordings: Sequence[Wording]) -> tuple[Words, ...]:
    return tuple(wording.words for wording in wordings)
