"""Layers: each wins over the lower one; whatever is wrong in any of them is told with its file and line."""

import shutil
from pathlib import Path

import pytest

from config import settings
from config.configuration import Configuration
from config.layers import LayerName
from tests.config.conftest import Tree

EXAMPLES = Path(settings.__file__).parent / "examples"
LAYERS = ["province", "hall", "kiosk", "local"]


def _refusal(directory: Path) -> list[str]:
    with pytest.raises(settings.ConfigurationError) as caught:
        settings.load(directory)
    return str(caught.value).splitlines()


@pytest.mark.parametrize("highest", range(len(LAYERS)))
def test_each_layer_wins_over_the_lower_ones(tree: Tree, highest: int) -> None:
    texts = {name: f"[voice]\nvolume = {number}\n" for number, name in enumerate(LAYERS[: highest + 1])}
    assert settings.load(tree.write(texts)).voice.volume == highest


def test_the_environment_wins_over_all(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSK_VOICE__VOLUME", "99")
    assert settings.load(tree.write(dict.fromkeys(LAYERS, "[voice]\nvolume = 1\n"))).voice.volume == 99


def test_tables_are_joined_and_lists_are_replaced(tree: Tree) -> None:
    below = '[matters]\ndisable = ["cancellation"]\n[matters.identity]\nactivation = "document"\n'
    above = '[matters]\ndisable = ["activation"]\n[matters.identity]\nreinstatement = "in_person"\n'
    matters = settings.load(tree.write({"province": below, "hall": above})).matters
    assert matters.disable == ("activation",)
    assert matters.identity == {"activation": "document", "reinstatement": "in_person"}


def test_a_single_file_has_the_changes_made_at_the_kiosk_over_it(tree: Tree) -> None:
    tree.write({"local": '[screen]\ntheme = "elders"\n'})
    assert settings.load(tree.directory / "kiosk.toml").screen.theme == "elders"


def test_one_layer_is_enough_and_none_is_not(tmp_path: Path) -> None:
    (tmp_path / "hall.toml").write_text('[hall]\nname = "x"\n')
    assert settings.load(tmp_path).hall.name == "x"
    (tmp_path / "hall.toml").unlink()
    assert _refusal(tmp_path) == [
        f"{tmp_path}: holds no settings; at least one must be there of: province.toml, hall.toml, kiosk.toml"
    ]


def test_a_file_that_is_no_layer_is_refused(tree: Tree) -> None:
    assert _refusal(tree.write({"provnce": ""})) == [
        f"{tree.directory}/provnce.toml: not the name of a layer; allowed: province.toml, hall.toml, kiosk.toml"
    ]


@pytest.mark.parametrize("name", ["province", "hall", "kiosk", "local"])
def test_a_fault_names_the_file_and_the_line_of_its_layer(tree: Tree, name: str) -> None:
    path = tree.local if name == "local" else tree.directory / f"{name}.toml"
    line = 4 if name == "kiosk" else 3
    refusal = _refusal(tree.write({name: '[screen]\n\ntheme = "red"\n'}))
    assert refusal == [f"{path}, line {line}: screen.theme: Input should be 'standard', 'elders' or 'contrast'"]


def test_what_a_higher_layer_replaces_must_be_right_too(tree: Tree) -> None:
    texts = {"province": "[voice]\nvolume = 101\n", "hall": "[voice]\nvolume = 10\n"}
    assert _refusal(tree.write(texts)) == [
        f"{tree.directory}/province.toml, line 2: voice.volume: Input should be less than or equal to 100"
    ]


def test_a_rule_over_several_keys_holds_for_the_whole_only(tree: Tree) -> None:
    texts = {"province": '[printer]\nconnection = "serial"\n', "kiosk": '[printer]\ndevice = "/dev/ttyS0"\n'}
    assert settings.load(tree.write(texts)).printer.device == "/dev/ttyS0"
    (tree.directory / "kiosk.toml").unlink()
    refusal = _refusal(tree.directory)
    assert len(refusal) == 1
    assert "printer.device must be set" in refusal[0]


def test_the_faults_of_all_files_are_told_at_once(tree: Tree) -> None:
    texts = {
        "province": "[screen\n",
        "hall": "[screen]\nwidht = 1\n",
        "kiosk": 'configuration_version = "a b"\n',
        "local": '[gateway]\nurl = "https://elsewhere.example"\n',
    }
    refusal = _refusal(tree.write(texts))
    assert [line.split(": ")[0] for line in refusal] == [
        f"{tree.directory}/province.toml",
        f"{tree.directory}/kiosk.toml, line 2",
        f"{tree.directory}/hall.toml, line 2",
    ]
    assert "did you mean width?" in refusal[2]
    texts = dict.fromkeys(("province", "hall", "kiosk"), "") | {"local": texts["local"]}
    assert "line 2: gateway.url: is not changed at the kiosk; allowed: screen." in _refusal(tree.write(texts))[0]


def test_a_list_in_the_environment_that_is_not_json_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSK_MATTERS__DISABLE", "cancellation")
    with pytest.raises(settings.ConfigurationError, match=r"variable KIOSK_MATTERS__DISABLE: .*must be JSON"):
        settings.load()


def test_a_variable_for_another_key_of_the_table_is_not_blamed(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSK_SCREEN", '{"language": "en"}')
    assert _refusal(tree.write({"hall": "[screen]\nwidth = 1\n"}))[0].startswith(f"{tree.directory}/hall.toml, line 2")


def test_the_version_names_each_layer_and_hashes_the_whole(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    directory = tree.write({"province": 'configuration_version = "2026-11-29.1"\n', "hall": ""})
    version = Configuration.load(directory).version
    assert version.layers == ((LayerName.PROVINCE, "2026-11-29.1"), (LayerName.HALL, ""), (LayerName.KIOSK, ""))
    assert len(version.sha256) == 64
    assert Configuration.load(directory).version == version
    monkeypatch.setenv("KIOSK_LOG__LEVEL", "ERROR")
    assert Configuration.load(directory).version.sha256 != version.sha256


def test_every_kiosk_of_the_example_tree_is_right(tmp_path: Path) -> None:
    prefixes = set()
    for kiosk in sorted(EXAMPLES.glob("*/*/*/kiosk.toml")):
        place = tmp_path / "-".join(kiosk.parts[-3:-1])
        place.mkdir()
        for file in (kiosk.parents[2] / "province.toml", kiosk.parents[1] / "hall.toml", kiosk):
            shutil.copy(file, place)
        loaded = settings.load(place)
        assert loaded.gateway.url == "https://gateway.shandong.example.invalid"
        prefixes.add(loaded.hall.receipt_prefix)
    assert prefixes == {"JN03", "JN04", "ZB01"}
