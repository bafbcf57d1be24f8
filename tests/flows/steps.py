"""Pieces of the scripts that visits of the card, of the certificates and of the applications share."""

from typing import Any

from flows.presence_prompts import Agreed, Consent, EnterPin, LookAtCamera
from flows.prompts import ChooseMatter, Confirm, Confirmed, Finished, OtherWay, PresentDocument, ShowResult
from flows.start_prompts import Invitation, Touched
from tests.flows.conftest import Stand
from tests.flows.play import Deed, Then

AGREED = Agreed("2026-11")


def start(service: str) -> tuple[Then, ...]:
    """Somebody comes and chooses what to do."""
    return (Then(Invitation, Touched()), Then(ChooseMatter, service))


def with_card_and_pin(stand: Stand, key: str) -> tuple[Then, ...]:
    """The card is put in; the camera is declined, and the PIN known."""
    return (
        Then(PresentDocument, does=lambda: stand.hall.insert_card(key)),
        Then(Consent, OtherWay.DECLINED),
        Then(EnterPin, "123456"),
    )


def with_id_and_face(stand: Stand, key: str) -> tuple[Then, ...]:
    """The ID is laid down, and its holder looks at the camera."""
    return (
        Then(PresentDocument, does=lambda: stand.hall.lay_id(key)),
        Then(Consent, AGREED),
        Then(LookAtCamera, does=lambda: stand.hall.stand(key)),
    )


def to_the_end(leaves: Deed, before: Deed | None = None) -> tuple[Then, ...]:
    """Confirm, after ``before`` has happened elsewhere, and go."""
    return (Then(Confirm, Confirmed(), does=before), Then(ShowResult, Finished(), does=leaves))


def amend(stand: Stand, key: str, **changes: Any) -> None:
    """Change what the gateway holds about a person."""
    stand.hall.gateway.state.amend(key, **changes)


def results(stand: Stand) -> list[tuple[str, str, str]]:
    """What the gateway decided, newest first: kind, result, reason."""
    return [(record.kind, record.result, record.reason) for record in stand.transactions]
