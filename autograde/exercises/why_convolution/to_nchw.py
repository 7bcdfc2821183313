"""From channels last to channels first."""

from __future__ import annotations

import numpy as np
import torch

from autograde.course.definition import call, call_error, exercise
from helpers.checking.compare import same_dtype

TWO_FLAGS = np.array(
    [
        [[[200, 0, 0], [0, 200, 0], [0, 0, 200], [9, 8, 7]], [[90, 0, 0], [0, 90, 0], [0, 0, 90], [6, 5, 4]]],
        [
            [[1, 2, 3], [4, 5, 6], [7, 8, 9], [10, 11, 12]],
            [[13, 14, 15], [16, 17, 18], [19, 20, 21], [22, 23, 24]],
        ],
    ],
    dtype=np.uint8,
)


@exercise(points=2, difficulty="easy", minutes=8, compare=same_dtype())
def to_nchw(images_nhwc):
    """A batch from (N, H, W, C) to (N, C, H, W)."""
    if images_nhwc.ndim != 4:
        raise ValueError("four axes wanted")
    return torch.tensor(np.ascontiguousarray(images_nhwc)).permute(0, 3, 1, 2).contiguous().numpy()


to_nchw.example("one image of 2 × 2, two channels", np.array([[[[1.0, 10], [2, 20]], [[3, 30], [4, 40]]]]))
to_nchw.example("two colour pictures of 2 × 4, in bytes", TWO_FLAGS)
to_nchw.example("three grey pictures of 2 × 2", np.arange(12.0).reshape(3, 2, 2, 1))
to_nchw.example_error("a picture without its batch axis", ValueError, TWO_FLAGS[0])
to_nchw.example_error("two films: five axes", ValueError, np.zeros((2, 3, 2, 2, 1)))


@to_nchw.cases(weight=2)
def batches_of_every_shape(rng):
    for shape in [(2, 4, 5, 3), (5, 3, 2, 4), (3, 6, 4, 2), (2, 2, 7, 3)]:
        yield call(rng.normal(size=shape))


@to_nchw.cases
def one_of_a_kind(rng):
    for shape in [(1, 4, 5, 3), (3, 4, 5, 1), (2, 1, 5, 3), (2, 5, 1, 3), (1, 1, 1, 1)]:
        yield call(rng.normal(size=shape))


@to_nchw.cases
def other_number_types(rng):
    yield call(rng.integers(0, 256, size=(2, 3, 4, 3)).astype(np.uint8))
    yield call(rng.normal(size=(2, 3, 4, 3)).astype(np.float32))
    yield call(rng.integers(-9, 10, size=(3, 2, 4, 2)))
    yield call(rng.integers(0, 2, size=(2, 3, 2, 3)).astype(bool))


@to_nchw.cases
def views_of_other_arrays(rng):
    yield call(rng.normal(size=(2, 3, 4, 5)).transpose(0, 2, 3, 1))
    yield call(rng.normal(size=(4, 6, 5, 3))[::2, ::-1, 1:, :])
    yield call(rng.normal(size=(2, 3, 4, 6))[..., ::-2])


@to_nchw.cases(weight=0.5)
def arrays_without_four_axes(rng):
    yield call_error(ValueError, rng.normal(size=(4, 5, 3)))
    yield call_error(ValueError, rng.normal(size=(2, 1, 4, 5, 3)))


@to_nchw.misconception(
    look="Follow one number: the 10 of the first example. Which channel was it in, and which is it in now?",
    wrong="You reshaped. A reshape keeps the order in memory and only cuts it up anew, so channels get mixed. Move the "
    "axes instead.",
)
def reshapes(images_nhwc):
    if images_nhwc.ndim != 4:
        raise ValueError("expected four axes")
    n, h, w, c = images_nhwc.shape
    return images_nhwc.reshape(n, c, h, w)


@to_nchw.misconception(
    look="Which axis counts the images in your result?",
    wrong="`.T` turns all axes round: (N, H, W, C) becomes (C, W, H, N). Only the channels are to move.",
)
def turns_all_axes_round(images_nhwc):
    if images_nhwc.ndim != 4:
        raise ValueError("expected four axes")
    return images_nhwc.T


@to_nchw.misconception(
    look="Are your pictures 2 high and 4 wide, or 4 high and 2 wide?",
    wrong="Your channels are in place, but height and width are swapped: each picture is mirrored along its diagonal.",
)
def swaps_height_and_width(images_nhwc):
    if images_nhwc.ndim != 4:
        raise ValueError("expected four axes")
    return images_nhwc.transpose(0, 3, 2, 1)


@to_nchw.misconception(
    look="Read your axes aloud: transpose lists, for each new axis, the OLD axis that goes there.",
    wrong="You moved the axes the other way, as if the input were channels first. New axis 1 is old axis 3.",
)
def moves_the_axes_the_other_way(images_nhwc):
    if images_nhwc.ndim != 4:
        raise ValueError("expected four axes")
    return images_nhwc.transpose(0, 2, 3, 1)


@to_nchw.misconception(
    look="What does the first axis of your result count?",
    wrong="You moved the channels to the very front. The samples stay first: (N, C, H, W).",
)
def channels_before_samples(images_nhwc):
    if images_nhwc.ndim != 4:
        raise ValueError("expected four axes")
    return np.moveaxis(images_nhwc, -1, 0)


@to_nchw.misconception(
    look="How many axes does your function count on?",
    wrong="Your transpose works on a single picture. Here a batch comes in, and the samples keep their axis in front.",
)
def for_one_picture_only(images_nhwc):
    return images_nhwc.transpose(2, 0, 1)


@to_nchw.misconception(
    look="What is the dtype of your result when bytes go in?",
    wrong="Your output array is of floats whatever came in. Moving axes changes no number: keep the dtype.",
)
def fills_an_array_of_floats(images_nhwc):
    if images_nhwc.ndim != 4:
        raise ValueError("expected four axes")
    n, h, w, c = images_nhwc.shape
    out = np.zeros((n, c, h, w))
    for channel in range(c):
        out[:, channel] = images_nhwc[:, :, :, channel]
    return out


@to_nchw.misconception(
    look="What should happen to an array with three axes?",
    wrong="Batches come out right. An array without four axes must raise a ValueError; yours returns something.",
)
def never_counts_the_axes(images_nhwc):
    return np.moveaxis(images_nhwc, -1, -3)


@to_nchw.misconception(
    look="Three axes are refused. And five?",
    wrong="np.moveaxis complains about three axes and takes five in silence. Ask for exactly four.",
)
def lets_five_axes_through(images_nhwc):
    return np.moveaxis(images_nhwc, 3, 1)


@to_nchw.alternative
def with_loops(images_nhwc):
    if images_nhwc.ndim != 4:
        raise ValueError(f"expected (N, H, W, C), got {images_nhwc.shape}")
    n, h, w, c = images_nhwc.shape
    out = np.empty((n, c, h, w), dtype=images_nhwc.dtype)
    for i in range(n):
        for row in range(h):
            for column in range(w):
                for channel in range(c):
                    out[i, channel, row, column] = images_nhwc[i, row, column, channel]
    return out


@to_nchw.alternative
def by_moving_one_axis(images_nhwc):
    if len(images_nhwc.shape) != 4:
        raise ValueError("a batch of images has four axes")
    return np.moveaxis(images_nhwc, -1, 1)


@to_nchw.alternative
def with_einsum(images_nhwc):
    if np.ndim(images_nhwc) != 4:
        raise ValueError("four axes, please")
    return np.einsum("nhwc->nchw", images_nhwc)


@to_nchw.alternative
def by_stacking_channels(images_nhwc):
    n, h, w, c = images_nhwc.shape  # raises ValueError when there are not four
    return np.stack([images_nhwc[..., channel] for channel in range(c)], axis=1)


@to_nchw.alternative
def permuted_in_torch(images_nhwc):
    if images_nhwc.ndim != 4:
        raise ValueError("a batch of images has four axes")
    return torch.from_numpy(images_nhwc.copy()).permute(0, 3, 1, 2).numpy()
