"""A kiosk's directory of layers, and the command line over it."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from kiosk import cli

Run = Callable[..., int]


class Tree:
    """The directory that --config names, and the kiosk's own data beside it."""

    def __init__(self, home: Path) -> None:
        self.directory = home / "etc"
        self.data = home / "data"
        self.local = self.data / "settings" / "local.toml"
        self.directory.mkdir()

    def write(self, texts: Mapping[str, str]) -> Path:
        """Layers by name; the kiosk's begins with the line that says where its data are."""
        for name, text in {"kiosk": "", **texts}.items():
            path = self.directory / f"{name}.toml"
            above = f'data_directory = "{self.data}"\n' if name == "kiosk" else ""
            if name == "local":
                path = self.local
                path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(above + text, encoding="utf-8")
        return self.directory


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(tmp_path)


@pytest.fixture
def run(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> Run:
    def run(*words: str) -> int:
        monkeypatch.setattr("sys.argv", ["kiosk", "--config", str(tree.directory), *words])
        return cli.main()

    return run
