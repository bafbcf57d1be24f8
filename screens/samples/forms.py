"""Samples of the forms screens: choosing, typing, changing, and a certificate that did not come out whole."""

from config.faults import FaultCode
from flows.months import Month
from flows.prompts import (
    Choose,
    ChooseMonth,
    Confirm,
    EnterNumber,
    Line,
    Localised,
    Note,
    NumberKind,
    Option,
    PresentDocument,
    PrintStopped,
    ShowRefusal,
    ShowResult,
    Steps,
    Text,
    Tone,
    Verbatim,
    Whose,
    Words,
)
from flows.records import DocumentKind
from screens.samples.places import CITIES, PROVINCES
from screens.samples.sample import Sample

_BENEFIT = Localised("申领失业保险金", "Unemployment benefit")
_SKILL = Localised("申领技能提升补贴", "Skill-upgrade subsidy")
_TRANSFER = Localised("养老关系转入", "Pension transfer-in")
_PROOF = Localised("打印待遇领取证明", "Pension certificate")
_BOTH = (DocumentKind.SOCIAL_CARD, DocumentKind.RESIDENT_ID)


def _says(zh: str, en: str) -> Text:
    """Words of a sample, where the flow would name a sentence of its own."""
    return Text("forms.words", {"words": Localised(zh, en)})


def _line(zh: str, en: str, value: Words, change: str = "") -> Line:
    return Line(_says(zh, en), value, change=change)


def samples() -> tuple[Sample, ...]:
    """All of them."""
    return (*_choices(), *_numbers(), *_months(), *_summaries(), *_documents(), *_ends())


def _choices() -> tuple[Sample, ...]:
    region = _says("原来在哪个省参保？", "In which province were you insured?")
    reason = _says("您是怎么离开单位的？", "How did your employment end?")
    steps = Steps(_TRANSFER, 3, 8)
    return (
        Sample(
            "40_choose_whose",
            Choose(
                question=_says("给谁打印证明？", "Whose certificate is it?"),
                explanation=_says("替别人办，两个人的证件都要带。", "For somebody else, both documents are needed."),
                options=(
                    Option(
                        "own",
                        Localised("给我自己", "Mine"),
                        Localised("用您自己的证件", "With your own document"),
                        "person",
                    ),
                    Option(
                        "agent",
                        Localised("替别人办", "Somebody else's"),
                        Localised("他委托您来办", "Who has sent you here"),
                        "staff",
                    ),
                ),
                steps=Steps(_PROOF, 1, 5),
            ),
        ),
        Sample(
            "41_choose_reason",
            Choose(
                question=reason,
                explanation=_says("请选和实际情况一样的一项。", "Please choose what really happened."),
                notes=(Note(_says("自己辞职的，不符合领取条件。", "Who left by own will is not entitled.")),),
                options=tuple(Option(f"reason_{at}", words) for at, words in enumerate(_REASONS, 1)),
                steps=Steps(_BENEFIT, 3, 7),
            ),
        ),
        Sample(
            "42_choose_closed",
            Choose(
                question=_says("为哪一本证书申领补贴？", "For which certificate?"),
                explanation=_says("这些证书是从全国的系统里查到的。", "These were found in the national register."),
                options=_CERTIFICATES,
                steps=Steps(_SKILL, 3, 6),
            ),
        ),
        Sample("43_choose_provinces", Choose(question=region, options=_places(PROVINCES), small=True, steps=steps)),
        Sample(
            "44_choose_cities",
            Choose(
                question=_says("是广东省的哪个市？", "Which city of Guangdong?"),
                options=_places(CITIES),
                small=True,
                steps=steps,
            ),
        ),
        Sample(
            "45_choose_few_small",
            Choose(
                question=_says("现在要转到哪里？", "To which place?"),
                options=_places(CITIES[:4]),
                small=True,
                steps=steps,
            ),
        ),
    )


_REASONS = (
    Localised("劳动合同到期，单位不再续签", "The contract ended and was not renewed"),
    Localised("单位提出解除劳动合同", "The employer ended the contract"),
    Localised("单位裁员", "Staff were cut"),
    Localised("单位破产、关闭或注销", "The employer was closed"),
    Localised("被单位辞退、除名或开除", "Dismissed"),
    Localised("单位有违法行为，我解除合同", "The employer broke the law, and I left"),
    Localised("其他不是我自己要走的情形", "Another way, not by own will"),
)

_CERTIFICATES = (
    Option(
        "certificate_1",
        Localised("电工　四级", "Electrician, level 4"),
        Localised("2026年3月2日发证", "Issued 2 Mar 2026"),
        "award",
    ),
    Option(
        "certificate_2",
        Localised("焊工　五级", "Welder, level 5"),
        Localised("2025年6月18日发证", "Issued 18 Jun 2025"),
        "award",
        Localised("发证已超过 12 个月，不能再申领", "Issued more than 12 months ago"),
    ),
    Option(
        "certificate_3",
        Localised("养老护理员　五级", "Care worker, level 5"),
        Localised("2026年1月9日发证", "Issued 9 Jan 2026"),
        "award",
        Localised("同一职业已领过更高一级的补贴", "A higher level of the same occupation was paid for"),
    ),
    Option(
        "certificate_4",
        Localised("中式烹调师　二级", "Chinese cook, level 2"),
        Localised("2026年5月20日发证", "Issued 20 May 2026"),
        "award",
        Localised("只补贴五级、四级、三级", "Only levels 5, 4 and 3 are covered"),
    ),
)


def _places(places: tuple[tuple[str, str], ...]) -> tuple[Option, ...]:
    return tuple(Option(f"place_{at}", Localised(*words)) for at, words in enumerate(places, 1))


def _numbers() -> tuple[Sample, ...]:
    mobile = EnterNumber(
        question=_says("请输入您的手机号", "Enter your mobile number"),
        kind=NumberKind.MOBILE,
        explanation=_says("办好后，会发短信告诉您。", "We send you a message when it is done."),
        steps=Steps(_BENEFIT, 4, 7),
    )
    account = EnterNumber(
        question=_says("钱打到哪张银行卡？", "To which bank card?"),
        kind=NumberKind.BANK_ACCOUNT,
        explanation=_says("要用您本人的卡。卡号在卡的正面。", "It must be your own card. The number is on its front."),
        steps=Steps(_BENEFIT, 5, 7),
    )
    return (
        Sample("50_mobile", mobile),
        Sample("51_bank_account", account),
        Sample(
            "52_number_notice",
            EnterNumber(
                question=_says("钱打到哪张银行卡？", "To which bank card?"),
                kind=NumberKind.BANK_ACCOUNT,
                notice=_says(
                    "刚才的卡号没有通过，请对着卡再输一次。",
                    "That number did not pass. Please type it again from the card.",
                ),
                steps=Steps(_BENEFIT, 5, 7),
            ),
        ),
        Sample(
            "53_birth_year",
            EnterNumber(
                question=Text("cancellation.year.question"),
                kind=NumberKind.BIRTH_YEAR,
                explanation=Text("cancellation.year.explanation"),
                final=Text("cancellation.confirm.action"),
                steps=Steps(Localised("社保卡注销", "Cancel a card"), 5, 5),
            ),
        ),
    )


def _months() -> tuple[Sample, ...]:
    steps = Steps(Localised("打印参保缴费证明", "Contribution certificate"), 3, 5)
    first = _says("从哪个月开始？", "From which month?")
    last = _says("到哪个月为止？", "Up to which month?")
    return (
        Sample(
            "54_month",
            ChooseMonth(
                question=first,
                explanation=_says("证明从这个月起的缴费。", "Contributions from this month on."),
                first=Month(2019, 3),
                last=Month(2026, 10),
                steps=steps,
            ),
        ),
        Sample("55_month_long", ChooseMonth(question=last, first=Month(1986, 10), last=Month(2026, 10), steps=steps)),
        Sample(
            "56_month_one_year", ChooseMonth(question=last, first=Month(2026, 4), last=Month(2026, 10), steps=steps)
        ),
    )


def _summaries() -> tuple[Sample, ...]:
    person = (
        Line(Text("label.name"), Verbatim("张*玲")),
        Line(Text("label.number"), Verbatim("370199********0028")),
    )
    form = (
        _line("离开单位的原因", "Reason", _REASONS[0], "reason"),
        _line("手机号", "Mobile", Verbatim("138 0013 8000"), "mobile"),
        _line("银行卡", "Bank card", Verbatim("6217 0012 3456 7890 123"), "account"),
    )
    many = (
        *person,
        _line(
            "原来参保的地方", "Old place", Localised("广东省 广州市 天河区", "Tianhe, Guangzhou, Guangdong"), "region"
        ),
        _line(
            "原来的经办机构",
            "Old agency",
            Localised("广州市社会保险基金管理中心", "Guangzhou Social Insurance Centre"),
            "agency",
        ),
        _line("原来的保险", "Old scheme", Localised("企业职工养老保险", "Enterprise employees"), "scheme"),
        _line("转到", "To", Localised("济南市", "Jinan")),
        _line("转入的保险", "New scheme", Localised("机关事业单位养老保险", "Government bodies")),
        _line("手机号", "Mobile", Verbatim("138 0013 8000"), "mobile"),
        _line("申请日期", "Date", Localised("2026年11月23日", "23 Nov 2026")),
    )
    return (
        Sample(
            "46_confirm_change",
            Confirm(
                question=_says("请看看对不对", "Is this right?"),
                lines=(*person, *form),
                notes=(
                    Note(
                        _says(
                            "5 个工作日内审核，通过后每月发放。", "Reviewed within 5 working days, then paid monthly."
                        )
                    ),
                ),
                action=_says("提交申请", "Apply"),
                steps=Steps(_BENEFIT, 6, 7),
            ),
        ),
        Sample(
            "47_confirm_many",
            Confirm(
                question=_says("请看看对不对", "Is this right?"),
                lines=many,
                notes=(Note(Text("note.offline"), Tone.WAITING),),
                action=_says("提交申请", "Apply"),
                steps=Steps(_TRANSFER, 7, 8),
            ),
        ),
        Sample(
            "48_confirm_final",
            Confirm(
                question=_says("真的要注销这张卡吗？", "Really cancel this card?"),
                lines=(*person, Line(Text("label.card"), Verbatim("D21****69"))),
                notes=(Note(_says("注销后不能恢复。", "This cannot be undone."), Tone.STOP),),
                action=_says("确认注销", "Cancel the card"),
                final=True,
                steps=Steps(Localised("社保卡注销", "Cancel a card"), 5, 5),
            ),
        ),
    )


def _documents() -> tuple[Sample, ...]:
    steps = Steps(_PROOF, 2, 5)
    return (
        Sample(
            "57_document_principal", PresentDocument(accepted=_BOTH, whose=Whose.PRINCIPAL, passport=True, steps=steps)
        ),
        Sample("57_document_agent", PresentDocument(accepted=_BOTH, whose=Whose.AGENT, steps=steps)),
        Sample("58_document_passport", PresentDocument(accepted=_BOTH, passport=True, steps=steps)),
        Sample(
            "58_document_agent_one",
            PresentDocument(accepted=_BOTH, unavailable=_BOTH[:1], whose=Whose.AGENT, passport=True, steps=steps),
        ),
    )


def _ends() -> tuple[Sample, ...]:
    return (
        Sample("59_print_stopped", PrintStopped(fault=FaultCode.PRN_PAPER_OUT, ready=False, steps=Steps(_PROOF, 4, 5))),
        Sample(
            "59_print_stopped_ready", PrintStopped(fault=FaultCode.PRN_PAPER_OUT, ready=True, steps=Steps(_PROOF, 4, 5))
        ),
        Sample(
            "59_certificate",
            ShowResult(
                tone=Tone.OK,
                headline=_says("证明打好了", "Your certificate is printed"),
                explanation=_says("上面的二维码，可以用来核对真假。", "With its QR code anybody can check it."),
                lines=(
                    _line("证明编号", "Certificate", Verbatim("JN-2026-0011-8842")),
                    _line("验证码", "Verification", Verbatim("7KQ4-M2XC")),
                    _line("从", "From", Text("value.month", {"month": Month(2019, 3)})),
                    _line("到", "To", Text("value.month", {"month": Month(2026, 10)})),
                ),
                notes=(
                    Note(
                        _says("有 3 个月没有缴费，不在证明里。", "3 months were not paid, and are not certified."),
                        Tone.WAITING,
                    ),
                ),
                can_go_back=False,
            ),
        ),
        Sample(
            "59_refusal_lines",
            ShowRefusal(
                headline=Text("refusal.no_contributions.headline"),
                explanation=Text("refusal.no_contributions.explanation"),
                lines=(
                    _line("姓名", "Name", Verbatim("张*玲")),
                    _line("失业保险已缴", "Paid", Localised("7 个月", "7 months")),
                    _line("至少要缴", "Needed", Localised("12 个月", "12 months")),
                    _line("最后缴费", "Last paid", Text("value.month", {"month": Month(2026, 10)})),
                ),
            ),
        ),
    )
