"""The page on which a certificate is checked, in Chinese and English. It holds no script and loads nothing."""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from html import escape
from pathlib import Path
from string import Template

from simulator.gateway.certificate_schemas import CertificateAnswer
from simulator.gateway.days import CHINA

_PAGE = Template((Path(__file__).parent / "verify.html").read_text("utf-8"))


class Verdict(StrEnum):
    """What became of the question whether a certificate is genuine."""

    GENUINE = "genuine"
    VOID_COPY = "void"
    UNKNOWN = "unknown"


_WORDS = {
    Verdict.GENUINE: ("✓", "真实有效", "Genuine", "请核对下面内容与纸上是否一致。", "Compare it with the paper."),
    Verdict.VOID_COPY: (
        "!",
        "这一份已作废",
        "This copy is void",
        "它打印时没有完整出纸，不能使用；请看后面的一份。",
        "It did not come out of the printer whole and cannot be used; ask for a later copy.",
    ),
    Verdict.UNKNOWN: (
        "✕",
        "查不到这份证明",
        "Not known",
        "不是本系统出具的，或内容有改动，或填写有误。",
        "It was not issued here, or it was altered, or a figure is wrong.",
    ),
}
_KINDS = {
    "contributions": ("参保缴费证明", "Contribution certificate"),
    "pension": ("待遇领取证明", "Pension certificate"),
    "entitlement_record": ("权益记录单", "Entitlement record"),
}
_INSURANCES = {
    "pension": ("养老保险", "Old-age insurance"),
    "unemployment": ("失业保险", "Unemployment insurance"),
    "work_injury": ("工伤保险", "Work injury insurance"),
}

Row = tuple[str, str, str]  # label in Chinese, in English, value


def empty_page() -> str:
    """The form alone."""
    return _PAGE.substitute(result="")


def result_page(verdict: Verdict, answer: CertificateAnswer | None, *, with_person: bool) -> str:
    """The verdict above the form. ``with_person``: who asks has the certificate's QR code, where the names stand."""
    sign, chinese, english, advice, advice_english = _WORDS[verdict]
    rows = "" if answer is None else "".join(_row(*row) for row in _rows(answer, with_person=with_person))
    result = (
        f'<section class="{verdict}" role="status">'
        f'<h2><i aria-hidden="true"><b>{sign}</b></i>{chinese} <small lang="en">{english}</small></h2>'
        f'<p>{advice}<br><span lang="en">{advice_english}</span></p><dl>{rows}</dl></section>'
    )
    return _PAGE.substitute(result=result)


def _rows(answer: CertificateAnswer, *, with_person: bool) -> Iterator[Row]:
    yield "证明", "Certificate", " ".join(_KINDS[answer.kind])
    yield "编号", "Number", answer.number
    yield "第几份", "Copy", str(answer.copy_number)
    yield "出具时间", "Issued", _time(answer.issued_at)
    if with_person:
        yield "姓名", "Name", answer.person.name
        yield "社会保障号码", "Number of the person", answer.person.number
        if answer.agent is not None:
            yield "代办人", "Fetched by", f"{answer.agent.name} {answer.agent.number}"
    yield from _contents(answer)


def _contents(answer: CertificateAnswer) -> Iterator[Row]:
    if answer.pension is not None:
        yield "每月金额", "Monthly amount", f"{answer.pension.monthly_fen / 100:,.2f} 元"
        yield "开始领取", "Paid since", answer.pension.started
        yield "最近发放", "Last paid", answer.pension.last_paid
        return
    yield "证明时段", "Period", f"{answer.first} – {answer.last}"
    for insurance, (chinese, english) in _INSURANCES.items():
        months = sum(span.months_paid for span in answer.spans if span.insurance == insurance)
        if months:
            yield chinese, english, f"{months} 个月 months"
    if answer.arrears:
        yield "欠费未计", "Unpaid, not certified", f"{answer.arrears} 个月 months"


def _row(chinese: str, english: str, value: str) -> str:
    return f'<div><dt>{chinese} <small lang="en">{english}</small></dt><dd>{escape(value)}</dd></div>'


def _time(moment: datetime) -> str:
    return f"{moment.astimezone(CHINA):%Y-%m-%d %H:%M}"
