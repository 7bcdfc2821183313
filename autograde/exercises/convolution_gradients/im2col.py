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
TWO_BY_TWO = np.arange(48.0).reshape(2, 2, 3, 4)

im2col.example("nine pixels, kernel 2", NINE, 2)
im2col.example("two images of two channels, kernel 2 × 3", TWO_BY_TWO, (2, 3))
im2col.example("padding 1, stride 2", np.arange(1.0, 17).reshape(1, 1, 4, 4), 3, stride=2, padding=1)
im2col.example("pairs", np.arange(1.0, 16).reshape(1, 1, 3, 5), (1, 2), stride=(2, 3), padding=(0, 1))
im2col.example_error("a kernel too large", ValueError, NINE, 4)


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


@im2col.cases
def pairs(rng: np.random.Generator) -> Iterator[Any]:
    yield call(rng.normal(size=(1, 2, 6, 5)), (3, 2), stride=(1, 2), padding=(2, 0))
    yield call(rng.normal(size=(2, 2, 5, 8)), 2, stride=(3, 1), padding=(0, 1))


@im2col.cases
def other_types_and_views(rng: np.random.Generator) -> Iterator[Any]:
    yield call(rng.integers(-9, 10, size=(2, 2, 4, 5)), 2)
    yield call(rng.normal(size=(1, 2, 5, 4)).astype(np.float32), 3, padding=1)
    yield call(rng.normal(size=(5, 6, 3, 2)).T, (2, 3))
    yield call(rng.normal(size=(2, 3, 8, 5))[::-1, :, ::2], 2, stride=2)


@im2col.cases(weight=0.5)
def kernels_that_do_not_fit(rng: np.random.Generator) -> Iterator[Any]:
    yield call_error(ValueError, rng.normal(size=(1, 1, 3, 5)), 4)
    yield call_error(ValueError, rng.normal(size=(1, 1, 3, 2)), (2, 5), padding=1)


def windows_of(x, kernel_size, stride, padding):
    """Every window: (N, C, KH, KW, H', W')."""
    (kh, kw), (sh, sw), (ph, pw) = pair(kernel_size), pair(stride), pair(padding)
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    if kh > padded.shape[2] or kw > padded.shape[3]:
        raise ValueError("the kernel does not fit the padded image")
    views = sliding_window_view(padded, (kh, kw), axis=(2, 3))[:, :, ::sh, ::sw]
    return views.transpose(0, 1, 4, 5, 2, 3)


@im2col.misconception(
    look="Compare the two shapes. Does one of your rows hold a window?",
    wrong="You made every window a row. Here a window is a column: shape (N, C·KH·KW, L), so that the weights can be multiplied from the left.",
)
def windows_as_rows(x, kernel_size, stride=1, padding=0):
    w = windows_of(x, kernel_size, stride, padding)
    N, C, KH, KW, Ho, Wo = w.shape
    return w.transpose(0, 4, 5, 1, 2, 3).reshape(N, Ho * Wo, C * KH * KW)


@im2col.misconception(
    look="One channel is right, two are not. Read your first column from top to bottom: after the first number, does the channel change or the pixel?",
    wrong="You put the channels innermost. A column holds channel 0's whole window first, then channel 1's: the order of a filter's weights in memory.",
)
def channels_innermost(x, kernel_size, stride=1, padding=0):
    w = windows_of(x, kernel_size, stride, padding)
    N, C, KH, KW, Ho, Wo = w.shape
    return w.transpose(0, 2, 3, 1, 4, 5).reshape(N, C * KH * KW, Ho * Wo)


@im2col.misconception(
    look="Read your first column from top to bottom. Do you walk through the window along its rows or down its columns?",
    wrong="You read each window column by column. Inside a window go along the rows: the index of the kernel's column changes fastest.",
)
def window_read_down_its_columns(x, kernel_size, stride=1, padding=0):
    w = windows_of(x, kernel_size, stride, padding)
    N, C, KH, KW, Ho, Wo = w.shape
    return w.transpose(0, 1, 3, 2, 4, 5).reshape(N, C * KH * KW, Ho * Wo)


@im2col.misconception(
    look="Your columns are the right ones. Which window comes second?",
    wrong="Your windows move down first. Order them as the outputs lie in memory: along a row of the image, then on to the next row.",
)
def positions_down_the_columns(x, kernel_size, stride=1, padding=0):
    w = windows_of(x, kernel_size, stride, padding)
    N, C, KH, KW, Ho, Wo = w.shape
    return w.transpose(0, 1, 2, 3, 5, 4).reshape(N, C * KH * KW, Ho * Wo)


@im2col.misconception(
    look="How many windows are there with the padding?",
    wrong="You leave the padding out. Put zeros round the image first, then take the windows.",
)
def ignores_the_padding(x, kernel_size, stride=1, padding=0):
    w = windows_of(x, kernel_size, stride, 0)
    N, C, KH, KW, Ho, Wo = w.shape
    return w.reshape(N, C * KH * KW, Ho * Wo)


@im2col.misconception(
    look="Compare the shapes where there is padding. How many channels does the padded array have?",
    wrong="`np.pad(x, p)` pads every axis, so there are empty images and empty channels too. Give it one pair for each axis: (0, 0) for the first two.",
)
def pads_every_axis(x, kernel_size, stride=1, padding=0):
    if isinstance(padding, int) and padding:
        w = windows_of(np.pad(x, padding), kernel_size, stride, 0)
    else:
        w = windows_of(x, kernel_size, stride, padding)
    N, C, KH, KW, Ho, Wo = w.shape
    return w.reshape(N, C * KH * KW, Ho * Wo)


@im2col.misconception(
    look="Only strides above 1 fail. Where does your second window start?",
    wrong="You take every window. With stride s only every s-th start counts, down and across.",
)
def ignores_the_stride(x, kernel_size, stride=1, padding=0):
    w = windows_of(x, kernel_size, 1, padding)
    N, C, KH, KW, Ho, Wo = w.shape
    return w.reshape(N, C * KH * KW, Ho * Wo)


@im2col.misconception(
    look="Compare the shapes for the batch of two. Where did the batch's axis go?",
    wrong="You put the windows of all images side by side in one matrix. Each image keeps its own matrix: the first axis is the batch.",
)
def one_matrix_for_the_batch(x, kernel_size, stride=1, padding=0):
    w = windows_of(x, kernel_size, stride, padding)
    N, C, KH, KW, Ho, Wo = w.shape
    return w.transpose(1, 2, 3, 0, 4, 5).reshape(C * KH * KW, N * Ho * Wo)


@im2col.misconception(
    look="The numbers are all there, in other places. Did you move the axes before you reshaped?",
    wrong="You reshaped (…, H', W', KH, KW) without moving the window's axes to the front. `reshape` never moves a number; transpose first.",
)
def reshapes_without_transposing(x, kernel_size, stride=1, padding=0):
    w = windows_of(x, kernel_size, stride, padding)
    N, C, KH, KW, Ho, Wo = w.shape
    return w.transpose(0, 1, 4, 5, 2, 3).reshape(N, C * KH * KW, Ho * Wo)


@im2col.misconception(
    look="Square kernels work, the others don't. Which of the two numbers is the height?",
    wrong="You swapped the members of the pairs. The first belongs to the rows (down), the second to the columns (across).",
)
def swaps_the_pairs(x, kernel_size, stride=1, padding=0):
    w = windows_of(x, pair(kernel_size)[::-1], pair(stride)[::-1], pair(padding)[::-1])
    N, C, KH, KW, Ho, Wo = w.shape
    return w.reshape(N, C * KH * KW, Ho * Wo)


@im2col.misconception(
    look="What does your function return for a kernel of 4 × 4 on nine pixels?",
    wrong="Where the kernel doesn't fit you return a matrix without columns. The docstring promises a ValueError.",
)
def returns_no_columns_where_nothing_fits(x, kernel_size, stride=1, padding=0):
    try:
        w = windows_of(x, kernel_size, stride, padding)
    except ValueError:
        (kh, kw) = pair(kernel_size)
        return np.zeros((x.shape[0], x.shape[1] * kh * kw, 0))
    N, C, KH, KW, Ho, Wo = w.shape
    return w.reshape(N, C * KH * KW, Ho * Wo)


@im2col.alternative
def window_by_window(x, kernel_size, stride=1, padding=0):
    (kh, kw), (sh, sw), (ph, pw) = pair(kernel_size), pair(stride), pair(padding)
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    N, C, H, W = padded.shape
    if kh > H or kw > W:
        raise ValueError(f"kernel {kh} × {kw} does not fit {H} × {W}")
    columns = []
    for top in range(0, H - kh + 1, sh):
        for left in range(0, W - kw + 1, sw):
            columns.append(padded[:, :, top : top + kh, left : left + kw].reshape(N, -1))
    return np.stack(columns, axis=2)


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


im2col.off_limits(*UNFOLDING)
