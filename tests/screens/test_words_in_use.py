"""Every sentence of the catalogue is said by some part of the program: words that nobody says are taken out."""

import ast
import re
from pathlib import Path

from screens.text.catalogue import Catalogue

ROOT = Path(__file__).parents[2]
SPEAKING = [path for room in ("flows", "kiosk", "screens") for path in sorted((ROOT / room).rglob("*.py"))]


def _key(text: ast.JoinedStr) -> str | None:
    """The keys that a text with values in it can make, as a pattern; None if it can make none."""
    fixed = [part.value if isinstance(part, ast.Constant) else None for part in text.values]
    words = "".join(str(part) for part in fixed if part is not None)
    if not re.fullmatch(r"[\w.]+", words) or not re.search(r"[a-z]\.|\.[a-z]", words):
        return None
    return "".join(r"[\w.]+" if part is None else re.escape(str(part)) for part in fixed)


def test_every_sentence_is_said_by_somebody() -> None:
    nodes = [node for path in SPEAKING for node in ast.walk(ast.parse(path.read_text("utf-8")))]
    named = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    made = {key for node in nodes if isinstance(node, ast.JoinedStr) if (key := _key(node))}
    assert len(made) > 40
    anything = re.compile("|".join(sorted(made)))
    messages = Catalogue.load("en").messages
    assert [key for key in messages if key not in named and not anything.fullmatch(key)] == []
