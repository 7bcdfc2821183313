"""How results stand to the expected ones is said where it holds in every failing example."""

from __future__ import annotations

import numpy as np
import pytest

from helpers.checking.relations import relation

RNG = np.random.default_rng(5)
ONE, TWO = RNG.normal(size=(2, 3, 4, 4)), RNG.normal(size=(3, 2, 5, 5))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda e: -e, "your numbers have the opposite sign"),
        (lambda e: 0 * e, "all your numbers are 0"),
        (lambda e: 0 * e + 2, "all your numbers are the same"),
        (np.abs, "without their sign"),
        (np.trunc, "cut to whole numbers"),
        (np.floor, "rounded down"),
        (lambda e: e * e, "squares"),
        (lambda e: 1 / e, "1 divided by"),
        (lambda e: 4 * e, "4 times what they should be"),
        (lambda e: e + 1.5, "too large by 1.5"),
        (lambda e: e[..., ::-1], "backwards along its last axis"),
        (lambda e: e[..., ::-1, :], "upside down"),
        (lambda e: e[..., ::-1, ::-1], "upside down and mirrored"),
        (lambda e: np.swapaxes(e, 2, 3), "transposed"),
        (lambda e: np.roll(e, 1, axis=3), "one place too late"),
        (lambda e: np.roll(e, -1, axis=2), "one row too high"),
        (lambda e: e[..., :-1], "your result has one column too few"),
        (lambda e: np.pad(e, ((0, 0), (0, 0), (1, 1), (0, 0))), "2 rows too many"),
        (lambda e: e[..., : e.shape[3] // 2], "your result has too few columns"),
        (lambda e: np.tile(e, (1, 1, 1, e.shape[3])), "your result has too many columns"),
        (
            lambda e: np.pad(e, ((0, 0), (0, 0), (0, 0), (0, 9)))[..., : 4 if e.shape[3] > 4 else 6],
            "the number of columns is wrong; that of images, channels and rows is right",
        ),
        (lambda e: e[0], "one axis too few"),
        (lambda e: e * e.shape[3], "by one and the same factor, another one in other examples"),
        (lambda e: e + e.shape[3], "by one and the same amount, another one in other examples"),
        (lambda e: e + np.arange(e.shape[1])[:, None, None], "within one channel"),
        (lambda e: np.where(e > 0, 0, e), "every number that is wrong is 0"),
        (lambda e: np.where(e > 0.5, np.nan, e), "every number that is wrong is NaN"),
        (lambda e: np.where(np.abs(e) > 1, -e, e), "every number that is wrong has the opposite sign"),
        (lambda e: np.where(np.abs(e) > 1, 3 * e, e), "are off by one factor, and the others are right"),
        (
            lambda e: np.pad(e[..., 1:-1, 1:-1], ((0, 0), (0, 0), (1, 1), (1, 1)), "edge"),
            "at the border are wrong",
        ),
        (lambda e: e.transpose(3, 2, 1, 0), "opposite order"),
        (lambda e: e.reshape(-1), "axes too few"),
        (lambda e: e.reshape(1, 1, 1, -1), "in another shape"),
        (lambda e: np.where(np.arange(len(e))[:, None, None, None] > 0, 0, e), "the first image is right"),
        (lambda e: np.where(np.arange(e.shape[3]) == e.shape[3] - 1, 9, e), "only the last column is wrong"),
        (
            lambda e: np.where(np.arange(e.shape[1])[:, None, None] == 0, 9, e),
            "only the first channel is wrong",
        ),
        (lambda e: e + np.abs(RNG.normal(size=e.shape)), "none of your numbers is smaller"),
        (lambda e: np.sort(e, axis=None).reshape(e.shape), "in another order"),
    ],
)
def test_a_relation_that_holds_throughout_is_said(change, said):
    assert said in relation([(ONE, change(ONE)), (TWO, change(TWO))])
    other = np.full((1, 1, 1, 1, 1), 7.3) if change(ONE).shape != ONE.shape else RNG.normal(size=TWO.shape)
    assert said not in relation([(ONE, change(ONE)), (TWO, other)])


def test_wrong_shapes_and_wrong_numbers_are_told_apart():
    said = relation([(ONE, ONE[..., 1:]), (TWO, -TWO)])
    assert said == (
        "Where your result has the wrong shape, your result has one column too few. "
        "Where its shape is right, your numbers have the opposite sign."
    )


def test_one_number_may_be_off_by_one():
    assert relation([(3, 4), (7, 8)]) == "In every failing example your numbers are too large by 1."
    assert relation([(3, 4)]).startswith("In the failing example your number is")


def test_where_nothing_holds_or_nothing_can_be_compared_nothing_is_said():
    assert relation([(ONE, RNG.normal(size=ONE.shape))]) == ""
    assert relation([(ONE, None)]) == relation([(ONE, "text")]) == relation([]) == ""
    assert relation([((1, 2), [(1,), 2, 3])]) == ""
