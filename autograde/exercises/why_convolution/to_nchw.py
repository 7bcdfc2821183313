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
PIXELS = np.array([[[[1.0, 10], [2, 20]], [[3, 30], [4, 40]]]])


@exercise(points=2, difficulty="easy", minutes=8, compare=same_dtype())
def to_nchw(images_nhwc):
    """A batch from (N, H, W, C) to (N, C, H, W)."""
    if images_nhwc.ndim != 4:
        raise ValueError("four axes wanted")
    return torch.tensor(np.ascontiguousarray(images_nhwc)).permute(0, 3, 1, 2).contiguous().numpy()


@to_nchw.feature(present="several channels", absent="one channel")
def several_channels(images_nhwc):
    return images_nhwc.shape[3] > 1


@to_nchw.feature(present="pictures that are not square", absent="square pictures")
def not_square(images_nhwc):
    return images_nhwc.shape[1] != images_nhwc.shape[2]


@to_nchw.feature(present="an array read backwards", absent="arrays read forwards")
def backwards(images_nhwc):
    return min(images_nhwc.strides) < 0


to_nchw.example("one channel", np.array([[[[1.0], [2]], [[3], [4]]]]))
to_nchw.example("two channels", PIXELS)
to_nchw.example("two images", np.arange(1.0, 9).reshape(2, 2, 2, 1))
to_nchw.example("wider than high", np.arange(1.0, 7).reshape(1, 2, 3, 1))
to_nchw.example("higher than wide", np.arange(1.0, 7).reshape(1, 3, 2, 1))
to_nchw.example("three channels", np.arange(1.0, 13).reshape(1, 2, 2, 3))
to_nchw.example("five channels", np.arange(1.0, 6).reshape(1, 1, 1, 5))
to_nchw.example("fractions", PIXELS / 4 - 1)
to_nchw.example("whole numbers", PIXELS.astype(np.int64))
to_nchw.example("single precision", PIXELS.astype(np.float32))
to_nchw.example("yes and no", PIXELS > 3)
to_nchw.example("two colour pictures of 2 × 4, in bytes", TWO_FLAGS)
to_nchw.example("channels read backwards", PIXELS[..., ::-1])
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


@to_nchw.alternative
def channel_by_channel(images_nhwc):
    if images_nhwc.ndim != 4:
        raise ValueError("a batch of images has four axes")
    n, h, w, c = images_nhwc.shape
    out = np.zeros((n, c, h, w), dtype=images_nhwc.dtype)
    for channel in range(c):
        out[:, channel] = images_nhwc[:, :, :, channel]
    return out


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


to_nchw.edit(
    "reshapes",
    of=channel_by_channel,
    replace="return out",
    by="return images_nhwc.reshape(n, c, h, w)",
    look="Follow one number of the last channel: in which channel is it now?",
    wrong="Your result holds the numbers in the order in which they came, cut up anew, so channels get mixed. The axes have to move.",
    if_source_has={"reshape": "A `reshape` keeps the order of the numbers."},
)

to_nchw.edit(
    "turns_all_axes_round",
    of=channel_by_channel,
    replace="return out",
    by="return images_nhwc.T",
    look="Which axis counts the images in your result?",
    wrong="In your result all axes are turned round: (N, H, W, C) has become (C, W, H, N). Only the channels are to move.",
    if_source_has={".T": "`.T` turns all axes round."},
)

to_nchw.edit(
    "swaps_height_and_width",
    of=channel_by_channel,
    replace="return out",
    by="return out.swapaxes(2, 3)",
    look="How high is the picture that went in, and how high is yours?",
    wrong="Your channels are in place, but height and width are swapped: each picture is mirrored along its diagonal.",
)

to_nchw.edit(
    "moves_the_axes_the_other_way",
    of=channel_by_channel,
    replace="return out",
    by="return images_nhwc.transpose(0, 2, 3, 1)",
    look="Which axis counts the channels in your result?",
    wrong="The axes have moved the other way, as if the input were channels first: your result is (N, W, C, H).",
    if_source_has={
        "transpose": "`transpose` lists, for each new axis, the OLD axis that goes there: new axis 1 is old axis 3."
    },
)

to_nchw.edit(
    "channels_in_third_place",
    of=channel_by_channel,
    replace="return out",
    by="return out.swapaxes(1, 2)",
    look="Which axis counts the channels in your result?",
    wrong="Your result is (N, H, C, W): the channels have moved to the third place. They belong in the second.",
)

to_nchw.edit(
    "leaves_the_channels_last",
    of=channel_by_channel,
    replace="return out",
    by="return images_nhwc.swapaxes(1, 2)",
    look="Which axis counts the channels in your result?",
    wrong="Your result is (N, W, H, C): rows and columns have changed places, and the channels are still last.",
)

to_nchw.edit(
    "leaves_the_batch_as_it_is",
    of=channel_by_channel,
    replace="return out",
    by="return images_nhwc",
    look="Which axis counts the channels in your result?",
    wrong="Your result is the batch as it came, (N, H, W, C).",
)

to_nchw.edit(
    "leaves_the_last_channel_empty",
    of=channel_by_channel,
    replace="range(c)",
    by="range(c - 1)",
    look="Which channels of your result hold something?",
    wrong="The last channel of your result was never filled.",
)

to_nchw.edit(
    "leaves_the_first_channel_empty",
    of=channel_by_channel,
    replace="range(c)",
    by="range(1, c)",
    look="Which channels of your result hold something?",
    wrong="The first channel of your result, number 0, was never filled.",
)

to_nchw.edit(
    "channels_before_samples",
    of=channel_by_channel,
    replace="return out",
    by="return out.swapaxes(0, 1)",
    look="What does the first axis of your result count?",
    wrong="Your result is (C, N, H, W): the channels have moved to the very front. The samples stay first.",
)

to_nchw.edit(
    "keeps_the_first_image_only",
    of=channel_by_channel,
    replace="return out",
    by="return out[:1]",
    look="How many images went in, and how many come out?",
    wrong="Your result holds the first image of the batch alone.",
)

to_nchw.edit(
    "keeps_three_channels_at_most",
    of=channel_by_channel,
    replace="return out",
    by="return out[:, :3]",
    look="How many channels went in, and how many come out?",
    wrong="Your result holds the first three channels alone. An image may have any number of them.",
)

to_nchw.edit(
    "fills_an_array_of_floats",
    of=channel_by_channel,
    replace=", dtype=images_nhwc.dtype",
    by="",
    look="What is the dtype of your result, and what was that of the input?",
    wrong="Your result is of floats of double precision whatever comes in. Moving axes changes no number: keep the dtype.",
    if_source_has={
        "np.zeros(": "`np.zeros` makes floats unless `dtype` says otherwise.",
        "np.empty(": "`np.empty` makes floats unless `dtype` says otherwise.",
    },
)

to_nchw.edit(
    "fills_an_array_of_bytes",
    of=channel_by_channel,
    replace=", dtype=images_nhwc.dtype",
    by=", dtype=np.uint8",
    look="What is the dtype of your result, and what was that of the input?",
    wrong="Your result is of bytes whatever comes in, so fractions and signs are lost. Moving axes changes no number: keep the dtype.",
)

to_nchw.edit(
    "fills_an_array_of_integers",
    of=channel_by_channel,
    replace=", dtype=images_nhwc.dtype",
    by=", dtype=int",
    look="What is the dtype of your result, and what was that of the input?",
    wrong="Your result is of integers whatever comes in, so fractions are lost. Moving axes changes no number: keep the dtype.",
)


@to_nchw.misconception(
    look="How many axes does your function count on?",
    wrong="Your function works on a single picture: three axes. Here a batch comes in, and the samples keep their axis in front.",
)
def for_one_picture_only(images_nhwc):
    return images_nhwc.transpose(2, 0, 1)


@to_nchw.misconception(
    look="What should happen to an array that has not four axes?",
    wrong="An array without four axes must end in a ValueError; your function gives something back.",
)
def never_counts_the_axes(images_nhwc):
    return np.moveaxis(images_nhwc, -1, -3)


@to_nchw.misconception(
    look="What comes out of your function for five axes?",
    wrong="Arrays with five axes are let through. The statement asks for exactly four.",
    if_source_has={"np.moveaxis": "`np.moveaxis` complains about three axes and takes five in silence."},
)
def lets_five_axes_through(images_nhwc):
    if images_nhwc.ndim < 4:
        raise ValueError("four axes, please")
    return np.moveaxis(images_nhwc, 3, 1)


@to_nchw.misconception(
    look="This array looks at another one backwards. What does the error say?",
    wrong="Your function stops at an array that is read backwards, whose steps in memory are negative: PyTorch can't look at such memory. "
    "A copy is in order.",
)
def stumbles_over_negative_strides(images_nhwc):
    if images_nhwc.ndim != 4:
        raise ValueError("a batch of images has four axes")
    return torch.from_numpy(images_nhwc).permute(0, 3, 1, 2).numpy()
