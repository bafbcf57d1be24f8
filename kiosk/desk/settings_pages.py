"""The settings: what is in force and where each value comes from. Some are changed here, checked first, with undo."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from config.at_the_kiosk import permissions, reason_against
from config.configuration import SettingView, toml
from config.layers import LayerName
from config.setting_keys import Kind
from config.settings import ConfigurationError
from flows.desk_prompts import Deed, DeskAmount, DeskFacts, DeskList, DeskPrompt, DeskRow, Fact, Facts, Mark
from flows.prompts import GoBack, Note, Text, Tone, Verbatim
from kiosk.audit.log import Event
from kiosk.desk.setting_entry import LISTS, TYPED, Refused, enter, work_on_list
from kiosk.desk.setting_words import comes_from, may_be, why_not
from kiosk.desk.shift import Shift
from kiosk.settings_desk.desk import NothingToDoError, typed
from kiosk.settings_desk.files import LocalFilesError
from kiosk.settings_desk.version import Changed, Version

_UNDO, _RESET, _VALUE, _TAKE_BACK = "undo", "reset", "value", "take_back"
_MOST_CHOICES = 6
_LONGEST = 90  # characters of a value in a list


async def settings(shift: Shift) -> None:
    """List the tables of settings; a touch opens one. Raises ``GoBack``, ``VisitEnded``."""
    note: Note | None = None
    while True:
        try:
            views = await shift.off_loop(shift.parts.settings.views)
            history = await shift.off_loop(shift.parts.settings.history)
            restart = await shift.off_loop(lambda: shift.parts.settings.restart_needed(shift.hands.settings))
        except (ConfigurationError, LocalFilesError) as error:
            note = await _put_right(shift, error, note)
            continue
        chosen = await shift.ask(_tables(views, history, note, restart=restart))
        note = None
        if chosen == _UNDO:
            note = await _changed(shift, lambda: shift.parts.settings.undo(shift.member.number))
            continue
        with suppress(GoBack, ConfigurationError, LocalFilesError):  # what became wrong meanwhile is said above
            await _table(shift, chosen)


async def _put_right(shift: Shift, error: ConfigurationError | LocalFilesError, note: Note | None) -> Note | None:
    """Say what is wrong with the settings, and let what was changed here be taken back."""
    desk, by = shift.parts.settings, shift.member.number
    ways = {_UNDO: lambda: desk.undo(by), _TAKE_BACK: lambda: desk.take_back(by)}
    chosen = await shift.ask(_unusable(error, note))
    return await _changed(shift, ways[chosen]) if chosen in ways else None


async def _table(shift: Shift, table: str) -> None:
    note: Note | None = None
    while True:
        views = await shift.off_loop(lambda: shift.parts.settings.views([table]))
        rows = tuple(_row(view) for view in views)
        chosen = await shift.ask(DeskList(title=Verbatim(table), rows=rows, notes=(note,) if note else ()))
        note = None
        with suppress(GoBack):
            note = await _one(shift, next(view for view in views if view.key == chosen))


async def _one(shift: Shift, view: SettingView) -> Note | None:
    """One setting; how changing it went."""
    chosen = await shift.ask(_page(view))
    if chosen == _RESET:
        value: Any = None
    elif view.allowed.kind is Kind.WHOLE_NUMBER:
        value = await _amount(shift, view)
    elif view.allowed.kind in LISTS:
        return await work_on_list(shift, view, partial(_take, shift, view))
    elif view.allowed.kind in TYPED:
        return await enter(shift, view, partial(_take, shift, view))
    else:
        value = _choices(view)[int(chosen.removeprefix(_VALUE))]
    return await _changed(shift, lambda: shift.parts.settings.change({view.key: value}, shift.member.number))


async def _take(shift: Shift, view: SettingView, value: object) -> Note:
    """Change it to what was typed, or to a list that was put together. Raises ``Refused``."""

    def change() -> Changed:
        wanted = typed(view.key, value) if isinstance(value, str) else value
        return shift.parts.settings.change({view.key: wanted}, shift.member.number)

    return await _made(shift, change)


async def _amount(shift: Shift, view: SettingView) -> int:
    allowed = view.allowed
    least, most = int(allowed.least or 0), int(allowed.most if allowed.most is not None else 99_999)
    span = Text("desk.settings.from_to", {"least": str(least), "most": str(most)})
    return await shift.ask(DeskAmount(title=Verbatim(view.key), explanation=span, least=least, most=most))


async def _changed(shift: Shift, change: Callable[[], Changed]) -> Note:
    """Do it, write it down, and say how it went; what is refused says why."""
    try:
        return await _made(shift, change)
    except Refused as why:
        return why.note


async def _made(shift: Shift, change: Callable[[], Changed]) -> Note:
    """The same; raises ``Refused``."""
    try:
        done = await shift.off_loop(change)
    except NothingToDoError:
        return Note(Text("desk.settings.nothing"))
    except (ConfigurationError, LocalFilesError) as error:
        raise Refused(why_not(error)) from None
    for entry in done.entries():
        fields: dict[str, Any] = entry
        shift.hands.audit.note(Event.SETTING_CHANGED, **fields)
    return Note(Text("desk.settings.restart" if done.restart else "desk.settings.same"), Tone.OK)


def _choices(view: SettingView) -> list[Any]:
    """The values that can be chosen by a touch."""
    match view.allowed.kind:
        case Kind.YES_NO:
            return [True, False]
        case Kind.ONE_OF if len(view.allowed.choices) <= _MOST_CHOICES:
            return list(view.allowed.choices)
    return []


def _tables(
    views: tuple[SettingView, ...], history: tuple[Version, ...], note: Note | None, *, restart: bool
) -> DeskList:
    tables = list(dict.fromkeys(view.key.partition(".")[0] for view in views))
    notes = [note] if note else []
    if restart and not note:
        notes.append(Note(Text("desk.settings.restart_waits"), Tone.WAITING))
    undo = (Deed(_UNDO, Text("desk.settings.undo")),) if history and history[0].before is not None else ()
    rows = tuple(_table_row(table, [view for view in views if _within(view, table)]) for table in tables)
    return DeskList(title=Text("desk.page.configuration"), rows=rows, notes=tuple(notes), deeds=undo)


def _within(view: SettingView, table: str) -> bool:
    return view.key.partition(".")[0] == table


def _table_row(table: str, views: list[SettingView]) -> DeskRow:
    here = sum(view.origin.layer is LayerName.LOCAL for view in views)
    mark = Mark(Tone.WAITING, Text("desk.settings.changed_here", {"count": here})) if here else None
    about = ", ".join(view.key.rpartition(".")[2] for view in views)
    return DeskRow(table, Verbatim(table), Verbatim(_short(about)), mark)


def _row(view: SettingView) -> DeskRow:
    mark = Mark(Tone.INFO, Text("desk.settings.changeable")) if view.changeable else None
    if view.origin.layer is LayerName.LOCAL:
        mark = Mark(Tone.WAITING, Text("desk.settings.here"))
    title = Verbatim(view.key.rpartition(".")[2])
    about = Text("desk.setting.row", {"value": Verbatim(_short(toml(view.value))), "origin": comes_from(view.origin)})
    return DeskRow(view.key, title, about, mark)


def _page(view: SettingView) -> DeskFacts:
    facts = (
        Fact(Text("desk.settings.value"), Verbatim(toml(view.value))),
        Fact(Text("desk.settings.origin"), comes_from(view.origin)),
        Fact(Text("desk.settings.allowed"), may_be(view.allowed)),
    )
    return DeskFacts(
        title=Verbatim(view.key),
        explanation=_how(view),
        groups=(Facts(facts),),
        deeds=_deeds(view) if view.changeable else (),
    )


def _how(view: SettingView) -> Text:
    if view.changeable:
        by_touch = _choices(view) or view.allowed.kind in {Kind.WHOLE_NUMBER, *TYPED, *LISTS}
        return Text("desk.settings.checked" if by_touch else "desk.settings.by_command")
    if view.key in permissions():
        return Text("desk.settings.not_here.environment")
    return Text(f"desk.settings.not_here.{reason_against(view.key)}")


def _deeds(view: SettingView) -> tuple[Deed, ...]:
    deeds = [
        Deed(f"{_VALUE}{at}", Verbatim(toml(value)), closed=value == view.value)
        for at, value in enumerate(_choices(view))
    ]
    if view.allowed.kind is Kind.WHOLE_NUMBER:
        deeds.append(Deed(_VALUE, Text("desk.settings.type")))
    if view.allowed.kind in TYPED:
        deeds.append(Deed(_VALUE, Text("desk.settings.type_text")))
    if view.allowed.kind in LISTS:
        deeds.append(Deed(_VALUE, Text("desk.settings.change_list")))
    if view.origin.layer is LayerName.LOCAL:
        deeds.append(Deed(_RESET, Text("desk.settings.reset")))
    return tuple(deeds)


def _unusable(error: ConfigurationError | LocalFilesError, note: Note | None) -> DeskPrompt[str]:
    return DeskFacts(
        title=Text("desk.page.configuration"),
        notes=(Note(Text("desk.settings.unusable"), Tone.STOP), *((note,) if note else ())),
        groups=(Facts((Fact(Text("desk.settings.why"), why_not(error)),)),),
        deeds=(
            Deed("again", Text("desk.again")),
            Deed(_UNDO, Text("desk.settings.undo")),
            Deed(_TAKE_BACK, Text("desk.settings.take_back")),
        ),
    )


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
