"""Where long lists and long points are divided into pages."""

from config.fonts import Weight
from config.typesetting import cut
from screens.theme.page_breaks import Entry, Gaps, Sheaf
from screens.widgets.points import divided


def sheaf(*sections: tuple[float, ...], heading: float = 0) -> Sheaf:
    entries = tuple(Entry(index, height, heading) for index, section in enumerate(sections) for height in section)
    return Sheaf(entries, Gaps(10, 20))


def test_one_page_if_it_fits_to_the_pixel() -> None:
    assert sheaf((100, 100), (100,)).height(0, 3) == 330
    assert sheaf((100, 100), (100,)).breaks(330) == [(0, 3)]
    assert sheaf().breaks(100) == []


def test_as_few_pages_as_can_be_and_no_section_divided() -> None:
    assert sheaf((100, 100), (100, 100)).breaks(330) == [(0, 2), (2, 4)]


def test_the_first_page_is_fuller_than_the_last() -> None:
    assert sheaf((100,), (100,), (100,)).breaks(230) == [(0, 2), (2, 3)]


def test_a_section_longer_than_a_page_is_divided_evenly() -> None:
    assert sheaf((100,) * 6).breaks(430) == [(0, 3), (3, 6)]


def test_headings_stand_on_every_page() -> None:
    assert sheaf((100,) * 4, heading=50).height(2, 4) == 270
    assert sheaf((100,) * 4, heading=50).highest == 160


def test_what_is_too_high_has_a_page_of_its_own() -> None:
    assert sheaf((50, 500, 50)).breaks(100) == [(0, 1), (1, 2), (2, 3)]


def test_a_long_point_is_divided_between_sentences_before_commas() -> None:
    assert divided("一二三。四五六。", 5) == ["一二三。", "四五六。"]
    assert divided("One, two. Three, four.", 12) == ["One, two.", "Three, four."]
    assert divided("一二，三四五六", 5) == ["一二，", "三四五六"]
    assert divided("nothing to divide here", 5) == ["nothing to divide here"]
    assert divided("short", 5) == ["short"]


def test_an_address_on_the_web_may_be_divided_after_a_stroke() -> None:
    address = "http://103.239.153.104:8080/hsp/logonDialog.jsp"
    pieces = [piece.text for piece in cut(address, Weight.REGULAR)]
    assert pieces == ["http://", "103.239.153.104:8080/", "hsp/", "logonDialog.jsp"]
    assert [piece.text for piece in cut("1/2 km/h", Weight.REGULAR)] == ["1/2", " ", "km/h"]
