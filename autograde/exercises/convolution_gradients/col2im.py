"""Exercise `col2im`: columns added back into an image, the adjoint of im2col; the oracle is torch.nn.functional.fold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograde.course.definition import call, exercise
from autograde.exercises.convolution_gradients.common import FOLDING
from helpers.checking.compare import close


@exercise(points=2, difficulty="medium", minutes=15, compare=close(check_dtype=False))
def col2im(cols, input_shape, kernel_size, stride=1, padding=0):
    """Columns added back to the pixels they came from."""
    import torch

    columns = torch.from_numpy(
        np.array(cols, dtype=cols.dtype if cols.dtype.kind == "f" else np.float64, order="C")
    )
    return torch.nn.functional.fold(
        columns, input_shape[2:], kernel_size, stride=stride, padding=padding
    ).numpy()


def pair(value):
    """(value, value) for a number; a pair stays as it is."""
    return tuple(value) if isinstance(value, tuple | list) else (value, value)


def counts(input_shape, kernel_size, stride, padding):
    """Windows down and across."""
    sizes = zip(input_shape[2:], pair(kernel_size), pair(stride), pair(padding), strict=True)
    return tuple((n + 2 * p - k) // s + 1 for n, k, s, p in sizes)


def fold_case(
    rng: np.random.Generator, shape: Any, kernel: Any, stride: Any = 1, padding: Any = 0, high: int = 0
) -> Any:
    """A call with columns for images of the given shape; whole numbers below `high` where it is given."""
    (kh, kw), (ho, wo) = pair(kernel), counts(shape, kernel, stride, padding)
    size = (shape[0], shape[1] * kh * kw, ho * wo)
    cols = rng.integers(1, high, size=size).astype(float) if high else rng.normal(size=size)
    return call(cols, shape, kernel, stride=stride, padding=padding)


def shown(title: str, seed: int, shape: Any, kernel: Any, stride: Any = 1, padding: Any = 0) -> None:
    """A visible example with small whole numbers."""
    made = fold_case(np.random.default_rng(seed), shape, kernel, stride, padding, high=10)
    col2im.example(title, *made.args, **made.kwargs)


@col2im.feature(present="several images", absent="one image")
def several_images(cols, input_shape, kernel_size, stride=1, padding=0):
    return input_shape[0] > 1


@col2im.feature(present="several channels in an image", absent="one channel in an image")
def several_channels(cols, input_shape, kernel_size, stride=1, padding=0):
    return input_shape[1] > 1


col2im.example("all ones", np.ones((1, 4, 4)), (1, 1, 3, 3), 2)
shown("windows that overlap", 7, (1, 1, 3, 3), 2)
col2im.example(
    "fractions and negative numbers", np.array([[[0.5, -1], [2.25, 3], [-0.1, 4], [1, 0.7]]]), (1, 1, 2, 3), 2
)
shown("two images", 8, (2, 1, 2, 3), 2)
shown("two channels", 9, (1, 2, 2, 3), 2)
shown("an image that is not square", 10, (1, 1, 4, 3), 2)
shown("a kernel that is not square", 11, (1, 1, 3, 4), (2, 3))
shown("stride 2, windows that touch", 12, (1, 1, 4, 4), 2, 2)
shown("stride 2, a row and a column left over", 13, (1, 1, 7, 7), 2, 2)
shown("stride 3, gaps between windows", 14, (1, 1, 5, 5), 2, 3)
shown("strides 1 down and 2 across", 15, (1, 1, 4, 4), 2, (1, 2))
shown("padding 1", 16, (1, 1, 2, 2), 2, 1, 1)
shown("padding 3 for rows, 0 for columns", 17, (1, 1, 1, 2), 2, 1, (3, 0))
shown("padding 0 for rows, 3 for columns", 21, (1, 1, 2, 1), 2, 1, (0, 3))
shown("a kernel that fits only with padding", 18, (1, 1, 2, 2), 3, 1, 1)
shown("a kernel as large as the image", 19, (1, 1, 2, 2), 2)
shown("a kernel of one", 20, (1, 1, 2, 3), 1)
col2im.example(
    "single precision", np.array([[[0.5, 1], [2, 3], [4, 5], [6, 7]]], np.float32), (1, 1, 2, 3), 2
)
col2im.example("a view, read backwards", np.arange(1.0, 9).reshape(1, 4, 2)[:, ::-1, ::-1], (1, 1, 2, 3), 2)
shown("two images, padding 1, stride 2", 2, (2, 1, 4, 4), 3, 2, 1)
shown("two images of two channels, pairs for all", 3, (2, 2, 4, 6), (2, 3), (1, 2), (1, 0))


@col2im.cases(weight=2)
def overlapping_windows(rng: np.random.Generator) -> Iterator[Any]:
    yield fold_case(rng, (2, 3, 5, 6), 3)
    yield fold_case(rng, (1, 2, 4, 7), (2, 3))
    yield fold_case(rng, (3, 1, 3, 3), (3, 1))


@col2im.cases
def strides_padding_and_left_over_pixels(rng: np.random.Generator) -> Iterator[Any]:
    yield fold_case(rng, (2, 2, 7, 6), 3, 2)
    yield fold_case(rng, (1, 1, 8, 7), 3, 2)
    yield fold_case(rng, (1, 2, 5, 5), 3, 1, 1)
    yield fold_case(rng, (2, 1, 6, 7), (2, 3), 3, 2)
    yield fold_case(rng, (1, 2, 6, 5), (3, 2), (1, 2), (2, 0))
    yield fold_case(rng, (1, 2, 1, 2), (2, 1), 1, (3, 0))
    yield fold_case(rng, (2, 1, 2, 1), (1, 2), 1, (0, 3))


@col2im.cases
def single_windows(rng: np.random.Generator) -> Iterator[Any]:
    yield fold_case(rng, (1, 1, 4, 4), 4)
    yield fold_case(rng, (2, 3, 2, 3), 1)
    yield fold_case(rng, (1, 2, 4, 4), 2, 2)


@col2im.cases
def other_types_and_views(rng: np.random.Generator) -> Iterator[Any]:
    yield call(rng.normal(size=(2, 8, 6)).astype(np.float32), (2, 2, 3, 4), 2)
    yield call(rng.normal(size=(6, 8, 2)).T, (2, 2, 3, 4), 2)
    yield call(rng.normal(size=(2, 8, 12))[:, ::-1, ::2], (2, 2, 3, 4), (2, 2))


@col2im.cases
def kernels_that_fit_with_padding(rng: np.random.Generator) -> Iterator[Any]:
    yield fold_case(rng, (2, 1, 2, 4), (4, 3), 1, 1)
    yield fold_case(rng, (1, 2, 4, 2), (2, 5), 2, (0, 2))


def places(input_shape, kernel_size, stride, padding):
    """Row and column, in the padded image, of every entry of the columns: two arrays (KH·KW, L)."""
    (kh, kw), (sh, sw) = pair(kernel_size), pair(stride)
    ho, wo = counts(input_shape, kernel_size, stride, padding)
    rows = np.repeat(np.arange(kh), kw)[:, None] + sh * np.repeat(np.arange(ho), wo)[None]
    columns = np.tile(np.arange(kw), kh)[:, None] + sw * np.tile(np.arange(wo), ho)[None]
    return rows, columns


@col2im.alternative
def window_by_window(cols, input_shape, kernel_size, stride=1, padding=0):
    KH, KW = pair(kernel_size)
    sh, sw = pair(stride)
    ph, pw = pair(padding)
    N, C, H, W = input_shape
    rows, columns = (H + 2 * ph - KH) // sh + 1, (W + 2 * pw - KW) // sw + 1
    x = np.zeros((N, C, H + 2 * ph, W + 2 * pw))
    for n in range(N):
        for i in range(rows):
            for j in range(columns):
                window = cols[n, :, i * columns + j].reshape(C, KH, KW)
                x[n, :, i * sh : i * sh + KH, j * sw : j * sw + KW] += window
    return x[:, :, ph : ph + H, pw : pw + W]


@col2im.alternative
def by_place_in_the_window(cols, input_shape, kernel_size, stride=1, padding=0):
    (KH, KW), (sh, sw), (ph, pw) = pair(kernel_size), pair(stride), pair(padding)
    N, C, H, W = input_shape
    rows, columns = (H + 2 * ph - KH) // sh + 1, (W + 2 * pw - KW) // sw + 1
    windows = cols.reshape(N, C, KH, KW, rows, columns)
    x = np.zeros((N, C, H + 2 * ph, W + 2 * pw), dtype=cols.dtype)
    for a in range(KH):
        for b in range(KW):
            x[:, :, a : a + rows * sh : sh, b : b + columns * sw : sw] += windows[:, :, a, b]
    return x[:, :, ph : ph + H, pw : pw + W]


col2im.edit(
    "keeps_the_last_window",
    of=window_by_window,
    replace="j * sw : j * sw + KW] += window",
    by="j * sw : j * sw + KW] = window",
    look="What does a pixel receive that lies in several windows?",
    wrong="Where windows overlap, your image holds what the last of them brought. A pixel gets something from every window that it lies "
    "in: it all adds up.",
)
col2im.edit(
    "keeps_the_first_window",
    of=window_by_window,
    replace="j * sw : j * sw + KW] += window",
    by="j * sw : j * sw + KW] += window * (x[n, :, i * sh : i * sh + KH, j * sw : j * sw + KW] == 0)",
    look="What does a pixel receive that lies in several windows?",
    wrong="Where windows overlap, your image holds what the first of them brought. A pixel gets something from every window that it lies "
    "in: it all adds up.",
    if_source_has={
        "np.repeat": "Index arrays that name a pixel several times: `+=` keeps one of the additions, `np.add.at` all of them."
    },
)
col2im.edit(
    "averages_the_overlaps",
    of=window_by_window,
    replace="    return x[",
    by="    hits = np.zeros(x.shape)\n    for i in range(rows):\n        for j in range(columns):\n            hits[:, :, i * sh : i * sh + KH, j * sw : j * sw + KW] += 1\n    x = x / np.maximum(hits, 1)\n    return x[",
    look="What does a pixel receive that lies in several windows: the sum of what they bring, or the mean?",
    wrong="Each of your pixels is the mean of what its windows bring, as if col2im had to undo im2col. It is the backward pass: "
    "contributions add up, and nothing is divided.",
)
col2im.edit(
    "divides_by_the_window",
    of=window_by_window,
    replace="    return x[",
    by="    x = x / (KH * KW)\n    return x[",
    look="By what factor are your numbers too small?",
    wrong="Your numbers are divided by KH·KW. A pixel gets the sum of what its windows bring; nothing is divided.",
)
col2im.edit(
    "channels_innermost",
    of=window_by_window,
    replace="window = cols[n, :, i * columns + j].reshape(C, KH, KW)",
    by="window = cols[n, :, i * columns + j].reshape(KH, KW, C).transpose(2, 0, 1)",
    look="One channel is right. To which channel does the second number of a column go in your image?",
    wrong="Your image is the one of columns in which the channels alternate from number to number. The first KH·KW numbers of a column "
    "are channel 0's window, the next KH·KW channel 1's.",
)
col2im.edit(
    "window_laid_down_its_columns",
    of=window_by_window,
    replace="window = cols[n, :, i * columns + j].reshape(C, KH, KW)",
    by="window = cols[n, :, i * columns + j].reshape(C, KW, KH).transpose(0, 2, 1)",
    look="Where does the second number of a column go in your image: to the right of the first, or below it?",
    wrong="Each window is laid down column by column in your image. The numbers of a column run along the rows of the window.",
)
col2im.edit(
    "positions_down_the_columns",
    of=window_by_window,
    replace="i * columns + j",
    by="j * rows + i",
    look="Where does your image take the window of the second column: to the right of the first, or below it?",
    wrong="The windows go down the image first in your result. Column l belongs to row l // W' and column l % W' of the windows.",
)
col2im.edit(
    "counts_columns_by_the_height",
    of=window_by_window,
    replace="i * columns + j",
    by="i * rows + j",
    look="Which column holds the first window of the second row of windows? How many windows does a row of windows have?",
    wrong="Your image takes other columns than it should, as if a row of windows held as many as a column of windows. Window (i, j) is "
    "column i · W' + j: W' windows lie side by side in the image.",
)
col2im.edit(
    "crops_with_minus_p",
    of=window_by_window,
    replace="ph : ph + H, pw : pw + W",
    by="ph:-ph, pw:-pw",
    look="What is the shape of your result? What is input_shape?",
    wrong="Your result is empty where there is no padding. `[p:-p]` is an empty slice for p = 0; `[p : p + H]` is right for every p.",
)
col2im.edit(
    "forgets_to_crop",
    of=window_by_window,
    replace="x[:, :, ph : ph + H, pw : pw + W]",
    by="x",
    look="What is the shape of your result? What is input_shape?",
    wrong="Your result still has its padding. It isn't part of the image: cut it off.",
)
col2im.edit(
    "crops_both_ways_alike",
    of=window_by_window,
    replace="pw : pw + W",
    by="ph : ph + W",
    look="How many columns of padding lie to the left of the image?",
    wrong="Your result is cut by the padding of the rows to the left too. The pair is (rows, columns).",
)
col2im.edit(
    "swaps_the_pairs",
    of=window_by_window,
    replace="KH, KW = pair(kernel_size)\n    sh, sw = pair(stride)\n    ph, pw = pair(padding)",
    by="KW, KH = pair(kernel_size)\n    sw, sh = pair(stride)\n    pw, ph = pair(padding)",
    look="How many rows and how many columns does the window of the first column cover in your image?",
    wrong="Pairs are read as (across, down). They mean (down, across): the first number goes with rows.",
)
col2im.edit(
    "swaps_the_kernel_only",
    of=window_by_window,
    replace="KH, KW = pair(kernel_size)",
    by="KW, KH = pair(kernel_size)",
    look="How many rows and how many columns does the window of the first column cover in your image?",
    wrong="Height and width of the window are swapped. The pair is (height, width): the first number goes with rows.",
)
col2im.edit(
    "swaps_the_strides_only",
    of=window_by_window,
    replace="sh, sw = pair(stride)",
    by="sw, sh = pair(stride)",
    look="By how much do your windows move down, and by how much across?",
    wrong="The two strides are swapped. The pair is (down, across): the first number goes with rows.",
)
col2im.edit(
    "starts_windows_one_apart",
    of=window_by_window,
    replace="i * sh : i * sh + KH, j * sw : j * sw + KW",
    by="i : i + KH, j : j + KW",
    look="Where in your image does the window of the second column start?",
    wrong="Your windows lie 1 apart. Window (i, j) starts at row i times stride, column j times stride.",
)
col2im.edit(
    "first_image_only",
    of=window_by_window,
    replace="for n in range(N)",
    by="for n in range(1)",
    look="What does your result hold for the second image?",
    wrong="Your result is right for the first image and 0 for the others. cols holds a matrix for each image.",
)
col2im.edit(
    "first_image_for_all",
    of=window_by_window,
    replace="window = cols[n, :, i * columns + j].reshape(C, KH, KW)",
    by="window = cols[0, :, i * columns + j].reshape(C, KH, KW)",
    look="Do your two images differ?",
    wrong="Every image of your result is made from the first image's columns. Each has its own.",
)
col2im.edit(
    "sums_over_the_batch",
    of=window_by_window,
    replace="x[n, :, i * sh",
    by="x[:, :, i * sh",
    look="Do your two images differ?",
    wrong="Every image of your result collects the columns of all images. Each has its own.",
)
col2im.edit(
    "first_channel_for_all",
    of=window_by_window,
    replace="window = cols[n, :, i * columns + j].reshape(C, KH, KW)",
    by="window = cols[n, : KH * KW, i * columns + j].reshape(1, KH, KW)",
    look="Do the two channels of your image differ?",
    wrong="Every channel of your image is made from channel 0's part of the columns. Each has its own part.",
)
col2im.edit(
    "sums_over_the_channels",
    of=window_by_window,
    replace="window = cols[n, :, i * columns + j].reshape(C, KH, KW)",
    by="window = cols[n, :, i * columns + j].reshape(C, KH, KW).sum(axis=0)",
    look="Do the two channels of your image differ?",
    wrong="Every channel of your image collects the columns of all channels. Each has its own part of a column.",
)
col2im.edit(
    "cuts_fractions",
    of=window_by_window,
    replace="window = cols[n, :, i * columns + j].reshape(C, KH, KW)",
    by="window = cols[n, :, i * columns + j].reshape(C, KH, KW).astype(int)",
    look="Which numbers behind the decimal point does your image hold?",
    wrong="Your image is made of whole numbers, with the fractions cut off. The columns may hold fractions.",
    if_source_has={"dtype=int": "`dtype=int` makes an array that can hold nothing else."},
)
col2im.edit(
    "size_from_the_windows",
    of=window_by_window,
    replace="    return x[:, :, ph : ph + H, pw : pw + W]",
    by="    x = x[:, :, : (rows - 1) * sh + KH, : (columns - 1) * sw + KW]\n    return x[:, :, ph : ph + H, pw : pw + W]",
    look="What is the shape of your result? What is input_shape?",
    wrong="Rows and columns are missing at the end of your result: those that no window reaches. They belong to the image, with the value 0.",
)


@col2im.alternative
def with_add_at(cols, input_shape, kernel_size, stride=1, padding=0):
    ph, pw = pair(padding)
    N, C, H, W = input_shape
    rows, columns = places(input_shape, kernel_size, stride, padding)
    x = np.zeros((N, C, H + 2 * ph, W + 2 * pw), dtype=cols.dtype)
    np.add.at(x, (slice(None), slice(None), rows, columns), cols.reshape(N, C, *rows.shape))
    return x[:, :, ph : ph + H, pw : pw + W]


@col2im.alternative
def with_bincount(cols, input_shape, kernel_size, stride=1, padding=0):
    ph, pw = pair(padding)
    N, C, H, W = input_shape
    rows, columns = places(input_shape, kernel_size, stride, padding)
    width, size = W + 2 * pw, (H + 2 * ph) * (W + 2 * pw)
    flat = (rows * width + columns).ravel()
    planes = cols.reshape(N * C, -1)
    x = np.stack([np.bincount(flat, plane, minlength=size) for plane in planes])
    return x.reshape(N, C, H + 2 * ph, width)[:, :, ph : ph + H, pw : pw + W]


col2im.off_limits(*FOLDING, "helpers.checking.references")
