"""Design tokens. Lengths are design pixels: 1080 across in portrait, 1920 across in landscape.

Contrast: every pair of ``Palette.text_pairs`` reaches 4.5:1 (WCAG 2.2, 1.4.3); a test demands it of every theme.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

Rgba = tuple[float, float, float, float]


def colour(value: str, alpha: float = 1.0) -> Rgba:
    """``#RRGGBB`` as four shares of one."""
    red, green, blue = (int(value[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return (red, green, blue, alpha)


class ThemeName(StrEnum):
    """The looks a citizen can choose."""

    STANDARD = "standard"
    ELDERS = "elders"
    CONTRAST = "contrast"


@dataclass(frozen=True)
class ToneColours:
    """One colour family: a sign, the soft ground of its notes, and the text upon that ground."""

    sign: str
    ground: str
    text: str


@dataclass(frozen=True)
class StaffPage:
    """What a page for the staff has in place of the citizens' colours."""

    pale: str
    ground: str
    line: str
    line_strong: str


@dataclass(frozen=True)
class Palette:
    """All colours of a theme."""

    ink: str = "#14233B"
    ink_soft: str = "#4A5B75"
    ground: str = "#F6F4EF"
    card: str = "#FFFFFF"
    closed: str = "#ECEDF1"
    closed_ink: str = "#5A6679"
    step: str = "#D5DCE6"
    line: str = "#DFE3EA"
    line_strong: str = "#B9C4D3"
    brand: str = "#0B5CAB"
    brand_deep: str = "#083F78"
    brand_soft: str = "#E4EEFA"
    brand_pale: str = "#B6D0EC"
    on_brand: str = "#FFFFFF"
    chip: str = "#D9A93A"
    device: str = "#17263F"
    shade: str = "#0B1626"
    info: ToneColours = ToneColours("#0B5CAB", "#E4EEFA", "#0B2F57")
    ok: ToneColours = ToneColours("#1B7A48", "#E3F3EA", "#0F4A2B")
    waiting: ToneColours = ToneColours("#9A5B00", "#FDF0DA", "#5E3700")
    stop: ToneColours = ToneColours("#B3261E", "#FBE9E7", "#6E1510")
    staff: ToneColours = ToneColours("#6A3D9A", "#F0E8F8", "#3F2063")  # what is for the members of staff alone
    staff_page: StaffPage = StaffPage("#CDB8E3", "#F3EDF9", "#D9CCE6", "#B7A3CC")
    outlined: bool = False  # every ground has a line around it

    def for_staff(self) -> "Palette":
        """The same in the colours of the staff: nobody takes such a page for their own."""
        staff, page = self.staff, self.staff_page
        return replace(
            self, brand=staff.sign, brand_deep=staff.text, brand_soft=staff.ground, brand_pale=page.pale,
            ground=page.ground, line=page.line, line_strong=page.line_strong,
        )  # fmt: skip

    @property
    def text_pairs(self) -> tuple[tuple[str, str], ...]:
        """Every text colour with the ground it stands on; each pair reaches 4.5:1."""
        on_pages = [
            (text, ground) for text in (self.ink, self.ink_soft, self.brand) for ground in (self.card, self.ground)
        ]
        on_buttons = [
            (self.on_brand, ground) for ground in (self.brand, self.brand_deep, self.stop.sign, self.stop.text)
        ]
        soft = [(self.brand, self.brand_soft), (self.brand_deep, self.brand_soft), (self.brand_deep, self.info.ground)]
        tones = [
            pair
            for tone in (self.info, self.ok, self.waiting, self.stop, self.staff)
            for pair in (
                (tone.text, tone.ground),
                (tone.sign, self.card),
                (tone.sign, self.ground),
                (tone.sign, tone.ground),
            )
        ]
        said = [(tone.text, self.ground) for tone in (self.stop, self.waiting)]
        return (*on_pages, *on_buttons, *soft, *tones, *said, (self.closed_ink, self.closed))


@dataclass(frozen=True)
class TypeScale:
    """Sizes of type, in design pixels. What citizens read is never below ``floor``: 34, for elders 44."""

    display: int = 132
    headline: int = 76
    title: int = 48
    body: int = 40
    label: int = 38
    button: int = 48
    small: int = 34
    table: int = 30  # for the staff
    floor: int = 34


@dataclass(frozen=True)
class Space:
    """Distances, in design pixels."""

    gutter: int = 64
    gap: int = 28
    inset: int = 44
    radius: int = 28
    header: int = 132
    tools: int = 124
    action: int = 148
    row: int = 124
    touch: int = 96
    hairline: int = 2
    shadow: int = 26


@dataclass(frozen=True)
class Motion:
    """Durations in seconds. A screen comes up quickly; only waiting moves for long."""

    enter: float = 0.16
    cycle: float = 3.2
    frames: int = 24


@dataclass(frozen=True)
class Theme:
    """Everything a screen needs to know about its looks."""

    name: ThemeName
    palette: Palette = Palette()
    type: TypeScale = TypeScale()
    space: Space = Space()
    motion: Motion = Motion()
    columns: int = 2
    headline_leading: float = 1.25
    leading: float = 1.5

    @property
    def large(self) -> bool:
        """True where the type is that for elders: one column, fewer things at once."""
        return self.columns == 1

    def lying(self) -> "Theme":
        """For landscape: the headline stands in a narrow column, and height is short."""
        scale = replace(self.type, headline=round(self.type.headline * 0.84), display=round(self.type.display * 0.84))
        return replace(self, type=scale, space=replace(self.space, row=round(self.space.row * 0.86), inset=36))

    def dense(self) -> "Theme":
        """For the pages of the staff, who read tables: every size follows that of tables."""
        small = self.type.table
        scale = replace(
            self.type,
            headline=round(small * 1.7),
            title=round(small * 1.16),
            body=round(small * 1.06),
            label=small,
            small=small,
            floor=small,
        )
        return replace(self, type=scale, space=replace(self.space, gap=18, inset=28), leading=1.35)

    def loosened(self, share: float) -> "Theme":
        """The same theme for a page with little on it: larger words and more air. The headline stays as everywhere."""
        space, sizes = self.space, self.type
        more = replace(
            space,
            gap=round(space.gap * share * share),
            inset=round(space.inset * share),
            row=round(space.row * share),
        )
        scale = replace(
            sizes,
            title=round(sizes.title * share),
            body=round(sizes.body * share),
            label=round(sizes.label * share),
            small=round(sizes.small * share),
        )
        return replace(self, space=more, type=scale)

    def tightened(self, share: float) -> "Theme":
        """The same theme with a little less air, for the rare page that would not fit."""
        space = replace(
            self.space,
            gap=round(self.space.gap * share),
            inset=round(self.space.inset * share),
            row=round(self.space.row * share),
        )
        sizes = self.type
        scale = replace(
            sizes,
            headline=round(sizes.headline * share),
            display=round(sizes.display * share),
            title=round(sizes.title * max(share, 0.85)),
            body=max(sizes.floor, round(sizes.body * share)),
            label=max(sizes.floor, round(sizes.label * share)),
        )
        return replace(self, space=space, type=scale, leading=max(1.3, self.leading * share))


STANDARD = Theme(ThemeName.STANDARD)
ELDERS = Theme(
    ThemeName.ELDERS,
    type=TypeScale(display=156, headline=104, title=64, body=52, label=50, button=60, small=44, table=44, floor=44),
    space=Space(gap=28, inset=44, action=168, tools=136, row=136, touch=120),
    columns=1,
    headline_leading=1.2,
    leading=1.42,
)
# For weak eyes: light on black, one strong yellow for what can be done, a line around everything.
CONTRAST = replace(
    ELDERS,
    name=ThemeName.CONTRAST,
    space=replace(ELDERS.space, hairline=4),
    palette=Palette(
        ink="#FFFFFF", ink_soft="#E4E8EE", ground="#000000", card="#0E1116", closed="#16191F", closed_ink="#B9C0CB",
        step="#5B6472", line="#8A94A3", line_strong="#FFFFFF", brand="#FFD60A", brand_deep="#FFF3B0",
        brand_soft="#332B00", brand_pale="#FFE97A", on_brand="#000000", chip="#FFD60A", device="#C3CCD9",
        shade="#000000", outlined=True,
        info=ToneColours("#8FC7FF", "#0A2036", "#FFFFFF"),
        ok=ToneColours("#6BE39A", "#06290F", "#FFFFFF"),
        waiting=ToneColours("#FFB84D", "#2E1D00", "#FFFFFF"),
        stop=ToneColours("#FF8F85", "#3A0A07", "#FFFFFF"),
        staff=ToneColours("#D9B8FF", "#261338", "#FFFFFF"),
        staff_page=StaffPage("#E7D3FF", "#150A20", "#9A7FBC", "#FFFFFF"),
    ),
)  # fmt: skip
THEMES = {theme.name: theme for theme in (STANDARD, ELDERS, CONTRAST)}


def contrast(one: str, other: str) -> float:
    """WCAG contrast ratio of two ``#RRGGBB`` colours, 1 to 21."""

    def luminance(value: str) -> float:
        shares = colour(value)[:3]
        linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)
