"""What is wrong with a setting, on the staff's pages: in their language, with key, place and what is allowed."""

import re
from pathlib import Path

import pytest

from config.configuration import Configuration, allowed_for
from config.layers import LayerName, parsed, read
from config.services import ServiceName
from config.setting_fault import Rule, SettingFault
from config.setting_keys import fields
from config.settings import ConfigurationError, Settings, validated
from flows.prompts import Words
from kiosk.desk.setting_words import comes_from, may_be, why_not
from kiosk.settings_desk.files import LocalFiles, LocalFilesError
from screens.text.catalogue import Catalogue, raise_missing
from tests.config.conftest import Tree

CHINESE = Catalogue.load("zh_CN", raise_missing)
ENGLISH = Catalogue.load("en", raise_missing)
# What stays as it is written in a file: keys, values, paths. Everything else is Chinese.
_AS_WRITTEN = re.compile(
    r"[a-z_]+\.[a-z_]+|/[\w./-]+|[a-z]+://\S+|\"[^\"]*\"|\.prom|TOML|JSON|true|false|network|serial|psam"
)

REFUSED = {
    "text": ('[camera]\nsource = "/tmp/film.mp4"\n', "camera.source", Rule.DEVICE),
    "empty": ('[id_scanner]\nport = ""\n', "id_scanner.port", Rule.NOT_ALLOWED),
    "choice": ('[screen]\ntheme = "loud"\n', "screen.theme", Rule.NOT_ALLOWED),
    "number": ("[screen]\nidle_seconds = 5\n", "screen.idle_seconds", Rule.NOT_ALLOWED),
    "kind": ('[sound]\nvolume = "loud"\n', "sound.volume", Rule.NOT_ALLOWED),
    "member": ('[matters]\ndisable = ["nonsense"]\n', "matters.disable[0]", Rule.NOT_ALLOWED),
    "device": ('[printer]\nconnection = "serial"\n', "printer.connection", Rule.PRINTER_DEVICE),
    "host": ('[printer]\nhost = ""\n', "printer.host", Rule.PRINTER_HOST),
    "both": ('[matters]\ndisable = ["cancellation", "entitlement_record"]\n', "matters.disable", Rule.MATTERS_BOTH),
    "fewer": ("[matters]\ndisable = []\n", "matters.disable", Rule.ADDS_ONLY),
    "not here": ('mode = "trial"\n', "mode", Rule.NOT_HERE),
    "no key": ("[screen]\nthem = 1\n", "screen.them", Rule.NO_SUCH_KEY),
}


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    tree = Tree(tmp_path)
    tree.write({"hall": '[matters]\nenable = ["entitlement_record"]\ndisable = ["cancellation"]\n'})
    return tree


def refused(tree: Tree, local: str) -> ConfigurationError:
    reading = read(tree.directory).with_local(parsed(LayerName.LOCAL, tree.local, local))
    with pytest.raises(ConfigurationError) as caught:
        validated(reading)
    return caught.value


def foreign(words: Words) -> list[str]:
    said = _AS_WRITTEN.sub("", CHINESE.render(words))
    return [word for word in re.findall("[A-Za-z_]{2,}", said) if word not in set(ServiceName)]


@pytest.mark.parametrize(("local", "key", "rule"), REFUSED.values(), ids=REFUSED)
def test_every_refusal_is_said_in_chinese_with_key_and_line(tree: Tree, local: str, key: str, rule: Rule) -> None:
    error = refused(tree, local)
    (fault,) = [each for each in error.faults if isinstance(each, SettingFault) and each.rule is rule][:1]
    assert (fault.key, fault.place.file, fault.place.line > 0) == (key, str(tree.local), True)
    for words in (why_not(error), why_not(ConfigurationError(fault.without_place(str(tree.local))))):
        assert key in CHINESE.render(words)
        left = set(foreign(words)) - {key.rpartition(".")[2].partition("[")[0], "local", "toml"}
        assert left == set(), CHINESE.render(words)
        assert ENGLISH.render(words)


def test_several_faults_are_all_said(tree: Tree) -> None:
    error = refused(tree, '[screen]\ntheme = "loud"\nlanguage = "fr"\n')
    said = CHINESE.render(why_not(error))
    assert said.count("不能是这个值") == len(error.faults) == 2
    assert '"standard", "elders", "contrast"' in said
    assert "第 2 行" in said


def test_files_that_cannot_be_read_are_said(tree: Tree) -> None:
    (tree.directory / "province.toml").write_text("[screen\n")
    with pytest.raises(ConfigurationError) as caught:
        validated(read(tree.directory))
    assert "province.toml：不是正确的 TOML" in CHINESE.render(why_not(caught.value))
    with pytest.raises(LocalFilesError) as gone:
        LocalFiles(tree.local).version(7)
    assert CHINESE.render(why_not(gone.value)) == "第 7 版已不再保留，不能退回。"


def test_what_the_environment_has_wrong_is_said(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSK_SCREEN__THEME", "loud")
    with pytest.raises(ConfigurationError) as caught:
        validated(read(tree.directory))
    assert CHINESE.render(why_not(caught.value)).startswith("screen.theme（环境变量 KIOSK_SCREEN__THEME）：")
    monkeypatch.setenv("KIOSK_MATTERS__DISABLE", "cancellation")
    with pytest.raises(ConfigurationError) as caught:
        validated(read(tree.directory))
    assert "JSON" in CHINESE.render(why_not(caught.value))


@pytest.mark.parametrize("catalogue", [CHINESE, ENGLISH], ids=["zh_CN", "en"])
def test_each_rule_and_each_kind_of_setting_has_its_words(catalogue: Catalogue, tree: Tree) -> None:
    assert {rule for rule in Rule if not catalogue.has(f"desk.setting.rule.{rule}")} == set()
    for key in fields(Settings):
        allowed = allowed_for(key)
        assert allowed is not None
        assert catalogue.render(may_be(allowed))
    views = Configuration.load(tree.directory).views()
    assert {catalogue.render(comes_from(view.origin)) for view in views} > {
        catalogue.render(comes_from(views[2].origin))
    }


@pytest.mark.parametrize("key", ["screen.brightness.07:30", "matters.disable[3]", "matters.identity.activation"])
def test_what_stands_within_a_setting_is_allowed_as_that_is(key: str) -> None:
    assert allowed_for(key) is not None
    assert allowed_for("nonsense.7") is None
