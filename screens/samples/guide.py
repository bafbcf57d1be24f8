"""Samples of the home screen, of all matters, and of the guide."""

import dataclasses
from datetime import date, datetime

from config.clock import CHINA
from flows.guide_prompts import FindBy, FindMatter, GuideEntry, GuideSection, ShowGuide
from flows.prompts import (
    ChooseFromAll,
    ChooseMatter,
    Elsewhere,
    Localised,
    MatterTile,
    Note,
    OpenDay,
    Option,
    SlipState,
    Text,
)
from screens.chrome import StaffCare
from screens.samples.sample import HALL, NOTICE, Sample

# What the kiosk does, its title and subtitle in both languages, its sign and its group.
_SERVICES = (
    ("activation", "社保卡启用", "新卡第一次使用", "Activate a card", "First use of a new card", "card", "card"),
    ("loss_report", "社保卡挂失", "卡丢了，先停用", "Report a lost card", "Stop a lost card for now",
     "card_lost", "card"),
    ("reinstatement", "解除挂失", "卡找到了，恢复使用", "Card found again", "Use a card again after a loss report",
     "card_found", "card"),
    ("cancellation", "社保卡注销", "社保转走，不用卡了", "Cancel a card", "For people who transfer out",
     "card_cancel", "card"),
    ("contribution_certificate", "参保缴费证明", "打印您的缴费情况", "Contribution certificate",
     "What has been paid for you, on paper", "certificate", "certificates"),
    ("pension_certificate", "养老金领取证明", "打印领养老金的证明", "Pension certificate", "Your pension, on paper",
     "pension", "certificates"),
    ("unemployment_benefit", "失业保险金", "失业了，按月领", "Unemployment benefit", "Paid every month without work",
     "work", "unemployment"),
    ("unemployment_allowance", "失业补助金", "领不到失业保险金的人", "Unemployment allowance",
     "For those without the benefit", "allowance", "unemployment"),
    ("skill_subsidy", "技能提升补贴", "考到技能证书的职工", "Skill-upgrade subsidy", "For a new skill certificate",
     "skill", "unemployment"),
    ("transfer_enterprise_across", "企业转到企业", "养老保险从外省转来", "Enterprise to enterprise",
     "From another province", "transfer", "transfer"),
    ("transfer_between_across", "企业和机关之间", "养老保险从外省转来", "Enterprise and government body",
     "From another province", "transfer", "transfer"),
    ("transfer_between_within", "企业和机关之间", "养老保险在省内转", "Enterprise and government body",
     "Within the province", "transfer", "transfer"),
    ("transfer_government_within", "机关转到机关", "养老保险在省内转", "Between government bodies",
     "Within the province", "transfer", "transfer"),
)  # fmt: skip
_SWITCHED_ON = (
    ("entitlement_record", "个人权益记录", "打印一年的缴费记录", "Entitlement record",
     "One year's contributions, on paper", "record", "certificates"),
    ("entitlement_review", "养老金资格认证", "领养老金的人来认证", "Pension review", "Show that you are here in person",
     "review", "certificates"),
)  # fmt: skip
_FEATURED = (
    "activation",
    "loss_report",
    "reinstatement",
    "contribution_certificate",
    "unemployment_benefit",
    "pension_certificate",
)
_ELSEWHERE = (Elsewhere.ALL_MATTERS, Elsewhere.GUIDE)
_ALLOWANCE_CLOSED = Text("closed.since", {"day": OpenDay(date(2023, 3, 31))})

# Some pages of the guide: number, title, letters of its Chinese and English names, and whether it can be done here.
_PAGES = (
    (1, "企业社会保险登记", "Registration of an enterprise", ("qyshbxdj", "registration"), False),
    (16, "职工参保登记", "Registration of an employee", ("zgcbdj", "registration"), False),
    (19, "个人参保缴费证明查询打印", "Proof of contributions", ("grcbjfzmcxdy", "cbjfzm", "proof"), True),
    (20, "个人权益记录查询打印", "Yearly record", ("grqyjlcxdy", "qyjld", "record"), False),
    (25, "社会保障卡启用", "Activation of the card", ("shbzkqy", "sbkqy", "card"), True),
    (26, "社会保障卡挂失与解挂", "Loss of the card", ("shbzkgsyjg", "sbkgs", "lsgs", "gs", "jg", "card"), True),
    (27, "社会保障卡注销", "Cancellation of the card", ("shbzkzx", "sbkzx", "zx", "card"), True),
    (28, "失业保险金申领", "Unemployment benefit", ("sybxjsl", "unemployment"), True),
    (29, "失业补助金申领", "Unemployment allowance", ("sybzjsl", "unemployment"), True),
    (30, "技能提升补贴申领", "Skill subsidy", ("jntsbtsl", "skill"), True),
    (33, "工伤保险待遇申领", "Benefits after an injury at work", ("gsbxdysl", "injury"), False),
    (35, "领取养老金人员待遇证明打印", "Proof of pension", ("lqyljrydyzmdy", "dyzm", "pension"), True),
)

_LOSS = Localised("社会保障卡挂失与解挂", "Loss of the social security card, and its end")
_SHORT_PAGE = (
    GuideSection(
        Text("guide.section.conditions"), (Localised("卡还没有启用过。", "The card has not been activated yet."),)
    ),
    GuideSection(
        Text("guide.section.documents"), (Localised("本人身份证或社保卡。", "Your resident ID, or the card itself."),)
    ),
    GuideSection(
        Text("guide.section.offline"),
        (
            Localised("这台自助一体机", "This self-service kiosk"),
            Localised("银行网点", "A branch of the bank"),
        ),
    ),
    GuideSection(Text("guide.section.time_limit"), (Localised("当场办结。", "Done at once."),)),
    GuideSection(Text("guide.section.ask"), (Localised("12333 服务热线", "Hotline 12333"),)),
)
_STEPS = (
    Localised("打开“爱山东”手机软件，登录。", "Open the app “Ai Shandong” and sign in."),
    Localised("搜索“社会保障卡临时挂失”。", "Search for the loss of the social security card."),
    Localised("核对卡号和姓名，点“确认挂失”。", "Check number and name, then confirm."),
    Localised("记下页面上的时间，7 天内有效。", "Note the time shown; it holds for 7 days."),
)
_LONG_PAGE = (
    GuideSection(Text("guide.section.who"), (Text("guide.audience.person"),)),
    GuideSection(
        Text("guide.section.conditions"),
        (
            Localised("卡丢了，又不能马上补卡。", "The card is lost and cannot be replaced soon."),
            Localised("解挂：在挂失的 7 天之内。", "To end the loss: within those 7 days."),
        ),
    ),
    GuideSection(
        Text("guide.section.documents"),
        (
            Localised("线上办：不用材料。", "Online: nothing."),
            Localised("到场办：本人身份证或社保卡。", "In person: your resident ID or the card."),
        ),
    ),
    GuideSection(
        Text("guide.section.online_by", {"way": Localised("“爱山东”手机软件", "“Ai Shandong” app")}),
        _STEPS,
        numbered=True,
    ),
    GuideSection(
        Text("guide.section.offline"),
        (
            Text("guide.place.province"),
            Text("guide.place.city"),
            Localised("自助一体机", "Self-service kiosk"),
        ),
    ),
    GuideSection(Text("guide.section.time_limit"), (Localised("当场办结。", "Done at once."),)),
    GuideSection(
        Text("guide.section.ask"),
        (Localised("0531-12333", "0531-12333"), Localised("12333 服务热线", "Hotline 12333")),
    ),
    GuideSection(
        Text("guide.section.notes"),
        (
            Localised("7 天后自动解除，卡又能用。", "After 7 days it ends by itself."),
            Localised(
                "银行卡的钱不归这里管，请给发卡银行打电话挂失。",
                "The money on the bank side is not stopped here: please telephone the bank.",
            ),
        ),
    ),
)
_LOSS_PAGE = ShowGuide(
    title=_LOSS,
    number=26,
    sections=_LONG_PAGE,
    begin=(
        Option("loss_report", Localised("临时挂失", "report a loss")),
        Option("reinstatement", Localised("解除挂失", "card found again")),
    ),
)


def _tiles(*services: tuple[str, ...], closed: dict[str, Text] | None = None) -> tuple[MatterTile, ...]:
    return tuple(
        MatterTile(
            name,
            Localised(title, english),
            Localised(subtitle, words),
            icon,
            closed=(closed or {}).get(name),
            group=Text(f"group.{group}"),
        )
        for name, title, subtitle, english, words, icon, group in services
    )


def _home(closed: dict[str, Text] | None = None, about: Text | None = None) -> ChooseMatter:
    services = [service for name in _FEATURED for service in _SERVICES if service[0] == name]
    tiles = _tiles(*services, closed=closed)
    words = about or Text("home.explanation")
    return ChooseMatter(tiles=tiles, about=words, elsewhere=_ELSEWHERE, can_go_back=False)


def _queue_homes() -> tuple[Sample, ...]:
    """The home screen while the network is gone, while much waits, and when the queue takes nothing more."""
    needs = ("contribution_certificate", "pension_certificate", "unemployment_benefit")
    gone = _home({name: Text("closed.gateway") for name in needs}, Text("home.offline"))
    full = _home(dict.fromkeys(_FEATURED, Text("closed.queue_full")))
    down = dataclasses.replace(HALL, online=False)
    return (
        Sample("02_home_offline", gone, status=dataclasses.replace(down, waiting=3)),
        Sample("02_home_filling", gone, status=dataclasses.replace(down, waiting=1650, care=StaffCare.QUEUE)),
        Sample("02_home_sending", _home(), status=dataclasses.replace(HALL, waiting=12)),
        Sample("02_home_full", full, status=dataclasses.replace(down, waiting=2000, care=StaffCare.MACHINE)),
    )


def _ordered_homes() -> tuple[Sample, ...]:
    """The home screen with the longest message that the gateway may send, and out of service until a time."""
    reopens = datetime(2026, 11, 23, 17, 30, tzinfo=CHINA)
    off = {
        "loss_report": Text("closed.switched_off_until", {"time": reopens}),
        "activation": Text("closed.switched_off"),
    }
    stopped = _home(dict.fromkeys(_FEATURED, Text("closed.stopped.maintenance")))
    until = Note(Text("home.stopped_until", {"time": reopens}))
    return (
        Sample(
            "02_home_notice", dataclasses.replace(_home(off), notice=Note(Text("home.notice", {"message": NOTICE})))
        ),
        Sample("02_home_stopped", dataclasses.replace(stopped, notice=until)),
    )


def _entries() -> tuple[GuideEntry, ...]:
    return tuple(GuideEntry(number, Localised(zh, en), here, found) for number, zh, en, found, here in _PAGES)


def _closed_page() -> ShowGuide:
    return ShowGuide(
        title=Localised("失业补助金申领", "Unemployment allowance"),
        number=29,
        sections=_SHORT_PAGE,
        begin=(
            Option(
                "unemployment_allowance", Localised("失业补助金", "unemployment allowance"), closed=_ALLOWANCE_CLOSED
            ),
        ),
        can_print=False,
    )


def samples() -> tuple[Sample, ...]:
    """All of them."""
    everything = (*_SERVICES[:6], *_SWITCHED_ON, *_SERVICES[6:])
    closed = {"unemployment_allowance": _ALLOWANCE_CLOSED}
    short = ShowGuide(
        title=Localised("社会保障卡启用", "Activation of the social security card"),
        number=25,
        sections=_SHORT_PAGE,
        begin=(Option("activation", Localised("社保卡启用", "activate a card")),),
    )
    out = {
        "contribution_certificate": Text("closed.printer"),
        "pension_certificate": Text("closed.gateway"),
        "unemployment_benefit": Text("closed.queue"),
    }
    return (
        Sample("02_home_six", _home()),
        Sample("02_home_six_closed", _home(out)),
        *_queue_homes(),
        *_ordered_homes(),
        Sample("60_all_matters", ChooseFromAll(tiles=_tiles(*_SERVICES, closed=closed))),
        Sample("61_all_matters_fifteen", ChooseFromAll(tiles=_tiles(*everything, closed=closed))),
        Sample("62_find_letters", FindMatter(by=FindBy.LETTERS, entries=_entries())),
        Sample("63_find_number", FindMatter(by=FindBy.NUMBER, entries=_entries())),
        Sample("64_guide_short", short),
        Sample("65_guide_long", _LOSS_PAGE),
        Sample("66_guide_closed", _closed_page()),
        Sample("67_guide_printed", dataclasses.replace(_LOSS_PAGE, printed=SlipState.PRINTED)),
        Sample("68_guide_not_printed", dataclasses.replace(short, printed=SlipState.NOT_PRINTED, can_print=False)),
    )
