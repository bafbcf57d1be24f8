"""docs/security.md: no empty cell, and every file that it names is there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")
_ROOMS = "tests|kiosk|docs|systemd|config|drivers|offline_queue|screens|flows|simulator"
_NAMED = re.compile(rf"`((?:{_ROOMS})/[\w./-]+|[\w.-]+\.(?:lock|txt|toml))`|\]\(([\w./-]+\.md)\)")


def rows() -> list[list[str]]:
    lines = [line for line in PAGE.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if not set(line) <= set("|-")]


def test_no_cell_is_empty() -> None:
    found = rows()
    assert len(found) > 50
    assert [row for row in found if len(row) not in {3, 4} or not all(row)] == []


def test_each_point_names_a_test_or_says_whose_job_it_is() -> None:
    heads = {"test that tries", "test, or whose job"}
    wanted = ("`tests/", "`systemd/check`", "`make check`", "the hall's job", "nothing to do")
    assert [row for row in rows() if row[-1] not in heads and not any(each in row[-1] for each in wanted)] == []


def test_what_is_named_is_there() -> None:
    named = {there or f"docs/{beside}" for there, beside in _NAMED.findall(PAGE)}
    assert {name.split("/")[0] for name in named} >= {"tests", "kiosk", "docs", "systemd", "requirements.lock"}
    assert len(named) > 40
    assert sorted(name for name in named if not (ROOT / name).exists()) == []
