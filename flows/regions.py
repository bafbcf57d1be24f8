"""Provinces, cities and counties, with their codes of GB/T 2260 (config/divisions.toml)."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pypinyin import lazy_pinyin

from flows.prompts import Localised

DIVISIONS = Path(__file__).parent.parent / "config" / "divisions.toml"

SHANDONG = "370000"

_KINDS = (  # how a name ends, and what that is called; a longer ending stands first
    ("自治州", " Prefecture"),
    ("自治县", " County"),
    ("自治旗", " Banner"),
    ("地区", " Prefecture"),
    ("新区", " New Area"),
    ("特区", " Special District"),
    ("省", ""),
    ("市", ""),
    ("盟", " League"),
    ("区", " District"),
    ("县", " County"),
    ("旗", " Banner"),
)


@dataclass(frozen=True)
class Region:
    """A division with its code of six digits."""

    code: str
    name: Localised


@dataclass(frozen=True)
class _Divisions:
    """``below``: codes of the divisions of each province, and of each city, in the order of the file."""

    chinese: dict[str, str]
    below_province: dict[str, tuple[str, ...]]
    below_city: dict[str, tuple[str, ...]]
    english: dict[str, str]
    readings: dict[str, str]
    peoples: re.Pattern[str]


def provinces() -> tuple[Region, ...]:
    """All provinces, autonomous regions, municipalities and special administrative regions."""
    return tuple(region(code) for code in _divisions().below_province)


def cities(province: str) -> tuple[Region, ...]:
    """What people name after the province: prefectures, and divisions that stand directly under it.

    Empty for a municipality such as 北京市, whose districts follow at once; they are ``counties`` of its own code.
    """
    codes = _divisions().below_province[province]
    return tuple(region(code) for code in codes if code != province)


def counties(city: str) -> tuple[Region, ...]:
    """Districts, counties and county-level cities of a city; empty for a city that has none."""
    return tuple(region(code) for code in _divisions().below_city.get(city, ()))


def region(code: str) -> Region:
    """The division with this code. Raises KeyError."""
    return Region(code, Localised(_divisions().chinese[code], _english(code)))


def full_name(code: str) -> Localised:
    """The division with what it belongs to: 山东省济南市历下区, "Lixia District, Jinan, Shandong"."""
    codes = dict.fromkeys((code[:2] + "0000", _city_of(code), code))
    names = [region(each).name for each in codes]
    return Localised("".join(name.zh for name in names), ", ".join(name.en for name in reversed(names)))


def _city_of(code: str) -> str:
    below = _divisions().below_city
    return next((city for city, codes in below.items() if code in codes), code)


@cache
def _divisions() -> _Divisions:
    table = tomllib.loads(DIVISIONS.read_text(encoding="utf-8"))
    english, readings, peoples = table.pop("english"), table.pop("readings"), table.pop("peoples")["names"]
    chinese: dict[str, str] = {}

    def code_of(entry: str) -> str:
        code, _, name = entry.partition(" ")
        chinese[code] = name
        return code

    below_province: dict[str, tuple[str, ...]] = {}
    below_city: dict[str, tuple[str, ...]] = {}
    for province, its_cities in table.items():
        below_province[code_of(province)] = tuple(code_of(city) for city in its_cities)
        below_city |= {city[:6]: tuple(code_of(county) for county in within) for city, within in its_cities.items()}
    trailing = re.compile(f"(?<=.)({'|'.join(peoples)})+$")
    return _Divisions(chinese, below_province, below_city, english, readings, trailing)


@cache
def _english(code: str) -> str:
    """The name by its Pinyin: 济南市 -> Jinan, 历下区 -> Lixia District."""
    data = _divisions()
    name = data.chinese[code]
    if name in data.english:
        return data.english[name]
    ending, kind = next(((end, kind) for end, kind in _KINDS if name.endswith(end)), ("", ""))
    stem = name.removesuffix(ending)
    if ending.startswith("自治"):
        stem = data.peoples.sub("", stem)
    if len(stem) == 1 and ending == "县":
        stem, kind = name, ""  # 莒县 is Juxian: the ending has become a part of the name
    return _joined(_syllables(stem)) + kind


def _syllables(name: str) -> list[str]:
    readings = _divisions().readings
    if name in readings:
        return readings[name].split()
    spoken = lazy_pinyin(name, v_to_u=True)
    return [readings.get(char, syllable) for char, syllable in zip(name, spoken, strict=True)]


def _joined(syllables: list[str]) -> str:
    """Syllables as one word; one that begins with a vowel is set off: Tai'an."""
    rest = ("'" + syllable if syllable[0] in "aeo" else syllable for syllable in syllables[1:])
    return "".join((syllables[0], *rest)).capitalize()
