"""The place, the agency and the scheme of a transfer-in: every way to them, and what is not on offer."""

import pytest

from flows.prompts import Choose
from flows.records import AgenciesOf, AgencyList, TransferOf, TransferRecord
from tests.flows.application_cases import AGENCY, KNOWN, MOBILE, TRANSFERS, Case, closed, done, facts, summary


async def test_the_old_place_is_asked_by_province_city_and_county() -> None:
    visit = TRANSFERS[0].visit()
    await done(TRANSFERS[0], visit)
    provinces, cities, counties, agencies = (prompt for prompt in visit.asked[:4] if isinstance(prompt, Choose))
    offered = {option.name for option in provinces.options}
    assert len(offered) == 30
    assert not offered & {"370000", "710000", "810000", "820000"}
    assert all(prompt.small for prompt in (provinces, cities, counties))
    assert len(cities.options) == 13
    assert counties.options[-1].name == "320100"  # the city itself, for who does not know
    assert [option.name for option in agencies.options] == [AGENCY.code, "unknown"]
    assert [query.region for query in visit.queries if isinstance(query, AgenciesOf)] == ["320102"]
    assert facts(summary(visit))["label.old_place"] == "江苏省南京市玄武区"


async def test_within_the_province_only_its_cities_are_offered() -> None:
    visit = TRANSFERS[5].visit()
    await done(TRANSFERS[5], visit)
    first = visit.asked[0]
    assert isinstance(first, Choose)
    assert len(first.options) == 16
    assert {option.name[:2] for option in first.options} == {"37"}


@pytest.mark.parametrize(
    ("places", "region"),
    [
        (("110000", "110105"), "110105"),
        (("410000", "419001"), "419001"),
        (("440000", "441900"), "441900"),
        (("320000", "320100", "320100"), "320100"),
    ],
    ids=["a municipality", "directly under the province", "a city without counties", "the city itself"],
)
async def test_every_way_down_to_a_place(places: tuple[str, ...], region: str) -> None:
    visit = TRANSFERS[0].visit(answers=[*places, "unknown", "known"])
    await done(TRANSFERS[0], visit)
    details = visit.submitted[0].details()
    assert (details["region"], details["agency"]) == (region, "")


async def test_without_an_agency_named_it_is_left_to_the_gateway_and_said() -> None:
    records = {**KNOWN, TransferOf: TRANSFERS[0].record, AgenciesOf: AgencyList(())}
    visit = TRANSFERS[0].visit(records=records, answers=["320000", "320100", "320102", "known"])
    await done(TRANSFERS[0], visit)
    assert visit.submitted[0].details()["agency"] == ""
    assert facts(summary(visit))["label.old_agency"] == "由社保部门来查"


@pytest.mark.parametrize("case", TRANSFERS[1:5], ids=lambda case: f"{case.name}_{case.details['old_scheme']}")
async def test_between_schemes_the_present_one_cannot_be_the_old_one(case: Case) -> None:
    visit = case.visit()
    await done(case, visit)
    assert isinstance(case.record, TransferRecord)
    assert list(closed(visit.asked[0])) == [case.record.scheme]
    offline = case.visit(records={}, answers=[case.answers[0], *case.answers[1:-2], MOBILE])
    await done(case, offline)
    assert closed(offline.asked[0]) == {}
