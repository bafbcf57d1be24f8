"""What may be changed at the kiosk itself: the list in at_the_kiosk.toml, and what is wrong with a change."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from config.setting_fault import Rule, RuleBrokenError
from config.setting_keys import Values, flat


class Reason(StrEnum):
    """Why a setting is not changed at the kiosk."""

    LOCKS_OUT = "locks_out"  # a wrong value, and the kiosk does not start, or does not find its keys or its gateway
    IDENTITY = "identity"  # it says who this kiosk is
    PROGRAM = "program"  # it names a program or a file that is run or loaded
    CENTRE = "centre"  # hall or province decide it, for all of their kiosks


_FILE = Path(__file__).with_name("at_the_kiosk.toml")
_DEVICE = re.compile(r"/dev/(?!shm/|mqueue/)(?!.*\.\.)[\w:.-]+(/[\w:.-]+)*", re.ASCII)


class Permission(BaseModel):
    """On what terms a key may be changed at the kiosk."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    device: bool = False  # only a device file of this machine, or nothing
    adds_only: bool = False  # a list that must go on naming what the layers below name


class _List(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    keys: dict[str, Permission]
    reasons: dict[str, Reason]  # of a key, or of all keys of a table


@cache
def _list() -> _List:
    return _List.model_validate(tomllib.loads(_FILE.read_text("utf-8")))


def permissions() -> Mapping[str, Permission]:
    """The keys that may be changed at the kiosk."""
    return _list().keys


def reason_against(key: str) -> Reason:
    """Why ``key``, which is not among the permissions, is not changed at the kiosk."""
    reasons = _list().reasons
    return reasons.get(key) or reasons.get(key.partition(".")[0]) or Reason.CENTRE


def refusals(local: Values, below: Values) -> Iterator[tuple[str, RuleBrokenError]]:
    """The keys of ``local`` that may not be set so at the kiosk, and why; ``below``: all layers under it."""
    under = flat(below)
    for key, value in flat(local).items():
        if (broken := _refusal(key, value, under.get(key))) is not None:
            yield key, broken


def _refusal(key: str, value: object, below: object) -> RuleBrokenError | None:
    permission = permissions().get(key)
    if permission is None:
        return RuleBrokenError(Rule.NOT_HERE, "is not changed at the kiosk; allowed: " + ", ".join(permissions()))
    if permission.device and value and not (isinstance(value, str) and _DEVICE.fullmatch(value)):
        return RuleBrokenError(
            Rule.DEVICE, "at the kiosk it must be a device of this machine, such as /dev/hall-kiosk/printer"
        )
    if permission.adds_only and isinstance(value, list) and isinstance(below, list):
        missing = ", ".join(str(one) for one in below if one not in value)
        if missing:
            return RuleBrokenError(
                Rule.ADDS_ONLY, f"must go on naming {missing}, as the layers below do", names=missing
            )
    return None
