"""The divisions: their shape, their codes, their names in both languages."""

import pytest

from flows.regions import DIVISIONS, SHANDONG, cities, counties, full_name, provinces, region

SHANDONG_CITIES = "济南 青岛 淄博 枣庄 东营 烟台 潍坊 济宁 泰安 威海 日照 临沂 德州 聊城 滨州 菏泽"
JINAN = "历下区 市中区 槐荫区 天桥区 历城区 长清区 章丘区 济阳区 莱芜区 钢城区 平阴县 商河县"
MUNICIPALITIES = ("110000", "120000", "310000", "500000")
WITHOUT_CITIES = ("710000", "810000", "820000")


def test_there_are_34_provinces() -> None:
    assert len(provinces()) == 34
    assert [place.code for place in provinces() if not cities(place.code)] == [*MUNICIPALITIES, *WITHOUT_CITIES]


def test_the_file_says_where_it_comes_from() -> None:
    head = DIVISIONS.read_text(encoding="utf-8")[:800]
    assert all(fact in head for fact in ("china-division 2.7.0", "WTFPL", "2023-06-30", "GB/T 2260"))


def test_every_code_begins_with_the_code_above_it() -> None:
    seen: list[str] = []
    for province in provinces():
        assert province.code.endswith("0000")
        for city in cities(province.code) or (province,):
            assert city.code[:2] == province.code[:2]
            digits = 2 if city == province else 4
            for county in counties(city.code):
                assert county.code[:digits] == city.code[:digits]
                assert not county.code.endswith("00")
                seen.append(county.code)
            seen.append(city.code)
    assert all(len(code) == 6 and code.isdigit() for code in seen)
    assert len(set(seen)) == len(seen) > 3150


def test_shandong_has_its_16_cities_and_jinan_its_12_districts_and_counties() -> None:
    assert [city.name.zh.removesuffix("市") for city in cities(SHANDONG)] == SHANDONG_CITIES.split()
    assert [county.name.zh for county in counties("370100")] == JINAN.split()


def test_a_municipality_has_districts_and_no_cities() -> None:
    assert cities("310000") == ()
    assert region("310115") in counties("310000")
    assert len(counties("500000")) == 38  # districts and counties together


def test_cities_without_counties_and_divisions_directly_under_a_province_end_there() -> None:
    for code in ("441900", "442000", "620200", "419001", "469002", "659001"):
        assert counties(code) == ()
        assert region(code) in cities(code[:2] + "0000")


@pytest.mark.parametrize(
    ("code", "chinese", "english"),
    [
        ("370100", "济南市", "Jinan"),
        ("370102", "历下区", "Lixia District"),
        ("370113", "长清区", "Changqing District"),
        ("370900", "泰安市", "Tai'an"),
        ("371122", "莒县", "Juxian"),
        ("371481", "乐陵市", "Laoling"),
        ("371722", "单县", "Shanxian"),
        ("610000", "陕西省", "Shaanxi"),
        ("610100", "西安市", "Xi'an"),
        ("222400", "延边朝鲜族自治州", "Yanbian Prefecture"),
        ("532800", "西双版纳傣族自治州", "Xishuangbanna Prefecture"),
        ("540000", "西藏自治区", "Tibet"),
        ("810000", "香港特别行政区", "Hong Kong"),
        ("310115", "浦东新区", "Pudong New Area"),
    ],
)
def test_names_in_both_languages(code: str, chinese: str, english: str) -> None:
    assert (region(code).name.zh, region(code).name.en) == (chinese, english)


@pytest.mark.parametrize(
    ("code", "chinese", "english"),
    [
        ("370102", "山东省济南市历下区", "Lixia District, Jinan, Shandong"),
        ("370100", "山东省济南市", "Jinan, Shandong"),
        ("110101", "北京市东城区", "Dongcheng District, Beijing"),
        ("419001", "河南省济源市", "Jiyuan, Henan"),
        ("441900", "广东省东莞市", "Dongguan, Guangdong"),
    ],
)
def test_a_name_with_what_it_belongs_to(code: str, chinese: str, english: str) -> None:
    assert (full_name(code).zh, full_name(code).en) == (chinese, english)


def test_every_division_has_an_english_name() -> None:
    for province in provinces():
        for city in cities(province.code) or (province,):
            for place in (province, city, *counties(city.code)):
                assert place.name.en[0].isupper()
                assert all(char.isalpha() or char in "' ü" for char in place.name.en)
                assert not any("一" <= char <= "鿿" for char in place.name.en)


def test_an_unknown_code_is_an_error() -> None:
    with pytest.raises(KeyError):
        region("999999")
