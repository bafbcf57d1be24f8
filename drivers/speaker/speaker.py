"""Reads sentences aloud: a clip that the hall has recorded, else espeak-ng, played by a program of the system; chimes.

One thread plays, one thing after the other: a chime is never heard over a sentence. ``stop`` ends what is heard at
once, by ending the programs. A loudspeaker that fails is told in the log once, and leaves the kiosk silent and
otherwise as it was.
"""

import contextlib
import logging
import subprocess
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from typing import IO

from drivers.speaker import chimes
from drivers.speaker.chimes import Chime
from drivers.speaker.pronunciation import VOICES, readable
from drivers.speaker.samples import NotPcmError, scaled

log = logging.getLogger(__name__)

_WORDS_A_MINUTE = 150  # slower than espeak-ng's 175: old ears
_LOUDEST = 200  # espeak-ng's amplitude; 100 is its own default


@dataclass(frozen=True)
class SpeakerSettings:
    """``player``: a command that plays a WAV file from its standard input. ``clips``: LANGUAGE/KEY.wav, or None."""

    player: tuple[str, ...] = ("aplay", "-q", "-")
    clips: Path | None = None


@dataclass(frozen=True)
class Utterance:
    """A sentence to say. ``key`` names the clip that may stand for it; empty where values make it another each time."""

    text: str
    key: str = ""


@dataclass(frozen=True)
class _Speech:
    sentences: Sequence[Utterance]
    language: str
    volume: int
    ended: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True)
class _Ring:
    chime: Chime
    volume: int
    ended: threading.Event = field(default_factory=threading.Event)
    begun: threading.Event = field(default_factory=threading.Event)


class Speaker:
    """The loudspeaker. No method blocks; a new speech ends the one before, and begins after a chime."""

    def __init__(self, settings: SpeakerSettings) -> None:
        self._settings = settings
        self._sounds: SimpleQueue[_Speech | _Ring | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._running: list[subprocess.Popen[bytes]] = []
        self._speech: _Speech | None = None  # the last one, and whose programs are running
        self._ring: _Ring | None = None
        self._played: _Speech | _Ring | None = None
        self._failed = False
        self._thread = threading.Thread(target=self._work, name="speaker", daemon=True)
        self._thread.start()

    def say(self, sentences: Sequence[Utterance], language: str, volume: int) -> None:
        """Read ``sentences`` in ``language`` ("zh_CN", "en") at ``volume`` (0 to 100)."""
        speech = _Speech(tuple(sentences), language, volume)
        with self._lock:
            self._end(self._speech)
            self._speech = speech
        self._sounds.put(speech)

    def chime(self, chime: Chime, volume: int) -> None:
        """Ring at ``volume`` (0 to 100), after the sentence that is being said. One waits at most."""
        with self._lock:
            if self._ring and not (self._ring.ended.is_set() or self._ring.begun.is_set()):
                self._ring.ended.set()
            self._ring = ring = _Ring(chime, volume)
        self._sounds.put(ring)

    def stop(self) -> None:
        """Silence, at once."""
        with self._lock:
            self._end(self._speech)
            self._end(self._ring)
            self._end(self._played)

    def _end(self, sound: "_Speech | _Ring | None") -> None:
        """With the lock held."""
        if sound is None:
            return
        sound.ended.set()
        if sound is self._played:
            for program in self._running:
                program.kill()

    def close(self) -> None:
        """Silence, and no more speeches."""
        self.stop()
        self._sounds.put(None)
        self._thread.join(5)

    def _work(self) -> None:
        while (sound := self._sounds.get()) is not None:
            with self._lock:
                self._played = sound
            try:
                self._play(sound)
                self._failed = False
            except (OSError, subprocess.CalledProcessError) as error:
                if not sound.ended.is_set():
                    self._tell(error)

    def _play(self, sound: _Speech | _Ring) -> None:
        match sound:
            case _Ring():
                sound.begun.set()
                self._feed(scaled(chimes.sound(sound.chime), sound.volume), sound)
            case _Speech():
                for sentence in sound.sentences:
                    self._say(sentence, sound)

    def _tell(self, error: Exception) -> None:
        if not self._failed:
            log.warning("speaker_failed", extra={"error": type(error).__name__})
        self._failed = True

    def _say(self, sentence: Utterance, speech: _Speech) -> None:
        clip = self._clip(sentence, speech.language)
        if clip:
            self._feed(_at_volume(clip, speech.volume), speech)
            return
        command = ("espeak-ng", "-v", VOICES[speech.language], "-s", str(_WORDS_A_MINUTE),
                   "-a", str(speech.volume * _LOUDEST // 100), "--stdin", "--stdout")  # fmt: skip
        with (
            self._program(command, subprocess.PIPE, speech, subprocess.PIPE) as reader,
            self._program(self._settings.player, reader.stdout, speech) as player,
        ):
            if reader.stdin is None or reader.stdout is None:
                raise OSError("no pipe")
            reader.stdout.close()  # else the reader would not notice that the player has ended
            with contextlib.suppress(BrokenPipeError):
                reader.stdin.write(readable(sentence.text, speech.language).encode())
                reader.stdin.close()
            _demand_well(player)

    def _feed(self, wav: bytes, sound: _Speech | _Ring) -> None:
        """Play a whole WAV file from memory."""
        with self._program(self._settings.player, subprocess.PIPE, sound) as player:
            if player.stdin is None:
                raise OSError("no pipe")
            with contextlib.suppress(BrokenPipeError):
                player.stdin.write(wav)
                player.stdin.close()
            _demand_well(player)

    def _clip(self, sentence: Utterance, language: str) -> Path | None:
        if not sentence.key or self._settings.clips is None:
            return None
        clip = self._settings.clips / language / f"{sentence.key}.wav"
        return clip if clip.is_file() else None

    @contextlib.contextmanager
    def _program(
        self,
        command: Sequence[str],
        source: IO[bytes] | int | None,
        sound: _Speech | _Ring,
        sink: int = subprocess.DEVNULL,
    ) -> Iterator[subprocess.Popen[bytes]]:
        """A program that ``stop`` ends; none begins once the sound is over."""
        with self._lock:
            if sound.ended.is_set():
                raise InterruptedError
            program = subprocess.Popen(command, stdin=source, stdout=sink, stderr=subprocess.DEVNULL)
            self._running.append(program)
        try:
            yield program
        finally:
            program.kill()
            program.wait()
            with self._lock:
                self._running.remove(program)
            for pipe in (program.stdin, program.stdout):
                if pipe:
                    with contextlib.suppress(BrokenPipeError):
                        pipe.close()


def _at_volume(clip: Path, volume: int) -> bytes:
    """A recording; one whose samples are not known here sounds as loud as it was recorded."""
    recorded = clip.read_bytes()
    try:
        return scaled(recorded, volume)
    except NotPcmError:
        return recorded


def _demand_well(program: "subprocess.Popen[bytes]") -> None:
    """Wait for the end of what is heard."""
    if status := program.wait():
        raise subprocess.CalledProcessError(status, "player")
