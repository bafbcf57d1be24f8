"""Chimes and volume: what the WAV files hold, and in which order the loudspeaker plays them."""

import io
import sys
import time
import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from drivers.speaker import chimes
from drivers.speaker.chimes import Chime
from drivers.speaker.samples import NotPcmError, scaled
from drivers.speaker.speaker import Speaker, SpeakerSettings, Utterance

KEEPS = "import sys, time; open(sys.argv[1] + str(time.monotonic_ns()), 'wb').write(sys.stdin.buffer.read())"
SLOW = "import pathlib, sys, time; pathlib.Path(sys.argv[1], 'begun').touch(); sys.stdin.buffer.read(); time.sleep(60)"


def wav(frames: bytes, width: int = 2, channels: int = 1) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(channels)
        written.setsampwidth(width)
        written.setframerate(8000)
        written.writeframes(frames)
    return file.getvalue()


def frames_of(sound: bytes) -> bytes:
    with wave.open(io.BytesIO(sound)) as read:
        return read.readframes(read.getnframes())


def samples_of(sound: bytes) -> NDArray[np.float64]:
    return np.frombuffer(frames_of(sound), "<i2").astype(np.float64) / 32768


@pytest.mark.parametrize("chime", Chime)
def test_a_chime_begins_and_ends_softly_and_is_never_shrill(chime: Chime) -> None:
    heard = samples_of(chimes.sound(chime))
    assert len(heard) == round(chimes.RATE * chimes.seconds(chime))
    assert chimes.seconds(chime) < 1.3
    assert 0.7 < np.abs(heard).max() < 0.9
    edge = chimes.RATE // 500  # 2 ms
    assert np.abs(heard[:edge]).max() < 0.1
    assert np.abs(heard[-edge:]).max() < 0.005
    strength = np.abs(np.fft.rfft(heard)) ** 2
    pitch = np.fft.rfftfreq(len(heard), 1 / chimes.RATE)
    assert strength[pitch < 1100].sum() > 0.9 * strength.sum()
    assert strength[pitch > 2500].sum() < 0.001 * strength.sum()


def test_done_and_not_done_and_take_along_are_told_apart() -> None:
    assert len({chimes.sound(chime) for chime in Chime}) == len(Chime)


@pytest.mark.parametrize(
    ("width", "loud", "half"),
    [
        (1, bytes([228, 28, 128]), bytes([178, 78, 128])),
        (2, b"\x00\x40\x00\xc0", b"\x00\x20\x00\xe0"),
        (3, b"\x00\x00\x40\x00\x00\xc0", b"\x00\x00\x20\x00\x00\xe0"),
        (4, b"\x00\x00\x00\x40\x00\x00\x00\xc0", b"\x00\x00\x00\x20\x00\x00\x00\xe0"),
    ],
)
def test_half_the_volume_is_half_of_every_sample(width: int, loud: bytes, half: bytes) -> None:
    assert frames_of(scaled(wav(loud, width), 50)) == half
    assert frames_of(scaled(wav(loud, width), 100)) == loud
    assert set(frames_of(scaled(wav(loud, width), 0))) == {128 if width == 1 else 0}


def test_both_channels_stay_where_they_are() -> None:
    quieter = scaled(wav(b"\x00\x40\x00\x20" * 3, channels=2), 50)
    assert frames_of(quieter) == b"\x00\x20\x00\x10" * 3


@pytest.mark.parametrize("content", [b"", b"RIFF of the hall", b"OggS" + bytes(40)])
def test_what_is_no_plain_wav_file_is_said(content: bytes) -> None:
    with pytest.raises(NotPcmError):
        scaled(content, 50)


@pytest.fixture
def played(tmp_path: Path) -> Path:
    folder = tmp_path / "played"
    folder.mkdir()
    return folder


@pytest.fixture
def make(played: Path) -> Iterator[Callable[..., Speaker]]:
    made = []

    def speaker(*player: str, clips: Path | None = None) -> Speaker:
        made.append(Speaker(SpeakerSettings(player or (sys.executable, "-c", KEEPS, f"{played}/"), clips)))
        return made[-1]

    yield speaker
    for each in made:
        each.close()


def _until(reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _in_order(played: Path, count: int) -> list[bytes]:
    """What the player was given, once ``count`` sounds are whole."""
    _until(lambda: len([path for path in played.iterdir() if path.stat().st_size]) >= count)
    time.sleep(0.1)
    return [path.read_bytes() for path in sorted(played.iterdir(), key=lambda path: int(path.name))]


def _clips(folder: Path) -> Path:
    recorded = folder / "clips" / "zh_CN" / "home.question.wav"
    recorded.parent.mkdir(parents=True)
    recorded.write_bytes(wav(b"\x00\x40" * 800))
    return folder / "clips"


def test_the_chime_comes_before_the_words_whichever_is_louder(
    make: Callable[..., Speaker], played: Path, tmp_path: Path
) -> None:
    speaker = make(clips=_clips(tmp_path))
    speaker.chime(Chime.DONE, 60)
    speaker.say([Utterance("您要办什么事？", "home.question")], "zh_CN", 50)
    chime, words = _in_order(played, 2)
    assert chime == scaled(chimes.sound(Chime.DONE), 60)
    assert frames_of(words) == b"\x00\x20" * 800  # a recording follows the volume of the voice


def test_a_chime_waits_for_the_end_of_a_sentence_and_only_the_last_one_does(
    make: Callable[..., Speaker], played: Path, tmp_path: Path
) -> None:
    late = KEEPS.replace("import sys, time;", "import sys, time; time.sleep(0.3);")
    speaker = make(sys.executable, "-c", late, f"{played}/", clips=_clips(tmp_path))
    speaker.say([Utterance("您要办什么事？", "home.question")], "zh_CN", 100)
    for chime in (Chime.TAKE, Chime.ATTENTION, Chime.SORRY):
        speaker.chime(chime, 100)
    words, chime = _in_order(played, 2)
    assert frames_of(words) == b"\x00\x40" * 800
    assert chime == scaled(chimes.sound(Chime.SORRY), 100)


def test_silence_ends_a_chime_and_what_waits_behind_it(make: Callable[..., Speaker], played: Path) -> None:
    speaker = make(sys.executable, "-c", SLOW, str(played))
    speaker.chime(Chime.TAKE, 60)
    _until((played / "begun").exists)
    speaker.chime(Chime.TAKE, 60)
    speaker.say([Utterance("请稍等")], "zh_CN", 70)
    (played / "begun").unlink()
    before = time.monotonic()
    speaker.stop()
    speaker.close()
    assert time.monotonic() - before < 20
    assert not (played / "begun").exists()


def test_a_chime_without_a_loudspeaker_is_one_word_in_the_log(
    make: Callable[..., Speaker], caplog: pytest.LogCaptureFixture
) -> None:
    speaker = make("no-such-player-anywhere")
    for _ in range(3):
        speaker.chime(Chime.TAKE, 60)
        time.sleep(0.1)
    _until(lambda: bool(caplog.records))
    speaker.close()
    assert [record.message for record in caplog.records] == ["speaker_failed"]
