"""The route of the hall's page. Nobody is on it, but it says what is weak: keep it inside the hall's own network."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from simulator.gateway.callers import State
from simulator.gateway.hall_page import hall_page
from simulator.gateway.hall_standing import views
from simulator.gateway.hall_words import Language

router = APIRouter(include_in_schema=False)

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@router.get("/hall")
def hall(state: State, lang: Language = Language.CHINESE) -> HTMLResponse:
    """All kiosks, as they are now."""
    now = state.clock()
    with state.sessions.begin() as session:
        page = hall_page(views(session, now), now, lang)
    return HTMLResponse(page, headers=_HEADERS)
