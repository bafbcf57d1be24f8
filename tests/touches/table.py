"""The tables of docs/touches.md, between their marks."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from tests.touches.count import Count

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
    "reading, s",
    "machine, s",
    "together, s",
)


def write(usual: Mapping[str, Count], large: Mapping[str, Count], day: date, page: Path = PAGE) -> None:
    """Put the tables into ``page``; everything else of it stays. ``large``: in the elders' size."""
    before, rest = page.read_text("utf-8").split(_BEGIN)
    _, after = rest.split(_END)
    again = sum(count.again for counts in (usual, large) for count in counts.values())
    said = f"Measured on {day.isoformat()}. Touches made once more, which are not counted: {again}."
    parts = [said, "Usual size:", render(usual), "Elders' size, from the start screen on:", render(large)]
    tables = "\n\n".join(parts)
    page.write_text(f"{before}{_BEGIN}\n{tables}\n{_END}{after}", "utf-8")


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
        f"{count.reading:.0f}",
        f"{count.machine:.0f}",
        f"{count.seconds:.0f}",
    )
    return f"| {' | '.join(map(str, cells))} |"
