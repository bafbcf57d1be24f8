"""The tiny picture on the chip of a simulated ID: its form, and that the real face engine knows its holder by it."""

import io
from collections.abc import AsyncIterator

import pytest
from PIL import Image

from drivers.camera.engine import FaceEngine
from drivers.camera.observation import FaceAdvice, Verdict
from simulator.chip_photo import BYTES, SIZE, decode, encode
from simulator.heads.pictures import frames, portrait
from simulator.id_reader.document_text import fingerprint_of, photo_of
from simulator.people import PEOPLE, Person


@pytest.fixture
async def engine() -> AsyncIterator[FaceEngine]:
    engine = FaceEngine()
    yield engine
    await engine.stop()


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.key)
def test_every_document_holds_a_picture_that_comes_out_as_from_a_real_decoder(person: Person) -> None:
    content = photo_of(person)
    assert len(content) == BYTES
    with Image.open(io.BytesIO(decode(content, "/opt/vendor/libwlt.so"))) as picture:
        assert (picture.format, picture.size) == ("BMP", SIZE)


def test_it_is_marked_as_ours_and_holds_what_looks_like_the_begin_of_an_answer() -> None:
    content = encode(portrait("chan"))
    assert content.startswith(b"SIMPHOTO")
    assert bytes.fromhex("AA AA AA 96 69") in content


def _shortened() -> bytes:
    return encode(portrait("chan"))[:40].ljust(BYTES, b"\0")


@pytest.mark.parametrize(
    "content",
    [b"", b"SIMPHOTO", bytes(BYTES), fingerprint_of(PEOPLE[0]), encode(portrait("chan"))[:-1], _shortened()],
    ids=["empty", "short", "zeros", "another form", "one byte less", "torn"],
)
def test_nothing_else_is_taken_for_it(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"no simulated photo|no picture"):
        decode(content)


def test_what_is_no_picture_cannot_be_put_there() -> None:
    with pytest.raises(ValueError, match="no picture"):
        encode(b"no picture")


async def test_everybody_is_known_by_the_chip_and_nobody_else_is(engine: FaceEngine) -> None:
    references = {person.key: await engine.reference(decode(photo_of(person))) for person in PEOPLE}
    for person in PEOPLE:
        seen = [await engine.look(image[..., ::-1]) for image in frames(person.key)[::3]]
        good = [observation for observation in seen if observation.advice is FaceAdvice.GOOD]
        for key, reference in references.items():
            expected = Verdict.SAME if key == person.key else Verdict.DIFFERENT
            assert engine.compare(reference, good).verdict is expected, (person.key, key)
