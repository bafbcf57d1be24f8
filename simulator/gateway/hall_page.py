"""The page of the hall: every kiosk in one look, for an attendant two metres away. No script, and nothing is loaded."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from html import escape
from pathlib import Path
from string import Template

from simulator.gateway.days import CHINA
from simulator.gateway.fleet_schemas import KioskHealth, Paper, QueueReport
from simulator.gateway.hall_standing import KioskView, Standing, closed, out_of_order
from simulator.gateway.hall_words import PAPERS, STANDINGS, TROUBLES, Language, Words
from simulator.gateway.readiness_schemas import ReadinessReport

_PAGE = Template((Path(__file__).parent / "hall.html").read_text("utf-8"))
_MOST_NAMED = 3  # services that are closed
_JUST_NOW = timedelta(minutes=2)
_PAPER_SIGNS = {Paper.LOW: "low", Paper.OUT: "out"}


def hall_page(kiosks: Sequence[KioskView], now: datetime, language: Language) -> str:
    """All ``kiosks``, as they are ``now``."""
    words = Words(language)
    other = Language.ENGLISH if language is Language.CHINESE else Language.CHINESE
    cards = "".join(_card(kiosk, now, words) for kiosk in kiosks)
    return _PAGE.substitute(
        lang="zh-CN" if language is Language.CHINESE else "en",
        title=words.say("title"),
        at=words.say("at", time=f"{now.astimezone(CHINA):%H:%M:%S}"),
        other=other.value,
        other_language=words.say("other_language"),
        counts=_counts(kiosks, words),
        kiosks=cards or f'<p class="empty">{words.say("empty")}</p>',
    )


def _counts(kiosks: Sequence[KioskView], words: Words) -> str:
    found = Counter(kiosk.standing for kiosk in kiosks)
    return "".join(
        f'<li class="{standing}"><i aria-hidden="true">{sign}</i>{words.of(pair)} <b>{found[standing]}</b></li>'
        for standing, (sign, pair) in STANDINGS.items()
        if found[standing]
    )


def _card(kiosk: KioskView, now: datetime, words: Words) -> str:
    sign, pair = STANDINGS[kiosk.standing]
    inside = "".join(_inside(kiosk, now, words))
    return (
        f'<article class="{kiosk.standing}"><header><i aria-hidden="true">{sign}</i>'
        f"<h2>{escape(kiosk.name)}</h2><strong>{words.of(pair)}</strong></header>{inside}</article>"
    )


def _inside(kiosk: KioskView, now: datetime, words: Words) -> Iterator[str]:
    report, heard_at = kiosk.report, kiosk.heard_at
    if report is None or heard_at is None:
        yield f'<p class="since">{words.say("never")}</p>'
        return
    if kiosk.standing is Standing.SILENT:
        yield f'<p class="since">{words.say("since", time=_moment(heard_at, now))}</p>'
    problems = list(_problems(kiosk, report, words))
    if problems:
        yield f"<ul>{''.join(problems)}</ul>"
    yield "<dl>"
    paper = words.of(PAPERS[report.paper])
    yield _row(words.say("paper"), paper, _PAPER_SIGNS.get(report.paper, ""))
    yield _row(words.say("queue"), _queue(report.queue, words), "low" if report.queue.used_percent >= 80 else "")
    visit = report.last_visit_at
    used = words.say("not_used") if visit is None else words.say("about", time=_moment(visit, now))
    yield _row(words.say("last_visit"), used)
    yield _row(words.say("heard"), _ago(now - heard_at, words))
    if kiosk.readiness is not None:
        yield from _readiness(kiosk.readiness, now, words)
    yield "</dl>"


def _readiness(report: ReadinessReport, now: datetime, words: Words) -> Iterator[str]:
    """When everything was tested last, whether the kiosk was ready, and which tests failed."""
    failed = report.failed
    told = words.say("not_ready" if failed else "ready", time=_moment(report.at, now))
    yield _row(words.say("tested"), told, "out" if failed else "")
    if failed:
        named = (words.test(test.test) + (f" {test.code}" if test.code else "") for test in failed[:_MOST_NAMED])
        what = words.say("comma").join(named)
        more = words.say("and_more", count=len(failed)) if len(failed) > _MOST_NAMED else ""
        yield _row(words.say("failed"), what + more)


def _problems(kiosk: KioskView, report: KioskHealth, words: Words) -> Iterator[str]:
    shut = closed(report)
    if len(shut) == len(report.matters):
        yield f"<li>{words.say('stopped_by_order' if kiosk.stopped_by_order else 'everything_closed')}</li>"
    for device, state, fault in out_of_order(report):
        code = f" <code>{escape(fault)}</code>" if fault else ""
        yield f"<li>{escape(words.device(device, state, fault))}{code}</li>"
    yield from (f"<li>{words.of(TROUBLES[trouble])}</li>" for trouble in kiosk.troubles)
    if shut and len(shut) < len(report.matters):
        yield f"<li>{escape(words.say('closed', names=words.services(shut, _MOST_NAMED)))}</li>"


def _queue(queue: QueueReport, words: Words) -> str:
    if not queue.waiting:
        return words.say("nothing_waits")
    told = words.say("waits", count=queue.waiting)
    if queue.oldest_seconds is None:
        return told
    return told + words.say("oldest", age=_age(timedelta(seconds=queue.oldest_seconds), words))


def _row(label: str, value: str, sign: str = "") -> str:
    marked = f' class="{sign}"' if sign else ""
    return f"<div{marked}><dt>{label}</dt><dd>{escape(value)}</dd></div>"


def _ago(age: timedelta, words: Words) -> str:
    return words.say("just_now") if age < _JUST_NOW else words.say("ago", age=_age(age, words))


def _age(age: timedelta, words: Words) -> str:
    minutes = int(age.total_seconds() // 60)
    if minutes < 1:
        return words.say("seconds")
    if minutes < 120:
        return words.say("minutes", count=minutes)
    if minutes < 48 * 60:
        return words.say("hours", count=minutes // 60)
    return words.say("days", count=minutes // (24 * 60))


def _moment(moment: datetime, now: datetime) -> str:
    """The time of day, with its date when that is not today's."""
    local, today = moment.astimezone(CHINA), now.astimezone(CHINA)
    return f"{local:%H:%M}" if local.date() == today.date() else f"{local:%m-%d %H:%M}"
