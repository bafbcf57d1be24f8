"""How many touches a visit takes at most; `make touches` counts all fifteen matters."""

from config.services import ServiceName
from tests.touches.matters import MATTERS
from tests.touches.playing import Room

_BY_SERVICE = {matter.service: matter for matter in MATTERS}


async def test_an_activation_takes_at_most_five_touches_after_the_document(room: Room) -> None:
    count = await room.face(_BY_SERVICE[ServiceName.ACTIVATION])
    assert 0 < count.after_document <= 5
    assert count.form == 0


async def test_a_loss_report_takes_at_most_twelve_touches(room: Room) -> None:
    count = await room.face(_BY_SERVICE[ServiceName.LOSS_REPORT])
    assert 0 < count.after_document < count.beyond_form <= 12


def test_every_service_is_counted() -> None:
    assert set(_BY_SERVICE) == set(ServiceName)
