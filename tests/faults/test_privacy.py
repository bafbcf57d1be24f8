"""Nothing of a citizen stays behind: not in a file of the kiosk, not in its log, not in its answers."""

import logging
from pathlib import Path

import pytest

from drivers.device import TRAFFIC
from flows.presence_prompts import Agreed, Consent, EnterPin, LookAtCamera
from flows.prompts import ChooseMatter, Confirm, Confirmed, Finished, OtherWay, PresentDocument, ShowResult, VisitEnded
from flows.start_prompts import Invitation, Touched
from kiosk.logs import PrivateFormatter
from simulator.hall_state import NetworkState
from simulator.people import BY_KEY, Person
from tests.flows.conftest import Stand
from tests.flows.play import Then
from tests.staff.coming import ATTENDANT, confirms
from tests.staff.enrolled import PIN as STAFF_PIN
from tests.staff.enrolled import enrol, identification_of

START = (Then(Invitation, Touched()), Then(ChooseMatter, "activation"))
PIN = "123456"


def _forms(person: Person) -> list[bytes]:
    """What must be found nowhere, in every way in which it travels through the kiosk."""
    values = [person.name, person.number, person.card.number, person.mobile, person.address]
    bcd = bytes.fromhex(person.born.strftime("%Y%m%d"))
    texts = [value.encode(encoding) for value in values for encoding in ("utf-8", "utf-16-le", "gb18030")]
    escaped = [person.name.encode("ascii", "backslashreplace")]
    return [*texts, *escaped, person.number.encode().hex().encode(), bcd + b"\xff"]


def _traces(directory: Path, forms: list[bytes]) -> list[str]:
    files = [file for file in directory.rglob("*") if file.is_file()]
    assert len(files) > 3
    return [file.name for file in files for form in forms if form in file.read_bytes()]


@pytest.mark.parametrize("network", [NetworkState.UP, NetworkState.CUT])
@pytest.mark.parametrize("key", ["zhang_ling", "zhao_qi"])
async def test_no_trace_of_a_visit(
    stand: Stand, tmp_path: Path, key: str, network: NetworkState, caplog: pytest.LogCaptureFixture
) -> None:
    """With everything logged that can be logged, down to the bytes on the wires."""
    hall, person = stand.hall, BY_KEY[key]
    caplog.set_level(TRAFFIC)
    await stand.play(
        *START,
        Then(PresentDocument, does=lambda: hall.lay_id(key)),
        Then(Consent, Agreed("2026-11")),
        Then(LookAtCamera, does=lambda: hall.stand(key)),
        Then(Confirm, Confirmed(), does=lambda: hall.network(network)),
        Then(ShowResult, Finished()),
    )
    hall.network(NetworkState.UP)
    assert _traces(tmp_path, _forms(person)) == []
    formatter = PrivateFormatter()
    told = "\n".join(formatter.format(record) for record in caplog.records)
    assert logging.getLevelName(TRAFFIC) in told
    assert [form for form in _forms(person) if form in told.encode()] == []
    hall.take_paper()


async def test_a_pin_is_written_nowhere(stand: Stand, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    hall = stand.hall
    caplog.set_level(TRAFFIC)
    await stand.play(
        *START,
        Then(PresentDocument, does=lambda: hall.insert_card("zhang_ling")),
        Then(Consent, OtherWay.DECLINED),
        Then(EnterPin, PIN),
        Then(Confirm, VisitEnded()),
    )
    formatter = PrivateFormatter()
    assert not [record for record in caplog.records if PIN in formatter.format(record) or PIN in repr(vars(record))]
    assert _traces(tmp_path, [PIN.encode()]) == []


async def test_a_staff_visit_leaves_neither_card_nor_pin_of_the_member_of_staff(
    stand: Stand, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    hall, staff = stand.hall, BY_KEY[ATTENDANT]
    enrol(stand.settings.data_directory, ATTENDANT)
    caplog.set_level(TRAFFIC)
    await stand.play(
        *START,
        Then(PresentDocument, does=lambda: hall.insert_card("zhang_ling")),
        Then(Consent, OtherWay.DECLINED),
        Then(EnterPin, OtherWay.DECLINED),
        *confirms(stand),
        Then(Confirm, Confirmed()),
        Then(ShowResult, Finished()),
    )
    identification = identification_of(ATTENDANT)
    secrets = [STAFF_PIN, identification, identification.lower(), identification[-16:], staff.card.number, staff.name]
    formatter = PrivateFormatter()
    told = "\n".join(formatter.format(record) + repr(vars(record)) for record in caplog.records)
    assert [each for each in secrets if each in told] == []
    assert _traces(tmp_path, [each.encode() for each in secrets] + [bytes.fromhex(identification)]) == []
    assert _traces(tmp_path, _forms(BY_KEY["zhang_ling"])) == []
