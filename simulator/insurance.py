"""What the gateway holds about the invented people beside their cards. Employers, certificates and amounts are made up.

Most dates are told from the day on which the gateway is filled, so that the hall looks alike on every day.

| person | insurance | what can be done by hand |
|---|---|---|
| zhang_ling | 11 years at a library (government body), pays | certificate; transfers to government (22, 23, 24) |
| zhao_qi | 30 months at a firm that closed 2 months ago | unemployment insurance benefit |
| gulimire | 8 months, contract ended 2022-05-31 | no benefit, too short; the allowance with a clock before 2023-04 |
| berg | 4 years at a firm, transfers out, provincial card | activates the card, and may then cancel it |
| chan | 5 years at a firm, pays | certificate; transfers to enterprise (21, 22, 23) |
| li_xiuying | pension of an enterprise since 1998-03 | pension certificate, entitlement review |
| wang_jianguo | 15 years at two firms, 2 months open, transfers out, provincial card | loss, cancellation, subsidies |
| liu_zhiqiang | pension of a government body, for 15 months | pension certificate; his card is cancelled |

Wang Jianguo's certificates of skill: two that can be subsidised (焊工 3, 电工 4), and one for each objection: level
(焊工 2), older than 12 months (钳工 3), the same before (车工 4), a higher one before (车工 5), training (起重工 5).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Span:
    """Contributions to one insurance by one employer; months as "2021-05", ``unpaid`` are in arrears."""

    insurance: str  # a value of flows.records.Insurance
    employer: str
    first: str
    last: str
    unpaid: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pension:
    """A pension; hundredths of a yuan."""

    kind: str  # a value of flows.records.PensionKind
    started: str
    monthly_fen: int
    last_paid: str
    review_due: date


@dataclass(frozen=True)
class Skill:
    """A certificate of the national register; ``training_subsidy``: one was taken for it."""

    number: str
    occupation: str
    level: int
    issued: date
    training_subsidy: bool = False


@dataclass(frozen=True)
class Subsidy:
    """A skill-upgrade subsidy granted before, by the day of its application."""

    occupation: str
    level: int
    day: date


@dataclass(frozen=True)
class Insured:
    """One person. ``employment_ended`` None: at work, or a pensioner."""

    transfers_out: bool = False
    spans: tuple[Span, ...] = ()
    pension: Pension | None = None
    scheme: str | None = None  # a value of flows.records.Scheme
    enterprise_employee: bool = False
    transfer_pending: bool = False
    employment_ended: date | None = None
    recorded_reason: str | None = None  # a value of flows.records.EndReason
    registered: bool = False
    benefit_until: str | None = None
    benefit_pending: bool = False
    allowance_received: bool = False
    allowance_elsewhere: bool = False
    skills: tuple[Skill, ...] = ()
    subsidies: tuple[Subsidy, ...] = ()


def insured(key: str, today: date) -> Insured:
    """What is held about an invented person on ``today``; nothing at all about strangers."""
    known = _PEOPLE.get(key)
    return Insured() if known is None else known(today)


def employed(employer: str, first: str, last: str, *unpaid: str) -> tuple[Span, ...]:
    """The same months at one employer in all three insurances."""
    return tuple(Span(insurance, employer, first, last, unpaid) for insurance in _INSURANCES)


_INSURANCES = ("pension", "unemployment", "work_injury")


def _month(today: date, ago: int) -> str:
    year, month = divmod(today.year * 12 + today.month - 1 - ago, 12)
    return f"{year:04d}-{month + 1:02d}"


def _day(today: date, months_ago: int, day: int) -> date:
    return date.fromisoformat(f"{_month(today, months_ago)}-{day:02d}")


def _zhang_ling(today: date) -> Insured:
    return Insured(scheme="government", spans=employed("济南示例图书馆", _month(today, 132), _month(today, 1)))


def _zhao_qi(today: date) -> Insured:
    return Insured(
        spans=employed("柳荫示例食品有限公司", _month(today, 31), _month(today, 2)),
        employment_ended=_day(today, 2, 28),
        recorded_reason="employer_closed",
        registered=True,
    )


def _gulimire(today: date) -> Insured:  # noqa: ARG001 - her dates are those of the allowance
    return Insured(
        spans=employed("荷花示例服装有限公司", "2021-10", "2022-05"),
        employment_ended=date(2022, 5, 31),
        recorded_reason="contract_ended",
        registered=True,
    )


def _berg(today: date) -> Insured:
    spans = employed("泉水示例软件有限公司", _month(today, 48), _month(today, 1))
    return Insured(transfers_out=True, scheme="enterprise", enterprise_employee=True, spans=spans)


def _chan(today: date) -> Insured:
    spans = employed("经十示例贸易有限公司", _month(today, 60), _month(today, 1))
    return Insured(scheme="enterprise", enterprise_employee=True, spans=spans)


def _li_xiuying(today: date) -> Insured:
    pension = Pension("enterprise", "1998-03", 328_650, _month(today, 0), _day(today, -3, 12))
    return Insured(pension=pension, spans=(Span("pension", "大明湖示例纺织厂", "1992-01", "1998-02"),))


def _wang_jianguo(today: date) -> Insured:
    change, arrears = _month(today, 72), (_month(today, 20), _month(today, 19))
    return Insured(
        transfers_out=True,
        scheme="enterprise",
        enterprise_employee=True,
        spans=employed("泉城示例机械有限公司", _month(today, 180), _month(today, 73))
        + employed("泉城示例重工有限公司", change, _month(today, 1), *arrears),
        skills=(
            Skill("S370099000001", "焊工", 3, _day(today, 2, 16)),
            Skill("S370099000002", "电工", 4, _day(today, 5, 8)),
            Skill("S370099000003", "焊工", 2, _day(today, 1, 20)),
            Skill("S370099000004", "钳工", 3, _day(today, 14, 11)),
            Skill("S370099000005", "车工", 4, _day(today, 3, 5)),
            Skill("S370099000006", "车工", 5, _day(today, 4, 5)),
            Skill("S370099000007", "起重工", 5, _day(today, 6, 23), training_subsidy=True),
        ),
        subsidies=(Subsidy("车工", 4, _day(today, 26, 9)),),
    )


def _liu_zhiqiang(today: date) -> Insured:
    pension = Pension("government", _month(today, 15), 612_420, _month(today, 0), _day(today, -5, 28))
    return Insured(pension=pension, spans=(Span("pension", "济南示例档案馆", _month(today, 143), _month(today, 16)),))


_PEOPLE: Mapping[str, Callable[[date], Insured]] = {
    "zhang_ling": _zhang_ling,
    "zhao_qi": _zhao_qi,
    "gulimire": _gulimire,
    "berg": _berg,
    "chan": _chan,
    "li_xiuying": _li_xiuying,
    "wang_jianguo": _wang_jianguo,
    "liu_zhiqiang": _liu_zhiqiang,
}
