"""The PSAM: the card in the reader's second slot that keeps the terminal's keys.

Sources: hardware.md 1.2, 1.8 and 1.9 (P4, P9 5 and 7, SZ-PSAM). Pure. No key ever leaves it: it makes a session key out
of one of its keys, the card's data and a process factor, and enciphers eight bytes with that.

Where the sources say nothing or disagree:

- Environment: "sx2" for SSF33, "sx1" for DES (P9 5). For SM4 none is named; "sx1" is taken, and the PSAM either knows
  the key or says that it does not.
- INITIALIZE ENVIRONMENT is in P9; the programs seen in use do without it. A PSAM that does not know it is excused.
- Diversification factors go from the card's own to the highest level's: so SZ-PSAM and the programs in use send two of
  them, the card's and the city's. With a third, the province's stands behind.
- How many levels a PSAM's key is above the card depends on whom it was given to (usage 67: three; 47 and 27 below it).
  6A80 tells that it is another number, and another is asked for; that is between kiosk and PSAM, no card hears of it.
- A 16-byte cipher gets factor and information padded with 00, and its result is folded to 8 bytes (P4, P9 7).
"""

import hmac
from collections.abc import MutableMapping
from dataclasses import dataclass
from enum import IntEnum

from config.faults import FaultCode
from drivers.card_reader.algorithm import Algorithm
from drivers.card_reader.apdu import SSSE, CommandApdu, StatusWord, Transmit, exchange, select_application
from drivers.card_reader.authentication import PROOF_BYTES, RKSSSE, AlgorithmUnknownError, Exchange, Subject
from drivers.device import DeviceError

SSF33_ENVIRONMENT = bytes.fromhex("7378322E73682EC9E7BBE1B1A3D5CF")  # "sx2.sh.社会保障" in GBK (P9 5, SZ-PSAM)
APPLICATION = bytes.fromhex("D15600000590")  # ADF DF01 (P9 5, SZ-PSAM)
PUBLIC_FILE, PUBLIC_BYTES = 0x15, 15
TERMINAL_FILE, TERMINAL_BYTES = 0x16, 6

_BLOCK_BYTES = 16
_ENCIPHER = 7  # the class of key in the low five bits of the usage byte (SC annex B)
_LEVELS = (3, 2, 1)  # the national keys' first
_UNKNOWN_INSTRUCTION = {StatusWord.WRONG_INS, StatusWord.WRONG_CLA}
_NO_SUCH_KEY = {StatusWord.REFERENCE_NOT_FOUND, StatusWord.KEY_INDEX, StatusWord.NOT_SUPPORTED}
_FOUR_DIGIT_AREAS = "33"  # Zhejiang diversifies by city and not by county (P9 7.3)


class PsamIns(IntEnum):
    """Instruction bytes that this kiosk sends to a PSAM."""

    READ_BINARY = 0xB0
    DELIVER_SESSION_KEY = 0xDE
    INITIALISE_ENVIRONMENT = 0xEC
    CIPHER_DATA = 0xFA


class Key(IntEnum):
    """The keys that are asked for, by their number in the PSAM (SC annex B)."""

    IRK = 0x08  # proves a card
    RKSSSE = RKSSSE  # proves a terminal that wants to read


@dataclass(frozen=True)
class PsamInformation:
    """What a PSAM tells everybody (0015, 0016). It names the terminal, nobody's person."""

    issuer: str  # one byte, two hexadecimal digits
    serial: str  # 20 digits
    version: int
    key_type: int
    control_information: str  # issuer's own, four hexadecimal digits
    terminal: str  # 终端机编号, 12 digits


# How many levels a PSAM's key is above the card; found out once, kept by the caller for as long as the PSAM is in.
Levels = MutableMapping[tuple[Algorithm, Key], int]


def read_information(transmit: Transmit) -> PsamInformation:
    """Read the public data and the terminal's number, which are free to read.

    Raises:
        DeviceError: ``CARD_PSAM`` if it is no PSAM, or tells something else; what ``transmit`` raises.
    """
    _demand(transmit, select_application(SSSE), "SELECT")
    public = _demand(transmit, read_binary(PUBLIC_FILE, PUBLIC_BYTES), "public data")
    terminal = _demand(transmit, read_binary(TERMINAL_FILE, TERMINAL_BYTES), "terminal number")
    if len(public) != PUBLIC_BYTES or len(terminal) != TERMINAL_BYTES:
        raise psam_fault("public data of another length")
    return PsamInformation(
        issuer=public[:1].hex().upper(),
        serial=public[1:11].hex().upper(),
        version=public[11],
        key_type=public[12],
        control_information=public[13:].hex().upper(),
        terminal=terminal.hex().upper(),
    )


def authorise(transmit: Transmit, subject: Subject, inner: Exchange, outer: Exchange, levels: Levels) -> bytes | None:
    """Check the card's proof with IRK and, if it is right, make the terminal's with RKSSSE; None: it is wrong.

    The answer to a wrong proof is computed by nobody, so that it cannot be sent either.

    Raises:
        AlgorithmUnknownError: the PSAM has no keys of the card's cipher.
        DeviceError: ``CARD_PSAM``; what ``transmit`` raises.
    """
    if subject.factor is None or subject.algorithm is Algorithm.UNKNOWN:
        raise AlgorithmUnknownError(FaultCode.CARD_PSAM, f"cipher {subject.algorithm}")
    _enter(transmit, subject)
    proof = _proof(transmit, subject, Key.IRK, inner, levels)
    if not hmac.compare_digest(proof, inner.answer):
        return None
    return _proof(transmit, subject, Key.RKSSSE, outer, levels)


def diversification(identification: str, card_factor: bytes, levels: int) -> bytes:
    """The factors of ``levels`` levels, the card's own first (P9 7.3, SC 10.3, SZ-PSAM)."""
    area = identification[:6]
    province = f"{area[:2]}0000sh"
    city = f"{area[:4]}00sx" if area.startswith(_FOUR_DIGIT_AREAS) else f"{area}sx"
    return b"".join((card_factor, city.encode(), province.encode())[:levels])


def initialise_environment(area_byte: int) -> CommandApdu:
    """INITIALIZE ENVIRONMENT with the first byte of 卡的识别码 (P9)."""
    return CommandApdu(PsamIns.INITIALISE_ENVIRONMENT, 0x00, 0x00, bytes([area_byte]), cla=0xBF)


def deliver_session_key(key: Key, levels: int, factors: bytes) -> CommandApdu:
    """DELIVERY SESSION KEY: usage (levels and class), key, diversification and process factors (P9)."""
    return CommandApdu(PsamIns.DELIVER_SESSION_KEY, levels << 5 | _ENCIPHER, key, factors, cla=0xBF)


def cipher_data(data: bytes) -> CommandApdu:
    """CIPHER DATA, P1 00: encipher ``data``, which is all there is (P9)."""
    return CommandApdu(PsamIns.CIPHER_DATA, 0x00, 0x00, data, cla=0x80)


def read_binary(short_identifier: int, length: int) -> CommandApdu:
    """Read a transparent file from its beginning by its short identifier (P9, ISO 7816-4)."""
    return CommandApdu(PsamIns.READ_BINARY, 0x80 | short_identifier, 0x00, le=length)


def psam_fault(detail: str) -> DeviceError:
    """The PSAM's one fault code; ``detail`` is for technicians."""
    return DeviceError(FaultCode.CARD_PSAM, detail)


def _enter(transmit: Transmit, subject: Subject) -> None:
    environment = SSF33_ENVIRONMENT if subject.algorithm is Algorithm.SSF33 else SSSE
    answer = exchange(transmit, select_application(environment))
    if answer.sw == StatusWord.FILE_NOT_FOUND and subject.algorithm is Algorithm.SSF33:
        raise AlgorithmUnknownError(FaultCode.CARD_PSAM, "no SSF33 environment")
    if not answer.ok:
        raise psam_fault(f"SELECT of the environment answers {answer.sw:04X}")
    _demand(transmit, select_application(APPLICATION), "SELECT of the application")
    answer = exchange(transmit, initialise_environment(int(subject.identification[:2], 16)))
    if not answer.ok and answer.sw not in _UNKNOWN_INSTRUCTION:
        raise psam_fault(f"INITIALIZE ENVIRONMENT answers {answer.sw:04X}")


def _proof(transmit: Transmit, subject: Subject, key: Key, asked: Exchange, levels: Levels) -> bytes:
    _deliver(transmit, subject, key, asked.factor, levels)
    answer = _demand(transmit, cipher_data(_block(subject.algorithm, asked.original)), "CIPHER DATA")
    if len(answer) == _BLOCK_BYTES:
        answer = bytes(left ^ right for left, right in zip(answer[:8], answer[8:], strict=True))
    if len(answer) != PROOF_BYTES:
        raise psam_fault("CIPHER DATA answers another length")
    return answer


def _deliver(transmit: Transmit, subject: Subject, key: Key, factor: bytes, levels: Levels) -> None:
    """Have the session key made, at the level that the PSAM's key is on: most likely that of its other key."""
    known = levels.get((subject.algorithm, key), levels.get((subject.algorithm, Key.IRK)))
    for count in sorted(_LEVELS, key=lambda level: level != known):
        factors = diversification(subject.identification, subject.factor or b"", count)
        command = deliver_session_key(key, count, factors + _block(subject.algorithm, factor))
        answer = exchange(transmit, command)
        if answer.ok:
            levels[subject.algorithm, key] = count
            return
        if answer.sw in _NO_SUCH_KEY:
            raise AlgorithmUnknownError(FaultCode.CARD_PSAM, f"no {subject.algorithm} key {key.name}")
        if answer.sw != StatusWord.WRONG_DATA:
            raise psam_fault(f"DELIVERY SESSION KEY answers {answer.sw:04X}")
    raise psam_fault(f"no diversification level fits {key.name}")


def _block(algorithm: Algorithm, value: bytes) -> bytes:
    return value if algorithm is Algorithm.TRIPLE_DES else value.ljust(_BLOCK_BYTES, b"\x00")


def _demand(transmit: Transmit, command: CommandApdu, what: str) -> bytes:
    answer = exchange(transmit, command)
    if not answer.ok:
        raise psam_fault(f"{what} answers {answer.sw:04X}")
    return answer.data
