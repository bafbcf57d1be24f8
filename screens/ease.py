"""How one citizen wants to be served: chosen on any screen, and forgotten with the visit."""

from dataclasses import dataclass, replace

from screens.text.catalogue import LANGUAGES
from screens.theme.tokens import ThemeName


@dataclass(frozen=True)
class Ease:
    """Language, looks, reach and voice. The hall's settings give those with which every visit begins."""

    language: str = "zh_CN"
    theme: ThemeName = ThemeName.STANDARD
    low_reach: bool = False  # everything that is touched lies in the lower 60 % of the screen
    voice: bool = False  # prompts are read aloud
    volume: int = 70  # of the voice, 0 to 100

    def resized(self) -> "Ease":
        """Large type, or from large type back."""
        return replace(self, theme=ThemeName.ELDERS if self.theme is ThemeName.STANDARD else ThemeName.STANDARD)

    def translated(self) -> "Ease":
        """The next language."""
        return replace(self, language=LANGUAGES[(LANGUAGES.index(self.language) + 1) % len(LANGUAGES)])

    def aloud(self) -> "Ease":
        """With the voice, or without it."""
        return replace(self, voice=not self.voice)
