"""Which button gives which answer."""

from flows.presence_prompts import Agreed
from flows.prompts import Confirmed, Finished, OtherWay
from flows.start_prompts import Touched


def button(answer: object) -> str:
    """The name of what is touched to give ``answer``."""
    match answer:
        case Touched():
            return "start"
        case Agreed():
            return "agree"
        case OtherWay():
            return "other_way"
        case Confirmed():
            return "confirm"
        case Finished():
            return "finish"
    return str(answer)
