"""Transfer-in of the old-age insurance (养老关系转入), guide items 21 to 24: one form, four routes."""

from collections.abc import Mapping
from dataclasses import dataclass

from flows.application import hand_in, what_follows
from flows.contact import ask_mobile, mobile_line
from flows.forms import Form
from flows.old_place import OldPlaceQuestions, place_lines
from flows.prompts import Choose, Confirm, Line, Option, Text
from flows.records import DocumentKind, PersonOf, Scheme, TransferOf, TransferRecord
from flows.summary import person_lines
from flows.transactions import Applicant, TransferIn, TransferRoute
from flows.visit import Outcome, Refusal, Visit


@dataclass(frozen=True)
class _Route:
    """``across``: from another province. ``scheme``: the one that is left and joined; None where they differ."""

    across: bool
    scheme: Scheme | None


_ROUTES: Mapping[TransferRoute, _Route] = {
    TransferRoute.ENTERPRISE_ACROSS: _Route(across=True, scheme=Scheme.ENTERPRISE),
    TransferRoute.BETWEEN_ACROSS: _Route(across=True, scheme=None),
    TransferRoute.BETWEEN_WITHIN: _Route(across=False, scheme=None),
    TransferRoute.GOVERNMENT_WITHIN: _Route(across=False, scheme=Scheme.GOVERNMENT),
}


async def transfer_enterprise_across(visit: Visit) -> Outcome:
    """Item 21: from an enterprise of another province to an enterprise here."""
    return await _transfer(visit, TransferRoute.ENTERPRISE_ACROSS)


async def transfer_between_across(visit: Visit) -> Outcome:
    """Item 22: from another province, between enterprises and government bodies."""
    return await _transfer(visit, TransferRoute.BETWEEN_ACROSS)


async def transfer_between_within(visit: Visit) -> Outcome:
    """Item 23: within the province, between enterprises and government bodies."""
    return await _transfer(visit, TransferRoute.BETWEEN_WITHIN)


async def transfer_government_within(visit: Visit) -> Outcome:
    """Item 24: within the province, from one government body to another."""
    return await _transfer(visit, TransferRoute.GOVERNMENT_WITHIN)


async def _transfer(visit: Visit, route: TransferRoute) -> Outcome:
    """Apply for a transfer by ``route``, for who pays here already. Document: the card itself or the resident ID."""
    holder = await visit.identify(DocumentKind.SOCIAL_CARD, DocumentKind.RESIDENT_ID)
    proof = await visit.prove_presence(holder)
    record = await visit.look_up(TransferOf(holder.number, holder.card_number))
    if record is not None:
        _check(visit, record, route)
    person = await visit.look_up(PersonOf(holder.number, holder.card_number))
    note = what_follows("note.transfer_follows", record)
    form = Form(visit)
    old_place = OldPlaceQuestions(visit, form, across=_ROUTES[route].across)
    while True:
        old = await _ask_old_scheme(form, record, route)
        place = await old_place.ask()
        mobile = await ask_mobile(form, person)
        lines = (
            *person_lines(holder),
            Line(Text("label.old_scheme"), Text(f"scheme.{old}"), change="" if _ROUTES[route].scheme else "old_scheme"),
            *place_lines(place),
            mobile_line(mobile, person),
        )
        summary = Confirm(
            question=Text(f"{route}.confirm.question"),
            lines=lines,
            notes=(note,),
            action=Text("application.confirm.action"),
        )
        if await form.confirmed(summary):
            break
    agency = place.agency.code if place.agency is not None else ""
    application = TransferIn(Applicant.of(holder, proof, None), route, place.region.code, agency, old, mobile)
    return await hand_in(visit, "transfer", application, lines, note)


def _check(visit: Visit, record: TransferRecord, route: TransferRoute) -> None:
    """Insured here already, no transfer under way, and in the scheme to which this matter leads."""
    visit.require(record.scheme is not None, Refusal.NOT_INSURED_HERE)
    visit.require(not record.pending, Refusal.APPLICATION_PENDING)
    same = _ROUTES[route].scheme
    visit.require(same in {None, record.scheme}, Refusal.OTHER_TRANSFER, *_fitting(across=_ROUTES[route].across))


def _fitting(*, across: bool) -> tuple[Line, ...]:
    """Who joins another scheme than this matter is for comes from the other one, or finds the matter below it."""
    fitting = TransferRoute.BETWEEN_ACROSS if across else TransferRoute.BETWEEN_WITHIN
    return (Line(Text("label.fitting_matter"), Text(f"{fitting}.name"), strong=True),)


async def _ask_old_scheme(form: Form, record: TransferRecord | None, route: TransferRoute) -> Scheme:
    """The scheme of the old place. Between the schemes it is the other one than here: the same is shown as closed."""
    if (same := _ROUTES[route].scheme) is not None:
        return same
    here = None if record is None else record.scheme
    options = (
        Option(scheme, Text(f"scheme.{scheme}"), Text(f"scheme.{scheme}.how"), closed=_closed(scheme, here, route))
        for scheme in Scheme
    )
    question = Choose(question=Text("old_scheme.question"), options=tuple(options))
    return Scheme(await form.ask("old_scheme", question))


def _closed(scheme: Scheme, here: Scheme | None, route: TransferRoute) -> Text | None:
    if scheme is not here:
        return None
    return Text(f"old_scheme.same.{'across' if _ROUTES[route].across else 'within'}.{scheme}")
