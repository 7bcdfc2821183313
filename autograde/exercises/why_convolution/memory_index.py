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


memory_index.example("the first number", 0, 0, 0, 0, (2, 3, 4, 5))
memory_index.example("one column on", 0, 0, 0, 1, (2, 3, 4, 5))
memory_index.example("one row on", 0, 0, 1, 0, (2, 3, 4, 5))
memory_index.example("one channel on", 0, 1, 0, 0, (2, 3, 4, 5))
memory_index.example("one sample on", 1, 0, 0, 0, (2, 3, 4, 5))
memory_index.example("all four at once", 1, 2, 1, 3, (2, 3, 4, 5))
memory_index.example("the last number", 1, 2, 3, 4, (2, 3, 4, 5))
memory_index.example("sizes that repeat", 0, 1, 1, 1, (2, 2, 3, 3))
memory_index.example("a single number", 0, 0, 0, 0, (1, 1, 1, 1))
memory_index.example_error("sample 2 of two", IndexError, 2, 0, 0, 0, (2, 3, 4, 5))
memory_index.example_error("channel 3 of three", IndexError, 0, 3, 0, 0, (2, 3, 4, 5))
memory_index.example_error("row 4 of four", IndexError, 0, 0, 4, 0, (2, 3, 4, 5))
memory_index.example_error("column 5 of five", IndexError, 0, 0, 0, 5, (2, 3, 4, 5))
memory_index.example_error("column 7 of five", IndexError, 0, 0, 0, 7, (2, 3, 4, 5))
memory_index.example_error("a negative sample", IndexError, -1, 1, 1, 2, (2, 3, 4, 5))
memory_index.example_error("a negative channel", IndexError, 1, -1, 1, 2, (2, 3, 4, 5))
memory_index.example_error("a negative row", IndexError, 1, 1, -1, 2, (2, 3, 4, 5))
memory_index.example_error("a negative column", IndexError, 1, 1, 1, -1, (2, 3, 4, 5))


def random_place(rng, shape):
    """A random position in a tensor of that shape."""
    return tuple(int(rng.integers(0, size)) for size in shape)


@memory_index.cases(weight=3)
def tensors_of_every_shape(rng):
    for shape in [(2, 3, 4, 5), (5, 4, 3, 2), (7, 2, 6, 3), (3, 5, 2, 9), (64, 3, 224, 224)]:
        yield call(*random_place(rng, shape), shape)
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
        yield call(*random_place(rng, shape), shape)


@memory_index.cases
def positions_outside(rng):
    shape = (2, 3, 4, 5)
    for axis in range(4):
        at = list(random_place(rng, shape))
        at[axis] = shape[axis]
        yield call_error(IndexError, *at, shape)
        at[axis] = -1
        yield call_error(IndexError, *at, shape)


@memory_index.alternative
def by_strides(n, c, h, w, shape):
    for i, size in zip((n, c, h, w), shape):
        if not 0 <= i < size:
            raise IndexError(f"{i} is outside an axis of {size}")
    N, C, H, W = shape
    return n * (C * H * W) + c * (H * W) + h * W + w


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


memory_index.edit(
    "channels_last",
    of=by_strides,
    replace="n * (C * H * W) + c * (H * W) + h * W + w",
    by="((n * H + h) * W + w) * C + c",
    look="Which index changes from one number in memory to the next?",
    wrong="Your result is the place in the layout (N, H, W, C), where the channels of a pixel are neighbours. Here the columns are: w "
    "moves fastest, then h, then c.",
)

memory_index.edit(
    "counts_from_one",
    of=by_strides,
    replace="h * W + w",
    by="h * W + w + 1",
    look="Where does your function put the very first number?",
    wrong="Your result counts places from 1. The first number lies at place 0.",
)

memory_index.edit(
    "counts_bytes",
    of=by_strides,
    replace="n * (C * H * W) + c * (H * W) + h * W + w",
    by="8 * (n * (C * H * W) + c * (H * W) + h * W + w)",
    look="How far is it from one column to the next?",
    wrong="Your result counts places in bytes, 8 to a number. Count numbers.",
    if_source_has={".strides": "NumPy's `strides` are in bytes."},
)

memory_index.edit(
    "multiplies_by_its_own_axis",
    of=by_strides,
    replace="n * (C * H * W) + c * (H * W) + h * W + w",
    by="((n * N + c) * H + h) * H + w",
    look="To go to the next row, how many numbers must you skip: the height or the width of a plane?",
    wrong="Your result has N where C belongs, and H where W belongs. Each index is multiplied by everything to its RIGHT in the shape.",
)

memory_index.edit(
    "rows_as_long_as_the_height",
    of=by_strides,
    replace="+ h * W +",
    by="+ h * H +",
    look="How long is one row: H or W numbers?",
    wrong="Your result skips h · H numbers for h rows. A row is W numbers long.",
)

memory_index.edit(
    "samples_as_large_as_the_batch",
    of=by_strides,
    replace="(C * H * W)",
    by="(N * H * W)",
    look="How many numbers does one whole sample hold?",
    wrong="Your result skips n · N · H · W numbers for n samples. A sample holds C · H · W numbers.",
)

memory_index.edit(
    "first_index_fastest",
    of=by_strides,
    replace="n * (C * H * W) + c * (H * W) + h * W + w",
    by="n + N * (c + C * (h + H * w))",
    look="Which index moves fastest in your order?",
    wrong="Your result is the place in Fortran's order, in which the FIRST index moves fastest. In C order the last one does.",
)

memory_index.edit(
    "multiplies_by_the_next_axis_alone",
    of=by_strides,
    replace="n * (C * H * W) + c * (H * W) + h * W + w",
    by="n * C + c * H + h * W + w",
    look="How many numbers lie between a pixel and the same pixel in the next channel?",
    wrong="In your result each index is multiplied by the size of the next axis alone. It takes the sizes of ALL axes to its right: a step "
    "in c skips a whole plane, H · W numbers.",
)

memory_index.edit(
    "one_axis_too_many",
    of=by_strides,
    replace="n * (C * H * W) + c * (H * W) + h * W + w",
    by="n * N * C * H * W + c * C * H * W + h * H * W + w * W",
    look="How far is it from one column to the next?",
    wrong="In your result each index is multiplied by the size of its own axis too. A step in w skips 1 place, not W: the factor holds "
    "only the sizes to the RIGHT.",
)

memory_index.edit(
    "never_checks",
    of=by_strides,
    replace="not 0 <= i < size",
    by="False",
    look="What comes out of your function for a place outside the tensor?",
    wrong="A place outside the tensor must end in an IndexError. Your function gives something back there.",
)

memory_index.edit(
    "accepts_negative_indices",
    of=by_strides,
    replace="not 0 <= i < size",
    by="i >= size",
    look="What does the statement say about negative indices?",
    wrong="A negative index must end in an IndexError too. Your function gives something back there.",
)

memory_index.edit(
    "lets_the_size_through",
    of=by_strides,
    replace="not 0 <= i < size",
    by="not 0 <= i <= size",
    look="An axis has size s. Which is its last index?",
    wrong="An index equal to the size of its axis is let through. The axis is numbered 0 to s − 1.",
)

memory_index.edit(
    "refuses_negative_indices_only",
    of=by_strides,
    replace="not 0 <= i < size",
    by="i < 0",
    look="What does the statement say about indices that are too large?",
    wrong="An index that is not smaller than the size of its axis must end in an IndexError. Your function gives something back there.",
    shown="column 5 of five",
)

memory_index.edit(
    "checks_rows_and_columns_only",
    of=by_strides,
    replace="zip((n, c, h, w), shape)",
    by="zip((h, w), shape[2:])",
    look="Along which axes can a position lie outside?",
    wrong="Samples and channels that lie outside are let through.",
)

memory_index.edit(
    "raises_value_error",
    of=by_strides,
    replace="raise IndexError(",
    by="raise ValueError(",
    look="Which kind of error does the statement name, and which one comes?",
    wrong="Places outside are noticed, but a ValueError comes. An IndexError is asked for, as with a list.",
)

memory_index.edit(
    "raises_another_error",
    of=by_strides,
    replace="raise IndexError(",
    by="raise AssertionError(",
    look="Which kind of error does the statement name, and which one comes?",
    wrong="Places outside are noticed, but an AssertionError comes. An IndexError is asked for, as with a list.",
)


@memory_index.misconception(
    look="Which number of the tensor does your place belong to?",
    wrong="A column that lies outside has a place in memory too, that of another number, and is let through. Each index has to lie inside "
    "its own axis.",
    shown="column 5 of five",
)
def checks_the_place_alone(n, c, h, w, shape):
    N, C, H, W = shape
    place = n * C * H * W + c * H * W + h * W + w
    if not 0 <= place < N * C * H * W:
        raise IndexError("outside")
    return place


memory_index.off_limits("numpy.ravel_multi_index")
