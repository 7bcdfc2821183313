"""Exercise `im2col`: windows as columns, in the order of torch.nn.functional.unfold, which is the oracle."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from autograde.course.definition import call, call_error, exercise
from autograde.exercises.convolution_gradients.common import UNFOLDING
from helpers.checking.compare import close


@exercise(points=4, difficulty="medium", minutes=20, compare=close(check_dtype=False))
def im2col(x, kernel_size, stride=1, padding=0):
    """Windows of a batch of images as the columns of a matrix."""
    import torch

    image = torch.from_numpy(np.array(x, dtype=x.dtype if x.dtype.kind == "f" else np.float64, order="C"))
    (kh, kw), (ph, pw) = pair(kernel_size), pair(padding)
    if kh > x.shape[2] + 2 * ph or kw > x.shape[3] + 2 * pw:
        raise ValueError(f"kernel {kernel_size} does not fit an image of {x.shape[2]} × {x.shape[3]}")
    return torch.nn.functional.unfold(image, kernel_size, stride=stride, padding=padding).numpy()


def pair(value):
    """(value, value) for a number; a pair stays as it is."""
    return tuple(value) if isinstance(value, tuple | list) else (value, value)


NINE = np.arange(1.0, 10).reshape(1, 1, 3, 3)
OBLONG = np.arange(1.0, 7).reshape(1, 1, 2, 3)
SIXTEEN = np.arange(1.0, 17).reshape(1, 1, 4, 4)
TWO_IMAGES = np.array([[[[1.0, 2, 3], [4, 5, 6]]], [[[9, 8, 7], [6, 1, 4]]]])
TWO_CHANNELS = np.array([[[[1.0, 2, 3], [4, 5, 6]], [[9, 8, 7], [6, 1, 4]]]])
A_BATCH = np.arange(48.0).reshape(2, 2, 3, 4)

im2col.example("six pixels, kernel 2", OBLONG, 2)
im2col.example("nine pixels, kernel 2", NINE, 2)
im2col.example("fractions and negative numbers", np.array([[[[0.5, -1.25, 2], [0.1, 3.5, -4]]]]), 2)
im2col.example("two images", TWO_IMAGES, 2)
im2col.example("two channels", TWO_CHANNELS, 2)
im2col.example("an output that is not square", np.arange(1.0, 13).reshape(1, 1, 4, 3), 2)
im2col.example("a kernel that is not square", np.arange(1.0, 9).reshape(1, 1, 2, 4), (2, 3))
im2col.example("stride 2", SIXTEEN, 2, stride=2)
im2col.example("stride 2, a row and a column left over", np.arange(1.0, 26).reshape(1, 1, 5, 5), 2, stride=2)
im2col.example("stride 3, gaps between windows", np.arange(1.0, 26).reshape(1, 1, 5, 5), 2, stride=3)
im2col.example("a stride larger than the image", OBLONG, 2, stride=4)
im2col.example("strides 1 down and 2 across", SIXTEEN, 2, stride=(1, 2))
im2col.example("padding 1", np.array([[[[1.0, 2], [3, 4]]]]), 2, padding=1)
im2col.example("padding 3 for rows, 0 for columns", np.array([[[[1.0, 2]]]]), 2, padding=(3, 0))
im2col.example("padding 0 for rows, 3 for columns", np.array([[[[1.0], [2]]]]), 2, padding=(0, 3))
im2col.example("a kernel that fits only with padding", np.array([[[[1.0], [2], [3]]]]), (5, 3), padding=1)
im2col.example("a kernel as large as the image", NINE, 3)
im2col.example("a kernel of one", OBLONG, 1)
im2col.example("integers", np.array([[[[1, -2, 3], [4, 5, -6]]]]), 2)
im2col.example("single precision", np.array([[[[0.5, 1], [0.25, 3]]]], np.float32), 2)
im2col.example("a view, read backwards", NINE[:, :, ::-1, ::-1], 2)
im2col.example("two images of two channels, kernel 2 × 3", A_BATCH, (2, 3))
im2col.example("two images of two channels, pairs for all", A_BATCH, (3, 2), stride=(2, 1), padding=(1, 0))
im2col.example_error("a kernel too high", ValueError, NINE, (4, 2))
im2col.example_error("a kernel too wide", ValueError, NINE, (2, 4))
im2col.example_error("a kernel too high and too wide", ValueError, NINE, 4)
im2col.example_error(
    "a kernel too high in spite of padding", ValueError, np.ones((1, 1, 2, 4)), (5, 2), padding=(1, 2)
)
im2col.example_error(
    "a kernel too wide in spite of padding", ValueError, np.ones((1, 1, 4, 2)), (2, 5), padding=(2, 1)
)


@im2col.cases(weight=2)
def windows_in_order(rng: np.random.Generator) -> Iterator[Any]:
    yield call(rng.normal(size=(2, 3, 5, 6)), 3)
    yield call(rng.normal(size=(1, 2, 4, 7)), (2, 3))
    yield call(rng.normal(size=(3, 1, 3, 3)), (3, 1))
    yield call(rng.normal(size=(1, 1, 4, 4)), 4)
    yield call(rng.normal(size=(2, 3, 2, 3)), 1)


@im2col.cases
def strides_and_padding(rng: np.random.Generator) -> Iterator[Any]:
    yield call(rng.normal(size=(2, 2, 7, 6)), 3, stride=2)
    yield call(rng.normal(size=(1, 2, 5, 5)), 3, padding=1)
    yield call(rng.normal(size=(2, 1, 6, 7)), (2, 3), stride=3, padding=2)
    yield call(rng.normal(size=(1, 2, 3, 4)), (2, 3), stride=5)


@im2col.cases(weight=0.5)
def kernels_that_fit_with_padding(rng: np.random.Generator) -> Iterator[Any]:
    yield call(rng.normal(size=(2, 1, 2, 4)), (4, 3), padding=1)
    yield call(rng.normal(size=(1, 2, 4, 2)), (2, 5), stride=2, padding=(0, 2))
    yield call(rng.normal(size=(1, 2, 4, 1)), (6, 2), padding=1)


@im2col.cases
def pairs(rng: np.random.Generator) -> Iterator[Any]:
    yield call(rng.normal(size=(1, 2, 6, 5)), (3, 2), stride=(1, 2), padding=(2, 0))
    yield call(rng.normal(size=(2, 2, 5, 8)), 2, stride=(3, 1), padding=(0, 1))
    yield call(rng.normal(size=(1, 2, 1, 2)), (3, 2), padding=(3, 0))
    yield call(rng.normal(size=(2, 1, 2, 1)), (2, 3), padding=(0, 3))


@im2col.cases
def other_types_and_views(rng: np.random.Generator) -> Iterator[Any]:
    yield call(rng.integers(-9, 10, size=(2, 2, 4, 5)), 2)
    yield call(rng.normal(size=(1, 2, 5, 4)).astype(np.float32), 3, padding=1)
    yield call(rng.normal(size=(5, 6, 3, 2)).T, (2, 3))
    yield call(rng.normal(size=(2, 3, 8, 5))[::-1, :, ::2], 2, stride=2)


@im2col.cases(weight=0.5)
def kernels_that_do_not_fit(rng: np.random.Generator) -> Iterator[Any]:
    yield call_error(ValueError, rng.normal(size=(1, 1, 3, 5)), 4)
    yield call_error(ValueError, rng.normal(size=(1, 1, 5, 3)), (2, 4), stride=2)
    yield call_error(ValueError, rng.normal(size=(1, 1, 2, 3)), (3, 4))
    yield call_error(ValueError, rng.normal(size=(1, 1, 3, 2)), (2, 5), padding=1)
    yield call_error(ValueError, rng.normal(size=(1, 1, 2, 5)), (5, 2), padding=(1, 2))
    yield call_error(ValueError, rng.normal(size=(1, 1, 5, 2)), (2, 5), padding=(2, 1))


@im2col.alternative
def from_a_view(x, kernel_size, stride=1, padding=0):
    (KH, KW), (sh, sw), (ph, pw) = pair(kernel_size), pair(stride), pair(padding)
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    if KH > padded.shape[2] or KW > padded.shape[3]:
        raise ValueError("the kernel does not fit the padded image")
    N, C = padded.shape[:2]
    windows = sliding_window_view(padded, (KH, KW), axis=(2, 3))[:, :, ::sh, ::sw]
    return windows.transpose(0, 1, 4, 5, 2, 3).reshape(N, C * KH * KW, -1)


@im2col.alternative
def window_by_window(x, kernel_size, stride=1, padding=0):
    KH, KW = pair(kernel_size)
    sh, sw = pair(stride)
    ph, pw = pair(padding)
    N, C, H, W = x.shape
    if KH > H + 2 * ph or KW > W + 2 * pw:
        raise ValueError("the kernel does not fit the padded image")
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    rows, columns = (H + 2 * ph - KH) // sh + 1, (W + 2 * pw - KW) // sw + 1
    cols = np.zeros((N, C * KH * KW, rows * columns))
    for n in range(N):
        for i in range(rows):
            for j in range(columns):
                window = padded[n, :, i * sh : i * sh + KH, j * sw : j * sw + KW]
                cols[n, :, i * columns + j] = window.reshape(-1)
    return cols


im2col.edit(
    "windows_as_rows",
    of=from_a_view,
    replace="windows.transpose(0, 1, 4, 5, 2, 3).reshape(N, C * KH * KW, -1)",
    by="windows.transpose(0, 2, 3, 1, 4, 5).reshape(N, -1, C * KH * KW)",
    look="Does your first column hold the pixels of one window, or one pixel of every window?",
    wrong="Each row of your result is a window. Here a window is a column: shape (N, C·KH·KW, H'·W'), so that the weights can be "
    "multiplied from the left.",
)
im2col.edit(
    "channels_innermost",
    of=from_a_view,
    replace="windows.transpose(0, 1, 4, 5, 2, 3)",
    by="windows.transpose(0, 4, 5, 1, 2, 3)",
    look="One channel is right. Read your first column from top to bottom: does the second number belong to the same channel as the first?",
    wrong="In your columns the channels alternate from number to number. A column holds channel 0's whole window first, then channel 1's:"
    " the order of a filter's weights in memory.",
)
im2col.edit(
    "window_read_down_its_columns",
    of=from_a_view,
    replace="windows.transpose(0, 1, 4, 5, 2, 3)",
    by="windows.transpose(0, 1, 5, 4, 2, 3)",
    look="Read your first column from top to bottom. Does it walk through the window along its rows or down its columns?",
    wrong="Your columns hold the pixels of a window column by column. Along its rows is the order: the place across the window changes fastest.",
)
im2col.edit(
    "positions_down_the_columns",
    of=from_a_view,
    replace="windows.transpose(0, 1, 4, 5, 2, 3)",
    by="windows.transpose(0, 1, 4, 5, 3, 2)",
    look="Which window does your second column hold: the one to the right of the first, or the one below it?",
    wrong="Your columns are right, in another order: the windows go down the image first. They go along a row of the image, then on to the next row.",
)
im2col.edit(
    "reshapes_without_transposing",
    of=from_a_view,
    replace="windows.transpose(0, 1, 4, 5, 2, 3)",
    by="windows",
    look="Look at your first column. Do its pixels form a window?",
    wrong="Your columns hold pixels of several windows each: the right numbers in other places. `reshape` doesn't move a number; bring "
    "the axes into the order (N, C, KH, KW, H', W') first.",
)
im2col.edit(
    "one_matrix_for_the_batch",
    of=from_a_view,
    replace="windows.transpose(0, 1, 4, 5, 2, 3).reshape(N, C * KH * KW, -1)",
    by="windows.transpose(1, 4, 5, 0, 2, 3).reshape(C * KH * KW, -1)",
    look="How many axes does your result have? Where is the axis of the images?",
    wrong="The windows of all images lie side by side in one matrix, image after image. Here each image keeps a matrix of its own: the "
    "first axis is the batch.",
)
im2col.edit(
    "one_matrix_positions_first",
    of=from_a_view,
    replace="windows.transpose(0, 1, 4, 5, 2, 3).reshape(N, C * KH * KW, -1)",
    by="windows.transpose(1, 4, 5, 2, 3, 0).reshape(C * KH * KW, -1)",
    look="How many axes does your result have? Where is the axis of the images?",
    wrong="The windows of all images lie in one matrix, the images alternating from column to column. Here each image keeps a matrix of "
    "its own: the first axis is the batch.",
)
im2col.edit(
    "pads_every_axis",
    of=from_a_view,
    replace="np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))",
    by="np.pad(x, ph)",
    look="How many images and channels does your result have?",
    wrong="There are zeros in front of and behind the batch and the channels too: empty images, empty channels. Only rows and columns are padded.",
)
im2col.edit(
    "ignores_the_padding",
    of=from_a_view,
    replace="np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))",
    by="x",
    look="How many windows are there with the padding? How many columns does your result have?",
    wrong="Your windows are those of the image without padding. Zeros are put round it first.",
)
im2col.edit(
    "ignores_the_stride",
    of=from_a_view,
    replace="[:, :, ::sh, ::sw]",
    by="",
    look="How many columns does your result have?",
    wrong="Your result has a column for every place of the window. With a stride of s only every s-th place counts, down and across.",
)
im2col.edit(
    "strides_down_only",
    of=from_a_view,
    replace="[:, :, ::sh, ::sw]",
    by="[:, :, ::sh]",
    look="How many columns does your result have?",
    wrong="Your windows move by the stride down, but by 1 across. The stride counts in both directions.",
)
im2col.edit(
    "cuts_fractions",
    of=window_by_window,
    replace="rows * columns))",
    by="rows * columns), dtype=int)",
    look="Which numbers behind the decimal point does your result hold?",
    wrong="Your result holds whole numbers, with the fractions cut off. Pixels may have fractions.",
)
im2col.edit(
    "counts_columns_by_the_height",
    of=window_by_window,
    replace="i * columns + j",
    by="i * rows + j",
    look="Which column of your result holds the first window of the second row of windows? How many windows does a row of windows have?",
    wrong="The windows stand in other columns than they should, as if a row of windows held as many as a column of windows. Window (i, j)"
    " belongs to column i · W' + j: W' windows lie side by side in the image.",
)
im2col.edit(
    "swaps_the_pairs",
    of=window_by_window,
    replace="KH, KW = pair(kernel_size)\n    sh, sw = pair(stride)\n    ph, pw = pair(padding)",
    by="KW, KH = pair(kernel_size)\n    sw, sh = pair(stride)\n    pw, ph = pair(padding)",
    look="How many rows and how many columns does the window have that fills your first column?",
    wrong="Pairs are read as (across, down). They mean (down, across): the first number goes with rows.",
)
im2col.edit(
    "swaps_the_kernel_only",
    of=window_by_window,
    replace="KH, KW = pair(kernel_size)",
    by="KW, KH = pair(kernel_size)",
    look="How many rows and how many columns does the window have that fills your first column?",
    wrong="Height and width of the window are swapped. The pair is (height, width): the first number goes with rows.",
)
im2col.edit(
    "swaps_the_strides_only",
    of=window_by_window,
    replace="sh, sw = pair(stride)",
    by="sw, sh = pair(stride)",
    look="By how much do your windows move down, and by how much across?",
    wrong="The two strides are swapped. The pair is (down, across): the first number goes with rows.",
)
im2col.edit(
    "swaps_the_paddings_only",
    of=window_by_window,
    replace="ph, pw = pair(padding)",
    by="pw, ph = pair(padding)",
    look="How many rows and how many columns of zeros are round the image that your windows come from?",
    wrong="The two paddings are swapped. The first number of the pair is for rows, above and below; the second for columns.",
)
im2col.edit(
    "one_stride_for_both_ways",
    of=window_by_window,
    replace="j * sw : j * sw + KW",
    by="j * sh : j * sh + KW",
    look="By how much do your windows move down, and by how much across?",
    wrong="Your windows move across by the stride that is meant for down. The pair is (down, across).",
)
im2col.edit(
    "starts_windows_one_apart",
    of=window_by_window,
    replace="i * sh : i * sh + KH, j * sw : j * sw + KW",
    by="i : i + KH, j : j + KW",
    look="The first column is right. Where does the window of your second column start?",
    wrong="Your result has the right shape, but its windows lie 1 apart. Window (i, j) starts at row i times stride, column j times stride.",
)
im2col.edit(
    "first_image_only",
    of=window_by_window,
    replace="for n in range(N)",
    by="for n in range(1)",
    look="What does your result hold for the second image?",
    wrong="Your result is right for the first image and 0 for the others. x holds a whole batch.",
)
im2col.edit(
    "first_image_for_all",
    of=window_by_window,
    replace="padded[n, :, i",
    by="padded[0, :, i",
    look="Do the matrices of your two images differ?",
    wrong="Every matrix of your result holds the windows of the first image. Each image has its own.",
)
im2col.edit(
    "first_channel_for_all",
    of=window_by_window,
    replace="padded[n, :, i",
    by="padded[n, [0] * C, i",
    look="Do the windows of the two channels differ in your columns?",
    wrong="Your columns hold the window of channel 0 for every channel. Each channel has its own.",
)
im2col.edit(
    "zeros_below_and_to_the_right",
    of=window_by_window,
    replace="(ph, ph), (pw, pw)",
    by="(0, 2 * ph), (0, 2 * pw)",
    look="Which pixels lie in the window of your first column?",
    wrong="Your result has the right shape, but all the zeros lie below and to the right of the image. Half of them belong above and to the left.",
)
im2col.edit(
    "repeats_the_border",
    of=window_by_window,
    replace="(ph, ph), (pw, pw)))",
    by='(ph, ph), (pw, pw)), mode="edge")',
    look="What stands in your first column where the window hangs over the image?",
    wrong="Round the image your windows find its border pixels again. The padding is zeros.",
)
im2col.edit(
    "one_padding_for_both_ways",
    of=window_by_window,
    replace="(ph, ph), (pw, pw)",
    by="(ph, ph), (ph, ph)",
    look="How many columns of zeros lie to the left of the image that your windows come from?",
    wrong="The padding that is meant for rows is put to the left and right too. The pair is (rows, columns).",
)
im2col.edit(
    "pads_once",
    of=window_by_window,
    replace="rows, columns = (H + 2 * ph - KH) // sh + 1, (W + 2 * pw - KW)",
    by="rows, columns = (H + ph - KH) // sh + 1, (W + pw - KW)",
    look="How many windows are there with the padding? How many columns does your result have?",
    wrong="Windows are missing at the lower and right border: the padding counts twice, once on each side.",
)
im2col.edit(
    "forgets_the_first_window",
    of=window_by_window,
    replace="(H + 2 * ph - KH) // sh + 1, (W + 2 * pw - KW) // sw + 1",
    by="(H + 2 * ph - KH) // sh, (W + 2 * pw - KW) // sw",
    look="How many windows fit into one row of the image?",
    wrong="Your result is one window short in both directions. (H − KH) // stride counts the steps; the window also stands at the start: + 1.",
)
im2col.edit(
    "returns_no_columns_where_nothing_fits",
    of=window_by_window,
    replace="KH > H + 2 * ph or KW > W + 2 * pw",
    by="False",
    look="What does your function return for a kernel that doesn't fit?",
    wrong="Where the kernel doesn't fit your function returns something. The docstring promises a ValueError.",
)
im2col.edit(
    "refuses_only_what_is_too_large_both_ways",
    of=window_by_window,
    replace="KH > H + 2 * ph or KW > W + 2 * pw",
    by="KH > H + 2 * ph and KW > W + 2 * pw",
    look="What does your function do with a kernel that is too large in one direction only?",
    wrong="A kernel is refused only where it is too high and too wide at once. One of the two is enough: it doesn't fit either.",
)
im2col.edit(
    "refuses_by_the_height_only",
    of=window_by_window,
    replace="KH > H + 2 * ph or KW > W + 2 * pw",
    by="KH > H + 2 * ph",
    look="What does your function do with a kernel that is too wide?",
    wrong="A kernel that is too high is refused, one that is too wide is not. It doesn't fit either: raise a ValueError.",
)
im2col.edit(
    "refuses_by_the_width_only",
    of=window_by_window,
    replace="KH > H + 2 * ph or KW > W + 2 * pw",
    by="KW > W + 2 * pw",
    look="What does your function do with a kernel that is too high?",
    wrong="A kernel that is too wide is refused, one that is too high is not. It doesn't fit either: raise a ValueError.",
)
im2col.edit(
    "refuses_before_padding",
    of=window_by_window,
    replace="KH > H + 2 * ph or KW > W + 2 * pw",
    by="KH > H or KW > W",
    look="How large is the image with its padding?",
    wrong="A kernel that is larger than the image, but not than the padded image, is refused. With the padding it fits.",
)
im2col.edit(
    "refuses_a_kernel_as_large_as_the_image",
    of=window_by_window,
    replace="KH > H + 2 * ph or KW > W + 2 * pw",
    by="KH >= H + 2 * ph or KW >= W + 2 * pw",
    look="How many places are there for a kernel as large as the image?",
    wrong="A kernel that is as high or as wide as the padded image is refused. It fits, in one place.",
)


@im2col.alternative
def with_index_arrays(x, kernel_size, stride=1, padding=0):
    (kh, kw), (sh, sw), (ph, pw) = pair(kernel_size), pair(stride), pair(padding)
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    N, C, H, W = padded.shape
    ho, wo = (H - kh) // sh + 1, (W - kw) // sw + 1
    if min(ho, wo) < 1:
        raise ValueError("the kernel does not fit")
    rows = np.repeat(np.arange(kh), kw)[:, None] + sh * np.repeat(np.arange(ho), wo)[None]
    columns = np.tile(np.arange(kw), kh)[:, None] + sw * np.tile(np.arange(wo), ho)[None]
    return padded[:, :, rows, columns].reshape(N, C * kh * kw, ho * wo)


@im2col.alternative
def by_kernel_offset(x, kernel_size, stride=1, padding=0):
    (kh, kw), (sh, sw), (ph, pw) = pair(kernel_size), pair(stride), pair(padding)
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    N, C, H, W = padded.shape
    ho, wo = (H - kh) // sh + 1, (W - kw) // sw + 1
    if kh > H or kw > W:
        raise ValueError("the kernel does not fit")
    cols = np.empty((N, C, kh, kw, ho, wo), padded.dtype)
    for a in range(kh):
        for b in range(kw):
            cols[:, :, a, b] = padded[:, :, a : a + sh * (ho - 1) + 1 : sh, b : b + sw * (wo - 1) + 1 : sw]
    return cols.reshape(N, C * kh * kw, ho * wo)


im2col.off_limits(*UNFOLDING, "helpers.checking.references")
