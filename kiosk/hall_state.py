"""What the start screen says of this kiosk: what cannot be done now, by its reason, in one or two calm sentences."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flows.prompts import Note, Text, Tone, Words
from flows.records import DocumentKind
from flows.start_prompts import HallState, PaperLevel

Notice = Callable[[bool], Text | None]  # what the gateway has to say; told whether everything is closed
Reasoned = tuple[Words, Text | None]  # the title of a service, and why it is closed; None: it is open

_SENTENCES = 2  # more than this nobody reads on the way to a screen
_TOLD = {"closed.paper": "start.closed.paper", "closed.printer": "start.closed.printer"}
_TOLD_OF_ALL = {
    "closed.paper": "fault.PRN_PAPER_OUT.citizen",
    "closed.printer": "fault.PRN_FAULT.citizen",
    "closed.gateway": "fault.NET_UNREACHABLE.citizen",
    "closed.document_readers": "fault.DEV_NO_READER.citizen",
    "closed.queue_full": "fault.Q_FULL.citizen",
    "closed.queue": "fault.Q_UNAVAILABLE.citizen",
    "closed.stopped.maintenance": "start.stopped.maintenance",
    "closed.stopped.failure": "start.stopped.failure",
    "closed.stopped.hall_closed": "start.stopped.hall_closed",
}


@dataclass(frozen=True)
class Outlook:
    """Network, paper and readers, before anything is said of services. ``online``: or not heard yet.

    ``heard``: gateway and printer have said how they are since the start.
    """

    online: bool
    paper: PaperLevel
    unreadable: tuple[DocumentKind, ...]
    heard: bool = True


def no_notice(everything_closed: bool) -> Text | None:  # noqa: ARG001, FBT001 - one of the callables that may be passed
    """The gateway has nothing to say."""
    return None


def hall_state(outlook: Outlook, offered: Sequence[Reasoned], notice: Notice = no_notice) -> HallState:
    """What to say, when ``offered`` is what this kiosk does. What the gateway wants to be said comes first."""
    groups = _by_reason(offered, unheard=outlook.online)
    closed = sum(len(titles) for _, titles in groups)
    everything = bool(offered) and closed == len(offered)
    words = notice(everything)
    first = () if words is None else (Note(words),)
    most = _SENTENCES - len(first)
    notes = _of_all(groups, most) if everything else _of_some(outlook, groups, most)
    notes = (*first, *notes)
    return HallState(outlook.online, outlook.paper, notes, outlook.unreadable, open=not everything, heard=outlook.heard)


def _by_reason(offered: Sequence[Reasoned], *, unheard: bool) -> list[tuple[Text, list[Words]]]:
    """The titles that are closed for each reason, most first. While nobody says that it is off line, none is so."""
    groups: list[tuple[Text, list[Words]]] = []
    for title, reason in offered:
        if reason is None or (unheard and reason.key == "closed.gateway"):
            continue
        titles = next((titles for known, titles in groups if known == reason), None)
        if titles is None:
            groups.append((reason, [title]))
        else:
            titles.append(title)
    return sorted(groups, key=lambda group: -len(group[1]))


def _of_all(groups: Sequence[tuple[Text, list[Words]]], most: int) -> tuple[Note, ...]:
    """Nothing can be done: the reasons, without the names of what cannot."""
    told = (Text(_TOLD_OF_ALL[why.key]) if why.key in _TOLD_OF_ALL else why for why, _ in groups)
    return tuple(Note(each, Tone.STOP) for each in told)[:most]


def _of_some(outlook: Outlook, groups: Sequence[tuple[Text, list[Words]]], most: int) -> tuple[Note, ...]:
    by_key = {why.key: titles for why, titles in groups}
    told: list[tuple[Text, int]] = []  # the sentence, and how many services it speaks of
    if not outlook.online:
        told.append(_off_line(by_key.get("closed.gateway", [])))
    told += [(Text(f"start.unreadable.{kind}"), 0) for kind in outlook.unreadable]
    told += [(_sentence(why, titles), len(titles)) for why, titles in groups if why.key != "closed.gateway"]
    if len(told) > most:
        more = sum(count for _, count in told[most - 1 :])
        rest = Text("start.closed.more", {"count": more}) if more else told[most - 1][0]
        told = [*told[: most - 1], (rest, more)]
    return tuple(Note(text, Tone.WAITING) for text, _ in told)


def _off_line(titles: Sequence[Words]) -> tuple[Text, int]:
    if not titles:
        return Text("start.offline"), 0
    return Text("start.offline.closed", {"what": _names(titles)}), len(titles)


def _sentence(why: Text, titles: Sequence[Words]) -> Text:
    if why.key in _TOLD:
        return Text(_TOLD[why.key])
    return Text("start.closed.other", {"what": _names(titles), "why": why})


def _names(titles: Sequence[Words]) -> Words:
    """One name, or the first and how many there are: a list of five is no few words."""
    if len(titles) == 1:
        return titles[0]
    return Text("start.several", {"first": titles[0], "count": len(titles)})
