"""What failing examples have in common is said only where it separates them from the passing ones."""

from __future__ import annotations

import numpy as np
import pytest

from helpers.checking.features import BUILT_IN, features_of, phrases
from helpers.checking.in_common import Tried, in_common, ticks
from helpers.travel.calls import Call, Observation

CONV = ("x", "w", "b", "stride", "padding", "dilation")
IMAGE, KERNEL = np.ones((1, 1, 4, 4)), np.ones((1, 1, 2, 2))


def features(
    *args: object, parameters: tuple[str, ...] = CONV, expected: object = 0.0, **kwargs: object
) -> set[str]:
    return set(features_of(Call(args, kwargs), Observation(expected), parameters))


def tried(title: str, *found: str, failed: bool = False, refusal: bool = False) -> Tried:
    return Tried(title, frozenset(found), refusal, failed)


@pytest.mark.parametrize(
    ("name", "with_it", "without"),
    [
        ("images", features(np.ones((2, 1, 4, 4)), KERNEL), features(IMAGE, KERNEL)),
        ("channels", features(np.ones((1, 3, 4, 4)), np.ones((1, 3, 2, 2))), features(IMAGE, KERNEL)),
        ("filters", features(IMAGE, np.ones((2, 1, 2, 2))), features(IMAGE, KERNEL)),
        ("bias", features(IMAGE, KERNEL, np.ones(1)), features(IMAGE, KERNEL)),
        ("bias", features(IMAGE, KERNEL, np.ones(1)), features(IMAGE, KERNEL, None)),
        ("stride", features(IMAGE, KERNEL, stride=(1, 2)), features(IMAGE, KERNEL, stride=1)),
        ("rest", features(IMAGE, KERNEL, stride=3), features(IMAGE, KERNEL, stride=2)),
        ("rest", features(np.ones((1, 1, 5, 5)), 2, parameters=("x", "kernel_size", "stride")), features(IMAGE, 2, parameters=("x", "kernel_size", "stride"))),
        ("padding", features(IMAGE, KERNEL, padding=(0, 1)), features(IMAGE, KERNEL, padding=0)),
        ("wide padding", features(IMAGE, KERNEL, padding=2), features(IMAGE, KERNEL, padding=1)),
        ("dilation", features(IMAGE, KERNEL, dilation=2), features(IMAGE, KERNEL, dilation=1)),
        ("pair", features(IMAGE, KERNEL, stride=(2, 2)), features(IMAGE, KERNEL, stride=2)),
        ("unequal strides", features(IMAGE, KERNEL, stride=(1, 2)), features(IMAGE, KERNEL, stride=(2, 2))),
        ("not square", features(np.ones((1, 1, 4, 5)), KERNEL), features(IMAGE, KERNEL)),
        ("window not square", features(IMAGE, np.ones((1, 1, 2, 3))), features(IMAGE, KERNEL)),
        ("output not square", features(IMAGE, KERNEL, expected=np.ones((1, 1, 2, 3))), features(IMAGE, KERNEL, expected=np.ones((1, 1, 2, 2)))),
        ("window too large", features(IMAGE, np.ones((1, 1, 5, 2)), padding=1), features(IMAGE, KERNEL)),
        ("whole image", features(IMAGE, IMAGE), features(IMAGE, KERNEL)),
        ("window of one", features(IMAGE, np.ones((1, 1, 1, 1))), features(IMAGE, KERNEL)),
        ("bytes", features(IMAGE.astype(np.uint8), KERNEL), features(IMAGE.astype(int), KERNEL)),
        ("integers", features(IMAGE.astype(int), KERNEL), features(IMAGE, KERNEL)),
        ("single", features(IMAGE.astype(np.float32), KERNEL), features(IMAGE, KERNEL)),
        ("fractions", features(IMAGE / 2, KERNEL), features(IMAGE, KERNEL)),
        ("negative", features(-IMAGE, KERNEL), features(IMAGE, KERNEL)),
        ("zeros", features(0 * IMAGE, KERNEL), features(IMAGE, KERNEL)),
        ("infinite", features(np.inf * IMAGE, KERNEL), features(IMAGE, KERNEL)),
        ("view", features(np.arange(6.0).reshape(2, 3)[:, ::-1], parameters=("image",)), features(np.ones((2, 3)), parameters=("image",))),
        ("none expected", features(IMAGE, expected=None), features(IMAGE, expected=1.0)),
        ("empty", features([], parameters=("layers",)), features([1], parameters=("layers",))),
        ("images", features(np.ones((2, 1, 5)), np.ones((1, 1, 2))), features(np.ones((1, 1, 5)), np.ones((1, 1, 2)))),
        ("channels", features(np.ones((1, 2, 5)), np.ones((1, 2, 2))), features(np.ones((2, 1, 5)), np.ones((1, 1, 2)))),
        ("overlap", features(IMAGE, 3, 2, parameters=("x", "kernel_size", "stride")), features(IMAGE, 2, 2, parameters=("x", "kernel_size", "stride"))),
        ("mode=valid", features(IMAGE, mode="valid", parameters=("x", "mode")), features(IMAGE, mode="same", parameters=("x", "mode"))),
        ("stride omitted", features(IMAGE, 2, parameters=("x", "kernel_size", "stride")), features(IMAGE, 2, 2, parameters=("x", "kernel_size", "stride"))),
        ("size even", features(4, parameters=("size",)), features(5, parameters=("size",))),
        ("dy negative", features(-1, parameters=("dy",)), features(1, parameters=("dy",))),
        ("dy 0", features(0, parameters=("dy",)), features(1, parameters=("dy",))),
    ],
)  # fmt: skip
def test_a_feature_is_seen_where_it_is_and_not_where_it_is_not(name, with_it, without):
    assert name in with_it
    assert name not in without


def test_every_built_in_feature_is_tested_above():
    marks = [mark for mark in test_a_feature_is_seen_where_it_is_and_not_where_it_is_not.pytestmark]
    tested = {case[0] for case in marks[0].args[1]}
    assert set(BUILT_IN) - tested == {"unequal padding"}


@pytest.mark.parametrize(
    "name", [*BUILT_IN, "mode=valid", "bias=True", "size even", "dy negative", "dy 0", "stride omitted"]
)
def test_every_feature_has_two_phrases_that_follow_with(name):
    present, absent = phrases(name, {})
    assert present != absent and not present.endswith(".")


def test_one_feature_that_separates_is_said_from_both_sides():
    said = in_common(
        [tried("plain"), tried("two"), tried("a", "not square", failed=True), tried("b", "not square", "stride", failed=True)], {}
    )  # fmt: skip
    assert (
        said
        == "Right in every example with a square input; wrong in every one with an input that is not square."
    )


def test_two_features_may_each_be_wrong():
    said = in_common(
        [tried("plain"), tried("a", "stride", failed=True), tried("b", "bias", failed=True), tried("c", "bias", "stride", failed=True)], {}
    )  # fmt: skip
    assert said == "Wrong in every example with a bias or a stride above 1; right in all others."


def test_two_features_may_only_be_wrong_together():
    said = in_common(
        [tried("a", "stride"), tried("b", "bias"), tried("c", "bias", "stride", failed=True), tried("d", "bias", "stride", "images", failed=True)], {}
    )  # fmt: skip
    assert said.startswith("Wrong wherever a bias and a stride above 1 come together")


def test_one_failing_example_is_told_by_what_it_alone_has():
    said = in_common([tried("plain", "stride"), tried("odd one", "stride", "channels", failed=True)], {})
    assert said == "Only “odd one” comes out wrong. No right example has what it has: several channels."


def test_where_nothing_separates_nothing_is_said():
    assert in_common([tried("a", "stride"), tried("b", "stride", failed=True)], {}) == ""
    assert in_common([tried("a", failed=True), tried("b", "stride", failed=True)], {}) == ""
    assert in_common([tried("a"), tried("b", "stride")], {}) == ""


def test_refusals_are_told_apart_from_results():
    examples = [tried("a"), tried("too large", refusal=True), tried("empty", refusal=True, failed=True)]
    assert in_common(examples, {}) == (
        "Every example that asks for a result is right. Refused as it must be: “too large”. Not yet: “empty”."
    )
    besides = in_common([*examples, tried("b", "stride", failed=True)], {})
    assert besides.startswith("Of the examples that ask for a result: only “b”")
    assert besides.endswith("Besides, not refused as it must be: “empty”.")


def test_a_sentence_is_true_of_every_example_it_speaks_of():
    """Whatever fails: what is said to be wrong fails, and what is said to be right passes."""
    rng = np.random.default_rng(7)
    names = ["images", "channels", "stride", "bias", "padding"]
    for _ in range(300):
        examples = [
            tried(f"e{i}", *(n for n in names if rng.random() < 0.4), failed=bool(rng.random() < 0.5))
            for i in range(7)
        ]
        said = in_common(examples, {})
        if not said.startswith("Right in every example with "):
            continue
        right, wrong = (
            said.removeprefix("Right in every example with ").rstrip(".").split("; wrong in every one with ")
        )
        sides = {
            phrase: (n, there)
            for n in names
            for phrase, there in zip(phrases(n, {}), (True, False), strict=True)
        }
        for phrase, failed in ((right, False), (wrong, True)):
            name, there = sides[phrase]
            assert all(e.failed is failed for e in examples if (name in e.features) is there)


def test_ticks_tell_what_is_right_already():
    examples = [tried("a"), tried("b", "channels", failed=True), tried("c", "channels", failed=True)]
    assert ticks(examples, True, {}) == [("shape", True), ("one channel", True), ("several channels", False)]
    assert ticks([tried("a")], None, {}) == []


def test_an_exercise_may_bring_phrases_of_its_own():
    own = {"small": ("letters in lower case", "capitals only")}
    said = in_common([tried("a"), tried("b", "small", failed=True), tried("c", "small", failed=True)], own)
    assert said == "Right in every example with capitals only; wrong in every one with letters in lower case."
