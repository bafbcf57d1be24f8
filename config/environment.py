"""Which settings the environment makes, and by which variable."""

import json
import os
import re
from collections.abc import Mapping
from typing import Any

from pydantic_settings import BaseSettings, EnvSettingsSource, SettingsError

from config.setting_fault import Rule, RuleBrokenError
from config.toml_places import Place

_PREFIX = "KIOSK_"
_FIELD = re.compile(r'field "(\w+)"')


def values(model: type[BaseSettings]) -> Mapping[str, Any]:
    """What the environment sets, as tables.

    Raises:
        RuleBrokenError: a list or table is not JSON; the text is the whole line for the reader.
    """
    try:
        return EnvSettingsSource(model)()
    except SettingsError as error:
        raise RuleBrokenError(Rule.ENVIRONMENT, _explain(str(error))) from None


def variable_of(key: Place, found: Mapping[str, Any]) -> str | None:
    """The variable that sets ``key``, or the list or table it stands in; ``found``: what ``values`` said."""
    at: Any = found
    for part in key:
        if isinstance(at, Mapping):
            if part not in at:
                return None
            at = at[part]
    present = {name.upper(): name for name in os.environ}
    names = [str(part).upper() for part in key]
    candidates = (_PREFIX + "__".join(names[:length]) for length in range(len(names), 0, -1))
    return next((present[name] for name in candidates if name in present), None)


def _explain(message: str) -> str:
    field = _FIELD.search(message)
    begin = _PREFIX + (field[1].upper() if field else "")
    wrong = [name for name, text in sorted(os.environ.items()) if name.upper().startswith(begin) and not _is_json(text)]
    return f'environment variable {" or ".join(wrong)}: a list or table must be JSON, such as ["activation"]'


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
