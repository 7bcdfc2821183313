"""The gradient of average pooling: equal shares, adding where windows overlap."""

from __future__ import annotations

import numpy as np

from autograde.course.definition import call, exercise
from autograde.exercises.pooling.grids import LIBRARY_POOLING, fitting_windows, image
from helpers.checking.compare import close


def pair(value):
    """(value, value) for a number; a pair stays as it is."""
    return value if isinstance(value, tuple) else (value, value)


@exercise(points=3, difficulty="medium", minutes=10, compare=close(check_dtype=False))
def avg_pool2d_backward(dout, input_shape, kernel_size, stride):
    """The gradient of average pooling: the transposed matrix of the linear map."""
    n, c, height, width = input_shape
    one_pixel_on = np.eye(height * width).reshape(height * width, 1, height, width)
    windows = fitting_windows(one_pixel_on, kernel_size, stride).mean(axis=(4, 5))
    share = windows.reshape(height * width, -1)
    return (dout.reshape(n * c, -1) @ share.T).reshape(input_shape).astype(dout.dtype)


def shared_out(rng, input_shape, kernel_size, stride):
    """A call with random gradients of the shape that average pooling gives."""
    (kh, kw), (sh, sw) = pair(kernel_size), pair(stride)
    n, c, height, width = input_shape
    dout = rng.normal(size=(n, c, (height - kh) // sh + 1, (width - kw) // sw + 1))
    return call(dout, input_shape, kernel_size, stride)


avg_pool2d_backward.off_limits(*LIBRARY_POOLING)
avg_pool2d_backward.example("a 4 x 4 input, 2 x 2 windows", image([[8, -4], [2, 12]]), (1, 1, 4, 4), 2, 2)
avg_pool2d_backward.example(
    "3 x 3 windows with stride 1 overlap", image([[9, -18], [27, 36]]), (1, 1, 4, 4), 3, 1
)
avg_pool2d_backward.example(
    "a 2 x 3 window, strides 2 down and 1 across; the last row is in no window",
    np.array([[[[6.0, 12.0]], [[-6.0, 3.0]]]]),
    (1, 2, 3, 4),
    (2, 3),
    (2, 1),
)


@avg_pool2d_backward.cases
def shares_of_tiling_windows(rng):
    yield shared_out(rng, (2, 3, 6, 6), 2, 2)
    yield shared_out(rng, (1, 1, 6, 9), 3, 3)


@avg_pool2d_backward.cases(weight=2)
def shares_of_overlapping_windows(rng):
    yield shared_out(rng, (1, 1, 6, 6), 3, 1)
    yield shared_out(rng, (2, 2, 7, 9), 3, 2)
    yield shared_out(rng, (1, 2, 5, 7), (3, 2), (2, 1))


@avg_pool2d_backward.cases
def shares_of_rectangles_and_leftovers(rng):
    yield shared_out(rng, (2, 2, 7, 8), (2, 3), (2, 3))
    yield shared_out(rng, (1, 2, 8, 5), 3, 3)
    yield shared_out(rng, (1, 1, 6, 7), (3, 1), (1, 2))


@avg_pool2d_backward.cases
def shares_with_gaps_and_single_windows(rng):
    yield shared_out(rng, (1, 2, 8, 9), 2, 3)
    yield shared_out(rng, (2, 3, 4, 5), (4, 5), 1)
    yield shared_out(rng, (2, 1, 3, 4), 1, 1)


@avg_pool2d_backward.cases
def shares_of_other_types_and_views(rng):
    yield call(rng.normal(size=(1, 2, 2, 3)).astype(np.float32), (1, 2, 4, 6), 2, 2)
    yield call(rng.normal(size=(2, 2, 3, 2)).transpose(0, 1, 3, 2), (2, 2, 4, 5), 3, 1)
    yield call(rng.normal(size=(1, 2, 4, 5))[:, :, ::-2, ::2], (1, 2, 4, 7), (2, 3), 2)


@avg_pool2d_backward.misconception(
    look="By what factor are your numbers too large?",
    wrong=(
        "You gave every pixel of a window the whole gradient. In the forward pass each pixel counted "
        "1/(kh kw); the same factor comes back."
    ),
)
def gives_everyone_everything(dout, input_shape, kernel_size, stride):
    (kh, kw), (sh, sw) = pair(kernel_size), pair(stride)
    dx = np.zeros(input_shape)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            dx[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw] += dout[:, :, i : i + 1, j : j + 1]
    return dx


@avg_pool2d_backward.misconception(
    look="It works while windows don't overlap. What does a pixel in two windows receive?",
    wrong=(
        "Where windows overlap, your later window overwrites the earlier one. A pixel in several windows "
        "collects a share from each."
    ),
)
def overwrites_overlaps(dout, input_shape, kernel_size, stride):
    (kh, kw), (sh, sw) = pair(kernel_size), pair(stride)
    dx = np.zeros(input_shape)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            dx[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw] = dout[:, :, i : i + 1, j : j + 1] / (
                kh * kw
            )
    return dx


@avg_pool2d_backward.misconception(
    look="How many pixels of the first window have a gradient in your dx?",
    wrong=(
        "You gave the whole gradient to one pixel of the window. In an average every pixel counts the "
        "same, so all get the same share."
    ),
)
def gives_all_to_the_first(dout, input_shape, kernel_size, stride):
    sh, sw = pair(stride)
    dx = np.zeros(input_shape)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            dx[:, :, i * sh, j * sw] += dout[:, :, i, j]
    return dx


@avg_pool2d_backward.misconception(
    look="Which examples are right: those in which kernel and stride are the same?",
    wrong=(
        "You divided by stride times stride. A window holds kernel height times kernel width pixels, "
        "however far it moves."
    ),
)
def shares_by_the_stride(dout, input_shape, kernel_size, stride):
    (kh, kw), (sh, sw) = pair(kernel_size), pair(stride)
    dx = np.zeros(input_shape)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            dx[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw] += dout[:, :, i : i + 1, j : j + 1] / (
                sh * sw
            )
    return dx


@avg_pool2d_backward.misconception(
    look="By what factor are your numbers too large?",
    wrong=(
        "You divided by the length of one side. The window holds kh times kw pixels; each gets that part "
        "of the gradient."
    ),
)
def shares_by_one_side(dout, input_shape, kernel_size, stride):
    (kh, kw), (sh, sw) = pair(kernel_size), pair(stride)
    dx = np.zeros(input_shape)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            dx[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw] += dout[:, :, i : i + 1, j : j + 1] / kh
    return dx


@avg_pool2d_backward.misconception(
    look="Look at a pixel that lies in several windows. What do you do with its shares?",
    wrong=(
        "You divided by the number of windows that cover a pixel. Shares from several windows add up; "
        "nothing is averaged on the way back."
    ),
)
def averages_over_covering_windows(dout, input_shape, kernel_size, stride):
    (kh, kw), (sh, sw) = pair(kernel_size), pair(stride)
    dx, cover = np.zeros(input_shape), np.zeros(input_shape)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            dx[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw] += dout[:, :, i : i + 1, j : j + 1] / (
                kh * kw
            )
            cover[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw] += 1
    return dx / np.maximum(cover, 1)


@avg_pool2d_backward.misconception(
    look="Square windows come out right. What changes when the window is 2 high and 3 wide?",
    wrong="Height and width are swapped. A pair is (height, width): the first number goes with rows.",
)
def shares_with_swapped_sides(dout, input_shape, kernel_size, stride):
    (kw, kh), (sw, sh) = pair(kernel_size), pair(stride)
    dx = np.zeros(input_shape)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            dx[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw] += dout[:, :, i : i + 1, j : j + 1] / (
                kh * kw
            )
    return dx


@avg_pool2d_backward.misconception(
    look="The first window is right. At which row and column does your second one start?",
    wrong=(
        "You give the shares of output (i, j) to the pixels from (i, j) on. Its window started at row i times "
        "stride, column j times stride."
    ),
)
def starts_windows_one_apart(dout, input_shape, kernel_size, stride):
    kh, kw = pair(kernel_size)
    dx = np.zeros(input_shape)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            dx[:, :, i : i + kh, j : j + kw] += dout[:, :, i : i + 1, j : j + 1] / (kh * kw)
    return dx


@avg_pool2d_backward.alternative
def shares_with_plain_loops(dout, input_shape, kernel_size, stride):
    kh, kw = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
    dx = np.zeros(input_shape, dtype=dout.dtype)
    for sample, channel, i, j in np.ndindex(*dout.shape):
        for a in range(kh):
            for b in range(kw):
                dx[sample, channel, i * sh + a, j * sw + b] += dout[sample, channel, i, j] / (kh * kw)
    return dx


@avg_pool2d_backward.alternative
def shares_over_kernel_offsets(dout, input_shape, kernel_size, stride):
    (kh, kw), (sh, sw) = pair(kernel_size), pair(stride)
    rows, columns = dout.shape[2:]
    dx = np.zeros(input_shape, dtype=dout.dtype)
    for a in range(kh):
        for b in range(kw):
            dx[:, :, a : a + (rows - 1) * sh + 1 : sh, b : b + (columns - 1) * sw + 1 : sw] += dout / (
                kh * kw
            )
    return dx


@avg_pool2d_backward.alternative
def shares_with_two_small_matrices(dout, input_shape, kernel_size, stride):
    (kh, kw), (sh, sw) = pair(kernel_size), pair(stride)
    n, c, height, width = input_shape
    down = (np.arange(height)[:, None] - sh * np.arange(dout.shape[2])[None, :]).astype(int)
    across = (np.arange(width)[:, None] - sw * np.arange(dout.shape[3])[None, :]).astype(int)
    rows = ((down >= 0) & (down < kh)) / kh
    columns = ((across >= 0) & (across < kw)) / kw
    return (rows @ dout @ columns.T).astype(dout.dtype)
