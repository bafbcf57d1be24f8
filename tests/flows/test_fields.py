"""Numbers that are typed: what is right, what is said of the rest."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.banks import ISSUERS, issuer_of, longest_prefix, luhn
from flows.fields import check, comment, grouped, length
from flows.prompts import NumberKind, Text
from screens.text.catalogue import LANGUAGES, Catalogue, raise_missing

MOBILE, ACCOUNT, YEAR = NumberKind.MOBILE, NumberKind.BANK_ACCOUNT, NumberKind.BIRTH_YEAR


def with_luhn(digits: str) -> str:
    """``digits`` and their check digit."""
    return next(digits + end for end in "0123456789" if luhn(digits + end))


@pytest.mark.parametrize(
    ("kind", "digits", "key", "count"),
    [
        (MOBILE, "", "field.mobile.empty", None),
        (MOBILE, "2", "field.mobile.start", None),
        (MOBILE, "12", "field.mobile.second", None),
        (MOBILE, "13800000", "field.mobile.short", 3),
        (MOBILE, "138000000211", "field.mobile.long", 1),
        (ACCOUNT, "", "field.bank_account.empty", None),
        (ACCOUNT, "123456", "field.bank_account.short", 10),
        (ACCOUNT, "12345678901234567890", "field.bank_account.long", 1),
        (ACCOUNT, "6222021234567890", "field.bank_account.bank_short", 3),
        (ACCOUNT, "62148312345678901", "field.bank_account.bank_long", 1),
        (ACCOUNT, "1234567890123456", "field.bank_account.wrong_or_short", None),
        (ACCOUNT, "1234567890123456789", "field.bank_account.wrong", None),
        (ACCOUNT, "6214831234567890", "field.bank_account.wrong", None),
        (YEAR, "", "field.birth_year.empty", None),
        (YEAR, "18", "field.birth_year.start", None),
        (YEAR, "3", "field.birth_year.start", None),
        (YEAR, "195", "field.birth_year.short", 1),
        (YEAR, "19501", "field.birth_year.long", 1),
    ],
)
def test_what_is_wrong_is_said_kindly(kind: NumberKind, digits: str, key: str, count: int | None) -> None:
    said = check(kind, digits)
    assert said is not None
    assert said.key == key
    assert said.values.get("count") == count
    for language in LANGUAGES:
        assert Catalogue.load(language, raise_missing).render(said)


def test_the_sentences_as_people_read_them() -> None:
    chinese, english = (Catalogue.load(language, raise_missing) for language in LANGUAGES)
    assert chinese.render(check(MOBILE, "13800000")) == "手机号是 11 位，还差 3 位"
    assert chinese.render(check(ACCOUNT, "622202")) == "这种工商银行卡的卡号是 19 位，还差 13 位"
    assert english.render(check(ACCOUNT, "622202")) == "This card of ICBC has 19 digits. 13 more to go"


@pytest.mark.parametrize(
    ("kind", "digits"),
    [
        (MOBILE, "13800000021"),
        (MOBILE, "19912345678"),
        (ACCOUNT, with_luhn("622202123456789012")),
        (ACCOUNT, with_luhn("621483123456789")),
        (ACCOUNT, with_luhn("123456789012345")),
        (ACCOUNT, with_luhn("12345678901234567")),
        (YEAR, "1943"),
        (YEAR, "2008"),
    ],
)
def test_right_numbers_pass(kind: NumberKind, digits: str) -> None:
    assert check(kind, digits) is None


@pytest.mark.parametrize(
    ("digits", "bank"),
    [
        ("622202", "工商银行"),
        ("622848", "农业银行"),
        ("621661", "中国银行"),
        ("621700", "建设银行"),
        ("622262", "交通银行"),
        ("621098", "邮储银行"),
        ("621483", "招商银行"),
        ("622379", "齐鲁银行"),
        ("623078", "恒丰银行"),
        ("622319", "农商银行"),
        ("6222021234567", "工商银行"),
    ],
)
def test_the_bank_is_recognised_while_typing(digits: str, bank: str) -> None:
    said = comment(ACCOUNT, digits)
    assert said is not None
    assert Catalogue.load("zh_CN", raise_missing).render(said) == bank


def test_an_unknown_bank_is_said_only_when_it_is_certain() -> None:
    assert comment(ACCOUNT, "6222") is None
    assert comment(ACCOUNT, "1234567890") == Text("field.bank_account.bank_unknown")
    assert comment(MOBILE, "13800000021") is None


@pytest.mark.parametrize(
    ("kind", "digits", "shown"),
    [
        (MOBILE, "13800000021", "138 0000 0021"),
        (MOBILE, "138", "138"),
        (MOBILE, "", ""),
        (ACCOUNT, "6222021234567890123", "6222 0212 3456 7890 123"),
        (YEAR, "1943", "1943"),
    ],
)
def test_digits_are_grouped(kind: NumberKind, digits: str, shown: str) -> None:
    assert grouped(kind, digits) == shown


@given(st.sampled_from(NumberKind), st.text("0123456789", max_size=22))
def test_whatever_is_typed_gets_an_answer(kind: NumberKind, digits: str) -> None:
    """What is right has a length that the pad allows, and grouping loses nothing."""
    if check(kind, digits) is None:
        assert length(kind)[0] <= len(digits) <= length(kind)[1]
    assert grouped(kind, digits).replace(" ", "") == digits


@given(st.text("0123456789", min_size=15, max_size=18), st.integers(0, 14), st.integers(1, 9))
def test_one_wrong_digit_never_passes(digits: str, place: int, difference: int) -> None:
    right = with_luhn(digits)
    other = str((int(right[place]) + difference) % 10)
    assert not luhn(right[:place] + other + right[place + 1 :])


def test_the_list_of_banks_is_sound() -> None:
    entries = tomllib.loads(ISSUERS.read_text(encoding="utf-8"))["issuer"]
    prefixes = [prefix for entry in entries for prefix in entry["prefixes"]]
    assert len(set(prefixes)) == len(prefixes) > 250
    assert all(prefix.isdigit() and len(prefix) <= longest_prefix() for prefix in prefixes)
    for entry in entries:
        assert length(ACCOUNT)[0] <= entry["length"] <= length(ACCOUNT)[1]
        for prefix in entry["prefixes"]:
            issuer = issuer_of(prefix)
            assert issuer is not None
            assert (issuer.name.zh, issuer.length) == (entry["zh"], entry["length"])
