"""Average pooling: the mean of each window."""

from __future__ import annotations

import numpy as np

from autograde.course.definition import call, call_error, exercise
from autograde.exercises.pooling.grids import (
    ALL_DIFFERENT,
    FIVE_BY_FIVE,
    LECTURE_AVERAGE,
    LIBRARY_AVERAGE_POOLING,
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


@exercise(points=2, difficulty="easy", minutes=5, compare=close(check_dtype=False))
def avg_pool2d(x, kernel_size, stride=None):
    """The mean of each window."""
    windows = fitting_windows(x, kernel_size, kernel_size if stride is None else stride)
    return windows.mean(axis=(4, 5))


@avg_pool2d.feature(present="gaps between windows", absent="windows without gaps between them")
def has_gaps(x, kernel_size, stride=None):
    return leaves_gaps(kernel_size, stride)


@avg_pool2d.feature(
    present="a window as high or as wide as the map", absent="a window smaller than the map both ways"
)
def has_a_full_side(x, kernel_size, stride=None):
    return fills_a_side(x, kernel_size)


@avg_pool2d.feature(
    present="a window wider than the map is high, or higher than it is wide",
    absent="a window no longer than either side of the map",
)
def has_a_long_side(x, kernel_size, stride=None):
    return fits_only_upright(x, kernel_size)


@avg_pool2d.feature(present="a stride larger than the map", absent="a stride within the map")
def has_a_stride_beyond_the_map(x, kernel_size, stride=None):
    return stride is not None and max(pair(stride)) > min(x.shape[2:])


avg_pool2d.off_limits(*LIBRARY_AVERAGE_POOLING)
avg_pool2d.example("a 4 x 4 map", LECTURE_AVERAGE, 2)
avg_pool2d.example("fractions", ALL_DIFFERENT / 8, 2)
avg_pool2d.example("negative numbers", -LECTURE_AVERAGE, 2)
avg_pool2d.example("integers", image([[1, 2], [4, 6]], int), 2)
avg_pool2d.example("bytes", image([[200, 250], [100, 70]], np.uint8), 2)
avg_pool2d.example("single precision", image([[0.1, 0.3], [0.2, -0.4]], np.float32), 2)
avg_pool2d.example("a map that is not square", OBLONG, 2)
avg_pool2d.example("a row and a column left over", SIGNS, 2)
avg_pool2d.example("overlapping windows", THREE_BY_THREE, 2, stride=1)
avg_pool2d.example("a 4 x 4 window, stride 2", SEVEN_BY_SEVEN, 4, stride=2)
avg_pool2d.example("gaps between windows", FIVE_BY_FIVE, 2, stride=3)
avg_pool2d.example("a window that is not square", ALL_DIFFERENT, (1, 2))
avg_pool2d.example("strides 1 down and 2 across", ALL_DIFFERENT, 2, stride=(1, 2))
avg_pool2d.example("a wide window on a low map", OBLONG, (1, 3))
avg_pool2d.example("a high window on a narrow map", OBLONG.reshape(1, 1, 6, 2), (3, 1))
avg_pool2d.example("a stride larger than the map", THREE_BY_THREE, 2, stride=5)
avg_pool2d.example("a window as large as the map", THREE_BY_THREE, 3)
avg_pool2d.example("a window of one", TWO_BY_TWO, 1)
avg_pool2d.example("two channels", TWO_CHANNELS, 2)
avg_pool2d.example("two images", TWO_IMAGES, 2)
avg_pool2d.example("two images of three channels", TWO_IMAGES_OF_THREE_CHANNELS, (2, 1))
avg_pool2d.example("a view, read upside down", ALL_DIFFERENT[:, :, ::-1], 2)
avg_pool2d.example_error("a window larger than the map", ValueError, LECTURE_AVERAGE, 5)
avg_pool2d.example_error("a window that is too high", ValueError, OBLONG, 3)
avg_pool2d.example_error("a window that is too wide", ValueError, OBLONG.reshape(1, 1, 6, 2), (2, 3))


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
    yield call(rng.normal(size=(1, 2, 9, 11)), (5, 4), 2)
    yield call(rng.normal(size=(1, 2, 9, 8)), 2, 3)
    yield call(rng.normal(size=(1, 2, 4, 5)), 2, 7)


@avg_pool2d.cases
def rectangles_averaged(rng):
    yield call(rng.normal(size=(2, 2, 6, 8)), (2, 3))
    yield call(rng.normal(size=(1, 2, 7, 6)), (3, 1), (1, 2))
    yield call(rng.normal(size=(2, 1, 3, 6)), (1, 4))
    yield call(rng.normal(size=(1, 2, 7, 3)), (5, 2))


@avg_pool2d.cases
def one_window_averaged(rng):
    yield call(rng.normal(size=(2, 3, 4, 5)), (4, 5))
    yield call(rng.normal(size=(1, 1, 3, 4)), 1)


@avg_pool2d.cases
def other_number_types_averaged(rng):
    yield call(rng.normal(size=(1, 2, 5, 6)).astype(np.float32), 2)
    yield call(rng.integers(-9, 10, size=(2, 1, 6, 5)), (3, 2), 2)
    yield call(rng.integers(100, 256, size=(1, 2, 4, 6)).astype(np.uint8), 2)


@avg_pool2d.cases
def views_averaged(rng):
    yield call(rng.normal(size=(1, 2, 7, 5)).transpose(0, 1, 3, 2), (2, 3), 1)
    yield call(rng.normal(size=(2, 2, 9, 11))[:, :, ::2, 1::2], 2)


@avg_pool2d.cases(weight=0.5)
def misfits_averaged(rng):
    yield call_error(ValueError, rng.normal(size=(1, 1, 3, 6)), 4)
    yield call_error(ValueError, rng.normal(size=(1, 2, 6, 3)), (2, 4), 3)
    yield call_error(ValueError, rng.normal(size=(1, 2, 5, 2)), (1, 3))
    yield call_error(ValueError, rng.normal(size=(2, 1, 2, 5)), (3, 1), 1)


@avg_pool2d.alternative
def average_with_window_slices(x, kernel_size, stride=None):
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
        y[sample, channel, i, j] = window.mean()
    return y


avg_pool2d.edit(
    "adds_up_each_window",
    of=average_with_window_slices,
    replace="window.mean()",
    by="window.sum()",
    look="By what factor are your numbers too large?",
    wrong="Your output holds the sum of each window. An average is the sum divided by how many numbers went in.",
)
avg_pool2d.edit(
    "divides_by_one_side",
    of=average_with_window_slices,
    replace="window.mean()",
    by="window.sum() / kh",
    look="By what factor are your numbers too large?",
    wrong="Your numbers are the sums divided by the window's height. A window of kh by kw holds kh times kw numbers.",
)
avg_pool2d.edit(
    "divides_by_the_sum_of_sides",
    of=average_with_window_slices,
    replace="window.mean()",
    by="window.sum() / (kh + kw)",
    look="How many numbers does a window hold? By what are your sums divided?",
    wrong="Your numbers are the sums divided by kh + kw. A window of kh by kw holds kh times kw numbers.",
    shown="a window as large as the map",
)
avg_pool2d.edit(
    "squares_one_side",
    of=average_with_window_slices,
    replace="window.mean()",
    by="window.sum() / kh**2",
    look="How many numbers does this window hold? By what are your sums divided?",
    wrong=(
        "Your numbers are the sums divided by the square of the window's height. A window of kh by kw holds kh "
        "times kw numbers, and the two may differ."
    ),
)
avg_pool2d.edit(
    "divides_by_the_stride",
    of=average_with_window_slices,
    replace="window.mean()",
    by="window.sum() / sh",
    look="How many numbers does this window hold? By what are your sums divided?",
    wrong=(
        "Your numbers are the sums divided by the stride. The stride says how far the window moves, not how many "
        "numbers it holds."
    ),
    shown="overlapping windows",
)
avg_pool2d.edit(
    "divides_by_the_stride_squared",
    of=average_with_window_slices,
    replace="window.mean()",
    by="window.sum() / (sh * sw)",
    look="How many numbers does this window hold? By what are your sums divided?",
    wrong=(
        "Your numbers are the sums divided by stride times stride. Divide by the number of values in the window: "
        "kernel height times kernel width."
    ),
)
avg_pool2d.edit(
    "divides_by_the_whole_map",
    of=average_with_window_slices,
    replace="window.mean()",
    by="window.sum() / (height * width)",
    look="How many numbers does this window hold? By what are your sums divided?",
    wrong="Your numbers are the sums divided by H times W, the size of the map. Only the window's numbers went in.",
)
avg_pool2d.edit(
    "takes_the_maximum",
    of=average_with_window_slices,
    replace="window.mean()",
    by="window.max()",
    look="Which number of each window does your output hold?",
    wrong=(
        "Your output holds the largest number of each window. In average pooling every number of the window "
        "counts the same."
    ),
)
avg_pool2d.edit(
    "takes_the_median",
    of=average_with_window_slices,
    replace="window.mean()",
    by="np.median(window)",
    look="Does your result move when the largest number of the window grows?",
    wrong="Your output holds the median of each window. The mean is the sum divided by how many numbers went in.",
)
avg_pool2d.edit(
    "cuts_to_integers",
    of=average_with_window_slices,
    replace="np.zeros((n, c, rows, columns))",
    by="np.zeros((n, c, rows, columns), dtype=x.dtype)",
    look="Look at the mean of a window of whole numbers. What stands behind the decimal point?",
    wrong="Where x holds integers, your means are cut to whole numbers. Means of whole numbers need not be whole.",
    if_source_has={
        "x.dtype": "An array with x's dtype cuts whatever is written into it where that dtype is whole.",
        "zeros_like": "`zeros_like` takes over the dtype.",
        "empty_like": "`empty_like` takes over the dtype.",
    },
)
avg_pool2d.edit(
    "cuts_every_fraction",
    of=average_with_window_slices,
    replace="np.zeros((n, c, rows, columns))",
    by="np.zeros((n, c, rows, columns), dtype=int)",
    look="Which numbers behind the decimal point does your output hold?",
    wrong="Your output holds whole numbers, and fractions are cut off. A mean may have a fraction.",
    if_source_has={"dtype=int": "An array of integers cuts whatever is written into it."},
)
avg_pool2d.edit(
    "rounds_means_down",
    of=average_with_window_slices,
    replace="window.mean()",
    by="window.sum() // (kh * kw)",
    look="Which numbers behind the decimal point does your output hold?",
    wrong="Your means are rounded down to whole numbers. A mean may have a fraction.",
)
avg_pool2d.edit(
    "sums_overflow",
    of=average_with_window_slices,
    replace="window.mean()",
    by="window.sum(dtype=x.dtype) / (kh * kw)",
    look="What is the largest number that a byte can hold? What do the numbers of this window add up to?",
    wrong=(
        "Your means of bytes are those of sums that lost multiples of 256: a byte holds 0 to 255. "
        "Add up in a larger type, float for example."
    ),
)
avg_pool2d.edit(
    "averages_the_channels_too",
    of=average_with_window_slices,
    replace="x[sample, channel, i",
    by="x[sample, :, i",
    look="Do the output planes of the channels differ?",
    wrong="Your output holds one mean over all channels together. Each channel is pooled by itself.",
)
avg_pool2d.edit(
    "averages_the_images_too",
    of=average_with_window_slices,
    replace="x[sample, channel, i",
    by="x[:, channel, i",
    look="Do the outputs of the images differ?",
    wrong="Your output holds one mean over all images together. Each image is pooled by itself.",
)
avg_pool2d.edit(
    "averages_everything_together",
    of=average_with_window_slices,
    replace="x[sample, channel, i",
    by="x[:, :, i",
    look="Do the planes of your output differ?",
    wrong=(
        "Your output holds one mean over all images and channels together. Each channel of each image is pooled by "
        "itself."
    ),
    if_source_has={".mean()": "Without an axis, `.mean()` takes the mean of everything it is given."},
)
add_default_stride_mistakes(avg_pool2d, of=average_with_window_slices)
add_window_mistakes(avg_pool2d, of=average_with_window_slices)
add_loop_mistakes(avg_pool2d, of=average_with_window_slices, returns="return y")


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
