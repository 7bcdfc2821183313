"""The exercise `convolve1d`: oracle, examples, hidden cases, misconceptions, alternatives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograde.course.definition import call, call_error, exercise
from autograde.exercises.convolution_1d.common import (
    LECTURE_X,
    MOVING_AVERAGE,
    SLIDING_LIBRARY_CALLS,
    different_whole_numbers,
    float_type,
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


ODD_WEIGHTS = np.array([1.0, 2, -1, 3])


FIVE = np.array([1.0, 5, 3, 7, 5])


convolve1d.example("an impulse", np.array([0.0, 1, 0]), np.array([1.0, 2, 3]))


convolve1d.example("the lecture's moving average, valid", LECTURE_X, MOVING_AVERAGE, mode="valid")


convolve1d.example("a kernel with a direction, full", FIVE, ODD_WEIGHTS, mode="full")


convolve1d.example("an even kernel, same", FIVE, ODD_WEIGHTS, mode="same")


convolve1d.example(
    "a kernel longer than the signal, same",
    np.array([1.0, 2, -1]),
    np.array([1.0, 5, 3, 7, 5, 2]),
    mode="same",
)


convolve1d.example(
    "a kernel longer than the signal, valid", np.array([2.0, 1]), np.array([1.0, 0, 3, 4]), mode="valid"
)


convolve1d.example(
    "whole numbers, a kernel of fractions", np.array([2, 4, 1, 7]), np.array([0.5, -0.25]), mode="full"
)


convolve1d.example_error("a mode that does not exist", ValueError, FIVE, ODD_WEIGHTS, mode="diagonal")


convolve1d.example_error("an empty kernel", ValueError, FIVE, np.array([]))


@convolve1d.cases
def full(rng: np.random.Generator) -> Iterator[Any]:
    for length, width in [(9, 4), (6, 3), (3, 8), (1, 1)]:
        yield call(rng.normal(size=length), rng.normal(size=width), mode="full")
    yield call(rng.normal(size=7), rng.normal(size=2))


@convolve1d.cases
def same(rng: np.random.Generator) -> Iterator[Any]:
    for length, width in [(9, 4), (9, 5), (4, 9), (5, 8), (6, 6), (5, 1)]:
        yield call(rng.normal(size=length), rng.normal(size=width), mode="same")


@convolve1d.cases
def valid(rng: np.random.Generator) -> Iterator[Any]:
    for length, width in [(9, 4), (10, 3), (4, 9), (6, 6)]:
        yield call(rng.normal(size=length), rng.normal(size=width), mode="valid")


@convolve1d.cases
def other_types_and_views(rng: np.random.Generator) -> Iterator[Any]:
    yield call(different_whole_numbers(rng, 8), different_whole_numbers(rng, 3), mode="full")
    yield call(rng.integers(-9, 10, size=8), rng.normal(size=4), mode="same")
    yield call(rng.normal(size=8).astype(np.float32), rng.normal(size=3).astype(np.float32), mode="valid")
    yield call(rng.normal(size=14)[::-2], rng.normal(size=4)[::-1], mode="same")
    yield call(rng.normal(size=(7, 2))[:, 0], rng.normal(size=(4, 2))[:, 1], mode="full")


@convolve1d.cases(weight=0.5)
def bad_input(rng: np.random.Generator) -> Iterator[Any]:
    yield call_error(ValueError, rng.normal(size=5), rng.normal(size=3), mode="half")
    yield call_error(ValueError, rng.normal(size=5), np.zeros(0), mode="full")
    yield call_error(ValueError, np.zeros(0), rng.normal(size=3), mode="same")


@convolve1d.misconception(
    look="The signal is a single 1. Does the kernel come out forwards or backwards?",
    wrong="You slid the kernel without turning it round, so the impulse prints it backwards: that is "
    "cross-correlation. Convolution flips the kernel first.",
)
def does_not_flip(x, w, mode="full"):
    if mode not in ("full", "same", "valid") or len(x) == 0 or len(w) == 0:
        raise ValueError("mode must be full, same or valid")
    if len(w) > len(x):
        x, w = w, x
    padded = np.concatenate([np.zeros(len(w) - 1), x, np.zeros(len(w) - 1)])
    y = np.array([padded[i : i + len(w)] @ w for i in range(len(x) + len(w) - 1)])
    start = {"full": 0, "same": (len(w) - 1) // 2, "valid": len(w) - 1}[mode]
    return y[start : start + {"full": len(y), "same": len(x), "valid": len(x) - len(w) + 1}[mode]]


@convolve1d.misconception(
    look="You turn something round. What exactly: the kernel, or the result?",
    wrong="You turned the result round as well. Only the kernel is flipped; the outputs stay in the order "
    "of the signal.",
)
def reverses_the_output(x, w, mode="full"):
    if mode not in ("full", "same", "valid") or len(x) == 0 or len(w) == 0:
        raise ValueError("mode must be full, same or valid")
    y = np.zeros(len(x) + len(w) - 1)
    for i in range(len(x)):
        for k in range(len(w)):
            y[i + k] += x[i] * w[len(w) - 1 - k]
    long, short = max(len(x), len(w)), min(len(x), len(w))
    start = {"full": 0, "same": (short - 1) // 2, "valid": short - 1}[mode]
    return y[start : start + {"full": len(y), "same": long, "valid": long - short + 1}[mode]][::-1]


@convolve1d.misconception(
    look="How many numbers of the full result do you drop on the left, and how many on the right?",
    wrong="You crop 'same' on the wrong side. With an even kernel the two sides cannot be equal: NumPy "
    "drops (short − 1) // 2 on the left, the larger part on the right.",
)
def crops_same_on_the_wrong_side(x, w, mode="full"):
    if mode not in ("full", "same", "valid") or len(x) == 0 or len(w) == 0:
        raise ValueError("mode must be full, same or valid")
    y = np.zeros(len(x) + len(w) - 1)
    for i in range(len(x)):
        y[i : i + len(w)] += x[i] * w
    long, short = max(len(x), len(w)), min(len(x), len(w))
    if mode == "full":
        return y
    if mode == "same":
        return y[short // 2 : short // 2 + long]
    return y[short - 1 : long]


@convolve1d.misconception(
    look="Mode 'same': which of the two is the longer one here, the signal or the kernel?",
    wrong="Your 'same' is always as long as x. In NumPy's convention 'same' has the length of the longer "
    "one, which can be the kernel.",
)
def same_is_always_as_long_as_x(x, w, mode="full"):
    if mode not in ("full", "same", "valid") or len(x) == 0 or len(w) == 0:
        raise ValueError("mode must be full, same or valid")
    y = np.zeros(len(x) + len(w) - 1)
    for i in range(len(x)):
        y[i : i + len(w)] += x[i] * w
    if mode == "full":
        return y
    if mode == "same":
        start = (len(w) - 1) // 2
        return y[start : start + len(x)]
    short = min(len(x), len(w))
    return y[short - 1 : len(y) - short + 1]


@convolve1d.misconception(
    look="Count your outputs. How many should there be in mode 'same'?",
    wrong="You padded K // 2 zeros on both sides. For an even K that is one zero too many, and 'same' comes "
    "out one number too long.",
)
def pads_half_a_kernel_on_both_sides(x, w, mode="full"):
    if mode not in ("full", "same", "valid") or len(x) == 0 or len(w) == 0:
        raise ValueError("mode must be full, same or valid")
    if len(w) > len(x):
        x, w = w, x
    pad = {"full": len(w) - 1, "same": len(w) // 2, "valid": 0}[mode]
    padded = np.pad(x.astype(float), pad)
    return np.array([np.sum(padded[i : i + len(w)] * w[::-1]) for i in range(len(padded) - len(w) + 1)])


@convolve1d.misconception(
    look="Mode 'valid' with a kernel longer than the signal: which of the two can lie wholly on the other?",
    wrong="Your 'valid' assumes that the kernel is the shorter one. When it is longer, the signal slides "
    "along the kernel: K − N + 1 numbers.",
)
def valid_needs_a_short_kernel(x, w, mode="full"):
    if mode not in ("full", "same", "valid") or len(x) == 0 or len(w) == 0:
        raise ValueError("mode must be full, same or valid")
    y = np.zeros(len(x) + len(w) - 1)
    for i in range(len(x)):
        y[i : i + len(w)] += x[i] * w
    if mode == "valid":
        return y[len(w) - 1 : len(x)]
    if mode == "same":
        start = (min(len(x), len(w)) - 1) // 2
        return y[start : start + max(len(x), len(w))]
    return y


@convolve1d.misconception(
    look="What does your code do with a mode that is none of the three?",
    wrong="An unknown mode must raise a ValueError. Yours falls through and answers as if nothing were "
    "wrong: a spelling mistake would go unnoticed.",
)
def takes_any_other_mode_for_valid(x, w, mode="full"):
    if len(x) == 0 or len(w) == 0:
        raise ValueError("signal and kernel need at least one number each")
    y = np.zeros(len(x) + len(w) - 1)
    for i in range(len(x)):
        y[i : i + len(w)] += x[i] * w
    long, short = max(len(x), len(w)), min(len(x), len(w))
    if mode == "full":
        return y
    if mode == "same":
        return y[(short - 1) // 2 : (short - 1) // 2 + long]
    return y[short - 1 : long]


@convolve1d.misconception(
    look="What happens to 1.5 when you store it in an array of whole numbers?",
    wrong="Your output array took its type from x. An integer array cuts off everything behind the decimal "
    "point: make the output a float array.",
)
def stores_products_as_integers(x, w, mode="full"):
    if mode not in ("full", "same", "valid") or len(x) == 0 or len(w) == 0:
        raise ValueError("mode must be full, same or valid")
    y = np.zeros(len(x) + len(w) - 1, dtype=x.dtype)
    for i in range(len(x)):
        for k in range(len(w)):
            y[i + k] += (x[i] * w[k]).astype(x.dtype)
    long, short = max(len(x), len(w)), min(len(x), len(w))
    start = {"full": 0, "same": (short - 1) // 2, "valid": short - 1}[mode]
    return y[start : start + {"full": len(y), "same": long, "valid": long - short + 1}[mode]]


@convolve1d.misconception(
    look="Do your three modes give three different lengths?",
    wrong="You return the full result whatever the mode is. 'same' and 'valid' are the middle of it.",
)
def ignores_the_mode(x, w, mode="full"):
    if mode not in ("full", "same", "valid") or len(x) == 0 or len(w) == 0:
        raise ValueError("mode must be full, same or valid")
    y = np.zeros(len(x) + len(w) - 1)
    for i in range(len(x)):
        y[i : i + len(w)] += x[i] * w
    return y


@convolve1d.misconception(
    look="What does the docstring promise for a kernel without weights?",
    wrong="Your three modes are right. An empty signal or kernel must raise a ValueError; yours answers as if there were something "
    "to convolve.",
)
def accepts_an_empty_kernel(x, w, mode="full"):
    if mode not in ("full", "same", "valid"):
        raise ValueError("mode must be full, same or valid")
    y = np.zeros(len(x) + len(w) - 1)
    for i in range(len(x)):
        y[i : i + len(w)] += x[i] * w
    long, short = max(len(x), len(w)), min(len(x), len(w))
    if mode == "full":
        return y
    if mode == "same":
        return y[(short - 1) // 2 : (short - 1) // 2 + long]
    return y[short - 1 : long]


@convolve1d.misconception(
    look="Full has numbers to drop on both ends. On which end do you drop them?",
    wrong="Your 'same' keeps the beginning of the full result. It is its middle: drop (short − 1) // 2 on the left, the rest on the right.",
)
def same_keeps_the_beginning(x, w, mode="full"):
    if mode not in ("full", "same", "valid") or len(x) == 0 or len(w) == 0:
        raise ValueError("mode must be full, same or valid")
    y = np.zeros(len(x) + len(w) - 1)
    for i in range(len(x)):
        y[i : i + len(w)] += x[i] * w
    long, short = max(len(x), len(w)), min(len(x), len(w))
    if mode == "full":
        return y
    return y[:long] if mode == "same" else y[short - 1 : long]


@convolve1d.misconception(
    look="Mode 'same' with a kernel longer than the signal: how many numbers does your rule drop on the left?",
    wrong="You drop (K − 1) // 2 numbers on the left, K being the kernel. It goes by the SHORTER of the two, which here is the signal.",
)
def same_counts_by_the_kernel(x, w, mode="full"):
    if mode not in ("full", "same", "valid") or len(x) == 0 or len(w) == 0:
        raise ValueError("mode must be full, same or valid")
    y = np.zeros(len(x) + len(w) - 1)
    for i in range(len(x)):
        y[i : i + len(w)] += x[i] * w
    long, short = max(len(x), len(w)), min(len(x), len(w))
    if mode == "full":
        return y
    if mode == "same":
        return y[(len(w) - 1) // 2 : (len(w) - 1) // 2 + long]
    return y[short - 1 : long]


@convolve1d.misconception(
    look="What does the docstring say about a kernel longer than the signal?",
    wrong="You refuse a kernel that is longer than the signal. In a convolution either may be the longer one.",
)
def refuses_a_longer_kernel(x, w, mode="full"):
    if mode not in ("full", "same", "valid") or len(w) == 0 or len(w) > len(x):
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
    look="Two copies of the kernel overlap at position 1. What is left of the first one in yours?",
    wrong="With = each copy overwrites the one before. What arrives at the same position adds up: +=.",
)
def copies_overwrite_each_other(x, w, mode="full"):
    if mode not in ("full", "same", "valid") or len(x) == 0 or len(w) == 0:
        raise ValueError("mode must be full, same or valid")
    y = np.zeros(len(x) + len(w) - 1)
    for i in range(len(x)):
        y[i : i + len(w)] = x[i] * w
    long, short = max(len(x), len(w)), min(len(x), len(w))
    start = {"full": 0, "same": (short - 1) // 2, "valid": short - 1}[mode]
    return y[start : start + {"full": len(y), "same": long, "valid": long - short + 1}[mode]]


@convolve1d.misconception(
    look="Which of the two did you turn round, and how often?",
    wrong="You turned the kernel round and then added shifted copies of it. The copies already are the convolution, with the kernel "
    "as it is; the turn belongs to the sliding window.",
)
def turns_the_copies_round(x, w, mode="full"):
    if mode not in ("full", "same", "valid") or len(x) == 0 or len(w) == 0:
        raise ValueError("mode must be full, same or valid")
    y = np.zeros(len(x) + len(w) - 1)
    for i in range(len(x)):
        y[i : i + len(w)] += x[i] * w[::-1]
    long, short = max(len(x), len(w)), min(len(x), len(w))
    start = {"full": 0, "same": (short - 1) // 2, "valid": short - 1}[mode]
    return y[start : start + {"full": len(y), "same": long, "valid": long - short + 1}[mode]]


@convolve1d.misconception(
    look="Which modes does your function know?",
    wrong="Your function knows the mode full alone. The two others are parts of the same result: cut them out.",
)
def knows_full_only(x, w, mode="full"):
    if mode != "full" or len(x) == 0 or len(w) == 0:
        raise ValueError("only full")
    y = np.zeros(len(x) + len(w) - 1)
    for i in range(len(x)):
        y[i : i + len(w)] += x[i] * w
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


convolve1d.off_limits(
    *SLIDING_LIBRARY_CALLS,
    "numpy.polymul",
    "numpy.polynomial.polynomial.polymul",
    "numpy.fft.fft",
    "numpy.fft.rfft",
)
