"""The photo in an ID's chip, decoded in the face process by what the hall brings: a C library, or a module."""

import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from drivers.camera import wlt_library
from drivers.camera.chip_photo import decoded_chip
from drivers.camera.engine import FaceEngine, UnusablePhotoError
from drivers.camera.observation import Picture, Verdict
from drivers.camera.settings import FaceSettings
from simulator.heads.pictures import frames, portrait

LIBRARY = "drivers.camera.wlt_library:decode"

# Stands for a vendor's closed library. Its "WLT" begins with the path of a BMP file, because a real one is a secret.
_SOURCE = r"""
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int unpack(const unsigned char *wlt, unsigned char *bmp, int size)
{
    if (memcmp(wlt, "crash", 5) == 0)
        abort();
    if (memcmp(wlt, "sleep", 5) == 0)
        sleep(60);
    if (memcmp(wlt, "/", 1) != 0 || size != 38862)
        return -1;
    FILE *file = fopen((const char *)wlt, "rb");
    if (file == NULL)
        return -2;
    int read = (int)fread(bmp, 1, (size_t)size, file);
    fclose(file);
    return read == size ? 1 : -3;
}
"""


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> str:
    directory = tmp_path_factory.mktemp("vendor")
    source, built = directory / "vendor.c", directory / "libvendor.so"
    source.write_text(_SOURCE)
    subprocess.run(["gcc", "-shared", "-fPIC", "-O1", "-o", str(built), str(source)], check=True)
    return str(built)


@pytest.fixture
async def engine() -> AsyncIterator[FaceEngine]:
    engine = FaceEngine()
    yield engine
    await engine.stop()


def wlt(content: str | bytes) -> bytes:
    return (content if isinstance(content, bytes) else content.encode()).ljust(1024, b"\0")


@pytest.fixture
def chip(tmp_path: Path) -> bytes:
    """What the chip of Zhang Ling's ID holds, for that library."""
    photo = cv2.imdecode(np.frombuffer(portrait("zhang_ling"), np.uint8), cv2.IMREAD_COLOR)
    assert photo is not None
    path = tmp_path / "zhang_ling.bmp"
    cv2.imwrite(str(path), cv2.resize(photo[:, 2:-2], (102, 126), interpolation=cv2.INTER_AREA))
    assert path.stat().st_size == 38862
    return wlt(str(path))


def person(key: str, number: int) -> Picture:
    return np.ascontiguousarray(frames(key)[number][..., ::-1])


async def test_a_photo_that_a_vendors_library_decodes_is_a_reference(
    engine: FaceEngine, library: str, chip: bytes
) -> None:
    reference = await engine.chip_reference(chip, LIBRARY, library)
    for key, verdict in (("zhang_ling", Verdict.SAME), ("wang_jianguo", Verdict.DIFFERENT)):
        seen = [await engine.look(person(key, number)) for number in (0, 4, 8)]
        assert engine.compare(reference, seen).verdict is verdict


def test_the_library_is_only_given_what_may_be_a_photo(library: str, chip: bytes) -> None:
    assert wlt_library.decode(chip, library)[:2] == b"BM"
    for content, message in ((b"short", "5 bytes"), (wlt("nonsense"), "answers -1"), (wlt("/nowhere"), "answers -2")):
        with pytest.raises(ValueError, match=message):
            wlt_library.decode(content, library)
    with pytest.raises(OSError, match="libnowhere"):
        wlt_library.decode(chip, "/libnowhere.so")
    with pytest.raises(AttributeError):
        wlt_library.decode(chip, "libm.so.6")


@pytest.mark.parametrize("content", ["crash", "sleep"])
async def test_a_library_that_crashes_or_hangs_costs_the_photo_and_not_the_kiosk(library: str, content: str) -> None:
    engine = FaceEngine(FaceSettings(call_seconds=3.0))
    await engine.start()
    before = engine.process_id
    with pytest.raises(UnusablePhotoError):
        await engine.chip_reference(wlt(content), LIBRARY, library)
    assert await engine.reference(portrait("zhang_ling"))
    assert engine.process_id != before
    await engine.stop()


async def test_a_decoder_that_fails_costs_the_photo_alone(engine: FaceEngine, chip: bytes) -> None:
    await engine.start()
    before = engine.process_id
    for decoder, library in ((LIBRARY, "/libnowhere.so"), ("no_such_module:decode", ""), ("math:no_such_name", "")):
        with pytest.raises(UnusablePhotoError):
            await engine.chip_reference(chip, decoder, library)
    assert engine.process_id == before


def test_a_decoder_may_be_any_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "hall_decoder.py").write_text("def decode(content, library):\n    return content[::-1]\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert decoded_chip(b"abc", "hall_decoder:decode", "") == b"cba"
    sys.modules.pop("hall_decoder", None)
