"""Whatever is done to the files of the log is found."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc.jwk import OKPKey

from kiosk.audit.chain import BEGINNING, Entry, HeadKey, HeadNotGenuine, Link
from kiosk.audit.files import HEAD, months
from kiosk.audit.verifying import Archive, Report, Snapshot, compare, verify
from tests.audit.trail import KEY, drafts, entries, filled

Mutate = Callable[[Path], None]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log of twelve entries in three months."""
    directory = tmp_path_factory.mktemp("whole") / "audit"
    filled(directory)
    return directory


def checked(directory: Path, archive: Archive | None = None, **also: frozenset[int]) -> Report:
    return verify(Snapshot.of(directory), KEY, archive, **also)


def changed(whole: Path, mutate: Mutate) -> Report:
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / "audit"
        shutil.copytree(whole, copy)
        mutate(copy)
        return checked(copy)


def test_a_log_as_it_was_written_is_genuine(whole: Path) -> None:
    report = checked(whole)
    assert report.findings == []
    assert (report.entries, report.last.number, len(months(whole))) == (12, 12, 3)
    assert report.anchor == Link(0, BEGINNING)


# -- any single mutation


def _lines(directory: Path) -> list[tuple[Path, int]]:
    return [(path, line) for path in months(directory) for line in range(len(path.read_bytes().splitlines()))]


def _rewrite(path: Path, lines: list[bytes]) -> None:
    path.write_bytes(b"".join(lines))


@st.composite
def mutations(draw: st.DrawFn) -> tuple[str, Mutate]:
    """One change of the files; those that change nothing are not among them."""
    kind = draw(st.sampled_from(["flip", "insert", "delete line", "swap", "repeat", "cut", "remove", "move a line"]))
    where, other = draw(st.integers(0, 10**6)), draw(st.integers(1, 10**6))

    def flip(directory: Path) -> None:
        path = [*months(directory), directory / HEAD][where % 4]
        text = bytearray(path.read_bytes())
        text[other % len(text)] ^= 1 + where % 255
        path.write_bytes(text)

    def insert(directory: Path) -> None:
        path = [*months(directory), directory / HEAD][where % 4]
        text = path.read_bytes()
        place = other % (len(text) + 1)
        path.write_bytes(text[:place] + bytes([where % 256]) + text[place:])

    def delete_line(directory: Path) -> None:
        path, line = _lines(directory)[where % 12]
        lines = path.read_bytes().splitlines(keepends=True)
        del lines[line]
        _rewrite(path, lines)

    def swap(directory: Path) -> None:
        (one, first), (two, second) = (_lines(directory)[at % 12] for at in (where, where + 1 + other % 11))
        texts = {path: path.read_bytes().splitlines(keepends=True) for path in (one, two)}
        texts[one][first], texts[two][second] = texts[two][second], texts[one][first]
        for path, lines in texts.items():
            _rewrite(path, lines)

    def repeat(directory: Path) -> None:
        path, line = _lines(directory)[where % 12]
        lines = path.read_bytes().splitlines(keepends=True)
        lines.insert(other % (len(lines) + 1), lines[line])
        _rewrite(path, lines)

    def cut(directory: Path) -> None:
        path = [*months(directory), directory / HEAD][where % 4]
        path.write_bytes(path.read_bytes()[: -(1 + other % path.stat().st_size)])

    def remove(directory: Path) -> None:
        [*months(directory), directory / HEAD][where % 4].unlink()

    def move_a_line(directory: Path) -> None:
        path, line = _lines(directory)[where % 12]
        lines = path.read_bytes().splitlines(keepends=True)
        taken = lines.pop(line)
        _rewrite(path, lines)
        target = months(directory)[other % 3]
        lines = target.read_bytes().splitlines(keepends=True)
        places = [at for at in range(len(lines) + 1) if target != path or at != line]
        lines.insert(places[other % len(places)], taken)
        _rewrite(target, lines)

    deeds = {
        "flip": flip,
        "insert": insert,
        "delete line": delete_line,
        "swap": swap,
        "repeat": repeat,
        "cut": cut,
        "remove": remove,
        "move a line": move_a_line,
    }
    return kind, deeds[kind]


def _content(directory: Path) -> bytes:
    head = directory / HEAD
    texts = [line for path in months(directory) for line in path.read_bytes().splitlines(keepends=True)]
    return b"".join(texts) + b"|" + (head.read_bytes() if head.exists() else b"")


@settings(max_examples=600, deadline=None, derandomize=True)
@given(mutation=mutations())
def test_any_single_mutation_is_found(whole: Path, mutation: tuple[str, Mutate]) -> None:
    kind, mutate = mutation
    before = _content(whole)
    after: list[bytes] = []

    def deed(directory: Path) -> None:
        mutate(directory)
        after.append(_content(directory))

    report = changed(whole, deed)
    if after[0] != before:  # a line that only went over to the next file stands where it stood
        assert report.findings, kind


def _flipped(text: bytes) -> Iterator[bytes]:
    for place in range(len(text)):
        for bit in range(8):
            yield text[:place] + bytes([text[place] ^ 1 << bit]) + text[place + 1 :]


def test_each_bit_of_a_line_counts(tmp_path: Path) -> None:
    filled(tmp_path, months_=1, each=2)
    snapshot = Snapshot.of(tmp_path)
    ((path, _),) = snapshot.files
    for text in _flipped(path.read_bytes()):
        path.write_bytes(text)
        assert not verify(snapshot, KEY).genuine


def test_each_bit_of_the_head_counts(whole: Path) -> None:
    for text in _flipped((whole / HEAD).read_bytes()):
        with pytest.raises(HeadNotGenuine):
            KEY.read(text)


# -- what exactly is said


def _said(report: Report) -> list[str]:
    return [str(finding) for finding in report.findings]


def test_a_changed_word_is_named_with_its_place(whole: Path) -> None:
    def change(directory: Path) -> None:
        path = directory / "2026-10.jsonl"
        path.write_bytes(path.read_bytes().replace(b'"seconds":1', b'"seconds":7', 1))

    (said,) = _said(changed(whole, change))
    assert said == "2026-10.jsonl, line 2, entry 6: was changed: its hash is another"


def test_a_change_with_a_new_hash_breaks_the_chain(whole: Path) -> None:
    def change(directory: Path) -> None:
        path = directory / "2026-10.jsonl"
        lines = path.read_bytes().splitlines(keepends=True)
        old = Entry.read(lines[1][:-1])
        lines[1] = Entry.after(Link(5, old.previous), drafts(8)[7]).line
        _rewrite(path, lines)

    (said,) = _said(changed(whole, change))
    assert said == "2026-10.jsonl, line 3, entry 7: does not follow entry 6: it names another hash"


def test_a_forged_end_is_not_signed(whole: Path) -> None:
    def forge(directory: Path) -> None:
        last = entries(directory)[-1]
        with (directory / "2026-11.jsonl").open("ab") as file:
            file.write(Entry.after(last.link, drafts(1)[0]).line)

    (said,) = _said(changed(whole, forge))
    assert said == "head.jws, entry 12: was signed as the last; what follows, to entry 13, is not signed"


def test_a_cut_tail_is_found_by_the_head(whole: Path) -> None:
    (said,) = _said(changed(whole, lambda directory: (directory / "2026-11.jsonl").unlink()))
    assert said == "head.jws, entry 12: was signed as the last, but the log ends with entry 8: cut off"


def test_a_missing_beginning_and_middle(whole: Path) -> None:
    (said,) = _said(changed(whole, lambda directory: (directory / "2026-09.jsonl").unlink()))
    assert said == "2026-10.jsonl, line 1, entry 5: is the first; entries 1 to 4 are missing before it"
    (said,) = _said(changed(whole, lambda directory: (directory / "2026-10.jsonl").unlink()))
    assert said == "2026-11.jsonl, line 1, entry 9: entries 5 to 8 are missing before it"


def test_files_that_have_changed_places(whole: Path) -> None:
    def exchange(directory: Path) -> None:
        (directory / "2026-09.jsonl").rename(directory / "x")
        (directory / "2026-10.jsonl").rename(directory / "2026-09.jsonl")
        (directory / "x").rename(directory / "2026-10.jsonl")

    said = _said(changed(whole, exchange))
    assert said[0] == "2026-09.jsonl, line 1, entry 5: is the first; entries 1 to 4 are missing before it"
    assert "moved or repeated" in said[1]


def test_a_head_of_another_kiosk_or_for_something_else_is_not_believed(whole: Path) -> None:
    last = checked(whole).last
    other = HeadKey("JN03", OKPKey.generate_key("Ed25519"))
    for text in (other.sign(last), HeadKey("JN04", KEY.key).sign(last)):
        report = verify(Snapshot(Snapshot.of(whole).files, text), KEY)
        assert not report.genuine


# -- archives


def test_archived_months_must_be_declared(whole: Path, tmp_path: Path) -> None:
    copy = tmp_path / "audit"
    shutil.copytree(whole, copy)
    anchor = entries(copy)[3].link
    (copy / "2026-09.jsonl").unlink()
    assert not checked(copy).genuine
    report = checked(copy, Archive())
    assert report.genuine
    assert report.anchor == anchor
    assert checked(copy, Archive(anchor.hash)).genuine
    assert _said(checked(copy, Archive("f" * 64))) == [
        "2026-10.jsonl, line 1, entry 5: does not follow the last archived entry"
    ]


# -- the gateway


def gateway_heads(whole: Path) -> Iterator[tuple[Link, bool]]:
    known = [entry.link for entry in entries(whole)]
    yield Link(0, ""), True  # it has nothing yet
    yield known[4], True
    yield known[11], True
    yield Link(13, "f" * 64), False
    yield Link(5, "f" * 64), False


def test_the_gateways_head_is_compared(whole: Path) -> None:
    for head, genuine in gateway_heads(whole):
        report = checked(whole, wanted=frozenset({head.number}))
        compare(report, head)
        assert report.genuine is genuine, head


def test_somebody_with_the_key_is_found_by_the_gateway(whole: Path, tmp_path: Path) -> None:
    """The whole log written anew and signed: the files agree with each other, but not with the gateway."""
    filled(tmp_path / "audit", months_=4)
    report = checked(tmp_path / "audit", wanted=frozenset({12}))
    assert report.genuine
    compare(report, Link(12, "f" * 64))
    assert not report.genuine
