"""The fault catalogue: every code has its words in each language, its place in the docs, and a use in the program."""

from pathlib import Path

import pytest

from config.faults import Action, FaultCode
from flows.prompts import Text
from kiosk import fault_list
from screens.text.catalogue import LANGUAGES, Catalogue, raise_missing

ROOT = Path(__file__).parent.parent
ROOMS = ("kiosk", "drivers", "screens", "flows", "offline_queue")


@pytest.fixture(scope="module")
def source() -> str:
    """The whole program, without the catalogue itself."""
    return "".join(file.read_text("utf-8") for room in ROOMS for file in (ROOT / room).rglob("*.py"))


@pytest.mark.parametrize("code", FaultCode)
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_fault_has_both_sentences(code: FaultCode, language: str) -> None:
    catalogue = Catalogue.load(language, raise_missing)
    assert catalogue.render(Text(f"fault.{code}.citizen"))
    assert catalogue.render(Text(f"fault.{code}.technician"))


@pytest.mark.parametrize("code", FaultCode)
def test_each_fault_is_used(code: FaultCode, source: str) -> None:
    assert f"FaultCode.{code.name}" in source


@pytest.mark.parametrize("code", FaultCode)
def test_each_fault_has_an_action(code: FaultCode) -> None:
    assert code.action in Action


def test_the_pages_for_technicians_are_current() -> None:
    """`make contract` writes them anew."""
    assert (ROOT / "docs" / "faults.md").read_text("utf-8") == fault_list.markdown()
    assert (ROOT / "docs" / "faults.zh-CN.md").read_text("utf-8") == fault_list.markdown_in("zh_CN")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", FaultCode)
def test_the_page_in_one_language_has_a_row_for_each_fault(code: FaultCode, language: str) -> None:
    words = Catalogue.load(language, raise_missing)
    (row,) = [line for line in fault_list.markdown_in(language).splitlines() if f'<a id="{code}">' in line]
    for key in (f"fault.{code}.technician", f"fault.{code}.citizen", f"fault.remedy.{code.action}"):
        assert words.render(Text(key)) in row
