"""The bench page's address space: the page, the hall's state, and one way to do each thing in the hall.

It listens on loopback only and answers only to loopback names, so that no foreign web page can work the hall.
"""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from fastapi import FastAPI, HTTPException, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel
from starlette.middleware.trustedhost import TrustedHostMiddleware

from simulator.bench.choices import words
from simulator.hall import Hall
from simulator.hall_state import CameraState, CardReaderState, IdReaderState, NetworkState, PrinterState
from simulator.heads.moves import HeadMove
from simulator.people import BY_KEY

_PAGE = Path(__file__).with_name("page.html")
_NO_CONTENT = 204
_NEVER_KEPT = {"Cache-Control": "no-store"}


@dataclass
class KioskLink:
    """What the page tells about the kiosk itself. ``window``: where its window is found in a browser."""

    known: bool = False
    running: bool = False
    window: str = ""


class CardWanted(BaseModel):
    """A person's key, or a StrangeCard."""

    card: str


class PersonWanted(BaseModel):
    """A person's key."""

    person: str


class MoveWanted(BaseModel):
    """What the person before the camera shall do."""

    move: HeadMove


class WillingWanted(BaseModel):
    """Whether the person before the camera does what the face check asks for."""

    willing: bool


class CardReaderWanted(BaseModel):
    """The card reader's state to come."""

    state: CardReaderState


class IdReaderWanted(BaseModel):
    """The ID reader's state to come."""

    state: IdReaderState


class CameraWanted(BaseModel):
    """The camera's state to come."""

    state: CameraState


class PrinterWanted(BaseModel):
    """The printer's state to come."""

    state: PrinterState


class NetworkWanted(BaseModel):
    """The network's state to come."""

    state: NetworkState


def bench_application(hall: Hall, kiosk: KioskLink) -> FastAPI:
    """The application for ``hall``."""
    application = FastAPI(title="Bench of the simulated hall", docs_url=None, redoc_url=None)
    application.add_middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])
    _add_page(application, hall, kiosk)
    _add_pictures(application, hall)
    _add_people(application, hall)
    _add_devices(application, hall)
    return application


def _add_page(application: FastAPI, hall: Hall, kiosk: KioskLink) -> None:
    @application.get("/")
    def page() -> FileResponse:
        return FileResponse(_PAGE, media_type="text/html", headers=_NEVER_KEPT)

    @application.get("/api/words")
    def fixed() -> dict[str, object]:
        return words()

    @application.get("/api/hall")
    def state() -> dict[str, Any]:
        return {**asdict(hall.snapshot()), "kiosk": asdict(kiosk)}


def _add_pictures(application: FastAPI, hall: Hall) -> None:
    @application.get("/paper.png")
    def paper() -> Response:
        return Response(hall.paper_png(), media_type="image/png", headers=_NEVER_KEPT)

    @application.get("/camera.jpg")
    def camera() -> Response:
        return Response(hall.camera_jpeg(), media_type="image/jpeg", headers=_NEVER_KEPT)

    @application.get("/portraits/{key}.jpg")
    def portrait(key: str) -> Response:
        return Response(hall.portrait_jpeg(_known(key)), media_type="image/jpeg")


def _add_people(application: FastAPI, hall: Hall) -> None:
    @application.put("/api/card", status_code=_NO_CONTENT)
    def insert(wanted: CardWanted) -> None:
        try:
            hall.insert_card(wanted.card)
        except KeyError:
            raise HTTPException(404, "no such card") from None

    @application.delete("/api/card", status_code=_NO_CONTENT)
    def pull() -> None:
        hall.pull_card()

    @application.put("/api/id", status_code=_NO_CONTENT)
    def lay(wanted: PersonWanted) -> None:
        hall.lay_id(_known(wanted.person))

    @application.delete("/api/id", status_code=_NO_CONTENT)
    def lift() -> None:
        hall.lift_id()

    @application.put("/api/standing", status_code=_NO_CONTENT)
    def stand(wanted: PersonWanted) -> None:
        hall.stand(_known(wanted.person))

    @application.delete("/api/standing", status_code=_NO_CONTENT)
    def leave() -> None:
        hall.stand(None)

    @application.post("/api/standing/move", status_code=_NO_CONTENT)
    def move(wanted: MoveWanted) -> None:
        hall.move(wanted.move)

    @application.put("/api/standing/willing", status_code=_NO_CONTENT)
    def willing(wanted: WillingWanted) -> None:
        hall.willing = wanted.willing


def _add_devices(application: FastAPI, hall: Hall) -> None:
    @application.put("/api/card_reader", status_code=_NO_CONTENT)
    def card_reader(wanted: CardReaderWanted) -> None:
        hall.reader(present=wanted.state is CardReaderState.PRESENT)

    @application.put("/api/id_reader", status_code=_NO_CONTENT)
    def id_reader(wanted: IdReaderWanted) -> None:
        hall.id_reader_state(wanted.state)

    @application.put("/api/camera", status_code=_NO_CONTENT)
    def camera(wanted: CameraWanted) -> None:
        hall.camera_state(wanted.state)

    @application.put("/api/printer", status_code=_NO_CONTENT)
    def printer(wanted: PrinterWanted) -> None:
        hall.printer_state(wanted.state)

    @application.put("/api/network", status_code=_NO_CONTENT)
    def network(wanted: NetworkWanted) -> None:
        hall.network(wanted.state)

    @application.delete("/api/gateway/records", status_code=_NO_CONTENT)
    def reset() -> None:
        hall.reset_gateway()

    @application.delete("/api/paper", status_code=_NO_CONTENT)
    def take() -> None:
        hall.take_paper()


def _known(key: str) -> str:
    if key not in BY_KEY:
        raise HTTPException(404, "nobody of that name")
    return key
