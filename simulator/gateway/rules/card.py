"""The card, guide items 25 to 27: activation, temporary loss, reinstatement, cancellation.

**When a card has changed after the visit.** A stored transaction may come hours late. It counts only if nothing
happened to the card after the citizen stood at the kiosk; otherwise it is superseded. So the moment that counts as the
card's last change is that of the visit which changed it (its ``occurred_at``, never later than now), not that of its
arrival: two transactions which one kiosk stored, a loss at ten and its reinstatement at eleven, both take effect when
they arrive at noon, in their order, while a change made elsewhere at half past eleven supersedes the second. A loss
that ended by itself has changed the card at the moment of its end.
"""

from datetime import datetime

from simulator.gateway.rules.facts import CardFacts, Decision, Facts, PersonFacts, first_that_applies, refused
from simulator.gateway.schemas import CardStatus, Reason, Result

PROVINCIAL_AREA = "370000"  # issuing area of the cards of the provincial level (省直)
_LOST = {CardStatus.TEMPORARILY_LOST, CardStatus.FORMALLY_LOST}
_SUPERSEDED = Decision(Result.SUPERSEDED)


def activation(facts: Facts) -> Decision:
    """Activation (启用), item 25: only a card that has never been activated."""
    card = _card_of(facts.card, facts.person)
    if isinstance(card, Reason):
        return refused(card)
    if _changed_since(card, facts):
        return _SUPERSEDED
    objection = first_that_applies(
        (card.status is CardStatus.NORMAL, Reason.CARD_ALREADY_ACTIVE),
        (card.status is not CardStatus.NOT_ACTIVATED, Reason.CARD_NOT_ACTIVATABLE),
    )
    return refused(objection) if objection else Decision(Result.ACCEPTED, new_status=CardStatus.NORMAL)


def loss_report(facts: Facts) -> Decision:
    """Temporary loss report (临时挂失), item 26: from normal; ends by itself after ``facts.loss`` from the effect.

    A card that is lost already, temporarily or formally, stays as it is, whenever it came to that: the person has what
    they came for, and an end that was promised before stands.
    """
    card = _card_of(facts.card, facts.person)
    if isinstance(card, Reason):
        return refused(card)
    if card.status in _LOST:
        return Decision(Result.ACCEPTED, lost_until=card.lost_until)
    if _changed_since(card, facts):
        return _SUPERSEDED
    if card.status is not CardStatus.NORMAL:
        return refused(Reason.CARD_NOT_NORMAL)
    return Decision(Result.ACCEPTED, new_status=CardStatus.TEMPORARILY_LOST, lost_until=facts.now + facts.loss)


def reinstatement(facts: Facts) -> Decision:
    """Reinstatement (解挂), item 26: while the temporary loss lasts; afterwards it has ended by itself."""
    card = _card_of(facts.card, facts.person)
    if isinstance(card, Reason):
        return refused(card)
    if _changed_since(card, facts):
        return _SUPERSEDED
    ended = card.status is CardStatus.NORMAL and card.loss_ended_at is not None
    objection = first_that_applies(
        (ended, Reason.LOSS_ALREADY_ENDED),
        (card.status is not CardStatus.TEMPORARILY_LOST, Reason.CARD_NOT_LOST),
    )
    return refused(objection) if objection else Decision(Result.ACCEPTED, new_status=CardStatus.NORMAL)


def cancellation(facts: Facts) -> Decision:
    """Cancellation (注销), item 27: cards of the provincial level, state normal, of people who transfer out."""
    card = _card_of(facts.card, facts.person)
    if isinstance(card, Reason):
        return refused(card)
    if _changed_since(card, facts):
        return _SUPERSEDED
    objection = first_that_applies(
        (card.issuing_area != PROVINCIAL_AREA, Reason.CARD_NOT_PROVINCIAL),
        (card.status is not CardStatus.NORMAL, Reason.CARD_NOT_NORMAL),
        (facts.person is None or not facts.person.transfers_out, Reason.NOT_TRANSFERRING_OUT),
    )
    return refused(objection) if objection else Decision(Result.ACCEPTED, new_status=CardStatus.CANCELLED)


def loss_has_ended(card: CardFacts, now: datetime) -> bool:
    """True from the very moment at which the temporary loss of ``card`` ends by itself."""
    lost = card.status is CardStatus.TEMPORARILY_LOST
    return lost and card.lost_until is not None and now >= card.lost_until


def _card_of(card: CardFacts | None, person: PersonFacts | None) -> CardFacts | Reason:
    """The card, if it belongs to the person."""
    if card is None:
        return Reason.CARD_NOT_FOUND
    if person is None or card.person_number != person.number:
        return Reason.NOT_THE_SAME_PERSON
    return card


def _changed_since(card: CardFacts, facts: Facts) -> bool:
    return card.changed_at > facts.transaction.occurred_at
