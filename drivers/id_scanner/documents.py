"""The four documents that a resident ID reader reads (hardware.md 2.4)."""

from dataclasses import dataclass
from datetime import date

from drivers.gb_codes import Sex, nation_name


@dataclass(frozen=True, kw_only=True, repr=False)
class _Document:
    """What all four have. Nothing of it appears in ``repr``, so that no log and no traceback names a person.

    Codes that no table here names (nation, nationality, version) are kept as they stand on the document.
    """

    number: str  # document number: 18 characters, 15 on the foreigner's card of 2017
    sex: Sex
    birth: date
    valid_from: date
    valid_until: date | None  # None: long term (长期)
    photo: bytes = b""  # WLT, 1024 bytes; only closed libraries decode it
    fingerprint: bytes = b""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(...)"


@dataclass(frozen=True, kw_only=True, repr=False)
class _Addressed(_Document):
    """A document with an address, and perhaps a newer one appended when its holder moved."""

    name: str
    address: str
    authority: str
    appended_address: str | None = None  # "" if the card has none, None if it was not read


@dataclass(frozen=True, kw_only=True, repr=False)
class ResidentId(_Addressed):
    """居民身份证."""

    nation_code: str  # GB/T 3304

    @property
    def nation(self) -> str:
        """Name of the ethnic group, or the code as it is if the table does not know it."""
        return nation_name(self.nation_code)


@dataclass(frozen=True, kw_only=True, repr=False)
class ResidencePermit(_Addressed):
    """港澳台居民居住证, type J."""

    permit_number: str  # 通行证号
    issue_count: str  # 签发次数


@dataclass(frozen=True, kw_only=True, repr=False)
class _Foreigner(_Document):
    """What both foreigner's cards have."""

    chinese_name: str  # may be empty
    english_name: str
    nationality: str  # GB/T 2659, three letters

    @property
    def name(self) -> str:
        """The Chinese name, or the English one of a person who has no other."""
        return self.chinese_name or self.english_name


@dataclass(frozen=True, kw_only=True, repr=False)
class ForeignerId2017(_Foreigner):
    """外国人永久居留身份证, edition of 2017, type I."""

    version: str
    authority_code: str


@dataclass(frozen=True, kw_only=True, repr=False)
class ForeignerId2023(_Foreigner):
    """外国人永久居留身份证, edition of 2023, type Y. Its English name ends after 46 characters, finished or not."""

    renewals: str  # 换证次数
    old_number_relation: str


IdDocument = ResidentId | ForeignerId2017 | ForeignerId2023 | ResidencePermit
