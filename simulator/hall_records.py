"""What the hall's gateway holds, read from its database for people to look at."""

from datetime import datetime

from sqlalchemy import select

from simulator.gateway.audit_schemas import AUDIT
from simulator.gateway.finding import end_losses
from simulator.gateway.models import Card, Person, Sms, Transaction
from simulator.gateway.server import GatewayServer
from simulator.hall_state import CardRecord, GatewayView, MessageRecord, TransactionRecord

_LATEST = 50


def read_gateway(gateway: GatewayServer) -> GatewayView:
    """The cards in the order of the invented people; transactions of people, and messages, the latest first."""
    with gateway.state.sessions.begin() as session:
        end_losses(session, gateway.state.clock())
        people = {person.number: person for person in session.scalars(select(Person))}
        of_people = select(Transaction).where(Transaction.kind != AUDIT)
        transactions = of_people.order_by(Transaction.received_at.desc()).limit(_LATEST)
        messages = select(Sms, Transaction.kind).join(Transaction).order_by(Sms.at.desc()).limit(_LATEST)
        return GatewayView(
            address=gateway.url,
            cards=tuple(_card(card, people) for card in session.scalars(select(Card).order_by(Card.number))),
            transactions=tuple(_transaction(each, people) for each in session.scalars(transactions)),
            messages=tuple(_message(each, kind, people) for each, kind in session.execute(messages)),
        )


def _card(card: Card, people: dict[str, Person]) -> CardRecord:
    return CardRecord(card.number, people[card.person_number].name, card.status)


def _transaction(transaction: Transaction, people: dict[str, Person]) -> TransactionRecord:
    shown = transaction.payload["person"]
    known = people.get(shown["number"])
    return TransactionRecord(
        id=transaction.id,
        kind=transaction.kind,
        holder=known.name if known else shown["name"],
        person_number=shown["number"],
        card=transaction.card_number or "",
        proof=transaction.payload["proof"]["method"],
        result=transaction.result,
        reason=transaction.reason or "",
        kiosk=transaction.kiosk_id,
        sequence=transaction.sequence,
        occurred=_local(transaction.occurred_at),
        received=_local(transaction.received_at),
        times_received=transaction.times_received,
    )


def _message(message: Sms, kind: str, people: dict[str, Person]) -> MessageRecord:
    person = people[message.person_number]
    return MessageRecord(str(message.id), kind, person.name, message.mobile, message.text_code, _local(message.at))


def _local(moment: datetime) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M:%S}"
