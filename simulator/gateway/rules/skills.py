"""The skill-upgrade subsidy (技能提升补贴), guide item 30."""

from datetime import date

from simulator.gateway.days import day_in_china, months_later, working_days_later
from simulator.gateway.details import SkillLevel, SkillSubsidyDetails
from simulator.gateway.rules.facts import (
    Accepted,
    Decision,
    EmployeeFacts,
    Facts,
    SkillFacts,
    SubsidyFacts,
    first_that_applies,
    refused,
)
from simulator.gateway.schemas import Reason, Result

ENOUGH_MONTHS = 36  # in total, of unemployment insurance
LEVELS = {SkillLevel.ELEMENTARY, SkillLevel.INTERMEDIATE, SkillLevel.ADVANCED}
MONTHS_TO_APPLY = 12  # after the date of the certificate
MOST_IN_A_YEAR = 3
REVIEW_WORKING_DAYS = 5


def skill_subsidy(facts: Facts) -> Decision:
    """An employee of an enterprise, insured for 36 months, with a certificate of the register that is covered."""
    known = facts.employee or EmployeeFacts(enterprise_employee=False, months_paid=0)
    number = SkillSubsidyDetails.model_validate(facts.transaction.details).certificate_number
    skill = known.skills.get(number)
    objection = first_that_applies(
        (not known.enterprise_employee, Reason.NOT_AN_EMPLOYEE),
        (known.months_paid < ENOUGH_MONTHS, Reason.SKILL_CONTRIBUTIONS_TOO_SHORT),
    )
    if objection is None and skill is not None:
        objection = skill_objection(skill, known.subsidies, facts.day)
    if objection is not None or skill is None:
        return refused(objection or Reason.NO_SKILL_CERTIFICATE)
    due = working_days_later(day_in_china(facts.now), REVIEW_WORKING_DAYS)
    taken = SubsidyFacts(skill.occupation, skill.level, facts.day)
    return Decision(Result.ACCEPTED, application=Accepted(due, taken))


def skill_objection(skill: SkillFacts, before: tuple[SubsidyFacts, ...], day: date) -> Reason | None:
    """Why there is no subsidy for this certificate to who applies on ``day``; None when there is one.

    A calendar month ends on the day with the same number: a certificate of 2 March can be used up to and on 2 March of
    the next year. The calendar year of a subsidy is that of its application.
    """
    same = [taken.level for taken in before if taken.occupation == skill.occupation]
    this_year = [taken for taken in before if taken.day.year == day.year]
    return first_that_applies(
        (skill.level not in LEVELS, Reason.SKILL_LEVEL_NOT_COVERED),
        (day > months_later(skill.issued, MONTHS_TO_APPLY), Reason.SKILL_TOO_OLD),
        (skill.training_subsidy, Reason.SKILL_TRAINING_SUBSIDY),
        (skill.level in same, Reason.SKILL_SAME_ALREADY),
        (any(level < skill.level for level in same), Reason.SKILL_HIGHER_ALREADY),
        (len(this_year) >= MOST_IN_A_YEAR, Reason.SKILL_THREE_THIS_YEAR),
    )
