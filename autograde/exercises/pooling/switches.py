"""Switches: where in its plane the winner of each window stands."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from autograde.course.definition import call, call_error, exercise
from autograde.exercises.pooling.grids import (
    ALL_DIFFERENT,
    FIVE_BY_FIVE,
    LECTURE_GRADIENT,
    LECTURE_MAX,
    LIBRARY_MAX_POOLING,
    NEGATIVE,
    OBLONG,
    THREE_BY_THREE,
    TIES,
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
from autograde.exercises.pooling.window_mistakes import add_loop_mistakes, add_window_mistakes


def pair(value):
    """(value, value) for a number; a pair stays as it is."""
    return value if isinstance(value, tuple) else (value, value)


@exercise(points=3, difficulty="medium", minutes=15)
def max_pool2d_switches(x, kernel_size, stride):
    """The largest value of each window and where it stands in its plane."""
    windows = fitting_windows(x, kernel_size, stride)
    n, c, height, width = x.shape
    positions = np.arange(height * width).reshape(1, 1, height, width)
    numbered = fitting_windows(positions, kernel_size, stride)
    values = windows.max(axis=(4, 5))
    winners = np.where(windows == values[..., None, None], numbered, height * width)
    return values, winners.min(axis=(4, 5))


@max_pool2d_switches.feature(
    present="a largest number that stands several times", absent="largest numbers that stand once"
)
def has_ties(x, kernel_size, stride):
    windows = fitting_windows(x, kernel_size, stride)
    return np.any(np.sum(windows == windows.max(axis=(4, 5), keepdims=True), axis=(4, 5)) > 1)


@max_pool2d_switches.feature(present="gaps between windows", absent="windows without gaps between them")
def has_gaps(x, kernel_size, stride):
    return leaves_gaps(kernel_size, stride)


@max_pool2d_switches.feature(
    present="a window as high or as wide as the map", absent="a window smaller than the map both ways"
)
def has_a_full_side(x, kernel_size, stride):
    return fills_a_side(x, kernel_size)


@max_pool2d_switches.feature(
    present="a window wider than the map is high, or higher than it is wide",
    absent="a window no longer than either side of the map",
)
def has_a_long_side(x, kernel_size, stride):
    return fits_only_upright(x, kernel_size)


@max_pool2d_switches.feature(present="a stride larger than the map", absent="a stride within the map")
def has_a_stride_beyond_the_map(x, kernel_size, stride):
    return stride is not None and max(pair(stride)) > min(x.shape[2:])


max_pool2d_switches.off_limits(*LIBRARY_MAX_POOLING)
max_pool2d_switches.example("windows that touch", ALL_DIFFERENT, 2, 2)
max_pool2d_switches.example("zeros", LECTURE_GRADIENT, 2, 2)
max_pool2d_switches.example("equal numbers", image([[1, 4, 4], [4, 0, 2], [3, 4, 1]]), 3, 3)
max_pool2d_switches.example("the same number in two windows", image([[5, 1, 0, 2], [3, 0, 4, 5]]), 2, 2)
max_pool2d_switches.example("negative numbers", NEGATIVE, 2, 2)
max_pool2d_switches.example("fractions", ALL_DIFFERENT / 8, 2, 2)
max_pool2d_switches.example("a map that is not square", OBLONG, 2, 2)
max_pool2d_switches.example("a row and a column left over", FIVE_BY_FIVE, 2, 2)
max_pool2d_switches.example("overlapping windows", THREE_BY_THREE, 2, 1)
max_pool2d_switches.example("gaps between windows", FIVE_BY_FIVE, 2, 3)
max_pool2d_switches.example("a window that is not square", ALL_DIFFERENT, (1, 2), (1, 2))
max_pool2d_switches.example("strides 1 down and 2 across", ALL_DIFFERENT, 2, (1, 2))
max_pool2d_switches.example("equal numbers in windows of 2 x 3", TIES, (2, 3), 2)
max_pool2d_switches.example("a wide window on a low map", OBLONG, (1, 3), 1)
max_pool2d_switches.example("a high window on a narrow map", OBLONG.reshape(1, 1, 6, 2), (3, 1), 1)
max_pool2d_switches.example("a stride larger than the map", THREE_BY_THREE, 2, 5)
max_pool2d_switches.example("a window as large as the map", THREE_BY_THREE, 3, 3)
max_pool2d_switches.example("a window of one", TWO_BY_TWO, 1, 1)
max_pool2d_switches.example("two channels", TWO_CHANNELS, 2, 2)
max_pool2d_switches.example("two images", TWO_IMAGES, 2, 2)
max_pool2d_switches.example("two images of three channels", TWO_IMAGES_OF_THREE_CHANNELS, (2, 1), 1)
max_pool2d_switches.example("single precision", image([[0.1, 0.3], [0.2, -0.4]], np.float32), 2, 2)
max_pool2d_switches.example("a view, read upside down", ALL_DIFFERENT[:, :, ::-1], 2, 2)
max_pool2d_switches.example_error("a window larger than the map", ValueError, LECTURE_MAX, 5, 1)
max_pool2d_switches.example_error("a window that is too high", ValueError, OBLONG, 3, 3)
max_pool2d_switches.example_error(
    "a window that is too wide", ValueError, OBLONG.reshape(1, 1, 6, 2), (2, 3), 2
)


@max_pool2d_switches.cases
def switches_of_tiling_windows(rng):
    yield call(rng.normal(size=(1, 1, 6, 6)), 2, 2)
    yield call(rng.normal(size=(2, 3, 6, 9)), 3, 3)


@max_pool2d_switches.cases
def switches_on_oblong_images(rng):
    yield call(rng.normal(size=(2, 2, 4, 9)), 2, 2)
    yield call(rng.normal(size=(1, 2, 9, 4)), 3, 1)


@max_pool2d_switches.cases
def switches_of_overlapping_windows(rng):
    yield call(rng.normal(size=(2, 2, 5, 6)), 3, 1)
    yield call(rng.normal(size=(1, 2, 7, 7)), 3, 2)


@max_pool2d_switches.cases
def switches_of_rectangles_and_leftovers(rng):
    yield call(rng.normal(size=(2, 2, 7, 8)), (2, 3), (2, 3))
    yield call(rng.normal(size=(1, 2, 8, 7)), (3, 2), (1, 2))
    yield call(rng.normal(size=(1, 1, 5, 9)), (1, 4), 3)
    yield call(rng.normal(size=(2, 1, 3, 6)), (1, 4), 1)
    yield call(rng.normal(size=(1, 2, 7, 3)), (5, 2), 1)


@max_pool2d_switches.cases
def switches_with_gaps_and_single_windows(rng):
    yield call(rng.normal(size=(1, 2, 8, 9)), 2, 3)
    yield call(rng.normal(size=(2, 3, 4, 5)), (4, 5), 1)
    yield call(rng.normal(size=(2, 1, 3, 4)), 1, 1)
    yield call(rng.normal(size=(1, 2, 4, 5)), 2, 7)


@max_pool2d_switches.cases(weight=2)
def switches_of_ties_and_negatives(rng):
    yield call(rng.integers(0, 3, size=(2, 2, 6, 5)).astype(float), 3, 1)
    yield call(np.zeros((1, 2, 4, 6)), 2, 2)
    yield call(-1.0 - rng.random(size=(2, 2, 4, 6)), 2, 2)


@max_pool2d_switches.cases
def switches_for_other_types_and_views(rng):
    yield call(rng.normal(size=(1, 2, 5, 6)).astype(np.float32), 2, 1)
    yield call(rng.normal(size=(1, 2, 7, 5)).transpose(0, 1, 3, 2), (2, 3), 1)
    yield call(rng.normal(size=(2, 2, 9, 11))[:, :, ::2, ::-2], 2, 2)


@max_pool2d_switches.cases(weight=0.5)
def switches_of_windows_that_do_not_fit(rng):
    yield call_error(ValueError, rng.normal(size=(1, 1, 3, 6)), 4, 1)
    yield call_error(ValueError, rng.normal(size=(1, 2, 6, 3)), (2, 4), 2)


@max_pool2d_switches.alternative
def switches_with_window_slices(x, kernel_size, stride):
    kh, kw = pair(kernel_size)
    sh, sw = pair(stride)
    n, c, height, width = x.shape
    if kh > height or kw > width:
        raise ValueError(f"kernel {kh} x {kw} does not fit input {height} x {width}")
    rows, columns = (height - kh) // sh + 1, (width - kw) // sw + 1
    values = np.zeros((n, c, rows, columns))
    switches = np.zeros((n, c, rows, columns), dtype=int)
    for sample, channel, i, j in np.ndindex(n, c, rows, columns):
        window = x[sample, channel, i * sh : i * sh + kh, j * sw : j * sw + kw]
        a, b = divmod(int(window.argmax()), kw)
        values[sample, channel, i, j] = window.max()
        switches[sample, channel, i, j] = (i * sh + a) * width + j * sw + b
    return values, switches


max_pool2d_switches.edit(
    "index_within_the_window",
    of=switches_with_window_slices,
    replace="(i * sh + a) * width + j * sw + b",
    by="a * kw + b",
    look="How large is your largest switch? How many pixels does a plane have?",
    wrong="Your switches count positions inside the window. They should count positions in the whole plane: row times W plus column.",
)
max_pool2d_switches.edit(
    "no_stride_in_the_offset",
    of=switches_with_window_slices,
    replace="(i * sh + a) * width + j * sw + b",
    by="(i + a) * width + j + b",
    look="The first window is right. Where does the second window start?",
    wrong="Your switches are those of windows that start at (i, j). Window (i, j) starts at row i times stride, column j times stride.",
)
max_pool2d_switches.edit(
    "rows_times_height",
    of=switches_with_window_slices,
    replace="(i * sh + a) * width + j * sw + b",
    by="(i * sh + a) * height + j * sw + b",
    look="How many pixels do you pass to get one row down in this plane?",
    wrong="Your switches are row times H plus column. One row down is W pixels further: row times W plus column.",
)
max_pool2d_switches.edit(
    "column_times_height",
    of=switches_with_window_slices,
    replace="(i * sh + a) * width + j * sw + b",
    by="(j * sw + b) * height + i * sh + a",
    look="Where do you land when you go to pixel number 1 of a plane: one to the right, or one down?",
    wrong="Your flat index runs down the columns. It should run along the rows: row times W plus column.",
)
max_pool2d_switches.edit(
    "column_times_width",
    of=switches_with_window_slices,
    replace="(i * sh + a) * width + j * sw + b",
    by="(j * sw + b) * width + i * sh + a",
    look="Where do you land when you go to pixel number 1 of a plane: one to the right, or one down?",
    wrong="Your switches are column times W plus row. Row and column are exchanged: row times W plus column.",
)
max_pool2d_switches.edit(
    "counts_from_one",
    of=switches_with_window_slices,
    replace="(i * sh + a) * width + j * sw + b",
    by="(i * sh + a) * width + j * sw + b + 1",
    look="Which switch has the upper left pixel?",
    wrong="Your switches are one too large everywhere. The first pixel of a plane is number 0.",
)
max_pool2d_switches.edit(
    "counts_through_the_batch",
    of=switches_with_window_slices,
    replace="(i * sh + a) * width + j * sw + b",
    by="((sample * c + channel) * height + i * sh + a) * width + j * sw + b",
    look="At which number does your count begin in the second plane?",
    wrong="Your switches count through the whole batch. Every plane of every image counts from 0 again.",
)
max_pool2d_switches.edit(
    "counts_through_the_channels",
    of=switches_with_window_slices,
    replace="(i * sh + a) * width + j * sw + b",
    by="(channel * height + i * sh + a) * width + j * sw + b",
    look="At which number does your count begin in the second channel?",
    wrong="Your switches count through all channels of an image. Every plane counts from 0 again.",
)
max_pool2d_switches.edit(
    "searches_the_whole_plane",
    of=switches_with_window_slices,
    replace="(i * sh + a) * width + j * sw + b",
    by="np.argmax(x[sample, channel] == window.max())",
    look="Does each of your switches lie inside its own window?",
    wrong="Where the same number also stands outside the window, and earlier, your switch names that pixel. The winner is a pixel of the window.",
    shown="the same number in two windows",
)
max_pool2d_switches.edit(
    "splits_by_window_height",
    of=switches_with_window_slices,
    replace="a, b = divmod(int(window.argmax()), kw)",
    by="a, b = divmod(int(window.argmax()), kh)",
    look="Count the pixels of the window row by row. In which row and column is its second pixel?",
    wrong="Your switches fit a place in the window that was split by the window's height. A window that is kw wide has kw places in a row.",
)
max_pool2d_switches.edit(
    "last_of_equals",
    of=switches_with_window_slices,
    replace="a, b = divmod(int(window.argmax()), kw)",
    by="a, b = divmod(kh * kw - 1 - int(window[::-1, ::-1].argmax()), kw)",
    look="Look at a window in which the largest value stands several times. Which of them does your switch name?",
    wrong="Your switches name the last of equal values. The first one counts, reading row by row.",
)
max_pool2d_switches.edit(
    "reads_columns_first",
    of=switches_with_window_slices,
    replace="a, b = divmod(int(window.argmax()), kw)",
    by="b, a = divmod(int(window.T.argmax()), kh)",
    look="Look at a window in which the largest value stands several times. Which of them does your switch name?",
    wrong="Of equal values your switches name the first in the order of columns. The first is meant row by row, as the flat index counts.",
)
max_pool2d_switches.edit(
    "switches_first",
    of=switches_with_window_slices,
    replace="return values, switches",
    by="return switches, values",
    look="In which order do you return the two arrays?",
    wrong="You return the switches first. The docstring asks for values, then switches.",
)
max_pool2d_switches.edit(
    "returns_the_values_only",
    of=switches_with_window_slices,
    replace="return values, switches",
    by="return values",
    look="How many arrays does your function return?",
    wrong="Only the values come back. The docstring asks for two arrays: values, then switches.",
)
max_pool2d_switches.edit(
    "returns_the_switches_only",
    of=switches_with_window_slices,
    replace="return values, switches",
    by="return switches",
    look="How many arrays does your function return?",
    wrong="Only the switches come back. The docstring asks for two arrays: values, then switches.",
)
max_pool2d_switches.edit(
    "switches_are_floats",
    of=switches_with_window_slices,
    replace="np.zeros((n, c, rows, columns), dtype=int)",
    by="np.zeros((n, c, rows, columns), dtype=float)",
    look="What is the dtype of your switches?",
    wrong="Your switches are floating-point numbers. They will be used as indices: make them integers.",
    if_source_has={"zeros(": "`np.zeros` makes floats unless you name a dtype."},
)
max_pool2d_switches.edit(
    "cuts_fractions",
    of=switches_with_window_slices,
    replace="values = np.zeros((n, c, rows, columns))",
    by="values = np.zeros((n, c, rows, columns), dtype=np.int64)",
    look="Which numbers behind the decimal point do your values hold? Which does x hold?",
    wrong="Your values are whole numbers, and fractions are cut off. They must be the numbers of x, as they are.",
)
add_window_mistakes(max_pool2d_switches, of=switches_with_window_slices)
add_loop_mistakes(max_pool2d_switches, of=switches_with_window_slices, returns="return values, switches")


@max_pool2d_switches.misconception(
    look="Look at a window in which every number is negative. Is your value one of them?",
    wrong=(
        "Where every number of a window is negative, your value is 0, as if a 0 stood there, and no pixel wins. "
        "Only the window's own numbers may win."
    ),
)
def switches_start_at_zero(x, kernel_size, stride):
    (kh, kw), (sh, sw) = pair(kernel_size), pair(stride)
    n, c, height, width = x.shape
    if kh > height or kw > width:
        raise ValueError("kernel larger than the image")
    values = np.zeros((n, c, (height - kh) // sh + 1, (width - kw) // sw + 1), dtype=x.dtype)
    switches = np.zeros(values.shape, dtype=int)
    for sample, channel, i, j in np.ndindex(*values.shape):
        for row in range(i * sh, i * sh + kh):
            for column in range(j * sw, j * sw + kw):
                if x[sample, channel, row, column] > values[sample, channel, i, j]:
                    values[sample, channel, i, j] = x[sample, channel, row, column]
                    switches[sample, channel, i, j] = row * width + column
    return values, switches


@max_pool2d_switches.alternative
def switches_with_plain_loops(x, kernel_size, stride):
    kh, kw = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
    n, c, height, width = x.shape
    if height < kh or width < kw:
        raise ValueError(f"kernel {kh} x {kw} does not fit input {height} x {width}")
    values = np.empty((n, c, 1 + (height - kh) // sh, 1 + (width - kw) // sw), dtype=x.dtype)
    switches = np.empty(values.shape, dtype=np.int64)
    for sample, channel, i, j in np.ndindex(*values.shape):
        top, left = i * sh, j * sw
        best, where = x[sample, channel, top, left], top * width + left
        for row in range(top, top + kh):
            for column in range(left, left + kw):
                if x[sample, channel, row, column] > best:
                    best, where = x[sample, channel, row, column], row * width + column
        values[sample, channel, i, j], switches[sample, channel, i, j] = best, where
    return values, switches


@max_pool2d_switches.alternative
def switches_from_window_views(x, kernel_size, stride):
    kh, kw = pair(kernel_size)
    sh, sw = pair(stride)
    if kh > x.shape[2] or kw > x.shape[3]:
        raise ValueError("the window does not fit")
    view = sliding_window_view(x, (kh, kw), axis=(2, 3))[:, :, ::sh, ::sw]
    flat = view.reshape(*view.shape[:4], kh * kw)
    row, column = np.unravel_index(flat.argmax(axis=-1), (kh, kw))
    row = row + sh * np.arange(view.shape[2])[:, None]
    column = column + sw * np.arange(view.shape[3])
    return flat.max(axis=-1), row * x.shape[3] + column


@max_pool2d_switches.alternative
def switches_over_kernel_offsets(x, kernel_size, stride):
    (kh, kw), (sh, sw) = pair(kernel_size), pair(stride)
    n, c, height, width = x.shape
    rows, columns = (height - kh) // sh + 1, (width - kw) // sw + 1
    if rows < 1 or columns < 1:
        raise ValueError("the window does not fit")
    top, left = sh * np.arange(rows)[:, None], sw * np.arange(columns)[None, :]
    values = x[:, :, top, left]
    switches = np.broadcast_to(top * width + left, values.shape).copy()
    for a in range(kh):
        for b in range(kw):
            candidate = x[:, :, top + a, left + b]
            better = candidate > values
            values = np.where(better, candidate, values)
            switches = np.where(better, (top + a) * width + left + b, switches)
    return values, switches
