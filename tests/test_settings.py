"""The configuration: good files load, wrong ones are refused with file, line, key and what is allowed."""

from pathlib import Path

import pytest

from config import settings


def _write(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "hall.toml"
    file.write_text(text, encoding="utf-8")
    return file


def _refusal(tmp_path: Path, text: str) -> str:
    with pytest.raises(settings.ConfigurationError) as caught:
        settings.load(_write(tmp_path, text))
    return str(caught.value)


def test_the_defaults_are_complete() -> None:
    assert settings.load().hall.name == "济南市政务服务大厅"


def test_a_hall_changes_only_what_differs(tmp_path: Path) -> None:
    loaded = settings.load(_write(tmp_path, '[hall]\nkiosk = "07"\n'))
    assert (loaded.hall.kiosk, loaded.hall.receipt_prefix) == ("07", "JN03")


def test_the_environment_stands_above_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSK_SCREEN__LANGUAGE", "en")
    assert settings.load(_write(tmp_path, '[screen]\nlanguage = "zh_CN"\n')).screen.language == "en"


def test_kiosk_config_names_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSK_CONFIG", str(_write(tmp_path, '[log]\nlevel = "DEBUG"\n')))
    assert settings.load().log.level == "DEBUG"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[screen]\nlangauge = "en"\n', ["line 2", "screen.langauge", "did you mean language?", "idle_seconds"]),
        ('[screen.brightness]\n"08:00" = 100\n"7:30" = 50\n', ["screen.brightness", '"7:30" is no time', '"07:30"']),
        ('[screen]\nbrightness = { "18:00" = 50, "08:00" = 100 }\n', ["line 2", "screen.brightness", "must ascend"]),
        ('[screen.brightness]\n"08:00" = 5\n', ["line 2", "greater than or equal to 10"]),
        ('[screen]\n\nwidth = "wide"\n', ["line 3", "screen.width", "valid integer"]),
        ('[screen]\nlanguage = "fr"\n', ["line 2", "screen.language", "'zh_CN' or 'en'"]),
        ("[queue]\nexpires_after_hours = 0\n", ["line 2", "queue.expires_after_hours", "greater than or equal to 1"]),
        ('mode = "trial"\n[gateway]\nurl = "http://192.0.2.1"\n', ["line 3", "gateway.url", "only on this machine"]),
        ('[gateway]\nurl = "http://127.0.0.1"\n', ["line 2", "gateway.url", "must begin with https://"]),
        ('[gateway]\nca_file = ""\n', ["line 2", "gateway.ca_file", "must be named", "production"]),
        ('[gateway]\nclient_key = ""\n', ["line 2", "gateway.client_key", "must be named"]),
        ('mode = "trial"\n[gateway]\nclient_key = ""\n', ["line 3", "gateway.client_", "belong together"]),
        ("[gateway]\nread_seconds = 20.5\n", ["line 2", "gateway.read_seconds", "less than or equal to 20"]),
        ("[gateway]\nconnect_seconds = 21\n", ["line 2", "gateway.connect_seconds", "less than or equal to 20"]),
        ('[face]\nmodel_file = "own.onnx"\n', ["line 2", "face.model_file", "belong together"]),
        ("[face]\nsame = 0.1\n", ["line 2", "face.same", "must not be above"]),
        ('[hall]\nkiosk = "０３"\n', ["line 2", "hall.kiosk", "[0-9]{2}"]),  # digits of a Chinese keyboard
        ('[printer]\nconnection = "serial"\n', ["printer.device must be set"]),
        ("[metrics]\nport = 80\n", ["line 2", "metrics.port", "0 (off), or from 1024 on"]),
        ('[metrics]\ntextfile = "kiosk.prom"\n', ["line 2", "metrics.textfile", "ends in .prom"]),
        ('[metrics]\naddress = "0.0.0.0"\n', ["line 2", "metrics.address", "no such key", "port, textfile"]),
        ("[fleet]\nreport_seconds = 5\n", ["line 2", "fleet.report_seconds", "greater than or equal to 10"]),
        ("[colour]\nred = 1\n", ["line 1", "colour", "no such key", "hall, screen"]),
        ("mode = trial\n", ["not valid TOML", "line 1"]),
        (
            '[matters]\nenable = [\n  "activation",\n  "activaton",\n]\n',
            ["line 4", "matters.enable[1]", "'activation', 'loss_report'"],
        ),
        ('[matters]\nenable = ["activation"]\ndisable = ["activation"]\n', ["line 2", "both name activation"]),
        ("[matters]\nloss_days = 31\n", ["line 2", "matters.loss_days", "less than or equal to 30"]),
        (
            '[matters.identity]\nactivation = "word"\n',
            ["line 2", "matters.identity.activation", "'document', 'in_person' or"],
        ),
        ('[matters.identity]\nactivate = "document"\n', ["line 2", "matters.identity.activate", "'activation'"]),
    ],
)
def test_a_wrong_file_says_where_and_what_is_allowed(tmp_path: Path, text: str, expected: list[str]) -> None:
    message = _refusal(tmp_path, text)
    assert [word for word in [str(tmp_path), *expected] if word not in message] == []


def test_every_error_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    assert len(_refusal(tmp_path, '[screen]\nwidth = "x"\nheight = "y"\n').splitlines()) == 2


def test_a_wrong_environment_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSK_SCREEN__LANGUAGE", "fr")
    with pytest.raises(settings.ConfigurationError, match="environment variable KIOSK_SCREEN__LANGUAGE"):
        settings.load()


def test_services_may_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSK_MATTERS__ENABLE", '["entitlement_record"]')
    assert settings.load().matters.enable == ("entitlement_record",)


def test_a_wrong_service_in_the_environment_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSK_MATTERS__DISABLE", '["entitlement_record", "nothing"]')
    with pytest.raises(settings.ConfigurationError, match="environment variable KIOSK_MATTERS__DISABLE: Input should"):
        settings.load()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(settings.ConfigurationError, match=r"none\.toml: cannot be read"):
        settings.load(tmp_path / "none.toml")
