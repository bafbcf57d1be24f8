"""Makes the pictures of the README, half size, from those that `make demo` and the played visits have left."""

from pathlib import Path

from PIL import Image

HERE = Path(__file__).parent
DEMO = HERE.parent.parent / "demo-output"
PICTURES = {
    "start": "*-invitation",
    "home": "*-choose-matter",
    "confirm": "*-confirm",
    "done": "*-show-result",
    "slip": "slip",
}

VISITS = HERE.parent.parent / "tests" / "output" / "visits"
PLAYED = {
    "choose": "skill_subsidy/standard_*_Choose",
    "summary": "unemployment_benefit/standard_*_Confirm",
    "final": "cancellation/standard_*_Confirm",
    "guide": "guide/standard_*_ShowGuide",
    "certificate": "contribution_certificate/paper_1",
}
FIRST = {"start", "choose", "guide"}

found = {name: sorted(DEMO.glob(f"{pattern}.png")) for name, pattern in PICTURES.items()}
found |= {name: sorted(VISITS.glob(f"{pattern}.png")) for name, pattern in PLAYED.items()}
for name, files in found.items():
    chosen = files[0] if name in FIRST else files[-1]
    with Image.open(chosen) as picture:
        small = picture.convert("RGB").resize((picture.width // 2, picture.height // 2), Image.Resampling.LANCZOS)
    small.save(HERE / f"{name}.png", optimize=True)
