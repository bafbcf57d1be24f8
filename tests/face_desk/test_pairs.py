"""Lists of pairs: made from a folder, read again, and refused with the line and what is allowed."""

import csv
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.face_desk.bad_input import BadInputError
from kiosk.face_desk.pair_list import read_pairs
from kiosk.face_desk.pairing import MOST, write_pairs
from tests.face_desk.conftest import NAMES, PEOPLE, Kiosk

ENOUGH = "".join(f"a{n}.jpg,a{n + 1}.jpg,1\na{n}.jpg,b{n}.jpg,0\n" for n in range(10))


def written(folder: Path, text: str) -> Path:
    file = folder / "pairs.csv"
    file.write_text(text, "utf-8")
    return file


def test_all_pairs_of_a_folder_are_listed_and_read_again(pairs: Path, photos: Path) -> None:
    read = read_pairs(pairs)
    assert set(read.pictures) == {photos / person / name for person in PEOPLE for name in NAMES}
    assert (sum(pair.same for pair in read.pairs), len(read.pairs)) == (24, 120)
    for pair in read.pairs:
        first, second = read.pictures[pair.first], read.pictures[pair.second]
        assert pair.same == (first.parent == second.parent)
        assert pair.same == (read.people[pair.first] == read.people[pair.second])
    assert pairs.stat().st_mode & 0o777 == 0o600  # file names may be people's names


def test_references_are_first_and_compared_with_the_others_only(photos: Path, tmp_path: Path, kiosk: Kiosk) -> None:
    out = tmp_path / "to_references.csv"
    printed = kiosk("pairs", "--folder", photos, "--out", out, "--reference", "portrait.*", "--without", "*-06.*")
    assert printed.out == "4 people, 12 pictures: 8 pairs of the same person, 24 of different people\n"
    with out.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {Path(row["first"]).name for row in rows} == {"portrait.jpg"}
    assert {Path(row["second"]).name for row in rows} == {"frame-00.jpg", "frame-03.jpg"}


def test_paths_count_from_the_list_or_from_a_folder(tmp_path: Path) -> None:
    list_file = written(tmp_path, "first,second,same\n" + ENOUGH)
    assert read_pairs(list_file).pictures[0] == tmp_path / "a0.jpg"
    assert read_pairs(list_file, tmp_path / "x").pictures[0] == tmp_path / "x" / "a0.jpg"


def test_a_list_may_come_from_a_spreadsheet(tmp_path: Path) -> None:
    """A mark at its beginning, other order of columns, other words, blank lines, spaces."""
    rows = "".join(f' NO ,"张, {n}.jpg", b{n}.jpg\r\nYes,b{n}.jpg,b{n + 1}.jpg\r\n\r\n' for n in range(10))
    read = read_pairs(written(tmp_path, "\ufeffsame, first,second\r\n" + rows))
    assert read.pictures[:2] == (tmp_path / "张, 0.jpg", tmp_path / "b0.jpg")
    assert [(pair.line, pair.same) for pair in read.pairs[:3]] == [(2, False), (3, True), (5, False)]


def test_one_picture_under_two_names_is_one_picture(tmp_path: Path) -> None:
    (tmp_path / "link.jpg").symlink_to("a0.jpg")
    text = f"first,second,same\n{ENOUGH}link.jpg,./b0.jpg,0\n"
    with pytest.raises(BadInputError, match=r"line 22: the pair of line 3 again"):
        read_pairs(written(tmp_path, text))


def test_people_follow_from_the_pairs(tmp_path: Path) -> None:
    """a-b and c-b are the same: so a and c are; d is somebody else."""
    text = "first,second,same\na,b,1\nc,b,1\nd,a,0\n"
    read = read_pairs(written(tmp_path, text + ENOUGH))
    people = {path.name: person for path, person in zip(read.pictures, read.people, strict=True)}
    assert people["a"] == people["b"] == people["c"] != people["d"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "line 1: the columns must be first,second,same; found: nothing"),
        ("first;second;same\n", "line 1: the columns must be first,second,same; found: first;second;same"),
        ("first,second,same,who\n", "line 1: the columns must be first,second,same"),
        ("first,second\n", "line 1: the columns must be first,second,same"),
        ("first,second,same\na,b,maybe\n", "line 2: column same: allowed are 1 or yes, and 0 or no"),
        ("first,second,same\na,b,1\nb,c\n", "line 3: 2 values; there are 3 columns"),
        ("first,second,same\na,,1\n", "line 2: a picture's path is empty"),
        ("first,second,same\na,a,1\n", "line 2: a picture is paired with itself"),
        ("first,second,same\na,b,1\nb,a,0\n", "line 3: the pair of line 2 again; each counts once"),
        ("first,second,same\na,b,1\nb,c,1\na,c,0\n", "line 4: says that these are different people"),
        ('first,second,same\na,"b,1\n', "line 2: not CSV"),
        ("first,second,same\na,b\x00,1\n", "line 2: "),
        ("first,second,same\na,b,1\n", "has 1 pairs of the same person and 0 of different people; at least 10"),
        ("first,second,same\n" + ENOUGH.replace(",0", ",1"), "has 20 pairs of the same person and 0 of different"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, kiosk: Kiosk, text: str, told: str) -> None:
    file = written(tmp_path, text)
    printed = kiosk("evaluate", "--pairs", file)
    assert printed.code == 2
    assert printed.err.startswith(f"kiosk: {file}")
    assert told in printed.err
    assert printed.out == ""


def test_a_list_that_cannot_be_read_is_told(tmp_path: Path, kiosk: Kiosk) -> None:
    missing = kiosk("evaluate", "--pairs", tmp_path / "none.csv")
    assert (missing.code, missing.err) == (2, f"kiosk: {tmp_path}/none.csv: No such file or directory\n")
    (tmp_path / "gbk.csv").write_bytes("first,second,same\n张.jpg,李.jpg,0\n".encode("gb18030"))
    assert 'save as "CSV UTF-8"' in kiosk("evaluate", "--pairs", tmp_path / "gbk.csv").err


@given(st.text(max_size=200))
def test_no_text_raises_anything_but_the_typed_error(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    file = tmp_path_factory.getbasetemp() / "made_up.csv"
    file.write_bytes(f"first,second,same\n{text}".encode("utf-8", "surrogatepass"))
    with pytest.raises(BadInputError):  # ten pairs of each kind do not come by chance
        read_pairs(file)


# --- making a list ---


def test_a_list_is_never_written_over(pairs: Path, photos: Path, kiosk: Kiosk) -> None:
    before = pairs.read_bytes()
    printed = kiosk("pairs", "--folder", photos, "--out", pairs)
    assert (printed.code, printed.err) == (2, f"kiosk: {pairs}: is there already; name a new file\n")
    assert pairs.read_bytes() == before


def test_folders_that_cannot_serve_are_refused(photos: Path, tmp_path: Path, kiosk: Kiosk) -> None:
    out = tmp_path / "new.csv"

    def refused(*arguments: object) -> str:
        printed = kiosk("pairs", "--out", out, *arguments)
        assert (printed.code, printed.out, out.exists()) == (2, "", False)
        return printed.err

    assert "No such file" in refused("--folder", tmp_path / "none")
    assert "in 0 sub-folders; there must be at least two" in refused("--folder", tmp_path)
    assert "in 1 sub-folders" in refused(
        "--folder", photos, *(part for name in PEOPLE[1:] for part in ("--without", f"{name}/*"))
    )
    assert "no picture's name fits x.*" in refused("--folder", photos, "--reference", "x.*")
    assert "in 0 sub-folders" in refused("--folder", photos, "--without", "*.jpg")
    (photos / "berg" / os.fsdecode(b"\xff.jpg")).touch()
    assert "name is not UTF-8" in refused("--folder", photos)


def test_more_pairs_than_can_be_worked_are_refused_before_they_are_made(tmp_path: Path) -> None:
    for person in "ab":
        (tmp_path / person).mkdir()
        for number in range(1001):
            (tmp_path / person / f"{number}.JPG").touch()
    with pytest.raises(BadInputError, match=f"2,003,001 pairs; at most {MOST:,}"):
        write_pairs(tmp_path, tmp_path / "out.csv")
    assert not (tmp_path / "out.csv").exists()
