"""The readiness report: what was tested, by whom, how each part was found, and whether the kiosk can serve."""

from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from drivers.printer.blocks import Block, Heading, Paragraph, Rows, Rule, SlipDocument
from flows.prompts import Text
from kiosk.diagnostics.check import Level, Outcome, worst
from kiosk.diagnostics.commands import remedy
from kiosk.fleet.readiness import PartTested, ReadinessReport
from kiosk.staff.member import Role
from kiosk.visit import Hands
from offline_queue.files import new_file

_DOTS_PER_INCH = 203  # of the paper, so that the page in the PDF is as wide as the slip


def verdict(outcomes: Sequence[Outcome]) -> Text:
    """Whether the kiosk is ready, in a sentence."""
    level = worst(outcomes)
    return Text(f"desk.ready.{Level.OK if level is Level.ABSENT else level}")


def document(hands: Hands, outcomes: Sequence[Outcome], who: str) -> SlipDocument:
    """The report as it is printed, in the language that is shown."""
    catalogue, hall = hands.catalogue(), hands.settings.hall

    def say(key: str, **values: str) -> str:
        return catalogue.render(Text(key, values))

    parts: list[Block] = [
        Heading(say("desk.tests.report"), f"{hall.name} {say('slip.kiosk', kiosk=hall.kiosk)}"),
        Rule(),
        Rows(
            (
                (say("label.time"), catalogue.moment(hands.now())),
                (say("desk.tests.who"), who),
            )
        ),
        Paragraph(catalogue.render(verdict(outcomes))),
        Rule(),
    ]
    for outcome in outcomes:
        level = say(f"doctor.level.{outcome.finding.level}")
        line = catalogue.render(outcome.finding.line)
        parts.append(Paragraph(f"[{level}] {say(f'check.{outcome.check.name}')}: {line}"))
        if advice := remedy(outcome, catalogue):
            parts.append(Paragraph(f"→ {advice}"))
    return SlipDocument(tuple(parts))


def report_of(outcomes: Sequence[Outcome], role: Role) -> ReadinessReport:
    """The same for the gateway: each test with its outcome and code, without words and without the member's number."""
    tests = tuple(PartTested(each.check.name, each.finding.level, each.finding.code) for each in outcomes)
    return ReadinessReport(max(each.at for each in outcomes), role, tests)


def write_pdf(picture: Image.Image, file: Path) -> None:
    """The drawn report as a PDF of one page, whole or not at all. Raises ``OSError``."""
    with new_file(file) as new, new.open("wb") as out:
        picture.convert("L").save(out, format="PDF", resolution=_DOTS_PER_INCH)
