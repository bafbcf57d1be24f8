"""The loudspeaker: real espeak-ng, and a player that keeps what it is given to play."""

import logging
import sys
import time
import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drivers.speaker.pronunciation import readable
from drivers.speaker.speaker import Speaker, SpeakerSettings, Utterance

KEEPS = "import sys, time; open(sys.argv[1] + str(time.monotonic_ns()), 'wb').write(sys.stdin.buffer.read())"
SLOW = "import pathlib, sys, time; pathlib.Path(sys.argv[1], 'begun').touch(); sys.stdin.buffer.read(); time.sleep(60)"


@pytest.fixture
def played(tmp_path: Path) -> Path:
    folder = tmp_path / "played"
    folder.mkdir()
    return folder


@pytest.fixture
def make(played: Path) -> Iterator[Callable[..., Speaker]]:
    made = []

    def speaker(
        player: tuple[str, ...] = (sys.executable, "-c", KEEPS, f"{played}/"), clips: Path | None = None
    ) -> Speaker:
        made.append(Speaker(SpeakerSettings(player, clips)))
        return made[-1]

    yield speaker
    for each in made:
        each.close()


def _until(reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _seconds(path: Path) -> float:
    """espeak-ng writes to a pipe and cannot know the length: the data count, not the header."""
    with wave.open(str(path), "rb") as sound:
        return (path.stat().st_size - 44) / (sound.getframerate() * sound.getsampwidth() * sound.getnchannels())


@pytest.mark.parametrize(
    ("text", "language", "read"),
    [
        ("请插入社保卡。", "zh_CN", "qing3 cha1 ru4 she4 bao3 ka3 ."),
        ("还可以试6次", "zh_CN", "hai2 ke3 yi3 shi4 6 ci4"),
        ("请拨打12333", "zh_CN", "qing3 bo1 da3 1 2 3 3 3"),
        ("Call 12333.", "en", "Call 1 2 3 3 3."),
    ],
)
def test_what_is_read(text: str, language: str, read: str) -> None:
    assert readable(text, language) == read


@pytest.mark.parametrize(
    ("language", "text"), [("zh_CN", "请插入社保卡，或放上身份证"), ("en", "Insert your card or lay down your ID")]
)
def test_a_sentence_becomes_sound(make: Callable[..., Speaker], played: Path, language: str, text: str) -> None:
    speaker = make()
    speaker.say([Utterance(text)], language, 70)
    _until(lambda: any(path.stat().st_size > 44 for path in played.iterdir()))
    speaker.say([Utterance("1")], language, 0)  # the one before has been kept whole, or is ended here
    speaker.close()
    longest = max(_seconds(path) for path in played.iterdir())
    assert 1.0 < longest < 8.0


def test_a_recording_of_the_hall_comes_before_the_synthesis(
    make: Callable[..., Speaker], played: Path, tmp_path: Path
) -> None:
    clip = tmp_path / "clips" / "zh_CN" / "home.question.wav"
    clip.parent.mkdir(parents=True)
    clip.write_bytes(b"RIFF of the hall")
    speaker = make(clips=tmp_path / "clips")
    speaker.say([Utterance("您要办什么事？", "home.question")], "zh_CN", 70)
    _until(lambda: [path.read_bytes() for path in played.iterdir()] == [b"RIFF of the hall"])


def test_silence_comes_within_a_sentence(make: Callable[..., Speaker], played: Path) -> None:
    speaker = make((sys.executable, "-c", SLOW, str(played)))
    speaker.say([Utterance("请稍等"), Utterance("再见")], "zh_CN", 70)
    _until((played / "begun").exists)
    (played / "begun").unlink()
    before = time.monotonic()
    speaker.close()  # would wait for the minute that the player takes, if it were not ended
    assert time.monotonic() - before < 30
    assert not (played / "begun").exists(), "the next sentence began"


def test_without_a_loudspeaker_the_kiosk_is_silent_and_says_so_once(
    make: Callable[..., Speaker], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    speaker = make(("false",))
    for _ in range(3):
        speaker.say([Utterance("请稍等")], "zh_CN", 70)
        time.sleep(0.3)
    _until(lambda: bool(caplog.records))
    speaker.close()
    assert [record.message for record in caplog.records] == ["speaker_failed"]
