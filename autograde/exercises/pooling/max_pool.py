"""Max pooling: the largest value of each window."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import as_strided

from autograde.course.definition import call, call_error, exercise
from autograde.exercises.pooling.grids import (
    ALL_DIFFERENT,
    FIVE_BY_FIVE,
    LECTURE_MAX,
    LIBRARY_MAX_POOLING,
    NEGATIVE,
    OBLONG,
    SEVEN_BY_SEVEN,
    SIGNS,
    THREE_BY_THREE,
    TWO_BY_TWO,
    TWO_CHANNELS,
    TWO_IMAGES,
    TWO_IMAGES_OF_THREE_CHANNELS,
    fills_a_side,
    fits_only_upright,
    fitting_windows,
    image,
    leaves_gaps,
)
from autograde.exercises.pooling.window_mistakes import (
    add_default_stride_mistakes,
    add_loop_mistakes,
    add_window_mistakes,
)
from helpers.checking.compare import close


def pair(value):
    """(value, value) for a number; a pair stays as it is."""
    return value if isinstance(value, tuple) else (value, value)


@exercise(points=3, difficulty="medium", minutes=15, compare=close(check_dtype=False))
def max_pool2d(x, kernel_size, stride=None):
    """The largest value of each window."""
    return fitting_windows(x, kernel_size, kernel_size if stride is None else stride).max(axis=(4, 5))


@max_pool2d.feature(present="gaps between windows", absent="windows without gaps between them")
def has_gaps(x, kernel_size, stride=None):
    return leaves_gaps(kernel_size, stride)


@max_pool2d.feature(
    present="a window as high or as wide as the map", absent="a window smaller than the map both ways"
)
def has_a_full_side(x, kernel_size, stride=None):
    return fills_a_side(x, kernel_size)


@max_pool2d.feature(present="numbers far below zero", absent="no number far below zero")
def has_numbers_far_below_zero(x, kernel_size, stride=None):
    return np.any(x < -1e6)


@max_pool2d.feature(
    present="a window wider than the map is high, or higher than it is wide",
    absent="a window no longer than either side of the map",
)
def has_a_long_side(x, kernel_size, stride=None):
    return fits_only_upright(x, kernel_size)


@max_pool2d.feature(present="a stride larger than the map", absent="a stride within the map")
def has_a_stride_beyond_the_map(x, kernel_size, stride=None):
    return stride is not None and max(pair(stride)) > min(x.shape[2:])


max_pool2d.off_limits(*LIBRARY_MAX_POOLING)
max_pool2d.example("a 4 x 4 map", LECTURE_MAX, 2)
max_pool2d.example("negative numbers", NEGATIVE, 2)
max_pool2d.example("fractions", ALL_DIFFERENT / 8, 2)
max_pool2d.example("a map that is not square", OBLONG, 2)
max_pool2d.example("a row and a column left over", SIGNS, 2)
max_pool2d.example("overlapping windows", THREE_BY_THREE, 2, stride=1)
max_pool2d.example("a 4 x 4 window, stride 2", SEVEN_BY_SEVEN, 4, stride=2)
max_pool2d.example("gaps between windows", FIVE_BY_FIVE, 2, stride=3)
max_pool2d.example("a window that is not square", ALL_DIFFERENT, (1, 2))
max_pool2d.example("strides 1 down and 2 across", ALL_DIFFERENT, 2, stride=(1, 2))
max_pool2d.example("a wide window on a low map", OBLONG, (1, 3))
max_pool2d.example("a high window on a narrow map", OBLONG.reshape(1, 1, 6, 2), (3, 1))
max_pool2d.example("a stride larger than the map", THREE_BY_THREE, 2, stride=5)
max_pool2d.example("a window as large as the map", THREE_BY_THREE, 3)
max_pool2d.example("a window of one", TWO_BY_TWO, 1)
max_pool2d.example("two channels", TWO_CHANNELS, 2)
max_pool2d.example("two images", TWO_IMAGES, 2)
max_pool2d.example("two images of three channels", TWO_IMAGES_OF_THREE_CHANNELS, (2, 1))
max_pool2d.example("integers", image([[3, -2], [-4, 1]], int), 2)
max_pool2d.example("bytes", image([[250, 3], [7, 40]], np.uint8), 2)
max_pool2d.example("single precision", image([[0.1, 0.3], [0.2, -0.4]], np.float32), 2)
max_pool2d.example("numbers far below zero", image([[-2e12, -7e12], [-5e12, -4e12]]), 2)
max_pool2d.example("a view, read upside down", ALL_DIFFERENT[:, :, ::-1], 2)
max_pool2d.example_error("a window larger than the map", ValueError, LECTURE_MAX, 5)
max_pool2d.example_error("a window that is too high", ValueError, OBLONG, 3)
max_pool2d.example_error(
    "a window that is too wide", ValueError, OBLONG.reshape(1, 1, 6, 2), (2, 3), stride=2
)


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
    yield call(rng.normal(size=(1, 2, 9, 11)), (5, 4), 2)


@max_pool2d.cases
def rectangular_windows_and_strides(rng):
    yield call(rng.normal(size=(2, 2, 6, 8)), (2, 3))
    yield call(rng.normal(size=(1, 2, 7, 6)), (3, 1), (1, 2))
    yield call(rng.normal(size=(1, 1, 6, 7)), 2, (3, 1))
    yield call(rng.normal(size=(2, 1, 3, 6)), (1, 4))
    yield call(rng.normal(size=(1, 2, 7, 3)), (5, 2))


@max_pool2d.cases
def gaps_between_windows(rng):
    yield call(rng.normal(size=(1, 2, 8, 9)), 2, 3)
    yield call(rng.normal(size=(2, 1, 5, 5)), 1, 2)
    yield call(rng.normal(size=(1, 2, 4, 5)), 2, 7)


@max_pool2d.cases
def one_window_for_the_whole_image(rng):
    yield call(rng.normal(size=(2, 3, 4, 5)), (4, 5))
    yield call(rng.normal(size=(1, 1, 1, 1)), 1)


@max_pool2d.cases(weight=2)
def negative_values_ties_and_far_below_zero(rng):
    yield call(-1.0 - rng.random(size=(2, 2, 4, 6)), 2)
    yield call(rng.integers(-2, 1, size=(1, 2, 5, 5)).astype(float), 3, 1)
    yield call(-1e13 * (1 + rng.random(size=(1, 1, 4, 4))), 2)


@max_pool2d.cases
def other_number_types(rng):
    yield call(rng.normal(size=(1, 2, 5, 6)).astype(np.float32), 2)
    yield call(rng.integers(-9, 10, size=(2, 1, 6, 5)), (3, 2), 2)
    yield call(rng.integers(0, 256, size=(1, 2, 4, 6)).astype(np.uint8), 2)


@max_pool2d.cases
def views_of_other_arrays(rng):
    yield call(rng.normal(size=(1, 2, 7, 5)).transpose(0, 1, 3, 2), (2, 3), 1)
    yield call(rng.normal(size=(2, 2, 9, 11))[:, :, ::2, 1::2], 2)
    yield call(rng.normal(size=(1, 1, 5, 6))[:, :, ::-1, ::-1], 2)


@max_pool2d.cases(weight=0.5)
def windows_that_do_not_fit(rng):
    yield call_error(ValueError, rng.normal(size=(1, 1, 3, 6)), 4)
    yield call_error(ValueError, rng.normal(size=(1, 2, 6, 3)), (2, 4), 3)


@max_pool2d.alternative
def max_with_window_slices(x, kernel_size, stride=None):
    stride = kernel_size if stride is None else stride
    kh, kw = pair(kernel_size)
    sh, sw = pair(stride)
    n, c, height, width = x.shape
    if kh > height or kw > width:
        raise ValueError(f"kernel {kh} x {kw} does not fit input {height} x {width}")
    rows, columns = (height - kh) // sh + 1, (width - kw) // sw + 1
    y = np.zeros((n, c, rows, columns))
    for sample, channel, i, j in np.ndindex(n, c, rows, columns):
        window = x[sample, channel, i * sh : i * sh + kh, j * sw : j * sw + kw]
        y[sample, channel, i, j] = window.max()
    return y


max_pool2d.edit(
    "takes_the_mean",
    of=max_with_window_slices,
    replace="window.max()",
    by="window.mean()",
    look="Which number of each window does your output hold?",
    wrong="Your output holds the mean of each window. Max pooling keeps one number of the window, the largest, as it is.",
)
max_pool2d.edit(
    "takes_the_smallest",
    of=max_with_window_slices,
    replace="window.max()",
    by="window.min()",
    look="Which number of each window does your output hold?",
    wrong="Your output holds the smallest number of each window. Max pooling keeps the largest.",
)
max_pool2d.edit(
    "starts_at_zero",
    of=max_with_window_slices,
    replace="window.max()",
    by="max(0, window.max())",
    look="Look at a window in which every number is negative. Is your result one of them?",
    wrong=(
        "Where every number of a window is negative, your output is 0, as if a 0 stood in the window too. "
        "Only the window's own numbers may win."
    ),
)
max_pool2d.edit(
    "takes_the_largest_absolute_value",
    of=max_with_window_slices,
    replace="window.max()",
    by="np.abs(window).max()",
    look="Look at a window that holds negative numbers. Is your result one of its numbers?",
    wrong="Your output holds the largest absolute value. −5 is smaller than −1: compare the numbers with their signs.",
)
max_pool2d.edit(
    "keeps_the_number_farthest_from_zero",
    of=max_with_window_slices,
    replace="window.max()",
    by="window.ravel()[np.abs(window).argmax()]",
    look="Look at a window that holds negative numbers. Is your result its largest number?",
    wrong=(
        "Your output holds the number farthest from 0, with its sign. −5 is smaller than −1, however far it is from 0."
    ),
)
max_pool2d.edit(
    "cuts_fractions",
    of=max_with_window_slices,
    replace="np.zeros((n, c, rows, columns))",
    by="np.zeros((n, c, rows, columns), dtype=int)",
    look="Which numbers behind the decimal point does your output hold? Which does x hold?",
    wrong="Your output holds whole numbers, and fractions are cut off. It must be able to hold what x holds.",
    if_source_has={
        "dtype=int": "An array made with `dtype=int` cuts whatever is written into it.",
        "np.int": "An array of integers cuts whatever is written into it.",
    },
)
max_pool2d.edit(
    "pools_the_channels_too",
    of=max_with_window_slices,
    replace="x[sample, channel, i",
    by="x[sample, :, i",
    look="Do the output planes of the channels differ?",
    wrong="Your output holds one maximum over all channels together. Each channel is pooled by itself.",
)
max_pool2d.edit(
    "pools_the_images_too",
    of=max_with_window_slices,
    replace="x[sample, channel, i",
    by="x[:, channel, i",
    look="Do the outputs of the images differ?",
    wrong="Your output holds one maximum over all images together. Each image is pooled by itself.",
)
max_pool2d.edit(
    "pools_everything_together",
    of=max_with_window_slices,
    replace="x[sample, channel, i",
    by="x[:, :, i",
    look="Do the planes of your output differ?",
    wrong=(
        "Your output holds one maximum over all images and channels together. Each channel of each image is "
        "pooled by itself."
    ),
    if_source_has={".max()": "Without an axis, `.max()` takes the maximum of everything it is given."},
)


add_default_stride_mistakes(max_pool2d, of=max_with_window_slices)
add_window_mistakes(max_pool2d, of=max_with_window_slices)
add_loop_mistakes(max_pool2d, of=max_with_window_slices, returns="return y")


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
                            if x[sample, channel, i * sh + a, j * sw + b] > best:
                                best = x[sample, channel, i * sh + a, j * sw + b]
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
