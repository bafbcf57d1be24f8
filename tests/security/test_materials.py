"""What the product is made of: every package locked with hashes, its licence known, its files those that came."""

import base64
import hashlib
from importlib import metadata
from pathlib import Path

import pytest
from cyclonedx.validation.json import JsonStrictValidator
from packaging.utils import canonicalize_name

from tests.security import materials
from tests.security.materials import LOCK, ROOT, SCHEMA, LicenceUnknownError, Material, bill, licence_of, licences


@pytest.fixture(scope="module")
def found() -> list[Material]:
    return materials.materials()


def test_each_package_is_locked_with_hashes() -> None:
    pinned = list(materials.locked(LOCK.read_text("utf-8")))
    assert len(pinned) > 50
    assert [str(each) for each, hashes in pinned if not hashes or not str(each.specifier).startswith("==")] == []


def test_what_is_installed_is_what_is_locked(found: list[Material]) -> None:
    pinned = {str(canonicalize_name(each.name)): each for each, _ in materials.locked(LOCK.read_text("utf-8"))}
    assert [each.name for each in found if each.version not in pinned[each.name].specifier] == []


def test_no_installed_file_of_the_product_was_changed(found: list[Material]) -> None:
    """As RECORD has it, which pip wrote from the archive whose hash it had checked. Scripts are written at set-up."""
    changed, looked_at = [], 0
    for each in (each for each in found if each.shipped):
        for file in metadata.files(each.name) or []:
            if file.hash is None or ".." in file.parts:
                continue
            digest = hashlib.new(file.hash.mode, Path(str(file.locate())).read_bytes()).digest()
            looked_at += 1
            if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != file.hash.value:
                changed.append(str(file))
    assert looked_at > 1000
    assert changed == []


def test_the_bill_is_cyclonedx_and_whole(found: list[Material]) -> None:
    text = bill(found)
    assert JsonStrictValidator(SCHEMA).validate_str(text) is None
    assert text.count('"purl"') == len(found)
    assert all(digest in text for each in found for digest in each.hashes)
    assert {each.name for each in found if each.shipped} > {"kivy", "joserfc", "cryptography", "requests", "urllib3"}
    assert not {each.name for each in found if each.shipped} & {"pytest", "fastapi", "atheris"}


def test_the_page_of_the_licences_is_current(found: list[Material]) -> None:
    """`make sbom` writes it anew."""
    assert (ROOT / "docs" / "licences.md").read_text("utf-8") == licences(found)


def test_nothing_that_runs_at_a_kiosk_forbids_that(found: list[Material]) -> None:
    """No GPL: the product could not be handed to a hall without its source. LGPL is loaded as it is."""
    gpl = [each.name for each in found if each.shipped and "GPL" in each.licence.replace("LGPL", "")]
    assert gpl == ["docutils"]  # Kivy asks for it; its GPL part, an Emacs mode, is not in the archive that is installed
    assert not [str(file) for file in metadata.files("docutils") or [] if file.suffix == ".el"]


def test_a_licence_that_is_not_known_is_an_error() -> None:
    with pytest.raises(LicenceUnknownError, match="newcomer"):
        licence_of("newcomer", {"License": "see the web page"})
    assert licence_of("newcomer", {"License-Expression": "MIT OR Apache-2.0"}) == "MIT OR Apache-2.0"
