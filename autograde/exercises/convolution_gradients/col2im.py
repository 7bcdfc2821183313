"""Exercise `col2im`: columns added back into an image, the adjoint of im2col; the oracle is torch.nn.functional.fold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograde.course.definition import call, exercise
from autograde.exercises.convolution_gradients.common import UNFOLDING
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


col2im.example("all ones: how many windows hold each pixel?", np.ones((1, 4, 4)), (1, 1, 3, 3), 2)
shown("two channels, kernel 2 × 3", 1, (1, 2, 3, 4), (2, 3))
shown("a batch of two, padding 1, stride 2", 2, (2, 1, 4, 4), 3, 2, 1)
shown("pairs, columns left over", 3, (1, 1, 4, 6), (2, 3), (1, 2), (1, 0))


@col2im.cases(weight=2)
def overlapping_windows(rng: np.random.Generator) -> Iterator[Any]:
    yield fold_case(rng, (2, 3, 5, 6), 3)
    yield fold_case(rng, (1, 2, 4, 7), (2, 3))
    yield fold_case(rng, (3, 1, 3, 3), (3, 1))


@col2im.cases
def strides_padding_and_left_over_pixels(rng: np.random.Generator) -> Iterator[Any]:
    yield fold_case(rng, (2, 2, 7, 6), 3, 2)
    yield fold_case(rng, (1, 2, 5, 5), 3, 1, 1)
    yield fold_case(rng, (2, 1, 6, 7), (2, 3), 3, 2)
    yield fold_case(rng, (1, 2, 6, 5), (3, 2), (1, 2), (2, 0))


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


def added_back(windows, input_shape, stride, padding):
    """Windows (N, C, KH, KW, H', W') added into an image."""
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    N, C, H, W = input_shape
    KH, KW, Ho, Wo = windows.shape[2:]
    x = np.zeros((N, C, H + 2 * ph, W + 2 * pw))
    for a in range(KH):
        for b in range(KW):
            x[:, :, a : a + (Ho - 1) * sh + 1 : sh, b : b + (Wo - 1) * sw + 1 : sw] += windows[:, :, a, b]
    return x[:, :, ph : ph + H, pw : pw + W]


def places(input_shape, kernel_size, stride, padding):
    """Row and column, in the padded image, of every entry of the columns: two arrays (KH·KW, L)."""
    (kh, kw), (sh, sw) = pair(kernel_size), pair(stride)
    ho, wo = counts(input_shape, kernel_size, stride, padding)
    rows = np.repeat(np.arange(kh), kw)[:, None] + sh * np.repeat(np.arange(ho), wo)[None]
    columns = np.tile(np.arange(kw), kh)[:, None] + sw * np.tile(np.arange(wo), ho)[None]
    return rows, columns


@col2im.misconception(
    look="All ones: the middle pixel lies in four windows. What does yours say?",
    wrong="You assign, so each window overwrites what earlier windows left. Every window adds its share: `+=`.",
)
def keeps_the_last_window(cols, input_shape, kernel_size, stride=1, padding=0):
    (kh, kw), (sh, sw), (ph, pw) = pair(kernel_size), pair(stride), pair(padding)
    N, C, H, W = input_shape
    ho, wo = counts(input_shape, kernel_size, stride, padding)
    x = np.zeros((N, C, H + 2 * ph, W + 2 * pw))
    for l in range(ho * wo):
        top, left = (l // wo) * sh, (l % wo) * sw
        x[:, :, top : top + kh, left : left + kw] = cols[:, :, l].reshape(N, C, kh, kw)
    return x[:, :, ph : ph + H, pw : pw + W]


@col2im.misconception(
    look="All ones: the middle pixel lies in four windows. What does `x[index] += values` do with an index that occurs four times?",
    wrong="`+=` with index arrays reads, adds and writes each position once, so of repeated positions only one addition survives. "
    "Use `np.add.at`, or loop over the kernel's offsets with slices.",
)
def adds_at_repeated_indices(cols, input_shape, kernel_size, stride=1, padding=0):
    ph, pw = pair(padding)
    N, C, H, W = input_shape
    rows, columns = places(input_shape, kernel_size, stride, padding)
    x = np.zeros((N, C, H + 2 * ph, W + 2 * pw))
    x[:, :, rows, columns] += cols.reshape(N, C, *rows.shape)
    return x[:, :, ph : ph + H, pw : pw + W]


@col2im.misconception(
    look="All ones: yours gives 1 everywhere. Is that the sum of the windows?",
    wrong="You divided by the number of windows, as if col2im had to undo im2col. It is the backward pass: contributions add up and stay as they are.",
)
def averages_the_overlaps(cols, input_shape, kernel_size, stride=1, padding=0):
    (kh, kw), (ho, wo) = pair(kernel_size), counts(input_shape, kernel_size, stride, padding)
    windows = cols.reshape(input_shape[0], input_shape[1], kh, kw, ho, wo)
    hits = added_back(np.ones(windows.shape), input_shape, stride, padding)
    return added_back(windows, input_shape, stride, padding) / np.maximum(hits, 1)


@col2im.misconception(
    look="One channel works, two don't. Which rows of cols belong to channel 0?",
    wrong="You read a column with the channels innermost. Its first KH·KW entries are channel 0's window, the next KH·KW channel 1's.",
)
def channels_innermost(cols, input_shape, kernel_size, stride=1, padding=0):
    (kh, kw), (ho, wo) = pair(kernel_size), counts(input_shape, kernel_size, stride, padding)
    windows = cols.reshape(input_shape[0], kh, kw, input_shape[1], ho, wo)
    return added_back(windows.transpose(0, 3, 1, 2, 4, 5), input_shape, stride, padding)


@col2im.misconception(
    look="Read one column from top to bottom. Along the rows of the window, or down its columns?",
    wrong="You lay each window down column by column. Inside a window the kernel's column index changes fastest.",
)
def window_laid_down_its_columns(cols, input_shape, kernel_size, stride=1, padding=0):
    (kh, kw), (ho, wo) = pair(kernel_size), counts(input_shape, kernel_size, stride, padding)
    windows = cols.reshape(input_shape[0], input_shape[1], kw, kh, ho, wo)
    return added_back(windows.transpose(0, 1, 3, 2, 4, 5), input_shape, stride, padding)


@col2im.misconception(
    look="Where does the window of column 1 lie, right of the first or below it?",
    wrong="You order the windows down the image first. Column l belongs to output row l // W' and output column l % W'.",
)
def positions_down_the_columns(cols, input_shape, kernel_size, stride=1, padding=0):
    (kh, kw), (ho, wo) = pair(kernel_size), counts(input_shape, kernel_size, stride, padding)
    windows = cols.reshape(input_shape[0], input_shape[1], kh, kw, wo, ho)
    return added_back(windows.transpose(0, 1, 2, 3, 5, 4), input_shape, stride, padding)


@col2im.misconception(
    look="Which examples fail, those with padding or those without? What is `a[0:-0]`?",
    wrong="You cut the padding off with `[p:-p]`, which is empty for p = 0. Cut with `[p : p + H]`.",
)
def crops_with_minus_p(cols, input_shape, kernel_size, stride=1, padding=0):
    (kh, kw), (ho, wo), (ph, pw) = (
        pair(kernel_size),
        counts(input_shape, kernel_size, stride, padding),
        pair(padding),
    )
    N, C, H, W = input_shape
    windows = cols.reshape(N, C, kh, kw, ho, wo)
    whole = added_back(windows, (N, C, H + 2 * ph, W + 2 * pw), stride, 0)
    return whole[:, :, ph:-ph, pw:-pw]


@col2im.misconception(
    look="Compare the shape of your result with input_shape where there is padding.",
    wrong="Your result still has its padding. Those zeros aren't part of the image: cut them off.",
)
def forgets_to_crop(cols, input_shape, kernel_size, stride=1, padding=0):
    (kh, kw), (ho, wo), (ph, pw) = (
        pair(kernel_size),
        counts(input_shape, kernel_size, stride, padding),
        pair(padding),
    )
    N, C, H, W = input_shape
    return added_back(cols.reshape(N, C, kh, kw, ho, wo), (N, C, H + 2 * ph, W + 2 * pw), stride, 0)


@col2im.misconception(
    look="Only strides above 1 fail. Where in the image does the window of column 1 start?",
    wrong="Your windows move by 1. Column l belongs to the window at row (l // W') · stride and column (l % W') · stride.",
)
def ignores_the_stride(cols, input_shape, kernel_size, stride=1, padding=0):
    (kh, kw), (ho, wo) = pair(kernel_size), counts(input_shape, kernel_size, stride, padding)
    windows = cols.reshape(input_shape[0], input_shape[1], kh, kw, ho, wo)
    return added_back(windows, input_shape, 1, padding)


@col2im.alternative
def window_by_window(cols, input_shape, kernel_size, stride=1, padding=0):
    (kh, kw), (sh, sw), (ph, pw) = pair(kernel_size), pair(stride), pair(padding)
    N, C, H, W = input_shape
    x = np.zeros((N, C, H + 2 * ph, W + 2 * pw), dtype=cols.dtype)
    l = 0
    for top in range(0, H + 2 * ph - kh + 1, sh):
        for left in range(0, W + 2 * pw - kw + 1, sw):
            x[:, :, top : top + kh, left : left + kw] += cols[:, :, l].reshape(N, C, kh, kw)
            l += 1
    return x[:, :, ph : ph + H, pw : pw + W]


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


col2im.off_limits(*UNFOLDING)
