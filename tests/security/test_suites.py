"""One setting chooses how is signed and sealed; what is not there is refused before anything starts."""

import ast
from pathlib import Path

import pytest
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from config import settings
from config.suites import AVAILABLE, SuiteName
from offline_queue.suite import INTERNATIONAL, SuiteUnavailable, suite_of

ROOT = Path(__file__).parents[2]
PRODUCT = ("kiosk", "drivers", "screens", "flows", "offline_queue", "config")


def test_the_international_suite_is_the_default() -> None:
    chosen = suite_of(settings.load().security.suite)
    assert chosen is INTERNATIONAL
    assert (chosen.signature, chosen.agreement, chosen.encryption) == ("Ed25519", "ECDH-ES", "A256GCM")


def test_a_suite_that_is_not_there_is_refused_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "hall.toml"
    file.write_text('[security]\nsuite = "sm"\n')
    with pytest.raises(settings.ConfigurationError) as caught:
        settings.load(file)
    told = str(caught.value)
    assert all(part in told for part in ("line 2", "security.suite", '"sm" is not in this version', "0021"))
    assert (ROOT / "docs" / "decisions" / "0021-one-suite-and-room-for-another.md").exists()


@pytest.mark.parametrize("name", SuiteName)
def test_the_settings_offer_exactly_what_is_built(name: SuiteName) -> None:
    if name in AVAILABLE:
        assert suite_of(name).name is name
    else:
        with pytest.raises(SuiteUnavailable, match=name):
            suite_of(name)


def test_a_signature_in_another_algorithm_is_refused() -> None:
    """The algorithm is the suite's, never the header's (RFC 8725, 3.1)."""
    key = INTERNATIONAL.new_signing_key("kiosk")
    token = INTERNATIONAL.sign({"typ": "t", "kid": "kiosk"}, b"content", key)
    assert INTERNATIONAL.verified(token, key) == b"content"
    other = OKPKey.generate_key("Ed448")
    with pytest.raises((JoseError, ValueError)):
        INTERNATIONAL.verified(token, other)
    none = "eyJhbGciOiJub25lIn0." + token.split(".")[1] + "."
    with pytest.raises((JoseError, ValueError)):
        INTERNATIONAL.verified(none, key)


def test_only_the_suite_speaks_with_the_library() -> None:
    """Else one setting would not be enough."""
    users = {
        path.relative_to(ROOT).as_posix()
        for room in PRODUCT
        for path in (ROOT / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom)
        and node.module == "joserfc"
        and {alias.name for alias in node.names} & {"jws", "jwe", "jwt"}
    }
    assert users == {"offline_queue/suite.py"}
