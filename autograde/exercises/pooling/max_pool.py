"""Max pooling: the largest value of each window."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import as_strided

from autograde.course.definition import call, call_error, exercise
from autograde.exercises.pooling.grids import (
    LECTURE_MAX,
    LIBRARY_POOLING,
    SIGNS,
    TWO_CHANNELS,
    fitting_windows,
)
from helpers.checking.compare import close


def pair(value):
    """(value, value) for a number; a pair stays as it is."""
    return value if isinstance(value, tuple) else (value, value)


@exercise(points=3, difficulty="medium", minutes=15, compare=close(check_dtype=False))
def max_pool2d(x, kernel_size, stride=None):
    """The largest value of each window."""
    return fitting_windows(x, kernel_size, kernel_size if stride is None else stride).max(axis=(4, 5))


max_pool2d.off_limits(*LIBRARY_POOLING)
max_pool2d.example("the lecture's 4 x 4 grid, 2 x 2 windows", LECTURE_MAX, 2)
max_pool2d.example("a 5 x 5 grid with negative numbers: 2 does not divide 5", SIGNS, 2)
max_pool2d.example("overlapping windows: kernel 2, stride 1", SIGNS, 2, stride=1)
max_pool2d.example(
    "two channels, a 2 x 3 window, strides 1 down and 2 across", TWO_CHANNELS, (2, 3), stride=(1, 2)
)
max_pool2d.example_error("a window larger than the image", ValueError, LECTURE_MAX, 5)


@max_pool2d.cases
def windows_that_tile(rng):
    yield call(rng.normal(size=(2, 3, 6, 6)), 2)
    yield call(rng.normal(size=(1, 1, 6, 9)), 3)


@max_pool2d.cases
def a_stride_that_leaves_a_border(rng):
    yield call(rng.normal(size=(2, 2, 7, 8)), 3)
    yield call(rng.normal(size=(1, 2, 8, 5)), 3, 2)
    yield call(rng.normal(size=(1, 1, 5, 9)), (2, 4))


@max_pool2d.cases
def overlapping_windows(rng):
    yield call(rng.normal(size=(2, 2, 5, 6)), 3, 1)
    yield call(rng.normal(size=(1, 3, 7, 7)), 3, stride=2)


@max_pool2d.cases
def rectangular_windows_and_strides(rng):
    yield call(rng.normal(size=(2, 2, 6, 8)), (2, 3))
    yield call(rng.normal(size=(1, 2, 7, 6)), (3, 1), (1, 2))
    yield call(rng.normal(size=(1, 1, 6, 7)), 2, (3, 1))


@max_pool2d.cases
def gaps_between_windows(rng):
    yield call(rng.normal(size=(1, 2, 8, 9)), 2, 3)
    yield call(rng.normal(size=(2, 1, 5, 5)), 1, 2)


@max_pool2d.cases
def one_window_for_the_whole_image(rng):
    yield call(rng.normal(size=(2, 3, 4, 5)), (4, 5))
    yield call(rng.normal(size=(1, 1, 1, 1)), 1)


@max_pool2d.cases(weight=2)
def negative_values_ties_and_infinities(rng):
    yield call(-1.0 - rng.random(size=(2, 2, 4, 6)), 2)
    yield call(rng.integers(-2, 1, size=(1, 2, 5, 5)).astype(float), 3, 1)
    masked = rng.normal(size=(1, 1, 4, 4))
    masked[0, 0, :2, :2] = -np.inf
    masked[0, 0, 3, 3] = np.inf
    yield call(masked, 2)


@max_pool2d.cases
def float32_and_integers(rng):
    yield call(rng.normal(size=(1, 2, 5, 6)).astype(np.float32), 2)
    yield call(rng.integers(-9, 10, size=(2, 1, 6, 5)), (3, 2), 2)


@max_pool2d.cases
def views_of_other_arrays(rng):
    yield call(rng.normal(size=(1, 2, 7, 5)).transpose(0, 1, 3, 2), (2, 3), 1)
    yield call(rng.normal(size=(2, 2, 9, 11))[:, :, ::2, 1::2], 2)
    yield call(rng.normal(size=(1, 1, 5, 6))[:, :, ::-1, ::-1], 2)


@max_pool2d.cases
def windows_that_do_not_fit(rng):
    yield call_error(ValueError, rng.normal(size=(1, 1, 3, 6)), 4)
    yield call_error(ValueError, rng.normal(size=(1, 2, 6, 3)), (2, 4), 1)


@max_pool2d.misconception(
    look="Which number of each window does your output hold?",
    wrong="You averaged each window. Max pooling keeps one number of the window, the largest, as it is.",
)
def takes_the_mean(x, kernel_size, stride=None):
    kh, kw = pair(kernel_size)
    sh, sw = pair(kernel_size if stride is None else stride)
    n, c, height, width = x.shape
    if kh > height or kw > width:
        raise ValueError("kernel larger than the image")
    out = np.zeros((n, c, (height - kh) // sh + 1, (width - kw) // sw + 1))
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            out[:, :, i, j] = x[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw].mean(axis=(2, 3))
    return out


@max_pool2d.misconception(
    look="Look at the shape of your output when nobody names a stride.",
    wrong=(
        "Without a stride you move the window by 1. In pooling the default is the kernel size, so windows"
        " touch and don't overlap."
    ),
)
def stride_defaults_to_one(x, kernel_size, stride=1):
    kh, kw = pair(kernel_size)
    sh, sw = pair(1 if stride is None else stride)
    n, c, height, width = x.shape
    if kh > height or kw > width:
        raise ValueError("kernel larger than the image")
    out = np.zeros((n, c, (height - kh) // sh + 1, (width - kw) // sw + 1), dtype=x.dtype)
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            out[:, :, i, j] = x[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw].max(axis=(2, 3))
    return out


@max_pool2d.misconception(
    look="Look at a window in which every number is negative.",
    wrong=(
        "Your largest-so-far starts at 0, and no negative number beats 0. Start it with a number that the"
        " window holds."
    ),
)
def starts_at_zero(x, kernel_size, stride=None):
    kh, kw = pair(kernel_size)
    sh, sw = pair(kernel_size if stride is None else stride)
    n, c, height, width = x.shape
    if kh > height or kw > width:
        raise ValueError("kernel larger than the image")
    out = np.zeros((n, c, (height - kh) // sh + 1, (width - kw) // sw + 1), dtype=x.dtype)
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            for a in range(kh):
                for b in range(kw):
                    out[:, :, i, j] = np.maximum(out[:, :, i, j], x[:, :, i * sh + a, j * sw + b])
    return out


@max_pool2d.misconception(
    look="Count the windows along one side of the 5 x 5 grid. How many rows does your output have?",
    wrong=(
        "You kept the windows that hang over the lower or right border. Only windows that lie inside the "
        "image count."
    ),
)
def keeps_partial_windows(x, kernel_size, stride=None):
    kh, kw = pair(kernel_size)
    sh, sw = pair(kernel_size if stride is None else stride)
    n, c, height, width = x.shape
    if kh > height or kw > width:
        raise ValueError("kernel larger than the image")
    rows = int(np.ceil((height - kh) / sh)) + 1
    columns = int(np.ceil((width - kw) / sw)) + 1
    out = np.full((n, c, rows, columns), -np.inf)
    for i in range(rows):
        for j in range(columns):
            window = x[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw]
            if window.size:
                out[:, :, i, j] = window.max(axis=(2, 3))
    return out


@max_pool2d.misconception(
    look="On the 5 x 5 grid one row and one column are left over. Which ones did you leave out?",
    wrong=(
        "You left out the first rows or columns. The first window starts at the upper left corner; what "
        "is left over is below and right."
    ),
)
def drops_the_wrong_border(x, kernel_size, stride=None):
    kh, kw = pair(kernel_size)
    sh, sw = pair(kernel_size if stride is None else stride)
    if kh > x.shape[2] or kw > x.shape[3]:
        raise ValueError("kernel larger than the image")
    x = x[:, :, (x.shape[2] - kh) % sh :, (x.shape[3] - kw) % sw :]
    n, c, height, width = x.shape
    out = np.zeros((n, c, (height - kh) // sh + 1, (width - kw) // sw + 1), dtype=x.dtype)
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            out[:, :, i, j] = x[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw].max(axis=(2, 3))
    return out


@max_pool2d.misconception(
    look="Square windows come out right. What changes when the window is 2 high and 3 wide?",
    wrong=(
        "Height and width of the window are swapped. A pair is (height, width): the first number goes "
        "with rows."
    ),
)
def swaps_height_and_width(x, kernel_size, stride=None):
    kw, kh = pair(kernel_size)
    sw, sh = pair(kernel_size if stride is None else stride)
    n, c, height, width = x.shape
    if kh > height or kw > width:
        raise ValueError("kernel larger than the image")
    out = np.zeros((n, c, (height - kh) // sh + 1, (width - kw) // sw + 1), dtype=x.dtype)
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            out[:, :, i, j] = x[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw].max(axis=(2, 3))
    return out


@max_pool2d.misconception(
    look="Look at the examples that name a stride. Where does your second window begin?",
    wrong="Your window always moves by its own size. The stride that was asked for is not used.",
)
def ignores_the_stride(x, kernel_size, stride=None):
    kh, kw = pair(kernel_size)
    n, c, height, width = x.shape
    if kh > height or kw > width:
        raise ValueError("kernel larger than the image")
    x = x[:, :, : height // kh * kh, : width // kw * kw]
    return x.reshape(n, c, height // kh, kh, width // kw, kw).max(axis=(3, 5))


@max_pool2d.misconception(
    look="Look at the example with two channels. Do the two output planes differ?",
    wrong=(
        "You took one maximum over all channels (and samples) together. Each channel of each sample is "
        "pooled by itself."
    ),
)
def pools_the_channels_too(x, kernel_size, stride=None):
    kh, kw = pair(kernel_size)
    sh, sw = pair(kernel_size if stride is None else stride)
    n, c, height, width = x.shape
    if kh > height or kw > width:
        raise ValueError("kernel larger than the image")
    out = np.zeros((n, c, (height - kh) // sh + 1, (width - kw) // sw + 1), dtype=x.dtype)
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            out[:, :, i, j] = x[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw].max()
    return out


@max_pool2d.misconception(
    look="What does your function do with a 5 x 5 window on a 4 x 4 image?",
    wrong=(
        "Where the window does not fit, your function returns something. The docstring promises a ValueError."
    ),
)
def returns_something_where_nothing_fits(x, kernel_size, stride=None):
    kh, kw = pair(kernel_size)
    sh, sw = pair(kernel_size if stride is None else stride)
    n, c, height, width = x.shape
    rows, columns = max(0, (height - kh) // sh + 1), max(0, (width - kw) // sw + 1)
    out = np.zeros((n, c, rows, columns), dtype=x.dtype)
    for i in range(rows):
        for j in range(columns):
            out[:, :, i, j] = x[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw].max(axis=(2, 3))
    return out


@max_pool2d.misconception(
    look="The first window is right. At which row and column does your second one start?",
    wrong=(
        "The output has the right shape, but its windows start at (i, j). Window (i, j) starts at row i times "
        "stride, column j times stride."
    ),
)
def starts_windows_one_apart(x, kernel_size, stride=None):
    kh, kw = pair(kernel_size)
    sh, sw = pair(kernel_size if stride is None else stride)
    n, c, height, width = x.shape
    if kh > height or kw > width:
        raise ValueError("kernel larger than the image")
    out = np.zeros((n, c, (height - kh) // sh + 1, (width - kw) // sw + 1), dtype=x.dtype)
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            out[:, :, i, j] = x[:, :, i : i + kh, j : j + kw].max(axis=(2, 3))
    return out


@max_pool2d.misconception(
    look="Look at a window in which every number is negative. Is your result one of them?",
    wrong="You took the largest absolute value. −5 is smaller than −1: compare the numbers with their signs.",
)
def takes_the_largest_absolute_value(x, kernel_size, stride=None):
    kh, kw = pair(kernel_size)
    sh, sw = pair(kernel_size if stride is None else stride)
    n, c, height, width = x.shape
    if kh > height or kw > width:
        raise ValueError("kernel larger than the image")
    out = np.zeros((n, c, (height - kh) // sh + 1, (width - kw) // sw + 1), dtype=x.dtype)
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            out[:, :, i, j] = np.abs(x[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw]).max(axis=(2, 3))
    return out


@max_pool2d.alternative
def max_with_plain_loops(x, kernel_size, stride=None):
    kh, kw = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    if stride is None:
        sh, sw = kh, kw
    else:
        sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
    n, c, height, width = x.shape
    if height < kh or width < kw:
        raise ValueError(f"kernel {kh} x {kw} does not fit input {height} x {width}")
    out = np.empty((n, c, 1 + (height - kh) // sh, 1 + (width - kw) // sw), dtype=x.dtype)
    for sample in range(n):
        for channel in range(c):
            for i in range(out.shape[2]):
                for j in range(out.shape[3]):
                    best = x[sample, channel, i * sh, j * sw]
                    for a in range(kh):
                        for b in range(kw):
                            best = max(best, x[sample, channel, i * sh + a, j * sw + b])
                    out[sample, channel, i, j] = best
    return out


@max_pool2d.alternative
def max_over_kernel_offsets(x, kernel_size, stride=None):
    kh, kw = np.broadcast_to(kernel_size, 2)
    sh, sw = (kh, kw) if stride is None else np.broadcast_to(stride, 2)
    rows, columns = (x.shape[2] - kh) // sh + 1, (x.shape[3] - kw) // sw + 1
    if rows < 1 or columns < 1:
        raise ValueError("the window does not fit")
    out = None
    for a in range(kh):
        for b in range(kw):
            shifted = x[:, :, a : a + (rows - 1) * sh + 1 : sh, b : b + (columns - 1) * sw + 1 : sw]
            out = shifted.copy() if out is None else np.maximum(out, shifted)
    return out


@max_pool2d.alternative
def max_with_stride_tricks(x, kernel_size, stride=None):
    kh, kw = pair(kernel_size)
    sh, sw = (kh, kw) if stride is None else pair(stride)
    n, c, height, width = x.shape
    if kh > height or kw > width:
        raise ValueError("the window does not fit")
    rows, columns = (height - kh) // sh + 1, (width - kw) // sw + 1
    a, b, down, right = x.strides
    view = as_strided(
        x, (n, c, rows, columns, kh, kw), (a, b, down * sh, right * sw, down, right), writeable=False
    )
    return view.reshape(n, c, rows, columns, kh * kw).max(axis=-1)
