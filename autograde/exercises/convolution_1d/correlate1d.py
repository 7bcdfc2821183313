"""The exercise `correlate1d`: oracle, examples, hidden cases, misconceptions, alternatives."""

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


@exercise(points=3, difficulty="easy", minutes=10, compare=close(check_dtype=False))
def correlate1d(x, w):
    """Valid cross-correlation of a signal with a kernel."""
    if not 1 <= len(w) <= len(x):
        raise ValueError(f"a kernel of length {len(w)} does not fit a signal of length {len(x)}")
    kind = float_type(x, w)
    return np.correlate(x.astype(kind), w.astype(kind), mode="valid")


correlate1d.example("the lecture's moving average", LECTURE_X, MOVING_AVERAGE)


correlate1d.example("a kernel with a direction", np.array([1.0, 5, 3, 7, 5]), np.array([1.0, 2, -1]))


correlate1d.example("an even kernel: differencing", np.array([4.0, 4, 6, 5]), np.array([-1.0, 1]))


correlate1d.example("whole numbers, a kernel of fractions", np.array([2, 4, 1, 7]), np.array([0.5, -0.25]))


correlate1d.example("a kernel as long as the signal", np.array([3.0, -1, 2]), np.array([1.0, 4, -2]))


correlate1d.example_error("a kernel too long", ValueError, np.array([1.0, 2]), np.array([1.0, 0, -1]))


correlate1d.example_error("an empty kernel", ValueError, np.array([1.0, 2]), np.array([]))


@correlate1d.cases(weight=2)
def signals_of_many_lengths(rng: np.random.Generator) -> Iterator[Any]:
    for length, width in [(9, 4), (12, 3), (6, 5), (20, 7)]:
        yield call(rng.normal(size=length), rng.normal(size=width))


@correlate1d.cases
def the_smallest_and_the_tightest(rng: np.random.Generator) -> Iterator[Any]:
    yield call(rng.normal(size=7), rng.normal(size=1))
    yield call(rng.normal(size=5), rng.normal(size=5))
    yield call(rng.normal(size=1), rng.normal(size=1))


@correlate1d.cases
def whole_numbers_and_single_precision(rng: np.random.Generator) -> Iterator[Any]:
    yield call(rng.integers(-9, 10, size=8), rng.normal(size=3))
    yield call(different_whole_numbers(rng, 8), different_whole_numbers(rng, 4))
    yield call(rng.normal(size=9).astype(np.float32), rng.normal(size=4).astype(np.float32))


@correlate1d.cases
def views_of_other_arrays(rng: np.random.Generator) -> Iterator[Any]:
    yield call(rng.normal(size=9)[::-1], rng.normal(size=3))
    yield call(rng.normal(size=16)[::2], rng.normal(size=8)[::-2])
    yield call(rng.normal(size=(8, 3))[:, 1], rng.normal(size=3))


@correlate1d.cases
def kernels_that_do_not_fit(rng: np.random.Generator) -> Iterator[Any]:
    yield call_error(ValueError, rng.normal(size=3), rng.normal(size=5))
    yield call_error(ValueError, rng.normal(size=4), np.zeros(0))


@correlate1d.misconception(
    look="Take the first window. Which weight meets its first number in your code, and which one in the rule?",
    wrong="You turned the kernel round: that is convolution. Cross-correlation pairs w[0] with the first "
    "number of the window.",
)
def flips_the_kernel(x, w):
    if len(w) < 1 or len(w) > len(x):
        raise ValueError("the kernel does not fit")
    return np.array([np.sum(x[i : i + len(w)] * w[::-1]) for i in range(len(x) - len(w) + 1)])


@correlate1d.misconception(
    look="How many numbers do you return, and at how many places does the kernel lie wholly on the signal?",
    wrong="You return one number for every number of the signal. Near the right end the kernel hangs over "
    "the edge; 'valid' keeps only the N − K + 1 places where all of it lies on the signal.",
)
def as_long_as_the_signal(x, w):
    if len(w) < 1 or len(w) > len(x):
        raise ValueError("the kernel does not fit")
    y = np.zeros(len(x))
    for i in range(len(x)):
        window = x[i : i + len(w)]
        y[i] = np.sum(window * w[: len(window)])
    return y


@correlate1d.misconception(
    look="Is the last window in your answer? At how many places does the kernel lie on the signal?",
    wrong="You stop one window too early. The last window starts at N − K, so there are N − K + 1 of them, "
    "and range(N - K) leaves the last one out.",
)
def stops_one_window_early(x, w):
    if len(w) < 1 or len(w) > len(x):
        raise ValueError("the kernel does not fit")
    y = []
    for i in range(len(x) - len(w)):
        y.append(np.dot(x[i : i + len(w)], w))
    return np.array(y)


@correlate1d.misconception(
    look="Which numbers of the signal does your last output use?",
    wrong="Your window runs off the right end and comes back in at the left, as if the signal were a ring. "
    "Stop at the last window that lies wholly on the signal.",
)
def wraps_round_the_end(x, w):
    if len(w) < 1 or len(w) > len(x):
        raise ValueError("the kernel does not fit")
    y = np.zeros(len(x))
    for i in range(len(x)):
        for k in range(len(w)):
            y[i] += x[(i + k) % len(x)] * w[k]
    return y


@correlate1d.misconception(
    look="Work out one output of the example below by hand. By what factor does yours differ?",
    wrong="You divided by K. The kernel of the moving average holds its thirds already; cross-correlation "
    "adds the products and leaves the sum alone.",
)
def averages_the_products(x, w):
    if len(w) < 1 or len(w) > len(x):
        raise ValueError("the kernel does not fit")
    return np.array([np.mean(x[i : i + len(w)] * w) for i in range(len(x) - len(w) + 1)])


@correlate1d.misconception(
    look="What happens to 1.75 when you store it in an array of whole numbers?",
    wrong="Your output array took its type from x. An integer array cuts off everything behind the decimal "
    "point: make the output a float array.",
)
def stores_sums_as_integers(x, w):
    if len(w) < 1 or len(w) > len(x):
        raise ValueError("the kernel does not fit")
    y = np.zeros(len(x) - len(w) + 1, dtype=x.dtype)
    for i in range(len(y)):
        y[i] = np.sum(x[i : i + len(w)] * w)
    return y


@correlate1d.misconception(
    look="What does the docstring promise for a kernel that does not fit?",
    wrong="Your sums are right, but a kernel that is empty or longer than the signal must raise a "
    "ValueError; yours gives back an answer or fails elsewhere.",
)
def never_checks_the_length(x, w):
    return np.array([float(np.sum(x[i : i + len(w)] * w)) for i in range(len(x) - len(w) + 1)])


@correlate1d.misconception(
    look="Which numbers does your second window hold?",
    wrong="Your windows lie side by side: you moved the kernel by its own length. Move it by one number at "
    "a time; windows overlap.",
)
def windows_side_by_side(x, w):
    if len(w) < 1 or len(w) > len(x):
        raise ValueError("the kernel does not fit")
    return np.array([np.sum(x[i : i + len(w)] * w) for i in range(0, len(x) - len(w) + 1, len(w))])


@correlate1d.misconception(
    look="A kernel that is too long is refused. What about one without any weights?",
    wrong="You check for a kernel that is too long. One that is empty has no place either: raise a ValueError.",
)
def accepts_an_empty_kernel(x, w):
    if len(w) > len(x):
        raise ValueError("the kernel does not fit")
    return np.array([float(np.sum(x[i : i + len(w)] * w)) for i in range(len(x) - len(w) + 1)])


@correlate1d.misconception(
    look="The kernel is longer than the signal here. Which of the two slides in your code?",
    wrong="You let signal and kernel change places when the kernel is longer. Here that is an error of the caller: raise a ValueError.",
)
def lets_them_change_places(x, w):
    if len(w) == 0:
        raise ValueError("an empty kernel")
    if len(w) > len(x):
        x, w = w, x
    return np.array([np.sum(x[i : i + len(w)] * w) for i in range(len(x) - len(w) + 1)])


@correlate1d.misconception(
    look="How many zeros have you put beside the signal, and how many does the rule ask for?",
    wrong="You put zeros at both ends, so your kernel hangs over them. 'Valid' uses the signal as it is.",
)
def hangs_over_both_ends(x, w):
    if len(w) < 1 or len(w) > len(x):
        raise ValueError("the kernel does not fit")
    padded = np.pad(x.astype(float), len(w) - 1)
    return np.array([np.sum(padded[i : i + len(w)] * w) for i in range(len(padded) - len(w) + 1)])


@correlate1d.misconception(
    look="How many zeros have you put beside the signal, and how many does the rule ask for?",
    wrong="You put zeros at the ends to keep the length of the signal. 'Valid' uses the signal as it is and returns N − K + 1 numbers.",
)
def keeps_the_length_with_zeros(x, w):
    if len(w) < 1 or len(w) > len(x):
        raise ValueError("the kernel does not fit")
    left = (len(w) - 1) // 2
    padded = np.pad(x.astype(float), (left, len(w) - 1 - left))
    return np.array([np.sum(padded[i : i + len(w)] * w) for i in range(len(x))])


@correlate1d.misconception(
    look="Each window gives one number. What do you do with its products?",
    wrong="You return the products of each window, side by side. Add them up: one sum for each window.",
)
def never_adds_up(x, w):
    if len(w) < 1 or len(w) > len(x):
        raise ValueError("the kernel does not fit")
    return np.array([x[i : i + len(w)] * w for i in range(len(x) - len(w) + 1)])


@correlate1d.misconception(
    look="Where does your first window start?",
    wrong="You left the first window out. It starts at position 0.",
)
def leaves_the_first_window_out(x, w):
    if len(w) < 1 or len(w) > len(x):
        raise ValueError("the kernel does not fit")
    return np.array([np.sum(x[i : i + len(w)] * w) for i in range(1, len(x) - len(w) + 1)])


@correlate1d.alternative
def two_plain_loops(x, w):
    if len(w) == 0 or len(w) > len(x):
        raise ValueError(f"kernel {len(w)} does not fit signal {len(x)}")
    y = []
    for i in range(len(x) - len(w) + 1):
        total = 0.0
        for k in range(len(w)):
            total += x[i + k] * w[k]
        y.append(total)
    return np.array(y)


@correlate1d.alternative
def windows_times_kernel(x, w):
    if len(w) == 0 or len(w) > len(x):
        raise ValueError(f"kernel {len(w)} does not fit signal {len(x)}")
    return np.lib.stride_tricks.sliding_window_view(x, len(w)) @ w.astype(float)


@correlate1d.alternative
def shifted_signals_added(x, w):
    count = len(x) - len(w) + 1
    if len(w) == 0 or count < 1:
        raise ValueError(f"kernel {len(w)} does not fit signal {len(x)}")
    y = np.zeros(count)
    for k, weight in enumerate(w):
        y += weight * x[k : k + count]
    return y


@correlate1d.alternative
def unfolded_in_torch(x, w):
    import torch

    if len(w) == 0 or len(w) > len(x):
        raise ValueError(f"kernel {len(w)} does not fit signal {len(x)}")
    signal = torch.tensor(x.tolist(), dtype=torch.float64)
    kernel = torch.tensor(w.tolist(), dtype=torch.float64)
    return (signal.unfold(0, len(w), 1) * kernel).sum(dim=1).numpy()


correlate1d.off_limits(*SLIDING_LIBRARY_CALLS)
