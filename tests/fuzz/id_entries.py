"""What comes from the resident ID reader."""

import struct
import unicodedata

from config.faults import FaultCode
from drivers.device import DeviceError
from drivers.id_scanner.documents import IdDocument
from drivers.id_scanner.reading import look
from drivers.id_scanner.samv import Answer, Command, FrameReader, format_sam_id, split_base
from drivers.id_scanner.text_layouts import decode, decode_appended_address
from simulator.id_reader.document_text import new_address_of, text_of
from simulator.id_reader.sam_module import FIND, SAM_NUMBER, SELECT, SamModule, framed
from simulator.people import PEOPLE
from tests.devices.id_reading import BERG_2017
from tests.fuzz.entry import Entry
from tests.fuzz.promises import BrokenPromiseError, kept
from tests.fuzz.tampering import Script, Tamperer

_PERSONS = (*PEOPLE, BERG_2017)
_TEXTS = tuple(text_of(person) for person in _PERSONS)
_FIELDS = (0, 30, 32, 36, 52, 120, 122, 152, 158, 188, 204, 220, 236, 238, 240, 242, 250)
_ONE_FIELD_DAMAGED = tuple(
    text[:at] + damage + text[at + len(damage) :]
    for text in _TEXTS
    for at in _FIELDS
    for damage in (b"\x00\xd8", b"\x07\x00", b"9\0")
)
_OVERHEAD = len(framed(b"")) + 3  # bytes of an answer without data
_SOUND = framed(b"\x00\x00\x90")


def stream(data: bytes) -> None:
    """Bytes as the line brings them, in pieces as long as the first byte says; none is lost and none counted twice."""
    reader = FrameReader()
    step, rest = (data[0] % 32 + 1, data[1:]) if data else (1, b"")
    answers = [answer for at in range(0, len(rest), step) for answer in reader.feed(rest[at : at + step])]
    answers += reader.give_up()
    if sum(_OVERHEAD + len(answer.data) for answer in answers) + reader.noise != len(rest) or reader.pending:
        raise BrokenPromiseError("bytes are neither in an answer nor counted as noise")
    if reader.frames != len(answers) or reader.feed(_SOUND) != [Answer(0, 0, 0x90)]:
        raise BrokenPromiseError("a sound answer is not found any more")


def document(data: bytes) -> None:
    """The data of a base answer, or its text alone."""
    for command in (Command.READ_BASE, Command.READ_BASE_AND_FINGERPRINT):
        kept(lambda command=command: split_base(data, command), DeviceError)  # type: ignore[misc]
    _require_sound(kept(lambda: decode(data), DeviceError))
    kept(lambda: decode_appended_address(data), DeviceError)
    kept(lambda: format_sam_id(data), DeviceError)


def conversation(data: bytes) -> None:
    """A whole reading, with a reader whose answers are tampered with."""
    script = Script(data)
    module = SamModule()
    module.lay(_PERSONS[script.byte() % len(_PERSONS)])
    tamperer = Tamperer(script)
    command = (Command.READ_BASE, Command.READ_BASE_AND_FINGERPRINT)[script.byte() % 2]

    def ask(asked: Command) -> Answer:
        arrived = tamperer.changed(module.answer(asked.value))
        if len(arrived) < 3:
            raise DeviceError(FaultCode.ID_READER_SILENT)
        return Answer(arrived[0], arrived[1], arrived[2], arrived[3:])

    _require_sound(kept(lambda: look(ask, command, lambda: None), DeviceError))


def _require_sound(read: IdDocument | None) -> None:
    """What a flow takes for granted of a document."""
    if read is None:
        return
    shown = read.name.strip() and not any(unicodedata.category(char)[0] in "CZ" for char in _unusual(read.name))
    if not (shown and read.number and repr(read).endswith("(...)")):
        raise BrokenPromiseError("a document without what every document has")
    if read.valid_until is not None and read.valid_until < read.valid_from:
        raise BrokenPromiseError("a document that ends before it begins")


def _unusual(name: str) -> str:
    """``name`` without what is in order there: spaces, and characters that Unicode has no word for yet."""
    return "".join(char for char in name if unicodedata.category(char) not in {"Zs", "Co", "Cn"})


ENTRIES = (
    Entry(
        "id_stream",
        stream,
        tuple(
            b"\x07" + framed(b"\x00\x00" + content)
            for content in (b"\x90", b"\x80", b"\x9f" + bytes(4), b"\x90" + SAM_NUMBER, b"\x90" + _TEXTS[0])
        ),
    ),
    Entry(
        "id_document",
        document,
        (
            *_TEXTS,
            *_ONE_FIELD_DAMAGED,
            *(raw for person in _PERSONS if (raw := new_address_of(person))),
            SAM_NUMBER,
            struct.pack(">HH", 256, 1024) + _TEXTS[0] + bytes(1024),
            struct.pack(">HHH", 256, 1024, 512) + _TEXTS[0] + bytes(1024 + 512),
        ),
    ),
    Entry("id_conversation", conversation, tuple(bytes([who, *FIND, *SELECT]) + bytes(12) for who in range(9))),
)
