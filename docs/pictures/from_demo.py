"""Makes the pictures of the README from those that `make demo` has left: half size."""

from pathlib import Path

from PIL import Image

HERE = Path(__file__).parent
DEMO = HERE.parent.parent / "demo-output"
PICTURES = {
    "start": "*-invitation",
    "home": "*-choose-matter",
    "document": "*-present-document",
    "consent": "*-consent",
    "camera": "*-look-at-camera",
    "confirm": "*-confirm",
    "done": "*-show-result",
    "slip": "slip",
}

for name, pattern in PICTURES.items():
    files = sorted(DEMO.glob(f"{pattern}.png"))
    chosen = files[0] if name == "start" else files[-1]
    with Image.open(chosen) as picture:
        small = picture.convert("RGB").resize((picture.width // 2, picture.height // 2), Image.Resampling.LANCZOS)
    small.save(HERE / f"{name}.png", optimize=True)
