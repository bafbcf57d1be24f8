"""Makes the pictures of docs/design.md (four screens side by side) and of the handbook from those of `make gallery`."""

from pathlib import Path

from PIL import Image

HERE = Path(__file__).parent
GALLERY = HERE.parent.parent / "build" / "gallery"
GROUND, EDGE, GAP, SIZE = "#C9CDD6", 16, 16, (270, 480)
PAGE = (432, 768)

ROWS = {
    "looks": ["standard-portrait-zh_CN/13_confirm", "elders-portrait-zh_CN/02_home_six",
              "contrast-portrait-zh_CN/02_home_six", "contrast-portrait-zh_CN/48_confirm_final"],
    "pages": ["standard-low-zh_CN/04_document", "standard-low-zh_CN/41_choose_reason",
              "standard-portrait-en/07_consent_card", "elders-portrait-zh_CN/11_pin"],
    "hall": ["standard-portrait-zh_CN/01_start", "standard-portrait-zh_CN/01_start_two_reasons",
             "standard-portrait-zh_CN/94_rest", "standard-portrait-zh_CN/15_take_card"],
    "ends": ["standard-portrait-zh_CN/16_done", "standard-portrait-zh_CN/21_refusal",
             "standard-portrait-zh_CN/23_fault_retry", "elders-portrait-zh_CN/22_refusal_no_document"],
}  # fmt: skip
PAGES = {
    "start": "01_start_no_paper", "offline": "01_start_offline", "stopped": "01_start_stopped", "left": "27_card_left",
    "menu": "71_desk_menu", "closing": "73_desk_closing", "paper": "72_desk_paper", "device": "79_desk_device",
    "tests": "79_desk_tests", "report": "79_desk_report", "fault": "77_desk_fault", "queue": "75_desk_queue",
}  # fmt: skip


def small(screen: str, size: tuple[int, int]) -> Image.Image:
    """A screen of the gallery at ``size``."""
    with Image.open(GALLERY / f"{screen}.png") as picture:
        return picture.convert("RGB").resize(size, Image.Resampling.LANCZOS)


for name, screens in ROWS.items():
    width, height = SIZE
    row = Image.new("RGB", (len(screens) * (width + GAP) - GAP + 2 * EDGE, height + 2 * EDGE), GROUND)
    for place, screen in enumerate(screens):
        row.paste(small(screen, SIZE), (EDGE + place * (width + GAP), EDGE))
    row.save(HERE / f"design_{name}.png", optimize=True)
for name, screen in PAGES.items():
    page = small(f"standard-portrait-zh_CN/{screen}", PAGE)
    page.quantize(128, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(
        HERE / f"handbook_{name}.png", optimize=True
    )
