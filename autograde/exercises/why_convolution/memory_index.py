"""Where a number of a four-axis tensor lies in memory."""

from __future__ import annotations

import numpy as np

from autograde.course.definition import call, call_error, exercise


@exercise(points=2, difficulty="medium", minutes=10)
def memory_index(n, c, h, w, shape):
    """Flat index, in C order, of one number of a tensor (N, C, H, W)."""
    if not all(0 <= i < size for i, size in zip((n, c, h, w), shape, strict=True)):
        raise IndexError("outside")
    strides = np.empty(shape, dtype=np.uint8).strides  # one byte each: strides count numbers
    return int(np.dot((n, c, h, w), strides))


memory_index.example("the lecture's tensor: the 14", 0, 1, 1, 1, (2, 2, 3, 3))
memory_index.example("four different sizes", 1, 2, 1, 3, (2, 3, 4, 5))
memory_index.example("the very first number", 0, 0, 0, 0, (2, 3, 4, 5))
memory_index.example("one step along the samples", 1, 0, 0, 0, (3, 2, 4, 5))
memory_index.example_error("column 5 of five", IndexError, 0, 0, 0, 5, (2, 3, 4, 5))
memory_index.example_error("a negative row", IndexError, 1, 1, -1, 2, (2, 3, 4, 5))
memory_index.example_error("sample 2 of two", IndexError, 2, 0, 0, 0, (2, 3, 4, 5))


def place(rng, shape):
    """A random position in a tensor of that shape."""
    return tuple(int(rng.integers(0, size)) for size in shape)


@memory_index.cases(weight=3)
def tensors_of_every_shape(rng):
    for shape in [(2, 3, 4, 5), (5, 4, 3, 2), (7, 2, 6, 3), (3, 5, 2, 9), (64, 3, 224, 224)]:
        yield call(*place(rng, shape), shape)
        yield call(*(size - 1 for size in shape), shape)


@memory_index.cases
def one_axis_at_a_time(rng):
    shape = tuple(int(size) for size in rng.permutation([3, 4, 5, 6]))
    for axis in range(4):
        at = [0, 0, 0, 0]
        at[axis] = int(rng.integers(1, shape[axis]))
        yield call(*at, shape)


@memory_index.cases
def one_of_a_kind(rng):
    for shape in [(1, 3, 4, 5), (3, 1, 4, 5), (2, 3, 1, 5), (2, 3, 4, 1), (1, 1, 1, 1)]:
        yield call(*place(rng, shape), shape)


@memory_index.cases
def positions_outside(rng):
    shape = (2, 3, 4, 5)
    for axis in range(4):
        at = list(place(rng, shape))
        at[axis] = shape[axis]
        yield call_error(IndexError, *at, shape)
        at[axis] = -1
        yield call_error(IndexError, *at, shape)


def inside(n, c, h, w, shape):
    """IndexError for a position outside the tensor."""
    for i, size in zip((n, c, h, w), shape):
        if not 0 <= i < size:
            raise IndexError(f"{i} is outside an axis of {size}")


@memory_index.misconception(
    look="Which axis moves fastest when you walk through memory: which index changes from one number to the next?",
    wrong="You computed the place in the layout (N, H, W, C), where the channels of a pixel are neighbours. Here the "
    "columns are: w moves fastest, then h, then c.",
)
def channels_last(n, c, h, w, shape):
    inside(n, c, h, w, shape)
    N, C, H, W = shape
    return ((n * H + h) * W + w) * C + c


@memory_index.misconception(
    look="Where does your function put the very first number?",
    wrong="You count from 1. Indices and places in memory count from 0: the first number lies at place 0.",
)
def counts_from_one(n, c, h, w, shape):
    inside(n, c, h, w, shape)
    N, C, H, W = shape
    return n * C * H * W + c * H * W + h * W + w + 1


@memory_index.misconception(
    look="To go to the next row, how many numbers must you skip: the height or the width of a plane?",
    wrong="Each index is multiplied by everything to its RIGHT in the shape. You used N for C and H for W.",
)
def multiplies_by_its_own_axis(n, c, h, w, shape):
    inside(n, c, h, w, shape)
    N, C, H, W = shape
    return ((n * N + c) * H + h) * H + w


@memory_index.misconception(
    look="How long is one row: H or W numbers?",
    wrong="You skip h · H numbers for h rows. A row is W numbers long.",
)
def rows_as_long_as_the_height(n, c, h, w, shape):
    inside(n, c, h, w, shape)
    N, C, H, W = shape
    return n * C * H * W + c * H * W + h * H + w


@memory_index.misconception(
    look="How many numbers does one whole sample hold?",
    wrong="You skip n · N · H · W numbers for n samples. A sample holds C · H · W numbers.",
)
def samples_as_large_as_the_batch(n, c, h, w, shape):
    inside(n, c, h, w, shape)
    N, C, H, W = shape
    return n * N * H * W + c * H * W + h * W + w


@memory_index.misconception(
    look="Which index moves fastest in your order?",
    wrong="You count in Fortran's order, in which the FIRST index moves fastest. In C order the last one does.",
)
def first_index_fastest(n, c, h, w, shape):
    inside(n, c, h, w, shape)
    N, C, H, W = shape
    return n + N * (c + C * (h + H * w))


@memory_index.misconception(
    look="In one plane: row 1, column 1 of a 3 × 3 plane. Count its place by hand.",
    wrong="Each index is multiplied by the sizes of ALL axes to its right, not by the next one alone: a step in c skips a "
    "whole plane, H · W numbers.",
)
def multiplies_by_the_next_axis_alone(n, c, h, w, shape):
    inside(n, c, h, w, shape)
    N, C, H, W = shape
    return n * C + c * H + h * W + w


@memory_index.misconception(
    look="Your answers inside the tensor are right. What happens outside?",
    wrong="A place outside the tensor must raise an IndexError. Without the check, column 5 of five silently becomes the "
    "first number of the next row.",
)
def never_checks(n, c, h, w, shape):
    N, C, H, W = shape
    return n * C * H * W + c * H * W + h * W + w


@memory_index.misconception(
    look="What does the docstring say about negative indices?",
    wrong="You check that indices are not too large. Negative ones must raise an IndexError as well.",
)
def accepts_negative_indices(n, c, h, w, shape):
    N, C, H, W = shape
    if n >= N or c >= C or h >= H or w >= W:
        raise IndexError("outside")
    return n * C * H * W + c * H * W + h * W + w


@memory_index.misconception(
    look="Is the last column of a tensor inside it?",
    wrong="Your test lets an index equal to the size of its axis through. Five columns are numbered 0 to 4.",
)
def lets_the_size_through(n, c, h, w, shape):
    if any(i < 0 or i > size for i, size in zip((n, c, h, w), shape)):
        raise IndexError("outside")
    N, C, H, W = shape
    return n * C * H * W + c * H * W + h * W + w


@memory_index.misconception(
    look="Rows and columns outside are refused. Which axes does your check leave out?",
    wrong="You check row and column only. A sample or a channel can lie outside as well.",
)
def checks_rows_and_columns_only(n, c, h, w, shape):
    N, C, H, W = shape
    if not (0 <= h < H and 0 <= w < W):
        raise IndexError("outside")
    return n * C * H * W + c * H * W + h * W + w


@memory_index.misconception(
    look="How far is it from one column to the next?",
    wrong="You multiplied each index by its own axis too. A step in w skips 1 place, not W: the factor holds only the sizes to the "
    "RIGHT.",
)
def one_axis_too_many(n, c, h, w, shape):
    inside(n, c, h, w, shape)
    N, C, H, W = shape
    return n * N * C * H * W + c * C * H * W + h * H * W + w * W


@memory_index.misconception(
    look="Which kind of error does the docstring name?",
    wrong="You noticed the place outside, and raised another error than the docstring promises: it is an IndexError, as with a list.",
)
def raises_value_error(n, c, h, w, shape):
    N, C, H, W = shape
    if not (0 <= n < N and 0 <= c < C and 0 <= h < H and 0 <= w < W):
        raise ValueError("outside")
    return n * C * H * W + c * H * W + h * W + w


@memory_index.misconception(
    look="Column 5 of five: which number of the tensor does your place belong to?",
    wrong="You check the place that comes out. Column 5 of row 0 has a place as well, that of the next row's first number: check each "
    "index against its own axis.",
)
def checks_the_place_alone(n, c, h, w, shape):
    N, C, H, W = shape
    place = n * C * H * W + c * H * W + h * W + w
    if not 0 <= place < N * C * H * W:
        raise IndexError("outside")
    return place


@memory_index.alternative
def by_horner(n, c, h, w, shape):
    place = 0
    for i, size in zip((n, c, h, w), shape):
        if i < 0 or i >= size:
            raise IndexError(f"index {i} is not in 0 … {size - 1}")
        place = place * size + i
    return place


@memory_index.alternative
def by_looking_it_up(n, c, h, w, shape):
    if min(n, c, h, w) < 0:
        raise IndexError("negative")
    return int(np.arange(np.prod(shape)).reshape(shape)[n, c, h, w])


@memory_index.alternative
def with_cumulative_products(n, c, h, w, shape):
    index, sizes = np.array([n, c, h, w]), np.array(shape)
    if (index < 0).any() or (index >= sizes).any():
        raise IndexError(f"{index} is outside {sizes}")
    steps = np.append(np.cumprod(sizes[:0:-1])[::-1], 1)
    return int(index @ steps)


memory_index.off_limits("numpy.ravel_multi_index")
