"""Reads sentences aloud: a clip that the hall has recorded, else espeak-ng, played by a program of the system.

One thread plays; ``stop`` ends what is heard at once, by ending the programs. A loudspeaker that fails is told in the
log once, and leaves the kiosk silent and otherwise as it was.
"""

import contextlib
import logging
import subprocess
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import IO

from drivers.speaker.pronunciation import VOICES, readable

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
    ended: threading.Event


class Speaker:
    """The loudspeaker. No method blocks; a new speech ends the one before."""

    def __init__(self, settings: SpeakerSettings) -> None:
        self._settings = settings
        self._speeches: SimpleQueue[_Speech | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._running: list[subprocess.Popen[bytes]] = []
        self._present: threading.Event | None = None
        self._failed = False
        self._thread = threading.Thread(target=self._work, name="speaker", daemon=True)
        self._thread.start()

    def say(self, sentences: Sequence[Utterance], language: str, volume: int) -> None:
        """Read ``sentences`` in ``language`` ("zh_CN", "en") at ``volume`` (0 to 100)."""
        self.stop()
        with self._lock:
            self._present = ended = threading.Event()
        self._speeches.put(_Speech(tuple(sentences), language, volume, ended))

    def stop(self) -> None:
        """Silence, at once."""
        with self._lock:
            if self._present:
                self._present.set()
            for program in self._running:
                program.kill()

    def close(self) -> None:
        """Silence, and no more speeches."""
        self.stop()
        self._speeches.put(None)
        self._thread.join(5)

    def _work(self) -> None:
        while (speech := self._speeches.get()) is not None:
            try:
                for sentence in speech.sentences:
                    self._say(sentence, speech)
                self._failed = False
            except (OSError, subprocess.CalledProcessError) as error:
                if not speech.ended.is_set():
                    self._tell(error)

    def _tell(self, error: Exception) -> None:
        if not self._failed:
            log.warning("speaker_failed", extra={"error": type(error).__name__})
        self._failed = True

    def _say(self, sentence: Utterance, speech: _Speech) -> None:
        clip = self._clip(sentence, speech.language)
        if clip:
            with clip.open("rb") as recorded, self._program(self._settings.player, recorded, speech) as player:
                _demand_well(player)
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

    def _clip(self, sentence: Utterance, language: str) -> Path | None:
        if not sentence.key or self._settings.clips is None:
            return None
        clip = self._settings.clips / language / f"{sentence.key}.wav"
        return clip if clip.is_file() else None

    @contextlib.contextmanager
    def _program(
        self, command: Sequence[str], source: IO[bytes] | int | None, speech: _Speech, sink: int = subprocess.DEVNULL
    ) -> Iterator[subprocess.Popen[bytes]]:
        """A program that ``stop`` ends; none begins once the speech is over."""
        with self._lock:
            if speech.ended.is_set():
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


def _demand_well(program: "subprocess.Popen[bytes]") -> None:
    """Wait for the end of what is heard."""
    if status := program.wait():
        raise subprocess.CalledProcessError(status, "player")
