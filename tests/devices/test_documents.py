"""The four text layouts: every field of every invented person, and nothing but a document or "unreadable"."""

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.faults import FaultCode
from drivers.device import DeviceError
from drivers.gb_codes import NATIONS, Sex
from drivers.id_scanner.documents import ForeignerId2017, ForeignerId2023, ResidencePermit, ResidentId
from drivers.id_scanner.text_layouts import check_digit, decode, decode_appended_address
from simulator.id_reader.document_text import new_address_of, text_of
from simulator.people import BY_KEY, PEOPLE, DocumentLayout, Person, with_id_check

ZHANG = BY_KEY["zhang_ling"]
BERG = BY_KEY["berg"]
CHAN = BY_KEY["chan"]
BERG_2017 = replace(
    BERG,
    key="berg_2017",
    layout=DocumentLayout.FOREIGNER_2017,
    number="NOR370079090812",
    english_name="BERG, ANNA MARIA KRISTINA ELISABETH JOHANSDATTER OF TELEMARK",
)


def patched(text: bytes, offset: int, content: str) -> bytes:
    raw = content.encode("utf-16-le", "surrogatepass")
    return text[:offset] + raw + text[offset + len(raw) :]


def assert_unreadable(text: bytes) -> DeviceError:
    with pytest.raises(DeviceError) as error:
        decode(text)
    assert error.value.code is FaultCode.ID_UNREADABLE
    return error.value


def test_resident() -> None:
    document = decode(text_of(ZHANG), b"photo", b"finger")
    assert isinstance(document, ResidentId)
    assert document == ResidentId(
        name="张玲",
        sex=Sex.FEMALE,
        nation_code="01",
        birth=date(1986, 3, 15),
        address="山东省济南市示例区泉水路1号",
        number=ZHANG.number,
        authority="济南市公安局示例分局",
        valid_from=date(2015, 3, 1),
        valid_until=date(2035, 3, 1),
        photo=b"photo",
        fingerprint=b"finger",
    )
    assert (document.nation, document.appended_address) == ("汉", None)


def test_foreigner_2023_joins_both_parts_of_the_english_name_and_it_ends_after_46_characters() -> None:
    document = decode(text_of(BERG))
    assert isinstance(document, ForeignerId2023)
    assert document == ForeignerId2023(
        chinese_name="安娜·贝尔格",
        english_name="BERG, ANNA MARIA KRISTINA ELISABETH JOHANSDATT",
        sex=Sex.FEMALE,
        renewals="00",
        birth=date(1979, 9, 8),
        number=BERG.number,
        valid_from=date(2015, 3, 1),
        valid_until=date(2035, 3, 1),
        nationality="NOR",
        old_number_relation="000",
    )
    assert document.name == "安娜·贝尔格"


def test_foreigner_2023_name_broken_between_words() -> None:
    text = patched(text_of(BERG), 52, "BERG, ANNA".ljust(35))
    document = decode(patched(text, 220, "MARIA".ljust(11)))
    assert isinstance(document, ForeignerId2023)
    assert document.english_name == "BERG, ANNA MARIA"


def test_foreigner_2017() -> None:
    document = decode(text_of(BERG_2017))
    assert isinstance(document, ForeignerId2017)
    assert document == ForeignerId2017(
        chinese_name="安娜·贝尔格",
        english_name="BERG, ANNA MARIA KRISTINA ELISABETH JOHANSDATTER OF TELEMARK",
        sex=Sex.FEMALE,
        number="NOR370079090812",
        nationality="NOR",
        birth=date(1979, 9, 8),
        valid_from=date(2015, 3, 1),
        valid_until=date(2035, 3, 1),
        version="01",
        authority_code="1500",
    )


@pytest.mark.parametrize("person", [BERG, BERG_2017], ids=["2023", "2017"])
def test_foreigner_without_a_chinese_name_goes_by_the_english_one(person: Person) -> None:
    document = decode(text_of(replace(person, name="", english_name="BERG, ANNA")))
    assert isinstance(document, ForeignerId2017 | ForeignerId2023)
    assert document.name == document.english_name == "BERG, ANNA"


def test_residence_permit() -> None:
    document = decode(text_of(CHAN))
    assert isinstance(document, ResidencePermit)
    assert (document.name, document.number, document.sex) == ("陈颖欣", CHAN.number, Sex.FEMALE)
    assert (document.permit_number, document.issue_count) == ("H00000001", "01")
    assert (document.address, document.birth) == (CHAN.address, date(1988, 5, 5))


@pytest.mark.parametrize("person", [*PEOPLE, BERG_2017], ids=lambda person: person.key)
def test_common_properties_of_everybody(person: Person) -> None:
    document = decode(text_of(person))
    assert (document.name, document.number) == (person.name, person.number)
    assert (document.sex, document.birth) == (person.sex, person.born)
    assert (document.valid_from, document.valid_until) == (person.valid_from, person.valid_until)


@pytest.mark.parametrize("name", ["赵\U0002c386", "\U00020bb7\U0003106c", "\ue863田"])
def test_rare_characters_stay_as_they_are(name: str) -> None:
    assert decode(text_of(replace(ZHANG, name=name))).name == name


def test_appended_address() -> None:
    raw = new_address_of(BY_KEY["zhao_qi"])
    assert raw is not None
    assert decode_appended_address(raw) == "山东省济南市示例区荷花巷5号"


@pytest.mark.parametrize("raw", [b"", bytes(69), b"\x00\xd8" * 35, ("济南" + "\u202e" * 33).encode("utf-16-le")])
def test_unreadable_appended_address(raw: bytes) -> None:
    with pytest.raises(DeviceError) as error:
        decode_appended_address(raw)
    assert error.value.code is FaultCode.ID_UNREADABLE


@pytest.mark.parametrize("padding", [" ", "\0", "\u3000", " \0\u3000"])
@pytest.mark.parametrize("person", [*PEOPLE, BERG_2017], ids=lambda person: person.key)
def test_any_padding_of_a_sloppy_reader(person: Person, padding: str) -> None:
    """Where the invented documents have spaces other readers have something else; the words of names stay apart."""
    expected = decode(text_of(person))
    text = text_of(person).decode("utf-16-le")
    fields = re.sub(" +$|(?<=[^A-Z, ]) +| {3,}", lambda run: (padding * 128)[: len(run[0])], text)
    assert decode(fields.encode("utf-16-le")) == expected


def test_padding_before_a_text() -> None:
    assert decode(patched(text_of(ZHANG), 0, "\u3000 张玲\0")).name == "张玲"


def test_half_a_character_at_the_end_of_a_full_field_is_what_a_cut_left() -> None:
    half = "\U00020bb7".encode("utf-16-le")[:2].decode("utf-16-le", "surrogatepass")
    text = patched(text_of(replace(ZHANG, name="古" * 15)), 28, half)
    assert decode(text).name == "古" * 14
    document = decode(patched(patched(text_of(ZHANG), 52, "济" * 35), 120, half))
    assert isinstance(document, ResidentId)
    assert document.address == "济" * 34
    appended = ("济" * 34).encode("utf-16-le") + half.encode("utf-16-le", "surrogatepass")
    assert decode_appended_address(appended) == "济" * 34


@pytest.mark.parametrize(
    "damage", [chr(0xD842), chr(0xDFB7), "\x07", "\0", "\u202e", "\u2028", "\uffff", "\ufdd0", "\x85"]
)
@pytest.mark.parametrize("offset", [0, 52, 158])
def test_what_stands_in_no_text_is_damage(offset: int, damage: str) -> None:
    assert (
        assert_unreadable(patched(text_of(ZHANG), offset, "古" + damage + "丽")).detail == f"resident: text at {offset}"
    )


def test_the_second_half_of_a_character_at_the_end_is_damage() -> None:
    text = patched(text_of(replace(ZHANG, name="古" * 15)), 28, chr(0xDFB7))
    assert assert_unreadable(text).detail == "resident: text at 0"


def test_a_name_that_fills_its_field() -> None:
    assert decode(text_of(replace(ZHANG, name="阿" * 15))).name == "阿" * 15
    document = decode(text_of(replace(BERG_2017, english_name="A" * 30 + " " + "B" * 29)))
    assert document.name == BERG_2017.name
    assert isinstance(document, ForeignerId2017)
    assert document.english_name == "A" * 30 + " " + "B" * 29


@pytest.mark.parametrize("padding", [" ", "\0", "\u3000"])
@pytest.mark.parametrize(
    ("first", "second", "whole"),
    [
        ("BERG, ANNA", "MARIA", "BERG, ANNA MARIA"),
        ("BERG, ANNA", "", "BERG, ANNA"),
        ("B" * 35, "ERG", "B" * 35 + "ERG"),
        ("B" * 35, " ERG", "B" * 35 + " ERG"),
        ("B" * 34 + " ", "ERG", "B" * 34 + " ERG"),
    ],
)
def test_both_parts_of_an_english_name(first: str, second: str, whole: str, padding: str) -> None:
    text = patched(text_of(BERG), 52, first.ljust(35, padding))
    document = decode(patched(text, 220, second.ljust(11, padding)))
    assert isinstance(document, ForeignerId2023)
    assert document.english_name == whole


@pytest.mark.parametrize("sex", list(Sex))
def test_every_sex_whatever_the_number_says(sex: Sex) -> None:
    assert decode(text_of(replace(ZHANG, sex=sex))).sex is sex


def test_a_document_that_begins_tomorrow_is_read() -> None:
    """The driver has no clock: whether a document is good enough is for the matter to say."""
    document = decode(text_of(replace(ZHANG, valid_from=date(2099, 1, 1), valid_until=None)))
    assert (document.valid_from, document.valid_until) == (date(2099, 1, 1), None)


@pytest.mark.parametrize("area", ["810000", "820000", "830000"])
def test_areas_of_residence_permits(area: str) -> None:
    number = with_id_check(area + "19880505" + "000")
    assert decode(text_of(replace(CHAN, number=number))).number == number


@pytest.mark.parametrize(
    ("person", "number"),
    [
        (ZHANG, with_id_check("937578" + "19860315" + "000")),
        (ZHANG, "370199860315002"),  # 15 digits, before 1999; no chip has one
        (CHAN, with_id_check("370199" + "19880505" + "000")),
        (CHAN, with_id_check("810001" + "19880505" + "000")),
        (CHAN, with_id_check("840000" + "19880505" + "000")),
        (BERG, with_id_check("370199" + "19790908" + "000")),
        (BERG_2017, "NOR37007909081"),
    ],
    ids=lambda value: value.key if isinstance(value, Person) else "",
)
def test_a_number_that_such_a_document_never_has(person: Person, number: str) -> None:
    assert assert_unreadable(text_of(replace(person, number=number))).detail.endswith(": number")


def test_long_term_has_no_last_day() -> None:
    assert decode(text_of(BY_KEY["li_xiuying"])).valid_until is None


@pytest.mark.parametrize("number", ["11010519491231002X", "932682198501010017", "911124198108030024"])
def test_check_digit_of_the_published_specimens(number: str) -> None:
    assert check_digit(number[:17]) == number[17]


def test_small_x_is_the_same_check_digit() -> None:
    text = patched(text_of(replace(ZHANG, born=date(1949, 12, 31))), 122, "11010519491231002x")
    assert decode(text).number == "11010519491231002X"


def test_nation_table() -> None:
    assert len(NATIONS) == 58
    assert (NATIONS["05"], NATIONS["20"], NATIONS["31"], NATIONS["56"]) == ("维吾尔", "傈僳", "达斡尔", "基诺")
    for code, name in (("56", "基诺"), ("97", "其他"), ("59", "59"), ("", ""), ("XX", "XX")):
        document = decode(text_of(replace(ZHANG, nation=code)))
        assert isinstance(document, ResidentId)
        assert (document.nation_code, document.nation) == (code, name)


@pytest.mark.parametrize(
    ("offset", "content", "field"),
    [
        (0, " " * 15, "resident: text at 0"),
        (0, "\x07", "resident: text at 0"),
        (0, "\ud800", "resident: text at 0"),
        (30, "3", "resident: sex"),
        (36, "19860230", "resident: date at 36"),
        (36, "１９８６０３１５", "resident: date at 36"),
        (36, "19860316", "resident: number and birth"),
        (122, "370199198603150021", "resident: number"),
        (122, " " * 18, "resident: number"),
        (188, "2015", "resident: date at 188"),
        (188, "20360101", "resident: validity"),
        (204, "永久".ljust(8), "resident: date at 204"),
        (204, "00000000", "resident: date at 204"),
        (248, "Y", "foreigner_2023: number"),
        (248, "I", "foreigner_2017: sex"),
    ],
)
def test_unsound_fields_are_unreadable_and_only_named(offset: int, content: str, field: str) -> None:
    padding = " " * (8 - len(content)) if offset in {36, 188, 204} else ""
    assert assert_unreadable(patched(text_of(ZHANG), offset, content + padding)).detail.startswith(field)


@pytest.mark.parametrize("size", [0, 255, 257])
def test_another_length_is_unreadable(size: int) -> None:
    assert_unreadable(bytes(size))


def test_no_document_appears_in_its_repr() -> None:
    for person in [*PEOPLE, BERG_2017]:
        assert repr(decode(text_of(person))).endswith("(...)")


def read_or_refuse(text: bytes) -> None:
    """Any other exception than a DeviceError is a failure of the test."""
    refusal = None
    try:
        document = decode(text)
    except DeviceError as error:
        refusal = error.code
    else:
        assert document.name
        assert document.number
    assert refusal in {None, FaultCode.ID_UNREADABLE}


@given(st.binary(min_size=256, max_size=256))
def test_any_256_bytes(text: bytes) -> None:
    read_or_refuse(text)


@given(
    st.sampled_from([text_of(person) for person in [*PEOPLE, BERG_2017]]),
    st.lists(st.tuples(st.integers(0, 255), st.binary(max_size=40)), max_size=3),
)
def test_documents_with_damage(text: bytes, damage: list[tuple[int, bytes]]) -> None:
    for offset, content in damage:
        text = (text[:offset] + content + text[offset + len(content) :])[:256]
    read_or_refuse(text)


_IN_TEXTS = st.characters(min_codepoint=0x21, exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp", "Zs"]).filter(
    lambda char: ord(char) & 0xFFFE != 0xFFFE and not 0xFDD0 <= ord(char) <= 0xFDEF
)


@given(st.text(_IN_TEXTS, min_size=1, max_size=7), st.text(_IN_TEXTS, max_size=17))
def test_any_name_and_address_come_back(name: str, address: str) -> None:
    document = decode(text_of(replace(ZHANG, name=name, address=address)))
    assert isinstance(document, ResidentId)
    assert (document.name, document.address) == (name, address)
