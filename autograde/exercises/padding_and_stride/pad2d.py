"""A frame of one value around the last two axes."""

from __future__ import annotations

import numpy as np
import torch

from autograde.course.definition import call, exercise
from helpers.checking.compare import equal

SMALL = np.array([[1.0, 2, 3], [4, 5, 6]])
WHOLE = np.array([[1, 2, 3], [4, 5, 6]])
TWO_BY_TWO = np.arange(1.0, 25).reshape(2, 2, 2, 3) / 10


@exercise(points=2, difficulty="easy", minutes=10, compare=equal(check_dtype=False))
def pad2d(x, padding, value=0.0):
    """The plane inside a frame; PyTorch does it, in double precision for whole numbers."""
    top, bottom, left, right = (padding,) * 4 if isinstance(padding, int) else padding
    held = torch.tensor(np.ascontiguousarray(x if x.dtype.kind == "f" else x.astype(float)))
    flat = held.reshape(1, -1, *held.shape[-2:])
    padded = torch.nn.functional.pad(flat, (left, right, top, bottom), value=value).numpy()
    return padded.reshape(*x.shape[:-2], *padded.shape[-2:])


pad2d.off_limits(
    "torch.nn.functional.pad", "torch.nn.ZeroPad2d", "torch.nn.ConstantPad2d", "torch.constant_pad_nd"
)


@pad2d.feature(present="four numbers for the sides", absent="one number for all sides")
def four_numbers(x, padding, value=0.0):
    return not isinstance(padding, int)


@pad2d.feature(present="more than two axes", absent="a single plane")
def more_axes(x, padding, value=0.0):
    return x.ndim > 2


@pad2d.feature(present="different numbers above and below", absent="as many rows above as below")
def above_and_below_differ(x, padding, value=0.0):
    top, bottom, _, _ = four(padding)
    return top != bottom


@pad2d.feature(present="different numbers left and right", absent="as many columns left as right")
def left_and_right_differ(x, padding, value=0.0):
    _, _, left, right = four(padding)
    return left != right


@pad2d.feature(
    present="different numbers below and at the right", absent="as many rows below as columns at the right"
)
def below_and_right_differ(x, padding, value=0.0):
    _, bottom, _, right = four(padding)
    return bottom != right


@pad2d.feature(present="a side without padding", absent="padding on all four sides")
def bare_side(x, padding, value=0.0):
    return padding == 0 or (isinstance(padding, tuple) and 0 in padding)


pad2d.example("one ring of zeros", SMALL, 1)
pad2d.example("two rings", SMALL, 2)
pad2d.example("no padding", SMALL, 0)
pad2d.example("three rows", np.array([[1.0, 2], [3, 4], [5, 6]]), 1)
pad2d.example("one pixel", np.array([[5.0]]), 1)
pad2d.example("rows only", SMALL, (1, 2, 0, 0))
pad2d.example("columns only", SMALL, (0, 0, 1, 2))
pad2d.example("a row on top, columns at the left", SMALL, (1, 0, 2, 0))
pad2d.example("four different sides", SMALL, (1, 4, 2, 3))
pad2d.example("a frame of −1", SMALL, 1, -1.0)
pad2d.example("a zero among the pixels", np.array([[0.0, 1], [2, 0]]), 1, 7.0)
pad2d.example("fractions", np.array([[0.1, 0.7], [-0.3, 1.25]]), 1)
pad2d.example("whole numbers", WHOLE, 1)
pad2d.example("whole numbers in a frame of 0.5", WHOLE, 1, 0.5)
pad2d.example("whole numbers in a frame of −∞", WHOLE, 1, -np.inf)
pad2d.example("bytes in a frame of −1", np.array([[200, 7], [0, 255]], dtype=np.uint8), 1, -1.0)
pad2d.example("single precision", np.array([[0.1, 0.7]], dtype=np.float32), 1, 0.5)
pad2d.example("a view, upside down", SMALL[::-1], 1)
pad2d.example("three channels", np.arange(1.0, 7).reshape(3, 1, 2), 1)
pad2d.example("three images", np.arange(1.0, 19).reshape(3, 1, 2, 3), 1)
pad2d.example("two images with two channels, four sides", TWO_BY_TWO, (1, 0, 2, 1), -1.0)


@pad2d.cases
def rings(rng):
    for padding in (1, 2, 4):
        yield call(rng.normal(size=(int(rng.integers(2, 6)), int(rng.integers(2, 6)))), padding)


@pad2d.cases(weight=2)
def four_sides(rng):
    yield call(rng.normal(size=(3, 4)), (2, 1, 0, 3))
    yield call(rng.normal(size=(4, 2)), (0, 0, 1, 2), 1.0)
    yield call(rng.normal(size=(2, 5)), (3, 0, 0, 0))
    yield call(rng.normal(size=(2, 3, 4, 5)), (0, 2, 1, 0), -2.0)


@pad2d.cases(weight=2)
def batches_and_channels(rng):
    yield call(rng.normal(size=(2, 3, 4, 5)), 1)
    yield call(rng.normal(size=(1, 1, 3, 2)), 2)
    yield call(rng.normal(size=(3, 4, 5)), (1, 2, 3, 4))
    yield call(rng.normal(size=(2, 1, 2, 3, 3)), 1, value=7.0)
    yield call(rng.normal(size=(1, 3, 1, 1)), (0, 2, 3, 1), 0.25)


@pad2d.cases
def zeros_among_the_pixels(rng):
    yield call(rng.integers(0, 2, size=(3, 4)).astype(float) * np.arange(4), 1, -3.0)
    yield call(np.zeros((2, 2, 3)), (1, 0, 0, 2), 5.0)
    yield call(rng.integers(0, 2, size=(4, 3)) * np.arange(3), 2, 0.5)


@pad2d.cases
def no_padding(rng):
    yield call(rng.normal(size=(2, 3, 4)), 0)
    yield call(rng.normal(size=(3, 4)), (0, 0, 0, 0), 9.0)


@pad2d.cases(weight=2)
def whole_numbers_and_their_frames(rng):
    yield call(rng.integers(-9, 10, size=(3, 4)), 1, -0.25)
    yield call(rng.integers(0, 256, size=(2, 3, 3)).astype(np.uint8), 1, value=-1.0)
    yield call(rng.integers(-9, 10, size=(2, 2)), (1, 0, 0, 1), -np.inf)
    yield call(rng.integers(-9, 10, size=(2, 2, 2, 2)), 1)
    yield call(rng.integers(0, 5, size=(3, 2)), 2, 3.0)


@pad2d.cases
def single_precision_and_views(rng):
    yield call(rng.normal(size=(2, 3, 4)).astype(np.float32), 1, 0.5)
    yield call(rng.normal(size=(5, 4)).T, (1, 2, 0, 1))
    yield call(rng.normal(size=(2, 6, 7))[:, ::2, ::-1], 1)


def four(padding):
    """(top, bottom, left, right) of a padding that may be one number."""
    return (padding,) * 4 if isinstance(padding, int) else padding


@pad2d.alternative
def frame_filled_from_inside(x, padding, value=0.0):
    top, bottom, left, right = (padding,) * 4 if isinstance(padding, int) else padding
    height, width = x.shape[-2:]
    out = np.full((*x.shape[:-2], top + height + bottom, left + width + right), value, dtype=float)
    out[..., top : top + height, left : left + width] = x
    return out


pad2d.edit(
    "reads_the_sides_as_torch_does",
    of=frame_filled_from_inside,
    replace="top, bottom, left, right =",
    by="left, right, top, bottom =",
    look="How many rows stand above x in your output? Which of the four numbers is that?",
    wrong="Your frame is the one for (left, right, top, bottom), which is PyTorch's order. Here the four are (top, bottom, left, "
    "right), rows first.",
    shown="four different sides",
)
pad2d.edit(
    "goes_round_the_frame",
    of=frame_filled_from_inside,
    replace="top, bottom, left, right =",
    by="top, right, bottom, left =",
    look="How many rows stand above x in your output, and how many below? Which of the four numbers are these?",
    wrong="Your frame is the one for (top, right, bottom, left), round the frame as in style sheets. Here the four are (top, "
    "bottom, left, right).",
    shown="four different sides",
)
pad2d.edit(
    "goes_on_from_the_top_left_corner",
    of=frame_filled_from_inside,
    replace="top, bottom, left, right =",
    by="top, left, bottom, right =",
    look="How many rows stand below x in your output? Which of the four numbers is that?",
    wrong="Your frame is the one for (top, left, bottom, right). Here the four are (top, bottom, left, right): both numbers for "
    "rows first.",
    shown="four different sides",
)
pad2d.edit(
    "uses_the_first_side_for_all",
    of=frame_filled_from_inside,
    replace="else padding",
    by="else (padding[0],) * 4",
    look="How wide are the four sides of your frame?",
    wrong="All four sides of your frame are as wide as the first number says. Each has its own: (top, bottom, left, right).",
    shown="four different sides",
)
pad2d.edit(
    "pads_top_and_left_only",
    of=frame_filled_from_inside,
    replace="(padding,) * 4",
    by="(padding, 0, padding, 0)",
    look="On which sides of x does your frame stand?",
    wrong="Your frame stands above and to the left only. One number means as much on all four sides.",
)
pad2d.edit(
    "cuts_the_value_to_whole_numbers",
    of=frame_filled_from_inside,
    replace="dtype=float",
    by="dtype=x.dtype",
    look="What does your frame hold, and what is `value`?",
    wrong="Your output has the type of x. An array of whole numbers cannot hold a frame of 0.5: give the output a type that can "
    "hold both, such as float.",
    shown="whole numbers in a frame of 0.5",
)
pad2d.edit(
    "cuts_the_pixels_to_whole_numbers",
    of=frame_filled_from_inside,
    replace="dtype=float",
    by="dtype=int",
    look="What has become of 0.7 in your output?",
    wrong="Your output holds whole numbers, and fractions are cut off. It must hold x as it is: give it a float type.",
    shown="fractions",
)
pad2d.edit(
    "keeps_seven_digits",
    of=frame_filled_from_inside,
    replace="dtype=float",
    by="dtype=np.float32",
    look="x[0, 0] is 0.1. Take your number at that place away from it: is the rest exactly 0?",
    wrong="Your output is in single precision (float32), which keeps seven digits. x is in double precision (float64): its "
    "numbers must come through unchanged.",
)
pad2d.edit(
    "ignores_the_value",
    of=frame_filled_from_inside,
    replace=", value, dtype",
    by=", 0.0, dtype",
    look="What does your frame hold, and what is `value`?",
    wrong="Your frame holds 0 whatever `value` is.",
)
pad2d.edit(
    "turns_zeros_of_the_image_into_the_value",
    of=frame_filled_from_inside,
    replace="    return out",
    by="    out[out == 0] = value\n    return out",
    look="x has a zero of its own. What stands there in your output?",
    wrong="Pixels that are 0 have become `value`, too. Only the frame holds `value`: what lies inside is x as it is.",
)
pad2d.edit(
    "forgets_the_image",
    of=frame_filled_from_inside,
    replace="    out[..., top : top + height, left : left + width] = x\n",
    by="",
    look="Where in your output are the numbers of x?",
    wrong="Your output has the right shape and holds `value` everywhere. x belongs inside the frame.",
)
pad2d.edit(
    "puts_the_image_into_the_corner",
    of=frame_filled_from_inside,
    replace="top : top + height, left : left + width",
    by=":height, :width",
    look="In which row and column of your output does x[0, 0] stand?",
    wrong="Your output has the right shape, but x stands in its upper left corner. It begins in row `top` and column `left`.",
    shown="one ring of zeros",
)
pad2d.edit(
    "slices_with_a_negative_end",
    of=frame_filled_from_inside,
    replace="top : top + height, left : left + width",
    by="top:-bottom, left:-right",
    look="A side without padding: how many rows and columns of your output are to hold x?",
    wrong="Your code fails where a side has no padding: x is put into a part of the output that is too small, or empty. x starts "
    "at row `top` and ends before row top + H; columns likewise.",
    shown="no padding",
    if_source_has={":-": "A slice that ends at −p is empty for p = 0, since −0 is 0."},
)


@pad2d.misconception(
    look="Compare the shape of x with the shape of your output. Which axes have grown?",
    wrong="Your frame grows along every axis, images and channels too. Only the last two axes, rows and columns, get one.",
    if_source_has={
        "np.pad": "np.pad with one number frames every axis; it also takes a pair (before, after) for each."
    },
)
def pads_every_axis(x, padding, value=0.0):
    if isinstance(padding, int):
        return np.pad(x.astype(float), padding, constant_values=value)
    top, bottom, left, right = padding
    sides = [(0, 0)] * (x.ndim - 2) + [(top, bottom), (left, right)]
    return np.pad(x.astype(float), sides, constant_values=value)


@pad2d.misconception(
    look="Compare the shape of x with the shape of your output. Which axes have grown?",
    wrong="Your frame grows along the first two axes. Rows and columns are the last two: in (N, C, H, W) they are H and W.",
)
def pads_the_first_two_axes(x, padding, value=0.0):
    top, bottom, left, right = four(padding)
    sides = [(top, bottom), (left, right)] + [(0, 0)] * (x.ndim - 2)
    return np.pad(x.astype(float), sides, constant_values=value)


@pad2d.misconception(
    look="What does your frame hold, and what is `value`?",
    wrong="Your frame repeats the border of x. It is to hold `value`, whatever stands beside it.",
)
def repeats_the_border(x, padding, value=0.0):
    top, bottom, left, right = four(padding)
    sides = [(0, 0)] * (x.ndim - 2) + [(top, bottom), (left, right)]
    return np.pad(x.astype(float), sides, mode="edge")


@pad2d.alternative
def padded_by_concatenation(x, padding, value=0.0):
    top, bottom, left, right = four(padding)
    x = x.astype(np.result_type(x.dtype, np.float32))

    def block(rows, columns):
        return np.full((*x.shape[:-2], rows, columns), value, dtype=x.dtype)

    height = x.shape[-2]
    wide = np.concatenate([block(height, left), x, block(height, right)], axis=-1)
    return np.concatenate([block(top, wide.shape[-1]), wide, block(bottom, wide.shape[-1])], axis=-2)


@pad2d.alternative
def padded_with_numpy(x, padding, value=0.0):
    top, bottom, left, right = four(padding)
    sides = [(0, 0)] * (x.ndim - 2) + [(top, bottom), (left, right)]
    return np.pad(x.astype(float), sides, constant_values=value)


@pad2d.alternative
def padded_pixel_by_pixel(x, padding, value=0.0):
    if isinstance(padding, int):
        padding = (padding, padding, padding, padding)
    top, bottom, left, right = padding
    height, width = x.shape[-2], x.shape[-1]
    out = np.full(x.shape[:-2] + (top + height + bottom, left + width + right), np.nan)
    for i in range(out.shape[-2]):
        for j in range(out.shape[-1]):
            inside = top <= i < top + height and left <= j < left + width
            out[..., i, j] = x[..., i - top, j - left] if inside else value
    return out
