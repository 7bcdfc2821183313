"""What is said of a wrong answer without knowing any mistake: of its items, its shapes, of arguments that come back."""

from __future__ import annotations

import numpy as np
import pytest

from helpers.checking.checkfile import Example
from helpers.checking.compare import close, difference, outer, parts, polar
from helpers.checking.explaining import explained
from helpers.checking.trial import Trial
from helpers.travel.calls import Call, Observation

RNG = np.random.default_rng(3)
SMALL, LARGE = RNG.normal(size=(4, 4)), RNG.normal(size=(6, 5))
PARTS = parts(names=("dx", "dw"), shares=(1, 1))


def said(compare, *cases) -> str:
    """What is said of examples given as (title, features, argument, expected, yours)."""
    trials = []
    for title, features, x, expected, yours in cases:
        call, wanted, got = Call((x,)), Observation(expected), Observation(yours)
        wrong = difference(compare, call, wanted, got)
        trials.append(Trial(Example(title, call, wanted, features), got, wrong, ("x",)))
    return explained(compare, trials, {})


def test_of_several_items_the_right_ones_are_named_and_the_wrong_ones_described():
    text = said(
        PARTS,
        ("a", ("stride",), SMALL, (SMALL, LARGE), (SMALL, -LARGE)),
        ("b", ("padding",), LARGE, (LARGE, SMALL), (LARGE, -SMALL)),
    )
    assert (
        text
        == "`dx` is right in every example. Of `dw`: in every failing example your numbers have the opposite sign."
    )


def test_each_item_has_its_own_features():
    text = said(
        PARTS,
        ("plain", (), SMALL, (SMALL, LARGE), (SMALL, LARGE)),
        ("s1", ("stride",), SMALL, (SMALL, LARGE), (SMALL**3, LARGE)),
        ("s2", ("stride",), LARGE, (SMALL, LARGE), (SMALL**5, LARGE)),
        ("both", ("padding", "stride"), LARGE, (SMALL, LARGE), (SMALL**5, LARGE**3)),
        ("p1", ("padding",), LARGE, (SMALL, LARGE), (SMALL, LARGE**3)),
    )
    assert text.startswith("Wrong in every example with a stride")


def test_directions_are_judged_as_the_comparator_judges_them():
    turned = LARGE + 2 * np.pi
    text = said(polar(), ("a", (), SMALL, (np.abs(LARGE) + 1, LARGE), (-np.abs(LARGE) - 1, turned)))
    assert text.startswith("The direction is right in every example. Of the magnitude: ")
    assert "opposite sign" in text


def test_two_factors_are_judged_by_their_product():
    column, row = np.array([1.0, 2.0]), np.array([3.0, 4.0, 5.0])
    text = said(outer(), ("a", (), SMALL, (column, row), (-2 * column, 2 * row)))
    assert text == "In the failing example your numbers are -4 times what they should be."


def test_an_argument_that_comes_back_is_named():
    text = said(close(), ("a", (), SMALL, SMALL + 1, SMALL.copy()), ("b", (), LARGE, LARGE**2, LARGE.copy()))
    assert text == "In every failing example you return `x` as it came in."
    assert "you return" not in said(
        close(), ("a", (), SMALL, SMALL**2, SMALL), ("b", (), LARGE, LARGE**2, LARGE + 1)
    )


def test_where_values_are_wrong_throughout_the_shapes_may_still_tell():
    text = said(
        close(),
        ("a", ("padding",), SMALL, SMALL, SMALL**3),
        ("b", ("stride",), LARGE, LARGE, LARGE[:3, :2]),
        ("c", ("stride", "padding"), SMALL, SMALL, SMALL[:1]),
    )
    assert "The shape of your result: right in every example with" in text


class Odd:
    """A result that minds being looked at."""

    def __array__(self, *_: object, **__: object) -> np.ndarray:
        raise RuntimeError("no")

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("no")

    __hash__ = None  # type: ignore[assignment]


ODD = np.empty((4, 4), dtype=object)
for _place in np.ndindex(4, 4):
    ODD[_place] = Odd()
STRANGE = [
    3, None, "text", [1, [2, 3]], (SMALL,), (1, 2), ([1, [2]], [3]), (SMALL, [1, [2]]), ([[1], [2, 3]], SMALL), {1: 2}, {4},
    Odd(), ODD, (ODD, ODD), (Odd(), Odd()), np.array("text"), np.zeros((4, 4), dtype=complex), (SMALL, None), 1j, b"bytes",
    np.zeros((0, 4)), np.zeros((1,) * 6), range(3), lambda: 3, (SMALL, SMALL, SMALL), np.array([None, 1]),
]  # fmt: skip


@pytest.mark.parametrize("place", range(len(STRANGE)))
@pytest.mark.parametrize("compare", [close(), polar(), outer(), PARTS], ids=lambda one: type(one).__name__)
def test_whatever_comes_back_is_looked_at_without_an_error(compare, place):
    column = np.array([1.0, 2.0, 3.0])
    wanted = SMALL if isinstance(compare, close) and type(compare) is close else (np.abs(SMALL), SMALL)
    if isinstance(compare, outer):
        wanted = (column, column)
    text = said(
        compare,
        ("a", (), SMALL, wanted, STRANGE[place]),
        ("b", ("stride",), LARGE, wanted, STRANGE[place]),
        ("c", ("padding",), LARGE, wanted, wanted),
    )
    assert isinstance(text, str)


@pytest.mark.parametrize("yours", [None, (SMALL,), "text", (SMALL, SMALL, SMALL), {"dx": SMALL}])
def test_results_of_another_kind_are_left_to_the_example(yours):
    assert said(PARTS, ("a", (), SMALL, (SMALL, LARGE), yours)) == ""


def test_where_an_answer_raises_only_features_are_compared():
    call, wanted = Call((SMALL,)), Observation(SMALL)
    got = Observation(errors=("ValueError",))
    trials = [Trial(Example("a", call, wanted, ()), got, difference(close(), call, wanted, got), ("x",))]
    assert explained(close(), trials, {}) == ""


def test_refusals_among_the_examples_have_no_items():
    call = Call((SMALL,), error="ValueError")
    refused = Trial(Example("tiny", call, Observation(), ()), Observation(), None, ("x",))
    got = Observation((-np.abs(LARGE), LARGE))
    wanted, asked = Observation((np.abs(LARGE), LARGE)), Call((LARGE,))
    wrong = Trial(Example("a", asked, wanted, ()), got, difference(polar(), asked, wanted, got), ("x",))
    assert "The direction is right in every example" in explained(polar(), [refused, wrong], {})


def test_numbers_that_nobody_works_with_by_hand_are_shown_last():
    from helpers.checking.evaluation import simplicity

    wanted = Observation(SMALL)
    huge = Example("huge", Call((1e200 * SMALL,)), wanted, ())
    busy = Example("busy", Call((np.tile(SMALL, (9, 9)),)), wanted, ("padding", "stride", "several images"))
    refused = Example("refused", Call((SMALL,), error="ValueError"), Observation(), ())
    assert sorted([refused, huge, busy], key=simplicity) == [busy, huge, refused]
