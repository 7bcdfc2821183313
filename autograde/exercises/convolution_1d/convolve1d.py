"""The exercise `convolve1d`: oracle, examples, hidden cases, alternatives, misconceptions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograde.course.definition import call, call_error, exercise
from autograde.exercises.convolution_1d.common import (
    FIVE,
    LAYERS,
    LECTURE_X,
    LOPSIDED,
    SLIDING_ROUTINES,
    SMOOTHING,
    different_whole_numbers,
    float_type,
    speaks_of_signals,
)
from helpers.checking.compare import close


@exercise(points=4, difficulty="medium", minutes=15, compare=close(check_dtype=False))
def convolve1d(x, w, mode="full"):
    """Convolution in the modes full, same and valid."""
    if mode not in ("full", "same", "valid"):
        raise ValueError(f"mode is 'full', 'same' or 'valid', not {mode!r}")
    if len(x) == 0 or len(w) == 0:
        raise ValueError("signal and kernel need at least one number each")
    kind = float_type(x, w)
    return np.convolve(x.astype(kind), w.astype(kind), mode=mode)


speaks_of_signals(convolve1d)


@convolve1d.feature(present="a kernel of even length", absent="a kernel of odd length")
def even_kernel(x, w, mode="full"):
    return len(w) % 2 == 0


@convolve1d.feature(
    present="a kernel that reads differently backwards", absent="a kernel that reads the same backwards"
)
def reads_differently_backwards(x, w, mode="full"):
    return not np.array_equal(w, w[::-1])


IMPULSE = np.array([0.0, 1, 0])
FOUR_WEIGHTS = np.array([1.0, 2, -1, 3])
SHORT = np.array([1.0, 2, -1])
LONG = np.array([1.0, 5, 3, 7, 5, 2])

convolve1d.example("an impulse", IMPULSE, np.array([1.0, 2, 3]))
convolve1d.example("a kernel that smooths, valid", LECTURE_X, SMOOTHING, mode="valid")
convolve1d.example("three weights, full", FIVE, LOPSIDED, mode="full")
convolve1d.example("three weights, same", FIVE, LOPSIDED, mode="same")
convolve1d.example("three weights, valid", FIVE, LOPSIDED, mode="valid")
convolve1d.example("four weights, same", FIVE, FOUR_WEIGHTS, mode="same")
convolve1d.example("one weight, same", SHORT, np.array([2.0]), mode="same")
convolve1d.example("one weight, valid", SHORT, np.array([2.0]), mode="valid")
convolve1d.example("one sample, valid", np.array([2.0]), np.array([1.0, 3, 4]), mode="valid")
convolve1d.example("a kernel as long as the signal, valid", SHORT, np.array([3.0, 1, 2]), mode="valid")
convolve1d.example(
    "a kernel longer than the signal, full", np.array([2.0, 1]), np.array([1.0, 0, 3]), mode="full"
)
convolve1d.example("a kernel longer than the signal, same", SHORT, LONG, mode="same")
convolve1d.example(
    "a kernel longer than the signal, valid", np.array([2.0, 1]), np.array([1.0, 0, 3, 4]), mode="valid"
)
convolve1d.example("fractions", np.array([0.5, 1.5, 0.25]), np.array([1.0, 2]))
convolve1d.example("integers, and a kernel of fractions", np.array([2, 4, 1, 7]), np.array([0.5, 0.25]))
convolve1d.example("fractions, and a kernel of integers", np.array([0.5, 1.5, 0.25]), np.array([1, 2]))
convolve1d.example("integers only", np.array([2, 4, 1]), np.array([3, -1]))
convolve1d.example("single precision", np.array([2, 4, 1], np.float32), np.array([3, 5], np.float32))
convolve1d.example("a signal read from its end", np.array([7.0, 1, 4])[::-1], np.array([1.0, 3]))
convolve1d.example_error("a mode that does not exist", ValueError, FIVE, FOUR_WEIGHTS, mode="diagonal")
convolve1d.example_error("an empty kernel", ValueError, FIVE, np.array([]))
convolve1d.example_error("an empty signal", ValueError, np.array([]), np.array([1.0, 2]))
convolve1d.example_error("an empty kernel, valid", ValueError, FIVE, np.array([]), mode="valid")
convolve1d.example_error("an empty signal, valid", ValueError, np.array([]), np.array([1.0, 2]), mode="valid")


@convolve1d.cases
def full(rng: np.random.Generator) -> Iterator[Any]:
    for length, width in [(9, 4), (6, 3), (3, 8), (2, 3), (1, 4), (1, 1)]:
        yield call(rng.normal(size=length), rng.normal(size=width), mode="full")
    yield call(rng.normal(size=7), rng.normal(size=2))


@convolve1d.cases
def same(rng: np.random.Generator) -> Iterator[Any]:
    for length, width in [(9, 4), (9, 5), (4, 9), (5, 8), (6, 6), (5, 1)]:
        yield call(rng.normal(size=length), rng.normal(size=width), mode="same")


@convolve1d.cases
def valid(rng: np.random.Generator) -> Iterator[Any]:
    for length, width in [(9, 4), (10, 3), (4, 9), (6, 6), (5, 1), (1, 4), (1, 1)]:
        yield call(rng.normal(size=length), rng.normal(size=width), mode="valid")


@convolve1d.cases
def other_types_and_views(rng: np.random.Generator) -> Iterator[Any]:
    yield call(different_whole_numbers(rng, 8), different_whole_numbers(rng, 3), mode="full")
    yield call(rng.integers(-9, 10, size=8), rng.normal(size=4), mode="same")
    yield call(rng.normal(size=8), different_whole_numbers(rng, 3), mode="valid")
    yield call(rng.normal(size=8).astype(np.float32), rng.normal(size=3).astype(np.float32), mode="valid")
    yield call(rng.normal(size=14)[::-2], rng.normal(size=4)[::-1], mode="same")
    yield call(rng.normal(size=(7, 2))[:, 0], rng.normal(size=(4, 2))[:, 1], mode="full")


@convolve1d.cases(weight=0.5)
def bad_input(rng: np.random.Generator) -> Iterator[Any]:
    yield call_error(ValueError, rng.normal(size=5), rng.normal(size=3), mode="half")
    for mode in ("full", "same", "valid"):
        yield call_error(ValueError, rng.normal(size=5), np.zeros(0), mode=mode)
        yield call_error(ValueError, np.zeros(0), rng.normal(size=3), mode=mode)
        yield call_error(ValueError, np.zeros(0), np.zeros(0), mode=mode)


@convolve1d.alternative
def products_added_up(x, w, mode="full"):
    if mode not in ("full", "same", "valid"):
        raise ValueError(f"unknown mode {mode}")
    if len(x) == 0 or len(w) == 0:
        raise ValueError("nothing to convolve")
    long, short = max(len(x), len(w)), min(len(x), len(w))
    y = np.zeros(len(x) + len(w) - 1)
    for i in range(len(x)):
        for k in range(len(w)):
            y[i + k] += x[i] * w[k]
    if mode == "same":
        start = (short - 1) // 2
        return y[start : start + long]
    if mode == "valid":
        return y[short - 1 : long]
    return y


@convolve1d.alternative
def echoes_added(x, w, mode="full"):
    if mode not in ("full", "same", "valid"):
        raise ValueError(f"unknown mode {mode}")
    if len(x) == 0 or len(w) == 0:
        raise ValueError("nothing to convolve")
    y = np.zeros(len(x) + len(w) - 1)
    for i, height in enumerate(x):
        y[i : i + len(w)] += height * w
    long, short = max(len(x), len(w)), min(len(x), len(w))
    if mode == "same":
        return y[(short - 1) // 2 : (short - 1) // 2 + long]
    if mode == "valid":
        return y[short - 1 : long]
    return y


@convolve1d.alternative
def flipped_kernel_over_padded_signal(x, w, mode="full"):
    if mode not in ("full", "same", "valid"):
        raise ValueError(f"unknown mode {mode}")
    if len(x) == 0 or len(w) == 0:
        raise ValueError("nothing to convolve")
    if len(w) > len(x):
        x, w = w, x
    k = len(w)
    left, right = {"full": (k - 1, k - 1), "same": (k // 2, (k - 1) // 2), "valid": (0, 0)}[mode]
    padded = np.pad(np.asarray(x, dtype=float), (left, right))
    return np.lib.stride_tricks.sliding_window_view(padded, k) @ w[::-1].astype(float)


@convolve1d.alternative
def product_of_polynomials(x, w, mode="full"):
    if mode not in ("full", "same", "valid"):
        raise ValueError(f"unknown mode {mode}")
    if len(x) == 0 or len(w) == 0:
        raise ValueError("nothing to convolve")
    size = len(x) + len(w) - 1
    y = np.zeros(size)
    sums = np.arange(len(x))[:, None] + np.arange(len(w))[None, :]
    np.add.at(y, sums, np.multiply.outer(x.astype(float), w.astype(float)))
    long, short = max(len(x), len(w)), min(len(x), len(w))
    keep = {"full": size, "same": long, "valid": long - short + 1}[mode]
    start = (size - keep) // 2
    return y[start : start + keep]


NOT_TURNED = (
    "Your output is the one of a kernel that was not turned round: that is cross-correlation. Under a convolution "
    "an impulse returns the kernel forwards."
)

MINUS_NOTHING = "A slice that ends at −0 ends at 0, so it is empty."

convolve1d.edit(
    "does_not_flip",
    of=products_added_up,
    replace="w[k]",
    by="w[len(w) - 1 - k]",
    shown="an impulse",
    look="The signal is a single 1. Does the kernel come out forwards or backwards?",
    wrong=NOT_TURNED,
)
convolve1d.edit(
    "reverses_the_output",
    of=products_added_up,
    replace="x[i] * w[k]",
    by="x[len(x) - 1 - i] * w[k]",
    look="Compare the order of your outputs with the order of the samples. Which end comes first?",
    wrong="Your output is the one of a signal read from its end. In a convolution the signal keeps its order; only the "
    "kernel is turned.",
)
convolve1d.edit(
    "copies_overwrite_each_other",
    of=products_added_up,
    replace="+=",
    by="=",
    look="Several products belong to one output. How many of them are in yours?",
    wrong="Each of your outputs holds one product alone, the last that arrives there. What arrives at the same "
    "position adds up.",
    if_source_has={"] =": "Did you mean += where you write =?"},
)
convolve1d.edit(
    "adds_instead_of_multiplying",
    of=products_added_up,
    replace="x[i] * w[k]",
    by="(x[i] + w[k])",
    look="What happens to a sample and a weight in your first output?",
    wrong="Your outputs are made of sums of a sample and a weight. The two are multiplied; it is the products that are added up.",
)
convolve1d.edit(
    "has_the_wrong_sign",
    of=products_added_up,
    replace="+= x[i]",
    by="-= x[i]",
    look="Compare the signs of your outputs with those of the right ones.",
    wrong="Your outputs have the wrong sign: each is the right one times −1.",
)
convolve1d.edit(
    "leaves_the_last_weight_out",
    of=products_added_up,
    replace="range(len(w))",
    by="range(len(w) - 1)",
    look="How many weights is your output made of?",
    wrong="The last weight is missing from your outputs: a kernel of length K has the weights w[0] to w[K − 1].",
)
convolve1d.edit(
    "leaves_the_first_weight_out",
    of=products_added_up,
    replace="range(len(w))",
    by="range(1, len(w))",
    look="How many weights is your output made of?",
    wrong="The first weight, w[0], is missing from your outputs.",
)
convolve1d.edit(
    "leaves_the_last_sample_out",
    of=products_added_up,
    replace="range(len(x))",
    by="range(len(x) - 1)",
    look="How many samples is your output made of?",
    wrong="The last sample is missing from your outputs: it sends out a copy of the kernel like every other.",
)
convolve1d.edit(
    "leaves_the_first_sample_out",
    of=products_added_up,
    replace="range(len(x))",
    by="range(1, len(x))",
    look="How many samples is your output made of?",
    wrong="The first sample, x[0], is missing from your outputs: it sends out a copy of the kernel like every other.",
)
convolve1d.edit(
    "takes_the_shorter_for_the_longer",
    of=products_added_up,
    replace="max(len(x), len(w)), min(len(x), len(w))",
    by="min(len(x), len(w)), max(len(x), len(w))",
    look="Modes 'same' and 'valid': which length does your output go by, the longer or the shorter?",
    wrong="In your 'same' and 'valid' the longer and the shorter length have changed places.",
)
convolve1d.edit(
    "same_counts_by_the_signal",
    of=products_added_up,
    replace="(short - 1) // 2",
    by="(len(x) - 1) // 2",
    look="Mode 'same': how many numbers does the rule drop on the left here?",
    wrong="Your 'same' starts (N − 1) // 2 numbers into the full result, N being the signal's length. What counts is the SHORTER of the two.",
)
convolve1d.edit(
    "valid_counts_by_the_signal",
    of=products_added_up,
    replace="y[short - 1 : long]",
    by="y[len(x) - 1 : len(w)]",
    look="Mode 'valid', and the signal is the longer one. Which of the two can lie wholly on the other?",
    wrong="Your 'valid' takes the kernel for the longer one. When it is the shorter one, it slides along the signal: N − K + 1 numbers.",
)
convolve1d.edit(
    "holds_zeros_only",
    of=products_added_up,
    replace="x[i] * w[k]",
    by="0 * x[i] * w[k]",
    look="Does any number of your output differ from 0?",
    wrong="Your output holds nothing but zeros: no result arrives there.",
)
convolve1d.edit(
    "starts_at_one",
    of=products_added_up,
    replace="np.zeros(len(x) + len(w) - 1)",
    by="np.ones(len(x) + len(w) - 1)",
    look="By how much does each of your outputs differ from the right one?",
    wrong="Each of your outputs is 1 too large: the sums start from 0.",
)
convolve1d.edit(
    "same_starts_one_too_early",
    of=products_added_up,
    replace="(short - 1) // 2",
    by="max(short - 2, 0) // 2",
    look="Mode 'same': how many numbers of the full result are missing on the left of your output, how many on the right?",
    wrong="Your 'same' starts one number too early when the shorter of the two has an odd length. (min(N, K) − 1) // 2 numbers are dropped on the left.",
)
convolve1d.edit(
    "same_is_as_long_as_the_kernel",
    of=products_added_up,
    replace="y[start : start + long]",
    by="y[start : start + len(w)]",
    look="Mode 'same': which of the two is the longer one here, the signal or the kernel?",
    wrong="Your 'same' is as long as the kernel. It has the length of the LONGER of the two.",
)
convolve1d.edit(
    "takes_the_shorter_for_both",
    of=products_added_up,
    replace="max(len(x), len(w)), min(len(x), len(w))",
    by="min(len(x), len(w)), min(len(x), len(w))",
    look="Modes 'same' and 'valid': how many numbers do you return, and how many should there be?",
    wrong="Your 'same' and 'valid' stop as if both lengths were the shorter one.",
)
convolve1d.edit(
    "returns_nothing",
    of=products_added_up,
    replace="long, short = max",
    by="return None\n    long, short = max",
    look="What does your function return?",
    wrong="Your function returns None. Is there a `return` in front of its result?",
)
convolve1d.edit(
    "crops_same_on_the_wrong_side",
    of=products_added_up,
    replace="(short - 1) // 2",
    by="short // 2",
    look="Mode 'same': how many numbers of the full result are missing on the left of your output, how many on the right?",
    wrong="Your 'same' has lost one number too many on the left and kept one too many on the right. Where the two ends "
    "cannot be equal, NumPy drops the smaller half on the left: (min(N, K) − 1) // 2.",
)
convolve1d.edit(
    "same_keeps_the_beginning",
    of=products_added_up,
    replace="(short - 1) // 2",
    by="0",
    look="Mode 'same': at which end of the full result do your outputs stop?",
    wrong="Your 'same' is the beginning of the full result. It is the middle: (min(N, K) − 1) // 2 numbers are dropped on "
    "the left, the rest on the right.",
)
convolve1d.edit(
    "same_counts_by_the_kernel",
    of=products_added_up,
    replace="(short - 1) // 2",
    by="(len(w) - 1) // 2",
    look="Mode 'same', and the kernel is the longer one. How many numbers does the rule drop on the left?",
    wrong="Your 'same' starts (K − 1) // 2 numbers into the full result, K being the kernel's length. What counts is the "
    "SHORTER of the two, here the signal.",
)
convolve1d.edit(
    "same_is_always_as_long_as_x",
    of=products_added_up,
    replace="start = (short - 1) // 2\n        return y[start : start + long]",
    by="start = (len(w) - 1) // 2\n        return y[start : start + len(x)]",
    look="Mode 'same': which of the two is the longer one here, the signal or the kernel?",
    wrong="Your 'same' is as long as x. It has the length of the LONGER of the two, which can be the kernel.",
)
convolve1d.edit(
    "same_stops_at_the_length_of_x",
    of=products_added_up,
    replace="y[start : start + long]",
    by="y[start : start + len(x)]",
    look="Mode 'same': which of the two is the longer one here, the signal or the kernel?",
    wrong="Your 'same' starts where it should and stops after N numbers. It has the length of the LONGER of the two, "
    "which can be the kernel.",
)
convolve1d.edit(
    "same_drops_the_smaller_half_twice",
    of=products_added_up,
    replace="y[start : start + long]",
    by="y[start : len(y) - start]",
    look="Count your outputs. How many should there be in mode 'same'?",
    wrong="Your 'same' is one number too long when the shorter of the two has an even length: as much is missing on "
    "the right as on the left. An odd number of outputs has to go, so the right end loses one more.",
)
convolve1d.edit(
    "same_drops_the_larger_half_twice",
    of=products_added_up,
    replace="start = (short - 1) // 2\n        return y[start : start + long]",
    by="start = short // 2\n        return y[start : len(y) - start]",
    look="Count your outputs. How many should there be in mode 'same'?",
    wrong="Your 'same' is one number too short when the shorter of the two has an even length: as much is missing on "
    "the left as on the right. An odd number of outputs has to go, so the left end loses one less.",
)
convolve1d.edit(
    "same_is_empty_for_one_weight",
    of=products_added_up,
    replace="y[start : start + long]",
    by="y[start : -(short - 1 - start)]",
    shown="one weight, same",
    look="One weight: how many numbers of the full result does 'same' drop on the right?",
    wrong="Your output is empty here. With one weight nothing is dropped at either end.",
    if_source_has={":-": MINUS_NOTHING, ": -": MINUS_NOTHING},
)
convolve1d.edit(
    "valid_is_empty_for_one_weight",
    of=products_added_up,
    replace="y[short - 1 : long]",
    by="y[short - 1 : -(short - 1)]",
    shown="one weight, valid",
    look="One weight: how many numbers of the full result does 'valid' drop on the right?",
    wrong="Your output is empty here. With one weight nothing is dropped at either end.",
    if_source_has={":-": MINUS_NOTHING, ": -": MINUS_NOTHING},
)
convolve1d.edit(
    "valid_needs_a_short_kernel",
    of=products_added_up,
    replace="y[short - 1 : long]",
    by="y[len(w) - 1 : len(x)]",
    look="Mode 'valid', and the kernel is the longer one. Which of the two can lie wholly on the other?",
    wrong="Your 'valid' is empty where the kernel is longer than the signal. Then the signal slides along the kernel: "
    "K − N + 1 numbers.",
)
convolve1d.edit(
    "valid_is_one_too_short",
    of=products_added_up,
    replace="y[short - 1 : long]",
    by="y[short - 1 : long - 1]",
    look="Mode 'valid': at how many places does the shorter one lie wholly on the longer one, and how many numbers do you return?",
    wrong="The last number of your 'valid' is missing. There are max(N, K) − min(N, K) + 1: one place more than steps.",
)
convolve1d.edit(
    "full_is_one_too_long",
    of=products_added_up,
    replace="np.zeros(len(x) + len(w) - 1)",
    by="np.zeros(len(x) + len(w))",
    look="Mode 'full': does the kernel still touch the signal at your last place?",
    wrong="Your 'full' ends with a 0 too many. There are N + K − 1 places where kernel and signal touch.",
)
convolve1d.edit(
    "answers_an_unknown_mode",
    of=products_added_up,
    replace='mode not in ("full", "same", "valid")',
    by="False",
    look="What does your function do with a mode that is none of the three?",
    wrong="An unknown mode must raise a ValueError. Yours is let through, and a spelling mistake would go unnoticed.",
)
convolve1d.edit(
    "accepts_an_empty_kernel",
    of=products_added_up,
    replace="len(x) == 0 or len(w) == 0",
    by="len(x) == 0",
    look="An empty signal is refused. What about a kernel without weights?",
    wrong="A kernel without weights must raise a ValueError, too. Yours is let through.",
)
convolve1d.edit(
    "accepts_an_empty_signal",
    of=products_added_up,
    replace="len(x) == 0 or len(w) == 0",
    by="len(w) == 0",
    look="An empty kernel is refused. What about a signal without samples?",
    wrong="A signal without samples must raise a ValueError, too. Yours is let through.",
)
convolve1d.edit(
    "accepts_what_is_empty",
    of=products_added_up,
    replace="len(x) == 0 or len(w) == 0",
    by="False",
    look="What does the docstring promise for a signal or a kernel without any numbers?",
    wrong="An empty signal and an empty kernel must raise a ValueError. Yours are let through.",
)
convolve1d.edit(
    "cuts_fractions_off",
    of=products_added_up,
    replace="np.zeros(len(x) + len(w) - 1)",
    by="np.zeros(len(x) + len(w) - 1, dtype=x.dtype)",
    look="The signal holds integers, the kernel fractions. What has become of the fractions in your output?",
    wrong="Your output holds whole numbers here: what stands behind the decimal point is cut off. An array of integers "
    "does that to every number that it stores. Make the output an array of floats, whatever the signal is.",
    if_source_has={
        "x.dtype": "`x.dtype` is the type of the signal.",
        "zeros_like(x": "`np.zeros_like` takes over the type of its argument.",
    },
)


@convolve1d.misconception(
    look="The error says “Cannot cast”. What is to be stored there, and in an array of which type?",
    wrong="Your output is an array of integers here, because the signal is one, and NumPy refuses to add fractions "
    "to it. Make the output an array of floats, whatever the signal is.",
)
def stops_at_fractions(x, w, mode="full"):
    if mode not in ("full", "same", "valid") or len(x) == 0 or len(w) == 0:
        raise ValueError("mode must be full, same or valid")
    y = np.zeros(len(x) + len(w) - 1, dtype=x.dtype)
    for i in range(len(x)):
        y[i : i + len(w)] += x[i] * w
    long, short = max(len(x), len(w)), min(len(x), len(w))
    start = {"full": 0, "same": (short - 1) // 2, "valid": short - 1}[mode]
    return y[start : start + {"full": len(y), "same": long, "valid": long - short + 1}[mode]]


@convolve1d.misconception(
    look="What has become of the fractions in your output?",
    wrong="Your output always holds whole numbers: what stands behind the decimal point is cut off. It has to be an "
    "array of floats.",
)
def cuts_all_fractions_off(x, w, mode="full"):
    if mode not in ("full", "same", "valid") or len(x) == 0 or len(w) == 0:
        raise ValueError("mode must be full, same or valid")
    y = np.zeros(len(x) + len(w) - 1)
    for i in range(len(x)):
        y[i : i + len(w)] += x[i] * w
    long, short = max(len(x), len(w)), min(len(x), len(w))
    start = {"full": 0, "same": (short - 1) // 2, "valid": short - 1}[mode]
    return y[start : start + {"full": len(y), "same": long, "valid": long - short + 1}[mode]].astype(int)


@convolve1d.misconception(
    shown="an impulse",
    look="The signal is a single 1. Does the kernel come out forwards or backwards?",
    wrong=NOT_TURNED,
)
def does_not_flip_the_shorter_one(x, w, mode="full"):
    if mode not in ("full", "same", "valid") or len(x) == 0 or len(w) == 0:
        raise ValueError("mode must be full, same or valid")
    if len(w) > len(x):
        x, w = w, x
    padded = np.concatenate([np.zeros(len(w) - 1), x, np.zeros(len(w) - 1)])
    y = np.array([padded[i : i + len(w)] @ w for i in range(len(x) + len(w) - 1)])
    start = {"full": 0, "same": (len(w) - 1) // 2, "valid": len(w) - 1}[mode]
    return y[start : start + {"full": len(y), "same": len(x), "valid": len(x) - len(w) + 1}[mode]]


@convolve1d.misconception(
    look="What are the lengths of your outputs in the three modes?",
    wrong="Your output is the full one whatever the mode is. 'same' and 'valid' are the middle of it.",
)
def ignores_the_mode(x, w, mode="full"):
    if mode not in ("full", "same", "valid") or len(x) == 0 or len(w) == 0:
        raise ValueError("mode must be full, same or valid")
    y = np.zeros(len(x) + len(w) - 1)
    for i in range(len(x)):
        y[i : i + len(w)] += x[i] * w
    return y


@convolve1d.misconception(
    look="What does the docstring say about a kernel longer than the signal?",
    wrong="A kernel that is longer than the signal is refused. In a convolution either may be the longer one.",
)
def refuses_a_longer_kernel(x, w, mode="full"):
    if mode not in ("full", "same", "valid") or len(x) == 0 or len(w) == 0 or len(w) > len(x):
        raise ValueError("mode must be full, same or valid")
    y = np.zeros(len(x) + len(w) - 1)
    for i in range(len(x)):
        y[i : i + len(w)] += x[i] * w
    if mode == "full":
        return y
    if mode == "same":
        return y[(len(w) - 1) // 2 : (len(w) - 1) // 2 + len(x)]
    return y[len(w) - 1 : len(x)]


@convolve1d.misconception(
    look="Which modes does your function answer?",
    wrong="Your function answers in mode full alone. The two others are parts of the same result: cut them out.",
)
def knows_full_only(x, w, mode="full"):
    if mode != "full" or len(x) == 0 or len(w) == 0:
        raise ValueError("only full")
    y = np.zeros(len(x) + len(w) - 1)
    for i in range(len(x)):
        y[i : i + len(w)] += x[i] * w
    return y


@convolve1d.misconception(
    look="At which number of the full result does your output start?",
    wrong="Your 'same' and your 'valid' have the right lengths and start at the beginning of the full result. They are its middle.",
)
def keeps_the_beginning_in_both(x, w, mode="full"):
    if mode not in ("full", "same", "valid") or len(x) == 0 or len(w) == 0:
        raise ValueError("mode must be full, same or valid")
    y = np.zeros(len(x) + len(w) - 1)
    for i in range(len(x)):
        y[i : i + len(w)] += x[i] * w
    long, short = max(len(x), len(w)), min(len(x), len(w))
    return y[: {"full": len(y), "same": long, "valid": long - short + 1}[mode]]


convolve1d.off_limits(*SLIDING_ROUTINES, *LAYERS)
