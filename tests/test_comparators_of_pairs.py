"""Answers that are a pair and not unique: magnitude and direction, and the factors of a kernel."""

from __future__ import annotations

import numpy as np

from helpers.checking.compare import comparator_from_json, outer, polar

MAGNITUDE, DIRECTION = np.array([[2.0, 1e-12, 3.0]]), np.array([[np.pi, 0.3, -1.0]])
PAIR = (MAGNITUDE, DIRECTION)
COLUMN, ROW = np.array([1.0, 2, 1]), np.array([-1.0, 0, 1])


def test_a_direction_counts_modulo_a_full_turn() -> None:
    assert polar().mismatch(PAIR, (MAGNITUDE, DIRECTION + 2 * np.pi), 1e-7) is None
    assert polar().mismatch(PAIR, (MAGNITUDE, DIRECTION * [[-1, 1, 1]]), 1e-7) is None


def test_a_direction_does_not_count_where_the_magnitude_is_tiny() -> None:
    assert polar().mismatch(PAIR, (MAGNITUDE, DIRECTION * [[1, 5, 1]]), 1e-7) is None


def test_no_direction_counts_on_flat_ground() -> None:
    flat = np.full((1, 3), 3e-17)
    assert polar().mismatch((flat, DIRECTION), (0 * flat, -DIRECTION), 1e-7) is None


def test_a_wrong_direction_or_magnitude_is_said_by_name() -> None:
    turned = polar().mismatch(PAIR, (MAGNITUDE, DIRECTION * [[1, 1, -1]]), 1e-7)
    assert turned is not None and turned.sentence.startswith("direction: ")
    longer = polar().mismatch(PAIR, (MAGNITUDE * 2, DIRECTION), 1e-7)
    assert longer is not None and longer.sentence.startswith("magnitude: ")


def test_a_pair_of_another_shape_or_kind_is_a_mismatch_and_not_an_error() -> None:
    for wrong in (None, MAGNITUDE, (MAGNITUDE,), (MAGNITUDE, DIRECTION[:, :2]), (MAGNITUDE, "east"), (3, 4)):
        assert polar().mismatch(PAIR, wrong, 1e-7) is not None


def test_the_factors_of_a_kernel_may_share_its_size_in_any_way() -> None:
    for scale in (1.0, -1.0, 0.01, 1e6):
        assert outer().mismatch((COLUMN, ROW), (COLUMN * scale, ROW / scale), 1e-7) is None


def test_factors_with_another_product_are_a_mismatch() -> None:
    for wrong in ((COLUMN, 2 * ROW), (ROW, COLUMN), (COLUMN, -ROW), None, COLUMN, (COLUMN, ROW[:2])):
        assert outer().mismatch((COLUMN, ROW), wrong, 1e-7) is not None


def test_a_hint_draws_the_product_of_factors_and_the_directions_that_count() -> None:
    scaled = outer().mismatch((COLUMN, ROW), (COLUMN, 2 * ROW), 1e-7)
    assert scaled is not None and scaled.drawn is not None
    assert np.array_equal(scaled.drawn[1], 2 * np.outer(COLUMN, ROW))
    turned = polar().mismatch(PAIR, (MAGNITUDE, -DIRECTION), 1e-7)
    assert turned is not None and turned.drawn is not None
    assert turned.drawn[1][0, 1] == DIRECTION[0, 1], "the magnitude is tiny there"


def test_where_no_factors_exist_only_none_is_right() -> None:
    assert outer().mismatch(None, None, 1e-7) is None
    assert outer().mismatch(None, (COLUMN, ROW), 1e-7) is not None
    assert outer().mismatch(None, (None, None), 1e-7) is not None
    assert outer().mismatch((None, None), (None, None), 1e-7) is None, "two wrong answers that are alike"


def test_both_travel_by_name() -> None:
    for comparator in (polar(tiny=1e-4), outer(check_dtype=False)):
        assert comparator_from_json(comparator.to_json()) == comparator
