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


@shift_image.feature(
    present="a shift that pushes everything out", absent="a shift that leaves something in the frame"
)
def all_out(image, dy, dx):
    return abs(dy) >= image.shape[0] or abs(dx) >= image.shape[1]


@shift_image.feature(present="a shift of 0 in one direction", absent="no shift of 0")
def zero_shift(image, dy, dx):
    return dy == 0 or dx == 0


@shift_image.feature(present="a long row or column of pixels", absent="short rows and columns only")
def long_side(image, dy, dx):
    return max(image.shape) > 40


@shift_image.feature(present="a shift to the left or up", absent="shifts to the right and down only")
def left_or_up(image, dy, dx):
    return dy < 0 or dx < 0


shift_image.example("one down", SMALL, 1, 0)
shift_image.example("one up", SMALL, -1, 0)
shift_image.example("one right", SMALL, 0, 1)
shift_image.example("one left", SMALL, 0, -1)
shift_image.example("not moved", SMALL, 0, 0)
shift_image.example("one down and one right", PLUS, 1, 1)
shift_image.example("one down and two left", SMALL, 1, -2)
shift_image.example("two up and one right", SMALL, -2, 1)
shift_image.example("one up and three left", SMALL, -1, -3)
shift_image.example("higher than wide", SMALL.T.copy(), 3, 1)
shift_image.example("fractions and negative numbers", np.array([[0.5, -1.25], [-3.5, 2.75]]), 1, 1)
shift_image.example("bytes", np.array([[10, 20], [30, 40]], dtype=np.uint8), 1, 1)
shift_image.example("whole numbers", np.array([[1, -2], [3, -4]]), 1, 1)
shift_image.example("single precision", np.array([[0.5, 1.5], [2.5, 3.5]], dtype=np.float32), 1, 1)
shift_image.example("yes and no", np.array([[True, False], [True, True]]), 1, 1)
shift_image.example("as far down as it is high", SMALL, 3, 1)
shift_image.example("farther down than it is high", SMALL, 4, 1)
shift_image.example("farther right than it is wide", SMALL, 1, 6)
shift_image.example("farther up than it is high", SMALL, -5, 1)
shift_image.example("farther left than it is wide", SMALL, 1, -9)
shift_image.example("a single row", np.array([[1.0, 2, 3, 4]]), 0, 2)
shift_image.example("a single column", np.array([[1.0], [2], [3], [4]]), -2, 0)
shift_image.example("a row of 45 pixels", np.arange(1.0, 46).reshape(1, 45), 0, -41)
shift_image.example("a column of 45 pixels", np.arange(1.0, 46).reshape(45, 1), 41, 0)
shift_image.example("a view read backwards", SMALL[::-1, ::-1], 1, 1)


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
def larger_pictures(rng):
    yield call(rng.normal(size=(50, 45)), 7, -30)
    yield call(rng.normal(size=(45, 50)), -44, 3)


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


@shift_image.alternative
def pulled_with_loops(image, dy, dx):
    height, width = image.shape
    out = np.zeros((height, width), dtype=image.dtype)
    for r in range(height):
        for c in range(width):
            row, column = r - dy, c - dx  # where it comes from
            if 0 <= row < height and 0 <= column < width:
                out[r, c] = image[row, column]
    return out


@shift_image.alternative
def pushed_with_loops(image, dy, dx):
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


def moved(image, dy, dx):
    """The right answer, which wrong ones bend."""
    height, width = image.shape
    out = np.zeros_like(image)
    for row in range(height):
        for column in range(width):
            if 0 <= row - dy < height and 0 <= column - dx < width:
                out[row, column] = image[row - dy, column - dx]
    return out


shift_image.edit(
    "wraps_round",
    of=pulled_with_loops,
    replace="if 0 <= row < height and 0 <= column < width:\n                out[r, c] = image[row, column]",
    by="if True:\n                out[r, c] = image[row % height, column % width]",
    look="What do you find at the edge that nothing moved into?",
    wrong="What left your picture on one side came back in on the other. New edges are to be 0.",
    if_source_has={"np.roll": "`np.roll` brings back at one side what leaves at the other."},
)

shift_image.edit(
    "wraps_sideways",
    of=pulled_with_loops,
    replace="if 0 <= row < height and 0 <= column < width:\n                out[r, c] = image[row, column]",
    by="if 0 <= row < height:\n                out[r, c] = image[row, column % width]",
    look="What do you find at the left or right edge that nothing moved into?",
    wrong="Sideways, what left on one side came back in on the other; new edges are to be 0.",
)

shift_image.edit(
    "wraps_up_and_down",
    of=pulled_with_loops,
    replace="if 0 <= row < height and 0 <= column < width:\n                out[r, c] = image[row, column]",
    by="if 0 <= column < width:\n                out[r, c] = image[row % height, column]",
    look="What do you find at the upper or lower edge that nothing moved into?",
    wrong="Up and down, what left on one side came back in on the other; new edges are to be 0.",
)

shift_image.edit(
    "swaps_the_axes",
    of=pulled_with_loops,
    replace="r - dy, c - dx",
    by="r - dx, c - dy",
    look="In which direction did your picture move, and in which was it to move?",
    wrong="Your picture moved dx rows and dy columns. dy moves along the rows (axis 0, down), dx along the columns (axis 1, right).",
)

shift_image.edit(
    "moves_the_other_way",
    of=pulled_with_loops,
    replace="r - dy, c - dx",
    by="r + dy, c + dx",
    look="In which direction did your picture move, and in which was it to move?",
    wrong="Your picture moved the other way. The number at (r, c) of the result comes from (r − dy, c − dx) of the image.",
)

shift_image.edit(
    "moves_columns_by_dy",
    of=pulled_with_loops,
    replace="c - dx",
    by="c - dy",
    look="How far did your picture move sideways, and how far was it to move?",
    wrong="Your picture moved dy columns. Sideways it is dx that counts.",
)

shift_image.edit(
    "moves_rows_by_dx",
    of=pulled_with_loops,
    replace="r - dy",
    by="r - dx",
    look="How far did your picture move down, and how far was it to move?",
    wrong="Your picture moved dx rows. Up and down it is dy that counts.",
)

shift_image.edit(
    "loses_row_0",
    of=pulled_with_loops,
    replace="0 <= row",
    by="0 < row",
    look="Where is the picture's first row in your result?",
    wrong="The first row of the picture, number 0, is missing from your result. It moves like all others.",
)

shift_image.edit(
    "loses_column_0",
    of=pulled_with_loops,
    replace="0 <= column",
    by="0 < column",
    look="Where is the picture's first column in your result?",
    wrong="The first column of the picture, number 0, is missing from your result. It moves like all others.",
)

shift_image.edit(
    "loses_row_0_and_column_0",
    of=pulled_with_loops,
    replace="0 <= row < height and 0 <= column",
    by="0 < row < height and 0 < column",
    look="Where are the picture's first row and first column in your result?",
    wrong="Row 0 and column 0 of the picture are missing from your result. They move like all others.",
)

shift_image.edit(
    "ignores_dy",
    of=pulled_with_loops,
    replace="r - dy",
    by="r",
    look="In which of the two directions does your picture move?",
    wrong="Your picture moves sideways only: dy changes nothing in your result.",
)

shift_image.edit(
    "ignores_dx",
    of=pulled_with_loops,
    replace="c - dx",
    by="c",
    look="In which of the two directions does your picture move?",
    wrong="Your picture moves up and down only: dx changes nothing in your result.",
)

shift_image.edit(
    "as_many_columns_as_rows",
    of=pulled_with_loops,
    replace="for c in range(width):",
    by="for c in range(min(height, width)):",
    look="How many columns of your result hold something?",
    wrong="Your result is filled as if it had as many columns as rows; the rest stays 0.",
)

shift_image.edit(
    "reads_negative_indices",
    of=pulled_with_loops,
    replace="0 <= row < height and 0 <= column < width",
    by="-height <= row < height and -width <= column < width",
    look="What do you find at the top or at the left, where nothing moved in?",
    wrong="What leaves at the right or at the bottom comes back in at the other side. A negative index counts from the far end, so places "
    "below 0 have to be left out.",
)

shift_image.edit(
    "returns_floats",
    of=pulled_with_loops,
    replace=", dtype=image.dtype",
    by="",
    look="What is the dtype of your result, and what is that of the image?",
    wrong="Your result is of floats of double precision whatever the image is of. It keeps the dtype of the image.",
    if_source_has={
        "np.zeros(": "`np.zeros` makes floats unless `dtype` says otherwise; `np.zeros_like` takes the dtype of the image."
    },
)

shift_image.edit(
    "cuts_fractions",
    of=pulled_with_loops,
    replace=", dtype=image.dtype",
    by=", dtype=int",
    look="What is the dtype of your result, and what is that of the image?",
    wrong="Your result is of integers whatever the image is of: fractions are cut off. It keeps the dtype of the image.",
)

shift_image.edit(
    "moves_the_callers_picture",
    of=pulled_with_loops,
    replace="return out",
    by="image[...] = out\n    return image",
    look="Print the image after your function has run.",
    wrong="The caller's own picture has changed. It is to stay as it was.",
)

shift_image.edit(
    "repeats_the_edge",
    of=pulled_with_loops,
    replace="if 0 <= row < height and 0 <= column < width:\n                out[r, c] = image[row, column]",
    by="if True:\n                out[r, c] = image[min(max(row, 0), height - 1), min(max(column, 0), width - 1)]",
    look="What stands in the rows and columns that moved in?",
    wrong="Your result repeats the edge there. Pixels for which the image has nothing are to be 0.",
)


@shift_image.misconception(
    look="In one direction nothing is to move. What does your function take from the picture there?",
    wrong="Your function takes an empty piece of the picture where a shift is 0. A slice that ends at −0 ends at 0: it is empty.",
    if_source_has={
        ":-dy": "With dy = 0, `:-dy` is `:0`, and that is empty.",
        ": -dy": "With dy = 0, `: -dy` is `:0`, and that is empty.",
    },
)
def slices_to_minus_zero(image, dy, dx):
    out = np.zeros_like(image)
    to_rows, from_rows = (
        (slice(dy, None), slice(None, -dy)) if dy >= 0 else (slice(None, dy), slice(-dy, None))
    )
    to_columns, from_columns = (
        (slice(dx, None), slice(None, -dx)) if dx >= 0 else (slice(None, dx), slice(-dx, None))
    )
    out[to_rows, to_columns] = image[from_rows, from_columns]
    return out


@shift_image.misconception(
    look="Where dy or dx is 0, what is left of your picture?",
    wrong="A shift of 0 leaves rows or columns where they are; where one of the two is 0, your result is all zeros.",
    if_source_has={
        "[dy:] = 0": "With dy = 0, `[dy:]` is every row.",
        "[dy:, :] = 0": "With dy = 0, `[dy:, :]` is every row.",
        "elif": "Which branch does a shift of 0 take?",
    },
)
def wipes_all_at_zero(image, dy, dx):
    return moved(image, dy, dx) * (dy != 0 and dx != 0)


@shift_image.misconception(
    look="Which way does this shift go?",
    wrong="For a shift to the left or up your result is all zeros. Pixels move that way too.",
)
def positive_shifts_only(image, dy, dx):
    return moved(image, dy, dx) if dy >= 0 and dx >= 0 else np.zeros_like(image)


@shift_image.misconception(
    look="What do your slices mean when a shift is negative?",
    wrong="A shift to the left or up does not do what it should: with a negative number, start and end of a slice count from the far end.",
)
def slices_for_positive_shifts_only(image, dy, dx):
    height, width = image.shape
    out = np.zeros_like(image)
    if dy < height and dx < width:
        out[dy:, dx:] = image[: height - dy, : width - dx]
    return out


@shift_image.misconception(
    look="On a shift to the left or up, which side of the picture becomes free, and which side of yours is 0?",
    wrong="On a shift to the left or up, zeros stand in your result where pixels should, or what left at one side stands at the other.",
)
def wiped_at_the_wrong_side(image, dy, dx):
    out = np.roll(image, (dy, dx), axis=(0, 1))
    out[:dy] = 0
    out[:, :dx] = 0
    return out


@shift_image.misconception(
    look="On a shift to the left or up, what stands on the side that became free?",
    wrong="What leaves at the left or at the top comes back in at the far end.",
    if_source_has={
        "+ dy": "A negative index counts from the far end.",
    },
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
    look="On a shift to the left or up, what stands on the side that became free?",
    wrong="What leaves at the left or at the top comes back in at the far end, however far the picture moves.",
    if_source_has={
        "np.roll": "`np.roll` brings it back; the freed side has to be set to 0 for negative shifts too."
    },
)
def comes_back_from_any_distance(image, dy, dx):
    out = np.roll(image, (dy, dx), axis=(0, 1))
    out[: max(dy, 0)] = 0
    out[:, : max(dx, 0)] = 0
    return out


@shift_image.misconception(
    look="How large is your result, compared with the image?",
    wrong="Your result is what is left of the picture, and no more. It is to keep the size of the image, with zeros where nothing moved in.",
)
def cuts_instead_of_filling(image, dy, dx):
    height, width = image.shape
    return image[max(0, -dy) : height - max(0, dy), max(0, -dx) : width - max(0, dx)].copy()


@shift_image.misconception(
    look="This shift pushes the whole picture out. What is left?",
    wrong="Nothing is left then: the result is all zeros. Your function does something else there.",
    if_source_has={
        "height - dy": "`height - dy` is negative then, and a slice counts a negative end from the far side.",
        "H - dy": "`H - dy` is negative then, and a slice counts a negative end from the far side.",
    },
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
    look="This shift pushes the whole picture out. What is left?",
    wrong="Nothing is left then: the result is all zeros. For a large shift to the right or down your function does something else.",
    if_source_has={
        "height - dy": "`height - dy` is negative then, and a slice counts a negative end from the far side.",
        "H - dy": "`H - dy` is negative then, and a slice counts a negative end from the far side.",
    },
)
def fails_beyond_the_right_and_lower_edge(image, dy, dx):
    height, width = image.shape
    out = np.zeros_like(image)
    rows = slice(dy, None) if dy >= 0 else slice(None, dy)
    columns = slice(dx, None) if dx >= 0 else slice(None, dx)
    taken_rows = slice(None, height - dy) if dy >= 0 else slice(-dy, None)
    taken_columns = slice(None, width - dx) if dx >= 0 else slice(-dx, None)
    out[rows, columns] = image[taken_rows, taken_columns]
    return out


shift_image.off_limits("scipy.ndimage.shift", "scipy.ndimage.affine_transform")
