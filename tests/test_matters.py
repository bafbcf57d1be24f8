"""The facts of the 35 matters' files, against the official guide where it is at hand, and by themselves."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from config import fonts
from config.fonts import FontSet
from config.services import ServiceName
from kiosk.catalogue import ChannelKind, Matter, OfflineRule, Wording, load_matters
from kiosk.repertoire import FLOWS
from tests.guide_text import GUIDE, bounds, facts, in_figures, items, menu_words, plain

MATTERS = load_matters()
NUMBERED = pytest.mark.parametrize("matter", MATTERS, ids=lambda matter: f"{matter.number:02}")
GUIDE_ITEMS = items()
BESIDE_THE_GUIDE = pytest.mark.skipif(not GUIDE_ITEMS, reason=f"the official guide is not in {GUIDE}")

# Ways, programs, places and papers that the guide names: each stands on our page if and only if it stands in its item.
NAMES = (
    *(
        "爱山东",
        "掌上12333",
        "电子社保卡",
        "实名认证的电子社保卡服务渠道",
        "微信",
        "支付宝",
        "百度",
        "小程序",
        "公众号",
        "12333小程序",
    ),
    *(
        "山东省省直社会保险网上经办服务系统",
        "(单位端)",
        "(职工端)",
        "山东省省直社会保险个人网上服务系统",
        "省直管单位网办系统",
    ),
    *(
        "国家社会保险公共服务平台",
        "全国人力资源和社会保障政务服务平台网上办事大厅",
        "山东省政务服务平台",
        "网上经办服务系统",
    ),
    *(
        "山东省人力资源和社会保障厅官网",
        "山东省人力资源和社会保障厅网站",
        "技能人才评价证书全国联网查询系统",
        "网上办事服务大厅",
    ),
    *(
        "综合窗口",
        "指定窗口",
        "一体机",
        "自助机",
        "自助服务机",
        "自助一体机",
        "合作金融机构即时制卡网点",
        "银行代扣",
        "网银",
    ),
    *("12333服务热线", "12333咨询电话", "电子社保卡线上智能客服", "发卡银行", "市场监管部门", "省社保中心", "税务"),
    *(
        "身份证",
        "护照",
        "介绍信",
        "公章",
        "花名册",
        "居民身份证",
        "港澳台居民居住证",
        "外国人居留证",
        "外国人护照",
        "备案表",
        "劳动合同",
    ),
    *(
        "金融功能",
        "银行账户",
        "医疗保险个人账户",
        "银行账号",
        "统一社会信用代码",
        "法定代表人",
        "组织机构代码",
        "民族",
        "性别",
        "户口性质",
        "工伤部位",
    ),
    *(
        "统筹",
        "失业登记",
        "职业培训补贴",
        "一次性吸纳就业补贴",
        "实人认证",
        "待办事项",
        "代扣代缴",
        "利息",
        "滞纳金",
        "初级",
        "中级",
        "高级",
        "工种",
    ),
    *(
        "僵尸企业",
        "严重失信企业",
        "免申即享",
        "毕业生",
        "律师事务所",
        "会计师事务所",
        "个体工商户",
        "基金会",
        "社会团体",
        "公示",
        "按月",
        "省直",
    ),
)

# The guide's officialese, and our words for it.
SAID_PLAINLY = {
    "即时办结": "当场就能办好",
    "不允许重复参保": "不能重复参保",
    "保底封顶": "保底封顶",
    "非因本人意愿": "不是自己要走",
    "自然年度": "自然年度",
}
# Words that the guide's scan has lost or bent, by the item in which it did.
SCANNING_SLIPS = {(3, "保底封顶")}  # there: 自动保底封（便于

# Steps of the guide's menus that are no menu, but something to do: ours say them in other words.
DEEDS = {"按规定填写报盘后导入", "录入变更后信息", "点击进行一键申报计算当月应缴额", "下一步推送填写单位缴费单据"}

# By which words the guide names each kind of channel.
KINDS = {
    ChannelKind.WEB: r"登[录陆]\S{0,30}系统|网页端|官网|个人网上服务系统|通过国家社会保险公共服务平台|网上办事大厅",
    ChannelKind.APP: r"APP",
    ChannelKind.TELEPHONE: r"拨打12333",
    ChannelKind.COUNTER: r"窗口",
    ChannelKind.KIOSK: r"一体机|自助机|自助服务机",
    ChannelKind.BANK: r"制卡网点",
}


def wordings(matter: Matter) -> Iterator[Wording]:
    """All that the page of a matter says, but not what it recommends in its place once it is closed."""
    yield from (
        matter.title,
        *matter.conditions,
        *matter.documents,
        matter.time_limit,
        *matter.telephones,
        *matter.notes,
    )
    for channel in (*matter.online, *matter.offline):
        yield from (channel.name, *channel.steps)


def page(matter: Matter) -> str:
    return plain("\n".join(wording.zh for wording in wordings(matter)))


def kinds(matter: Matter) -> set[ChannelKind]:
    return {channel.kind for channel in (*matter.online, *matter.offline)}


@BESIDE_THE_GUIDE
def test_the_guide_has_these_35_items() -> None:
    assert list(GUIDE_ITEMS) == [matter.number for matter in MATTERS]
    for matter in MATTERS:
        assert GUIDE_ITEMS[matter.number].replace("(社会保障功能)", "").startswith(plain(matter.title.zh))


@BESIDE_THE_GUIDE
@NUMBERED
def test_every_number_date_telephone_address_and_paper_is_the_guides(matter: Matter) -> None:
    assert facts(page(matter)) == facts(GUIDE_ITEMS[matter.number])


@BESIDE_THE_GUIDE
@NUMBERED
def test_every_limit_is_the_guides(matter: Matter) -> None:
    assert bounds(page(matter)) == bounds(GUIDE_ITEMS[matter.number])


@BESIDE_THE_GUIDE
@NUMBERED
def test_every_name_is_the_guides(matter: Matter) -> None:
    ours, theirs = page(matter), GUIDE_ITEMS[matter.number]
    assert [name for name in map(plain, NAMES) if (name in ours) != (name in theirs)] == []


@BESIDE_THE_GUIDE
def test_every_name_and_stiff_word_looked_for_is_somewhere() -> None:
    everything = "".join(GUIDE_ITEMS.values())
    assert [name for name in (*NAMES, *SAID_PLAINLY, *DEEDS) if plain(name) not in everything] == []


@BESIDE_THE_GUIDE
@NUMBERED
def test_every_menu_is_the_guides(matter: Matter) -> None:
    ours, theirs = page(matter), GUIDE_ITEMS[matter.number]
    assert [word for word in menu_words(ours) if word not in theirs] == []
    assert [word for word in menu_words(theirs) - DEEDS if word not in ours] == []


@BESIDE_THE_GUIDE
@NUMBERED
def test_what_the_guide_says_stiffly_is_said_plainly(matter: Matter) -> None:
    ours, theirs = page(matter), GUIDE_ITEMS[matter.number]
    for stiff, word in SAID_PLAINLY.items():
        if (matter.number, stiff) not in SCANNING_SLIPS:
            assert (plain(stiff) in theirs) == (plain(word) in ours), stiff


@BESIDE_THE_GUIDE
@NUMBERED
def test_the_channels_are_the_guides(matter: Matter) -> None:
    theirs = GUIDE_ITEMS[matter.number]
    assert kinds(matter) == {kind for kind, words in KINDS.items() if re.search(plain(words), theirs)}
    assert bool(matter.online) != ("不支持线上办理" in theirs)


@BESIDE_THE_GUIDE
@NUMBERED
def test_no_sentence_is_copied(matter: Matter) -> None:
    theirs = GUIDE_ITEMS[matter.number]
    for wording in (*matter.conditions, *matter.documents, *matter.notes):
        for sentence in re.split(r"[。；;]", plain(wording.zh)):
            copied = len(sentence) > 24 and sentence in theirs
            assert not copied, wording.zh


@BESIDE_THE_GUIDE
def test_the_consultation_places_are_those_of_every_item() -> None:
    for text in GUIDE_ITEMS.values():
        assert "山东省人力资源社会保障厅政务服务大厅" in text
        assert "济南市政务服务大厅" in text


def test_all_35_are_there_in_order() -> None:
    assert [matter.number for matter in MATTERS] == list(range(1, 36))
    assert len({matter.title.zh for matter in MATTERS}) == len({matter.title.en for matter in MATTERS}) == 35


@NUMBERED
def test_every_page_is_complete(matter: Matter) -> None:
    telephones = [telephone.zh for telephone in matter.telephones]
    assert any("12333" in telephone for telephone in telephones)
    assert matter.online or matter.offline
    assert all(channel.steps for channel in (*matter.online, *matter.offline))
    assert matter.names


@NUMBERED
def test_both_languages_state_the_same_numbers(matter: Matter) -> None:
    for wording in wordings(matter):
        assert numbers(in_figures(wording.zh)) == numbers(wording.en), wording


@NUMBERED
def test_english_has_no_unexplained_chinese(matter: Matter) -> None:
    """Chinese stands in English only for what is to be found or said in Chinese; whole sentences are English."""
    for wording in wordings(matter):
        assert re.match(r"[A-Za-z0-9]", wording.en), wording
        assert re.search(r"[。，]", wording.en) is None, wording


@NUMBERED
def test_sentences_are_short(matter: Matter) -> None:
    for wording in wordings(matter):
        assert max(map(len, re.split(r"[。；]", wording.zh))) <= 110, wording
        assert len(wording.en) <= 260, wording


_IN_FIGURES = {"January": "1", "March": "3", "December": "12", "two years": "2", "Once only": "1"}


def numbers(text: str) -> set[str]:
    """The numbers of a text, whole web addresses and telephones among them."""
    for word, figure in _IN_FIGURES.items():
        text = text.replace(word, figure)
    return set(re.findall(r"\d+(?:[.:-]\d+)*", text))


def test_what_has_closed_says_since_when_and_what_to_do_instead() -> None:
    closed = {matter.number: matter for matter in MATTERS if matter.open_until is not None}
    assert {number: matter.open_until for number, matter in closed.items()} == {
        29: date(2023, 3, 31),
        31: date(2022, 12, 31),
        32: date(2023, 3, 31),
    }
    for matter in closed.values():
        assert matter.instead is not None
        assert any(f"{matter.open_until:%Y} 年" in note.zh for note in matter.notes)


def test_this_kiosk_does_what_the_guide_gives_to_the_machine() -> None:
    on = {matter.number for matter in MATTERS if any(service.enabled for service in matter.kiosk)}
    off = {matter.number for matter in MATTERS if any(not service.enabled for service in matter.kiosk)}
    assert on == {matter.number for matter in MATTERS if ChannelKind.KIOSK in kinds(matter)}
    assert on == {19, *range(21, 31), 35}
    assert off == {20, 34}


def test_every_flow_is_a_service_of_one_matter() -> None:
    services = [service for matter in MATTERS for service in matter.kiosk]
    assert sorted(service.flow for service in services) == sorted(FLOWS) == sorted(ServiceName)
    assert all(service.play is FLOWS[service.flow] for service in services)


def test_what_cannot_wait_is_refused_off_line() -> None:
    refused = {s.flow for matter in MATTERS for s in matter.kiosk if s.offline is OfflineRule.REFUSE}
    certificates = {"contribution_certificate", "pension_certificate", "entitlement_record"}
    no_choice_without_the_register = {"skill_subsidy"}
    assert refused == {*certificates, *no_choice_without_the_register, "cancellation", "entitlement_review"}


def test_all_characters_can_be_drawn(tmp_path: Path) -> None:
    fonts.prepare(tmp_path)
    faces = FontSet.load(tmp_path)
    said = [wording for matter in MATTERS for wording in wordings(matter)]
    said += [w for matter in MATTERS for service in matter.kiosk for w in (service.title, service.subtitle)]
    said += [matter.instead for matter in MATTERS if matter.instead]
    assert faces.missing("".join(wording.zh + wording.en for wording in said)) == ""
