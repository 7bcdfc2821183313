"""The gradient of max pooling: to the winners, adding where windows overlap."""

from __future__ import annotations

import numpy as np

from autograde.course.definition import call, exercise
from autograde.exercises.pooling.grids import LECTURE_UPSTREAM, LIBRARY_POOLING, fitting_windows
from helpers.checking.compare import close


def pair(value):
    """(value, value) for a number; a pair stays as it is."""
    return value if isinstance(value, tuple) else (value, value)


@exercise(points=4, difficulty="medium", minutes=15, compare=close(check_dtype=False))
def max_pool2d_backward(dout, switches, input_shape):
    """The gradient of max pooling: each upstream gradient goes to its switch, contributions add."""
    n, c, height, width = input_shape
    pixel = switches.reshape(n * c, -1) + height * width * np.arange(n * c)[:, None]
    sums = np.bincount(pixel.ravel(), weights=dout.ravel(), minlength=n * c * height * width)
    return sums.reshape(input_shape).astype(dout.dtype)


def routed(rng, input_shape, kernel_size, stride, whole_numbers=False):
    """A call with random gradients and the switches of a random input, so that they fit together."""
    x = rng.integers(0, 3, size=input_shape) if whole_numbers else rng.normal(size=input_shape)
    windows = fitting_windows(x, kernel_size, stride)
    (kh, kw), (sh, sw) = pair(kernel_size), pair(stride)
    place = windows.reshape(*windows.shape[:4], kh * kw).argmax(axis=-1)
    i, j = np.indices(windows.shape[2:4])
    switches = (i * sh + place // kw) * input_shape[3] + j * sw + place % kw
    return call(rng.normal(size=switches.shape), switches, input_shape)


max_pool2d_backward.off_limits(*LIBRARY_POOLING)
max_pool2d_backward.example(
    "the lecture's 4 x 4 grid, 2 x 2 windows", LECTURE_UPSTREAM, np.array([[[[1, 6], [9, 15]]]]), (1, 1, 4, 4)
)
max_pool2d_backward.example(
    "the lecture's grid again, 3 x 3 windows, stride 1: pixel (2, 1) wins three of them",
    LECTURE_UPSTREAM,
    np.array([[[[9, 9], [9, 15]]]]),
    (1, 1, 4, 4),
)
max_pool2d_backward.example(
    "two channels, 2 x 3 planes; one pixel wins twice",
    np.array([[[[2, -1]], [[0.5, 3]]]]),
    np.array([[[[1, 1]], [[2, 0]]]]),
    (1, 2, 2, 3),
)


@max_pool2d_backward.cases
def gradients_of_tiling_windows(rng):
    yield routed(rng, (1, 1, 6, 6), 2, 2)
    yield routed(rng, (2, 3, 6, 6), 3, 3)


@max_pool2d_backward.cases(weight=2)
def gradients_of_overlapping_windows(rng):
    yield routed(rng, (1, 1, 6, 6), 3, 1)
    yield routed(rng, (2, 2, 7, 8), 3, 2)
    yield routed(rng, (2, 2, 5, 7), (3, 2), 1)


@max_pool2d_backward.cases
def gradients_on_oblong_planes(rng):
    yield routed(rng, (1, 1, 4, 8), 2, 2)
    yield routed(rng, (2, 2, 9, 5), (2, 3), (3, 1))


@max_pool2d_backward.cases
def gradients_with_gaps_and_single_windows(rng):
    yield routed(rng, (1, 2, 8, 9), 2, 3)
    yield routed(rng, (2, 3, 4, 5), (4, 5), 1)
    yield routed(rng, (1, 1, 1, 1), 1, 1)


@max_pool2d_backward.cases
def gradients_where_input_values_tie(rng):
    yield routed(rng, (2, 2, 6, 6), 3, 1, whole_numbers=True)
    yield call(np.array([[[[1.0, 2.0, 4.0]]]]), np.zeros((1, 1, 1, 3), dtype=int), (1, 1, 1, 3))


@max_pool2d_backward.cases
def gradients_of_other_types_and_views(rng):
    dout = rng.normal(size=(1, 2, 2, 3)).astype(np.float32)
    yield call(dout, rng.integers(0, 20, size=(1, 2, 2, 3)), (1, 2, 4, 5))
    yield call(
        rng.normal(size=(2, 2, 3, 4)).transpose(0, 1, 3, 2),
        rng.integers(0, 30, size=(2, 2, 4, 3)),
        (2, 2, 6, 5),
    )
    yield call(
        rng.normal(size=(2, 2, 6, 4))[:, :, ::2],
        rng.integers(0, 30, size=(2, 2, 3, 8))[..., ::-2],
        (2, 2, 5, 6),
    )
    yield call(
        rng.normal(size=(1, 2, 2, 2)), rng.integers(0, 12, size=(1, 2, 2, 2)).astype(np.int32), (1, 2, 3, 4)
    )


@max_pool2d_backward.misconception(
    look="It works while no pixel wins twice. Where does your code write the same position a second time?",
    wrong=(
        "A pixel that wins several windows collects all their gradients; yours keeps only the last one. "
        "Writing `dx[i] = g` does that, and so does `dx[idx] += g` when the array `idx` holds a position "
        "twice: NumPy writes each position once. Read about np.add.at."
    ),
)
def keeps_the_last_gradient(dout, switches, input_shape):
    dx = np.zeros(input_shape)
    for sample, channel, i, j in np.ndindex(*dout.shape):
        row, column = divmod(int(switches[sample, channel, i, j]), input_shape[3])
        dx[sample, channel, row, column] = dout[sample, channel, i, j]
    return dx


@max_pool2d_backward.misconception(
    look="One sample with one channel comes out right. Where do the gradients of the second channel land?",
    wrong=(
        "A switch counts positions inside one (H, W) plane. You used it as an index into the whole batch,"
        " so every gradient lands in the first plane."
    ),
)
def one_index_for_the_whole_batch(dout, switches, input_shape):
    dx = np.zeros(input_shape).ravel()
    np.add.at(dx, switches.ravel(), dout.ravel())
    return dx.reshape(input_shape)


@max_pool2d_backward.misconception(
    look="Square planes come out right. In a plane 2 high and 3 wide, which row and column is position 2?",
    wrong=(
        "You split the switch by the height H. A flat index in a plane W wide is row times W plus column:"
        " divide by W."
    ),
)
def splits_by_height(dout, switches, input_shape):
    n, c, height, width = input_shape
    dx = np.zeros(input_shape)
    for sample, channel, i, j in np.ndindex(*dout.shape):
        row, column = divmod(int(switches[sample, channel, i, j]), height)
        if row < height and column < width:
            dx[sample, channel, row, column] += dout[sample, channel, i, j]
    return dx


@max_pool2d_backward.misconception(
    look="Is every number in your dx a whole number? The upstream gradients are not.",
    wrong="Your dx has an integer dtype, so 0.5 became 0. Probably it was made with zeros_like(switches).",
)
def truncates_to_integers(dout, switches, input_shape):
    n, c, height, width = input_shape
    dx = np.zeros((n, c, height * width), dtype=switches.dtype)
    for sample, channel, i, j in np.ndindex(*dout.shape):
        dx[sample, channel, switches[sample, channel, i, j]] += int(dout[sample, channel, i, j])
    return dx.reshape(input_shape)


@max_pool2d_backward.misconception(
    look="Compare the numbers in your dx with the numbers in dout.",
    wrong="You marked the winners with 1. Each winner should receive the upstream gradient of its window.",
)
def marks_winners_with_one(dout, switches, input_shape):
    n, c, height, width = input_shape
    dx = np.zeros((n, c, height * width))
    for sample, channel, i, j in np.ndindex(*dout.shape):
        dx[sample, channel, switches[sample, channel, i, j]] = 1
    return dx.reshape(input_shape)


@max_pool2d_backward.misconception(
    look="Look at the pixel that wins two windows. What do you do with its two gradients?",
    wrong=(
        "You averaged the gradients of a pixel that wins several windows. The pixel feeds several "
        "outputs; what comes back adds up."
    ),
)
def averages_the_contributions(dout, switches, input_shape):
    n, c, height, width = input_shape
    dx, wins = np.zeros((n, c, height * width)), np.zeros((n, c, height * width))
    for sample, channel, i, j in np.ndindex(*dout.shape):
        dx[sample, channel, switches[sample, channel, i, j]] += dout[sample, channel, i, j]
        wins[sample, channel, switches[sample, channel, i, j]] += 1
    return (dx / np.maximum(wins, 1)).reshape(input_shape)


@max_pool2d_backward.misconception(
    look="Look at the pixel that wins two windows. Which of its two gradients do you keep?",
    wrong="You kept the first gradient that reached a pixel and dropped the others. Contributions add up.",
)
def keeps_the_first_gradient(dout, switches, input_shape):
    n, c, height, width = input_shape
    dx = np.zeros((n, c, height * width))
    for sample, channel, i, j in np.ndindex(*dout.shape):
        if dx[sample, channel, switches[sample, channel, i, j]] == 0:
            dx[sample, channel, switches[sample, channel, i, j]] = dout[sample, channel, i, j]
    return dx.reshape(input_shape)


@max_pool2d_backward.alternative
def routes_with_plain_loops(dout, switches, input_shape):
    dx = np.zeros(input_shape, dtype=dout.dtype)
    width = input_shape[3]
    for sample in range(dout.shape[0]):
        for channel in range(dout.shape[1]):
            for i in range(dout.shape[2]):
                for j in range(dout.shape[3]):
                    where = switches[sample, channel, i, j]
                    dx[sample, channel, where // width, where % width] += dout[sample, channel, i, j]
    return dx


@max_pool2d_backward.alternative
def routes_with_add_at(dout, switches, input_shape):
    n, c, height, width = input_shape
    dx = np.zeros((n, c, height * width), dtype=dout.dtype)
    samples = np.arange(n)[:, None, None, None]
    channels = np.arange(c)[None, :, None, None]
    np.add.at(dx, (samples, channels, switches), dout)
    return dx.reshape(input_shape)


@max_pool2d_backward.alternative
def routes_with_a_one_hot_product(dout, switches, input_shape):
    n, c, height, width = input_shape
    hot = switches.reshape(n, c, -1, 1) == np.arange(height * width)
    return np.einsum("ncq,ncqp->ncp", dout.reshape(n, c, -1), hot.astype(dout.dtype)).reshape(input_shape)
