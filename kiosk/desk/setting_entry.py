"""Typing a setting's value, and working on a list of values: one after the other, added, taken out, put in order."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from config.configuration import SettingView
from config.setting_keys import Kind
from flows.desk_prompts import Deed, DeskFacts, DeskList, DeskRow, DeskText, Fact, Facts
from flows.prompts import GoBack, Note, Text, Tone, Verbatim, Words
from kiosk.desk.setting_words import may_be
from kiosk.desk.shift import Shift

_ADD, _KEEP = "add", "keep"
_UP, _DOWN, _OUT = "up", "down", "out"
_HIDDEN = "***"  # stands for a password, which is not shown and so cannot be typed on

LISTS = (Kind.SOME_OF, Kind.LIST)
TYPED = (Kind.TEXT, Kind.NUMBER)


class Refused(Exception):
    """The value is not allowed, and nothing is changed. ``why``: in the words of the page."""

    def __init__(self, why: Words) -> None:
        super().__init__()
        self.why = why

    @property
    def note(self) -> Note:
        """As it stands on the page."""
        return Note(Text("desk.settings.refused", {"why": self.why}), Tone.STOP)


Take = Callable[[object], Awaitable[Note]]


async def enter(shift: Shift, view: SettingView, take: Take) -> Note:
    """Let a text or a number be typed until ``take`` takes it; returns what that says. Raises ``GoBack``."""
    shown = str(view.value)
    text = "" if _HIDDEN in shown else shown
    notes: tuple[Note, ...] = ()
    while True:
        text = await shift.ask(_typing(view, text, notes))
        try:
            return await take(text)
        except Refused as why:
            notes = (why.note,)


async def work_on_list(shift: Shift, view: SettingView, take: Take) -> Note:
    """Let a list be changed until it is kept and ``take`` takes it. Raises ``GoBack``, with the list as it was."""
    values: list[str] = [str(value) for value in view.value]
    notes: tuple[Note, ...] = ()
    while True:
        chosen = await shift.ask(_list(view, values, notes, changed=values != list(view.value)))
        notes = ()
        if chosen == _KEEP:
            try:
                return await take(list(values))
            except Refused as why:
                notes = (why.note,)
            continue
        with suppress(GoBack):
            if chosen == _ADD:
                values.append(await _another(shift, view, values))
            else:
                await _one(shift, view, values, int(chosen))


async def _another(shift: Shift, view: SettingView, values: Sequence[str]) -> str:
    """What is added: one of those that are left, or what is typed."""
    if not view.allowed.choices:
        return await shift.ask(_typing(view, "", (), least=1))
    left = [str(choice) for choice in view.allowed.choices if choice not in values]
    rows = tuple(DeskRow(name, Verbatim(name)) for name in left)
    return await shift.ask(DeskList(title=Text("desk.list.add_to", {"what": Verbatim(view.key)}), rows=rows))


async def _one(shift: Shift, view: SettingView, values: list[str], at: int) -> None:
    """One value: earlier, later, or out."""
    chosen = await shift.ask(
        DeskFacts(
            title=Verbatim(view.key),
            groups=(Facts((Fact(Text("desk.list.value", {"at": at + 1}), Verbatim(values[at])),)),),
            deeds=(
                Deed(_UP, Text("desk.list.up"), closed=at == 0),
                Deed(_DOWN, Text("desk.list.down"), closed=at == len(values) - 1),
                Deed(_OUT, Text("desk.list.out")),
            ),
        )
    )
    value = values.pop(at)
    if chosen != _OUT:
        values.insert(at - 1 if chosen == _UP else at + 1, value)


def _typing(view: SettingView, text: str, notes: tuple[Note, ...], least: int | None = None) -> DeskText:
    allowed = view.allowed
    of_text = allowed.kind is Kind.TEXT
    says_what = Text("desk.settings.allowed_is", {"what": may_be(allowed)})
    return DeskText(
        title=Verbatim(view.key),
        explanation=None if notes else says_what,  # why it was refused says what is allowed, and takes room
        notes=notes,
        value=text,
        least=least if least is not None else int(allowed.least or 0) if of_text else 1,
        most=int(allowed.most) if of_text and allowed.most is not None else DeskText.most,
    )


def _list(view: SettingView, values: Sequence[str], notes: tuple[Note, ...], *, changed: bool) -> DeskList:
    all_in = bool(view.allowed.choices) and len(values) == len(view.allowed.choices)
    return DeskList(
        title=Verbatim(view.key),
        explanation=Text("desk.list.changed" if changed else "desk.list.touch"),
        notes=notes,
        rows=tuple(DeskRow(str(at), Verbatim(f"{at + 1}. {value}")) for at, value in enumerate(values)),
        deeds=(
            Deed(_ADD, Text("desk.list.add"), closed=all_in),
            Deed(_KEEP, Text("desk.list.keep"), closed=not changed),
        ),
        empty=Text("desk.list.empty"),
    )
