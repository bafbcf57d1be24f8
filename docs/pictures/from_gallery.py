"""Makes the pictures of docs/design.md from those that `make gallery` has left: four screens side by side."""

from pathlib import Path

from PIL import Image

HERE = Path(__file__).parent
GALLERY = HERE.parent.parent / "build" / "gallery"
GROUND, EDGE, GAP, SIZE = "#C9CDD6", 16, 16, (270, 480)

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

for name, screens in ROWS.items():
    width, height = SIZE
    row = Image.new("RGB", (len(screens) * (width + GAP) - GAP + 2 * EDGE, height + 2 * EDGE), GROUND)
    for place, screen in enumerate(screens):
        with Image.open(GALLERY / f"{screen}.png") as picture:
            small = picture.convert("RGB").resize(SIZE, Image.Resampling.LANCZOS)
        row.paste(small, (EDGE + place * (width + GAP), EDGE))
    row.save(HERE / f"design_{name}.png", optimize=True)
