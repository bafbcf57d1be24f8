"""The start screen, the home screen and what lies behind it, until the citizen has chosen what to do."""

from collections.abc import Callable
from datetime import date
from typing import TypeVar

from config.faults import FaultCode
from drivers.device import DeviceState
from flows.prompts import (
    ChooseFromAll,
    ChooseMatter,
    Elsewhere,
    GoBack,
    MatterTile,
    Note,
    OpenDay,
    Option,
    Prompt,
    Text,
)
from flows.records import DocumentKind
from flows.start_prompts import HallState, Invitation, PaperLevel, StaffEntrance, Touched
from kiosk import guide
from kiosk.catalogue import Device, Group, Matter, Offer, OfflineRule, featured
from kiosk.fleet.directives import Directives
from kiosk.hall_state import Outlook, hall_state
from kiosk.identity import reader_health
from kiosk.racing import first_of, until_changed
from kiosk.visit import Hands

S = TypeVar("S")
T = TypeVar("T")
Tiles = tuple[MatterTile, ...]

_POLL = 0.5  # seconds between looks at whether something has opened or closed


class FrontDesk:
    """Shows what this kiosk does, what is closed and why, and the guide of all matters."""

    def __init__(
        self,
        hands: Hands,
        matters: tuple[Matter, ...],
        offers: tuple[Offer, ...],
        queue_closed: Callable[[], FaultCode | None],
        directives: Directives,
        out_of_service: Callable[[str], Text | None],
    ) -> None:
        """Why something is closed: by the queue, by the gateway, which may have more to say, and by the staff."""
        self._hands = hands
        self._matters = matters
        groups = list(Group)
        grouped = sorted(offers, key=lambda offer: groups.index(offer.service.group))
        self._offers: dict[str, Offer] = {offer.service.flow: offer for offer in grouped}
        self._queue_closed = queue_closed
        self._directives = directives
        self._out_of_service = out_of_service

    def standing(self) -> dict[str, bool]:
        """Whether each service can be done here now, by name."""
        return {name: self._closed(offer) is None for name, offer in self._offers.items()}

    async def invite(self) -> Touched | StaffEntrance:
        """Wait on the start screen, which says what cannot be done now, until somebody touches it."""
        return await self._redrawn(lambda state: Invitation(state=state, can_go_back=False), self.state)

    def state(self) -> HallState:
        """What somebody should know before beginning. What is closed for good is no news: the guide tells it."""
        hands = self._hands
        offered = [offer for offer in self._offers.values() if offer.open_on(hands.today())]
        kinds = {kind for offer in offered for kind in offer.service.documents}
        outlook = Outlook(
            online=hands.gateway.online or not hands.gateway.line.known,  # never heard yet is no news
            paper=hands.paper.level,
            unreadable=tuple(
                kind for kind in DocumentKind if kind in kinds and not reader_health(hands.devices, kind).usable
            ),
            heard=hands.gateway.line.known and hands.devices.printer.health.state is not DeviceState.STARTING,
        )
        reasoned = [(offer.service.title.words, self._closed(offer)) for offer in offered]
        return hall_state(outlook, reasoned, lambda closed: self._directives.notice(everything_closed=closed))

    async def choose(self) -> Offer:
        """What the citizen wants to do here."""
        while True:
            answer = await self._redrawn(self._home, self._seen)
            try:
                if answer is Elsewhere.ALL_MATTERS:
                    answer = await self._redrawn(lambda tiles: ChooseFromAll(tiles=tiles), self._tiles)
                elif answer is Elsewhere.GUIDE:
                    answer = await self._browse()
            except GoBack:
                continue
            return self._offers[answer]

    def _home(self, seen: tuple[Tiles, Note | None]) -> ChooseMatter:
        tiles, notice = seen
        by_name = {tile.matter: tile for tile in tiles}
        most_used = tuple(by_name[offer.service.flow] for offer in featured(tuple(self._offers.values())))
        more = (Elsewhere.ALL_MATTERS,) if len(most_used) < len(tiles) else ()
        about = Text("home.explanation" if self._hands.gateway.online else "home.offline")
        ways = (*more, Elsewhere.GUIDE)
        return ChooseMatter(tiles=most_used or tiles, about=about, notice=notice, elsewhere=ways, can_go_back=False)

    def _seen(self) -> tuple[Tiles, Note | None]:
        """The tiles, and what the gateway has to say to citizens."""
        tiles = self._tiles()
        words = self._directives.notice(everything_closed=all(tile.closed is not None for tile in tiles))
        return tiles, None if words is None else Note(words)

    async def _redrawn(self, prompt: Callable[[S], Prompt[T]], look: Callable[[], S]) -> T:
        """The answer to a prompt that is drawn anew when something opens or closes meanwhile."""
        while True:
            seen = look()
            asked = self._hands.surface.ask(prompt(seen))
            answer: T | None = await first_of(asked, until_changed(look, seen, _POLL))
            if answer is not None:
                return answer

    async def _browse(self) -> str:
        hands = self._hands
        return await guide.browse(
            hands.surface,
            self._matters,
            begin=self._begin,
            can_print=lambda: hands.paper.ready,
            print_page=hands.paper.document,
            catalogue=hands.catalogue,
            hall=hands.settings.hall,
            now=hands.now,
        )

    def _begin(self, matter: Matter) -> tuple[Option, ...]:
        """What can be begun here of a matter in the guide."""
        offers = (offer for offer in self._offers.values() if offer.matter is matter)
        return tuple(
            Option(offer.service.flow, offer.service.title.words, closed=self._closed(offer)) for offer in offers
        )

    def _tiles(self) -> Tiles:
        return tuple(
            MatterTile(
                matter=offer.service.flow,
                title=offer.service.title.words,
                subtitle=offer.service.subtitle.words,
                icon=offer.service.icon,
                closed=self._closed(offer),
                group=Text(f"group.{offer.service.group}"),
            )
            for offer in self._offers.values()
        )

    def _closed(self, offer: Offer) -> Text | None:
        """Why it cannot be done now; None if it can. The one place where reasons come from."""
        hands, matter, service = self._hands, offer.matter, offer.service
        if (ordered := self._directives.closed(service.flow) or self._out_of_service(service.flow)) is not None:
            return ordered
        if not offer.open_on(hands.today()):
            return _out_of_season(matter, hands.today())
        if not any(reader_health(hands.devices, kind).usable for kind in service.documents):
            return Text("closed.document_readers")
        if Device.PRINTER in service.devices and not hands.paper.ready:
            return Text("closed.paper" if hands.paper.level is PaperLevel.OUT else "closed.printer")
        if service.offline is OfflineRule.REFUSE and not hands.gateway.online:
            return Text("closed.gateway")
        return self._queue_words()

    def _queue_words(self) -> Text | None:
        match self._queue_closed():
            case None:
                return None
            case FaultCode.Q_FULL:
                return Text("closed.queue_full")
            case _:
                return Text("closed.queue")


def _out_of_season(matter: Matter, today: date) -> Text:
    """Whether it is over, or has not begun: days of the matter, so that they may be said."""
    if matter.open_until is not None and today > matter.open_until:
        return Text("closed.since", {"day": OpenDay(matter.open_until)})
    return Text("closed.before", {"day": OpenDay(matter.open_from or today)})
