"""The matrix of a touch panel: any is found again from shaky touches, and what no panel can be is refused."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.touch_panel.affine import Affine, Place, Turn
from drivers.touch_panel.fit import CROSSES, Fit, Misfit, MisfitError, fit
from drivers.touch_panel.path import DragPath, Drawing, LossKind, Region

SIZES = st.sampled_from([(1080, 1920), (1920, 1080), (1366, 768)])
NOISE = st.lists(st.tuples(st.floats(-6, 6), st.floats(-6, 6)), min_size=10, max_size=10)  # pixels


def inverse(matrix: Affine) -> Affine:
    det = matrix.a * matrix.e - matrix.b * matrix.d
    a, b, d, e = matrix.e / det, -matrix.b / det, -matrix.d / det, matrix.a / det
    return Affine(a, b, -(a * matrix.c + b * matrix.f), d, e, -(d * matrix.c + e * matrix.f))


@st.composite
def mounted(draw: st.DrawFn) -> Affine:
    """The matrix of a panel that is turned, and a little larger, skew and aside."""
    turn = draw(st.sampled_from(Turn))
    a, b, d, e = turn.value
    about_middle = Affine(a, b, 0.5 - (a + b) / 2, d, e, 0.5 - (d + e) / 2)
    small = st.floats(-0.08, 0.08)
    rough = Affine(1 + draw(small), draw(small), draw(small), draw(small), 1 + draw(small), draw(small))
    return rough.after(about_middle)


def touches(true: Affine, in_force: Affine, size: tuple[int, int], noise: list[Place]) -> list[Place]:
    """What the panel tells, with ``in_force``, when each cross is touched almost exactly."""
    told = in_force.after(inverse(true))
    shaky = [(x + dx / size[0], y + dy / size[1]) for (x, y), (dx, dy) in zip(CROSSES, noise, strict=True)]
    return [told.at(place) for place in shaky]


@given(mounted(), mounted(), SIZES, NOISE)
def test_any_matrix_is_found_again_whatever_was_in_force(
    true: Affine, in_force: Affine, size: tuple[int, int], noise: list[Place]
) -> None:
    found = fit(CROSSES, touches(true, in_force, size, noise), in_force, size)
    assert found.matrix.turn is true.turn
    raw = inverse(true)
    for cross in CROSSES:
        x, y = found.matrix.at(raw.at(cross))
        assert math.hypot((x - cross[0]) * size[0], (y - cross[1]) * size[1]) < 16
    assert found.left <= found.worst < 20


@given(mounted(), SIZES)
def test_exact_touches_leave_nothing(true: Affine, size: tuple[int, int]) -> None:
    found = fit(CROSSES, touches(true, Affine(), size, [(0.0, 0.0)] * 10), Affine(), size)
    assert found.matrix.numbers == pytest.approx(true.numbers, abs=1e-6)
    assert found.worst < 1e-6


@pytest.mark.parametrize(
    ("turn", "degrees", "numbers"),
    [
        (Turn.QUARTER, 90, (0, -1, 1, 1, 0, 0)),
        (Turn.HALF, 180, (-1, 0, 1, 0, -1, 1)),
        (Turn.THREE_QUARTERS, 270, (0, 1, 0, -1, 0, 1)),
    ],
)
def test_turns_are_those_of_libinput(turn: Turn, degrees: int, numbers: tuple[float, ...]) -> None:
    true = Affine(*numbers)
    found = fit(CROSSES, touches(true, Affine(), (1080, 1920), [(0.0, 0.0)] * 10), Affine(), (1080, 1920))
    assert (found.matrix.turn, found.matrix.turn.degrees, found.matrix.turn.mirrored) == (turn, degrees, False)
    assert found.matrix.numbers[:6] == pytest.approx(numbers, abs=1e-9)


def refused(told: list[Place]) -> Misfit:
    with pytest.raises(MisfitError) as caught:
        fit(CROSSES, told, Affine(), (1080, 1920))
    return caught.value.misfit


def test_what_no_panel_can_be_is_refused() -> None:
    assert refused([(0.5, 0.5)] * 10) is Misfit.ONE_SPOT
    assert refused([(x, 0.5) for x, _ in CROSSES]) is Misfit.ONE_SPOT
    assert refused([*CROSSES[:5], (0.2, 0.1), *CROSSES[6:]]) is Misfit.UNSTEADY
    assert refused([(x, y + 0.3 * (x > 0.5 > y)) for x, y in CROSSES]) is Misfit.CROOKED
    assert refused([(x / 4, y / 4) for x, y in CROSSES]) is Misfit.NO_SCREEN
    assert refused([(x + y * 0.6, y) for x, y in CROSSES]) is Misfit.NO_SCREEN


@given(st.tuples(st.floats(0, 1), st.floats(0, 1)), mounted(), mounted(), mounted())
def test_matrices_follow_one_another(place: Place, one: Affine, two: Affine, three: Affine) -> None:
    assert one.after(two).at(place) == pytest.approx(one.at(two.at(place)))
    assert one.after(two).after(three).numbers == pytest.approx(one.after(two.after(three)).numbers)


def test_only_nine_finite_numbers_are_a_matrix() -> None:
    assert Affine.of((0, 1, 0, -1, 0, 1, 0, 0, 1)).turn is Turn.THREE_QUARTERS
    for wrong in [(1, 0, 0, 0, 1, 0), (1, 0, 0, 0, 1, 0, 0, 0, 2), (math.nan, 0, 0, 0, 1, 0, 0, 0, 1)]:
        with pytest.raises(ValueError, match="affine"):
            Affine.of(wrong)


def drawing(width: float = 1080, height: float = 1920) -> Drawing:
    return Drawing(DragPath.over(width, height, 30, 60), reach=60, jump=150)


def follow(drawn: Drawing, corners: tuple[Place, ...], step: float = 25.0) -> None:
    for start, end in pairwise(corners):
        count = max(1, round(math.dist(start, end) / step))
        for at in range(count + 1):
            drawn.move((start[0] + (end[0] - start[0]) * at / count, start[1] + (end[1] - start[1]) * at / count))


@pytest.mark.parametrize("size", [(1080, 1920), (1920, 1080), (540, 960)])
def test_the_whole_path_drawn_is_complete_and_all_corners_are_on_it(size: tuple[float, float]) -> None:
    drawn = drawing(*size)
    drawn.down(drawn.path.corners[0])
    follow(drawn, drawn.path.corners)
    drawn.up()
    assert drawn.complete
    assert drawn.drawn().missing == drawn.drawn().losses == ()
    regions = {drawn.path.region(start) for start, _ in drawn.path.sections}
    assert regions == set(Region)


def test_what_was_not_reached_is_named() -> None:
    drawn = drawing()
    drawn.down(drawn.path.corners[0])
    follow(drawn, drawn.path.corners[:3])  # along the top, down the right
    drawn.up()
    found = drawn.drawn()
    assert found.losses == ((LossKind.ENDED, Region.BOTTOM_RIGHT),)
    assert set(found.missing) == set(Region) - {Region.TOP, Region.TOP_RIGHT, Region.RIGHT}
    assert 0.3 < found.share < 0.6


def test_a_jump_reaches_nothing_between_and_one_can_go_on_after_a_loss() -> None:
    drawn = drawing()
    drawn.down((30, 30))
    drawn.move((100, 30))
    drawn.move((900, 30))
    drawn.up()
    assert drawn.drawn().losses == ((LossKind.JUMP, Region.TOP_LEFT), (LossKind.ENDED, Region.TOP))
    assert Region.TOP in drawn.drawn().missing
    drawn.down((30, 30))
    follow(drawn, drawn.path.corners)
    drawn.up()
    assert drawn.complete
    assert len(drawn.drawn().losses) == 2


def test_a_tap_is_no_loss() -> None:
    drawn = drawing()
    drawn.down((540, 900))
    drawn.move((544, 902))
    drawn.up()
    assert drawn.drawn().losses == ()
    assert isinstance(fit(CROSSES, CROSSES, Affine(), (1080, 1920)), Fit)
