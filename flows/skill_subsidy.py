"""Skill-upgrade subsidy (技能提升补贴), guide item 30."""

from flows.application import hand_in, months_paid
from flows.contact import account_line, ask_account, ask_mobile, mobile_line
from flows.forms import Form
from flows.prompts import Choose, Confirm, Line, Note, Option, Text
from flows.records import CardOf, DocumentKind, PersonOf, SkillCertificate, SkillRecord, SkillsOf
from flows.summary import person_lines
from flows.transactions import Applicant, SkillSubsidy
from flows.visit import Outcome, Refusal, Visit

ENOUGH_MONTHS = 36  # 参加失业保险 36 个月及以上


async def apply_for_subsidy(visit: Visit) -> Outcome:
    """Apply for the subsidy for one certificate of the national register.

    Document: the card itself or the resident ID. Nothing can be chosen without the register, and the guide's
    conditions are about its certificates: off line the matter cannot be done, and says so before anything is asked.
    """
    holder = await visit.identify(DocumentKind.SOCIAL_CARD, DocumentKind.RESIDENT_ID)
    proof = await visit.prove_presence(holder)
    record = await visit.need(SkillsOf(holder.number, holder.card_number))
    _check(visit, record)
    person = await visit.look_up(PersonOf(holder.number, holder.card_number))
    card = await visit.look_up(CardOf(holder.number, holder.card_number))
    note = Note(Text("note.paid_after_notice"))
    form = Form(visit)
    while True:
        certificate = await _ask_certificate(form, record)
        mobile, account = await ask_mobile(form, person), await ask_account(form, card)
        lines = (
            *person_lines(holder),
            Line(Text("label.skill_certificate"), _title(certificate), change="certificate"),
            Line(Text("label.skill_issued"), Text("value.day", {"day": certificate.issued})),
            mobile_line(mobile, person),
            account_line(account, card),
        )
        summary = Confirm(
            question=Text("skill_subsidy.confirm.question"),
            lines=lines,
            notes=(note,),
            action=Text("application.confirm.action"),
        )
        if await form.confirmed(summary):
            break
    application = SkillSubsidy(Applicant.of(holder, proof, card), certificate.number, mobile, account)
    return await hand_in(visit, "skill_subsidy", application, lines, note)


def _check(visit: Visit, record: SkillRecord) -> None:
    """The conditions of the guide, as far as the records show them."""
    visit.require(record.enterprise_employee, Refusal.NOT_AN_EMPLOYEE)
    enough = record.months_paid >= ENOUGH_MONTHS
    visit.require(enough, Refusal.SKILL_CONTRIBUTIONS_TOO_SHORT, months_paid(record.months_paid))
    visit.require(bool(record.certificates), Refusal.NO_SKILL_CERTIFICATE)
    objections = (Line(_title(each), objection) for each in record.certificates if (objection := _objection(each)))
    eligible = any(each.objection is None for each in record.certificates)
    visit.require(eligible, Refusal.NO_ELIGIBLE_CERTIFICATE, *objections)


async def _ask_certificate(form: Form, record: SkillRecord) -> SkillCertificate:
    """Every certificate of the register is shown; those without a subsidy stand last, with the reason."""
    question = Choose(
        question=Text("skill_certificate.question"),
        explanation=Text("skill_certificate.explanation"),
        options=tuple(
            Option(
                each.number,
                _title(each),
                Text("skill_certificate.issued", {"day": each.issued}),
                icon="skill",
                closed=_objection(each),
            )
            for each in sorted(record.certificates, key=lambda each: each.objection is not None)
        ),
    )
    number = await form.ask("certificate", question)
    return next(each for each in record.certificates if each.number == number)


def _title(certificate: SkillCertificate) -> Text:
    level = Text(f"skill_level.{certificate.level}")
    return Text("skill_certificate.title", {"occupation": certificate.occupation, "level": level})


def _objection(certificate: SkillCertificate) -> Text | None:
    return None if certificate.objection is None else Text(f"skill_objection.{certificate.objection}")
