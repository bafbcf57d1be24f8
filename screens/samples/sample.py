"""What a sample is."""

from dataclasses import dataclass
from datetime import datetime

from flows.face_progress import FaceProgress
from flows.prompts import Localised, Prompt
from screens.chrome import StageStatus

HALL = StageStatus("济南市政务服务大厅", "03", online=True, now=datetime(2026, 11, 23, 14, 26))  # noqa: DTZ001 - a drawing
NOTICE = Localised(  # as long as the gateway may say it
    "今天下午四点到五点大厅停电，请您三点半以前办完，谢谢您。",
    "No power from 4 to 5 pm today. Please finish before half past three. Thank you.",
)


@dataclass(frozen=True)
class Sample:
    """A prompt with a name, the camera picture if it wants one, and what the header shows meanwhile."""

    name: str
    prompt: Prompt[object]
    progress: FaceProgress | None = None
    status: StageStatus = HALL
