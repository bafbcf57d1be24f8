"""Which piece of work a step of the kiosk belongs to, so that the screen can show how far it is."""

from flows.prompts import Stages, Steps, Text, Working

_WORK = (
    ("working.read_document", "working.look_up"),
    ("working.submit", "working.print"),
    ("working.certificate", "working.certificate_print"),
)


def working(what: str, steps: Steps | None = None) -> Working:
    """The screen for ``what``, a key of the text catalogue, with the stages of its work where they are known."""
    work = next((work for work in _WORK if what in work), None)
    stages = Stages(tuple(Text(f"{part}.stage") for part in work), work.index(what)) if work else None
    return Working(what=Text(what), stages=stages, steps=steps)
