"""What a sample is."""

from dataclasses import dataclass

from flows.prompts import FaceProgress, Prompt


@dataclass(frozen=True)
class Sample:
    """A prompt with a name, and the camera picture if it wants one."""

    name: str
    prompt: Prompt[object]
    progress: FaceProgress | None = None
