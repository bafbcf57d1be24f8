"""Settings in the words of the page: where a value comes from, what is allowed, and why one is refused."""

from collections.abc import Sequence

from config.configuration import Origin, allowed_for
from config.layers import LayerName
from config.setting_fault import Place, Rule, SettingFault
from config.setting_keys import Allowed, Kind
from config.settings import ConfigurationError
from flows.prompts import Text, Verbatim, Words
from kiosk.settings_desk.files import LocalFilesError

_WITH_LENGTH = {Kind.TEXT, Kind.LIST}


def why_not(error: ConfigurationError | LocalFilesError) -> Words:
    """Why a change was refused, or why the settings cannot be used: every fault, one after the other."""
    return error.said if isinstance(error, LocalFilesError) else _all([_fault(fault) for fault in error.faults])


def may_be(allowed: Allowed) -> Words:
    """What a setting may be."""
    if allowed.choices:
        words = ", ".join(f'"{one}"' if isinstance(one, str) else str(one) for one in allowed.choices)
        return Text(f"desk.setting.kind.{allowed.kind}", {"choices": Verbatim(words)})
    said: Words = Text(f"desk.setting.kind.{allowed.kind}")
    least, most = _number(allowed.least), _number(allowed.most)
    if least or most:
        span = "length" if allowed.kind in _WITH_LENGTH else "span"
        ends = "both" if least and most else "least" if least else "most"
        said = Text(f"desk.setting.{span}.{ends}", {"what": said, "least": least, "most": most})
    return Text("desk.setting.like", {"what": said, "pattern": Verbatim(allowed.pattern)}) if allowed.pattern else said


def comes_from(origin: Origin) -> Words:
    """Where a value comes from: the defaults, a file and its line, or a variable of the environment."""
    if origin.layer is LayerName.DEFAULTS:
        return Text("desk.setting.place.default")
    return _place(Place(str(origin.path or ""), origin.line, origin.variable))


def _all(faults: Sequence[Words]) -> Words:
    first, *rest = faults
    return Text("desk.setting.faults", {"first": first, "rest": _all(rest)}) if rest else first


def _fault(fault: str) -> Words:
    if not isinstance(fault, SettingFault):
        return Verbatim(fault.replace("\n", "; "))
    why = Text(f"desk.setting.rule.{fault.rule}", {**fault.values, **_allowed(fault)})
    if not fault.key:
        where = "desk.setting.fault.file" if str(fault.place) else "desk.setting.fault.alone"
        return Text(where, {"place": _place(fault.place), "why": why})
    where = "desk.setting.fault.placed" if str(fault.place) else "desk.setting.fault"
    return Text(where, {"key": Verbatim(fault.key), "place": _place(fault.place), "why": why})


def _allowed(fault: SettingFault) -> dict[str, Words]:
    if fault.rule is not Rule.NOT_ALLOWED:
        return {}
    allowed = allowed_for(fault.key)
    return {"allowed": Text("desk.setting.kind.table") if allowed is None else may_be(allowed)}


def _place(place: Place) -> Words:
    if place.variable:
        return Text("desk.setting.place.environment", {"variable": Verbatim(place.variable)})
    if place.line:
        return Text("desk.setting.place.line", {"file": Verbatim(place.file), "line": str(place.line)})
    return Verbatim(place.file)


def _number(limit: float | None) -> str:
    return "" if limit is None else f"{limit:g}"
