"""A picture moved by whole pixels, with zeros where nothing came from."""

from __future__ import annotations

import numpy as np

from autograde.course.definition import call, exercise
from helpers.checking.compare import same_dtype

SMALL = np.array([[1.0, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]])
PLUS = np.zeros((5, 5))
PLUS[1:4, 2] = PLUS[2, 1:4] = 1


@exercise(points=2, difficulty="medium", minutes=12, compare=same_dtype())
def shift_image(image, dy, dx):
    """A plane moved by dy rows down and dx columns right, zeros moving in."""
    height, width = image.shape
    down, across = np.eye(height, k=-dy), np.eye(width, k=dx)  # a shift is a linear map
    return (down @ image @ across).astype(image.dtype)


shift_image.example("a plus sign, one down and one right", PLUS, 1, 1)
shift_image.example("3 × 4, left by one", SMALL, 0, -1)
shift_image.example("3 × 4, one down and two left", SMALL, 1, -2)
shift_image.example("3 × 4, two up and one right", SMALL, -2, 1)
shift_image.example("not moved at all", SMALL, 0, 0)
shift_image.example("pushed out of the frame", SMALL, 4, 0)
shift_image.example("bytes", np.array([[10, 20], [30, 40]], dtype=np.uint8), 0, 1)


@shift_image.cases(weight=3)
def both_signs(rng):
    for dy, dx in [(1, 2), (-1, 2), (1, -2), (-1, -2), (2, 3), (-3, 1)]:
        yield call(rng.normal(size=(5, 7)), dy, dx)


@shift_image.cases(weight=2)
def along_one_axis(rng):
    for dy, dx in [(0, 1), (0, -3), (2, 0), (-1, 0), (0, 0)]:
        yield call(rng.normal(size=(6, 4)), dy, dx)


@shift_image.cases(weight=2)
def to_the_edge_and_beyond(rng):
    for dy, dx in [(3, 0), (0, -5), (2, 4), (-2, -4), (4, 1), (1, -6), (-9, 9)]:
        yield call(rng.normal(size=(3, 5)), dy, dx)


@shift_image.cases
def one_of_a_kind(rng):
    yield call(rng.normal(size=(1, 1)), 0, 0)
    yield call(rng.normal(size=(1, 1)), 1, 0)
    yield call(rng.normal(size=(1, 6)), 0, 2)
    yield call(rng.normal(size=(6, 1)), -2, 0)


@shift_image.cases
def other_number_types(rng):
    yield call(rng.integers(0, 256, size=(4, 5)).astype(np.uint8), 1, -1)
    yield call(rng.normal(size=(4, 5)).astype(np.float32), -1, 2)
    yield call(rng.integers(-9, 10, size=(5, 3)), 2, 1)
    yield call(rng.integers(0, 2, size=(4, 4)).astype(bool), 1, 1)


@shift_image.cases
def views_of_other_arrays(rng):
    yield call(rng.normal(size=(5, 4)).T, 1, -1)
    yield call(rng.normal(size=(8, 9))[::2, ::-1], -1, 2)
    yield call(rng.normal(size=(4, 5, 3))[:, :, 1], 2, 0)


def moved(image, dy, dx):
    """The right answer, which wrong ones bend."""
    height, width = image.shape
    out = np.zeros_like(image)
    for row in range(height):
        for column in range(width):
            if 0 <= row - dy < height and 0 <= column - dx < width:
                out[row, column] = image[row - dy, column - dx]
    return out


@shift_image.misconception(
    look="What do you find at the edge that nothing moved into?",
    wrong="What left the picture on one side came back in on the other, as np.roll does. New edges are to be 0.",
)
def wraps_round(image, dy, dx):
    return np.roll(image, (dy, dx), axis=(0, 1))


@shift_image.misconception(
    look="In the second example only dx is not 0. Did your picture move sideways?",
    wrong="You swapped the axes. dy moves along the rows (axis 0, down), dx along the columns (axis 1, right).",
)
def swaps_the_axes(image, dy, dx):
    return moved(image, dx, dy)


@shift_image.misconception(
    look="A positive dx is to move the picture to the right. Where does yours go?",
    wrong="You moved the other way. The number at (r, c) of the result comes from (r − dy, c − dx) of the image.",
)
def moves_the_other_way(image, dy, dx):
    return moved(image, -dy, -dx)


@shift_image.misconception(
    look="What does image[:-0] hold?",
    wrong="A slice that ends at −dy is empty when dy is 0: image[:-0] is image[:0]. Use image[: height - dy].",
)
def slices_to_minus_zero(image, dy, dx):
    out = np.zeros_like(image)
    height, width = image.shape
    if abs(dy) >= height or abs(dx) >= width:
        return out
    to_rows, from_rows = (
        (slice(dy, None), slice(None, -dy)) if dy >= 0 else (slice(None, dy), slice(-dy, None))
    )
    to_columns, from_columns = (
        (slice(dx, None), slice(None, -dx)) if dx >= 0 else (slice(None, dx), slice(-dx, None))
    )
    out[to_rows, to_columns] = image[from_rows, from_columns]
    return out


@shift_image.misconception(
    look="Print the image after your function has run.",
    wrong="Your result is right, but you moved the caller's own picture. Start from an array of zeros of your own.",
)
def moves_the_callers_picture(image, dy, dx):
    image[...] = moved(image, dy, dx)
    return image


@shift_image.misconception(
    look="Try a negative shift.",
    wrong="Your slices work for shifts to the right and down. With a negative number they pick other pixels.",
)
def positive_shifts_only(image, dy, dx):
    height, width = image.shape
    out = np.zeros_like(image)
    for row in range(height):
        for column in range(width):
            if row - dy >= 0 and column - dx >= 0 and dy >= 0 and dx >= 0:
                out[row, column] = image[row - dy, column - dx]
    return out


@shift_image.misconception(
    look="How large is your result, compared with the image?",
    wrong="You cut off what has left the picture and stopped there. The result keeps the size of the image, with zeros "
    "where nothing moved in.",
)
def cuts_instead_of_filling(image, dy, dx):
    height, width = image.shape
    return image[max(0, -dy) : height - max(0, dy), max(0, -dx) : width - max(0, dx)].copy()


@shift_image.misconception(
    look="What stands in the rows and columns that moved in?",
    wrong="You repeated the edge. Pixels for which the image has nothing are to be 0.",
)
def repeats_the_edge(image, dy, dx):
    height, width = image.shape
    rows = np.clip(np.arange(height) - dy, 0, height - 1)
    columns = np.clip(np.arange(width) - dx, 0, width - 1)
    return image[np.ix_(rows, columns)]


@shift_image.misconception(
    look="Which pixel does index −1 name in NumPy?",
    wrong="You read image[r − dy, c − dx] without asking whether that place exists. A negative index counts from the far "
    "end, so pixels come back in there.",
)
def reads_negative_indices(image, dy, dx):
    height, width = image.shape
    out = np.zeros_like(image)
    for row in range(height):
        for column in range(width):
            if row - dy < height and column - dx < width and row - dy >= -height and column - dx >= -width:
                out[row, column] = image[row - dy, column - dx]
    return out


@shift_image.misconception(
    look="What is the dtype of your result when bytes go in?",
    wrong="np.zeros makes floats unless you say otherwise. The result keeps the dtype of the image: np.zeros_like.",
)
def returns_floats(image, dy, dx):
    return moved(image, dy, dx).astype(float)


@shift_image.misconception(
    look="Move the picture by more rows than it has. What is left?",
    wrong="When the shift is larger than the picture, height − dy is negative and your slice means something else. "
    "Nothing is left then: all zeros.",
)
def fails_beyond_the_frame(image, dy, dx):
    height, width = image.shape
    out = np.zeros_like(image)
    rows = slice(dy, height) if dy >= 0 else slice(0, height + dy)
    columns = slice(dx, width) if dx >= 0 else slice(0, width + dx)
    taken_rows = slice(0, height - dy) if dy >= 0 else slice(-dy, height)
    taken_columns = slice(0, width - dx) if dx >= 0 else slice(-dx, width)
    out[rows, columns] = image[taken_rows, taken_columns]
    return out


@shift_image.misconception(
    look="In which of the two directions does your picture move?",
    wrong="Your picture moves sideways only: dy changes nothing in your code.",
)
def ignores_dy(image, dy, dx):
    return moved(image, 0, dx)


@shift_image.misconception(
    look="Shifts to the right and down are fine. On a shift to the left or up, what stands on the side that became free?",
    wrong="What leaves at the left or at the top comes back in at the far end: a negative index, as in out[r + dy, c + dx], counts "
    "from there, and so does np.roll, whose other side has to be set to 0.",
)
def comes_back_from_left_and_top(image, dy, dx):
    height, width = image.shape
    out = np.zeros_like(image)
    for row in range(height):
        for column in range(width):
            if -height <= row + dy < height and -width <= column + dx < width:
                out[row + dy, column + dx] = image[row, column]
    return out


@shift_image.misconception(
    look="What does out[0:] = 0 wipe?",
    wrong="Where dy or dx is 0, your slice for the negative case holds the whole picture: out[0:] is everything. Ask for dy < 0.",
)
def wipes_all_at_zero(image, dy, dx):
    out = np.roll(image, (dy, dx), axis=(0, 1))
    if dy > 0:
        out[:dy] = 0
    else:
        out[dy:] = 0
    if dx > 0:
        out[:, :dx] = 0
    else:
        out[:, dx:] = 0
    return out


@shift_image.alternative
def with_loops(image, dy, dx):
    height, width = image.shape
    out = np.zeros((height, width), dtype=image.dtype)
    for r in range(height):
        for c in range(width):
            if 0 <= r + dy < height and 0 <= c + dx < width:
                out[r + dy, c + dx] = image[r, c]
    return out


@shift_image.alternative
def a_window_on_a_larger_plane(image, dy, dx):
    height, width = image.shape
    plane = np.zeros((3 * height, 3 * width), dtype=image.dtype)
    plane[height : 2 * height, width : 2 * width] = image
    dy, dx = max(-height, min(height, dy)), max(-width, min(width, dx))
    return plane[height - dy : 2 * height - dy, width - dx : 2 * width - dx]


@shift_image.alternative
def rolled_and_wiped(image, dy, dx):
    out = np.roll(image, (dy, dx), axis=(0, 1))  # a copy
    height, width = image.shape
    rows, columns = np.arange(height) - dy, np.arange(width) - dx
    out[(rows < 0) | (rows >= height), :] = 0
    out[:, (columns < 0) | (columns >= width)] = 0
    return out


@shift_image.alternative
def with_indices_and_a_mask(image, dy, dx):
    rows, columns = np.indices(image.shape)
    rows, columns = rows - dy, columns - dx
    exists = (rows >= 0) & (rows < image.shape[0]) & (columns >= 0) & (columns < image.shape[1])
    out = np.zeros_like(image)
    out[exists] = image[rows[exists], columns[exists]]
    return out


shift_image.off_limits("scipy.ndimage.shift", "scipy.ndimage.affine_transform")
