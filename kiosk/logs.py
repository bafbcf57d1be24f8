"""Structured logs without personal data: one JSON object a line, and only fields that are on the list below.

An event's name is a fixed word in the source. Values of unknown fields, texts of exceptions and local variables never
reach the log: an exception is told by its type and its places in the source.
"""

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path

from drivers.device import TRAFFIC

ALLOWED_FIELDS = frozenset(
    {
        "answer", "by", "bytes", "child", "code", "command", "days", "decoder", "detail", "device", "error",
        "exit_status", "fault", "header", "hint", "id", "key", "kind", "matter", "model", "online", "outcome",
        "parts", "percent", "place", "prompt", "reason", "reference", "reply", "screen", "seconds", "sequence",
        "sha256", "signs", "silent_seconds", "source", "state", "status", "sw", "targets", "transactions", "wait",
    }
)  # fmt: skip

ROOMS = ("kiosk", "drivers", "screens", "flows", "offline_queue", "config")
_EVENT_NAME = re.compile(r"[a-z_]{1,60}")  # no digits: a number can never pass for a name
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class PrivateFormatter(logging.Formatter):
    """Formats a record as JSON with allow-listed fields only."""

    def format(self, record: logging.LogRecord) -> str:
        """One line; the message is taken only if it is a plain event name without arguments."""
        entry: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "event": record.msg if _is_event_name(record.msg) else "unnamed",
        }
        extra = {key: value for key, value in vars(record).items() if key not in _STANDARD}
        entry |= {key: _plain(value) for key, value in extra.items() if key in ALLOWED_FIELDS}
        if dropped := sorted(set(extra) - ALLOWED_FIELDS):
            entry["dropped"] = dropped
        if record.exc_info and record.exc_info[1] is not None:
            entry["exception"] = places(record.exc_info[1])
        return json.dumps(entry, ensure_ascii=False)


def _is_event_name(message: object) -> bool:
    return isinstance(message, str) and _EVENT_NAME.fullmatch(message) is not None


def _plain(value: object) -> object:
    return value if isinstance(value, int | float | bool | dict | None) else str(value)


def places(error: BaseException) -> list[str]:
    """The types of an exception and its causes, and the places they passed, without any of their texts."""
    told = []
    present: BaseException | None = error
    while present is not None:
        told.append(type(present).__qualname__)
        told += [
            f"{Path(frame.filename).name}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(present.__traceback__)
        ]
        present = present.__cause__ or present.__context__
    return told


def set_up(level: str) -> None:
    """Send the product's logs to standard error, where the journal takes them; other libraries only from WARNING on."""
    logging.addLevelName(TRAFFIC, "TRAFFIC")
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(PrivateFormatter())
    handler.addFilter(_ours_or_serious)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for room in ROOMS:
        logging.getLogger(room).setLevel(level)
    sys.excepthook = _crashed


def _ours_or_serious(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING or record.name.split(".")[0] in ROOMS


def _crashed(kind: type[BaseException], error: BaseException, _traceback: object) -> None:
    """The last word of a program that ends by an error: without the texts that a plain traceback would show."""
    if not issubclass(kind, KeyboardInterrupt):
        logging.getLogger("kiosk").critical("crashed", exc_info=error)
