"""Help for the staff: what an attendant does at the kiosk, in a few lines."""

from flows.desk_prompts import DeskFacts, Fact, Facts
from flows.prompts import Text
from kiosk.desk.shift import Shift

_TOPICS = ("confirm", "forgotten", "offline", "fault", "closing", "engineer")


async def guide(shift: Shift) -> None:
    """Show it until somebody goes back. Raises ``GoBack``, ``VisitEnded``."""
    topics = tuple(Fact(Text(f"desk.guide.{topic}"), Text(f"desk.guide.{topic}.how")) for topic in _TOPICS)
    while True:
        await shift.ask(DeskFacts(title=Text("desk.page.guide"), groups=(Facts(topics),)))
