"""Switches: where in its plane the winner of each window stands."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from autograde.course.definition import call, call_error, exercise
from autograde.exercises.pooling.grids import (
    LECTURE_GRADIENT,
    LECTURE_MAX,
    LIBRARY_POOLING,
    TIES,
    TWO_CHANNELS,
    fitting_windows,
)


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


max_pool2d_switches.off_limits(*LIBRARY_POOLING)
max_pool2d_switches.example("the lecture's 4 x 4 grid, 2 x 2 windows", LECTURE_GRADIENT, 2, 2)
max_pool2d_switches.example("ties, a 2 x 3 window, stride 2", TIES, (2, 3), 2)
max_pool2d_switches.example("two channels, kernel 2, strides 1 down and 2 across", TWO_CHANNELS, 2, (1, 2))
max_pool2d_switches.example("negative numbers only", -1.0 - LECTURE_MAX, 2, 2)
max_pool2d_switches.example_error("a window larger than the image", ValueError, LECTURE_MAX, 5, 1)


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


@max_pool2d_switches.cases
def switches_with_gaps_and_single_windows(rng):
    yield call(rng.normal(size=(1, 2, 8, 9)), 2, 3)
    yield call(rng.normal(size=(2, 3, 4, 5)), (4, 5), 1)
    yield call(rng.normal(size=(2, 1, 3, 4)), 1, 1)


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


@max_pool2d_switches.cases
def switches_of_windows_that_do_not_fit(rng):
    yield call_error(ValueError, rng.normal(size=(1, 1, 3, 6)), 4, 1)
    yield call_error(ValueError, rng.normal(size=(1, 2, 6, 3)), (2, 4), 2)


def values_and_places(x, kernel_size, stride):
    """Window maxima and, for each, the row and the column inside its window: three arrays (N, C, H', W')."""
    (kh, kw), (sh, sw) = pair(kernel_size), pair(stride)
    n, c, height, width = x.shape
    if kh > height or kw > width:
        raise ValueError("kernel larger than the image")
    rows, columns = (height - kh) // sh + 1, (width - kw) // sw + 1
    values = np.zeros((n, c, rows, columns), dtype=x.dtype)
    a, b = np.zeros(values.shape, dtype=int), np.zeros(values.shape, dtype=int)
    for i in range(rows):
        for j in range(columns):
            flat = x[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw].reshape(n, c, kh * kw)
            values[:, :, i, j] = flat.max(axis=2)
            a[:, :, i, j], b[:, :, i, j] = divmod(flat.argmax(axis=2), kw)
    return values, a, b


@max_pool2d_switches.misconception(
    look="How large is your largest switch? How many pixels does a plane have?",
    wrong=(
        "Your switches count positions inside the window. They should count positions in the whole plane:"
        " row times W plus column."
    ),
)
def index_within_the_window(x, kernel_size, stride):
    values, a, b = values_and_places(x, kernel_size, stride)
    return values, a * pair(kernel_size)[1] + b


@max_pool2d_switches.misconception(
    look="The first window is right. Where does the second window start?",
    wrong=(
        "You add the window's number (i, j) where its starting pixel belongs. Window (i, j) starts at row"
        " i times stride, column j times stride."
    ),
)
def no_stride_in_the_offset(x, kernel_size, stride):
    values, a, b = values_and_places(x, kernel_size, stride)
    i, j = np.indices(values.shape[2:])
    return values, (i + a) * x.shape[3] + j + b


@max_pool2d_switches.misconception(
    look="Square planes come out right. How many pixels do you pass to get one row down in a 4 x 5 plane?",
    wrong=(
        "You multiplied the row by the height H. One row down is W pixels further: row times W plus column."
    ),
)
def rows_times_height(x, kernel_size, stride):
    values, a, b = values_and_places(x, kernel_size, stride)
    sh, sw = pair(stride)
    i, j = np.indices(values.shape[2:])
    return values, (i * sh + a) * x.shape[2] + j * sw + b


@max_pool2d_switches.misconception(
    look=(
        "Square windows come out right. In a window 2 high and 3 wide, which row and column has flat place 2?"
    ),
    wrong=(
        "You split the place inside the window by the window's height. A window that is kw wide has kw "
        "places in a row: divide by kw."
    ),
)
def splits_by_window_height(x, kernel_size, stride):
    values, a, b = values_and_places(x, kernel_size, stride)
    (kh, kw), (sh, sw) = pair(kernel_size), pair(stride)
    place = a * kw + b
    i, j = np.indices(values.shape[2:])
    return values, (i * sh + place // kh) * x.shape[3] + j * sw + place % kh


@max_pool2d_switches.misconception(
    look="Look at a window in which the largest value stands twice. Which of the two did you choose?",
    wrong=(
        "You chose the last of equal values. The first one counts, reading row by row: replace the winner"
        " only by something larger."
    ),
)
def last_of_equals(x, kernel_size, stride):
    (kh, kw), (sh, sw) = pair(kernel_size), pair(stride)
    n, c, height, width = x.shape
    if kh > height or kw > width:
        raise ValueError("kernel larger than the image")
    values = np.full((n, c, (height - kh) // sh + 1, (width - kw) // sw + 1), x.min(), dtype=x.dtype)
    switches = np.zeros(values.shape, dtype=int)
    for sample, channel, i, j in np.ndindex(*values.shape):
        for row in range(i * sh, i * sh + kh):
            for column in range(j * sw, j * sw + kw):
                if x[sample, channel, row, column] >= values[sample, channel, i, j]:
                    values[sample, channel, i, j] = x[sample, channel, row, column]
                    switches[sample, channel, i, j] = row * width + column
    return values, switches


@max_pool2d_switches.misconception(
    look="The first channel is right. At which number does the second channel's plane begin to count?",
    wrong="Your switches count through the whole batch. Every plane of every sample counts from 0 again.",
)
def counts_through_the_batch(x, kernel_size, stride):
    values, a, b = values_and_places(x, kernel_size, stride)
    sh, sw = pair(stride)
    n, c, height, width = x.shape
    i, j = np.indices(values.shape[2:])
    plane = np.arange(n * c).reshape(n, c, 1, 1) * height * width
    return values, plane + (i * sh + a) * width + j * sw + b


@max_pool2d_switches.misconception(
    look="Look at a window in which the largest value stands twice. In which order did you read it?",
    wrong=(
        "You read the window column by column. The first of equal values is meant row by row, as the flat"
        " index counts."
    ),
)
def reads_columns_first(x, kernel_size, stride):
    (kh, kw), (sh, sw) = pair(kernel_size), pair(stride)
    n, c, height, width = x.shape
    if kh > height or kw > width:
        raise ValueError("kernel larger than the image")
    values = np.zeros((n, c, (height - kh) // sh + 1, (width - kw) // sw + 1), dtype=x.dtype)
    switches = np.zeros(values.shape, dtype=int)
    for sample, channel, i, j in np.ndindex(*values.shape):
        window = x[sample, channel, i * sh : i * sh + kh, j * sw : j * sw + kw]
        column, row = divmod(int(window.T.argmax()), kh)
        values[sample, channel, i, j] = window[row, column]
        switches[sample, channel, i, j] = (i * sh + row) * width + j * sw + column
    return values, switches


@max_pool2d_switches.misconception(
    look="Where do you land when you go to pixel number 1 of a plane: one to the right, or one down?",
    wrong="Your flat index runs down the columns. It should run along the rows: row times W plus column.",
)
def column_times_height(x, kernel_size, stride):
    values, a, b = values_and_places(x, kernel_size, stride)
    sh, sw = pair(stride)
    i, j = np.indices(values.shape[2:])
    return values, (j * sw + b) * x.shape[2] + i * sh + a


@max_pool2d_switches.misconception(
    look="Look at a window in which every number is negative. Who won?",
    wrong="Your largest-so-far starts at 0, so in a window of negative numbers nobody wins.",
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


@max_pool2d_switches.misconception(
    look="In which order do you return the two arrays?",
    wrong="You return the switches first. The docstring asks for values, then switches.",
)
def switches_first(x, kernel_size, stride):
    values, a, b = values_and_places(x, kernel_size, stride)
    sh, sw = pair(stride)
    i, j = np.indices(values.shape[2:])
    return (i * sh + a) * x.shape[3] + j * sw + b, values


@max_pool2d_switches.misconception(
    look="What is the dtype of your switches?",
    wrong=(
        "Your switches are floating-point numbers, because np.zeros makes those. They will be used as "
        "indices: make them integers."
    ),
)
def switches_are_floats(x, kernel_size, stride):
    values, a, b = values_and_places(x, kernel_size, stride)
    sh, sw = pair(stride)
    i, j = np.indices(values.shape[2:])
    return values, ((i * sh + a) * x.shape[3] + j * sw + b).astype(float)


@max_pool2d_switches.misconception(
    look="Does each of your switches lie inside its own window?",
    wrong=(
        "You look for the largest value of the window in the whole plane, and an equal number outside the window "
        "comes first. Look inside the window only, then add where the window starts."
    ),
)
def searches_the_whole_plane(x, kernel_size, stride):
    values, _, _ = values_and_places(x, kernel_size, stride)
    switches = np.zeros(values.shape, dtype=int)
    for sample, channel, i, j in np.ndindex(*values.shape):
        switches[sample, channel, i, j] = np.argmax(x[sample, channel] == values[sample, channel, i, j])
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
