"""What the face check costs: beside the library's own call on the same pictures, and for the screen."""

import json
import subprocess
import sys
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import cv2
import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from config.fonts import prepare
from drivers.camera.engine import FaceEngine
from drivers.camera.observation import Picture, Verdict
from simulator.camera import SimulatedCamera
from simulator.heads import pictures
from tests.bench.conftest import Run, Tell
from tests.bench.race import Race, percentile
from tests.window import FONTS

pytestmark = pytest.mark.timeout(600)

PEOPLE = ("zhang_ling", "wang_jianguo", "li_xiuying", "gulimire")
ROOT = Path(__file__).parents[2]
_ROUNDS, _STARTS, _LOOKS = 30, 7, 200
OURS, BARE = "FaceEngine.look and compare", "face_encodings and face_distance"


@pytest.fixture
def engine(run: Run) -> Iterator[FaceEngine]:
    engine = FaceEngine()
    run(engine.start())
    yield engine
    run(engine.stop())


def good_frames() -> dict[str, Picture]:
    """One picture of each person that the quality gate lets through, RGB."""
    return {person: np.ascontiguousarray(pictures.frames(person)[0][..., ::-1]) for person in PEOPLE}


def bare_photo(person: str) -> Picture:
    photo = cv2.imdecode(np.frombuffer(pictures.portrait(person), np.uint8), cv2.IMREAD_COLOR)
    return np.ascontiguousarray(photo[..., ::-1], dtype=np.uint8)


@pytest.mark.benchmark(group="face")
def test_a_decision_against_a_bare_call(benchmark: BenchmarkFixture, engine: FaceEngine, run: Run, tell: Tell) -> None:
    """From a good picture to the verdict on it; the reference is described before, by both alike.

    ``import face_recognition`` loads the 68-point model, whose licence excludes commercial use. The product never
    imports it (docs/face.md); this comparison alone does. Its call itself uses the 5-point model.
    """
    import face_recognition  # noqa: PLC0415 - only here, for the reason above

    frames = good_frames()
    ours = {person: run(engine.reference(pictures.portrait(person))) for person in PEOPLE}
    bare = {person: face_recognition.face_encodings(bare_photo(person)) for person in PEOPLE}
    turn = {name: cycle(frames.items()) for name in (OURS, BARE)}

    def look(operations: int) -> None:
        for _ in range(operations):
            person, frame = next(turn[OURS])
            assert engine.compare(ours[person], [run(engine.look(frame))]).verdict is Verdict.SAME

    def call(operations: int) -> None:
        for _ in range(operations):
            person, frame = next(turn[BARE])
            (found,) = face_recognition.face_encodings(frame)
            assert face_recognition.face_distance(bare[person], found)[0] < 0.6  # the library's own limit

    race = Race({OURS: look, BARE: call}, len(PEOPLE))
    benchmark.pedantic(race.round, rounds=_ROUNDS, warmup_rounds=1)
    tell(f"face: {OURS}", f"{race.median(OURS) * 1e3:.0f} ms")
    tell(f"face: {BARE}", f"{race.median(BARE) * 1e3:.0f} ms")
    tell("face: a decision against the bare call (goal: below 0.9)", f"{race.ratio(BARE, OURS):.2f}")


@pytest.mark.benchmark(group="face")
def test_start_and_memory_of_the_child(benchmark: BenchmarkFixture, run: Run, tell: Tell) -> None:
    engine = FaceEngine()
    frames = cycle(good_frames().values())

    def start() -> None:
        run(engine.start())

    benchmark.pedantic(start, setup=lambda: run(engine.stop()), rounds=_STARTS)
    tell("face: start of the child, models loaded", f"{benchmark.stats.stats.median:.2f} s")
    held = [engine.memory()]
    for _ in range(2):
        for _ in range(_LOOKS):
            run(engine.look(next(frames)))
        held.append(engine.memory())
    run(engine.stop())
    assert all(held)
    told = ", ".join(f"{(size or 0) / 1e6:.0f} MB" for size in held)
    tell(f"face: memory of the child at the start, after {_LOOKS} and {2 * _LOOKS} pictures", told)


@pytest.mark.benchmark(group="face")
def test_frames_of_the_window_while_a_face_is_checked(benchmark: BenchmarkFixture, display: str, tell: Tell) -> None:
    """The real window and stage, the real verifier, and the simulated camera, which is in this process."""
    prepare(FONTS)
    with SimulatedCamera() as camera:
        camera.show(PEOPLE[0])
        command = [sys.executable, "-m", "tests.bench.face_window", camera.url, PEOPLE[0]]
        ran = benchmark.pedantic(
            lambda: subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True), rounds=1
        )
    told = json.loads(ran.stdout.splitlines()[-1])
    seconds, idle, checking = told["seconds"], told["idle"], told["checking"]
    assert min(told["looks"], told["shown"]) > seconds / 4  # in every turn the check went on, on a busy machine too
    tell("screen: pictures judged and shown a second", f"{told['looks'] / seconds:.1f}, {told['shown'] / seconds:.1f}")
    for name, between in (("standing still", idle), ("while the face check runs", checking)):
        middle, late = (percentile(between, percent) * 1e3 for percent in (50, 99))
        tell(f"screen: between frames, {name}, p50 and p99", f"{middle:.0f} ms, {late:.0f} ms ({len(between)} frames)")
    ratio = percentile(checking, 99) / percentile(idle, 99)
    tell("screen: p99 while the face check runs against standing still (goal: at most 1.5)", f"{ratio:.2f}")
