"""`kiosk face evaluate` on drawn heads, through the real face process."""

import asyncio
import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from drivers.camera.engine import FaceEngine
from drivers.camera.observation import Template
from simulator.camera import side_by_side
from simulator.heads.pictures import Image, empty_hall, frames
from tests.face_desk.conftest import PEOPLE, Kiosk, Printed, copied, listed

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Evaluated:
    """One run with everything that it makes."""

    printed: Printed
    figures: dict[str, Any]
    picture: Path


@pytest.fixture(scope="module")
def evaluated(tmp_path_factory: pytest.TempPathFactory, kiosk: Kiosk) -> Evaluated:
    place = tmp_path_factory.mktemp("evaluated")
    pairs = listed(copied(place / "photos"), kiosk)
    made = place / "roc.png", place / "figures.json"
    printed = kiosk("evaluate", "--pairs", pairs, "--roc", made[0], "--json", made[1])
    assert (printed.code, printed.err) == (0, "")
    return Evaluated(printed, json.loads(made[1].read_text("utf-8")), made[0])


def test_the_report(evaluated: Evaluated) -> None:
    printed = evaluated.printed
    assert printed.line("Pictures:") == "Pictures: 16, usable: 16"
    told = "Comparisons: 24 of the same person, 96 of different people; people: 4"
    assert printed.line("Comparisons:") == told
    assert printed.line("Equal error").startswith("Equal error rate: 0 %")
    # In the settings' own zones no drawn head is refused or taken for another: what test_heads.py sees.
    bounds = "0 % 0 % - 3.8 % - 0 % 0 % - 14.2 % -"
    assert printed.line("0.4700") == f"0.4700* {bounds}"
    assert printed.out.count("NOT ENOUGH of them: without one error they would show only 1 in 32") == 2
    assert re.search(
        r'^\[face\]\nmodel = "sface"\n# same = 0\.\d{4} .*CANNOT BE SHOWN by 96', printed.out, re.MULTILINE
    )
    image = cv2.imread(str(evaluated.picture))
    assert image is not None
    assert image.shape[0] > 400
    assert len(np.unique(image.reshape(-1, 3), axis=0)) > 50  # lines, zones, letters


def test_the_figures_for_other_programs(evaluated: Evaluated) -> None:
    told = evaluated.figures
    assert told["taken"]["model"].startswith("sface-")
    assert told["comparisons"] == {"same": 24, "different": 96, "people": 4}
    assert [zone["wanted"] for zone in told["zones"]] == [1e-3, 1e-4]
    assert [zone["needed"] for zone in told["zones"]] == [3000, 30000]
    assert not any(zone["enough"] or zone["shown"] for zone in told["zones"])
    assert told["kiosk_toml"][-2].startswith("# same = ")
    assert all(row["fmr"]["exact"]["low"] <= row["fmr"]["exact"]["high"] for row in told["table"])


def test_no_name_of_a_picture_is_told(evaluated: Evaluated) -> None:
    everything = evaluated.printed.out + json.dumps(evaluated.figures)
    assert not any(name in everything for name in (*PEOPLE, "portrait", "frame", ".jpg"))


def test_dlibs_descriptor_can_be_measured_with_other_rates(pairs: Path, kiosk: Kiosk) -> None:
    printed = kiosk("evaluate", "--pairs", pairs, "--model", "dlib", "--fmr", "0.05")
    assert printed.line("Model:").startswith("Model: dlib-")
    assert "Wanted: FMR 5 % (1 in 20)" in printed.out
    assert printed.out.count("Wanted:") == 1
    same, unsure = re.findall(r"^(?:same|unsure) = (\d\.\d{4})", printed.out, re.MULTILINE)
    assert same == unsure  # one rate leaves no zone between


# --- pictures that cannot serve ---


def save(path: Path, image: Image) -> None:
    assert cv2.imwrite(str(path), image)


def test_pictures_without_a_usable_face_are_counted_by_reason_and_named_by_line(
    photos: Path, tmp_path: Path, kiosk: Kiosk
) -> None:
    save(photos / "berg" / "z-nobody.jpg", empty_hall())
    save(photos / "chan" / "z-two.png", side_by_side(frames("chan")[0], frames("berg")[0]))
    save(photos / "zhao_qi" / "z-small.bmp", cv2.resize(frames("zhao_qi")[0], None, fx=0.15, fy=0.15))
    out = tmp_path / "more.csv"
    assert kiosk("pairs", "--folder", photos, "--out", out).code == 0
    printed = kiosk("evaluate", "--pairs", out, "--json", tmp_path / "figures.json")
    assert printed.code == 0
    assert printed.line("Pictures:") == "Pictures: 19, usable: 16"
    assert printed.line("pairs left out") == f"pairs left out with their pictures: {19 * 18 // 2 - 120}"
    lines = {
        reason: told
        for reason, (told,) in json.loads((tmp_path / "figures.json").read_text("utf-8"))["taken"]["unusable"].items()
    }
    assert set(lines) == {"no face found", "more than one face", "face too small"}
    named = [out.read_text().splitlines()[line - 1] for line in lines.values()]
    assert [next(name for name in ("nobody", "two", "small") if name in row) for row in named] == [
        "nobody",
        "two",
        "small",
    ]
    assert not any(name in printed.out for name in ("nobody", "z-two", "z-small"))


def test_too_few_usable_pictures_are_told_with_what_became_of_them(photos: Path, pairs: Path, kiosk: Kiosk) -> None:
    for picture in photos.glob("*/*.jpg"):
        save(picture, empty_hall())
    printed = kiosk("evaluate", "--pairs", pairs)
    assert printed.code == 2
    assert "leaves, of usable pictures, 0 pairs of the same person and 0 of different people" in printed.err
    assert printed.line("not usable").startswith("not usable, no face found: 16 (first named in line 2, 2, 3, 4,")


def test_bad_files_are_found_before_the_work_begins(
    photos: Path, pairs: Path, kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = pairs.read_text().splitlines()
    missing, words, large = (photos / "berg" / name for name in ("frame-00.jpg", "frame-03.jpg", "frame-06.jpg"))
    at = {
        bad: 1 + next(n for n, row in enumerate(lines) if f"berg/{bad.name}" in row) for bad in (missing, words, large)
    }
    missing.unlink()
    words.write_text("a diary")
    save(large, np.zeros((8, 4097, 3), np.uint8))

    async def never(*_: object) -> None:
        raise AssertionError("the face process was started")

    monkeypatch.setattr(FaceEngine, "start", never)
    printed = kiosk("evaluate", "--pairs", pairs)
    assert printed.code == 2
    told = {
        missing: "no such picture; paths count from the list's own folder, or from --folder",
        words: "not a picture that can be read; allowed are JPEG, PNG and BMP",
        large: "the picture is too large; at most 4096 pixels a side and 32 MB",
    }
    assert printed.err.splitlines() == [f"kiosk: {pairs}, line {at[bad]}: {what}" for bad, what in told.items()]


def test_places_for_results_are_tried_before_the_work_begins(pairs: Path, tmp_path: Path, kiosk: Kiosk) -> None:
    nowhere = kiosk("evaluate", "--pairs", pairs, "--roc", tmp_path / "none" / "roc.png")
    assert (nowhere.code, nowhere.out) == (2, "")
    assert "cannot be written; its folder must be there" in nowhere.err
    before = pairs.read_bytes()
    assert "is the list of pairs itself" in kiosk("evaluate", "--pairs", pairs, "--json", pairs).err
    assert pairs.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--fmr", "2"), "allowed is 1e-9 to 0.5"),
        (("--fmr", "often"), "invalid _rate value"),
        (("--mean", "0"), "allowed is 1 to 9"),
        (("--model", "other"), "invalid choice"),
        (("--model-file", "x.onnx"), "--model-file and --model-sha256 belong together"),
    ],
)
def test_options_are_checked(pairs: Path, kiosk: Kiosk, arguments: tuple[str, str], told: str) -> None:
    printed = kiosk("evaluate", "--pairs", pairs, *arguments)
    assert printed.code == 2
    assert told in printed.err


def test_weights_with_another_hash_are_refused(pairs: Path, tmp_path: Path, kiosk: Kiosk) -> None:
    (tmp_path / "own.onnx").write_bytes(b"other weights")
    own = ("--model-file", tmp_path / "own.onnx", "--model-sha256", "0" * 64)
    printed = kiosk("evaluate", "--pairs", pairs, *own)
    assert printed.code == 2
    assert "the face process does not work: FACE_MODEL_INVALID" in printed.err


# --- a face process that dies ---


@pytest.fixture
def killed(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[int]]:
    """Numbers of calls, from 1, during which the real face process is killed."""
    calls: set[int] = set()
    reference, count = FaceEngine.reference, iter(range(1, 1000))

    async def deadly(engine: FaceEngine, photo: bytes) -> Template:
        await engine.start()
        if next(count) in calls and (child := engine.process_id):
            os.kill(child, signal.SIGSTOP)  # so that it cannot answer before it dies
            asyncio.get_running_loop().call_later(0.05, os.kill, child, signal.SIGKILL)
        return await reference(engine, photo)

    monkeypatch.setattr(FaceEngine, "reference", deadly)
    return calls


def test_a_picture_that_kills_the_face_process_twice_is_left_out(pairs: Path, kiosk: Kiosk, killed: set[int]) -> None:
    """The second picture's call fails once, and is made again as the third; that of the fourth picture fails twice."""
    killed.update({2, 5, 6})
    printed = kiosk("evaluate", "--pairs", pairs)
    assert printed.code == 0
    assert printed.line("Pictures:") == "Pictures: 16, usable: 15"
    assert printed.line("not usable") == "not usable, the face process failed twice: 1 (first named in line 4)"


# --- the program as it is started ---


def typed(*arguments: object, before: str = "") -> subprocess.CompletedProcess[str]:
    program = f"import sys; {before}; from kiosk.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", program, "face", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("missing", ["scipy", "matplotlib"])
def test_without_the_extra_the_command_says_what_to_install(pairs: Path, missing: str) -> None:
    ended = typed("evaluate", "--pairs", pairs, before=f"sys.modules['{missing}'] = None")
    assert ended.returncode == 2
    assert ended.stderr.startswith(f"kiosk: {missing}")
    assert ended.stderr.endswith("kiosk face evaluate runs where `make setup` has been done (docs/face.md)\n")


def test_the_kiosk_itself_never_loads_the_extra() -> None:
    program = "import sys, kiosk.cli, kiosk.wiring; print({'scipy', 'matplotlib'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_progress_is_shown_on_a_terminal_and_the_program_leaves_no_core(pairs: Path) -> None:
    ours, theirs = pty.openpty()
    watch = "import kiosk.face_desk.progress as p; p._PAUSE = 0.0"
    program = (
        f"import sys, resource; {watch}; from kiosk.cli import main; code = main();"
        "print(resource.getrlimit(resource.RLIMIT_CORE)); sys.exit(code)"
    )
    command = [sys.executable, "-c", program, "face", "evaluate", "--pairs", str(pairs)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=theirs) as running:
        os.close(theirs)
        shown = b""
        while chunk := _read(ours):
            shown += chunk
        out = running.communicate()[0].decode()
    os.close(ours)
    assert running.returncode == 0
    assert b"pictures 1 of 16" in shown
    assert b"pictures 16 of 16" in shown
    assert b"comparisons 120 of 120" in shown
    assert shown.endswith(b"\r\x1b[K")  # nothing of it stays
    assert out.startswith("Model: sface-")
    assert out.endswith("(0, 0)\n")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # EIO: the other side is closed
        return b""


def test_ctrl_c_ends_it_with_a_word_and_without_a_process_left(pairs: Path, tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "kiosk.cli",
        "face",
        "evaluate",
        "--pairs",
        str(pairs),
        "--json",
        str(tmp_path / "j"),
    ]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        while not (child := _first_child(running.pid)):
            assert running.poll() is None
        running.send_signal(signal.SIGINT)
        _, err = running.communicate()
    assert (running.returncode, err) == (130, "kiosk: stopped; no file was written\n")
    while Path(f"/proc/{child}").exists():  # the test's own limit of time is the one that counts
        time.sleep(0.02)
    assert not (tmp_path / "j").exists()


def _first_child(process: int) -> int | None:
    """The face process, once there is one; a child is listed under the thread that made it."""
    try:
        lists = [path.read_text() for path in Path(f"/proc/{process}/task").glob("*/children")]
    except OSError:
        return None
    return next((int(number) for text in lists for number in text.split()), None)
