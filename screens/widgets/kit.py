"""What every part of a screen is made with: theme, scale, language, type."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from kivy.core.text import Label as TypeSetter
from kivy.graphics.texture import Texture
from PIL import Image, ImageDraw, ImageFilter

from config.fonts import FontSet, Weight
from config.typesetting import Piece, is_wide
from flows.prompts import Text, Words
from screens.text.catalogue import Catalogue
from screens.theme.icons import as_white, draw_icon
from screens.theme.tokens import Palette, Space, Theme, TypeScale

_PORTRAIT, _LANDSCAPE = (1080, 1920), (1920, 1080)


@dataclass(frozen=True)
class Glyphs:
    """A drawn piece of text: its texture, its width, and the height of its top above the base line, in pixels."""

    texture: Any
    width: float
    ascent: float


class Type:
    """Measures and draws runs of text in the fonts of the kiosk. Keeps fonts, never text."""

    def __init__(self, faces: FontSet) -> None:
        self._faces = faces
        self._rulers: dict[tuple[str, int], Any] = {}

    def _ruler(self, path: str, size: int) -> Any:
        ruler = self._rulers.get((path, size))
        if ruler is None:
            ruler = self._rulers[path, size] = TypeSetter(font_name=path, font_size=size)
            ruler.resolve_font_name()
        return ruler

    def width(self, piece: Piece, size: int) -> float:
        """Width of a piece in pixels; wide characters are as wide as high in every font used."""
        if len(piece.text) == 1 and is_wide(piece.text):
            return size
        return self.text_width(piece.text, piece.weight, size)

    def text_width(self, text: str, weight: Weight, size: int) -> float:
        """Width of a text that is not broken."""
        runs = self._faces.runs(text, weight)
        return sum(float(self._ruler(str(path), size).get_extents(run)[0]) for path, run in runs)

    def draw(self, text: str, weight: Weight, size: int) -> list[Glyphs]:
        """The text in white, one texture per font."""
        drawn = []
        for path, run in self._faces.runs(text, weight):
            label = TypeSetter(text=run, font_name=str(path), font_size=size, color=(1, 1, 1, 1))
            label.refresh()
            ascent = float(self._ruler(str(path), size).get_ascent())
            drawn.append(Glyphs(label.texture, float(label.texture.width), ascent))
        return drawn


@dataclass(frozen=True)
class Shadow:
    """A blurred rounded square: ``reach`` pixels wider than its block, ``edge`` pixels of it are never stretched."""

    texture: Any
    reach: int
    edge: int


def make_shadow(reach: int, radius: int) -> Shadow:
    """Drawn once per size of window."""
    edge = reach * 2 + radius
    side = edge * 2 + 2
    cover = Image.new("L", (side, side))
    ImageDraw.Draw(cover).rounded_rectangle((reach, reach, side - reach - 1, side - reach - 1), radius, fill=255)
    soft = cover.filter(ImageFilter.GaussianBlur(reach / 2.4))
    return Shadow(texture_of(as_white(soft), side, side), reach, edge)


class Shadows:
    """The shadow of the present size of window."""

    def __init__(self) -> None:
        self._known: tuple[float, Shadow] | None = None

    def of(self, scale: float, space: Space) -> Shadow:
        """The shadow for windows of this scale."""
        if self._known is None or self._known[0] != scale:
            shadow = make_shadow(max(2, round(space.shadow * scale)), round(space.radius * scale))
            self._known = (scale, shadow)
        return self._known[1]


class Icons:
    """Signs as textures, one per name and size, in white."""

    def __init__(self) -> None:
        self._textures: dict[tuple[str, int], Any] = {}

    def texture(self, name: str, size: int) -> Any:
        """The sign ``name``, ``size`` pixels square."""
        known = self._textures.get((name, size))
        if known is None:
            known = self._textures[name, size] = texture_of(draw_icon(name, size), size, size)
        return known


def texture_of(pixels: bytes, width: int, height: int) -> Any:
    """A texture of RGBA rows, the first row on top."""
    texture = Texture.create(size=(width, height), colorfmt="rgba")
    texture.blit_buffer(pixels, colorfmt="rgba", bufferfmt="ubyte")
    texture.flip_vertical()
    return texture


@dataclass(frozen=True)
class Kit:
    """Handed to every part when it is made; another theme, size or language is another kit."""

    theme: Theme
    scale: float
    catalogue: Catalogue
    type: Type
    icons: Icons
    shadow: Shadow
    landscape: bool = False
    low_reach: bool = False

    @cached_property
    def palette(self) -> Palette:
        """Colours."""
        return self.theme.palette

    @cached_property
    def sizes(self) -> TypeScale:
        """Sizes of type in design pixels."""
        return self.theme.type

    @cached_property
    def space(self) -> Space:
        """Distances in design pixels."""
        return self.theme.space

    def for_staff(self) -> "Kit":
        """The same in the colours of the staff."""
        return replace(self, theme=replace(self.theme, palette=self.theme.palette.for_staff()))

    def for_desk(self) -> "Kit":
        """In the colours of the staff, and with more on a page; nothing is set smaller than small words are."""
        return replace(self.for_staff(), theme=self.for_staff().theme.dense())

    def px(self, design: float) -> int:
        """Design pixels as whole pixels of this window, at least one."""
        return max(1, round(design * self.scale))

    def say(self, words: Words | str) -> str:
        """A sentence of the present language, bold marks kept; a str is a key."""
        return self.catalogue.marked(Text(words) if isinstance(words, str) else words)


def _shaped(theme: Theme, tightness: float) -> Theme:
    if tightness == 1.0:
        return theme
    return theme.tightened(tightness) if tightness < 1.0 else theme.loosened(tightness)


class Kits:
    """Makes kits, and keeps what is costly to make: fonts, signs, the shadow."""

    def __init__(self, faces: FontSet) -> None:
        self._type = Type(faces)
        self._icons = Icons()
        self._shadows = Shadows()

    def make(
        self,
        size: tuple[float, float],
        theme: Theme,
        catalogue: Catalogue,
        tightness: float = 1.0,
        *,
        low_reach: bool = False,
    ) -> Kit:
        """The kit for a window of ``size`` pixels; ``tightness`` below 1 takes air away, above 1 gives more."""
        width, height = size
        landscape = width > height
        design = _LANDSCAPE if landscape else _PORTRAIT
        shaped = theme.lying() if landscape else theme
        scale = min(width / design[0], height / design[1])
        return Kit(
            theme=_shaped(shaped, tightness),
            scale=scale,
            catalogue=catalogue,
            type=self._type,
            icons=self._icons,
            shadow=self._shadows.of(scale, shaped.space),
            landscape=landscape,
            low_reach=low_reach and not landscape,  # a screen that lies is low as it stands
        )
