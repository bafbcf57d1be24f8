"""The fifteen matters: who comes, what they answer, and what the hall must be like for it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from config.services import ServiceName
from flows.prompts import Choose, Confirm, Confirmed, EnterNumber, Finished, ShowResult
from simulator.gateway.schemas import CardStatus
from tests.flows.play import Then

_NONE: tuple[Then, ...] = ()
_OWN = (Then(Choose, "own"),)
_KNOWN = Then(Choose, "known")
_CONTACT = (_KNOWN, _KNOWN)
_ACROSS = (Then(Choose, "320000"), Then(Choose, "320100"), Then(Choose, "320102"), Then(Choose, "32010201"), _KNOWN)
_WITHIN = (Then(Choose, "370200"), Then(Choose, "370202"), Then(Choose, "37020201"), _KNOWN)
_INSIDE = datetime(2023, 3, 15, 2, 30, tzinfo=UTC)  # a day on which the allowance was accepted


@dataclass(frozen=True)
class Matter:
    """A visit that comes to its end: ``first`` is asked before the document, ``form`` after the identity is proved.

    ``changes``: what the gateway holds otherwise about the person. ``day``: when it is played; None: now.
    """

    service: ServiceName
    person: str
    first: tuple[Then, ...] = _NONE
    form: tuple[Then, ...] = _NONE
    last: tuple[Then, ...] = _NONE
    changes: dict[str, Any] | None = None
    day: datetime | None = None

    def script(
        self, begin: tuple[Then, ...], proof: tuple[Then, ...], leaves: Callable[[], object]
    ) -> tuple[Then, ...]:
        """The whole visit. ``begin``: up to the home screen; ``proof``: document and identity."""
        end = (Then(Confirm, Confirmed()), *self.last, Then(ShowResult, Finished(), does=leaves))
        return (*begin, *self.first, *proof, *self.form, *end)


MATTERS = (
    Matter(ServiceName.ACTIVATION, "zhang_ling"),
    Matter(ServiceName.LOSS_REPORT, "wang_jianguo"),
    Matter(ServiceName.REINSTATEMENT, "wang_jianguo", changes={"card_status": CardStatus.TEMPORARILY_LOST}),
    Matter(ServiceName.CANCELLATION, "wang_jianguo", last=(Then(EnterNumber, "1975"),)),
    Matter(ServiceName.CONTRIBUTION_CERTIFICATE, "wang_jianguo", _OWN, (Then(Choose, "everything"),)),
    Matter(ServiceName.PENSION_CERTIFICATE, "li_xiuying", _OWN),
    Matter(
        ServiceName.UNEMPLOYMENT_BENEFIT,
        "zhao_qi",
        form=(Then(Choose, "employer_closed"), Then(Choose, "yes"), *_CONTACT),
    ),
    Matter(ServiceName.UNEMPLOYMENT_ALLOWANCE, "gulimire", form=_CONTACT, day=_INSIDE),
    Matter(ServiceName.SKILL_SUBSIDY, "wang_jianguo", form=(Then(Choose, "S370099000001"), *_CONTACT)),
    Matter(ServiceName.TRANSFER_ENTERPRISE_ACROSS, "chan", form=_ACROSS),
    Matter(ServiceName.TRANSFER_BETWEEN_ACROSS, "zhang_ling", form=(Then(Choose, "enterprise"), *_ACROSS)),
    Matter(ServiceName.TRANSFER_BETWEEN_WITHIN, "chan", form=(Then(Choose, "government"), *_WITHIN)),
    Matter(ServiceName.TRANSFER_GOVERNMENT_WITHIN, "zhang_ling", form=_WITHIN),
    Matter(ServiceName.ENTITLEMENT_RECORD, "zhang_ling", _OWN, (Then(Choose, "2024"),)),
    Matter(ServiceName.ENTITLEMENT_REVIEW, "li_xiuying"),
)
OPTIONAL = (ServiceName.ENTITLEMENT_RECORD, ServiceName.ENTITLEMENT_REVIEW)
