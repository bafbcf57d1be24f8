"""Which path answers which query, how its answer is read, and when it is about somebody else."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar, cast

from flows.records import (
    AboutPerson,
    AgenciesOf,
    CardOf,
    CardRecord,
    ContributionsOf,
    PensionOf,
    PersonOf,
    PersonRecord,
    Query,
    SkillsOf,
    TransferOf,
    UnemploymentOf,
)
from kiosk.contract import CardAnswer, PersonAnswer
from kiosk.record_answers import (
    AgenciesAnswer,
    ContributionsAnswer,
    PensionAnswer,
    SkillsAnswer,
    TransferAnswer,
    UnemploymentAnswer,
)

R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


class _Answered(Protocol[R_co]):
    """An answer that was read."""

    def record(self) -> R_co:
        """The same for a flow."""


@dataclass(frozen=True)
class LookUp(Generic[R]):
    """One look-up: where it is asked, and how its answer is read (raises ``ContractBroken``)."""

    path: str
    read: Callable[[bytes], _Answered[R]]
    about: Callable[[Any, R], bool] = lambda _query, _record: True  # most answers do not say whom they are about


def look_up_for(query: Query[R]) -> LookUp[R]:
    """The look-up that answers ``query``. Raises TypeError for a query without one."""
    try:
        return cast("LookUp[R]", _LOOK_UPS[type(query)])  # each query stands beside the look-up of its own record
    except KeyError:
        raise TypeError(f"no route for {type(query).__name__}") from None


def asked(query: Query[Any]) -> Mapping[str, str]:
    """The numbers of a query; they travel in the body alone, because addresses end up in logs."""
    match query:
        case AgenciesOf(region):
            return {"region": region}
        case AboutPerson(number, card_number):
            return {name: value for name, value in (("number", number), ("card_number", card_number)) if value}
    raise TypeError(f"nothing to ask in {type(query).__name__}")


def _that_person(query: PersonOf, record: PersonRecord) -> bool:
    return not query.number or record.number == query.number


def _that_card(query: CardOf, record: CardRecord) -> bool:
    if query.card_number is None:
        return record.person_number == query.number
    return record.number == query.card_number


_LOOK_UPS: Mapping[type[Query[Any]], LookUp[Any]] = {
    PersonOf: LookUp("/v1/persons/query", PersonAnswer.read, _that_person),
    CardOf: LookUp("/v1/cards/query", CardAnswer.read, _that_card),
    ContributionsOf: LookUp("/v1/contributions/query", ContributionsAnswer.read),
    PensionOf: LookUp("/v1/pensions/query", PensionAnswer.read),
    UnemploymentOf: LookUp("/v1/unemployment/query", UnemploymentAnswer.read),
    SkillsOf: LookUp("/v1/skills/query", SkillsAnswer.read),
    TransferOf: LookUp("/v1/transfers/query", TransferAnswer.read),
    AgenciesOf: LookUp("/v1/agencies/query", AgenciesAnswer.read),
}
