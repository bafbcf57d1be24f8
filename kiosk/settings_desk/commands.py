"""``kiosk config``: settings shown with their origin, checked before they are used, changed at the kiosk, undone."""

import argparse
import json
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from config import settings as configuration
from config.clock import CHINA
from config.configuration import Configuration, ConfigurationVersion, differences, toml
from config.layers import configured
from config.salvage import load_to_run
from config.settings import ConfigurationError
from kiosk import enrolment
from kiosk.audit.acts import note_settings
from kiosk.first_boot.user import become_owner_of
from kiosk.settings_desk.desk import NothingToDoError, SettingsDesk, typed
from kiosk.settings_desk.files import LocalFilesError
from kiosk.settings_desk.version import Changed, Version
from kiosk.staff.member import StaffNumber

DONE, NOT_DONE, UNUSABLE = 0, 1, 2

Work = Callable[[argparse.Namespace], None]


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``config`` to the command line; its functions take the arguments and return the exit code."""
    config = commands.add_parser("config", help="show, check, change the settings; see docs/configuration.md")
    actions = config.add_subparsers(required=True, metavar="ACTION")
    show = _action(actions, "show", "print the settings in force", _show)
    show.add_argument("keys", nargs="*", metavar="KEY", help="only these, such as screen.theme or screen")
    show.add_argument("--origin", action="store_true", help="with the file and line, or the variable, of each")
    show.add_argument("--json", action="store_true", help="for other programs")
    check = _action(actions, "check", "check a file or a directory of layers without using it", _check)
    check.add_argument("path", nargs="?", type=Path, metavar="PATH", help="else the settings in force")
    change = _action(actions, "set", "change settings at this kiosk, from its next start on", _set)
    change.add_argument("changes", nargs="+", type=_pair, metavar="KEY=VALUE")
    reset = _action(actions, "reset", "take back what was changed here: as the hall has it", _reset)
    reset.add_argument("keys", nargs="+", metavar="KEY")
    undo = _action(actions, "undo", "go back to how it was before the last change", _undo)
    for action in (change, reset, undo):
        action.add_argument("--by", type=_number, required=True, metavar="NUMBER", help="the technician's, such as S07")
    _action(actions, "history", "what was changed at this kiosk, newest first", _history)


def _action(
    actions: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, what: str, work: Work
) -> argparse.ArgumentParser:
    action = actions.add_parser(name, help=what, description=what)
    action.set_defaults(answer=_answer, work=work)
    return action


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text}: must be KEY=VALUE, such as screen.theme=elders")
    return key.strip(), value.strip()


def _number(text: str) -> StaffNumber:
    try:
        return StaffNumber(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _answer(arguments: argparse.Namespace) -> int:
    """Exit code 1 for what changes nothing; 2 for settings that are wrong, and for files that cannot be used."""
    try:
        arguments.work(arguments)
    except NothingToDoError as reason:
        return _complain(str(reason), NOT_DONE)
    except (ConfigurationError, LocalFilesError) as error:
        return _complain(str(error), UNUSABLE)
    return DONE


def _complain(text: str, code: int) -> int:
    sys.stderr.write("".join(f"kiosk: {line}\n" for line in text.splitlines()))
    return code


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def _show(arguments: argparse.Namespace) -> None:
    loaded = Configuration.load(arguments.config)
    views = loaded.views(arguments.keys)
    if arguments.json:
        settings = {
            view.key: {"value": view.value, **({"origin": str(view.origin)} if arguments.origin else {})}
            for view in views
        }
        _say(json.dumps({"settings": settings, **_version(loaded.version)}, ensure_ascii=False, indent=1))
        return
    for view in views:
        _say(f"{view.line}  # {view.origin}" if arguments.origin else view.line)
    if not arguments.keys:
        _say(f"# {_told(loaded.version)}")


def _version(version: ConfigurationVersion) -> dict[str, object]:
    return {"layers": [{"name": name, "version": of} for name, of in version.layers], "sha256": version.sha256}


def _told(version: ConfigurationVersion) -> str:
    layers = ", ".join(f"{name} {of or 'without a version'}" for name, of in version.layers)
    return f"{layers or 'defaults only'}; sha256 {version.sha256}"


def _check(arguments: argparse.Namespace) -> None:
    """Raises ``ConfigurationError`` with all that is wrong with what is checked."""
    path = configured(arguments.path or arguments.config)
    checked = Configuration.load(path)
    _say(f"{path or 'the defaults'}: nothing wrong ({_told(checked.version)})")
    if arguments.path is None:
        return
    try:
        lines = differences(Configuration.load(arguments.config), checked)
    except ConfigurationError:
        _say("cannot be compared with what is in force, which is wrong itself: kiosk config check")
        return
    _say("would change:" if lines else "would change nothing")
    for line in lines:
        _say(f"  {line}")


def _set(arguments: argparse.Namespace) -> None:
    changes = {key: typed(key, text) for key, text in arguments.changes}
    _done(arguments, _desk(arguments).change(changes, arguments.by))


def _reset(arguments: argparse.Namespace) -> None:
    _done(arguments, _desk(arguments).change(dict.fromkeys(arguments.keys), arguments.by))


def _undo(arguments: argparse.Namespace) -> None:
    _done(arguments, _desk(arguments).undo(arguments.by))


def _desk(arguments: argparse.Namespace) -> SettingsDesk:
    """In the hands of the service's user: what root wrote here, the kiosk could not read."""
    with suppress(ConfigurationError):  # it is told when the change is checked
        become_owner_of(load_to_run(arguments.config).settings.data_directory)
    return SettingsDesk(arguments.config, lambda: datetime.now(CHINA))


def _done(arguments: argparse.Namespace, changed: Changed) -> None:
    _say(_line(changed.version))
    for key in changed.hidden:
        _say(f"{key} has no effect as long as the environment sets it")
    _say("Takes effect at the next start of the kiosk." if changed.restart else "The settings in force are the same.")
    data_directory = configuration.load(arguments.config).data_directory
    try:
        enrolment.load(data_directory / "keys")
    except enrolment.NotEnrolled as error:
        sys.stderr.write(f"kiosk: not written into the audit log, which needs the kiosk's keys: {error}\n")
        return
    if not note_settings(data_directory, changed):
        sys.stderr.write("kiosk: this could not be written into the audit log\n")


def _history(arguments: argparse.Namespace) -> None:
    for version in _desk(arguments).history():
        _say(_line(version))


def _line(version: Version) -> str:
    values = (f"{key} = {toml(version.shown[key])}" if key in version.shown else f"{key} reset" for key in version.keys)
    return f"{version.number:4}  {version.at:%Y-%m-%d %H:%M}  {version.by or '-':6}{version.act:9}{', '.join(values)}"
