"""The table of docs/touches.md, between its marks."""

from collections.abc import Mapping
from pathlib import Path

from tests.touches.counting import Count

PAGE = Path(__file__).parents[2] / "docs" / "touches.md"
_BEGIN, _END = "<!-- begin: make touches -->", "<!-- end: make touches -->"
_COLUMNS = (
    "matter",
    "touches",
    "after the document",
    "of these for its form",
    "beyond its form",
    "screens",
    "signs read",
    "machine, s",
    "reading and machine, s",
)


def write(counts: Mapping[str, Count], page: Path = PAGE) -> None:
    """Put the table into ``page``; everything else of it stays."""
    before, rest = page.read_text("utf-8").split(_BEGIN)
    _, after = rest.split(_END)
    page.write_text(f"{before}{_BEGIN}\n{render(counts)}\n{_END}{after}", "utf-8")


def render(counts: Mapping[str, Count]) -> str:
    """Markdown; the names are keys of matters, in the order in which they were played."""
    head = [f"| {' | '.join(_COLUMNS)} |", "|---" * len(_COLUMNS) + "|"]
    return "\n".join([*head, *(_row(name, count) for name, count in counts.items())])


def _row(name: str, count: Count) -> str:
    cells = (
        name.replace("_", " "),
        count.touches,
        count.after_document,
        count.form,
        count.beyond_form,
        count.screens,
        count.signs,
        f"{count.machine:.0f}",
        f"{count.seconds:.0f}",
    )
    return f"| {' | '.join(map(str, cells))} |"
