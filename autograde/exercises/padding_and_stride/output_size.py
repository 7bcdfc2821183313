"""How many windows fit: the length of a layer's output."""

from __future__ import annotations

import math

import numpy as np

from autograde.course.definition import call, call_error, exercise


@exercise(points=3, difficulty="easy", minutes=10)
def output_size(n, kernel_size, stride=1, padding=0, dilation=1):
    """How many places there are for a kernel; counts them one by one."""
    reach = [tap * dilation for tap in range(kernel_size)]
    last = n + 2 * padding - 1
    starts = [start for start in range(0, last + 1, stride) if all(start + r <= last for r in reach)]
    if not starts:
        raise ValueError("not even one window fits")
    return len(starts)


output_size.example("the lecture's N = 7, F = 3 with stride 1", 7, 3)
output_size.example("N = 7, F = 3, stride 2", 7, 3, 2)
output_size.example("N = 7, F = 3, stride 3, which does not divide", 7, 3, 3, 0, 1)
output_size.example("padding 2 on each side, and a kernel with a hole", 6, 2, 2, 2, 2)
output_size.example("dilation alone", 7, 3, 2, 0, 2)
output_size.example("a longer signal, everything at once", 40, 4, 3, 1, 5)
output_size.example_error("a kernel one too long, stride 2: nothing fits", ValueError, 2, 3, 2)
output_size.example_error("a kernel that is too long only because of its holes", ValueError, 6, 3, 1, 0, 3)


@output_size.cases
def plain_strides(rng):
    for kernel, stride in [(1, 1), (2, 1), (3, 2), (5, 3), (4, 4), (2, 5)]:
        yield call(int(rng.integers(8, 60)), kernel, stride)


@output_size.cases(weight=2)
def strides_that_do_not_divide(rng):
    for kernel, stride in [(3, 2), (3, 4), (5, 3), (2, 7), (7, 5)]:
        steps, rest = int(rng.integers(2, 9)), int(rng.integers(1, stride))
        yield call(kernel + steps * stride + rest, kernel, stride)
    yield call(21, 4, 6)
    yield call(21, 4, stride=5)


@output_size.cases
def paddings(rng):
    for padding in (1, 2, 3, 5):
        yield call(int(rng.integers(5, 30)), int(rng.integers(2, 5)), int(rng.integers(1, 4)), padding)
    yield call(3, 7, 1, padding=2)


@output_size.cases(weight=2)
def dilations(rng):
    for dilation in (2, 3, 4):
        yield call(int(rng.integers(15, 40)), 3, 1, 0, dilation)
        yield call(int(rng.integers(20, 40)), 4, 3, int(rng.integers(1, 4)), dilation=dilation)
    yield call(5, 1, 1, 0, 6)


@output_size.cases
def windows_that_just_fit(rng):
    kernel, dilation = int(rng.integers(2, 6)), int(rng.integers(1, 4))
    yield call(dilation * (kernel - 1) + 1, kernel, 2, 0, dilation)
    yield call(1, 1)
    yield call(4, 8, 3, 2)


@output_size.cases(weight=2)
def nothing_fits(rng):
    for stride in (1, 2, 3, 5):
        yield call_error(ValueError, 4, 5, stride)
    yield call_error(ValueError, 5, int(rng.integers(10, 14)), 4, 2)
    yield call_error(ValueError, 8, 3, 1, 0, 4)
    yield call_error(ValueError, 6, 4, 2, 1, 3)


@output_size.cases
def layers_of_famous_networks(rng):
    yield call(227, 11, 4)
    yield call(224, 3, 1, 1)
    yield call(224, 7, 2, 3)
    yield call(32, 5)


def span_of(kernel_size, dilation):
    """How many inputs a kernel reaches over, holes included."""
    return dilation * (kernel_size - 1) + 1


@output_size.misconception(
    look="N = 7, F = 3, stride 3: draw the windows. Where would the third one end?",
    wrong="You round up. A window that would run over the end does not count, so the division is rounded down.",
)
def rounds_up(n, kernel_size, stride=1, padding=0, dilation=1):
    room = n + 2 * padding - span_of(kernel_size, dilation)
    if room < 0:
        raise ValueError("nothing fits")
    return math.ceil(room / stride) + 1


@output_size.misconception(
    look="Try 6, 2, 2, 2, 2: the division gives 3.5. Is there half a step?",
    wrong="You round to the nearest whole number. A step that is only half possible is not made: round down.",
)
def rounds_to_the_nearest(n, kernel_size, stride=1, padding=0, dilation=1):
    room = n + 2 * padding - span_of(kernel_size, dilation)
    if room < 0:
        raise ValueError("nothing fits")
    return int(np.floor(room / stride + 0.5)) + 1


@output_size.misconception(
    look="A kernel as long as the input: how many places are there, and what does your formula say?",
    wrong="You counted steps. From the first window to the last there is one window more than steps: + 1.",
)
def forgets_the_first_window(n, kernel_size, stride=1, padding=0, dilation=1):
    room = n + 2 * padding - span_of(kernel_size, dilation)
    if room < 0:
        raise ValueError("nothing fits")
    return room // stride


@output_size.misconception(
    look="What do int(−1 / 2) and −1 // 2 give in Python?",
    wrong="int() cuts towards zero: int(−1 / 2) is 0, so a kernel that is slightly too long still seems to fit once. "
    "Test whether it fits before you divide.",
)
def cuts_towards_zero(n, kernel_size, stride=1, padding=0, dilation=1):
    size = int((n + 2 * padding - span_of(kernel_size, dilation)) / stride) + 1
    if size < 1:
        raise ValueError("nothing fits")
    return size


@output_size.misconception(
    look="What does your function return for a kernel of 3 on an input of 2?",
    wrong="Where nothing fits you return a number, 0 or a negative one. The docstring promises a ValueError: a network "
    "with an empty map should stop where it breaks.",
)
def returns_a_size_where_nothing_fits(n, kernel_size, stride=1, padding=0, dilation=1):
    return (n + 2 * padding - span_of(kernel_size, dilation)) // stride + 1


@output_size.misconception(
    look="By how many numbers does an input grow when its padding is 1?",
    wrong="You count the padding once. It stands on both sides, so the input grows by 2 · padding.",
)
def counts_the_padding_once(n, kernel_size, stride=1, padding=0, dilation=1):
    room = n + padding - span_of(kernel_size, dilation)
    if room < 0:
        raise ValueError("nothing fits")
    return room // stride + 1


@output_size.misconception(
    look="Compare dilation 1 and dilation 2 on the same input. Does your result change?",
    wrong="Your formula has no dilation in it. With dilation d a kernel of K reaches over d(K − 1) + 1 inputs.",
)
def ignores_the_dilation(n, kernel_size, stride=1, padding=0, dilation=1):
    room = n + 2 * padding - kernel_size
    if room < 0:
        raise ValueError("nothing fits")
    return room // stride + 1


@output_size.misconception(
    look="Draw a kernel of 3 with dilation 2. From its first weight to its last, how many pixels is that?",
    wrong="You took dilation · K for the reach. Behind the last weight there is no hole: it is d(K − 1) + 1, for K = 3 "
    "and d = 2 five pixels, not six.",
)
def multiplies_the_kernel_by_the_dilation(n, kernel_size, stride=1, padding=0, dilation=1):
    room = n + 2 * padding - dilation * kernel_size
    if room < 0:
        raise ValueError("nothing fits")
    return room // stride + 1


@output_size.misconception(
    look="Draw a kernel of 4 with dilation 5. How many gaps are there between its weights?",
    wrong="You widened the kernel by d − 1 once. There is a gap between every two neighbours, K − 1 of them, so the reach is "
    "d(K − 1) + 1.",
)
def widens_the_kernel_once(n, kernel_size, stride=1, padding=0, dilation=1):
    room = n + 2 * padding - (kernel_size + dilation - 1)
    if room < 0:
        raise ValueError("nothing fits")
    return room // stride + 1


@output_size.misconception(
    look="N = 7, F = 3, stride 2: the lecture says 3. Which of your operations comes first?",
    wrong="You added 1 before dividing by the stride. The 1 is the first window, which needs no step: divide first.",
)
def adds_one_before_dividing(n, kernel_size, stride=1, padding=0, dilation=1):
    places = n + 2 * padding - span_of(kernel_size, dilation) + 1
    if places < 1:
        raise ValueError("nothing fits")
    return places // stride


@output_size.misconception(
    look="Print the result for N = 7, F = 3, stride 3. Is it a whole number?",
    wrong="You don't round at all. A number of windows is a whole number: use // in place of /.",
)
def leaves_the_fraction(n, kernel_size, stride=1, padding=0, dilation=1):
    room = n + 2 * padding - span_of(kernel_size, dilation)
    if room < 0:
        raise ValueError("nothing fits")
    return room / stride + 1


@output_size.misconception(
    look="Does your result change when the padding does?",
    wrong="Your formula has no padding in it. The windows stand on n + 2 · padding pixels.",
)
def ignores_the_padding(n, kernel_size, stride=1, padding=0, dilation=1):
    room = n - span_of(kernel_size, dilation)
    if room < 0:
        raise ValueError("nothing fits")
    return room // stride + 1


@output_size.misconception(
    look="A kernel of 3 without holes: over how many pixels does it reach in your formula?",
    wrong="Your reach is d(K − 1), one too short. It counts pixels from the first weight to the last, both included: "
    "d(K − 1) + 1.",
)
def reaches_one_pixel_short(n, kernel_size, stride=1, padding=0, dilation=1):
    room = n + 2 * padding - dilation * (kernel_size - 1)
    if room < 0:
        raise ValueError("nothing fits")
    return room // stride + 1


@output_size.misconception(
    look="N = 7, F = 3, stride 3: do two windows fit?",
    wrong="You refuse a stride that does not divide. Layers don't: the pixels left over at the end are read by no window.",
)
def refuses_what_does_not_divide(n, kernel_size, stride=1, padding=0, dilation=1):
    room = n + 2 * padding - span_of(kernel_size, dilation)
    if room < 0 or room % stride:
        raise ValueError("it must divide")
    return room // stride + 1


@output_size.alternative
def size_by_counting_windows(n, kernel_size, stride=1, padding=0, dilation=1):
    count, start = 0, -padding
    while start + dilation * (kernel_size - 1) <= n - 1 + padding:
        count += 1
        start += stride
    if count == 0:
        raise ValueError(f"kernel {kernel_size} does not fit {n}")
    return count


@output_size.alternative
def size_from_a_range(n, kernel_size, stride=1, padding=0, dilation=1):
    starts = range(0, n + 2 * padding - span_of(kernel_size, dilation) + 1, stride)
    if len(starts) == 0:
        raise ValueError("nothing fits")
    return len(starts)


@output_size.alternative
def size_with_numpy_floor(n, kernel_size, stride=1, padding=0, dilation=1):
    reach = kernel_size + (kernel_size - 1) * (dilation - 1)
    if reach > n + 2 * padding:
        raise ValueError(f"a reach of {reach} does not fit {n + 2 * padding}")
    return int(np.floor((n + 2 * padding - reach) / stride + 1))
