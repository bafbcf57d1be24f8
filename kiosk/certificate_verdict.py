"""What is told about the text of a certificate's QR code: all that it certifies, or why it is not genuine."""

from collections.abc import Iterator
from dataclasses import dataclass

from config.clock import CHINA
from flows.prompts import Text
from kiosk.certificate_token import CertificateKeys, Certified, NotGenuine
from kiosk.certificates import yuan
from screens.text.catalogue import Catalogue


@dataclass(frozen=True)
class Verdict:
    """What was found, in lines of plain text."""

    genuine: bool
    lines: tuple[str, ...]


def verify(text: str, keys: CertificateKeys, catalogue: Catalogue) -> Verdict:
    """Check ``text`` with the gateway's public keys alone, and say it in the catalogue's language."""
    say = catalogue.render
    try:
        certified = keys.check(text.strip())
    except NotGenuine as error:
        return Verdict(genuine=False, lines=(say(Text("verify.not_genuine")), say(Text(f"verify.{error.flaw}"))))
    rows = tuple(f"{say(Text(label))}: {value}" for label, value in _rows(certified, catalogue))
    return Verdict(genuine=True, lines=(say(Text("verify.genuine")), *rows, say(Text("verify.compare"))))


def _rows(certified: Certified, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Pairs of label and value, labelled as on the paper."""
    say = catalogue.render
    yield "paper.kind", say(Text(f"paper.{certified.kind}.title"))
    yield "paper.number", certified.number
    yield "paper.copy", say(Text("paper.copy.nth", {"copy": certified.copy}))
    yield from zip(("paper.name", "paper.person_number"), certified.person, strict=True)
    if certified.agent:
        yield from zip(("paper.agent", "paper.agent_number"), certified.agent, strict=True)
    if certified.first and certified.last:
        yield "paper.period", say(Text("paper.from_to", {"first": certified.first, "last": certified.last}))
    for insurance, months in certified.months.items():
        yield f"paper.insurance.{insurance}", say(Text("paper.months", {"months": months}))
    if certified.monthly_fen is not None:
        yield "paper.pension_monthly", say(yuan(certified.monthly_fen))
    yield "paper.issued_at", f"{certified.issued_at.astimezone(CHINA):%Y-%m-%d %H:%M}"
    yield "paper.issuer", certified.issuer
    yield "paper.verification_code", certified.verification_code
