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
pad2d.example("one ring of zeros", SMALL, 1)
pad2d.example("four different sides: (top, bottom, left, right)", SMALL, (1, 0, 2, 3))
pad2d.example("a batch of 2 samples with 2 channels, in a frame of −1", TWO_BY_TWO, 1, -1.0)
pad2d.example("whole numbers in a frame of 0.5", WHOLE, 1, 0.5)
pad2d.example("no padding at all", SMALL, 0)


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


@pad2d.misconception(
    look="Compare the shapes for the batch. Which axes should grow?",
    wrong="You padded every axis, samples and channels too. np.pad(x, p) does that. Only the last two axes, rows and "
    "columns, get a frame.",
)
def pads_every_axis(x, padding, value=0.0):
    if isinstance(padding, int):
        return np.pad(x.astype(float), padding, constant_values=value)
    top, bottom, left, right = padding
    sides = [(0, 0)] * (x.ndim - 2) + [(top, bottom), (left, right)]
    return np.pad(x.astype(float), sides, constant_values=value)


@pad2d.misconception(
    look="Four different sides: is the first number of `padding` the top?",
    wrong="You read the four numbers as (left, right, top, bottom), which is PyTorch's order. Here it is (top, bottom, "
    "left, right), rows first.",
)
def reads_the_sides_as_torch_does(x, padding, value=0.0):
    left, right, top, bottom = four(padding)
    sides = [(0, 0)] * (x.ndim - 2) + [(top, bottom), (left, right)]
    return np.pad(x.astype(float), sides, constant_values=value)


@pad2d.misconception(
    look="Four different sides: how many rows stand above, and how many below?",
    wrong="You read the four numbers round the frame, as style sheets do (top, right, bottom, left). Here it is (top, "
    "bottom, left, right).",
)
def goes_round_the_frame(x, padding, value=0.0):
    top, right, bottom, left = four(padding)
    sides = [(0, 0)] * (x.ndim - 2) + [(top, bottom), (left, right)]
    return np.pad(x.astype(float), sides, constant_values=value)


@pad2d.misconception(
    look="Whole numbers in a frame of 0.5: what does your frame hold?",
    wrong="Your output takes its type from the whole-number input, and a frame of 0.5 is cut down to 0. Give the output a "
    "type that can hold both, such as float.",
)
def cuts_the_value_to_whole_numbers(x, padding, value=0.0):
    top, bottom, left, right = four(padding)
    sides = [(0, 0)] * (x.ndim - 2) + [(top, bottom), (left, right)]
    with np.errstate(all="ignore"):
        return np.pad(x, sides, constant_values=np.array(value).astype(x.dtype))


@pad2d.misconception(
    look="What does your frame hold when `value` is 0.5?",
    wrong="You ignore `value`: your frame is always 0.",
)
def ignores_the_value(x, padding, value=0.0):
    top, bottom, left, right = four(padding)
    return np.pad(x.astype(float), [(0, 0)] * (x.ndim - 2) + [(top, bottom), (left, right)])


@pad2d.misconception(
    look="No padding at all: does anything of x come through?",
    wrong="You write x into out[p:−p, p:−p]. With p = 0 that slice is out[0:0], which is empty. Count from the front: "
    "out[top : top + H].",
)
def slices_with_a_negative_end(x, padding, value=0.0):
    top, bottom, left, right = four(padding)
    height, width = x.shape[-2:]
    out = np.full((*x.shape[:-2], height + top + bottom, width + left + right), float(value))
    out[..., top:-bottom, left:-right] = x
    return out


@pad2d.misconception(
    look="Batches: which axes are rows and columns?",
    wrong="You padded the first two axes. In (N, C, H, W) rows and columns are the last two.",
)
def pads_the_first_two_axes(x, padding, value=0.0):
    top, bottom, left, right = four(padding)
    sides = [(top, bottom), (left, right)] + [(0, 0)] * (x.ndim - 2)
    return np.pad(x.astype(float), sides, constant_values=value)


@pad2d.misconception(
    look="One ring of zeros on 2 × 3: what shape do you expect?",
    wrong="Your frame stands above and to the left only. A padding of 1 adds a row above and below, a column left and right.",
)
def pads_top_and_left_only(x, padding, value=0.0):
    top, bottom, left, right = (padding, 0, padding, 0) if isinstance(padding, int) else padding
    sides = [(0, 0)] * (x.ndim - 2) + [(top, bottom), (left, right)]
    return np.pad(x.astype(float), sides, constant_values=value)


@pad2d.misconception(
    look="Four different sides: do they differ in yours?",
    wrong="You take the first of the four numbers for all sides. They are (top, bottom, left, right), each for itself.",
)
def uses_the_first_side_for_all(x, padding, value=0.0):
    side = four(padding)[0]
    sides = [(0, 0)] * (x.ndim - 2) + [(side, side), (side, side)]
    return np.pad(x.astype(float), sides, constant_values=value)


@pad2d.misconception(
    look="Print 0.1 − your 0.1. Is it exactly 0?",
    wrong="You made the output float32, which keeps seven digits. x is float64: its numbers must come through unchanged.",
)
def keeps_seven_digits(x, padding, value=0.0):
    top, bottom, left, right = four(padding)
    sides = [(0, 0)] * (x.ndim - 2) + [(top, bottom), (left, right)]
    return np.pad(x.astype(np.float32), sides, constant_values=value)


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
    out = np.empty(x.shape[:-2] + (top + height + bottom, left + width + right))
    for i in range(out.shape[-2]):
        for j in range(out.shape[-1]):
            inside = top <= i < top + height and left <= j < left + width
            out[..., i, j] = x[..., i - top, j - left] if inside else value
    return out
