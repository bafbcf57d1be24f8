"""The rows that show a citizen whose card it is, masked for the people standing behind."""

from config.masking import mask_name, mask_number
from flows.prompts import Line, Note, Text, Tone, Verbatim
from flows.records import CardRecord, Holder


def card_lines(holder: Holder, card: CardRecord | None) -> tuple[Line, ...]:
    """Name, number, card number and bank, as far as they are known."""
    card_number = card.number if card is not None else holder.card_number
    values = (
        ("label.name", mask_name(holder.name)),
        ("label.number", mask_number(holder.number)),
        ("label.card", mask_number(card_number or "")),
        ("label.bank", card.bank if card is not None else ""),
    )
    return tuple(Line(Text(label), Verbatim(value)) for label, value in values if value)


def status_line(card: CardRecord) -> Line:
    """The state of the card, as a fact below a refusal."""
    return Line(Text("label.card_status"), Text(f"card_status.{card.status}"))


def bank_side(card: CardRecord, key: str = "note.bank_side_separate") -> Note:
    """The word that only the social security function is meant, and where the bank side is looked after."""
    return Note(Text(key, {"bank": card.bank, "telephone": card.bank_telephone}), Tone.INFO)
