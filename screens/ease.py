"""How one citizen wants to be served: chosen on any screen, and forgotten with the visit."""

from dataclasses import dataclass

from screens.theme.tokens import ThemeName


@dataclass(frozen=True)
class Ease:
    """Language, looks, reach and voice. The hall's settings give those with which every visit begins."""

    language: str = "zh_CN"
    theme: ThemeName = ThemeName.STANDARD
    low_reach: bool = False  # everything that is touched lies in the lower 60 % of the screen
    voice: bool = False  # prompts are read aloud
