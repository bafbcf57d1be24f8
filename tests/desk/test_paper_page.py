"""The page of the paper: a technician reads what to check, an attendant what to do."""

import pytest

from config.faults import FaultCode
from flows.desk_prompts import DeskFacts, DeskList
from flows.prompts import GoBack, Note, Text
from kiosk.desk.paper_page import remedy
from kiosk.staff.member import Role
from screens.text.catalogue import LANGUAGES, Catalogue, raise_missing
from simulator.hall_state import PrinterState
from tests.desk.coming import LOG_OUT, TECHNICIAN_CARD, by_card, technician, wait_for
from tests.flows.conftest import Stand
from tests.flows.play import Then
from tests.staff.coming import ATTENDANT
from tests.staff.enrolled import enrol


async def notes_without_paper(stand: Stand, card: str) -> tuple[Note, ...]:
    """What the page says to whoever has ``card``, when the printer has no paper."""

    def paper_out() -> None:
        stand.hall.printer_state(PrinterState.PAPER_OUT)
        wait_for(stand, "PRN_PAPER_OUT")

    lines = (Then(DeskList, "paper", does=paper_out), Then(DeskFacts, GoBack()), LOG_OUT)
    page = (await stand.play(*by_card(stand, card), *lines)).last(DeskFacts)
    assert isinstance(page, DeskFacts)
    return page.notes


async def test_an_attendant_reads_what_to_do_about_the_paper(stand: Stand) -> None:
    enrol(stand.settings.data_directory, ATTENDANT)
    said = [note.text for note in await notes_without_paper(stand, ATTENDANT)]
    assert said == [Text("desk.paper.attendant.PRN_PAPER_OUT")]


async def test_a_technician_reads_what_to_check(stand: Stand) -> None:
    technician(stand.settings.data_directory)
    said = [note.text for note in await notes_without_paper(stand, TECHNICIAN_CARD)]
    assert said == [Text("fault.PRN_PAPER_OUT.technician")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_attendant_has_a_sentence_for_every_fault(language: str) -> None:
    catalogue = Catalogue.load(language, raise_missing)
    for code in FaultCode:
        assert catalogue.render(remedy(code, Role.ATTENDANT)) != catalogue.render(remedy(code, Role.TECHNICIAN))
