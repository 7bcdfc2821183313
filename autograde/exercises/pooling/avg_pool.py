"""Average pooling: the mean of each window."""

from __future__ import annotations

import numpy as np

from autograde.course.definition import call, call_error, exercise
from autograde.exercises.pooling.grids import (
    LECTURE_AVERAGE,
    LIBRARY_POOLING,
    SIGNS,
    TWO_CHANNELS,
    fitting_windows,
)
from helpers.checking.compare import close


def pair(value):
    """(value, value) for a number; a pair stays as it is."""
    return value if isinstance(value, tuple) else (value, value)


@exercise(points=2, difficulty="easy", minutes=5, compare=close(check_dtype=False))
def avg_pool2d(x, kernel_size, stride=None):
    """The mean of each window."""
    windows = fitting_windows(x, kernel_size, kernel_size if stride is None else stride)
    return windows.mean(axis=(4, 5))


avg_pool2d.off_limits(*LIBRARY_POOLING)
avg_pool2d.example("the lecture's 4 x 4 grid, 2 x 2 windows", LECTURE_AVERAGE, 2)
avg_pool2d.example("3 x 3 windows, stride 2", SIGNS, 3, stride=2)
avg_pool2d.example("two channels, a 2 x 3 window", TWO_CHANNELS, (2, 3), stride=1)
avg_pool2d.example("whole numbers", np.array([[[[1, 2], [4, 6]]]]), 2)
avg_pool2d.example_error("a window larger than the image", ValueError, LECTURE_AVERAGE, (2, 5))


@avg_pool2d.cases
def tiling_windows_averaged(rng):
    yield call(rng.normal(size=(2, 3, 6, 6)), 2)
    yield call(rng.normal(size=(1, 1, 6, 9)), 3)


@avg_pool2d.cases
def left_over_borders_averaged(rng):
    yield call(rng.normal(size=(2, 2, 7, 8)), 3)
    yield call(rng.normal(size=(1, 2, 8, 5)), 3, 2)


@avg_pool2d.cases
def overlaps_and_gaps_averaged(rng):
    yield call(rng.normal(size=(2, 2, 5, 6)), 3, 1)
    yield call(rng.normal(size=(1, 2, 9, 8)), 2, 3)


@avg_pool2d.cases
def rectangles_averaged(rng):
    yield call(rng.normal(size=(2, 2, 6, 8)), (2, 3))
    yield call(rng.normal(size=(1, 2, 7, 6)), (3, 1), (1, 2))


@avg_pool2d.cases
def one_window_averaged(rng):
    yield call(rng.normal(size=(2, 3, 4, 5)), (4, 5))
    yield call(rng.normal(size=(1, 1, 3, 4)), 1)


@avg_pool2d.cases
def float32_and_integers_averaged(rng):
    yield call(rng.normal(size=(1, 2, 5, 6)).astype(np.float32), 2)
    yield call(rng.integers(-9, 10, size=(2, 1, 6, 5)), (3, 2), 2)


@avg_pool2d.cases
def views_averaged(rng):
    yield call(rng.normal(size=(1, 2, 7, 5)).transpose(0, 1, 3, 2), (2, 3), 1)
    yield call(rng.normal(size=(2, 2, 9, 11))[:, :, ::2, 1::2], 2)


@avg_pool2d.cases
def misfits_averaged(rng):
    yield call_error(ValueError, rng.normal(size=(1, 1, 3, 6)), 4)
    yield call_error(ValueError, rng.normal(size=(1, 2, 6, 3)), (2, 4), 1)


def window_sums(x, kernel_size, stride):
    """Sum of each window, (N, C, H', W') float; a ValueError where the window does not fit."""
    (kh, kw), (sh, sw) = pair(kernel_size), pair(stride)
    n, c, height, width = x.shape
    if kh > height or kw > width:
        raise ValueError("kernel larger than the image")
    out = np.zeros((n, c, (height - kh) // sh + 1, (width - kw) // sw + 1))
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            out[:, :, i, j] = x[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw].sum(axis=(2, 3))
    return out


@avg_pool2d.misconception(
    look="By what factor are your numbers too large?",
    wrong="You summed each window. An average is the sum divided by how many numbers went in.",
)
def adds_up_each_window(x, kernel_size, stride=None):
    return window_sums(x, kernel_size, kernel_size if stride is None else stride)


@avg_pool2d.misconception(
    look="By what factor are your numbers too large?",
    wrong="You divided by the length of one side. A window of kh by kw holds kh times kw numbers.",
)
def divides_by_one_side(x, kernel_size, stride=None):
    return window_sums(x, kernel_size, kernel_size if stride is None else stride) / pair(kernel_size)[0]


@avg_pool2d.misconception(
    look="Compare the examples with and without a stride of their own. Which ones are right?",
    wrong=(
        "You divided by the stride. The stride says how far the window moves, not how many numbers it holds."
    ),
)
def divides_by_the_stride(x, kernel_size, stride=None):
    stride = kernel_size if stride is None else stride
    return window_sums(x, kernel_size, stride) / pair(stride)[0]


@avg_pool2d.misconception(
    look="Your numbers are right while stride and kernel are the same. What happens when they differ?",
    wrong=(
        "You divided by stride times stride. Divide by the number of values in the window: kernel height "
        "times kernel width."
    ),
)
def divides_by_the_stride_squared(x, kernel_size, stride=None):
    stride = kernel_size if stride is None else stride
    return window_sums(x, kernel_size, stride) / (pair(stride)[0] * pair(stride)[1])


@avg_pool2d.misconception(
    look="Square windows come out right. How many numbers does a 2 x 3 window hold?",
    wrong=(
        "You squared one side of the window. A window of kh by kw holds kh times kw numbers, and kh and "
        "kw may differ."
    ),
)
def squares_one_side(x, kernel_size, stride=None):
    return window_sums(x, kernel_size, kernel_size if stride is None else stride) / pair(kernel_size)[0] ** 2


@avg_pool2d.misconception(
    look="Which number of each window does your output hold?",
    wrong=(
        "You kept the largest number of each window. Average pooling lets every number of the window "
        "count the same."
    ),
)
def takes_the_maximum(x, kernel_size, stride=None):
    kh, kw = pair(kernel_size)
    sh, sw = pair(kernel_size if stride is None else stride)
    n, c, height, width = x.shape
    if kh > height or kw > width:
        raise ValueError("kernel larger than the image")
    out = np.zeros((n, c, (height - kh) // sh + 1, (width - kw) // sw + 1))
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            out[:, :, i, j] = x[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw].max(axis=(2, 3))
    return out


@avg_pool2d.misconception(
    look="The input of one example holds whole numbers only. What is the mean of 1, 2, 4 and 6?",
    wrong=(
        "Your means are cut to whole numbers, because the output array has the integer dtype of the input"
        " (or because of //)."
    ),
)
def cuts_to_integers(x, kernel_size, stride=None):
    return window_sums_as_means(x, kernel_size, kernel_size if stride is None else stride).astype(x.dtype)


def window_sums_as_means(x, kernel_size, stride):
    """Mean of each window, (N, C, H', W') float."""
    return window_sums(x, kernel_size, stride) / (pair(kernel_size)[0] * pair(kernel_size)[1])


@avg_pool2d.misconception(
    look="Look at the example with two channels. Do the two output planes differ?",
    wrong=(
        "You averaged over all channels (and samples) together. Each channel of each sample is pooled by "
        "itself."
    ),
)
def averages_the_channels_too(x, kernel_size, stride=None):
    means = window_sums_as_means(x, kernel_size, kernel_size if stride is None else stride)
    return np.broadcast_to(means.mean(axis=(0, 1), keepdims=True), means.shape).copy()


@avg_pool2d.misconception(
    look="Look at the shape of your output when nobody names a stride.",
    wrong="Without a stride you move the window by 1. In pooling the default is the kernel size.",
)
def average_stride_defaults_to_one(x, kernel_size, stride=None):
    return window_sums_as_means(x, kernel_size, 1 if stride is None else stride)


@avg_pool2d.misconception(
    look="The first window is right. At which row and column does your second one start?",
    wrong=(
        "The output has the right shape, but its windows start at (i, j). Window (i, j) starts at row i times "
        "stride, column j times stride."
    ),
)
def average_windows_start_one_apart(x, kernel_size, stride=None):
    kh, kw = pair(kernel_size)
    rows, columns = window_sums(x, kernel_size, kernel_size if stride is None else stride).shape[2:]
    return window_sums(x, kernel_size, 1)[:, :, :rows, :columns] / (kh * kw)


@avg_pool2d.alternative
def average_with_plain_loops(x, kernel_size, stride=None):
    kh, kw = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    if stride is None:
        sh, sw = kh, kw
    else:
        sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
    n, c, height, width = x.shape
    if height < kh or width < kw:
        raise ValueError(f"kernel {kh} x {kw} does not fit input {height} x {width}")
    out = np.zeros(
        (n, c, 1 + (height - kh) // sh, 1 + (width - kw) // sw), dtype=np.result_type(x, np.float32)
    )
    for sample in range(n):
        for channel in range(c):
            for i in range(out.shape[2]):
                for j in range(out.shape[3]):
                    total = 0.0
                    for a in range(kh):
                        for b in range(kw):
                            total += float(x[sample, channel, i * sh + a, j * sw + b])
                    out[sample, channel, i, j] = total / (kh * kw)
    return out


@avg_pool2d.alternative
def average_from_a_summed_area_table(x, kernel_size, stride=None):
    kh, kw = pair(kernel_size)
    sh, sw = (kh, kw) if stride is None else pair(stride)
    if kh > x.shape[2] or kw > x.shape[3]:
        raise ValueError("the window does not fit")
    table = np.pad(x.astype(np.float64), ((0, 0), (0, 0), (1, 0), (1, 0))).cumsum(axis=2).cumsum(axis=3)
    sums = table[:, :, kh:, kw:] - table[:, :, :-kh, kw:] - table[:, :, kh:, :-kw] + table[:, :, :-kh, :-kw]
    means = sums[:, :, ::sh, ::sw] / (kh * kw)
    return means.astype(x.dtype) if x.dtype == np.float32 else means


@avg_pool2d.alternative
def average_over_kernel_offsets(x, kernel_size, stride=None):
    kh, kw = np.broadcast_to(kernel_size, 2)
    sh, sw = (kh, kw) if stride is None else np.broadcast_to(stride, 2)
    rows, columns = (x.shape[2] - kh) // sh + 1, (x.shape[3] - kw) // sw + 1
    if rows < 1 or columns < 1:
        raise ValueError("the window does not fit")
    corners = [(a, b) for a in range(kh) for b in range(kw)]
    shifted = [
        x[:, :, a : a + (rows - 1) * sh + 1 : sh, b : b + (columns - 1) * sw + 1 : sw] for a, b in corners
    ]
    return np.mean(shifted, axis=0)
