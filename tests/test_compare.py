"""Comparators: what counts as the same answer, and the sentence for each way of being different."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from helpers.checking.compare import (
    COMPARATORS,
    angle,
    close,
    comparator_from_json,
    difference,
    equal,
    partition,
    same_dtype,
    up_to_scale,
)
from helpers.fixtures import fixture
from helpers.travel.calls import Call, Observation, observe

GRID = np.array([[1.0, 2.0], [3.0, 4.0]])


def kind(comparator: Any, expected: Any, actual: Any, call: Call = Call()) -> str | None:  # noqa: B008
    found = difference(comparator, call, Observation(expected), Observation(actual))
    return found.kind if found else None


@pytest.mark.parametrize(
    ("expected", "actual", "wanted"),
    [
        (GRID, GRID + 1e-9, None),
        (GRID, GRID + 1e-3, "value"),
        (GRID, GRID.astype(int), "dtype"),
        (GRID, GRID[0], "shape"),
        (GRID, GRID.tolist(), "type"),
        (GRID, None, "type"),
        (GRID, ..., "type"),
        (GRID, np.where(GRID > 3, np.nan, GRID), "nan"),
        (np.array([np.nan, 1.0]), np.array([np.nan, 1.0]), None),
        (np.array([np.inf, 1.0]), np.array([np.inf, 1.0]), None),
        (np.array([1, 2]), np.array([1, 2], dtype=np.uint8), None),
        (np.array([1, 2]), np.array([1.0, 2.0]), "dtype"),
        (np.array([True]), np.array([1]), "dtype"),
        (6, 6, None),
        (6, np.int32(6), None),
        (6, np.array(6), None),
        (6, 7, "value"),
        (6, 6.0, "dtype"),
        (6, True, "value"),
        (0.5, np.float32(0.5), None),
        (0.5, "0.5", "type"),
        (0.5, [0.5], "type"),
        ("same", "same", None),
        ("same", "valid", "value"),
        (None, None, None),
        (None, 0, "value"),
        ((GRID, 1), (GRID, 1), None),
        ((GRID, 1), [GRID, 1], None),
        ((GRID, 1), (GRID, 2), "value"),
        ((GRID, 1), (GRID,), "shape"),
        ({"a": GRID}, {"a": GRID}, None),
        ({"a": GRID}, {"b": GRID}, "shape"),
        ({"a": GRID}, {"a": GRID + 1}, "value"),
        ({"a": 1}, [1], "type"),
    ],
)
def test_each_difference_has_its_kind(expected, actual, wanted):
    assert kind(close(), expected, actual) == wanted


@pytest.mark.parametrize(
    "odd", [object(), {1, 2}, 1 + 2j, np.array(["a"]), np.array([object()]), "x", [], {}, lambda: 0]
)
@pytest.mark.parametrize("expected", [GRID, 1.0, 2, "text", None, (1, 2), {"a": 1}, np.array([1, 2])])
def test_no_answer_however_odd_breaks_the_comparison(expected, odd):
    for comparator in (close(), equal(), same_dtype(), up_to_scale(), angle()):
        found = difference(comparator, Call(), Observation(expected), Observation(odd))
        assert found is None or found.sentence


def test_an_object_that_cannot_print_itself_is_described_by_its_type():
    class Mute:
        def __repr__(self) -> str:
            raise RuntimeError

    found = difference(close(), Call(), Observation("text"), Observation(Mute()))
    assert "a Mute" in found.sentence


def test_a_value_sentence_names_the_first_place_and_both_numbers():
    wrong = GRID.copy()
    wrong[1, 0] = -7
    found = difference(close(), Call(), Observation(GRID), Observation(wrong))
    assert found.sentence == "1 of 4 numbers differs, at index (1, 0): expected 3, yours is −7"


def test_the_tolerance_follows_the_dtype_also_inside_dictionaries():
    small = GRID.astype(np.float32)
    assert kind(close(), GRID, GRID * (1 + 5e-5)) == "value"
    assert kind(close(), small, small * np.float32(1 + 5e-5)) is None
    assert kind(close(), {"a": small}, {"a": small * np.float32(1 + 5e-5)}) is None
    assert kind(close(), GRID, GRID * (1 + 5e-5), Call((small,))) is None


def test_an_answer_may_work_in_single_precision_unless_the_contract_asks_for_more():
    random = np.random.default_rng(1).normal(size=(40, 40))
    assert kind(close(), random @ random, random.astype(np.float32) @ random.astype(np.float32)) is None
    assert kind(close(rtol=1e-9), GRID, GRID * (1 + 1e-7)) == "value"


def test_two_different_numbers_look_different():
    found = difference(
        close(rtol=1e-9), Call(), Observation(np.array([1.0])), Observation(np.array([1.0 + 1e-8]))
    )
    assert found.sentence.endswith("expected 1, yours is 1.00000001")


def test_an_error_may_have_to_say_something():
    call, silent, speaks = Call(error="ValueError"), Observation(errors=("ValueError",)), "no room"
    assert difference(close(), call, Observation(), silent) is None
    found = difference(close(errors_speak=True), call, Observation(), silent)
    assert "says nothing" in found.sentence
    said = Observation(errors=("ValueError",), message=speaks)
    assert difference(close(errors_speak=True), call, Observation(), said) is None


def test_what_is_left_of_a_sum_that_should_be_zero_is_forgiven():
    assert kind(close(), np.zeros(2), np.full(2, 1e-15)) is None
    assert kind(close(), np.zeros(2, np.float32), np.full(2, 3e-8, np.float32)) is None
    assert kind(close(), np.zeros(2), np.full(2, 1e-6)) == "value"


def test_equal_forgives_nothing():
    assert kind(equal(), np.array([0.5]), np.array([0.5])) is None
    assert kind(equal(), np.array([0.0]), np.array([1e-15])) == "value"


def test_same_dtype_asks_for_the_exact_dtype():
    assert kind(same_dtype(), GRID, GRID.astype(np.float32)) == "dtype"
    assert kind(close(), GRID, GRID.astype(np.float32)) is None


def test_check_dtype_false_accepts_integers_for_floats():
    assert kind(close(check_dtype=False), GRID, GRID.astype(int)) is None


def test_up_to_scale_ignores_a_positive_factor_only():
    assert kind(up_to_scale(), GRID, 5 * GRID) is None
    assert kind(up_to_scale(), GRID, -GRID) == "value"
    assert kind(up_to_scale(), GRID, 0 * GRID) == "value"


def test_angles_are_equal_modulo_a_turn():
    assert kind(angle(), np.array([0.1]), np.array([0.1 + 4 * np.pi])) is None
    assert kind(angle(), np.array([0.0]), np.array([2 * np.pi - 1e-12])) is None
    assert kind(angle(), np.array([0.0]), np.array([0.1])) == "value"


def test_a_partition_ignores_both_orders():
    groups = [[0, 2], [1]]
    assert kind(partition(), groups, [(1,), (2, 0)]) is None
    assert kind(partition(), groups, np.array([[0, 2]])) == "value"
    assert kind(partition(), groups, 3) == "type"
    assert kind(partition(), groups, [[0.5, 2], [1]]) == "type"
    assert kind(partition(), groups, [[float("inf")]]) == "type"


@pytest.mark.parametrize("name", sorted(COMPARATORS))
def test_a_comparator_travels_by_name(name):
    made = COMPARATORS[name](check_dtype=False)
    assert comparator_from_json(json.loads(json.dumps(made.to_json()))) == made


def test_tensors_are_compared_with_tensors():
    torch = pytest.importorskip("torch")
    wanted = torch.tensor([1.0, 2.0])
    assert kind(close(), wanted, wanted.clone().requires_grad_()) is None
    assert kind(close(), wanted, torch.nn.Parameter(wanted)) is None
    assert kind(close(), wanted, wanted.numpy()) == "type"
    assert kind(close(), wanted, wanted.to(torch.bfloat16)) == "dtype"
    assert kind(close(), wanted, wanted.to_sparse()) == "dtype"
    assert kind(close(), GRID, torch.tensor(GRID)) == "type"


def test_a_promised_error_is_looked_for_by_name_and_by_ancestor():
    call = Call(error="ValueError")

    def fails(error: Exception) -> Observation:
        def run() -> None:
            raise error

        return observe(run, Call())

    class Special(ValueError):
        pass

    assert difference(close(), call, Observation(), fails(ValueError("x"))) is None
    assert difference(close(), call, Observation(), fails(Special("x"))) is None
    assert difference(close(), call, Observation(), fails(TypeError("x"))).kind == "error"
    assert difference(close(), call, Observation(), Observation(3)).kind == "no error"


def test_a_changed_input_is_named_unless_it_may_change():
    def doubles(x: np.ndarray, y: list) -> np.ndarray:
        x *= 2
        y.append(1)
        return x

    call = Call((GRID,), {"y": [np.ones(2)]})
    seen = observe(doubles, call)
    assert seen.changed == ("x", "y")
    found = difference(close(), call, Observation(2 * GRID), seen)
    assert found.kind == "changed" and "`x` and `y`" in found.sentence
    assert difference(close(), call, Observation(2 * GRID), seen, changes_input=True) is None
    assert GRID[0, 0] == 1.0, "the function got a copy"


def test_a_fixture_among_the_arguments_counts_as_unchanged():
    call = Call((fixture("sum_of_squares"), [fixture("random_generator", 1), 2]))
    assert observe(lambda f, pair: pair[0].normal(), call).changed == ()
