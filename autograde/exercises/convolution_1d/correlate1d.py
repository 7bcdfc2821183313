"""The exercise `correlate1d`: oracle, examples, hidden cases, alternatives, misconceptions."""

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


@exercise(points=3, difficulty="easy", minutes=10, compare=close(check_dtype=False))
def correlate1d(x, w):
    """Valid cross-correlation of a signal with a kernel."""
    if not 1 <= len(w) <= len(x):
        raise ValueError(f"a kernel of length {len(w)} does not fit a signal of length {len(x)}")
    kind = float_type(x, w)
    return np.correlate(x.astype(kind), w.astype(kind), mode="valid")


speaks_of_signals(correlate1d)


@correlate1d.feature(
    present="a kernel of three weights", absent="a kernel of more or fewer weights than three"
)
def three_weights(x, w):
    return len(w) == 3


@correlate1d.feature(
    present="a kernel that reads differently backwards", absent="a kernel that reads the same backwards"
)
def reads_differently_backwards(x, w):
    return not np.array_equal(w, w[::-1])


correlate1d.example("a kernel that smooths", LECTURE_X, SMOOTHING)
correlate1d.example("a kernel with a direction", FIVE, LOPSIDED)
correlate1d.example("a kernel of two weights", np.array([4.0, 4, 6, 5]), np.array([-1.0, 1]))
correlate1d.example("a kernel of one weight", np.array([3.0, 1, 2]), np.array([2.0]))
correlate1d.example("a kernel of four weights", np.array([2.0, 1, 4, 3, 1, 5]), np.array([1.0, 3, 2, 2]))
correlate1d.example("a kernel as long as the signal", np.array([3.0, 1, 2]), np.array([1.0, 4, -2]))
correlate1d.example("fractions", np.array([0.5, 1.5, 2, 0.25]), np.array([1.0, 0.5]))
correlate1d.example("integers, and a kernel of fractions", np.array([2, 4, 6, 7]), np.array([0.5, 0.25]))
correlate1d.example("fractions, and a kernel of integers", np.array([0.5, 1.5, 2, 0.25]), np.array([1, 2]))
correlate1d.example("integers only", np.array([2, 4, 1, 7]), np.array([3, -1]))
correlate1d.example("single precision", np.array([2, 4, 1], np.float32), np.array([3, 5], np.float32))
correlate1d.example("a signal read from its end", np.array([7.0, 1, 4, 2])[::-1], np.array([1.0, 3]))
correlate1d.example_error("a kernel too long by one", ValueError, np.array([1.0, 2]), np.array([1.0, 0, -1]))
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
    yield call(rng.normal(size=8), different_whole_numbers(rng, 3))
    yield call(different_whole_numbers(rng, 8), different_whole_numbers(rng, 4))
    yield call(rng.normal(size=9).astype(np.float32), rng.normal(size=4).astype(np.float32))


@correlate1d.cases
def views_of_other_arrays(rng: np.random.Generator) -> Iterator[Any]:
    yield call(rng.normal(size=9)[::-1], rng.normal(size=3))
    yield call(rng.normal(size=16)[::2], rng.normal(size=8)[::-2])
    yield call(rng.normal(size=(8, 3))[:, 1], rng.normal(size=3))


@correlate1d.cases(weight=0.5)
def kernels_that_do_not_fit(rng: np.random.Generator) -> Iterator[Any]:
    yield call_error(ValueError, rng.normal(size=3), rng.normal(size=4))
    yield call_error(ValueError, rng.normal(size=3), rng.normal(size=5))
    yield call_error(ValueError, rng.normal(size=4), np.zeros(0))


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


correlate1d.edit(
    "flips_the_kernel",
    of=two_plain_loops,
    replace="w[k]",
    by="w[len(w) - 1 - k]",
    look="Take the first window. Which weight meets its first number in the rule, and which one in your output?",
    wrong="Your outputs are those of the kernel turned round: that is convolution. Cross-correlation pairs w[0] "
    "with the first number of the window.",
)
correlate1d.edit(
    "stops_one_window_early",
    of=two_plain_loops,
    replace="range(len(x) - len(w) + 1)",
    by="range(len(x) - len(w))",
    look="Is the last window in your output? At how many places does the kernel lie on the signal?",
    wrong="Your last window is missing. The last one starts at N − K, so there are N − K + 1 of them.",
    if_source_has={
        "range(N - K)": "`range(N - K)` ends at N − K − 1.",
        "range(len(x) - len(w))": "`range(len(x) - len(w))` ends one window before the last.",
    },
)
correlate1d.edit(
    "leaves_the_first_window_out",
    of=two_plain_loops,
    replace="range(len(x) - len(w) + 1)",
    by="range(1, len(x) - len(w) + 1)",
    look="Where does the window of your first output start?",
    wrong="Your first window is missing. It starts at position 0.",
)
correlate1d.edit(
    "windows_side_by_side",
    of=two_plain_loops,
    replace="range(len(x) - len(w) + 1)",
    by="range(0, len(x) - len(w) + 1, len(w))",
    look="Which numbers of the signal is your second output made of?",
    wrong="Your windows lie side by side: from one to the next the kernel has moved by its own length. It moves by "
    "one number at a time, so windows overlap.",
)
correlate1d.edit(
    "keeps_the_last_product",
    of=two_plain_loops,
    replace="total += x[i + k] * w[k]",
    by="total = x[i + k] * w[k]",
    look="Each output has one product for every weight. Which of them are in yours?",
    wrong="Each of your outputs is its window's last product alone. All products of a window add up.",
    if_source_has={"] =": "Did you mean += where you write =?"},
)
correlate1d.edit(
    "never_starts_the_sum_anew",
    of=two_plain_loops,
    replace="y = []\n    for i in range(len(x) - len(w) + 1):\n        total = 0.0\n",
    by="y = []\n    total = 0.0\n    for i in range(len(x) - len(w) + 1):\n",
    look="By how much does your second output differ from the right one? Compare with your first.",
    wrong="Each of your outputs also holds all sums before it. Every window starts again from 0.",
)
correlate1d.edit(
    "the_window_never_moves",
    of=two_plain_loops,
    replace="x[i + k]",
    by="x[k]",
    look="Which numbers of the signal is your second output made of?",
    wrong="All your outputs are the one of the first window. Window i starts at position i.",
)
correlate1d.edit(
    "every_weight_meets_the_same_number",
    of=two_plain_loops,
    replace="x[i + k]",
    by="x[i]",
    look="Which numbers of the signal is your first output made of?",
    wrong="In each of your outputs all weights meet the same number, the first one of the window. Weight k meets the "
    "number k places further right.",
)
correlate1d.edit(
    "leaves_the_last_weight_out",
    of=two_plain_loops,
    replace="range(len(w))",
    by="range(len(w) - 1)",
    look="How many products does each of your outputs hold?",
    wrong="The last weight is missing from your outputs: a kernel of length K has the weights w[0] to w[K − 1].",
)
correlate1d.edit(
    "leaves_the_first_weight_out",
    of=two_plain_loops,
    replace="range(len(w))",
    by="range(1, len(w))",
    look="How many products does each of your outputs hold?",
    wrong="The first weight, w[0], is missing from your outputs.",
)
correlate1d.edit(
    "averages_the_products",
    of=two_plain_loops,
    replace="y.append(total)",
    by="y.append(total / len(w))",
    look="Work out your first output by hand. By what factor does yours differ?",
    wrong="Your outputs are divided by K: they are means of products. Cross-correlation adds the products and leaves "
    "the sum alone; a moving average has its thirds in the kernel.",
)
correlate1d.edit(
    "cuts_fractions_off",
    of=two_plain_loops,
    replace="np.array(y)",
    by="np.array(y, dtype=x.dtype)",
    look="The signal holds integers, the kernel fractions. What has become of the fractions in your output?",
    wrong="Your output holds whole numbers here: what stands behind the decimal point is cut off. An array of integers "
    "does that to every number that it stores. Make the output an array of floats, whatever the signal is.",
    if_source_has={
        "x.dtype": "`x.dtype` is the type of the signal.",
        "zeros_like(x": "`np.zeros_like` takes over the type of its argument.",
    },
)
correlate1d.edit(
    "cuts_all_fractions_off",
    of=two_plain_loops,
    replace="return np.array(y)",
    by="return np.array(y, dtype=int)",
    look="What has become of the fractions in your output?",
    wrong="Your output always holds whole numbers: what stands behind the decimal point is cut off. It has to be an "
    "array of floats.",
)
correlate1d.edit(
    "two_windows_are_missing",
    of=two_plain_loops,
    replace="range(len(x) - len(w) + 1)",
    by="range(len(x) - len(w) - 1)",
    look="Are the last windows in your output? At how many places does the kernel lie on the signal?",
    wrong="Your last two windows are missing. The last one starts at N − K, so there are N − K + 1 of them.",
)
correlate1d.edit(
    "adds_instead_of_multiplying",
    of=two_plain_loops,
    replace="x[i + k] * w[k]",
    by="x[i + k] + w[k]",
    look="What happens to each number of the window and its weight in your first output?",
    wrong="Your outputs are made of sums of a number and its weight. The two are multiplied; it is the products that are added up.",
)
correlate1d.edit(
    "has_the_wrong_sign",
    of=two_plain_loops,
    replace="y.append(total)",
    by="y.append(-total)",
    look="Compare the signs of your outputs with those of the right ones.",
    wrong="Your outputs have the wrong sign: each is the right one times −1.",
)
correlate1d.edit(
    "reads_one_number_too_early",
    of=two_plain_loops,
    replace="x[i + k]",
    by="x[i + k - 1]",
    look="Which numbers of the signal is your first output made of?",
    wrong="Every window of yours starts one number too early; the first weight of the first one meets the end of the signal. Window i starts at position i.",
)
correlate1d.edit(
    "leaves_the_last_output_at_zero",
    of=two_plain_loops,
    replace="return np.array(y)",
    by="return np.array(y[:-1] + [0.0])",
    look="What is your last output made of?",
    wrong="Your last output stays 0. The last window starts at N − K: it is the window number N − K + 1.",
)
correlate1d.edit(
    "leaves_the_first_output_at_zero",
    of=two_plain_loops,
    replace="return np.array(y)",
    by="return np.array([0.0] + y[1:])",
    look="What is your first output made of?",
    wrong="Your first output stays 0. The first window starts at position 0.",
)
correlate1d.edit(
    "ends_with_a_zero_too_many",
    of=two_plain_loops,
    replace="return np.array(y)",
    by="return np.array(y + [0.0])",
    look="How many numbers do you return, and at how many places does the kernel lie on the signal?",
    wrong="Your output ends with a 0 that belongs to no window. There are N − K + 1 places.",
)
correlate1d.edit(
    "fills_up_with_zeros",
    of=two_plain_loops,
    replace="return np.array(y)",
    by="return np.array(y + [0.0] * (len(x) - len(y)))",
    look="How many numbers do you return, and at how many places does the kernel lie on the signal?",
    wrong="Your output is as long as the signal; the zeros at its end belong to no window. There are N − K + 1 places.",
)
correlate1d.edit(
    "holds_zeros_only",
    of=two_plain_loops,
    replace="y.append(total)",
    by="y.append(0.0)",
    look="Does any number of your output differ from 0?",
    wrong="Your output holds nothing but zeros: no result arrives there.",
)
correlate1d.edit(
    "starts_at_one",
    of=two_plain_loops,
    replace="total = 0.0",
    by="total = 1.0",
    look="By how much does each of your outputs differ from the right one?",
    wrong="Each of your outputs is 1 too large: the sum starts from 0.",
)
correlate1d.edit(
    "returns_after_the_first_window",
    of=two_plain_loops,
    replace="return np.array(y)",
    by="return np.array(y[:1])",
    look="How many numbers do you return, and at how many places does the kernel lie on the signal?",
    wrong="Your output ends after the first window. Is the result returned before the others are done?",
)
correlate1d.edit(
    "adds_up_all_windows",
    of=two_plain_loops,
    replace="return np.array(y)",
    by="return np.array(sum(y))",
    look="Each window gives one number. How many do you return?",
    wrong="You return one number, the sum over all windows. Wanted is an array with one sum for each window.",
)
correlate1d.edit(
    "returns_the_signal",
    of=two_plain_loops,
    replace="return np.array(y)",
    by="return x",
    look="Where does the array come from that you return?",
    wrong="You return the signal as it came in.",
)
correlate1d.edit(
    "returns_nothing",
    of=two_plain_loops,
    replace="return np.array(y)",
    by="return None",
    look="What does your function return?",
    wrong="Your function returns None. Is there a `return` in front of its result?",
)
correlate1d.edit(
    "never_checks_the_length",
    of=two_plain_loops,
    replace="len(w) == 0 or len(w) > len(x)",
    by="False",
    look="What does the docstring promise for a kernel that has no place on the signal?",
    wrong="A kernel that is empty or longer than the signal must raise a ValueError. Yours lets both through.",
    if_source_has={
        "return ValueError": "`return ValueError(…)` only hands an error over; `raise` raises it."
    },
)
correlate1d.edit(
    "accepts_an_empty_kernel",
    of=two_plain_loops,
    replace="len(w) == 0 or ",
    by="",
    look="A kernel that is too long is refused. What about one without any weights?",
    wrong="An empty kernel has no place on the signal either: it must raise a ValueError. Yours lets it through.",
)
correlate1d.edit(
    "accepts_a_long_kernel",
    of=two_plain_loops,
    replace=" or len(w) > len(x)",
    by="",
    look="An empty kernel is refused. What about one that is longer than the signal?",
    wrong="A kernel longer than the signal has no place on it: it must raise a ValueError. Yours lets it through.",
)
correlate1d.edit(
    "refuses_a_kernel_as_long_as_the_signal",
    of=two_plain_loops,
    replace="len(w) > len(x)",
    by="len(w) >= len(x)",
    look="Signal and kernel are equally long. At how many places does the kernel lie wholly on the signal?",
    wrong="A kernel as long as the signal has one place on it, but yours is refused. Only a longer one has none.",
)


@correlate1d.misconception(
    look="How many numbers do you return, and at how many places does the kernel lie wholly on the signal?",
    wrong="You return one number for every number of the signal. Near the right end the kernel hangs over the edge; "
    "only the N − K + 1 places count where all of it lies on the signal.",
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
    look="Which numbers of the signal is your last output made of?",
    wrong="Your last windows run off the right end and come back in at the left, as if the signal were a ring. "
    "The last window is the last one that lies wholly on the signal.",
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
    look="The error says “Cannot cast”. What is to be stored there, and in an array of which type?",
    wrong="Your output is an array of integers here, because the signal is one, and NumPy refuses to add fractions "
    "to it. Make the output an array of floats, whatever the signal is.",
)
def stops_at_fractions(x, w):
    if len(w) < 1 or len(w) > len(x):
        raise ValueError("the kernel does not fit")
    count = len(x) - len(w) + 1
    y = np.zeros(count, dtype=x.dtype)
    for k in range(len(w)):
        y += w[k] * x[k : k + count]
    return y


@correlate1d.misconception(
    look="The kernel is longer than the signal here. Which of the two slides along the other?",
    wrong="Your answer is the one in which signal and kernel have changed places. Here a kernel longer than the signal is an error of the "
    "caller: raise a ValueError.",
)
def lets_them_change_places(x, w):
    if len(w) == 0:
        raise ValueError("an empty kernel")
    if len(w) > len(x):
        x, w = w, x
    return np.array([np.sum(x[i : i + len(w)] * w) for i in range(len(x) - len(w) + 1)])


@correlate1d.misconception(
    look="How many numbers do you return? What is the first one made of?",
    wrong="Your output also holds the places where the kernel hangs over an end of the signal, as if zeros stood "
    "there. 'Valid' keeps the N − K + 1 places where all of it lies on the signal.",
)
def hangs_over_both_ends(x, w):
    if len(w) < 1 or len(w) > len(x):
        raise ValueError("the kernel does not fit")
    padded = np.pad(x.astype(float), len(w) - 1)
    return np.array([np.sum(padded[i : i + len(w)] * w) for i in range(len(padded) - len(w) + 1)])


@correlate1d.misconception(
    look="How many numbers do you return, and at how many places does the kernel lie wholly on the signal?",
    wrong="Your output is as long as the signal: at its ends the kernel hangs over, as if zeros stood there. "
    "'Valid' returns N − K + 1 numbers.",
)
def keeps_the_length_with_zeros(x, w):
    if len(w) < 1 or len(w) > len(x):
        raise ValueError("the kernel does not fit")
    left = (len(w) - 1) // 2
    padded = np.pad(x.astype(float), (left, len(w) - 1 - left))
    return np.array([np.sum(padded[i : i + len(w)] * w) for i in range(len(x))])


@correlate1d.misconception(
    look="Each window gives one number. How many does it give in your output?",
    wrong="Your output holds the products of each window, side by side. Add them up: one sum for each window.",
)
def never_adds_up(x, w):
    if len(w) < 1 or len(w) > len(x):
        raise ValueError("the kernel does not fit")
    return np.array([x[i : i + len(w)] * w for i in range(len(x) - len(w) + 1)])


correlate1d.off_limits(*SLIDING_ROUTINES, *LAYERS)
