"""How a person is reached and paid: the two questions that the applications share."""

from config.masking import mask_account, mask_mobile
from flows.banks import issuer_of
from flows.forms import Form
from flows.prompts import Choose, EnterNumber, Line, Localised, NumberKind, Option, Text, Verbatim, Words
from flows.records import CardRecord, PersonRecord

_KNOWN = "known"
_ANOTHER = "another"


async def ask_mobile(form: Form, person: PersonRecord | None) -> str:
    """The mobile number for messages; empty for the one on record, which is offered if there is one."""
    if person is not None and person.mobile_masked:
        known = Option(_KNOWN, Verbatim(person.mobile_masked), Text("contact.mobile.known"))
        another = Option(_ANOTHER, Text("contact.mobile.another"), Text("contact.mobile.another.how"))
        question = Choose(question=Text("contact.mobile.choose"), options=(known, another))
        if await form.ask("mobile", question) == _KNOWN:
            return ""
    return await form.ask(
        "mobile.number",
        EnterNumber(
            question=Text("contact.mobile.question"),
            kind=NumberKind.MOBILE,
            explanation=Text("contact.mobile.explanation"),
        ),
    )


def mobile_line(mobile: str, person: PersonRecord | None) -> Line:
    """The row of the mobile number in a summary, masked."""
    shown = mask_mobile(mobile) if mobile or person is None else person.mobile_masked
    return Line(Text("label.mobile"), Verbatim(shown), change="mobile")


async def ask_account(form: Form, card: CardRecord | None) -> str:
    """The bank account for payments; empty for that of the social security card."""
    bank = Text("contact.account.bank", {"bank": card.bank}) if card is not None else Text("contact.account.any_bank")
    options = (
        Option(_KNOWN, Text("contact.account.card"), bank, icon="card"),
        Option(_ANOTHER, Text("contact.account.another"), Text("contact.account.another.how"), icon="bank"),
    )
    question = Choose(question=Text("contact.account.choose"), options=options)
    if await form.ask("account", question) == _KNOWN:
        return ""
    return await form.ask(
        "account.number",
        EnterNumber(
            question=Text("contact.account.question"),
            kind=NumberKind.BANK_ACCOUNT,
            explanation=Text("contact.account.explanation"),
        ),
    )


def account_line(account: str, card: CardRecord | None) -> Line:
    """The row of the bank account in a summary: the bank, and a typed number masked."""
    return Line(Text("label.account"), _account(account, card), change="account")


def _account(account: str, card: CardRecord | None) -> Words:
    if account:
        issuer = issuer_of(account)
        bank: Localised | Text = issuer.name if issuer is not None else Text("contact.account.other_bank")
        return Text("contact.account.typed", {"bank": bank, "number": mask_account(account)})
    if card is not None:
        return Text("contact.account.card_of_bank", {"bank": card.bank})
    return Text("contact.account.card")
