"""The list that ``kiosk matters`` prints: every matter of the guide, its channels, and what this kiosk does of it."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date

from config.services import ServiceName
from kiosk.catalogue import ChannelKind, Matter, Offer, Service
from kiosk.columns import in_columns

_HEADER = ("no.", "matter", "channels", "here")


def table(matters: Sequence[Matter], offers: Sequence[Offer], today: date) -> str:
    """Lines of text in columns; a matter with several services takes a line for each."""
    offered = {offer.service.flow for offer in offers}
    rows = [_HEADER, *(row for matter in matters for row in _rows(matter, offered, today))]
    return "\n".join(in_columns(rows))


def _rows(matter: Matter, offered: Collection[ServiceName], today: date) -> Iterator[tuple[str, str, str, str]]:
    present = {channel.kind for channel in (*matter.online, *matter.offline)}
    channels = ", ".join(kind for kind in ChannelKind if kind in present)
    closed = "" if matter.open_on(today) else f"closed after {matter.open_until}"
    states = [_state(service, offered, closed) for service in matter.kiosk] or [_joined("not here", closed)]
    for index, state in enumerate(states):
        yield (str(matter.number), matter.title.zh, channels, state) if index == 0 else ("", "", "", state)


def _state(service: Service, offered: Collection[ServiceName], closed: str) -> str:
    state = (closed or "on") if service.flow in offered else "off"
    return f"{service.flow}: {state}, off line: {service.offline}"


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)
