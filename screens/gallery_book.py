"""The whole gallery: every screen in every look, layout and language, with a page to look through them."""

import argparse
import html
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from screens.text.catalogue import LANGUAGES
from screens.theme.tokens import ThemeName

_LAYOUTS = {"portrait": ["--size", "1080x1920"], "landscape": ["--size", "1920x1080"], "low": ["--low"]}

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Gallery of the kiosk</title>
<style>
body {{ font: 16px/1.4 sans-serif; margin: 0; background: #F6F4EF; color: #14233B }}
nav {{ position: sticky; top: 0; padding: 12px 24px; background: #FFF; border-bottom: 2px solid #DFE3EA }}
nav label {{ margin-right: 16px }}
section {{ padding: 8px 24px; overflow-x: auto; white-space: nowrap }}
h2 {{ font-size: 18px; margin: 12px 0 }}
figure {{ display: inline-block; margin: 0 16px 0 0 }}
figure[hidden] {{ display: none }}
img {{ height: 560px; border: 2px solid #DFE3EA; border-radius: 8px; background: #FFF }}
figcaption {{ font-size: 13px; color: #4A5B75 }}
</style>
<nav>{choices}</nav>
{sections}
<script>
const choose = () => {{
  const on = new Set([...document.querySelectorAll("nav input:checked")].map((box) => box.value));
  for (const figure of document.querySelectorAll("figure"))
    figure.hidden = !figure.dataset.kinds.split(" ").every((kind) => on.has(kind));
}};
document.querySelector("nav").addEventListener("change", choose);
choose();
</script>
</html>
"""


@dataclass(frozen=True)
class Variant:
    """One way in which all screens are drawn."""

    theme: ThemeName
    layout: str  # one of _LAYOUTS
    language: str

    @property
    def name(self) -> str:
        """The name of its folder."""
        return f"{self.theme}-{self.layout}-{self.language}"

    @property
    def options(self) -> list[str]:
        """What ``screens.gallery`` draws it with."""
        return ["--theme", self.theme, "--language", self.language, *_LAYOUTS[self.layout]]


def variants() -> Iterator[Variant]:
    """Every look, layout and language."""
    for theme, layout, language in product(ThemeName, _LAYOUTS, LANGUAGES):
        yield Variant(theme, layout, language)


def index(names: Iterable[str], drawn: Iterable[Variant]) -> str:
    """The page that shows them, one row a screen; it needs nothing but the pictures beside it."""
    drawn = list(drawn)
    kinds = [*ThemeName, *_LAYOUTS, *LANGUAGES]
    first = {ThemeName.STANDARD, "portrait", LANGUAGES[0]}
    choices = "".join(
        f'<label><input type="checkbox" value="{kind}"{" checked" if kind in first else ""}> {kind}</label>'
        for kind in kinds
    )
    sections = "\n".join(_section(name, drawn) for name in names)
    return _PAGE.format(choices=choices, sections=sections)


def _section(name: str, drawn: Iterable[Variant]) -> str:
    figures = "".join(
        f'<figure data-kinds="{each.theme} {each.layout} {each.language}">'
        f'<img loading="lazy" src="{each.name}/{html.escape(name)}.png" alt="{html.escape(name)}">'
        f"<figcaption>{each.name}</figcaption></figure>"
        for each in drawn
    )
    return f"<section><h2>{html.escape(name)}</h2>{figures}</section>"


def draw_all(out: Path, fonts: Path, only: str = "") -> int:
    """Draw every variant into its folder below ``out``, then the page. Returns how many pictures there are.

    A process each, because a process has one window, of one size.

    Raises:
        subprocess.CalledProcessError: a variant could not be drawn; it has said why.
    """
    for variant in variants():
        print(variant.name, flush=True)  # noqa: T201 - a command that takes minutes
        command = [sys.executable, "-m", "screens.gallery", str(out / variant.name), *variant.options]
        subprocess.run([*command, "--fonts", str(fonts), "--only", only], check=True, stdout=subprocess.DEVNULL)
    names = sorted({path.stem for path in out.glob("*/*.png")})
    (out / "index.html").write_text(index(names, variants()), encoding="utf-8")
    return len(list(out.glob("*/*.png")))


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """``kiosk gallery``."""
    gallery = commands.add_parser(
        "gallery", help="draw every screen in every look, layout and language; needs a screen"
    )
    gallery.add_argument("out", type=Path, help="folder for the pictures and their index.html")
    gallery.add_argument("--fonts", type=Path, default=Path("build/fonts"), help="folder of the prepared fonts")
    gallery.add_argument("--only", default="", help="only screens whose name begins so")
    gallery.set_defaults(answer=_answer)


def _answer(arguments: argparse.Namespace) -> int:
    try:
        count = draw_all(arguments.out, arguments.fonts, arguments.only)
    except subprocess.CalledProcessError as failed:
        print(f"kiosk: a variant was not drawn (exit code {failed.returncode})", file=sys.stderr)  # noqa: T201 - a command
        return 2
    print(f"{count} pictures; open {arguments.out / 'index.html'}")  # noqa: T201 - a command
    return 0
