"""The rows that show a citizen whose card it is, masked for the people standing behind."""

from datetime import datetime

from config.masking import mask_name, mask_number
from flows.prompts import Line, Note, Text, Tone, Verbatim
from flows.records import CardRecord, Holder


def person_lines(holder: Holder) -> tuple[Line, ...]:
    """Name and number, as far as they are known."""
    return _known(("label.name", mask_name(holder.name)), ("label.number", mask_number(holder.number)))


def card_lines(holder: Holder, card: CardRecord | None) -> tuple[Line, ...]:
    """Name, number, card number and bank, as far as they are known."""
    card_number = card.number if card is not None else holder.card_number
    bank = card.bank if card is not None else ""
    return (
        *person_lines(holder),
        *_known(("label.card", mask_number(card_number or "")), ("label.bank", bank)),
    )


def bank_telephone(card: CardRecord | None) -> tuple[Line, ...]:
    """The bank's telephone number, for the slip: the bank looks after its own side by telephone."""
    return () if card is None else _known(("label.bank_telephone", card.bank_telephone))


def lost_until(card: CardRecord | None) -> tuple[Line, ...]:
    """When the temporary loss of a card ends by itself, while there is one."""
    return () if card is None else _moment("label.lost_until", card.lost_until)


def loss_ended_at(card: CardRecord) -> tuple[Line, ...]:
    """When the last temporary loss of a card has ended by itself, if it did."""
    return _moment("label.loss_ended_at", card.loss_ended_at)


def status_line(card: CardRecord) -> Line:
    """The state of the card, as a fact below a refusal."""
    return Line(Text("label.card_status"), Text(f"card_status.{card.status}"))


def bank_side(card: CardRecord, key: str = "note.bank_side_separate") -> Note:
    """The word that only the social security function is meant, and where the bank side is looked after."""
    return Note(Text(key, {"bank": card.bank, "telephone": card.bank_telephone}), Tone.INFO)


def _known(*values: tuple[str, str]) -> tuple[Line, ...]:
    return tuple(Line(Text(label), Verbatim(value)) for label, value in values if value)


def _moment(label: str, at: datetime | None) -> tuple[Line, ...]:
    return () if at is None else (Line(Text(label), Text("value.moment", {"at": at}), strong=True),)
