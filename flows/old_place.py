"""Where the old insurance is: the place by its division, and the agency there."""

from dataclasses import dataclass

from flows.forms import Form
from flows.prompts import Choose, Line, Option, Text, Verbatim
from flows.records import AgenciesOf, Agency
from flows.regions import SHANDONG, Region, cities, counties, full_name, provinces, region
from flows.visit import Visit

# No transfer comes from there: social insurance of the mainland does not reach there.
WITHOUT_SCHEME = frozenset({"710000", "810000", "820000"})  # 台湾 香港 澳门

_UNKNOWN = "unknown"


@dataclass(frozen=True)
class OldPlace:
    """A division, and the agency in it; None leaves it to the gateway to find the agency."""

    region: Region
    agency: Agency | None


class OldPlaceQuestions:
    """Asks for the place in another province, or with ``across`` False in this one, and for its agency."""

    def __init__(self, visit: Visit, form: Form, *, across: bool) -> None:
        self._visit = visit
        self._form = form
        self._across = across
        self._agencies: dict[str, tuple[Agency, ...]] = {}  # as the gateway has named them in this visit

    async def ask(self) -> OldPlace:
        """The answers given before, or those that are given now."""
        province = SHANDONG
        if self._across:
            province = await self._choose("region", "province", _other_provinces())
        code = province
        if below := cities(province):
            code = await self._choose("region.city", "city", below)
        if within := counties(code):
            code = await self._choose("region.county", "county", within, whole=code)
        return OldPlace(region(code), await self._agency(code))

    async def _choose(self, name: str, what: str, places: tuple[Region, ...], *, whole: str = "") -> str:
        """One of ``places``; ``whole`` offers the place above them too, for who does not know."""
        options = tuple(Option(place.code, place.name) for place in places)
        if whole:
            options += (Option(whole, Text("old_place.whole")),)
        return await self._form.ask(
            name, Choose(question=Text(f"old_place.{what}.question"), options=options, small=True)
        )

    async def _agency(self, code: str) -> Agency | None:
        if code not in self._agencies:
            found = await self._visit.look_up(AgenciesOf(code))
            self._agencies[code] = () if found is None else found.agencies
        if not self._agencies[code]:
            return None
        named = {agency.code: agency for agency in self._agencies[code]}
        options = (
            *(Option(agency.code, Verbatim(agency.name)) for agency in named.values()),
            Option(_UNKNOWN, Text("old_place.agency.unknown"), Text("old_place.agency.found_later")),
        )
        question = Choose(question=Text("old_place.agency.question"), options=options)
        return named.get(await self._form.ask("region.agency", question))


def place_lines(place: OldPlace) -> tuple[Line, ...]:
    """The rows of a summary; both lead to the question for the place, since the agency depends on it."""
    agency = Verbatim(place.agency.name) if place.agency is not None else Text("old_place.agency.found_later")
    return (
        Line(Text("label.old_place"), full_name(place.region.code), change="region"),
        Line(Text("label.old_agency"), agency, change="region"),
    )


def _other_provinces() -> tuple[Region, ...]:
    return tuple(place for place in provinces() if place.code not in {SHANDONG, *WITHOUT_SCHEME})
