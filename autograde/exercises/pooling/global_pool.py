"""Global average pooling: one number per channel."""

from __future__ import annotations

import numpy as np

from autograde.course.definition import call, exercise
from autograde.exercises.pooling.grids import (
    LECTURE_AVERAGE,
    LIBRARY_AVERAGE_POOLING,
    OBLONG,
    TWO_CHANNELS,
    TWO_IMAGES,
    TWO_IMAGES_OF_THREE_CHANNELS,
    image,
)
from helpers.checking.compare import close


@exercise(points=1, difficulty="easy", minutes=3, compare=close(check_dtype=False))
def global_avg_pool(x):
    """One mean per channel of each sample: (N, C)."""
    return (
        np.einsum("nchw->nc", x) / (x.shape[2] * x.shape[3]) if x.dtype.kind == "f" else x.mean(axis=(-2, -1))
    )


global_avg_pool.off_limits(*LIBRARY_AVERAGE_POOLING)
global_avg_pool.example("a 4 x 4 map", LECTURE_AVERAGE)
global_avg_pool.example("a map that is not square", OBLONG)
global_avg_pool.example("two channels", TWO_CHANNELS)
global_avg_pool.example("two images", TWO_IMAGES)
global_avg_pool.example("two images of three channels", TWO_IMAGES_OF_THREE_CHANNELS)
global_avg_pool.example("fractions and negative numbers", image([[0.5, -1.25], [2.75, -0.5]]))
global_avg_pool.example("one pixel", image([[7.0]]))
global_avg_pool.example("integers", image([[1, 2], [4, 6]], int))
global_avg_pool.example("bytes", image([[200, 250], [100, 70]], np.uint8))
global_avg_pool.example("single precision", image([[0.1, 0.3], [0.2, -0.4]], np.float32))
global_avg_pool.example("a view, rows and columns exchanged", OBLONG.transpose(0, 1, 3, 2))


@global_avg_pool.cases
def batches_of_maps(rng):
    yield call(rng.normal(size=(3, 4, 5, 7)))
    yield call(rng.normal(size=(2, 5, 7, 7)))
    yield call(rng.normal(size=(1, 1, 6, 2)))


@global_avg_pool.cases
def single_pixels_rows_and_columns(rng):
    yield call(rng.normal(size=(2, 3, 1, 1)))
    yield call(rng.normal(size=(2, 3, 1, 5)))
    yield call(rng.normal(size=(1, 2, 4, 1)))


@global_avg_pool.cases
def other_number_types_and_views(rng):
    yield call(rng.normal(size=(2, 3, 4, 5)).astype(np.float32))
    yield call(rng.integers(0, 256, size=(2, 3, 4, 5)))
    yield call(rng.integers(100, 256, size=(2, 3, 4, 5)).astype(np.uint8))
    yield call(rng.normal(size=(4, 5, 2, 3)).transpose(2, 3, 1, 0))
    yield call(rng.normal(size=(2, 6, 7, 8))[:, ::2, ::-1, ::3])


@global_avg_pool.alternative
def mean_of_each_plane(x):
    n, c, height, width = x.shape
    y = np.zeros((n, c))
    for sample, channel in np.ndindex(n, c):
        y[sample, channel] = x[sample, channel].mean()
    return y


global_avg_pool.edit(
    "global_sum",
    of=mean_of_each_plane,
    replace="x[sample, channel].mean()",
    by="x[sample, channel].sum()",
    look="By what factor are your numbers too large?",
    wrong="Your numbers are sums over height and width. Divide by the number of pixels in a plane, H times W.",
)
global_avg_pool.edit(
    "global_maximum",
    of=mean_of_each_plane,
    replace="x[sample, channel].mean()",
    by="x[sample, channel].max()",
    look="Are your numbers means, or the largest numbers?",
    wrong="Your output holds the largest value of each channel. That is global max pooling.",
)
global_avg_pool.edit(
    "divides_by_the_height_only",
    of=mean_of_each_plane,
    replace="x[sample, channel].mean()",
    by="x[sample, channel].sum() / height",
    look="By what factor are your numbers too large?",
    wrong="Your numbers are the sums divided by H alone. A plane holds H times W numbers.",
)
global_avg_pool.edit(
    "divides_by_the_height_squared",
    of=mean_of_each_plane,
    replace="x[sample, channel].mean()",
    by="x[sample, channel].sum() / height**2",
    look="How many numbers does this plane hold? By what are your sums divided?",
    wrong="Your numbers are the sums divided by H times H. A plane holds H times W numbers, and the two may differ.",
)
global_avg_pool.edit(
    "sums_overflow",
    of=mean_of_each_plane,
    replace="x[sample, channel].mean()",
    by="x[sample, channel].sum(dtype=x.dtype) / (height * width)",
    look="What is the largest number that a byte can hold? What do the numbers of this plane add up to?",
    wrong="Your means of bytes are those of sums that lost multiples of 256: a byte holds 0 to 255. Add up in a larger type, float for example.",
)
global_avg_pool.edit(
    "cuts_to_integers",
    of=mean_of_each_plane,
    replace="np.zeros((n, c))",
    by="np.zeros((n, c), dtype=x.dtype)",
    look="Look at the mean of a plane of whole numbers. What stands behind the decimal point?",
    wrong="Where x holds integers, your means are cut to whole numbers. Means of whole numbers need not be whole.",
    if_source_has={
        "x.dtype": "An array with x's dtype cuts whatever is written into it where that dtype is whole.",
    },
)
global_avg_pool.edit(
    "cuts_every_fraction",
    of=mean_of_each_plane,
    replace="np.zeros((n, c))",
    by="np.zeros((n, c), dtype=int)",
    look="Which numbers behind the decimal point does your output hold?",
    wrong="Your output holds whole numbers, and fractions are cut off. A mean may have a fraction.",
)
global_avg_pool.edit(
    "reads_the_first_image_only",
    of=mean_of_each_plane,
    replace="x[sample, channel]",
    by="x[0, channel]",
    look="Do the rows of your result differ?",
    wrong="Every row of your result belongs to the first image. Each image of the batch has its own means.",
)
global_avg_pool.edit(
    "fills_the_first_image_only",
    of=mean_of_each_plane,
    replace="np.ndindex(n, c)",
    by="np.ndindex(1, c)",
    look="What does your result hold for the second image?",
    wrong="Your result is right for the first image and 0 for the others. x holds a whole batch: x has shape (N, C, H, W).",
)
global_avg_pool.edit(
    "mixes_the_channels",
    of=mean_of_each_plane,
    replace="x[sample, channel].mean()",
    by="x[sample].mean()",
    look="Do the numbers of the channels differ?",
    wrong="Every channel has the mean of all channels together. Each channel keeps a number of its own.",
)
global_avg_pool.edit(
    "mixes_the_images",
    of=mean_of_each_plane,
    replace="x[sample, channel].mean()",
    by="x[:, channel].mean()",
    look="Do the numbers of the images differ?",
    wrong="Every image has the mean of all images together. Each image of the batch keeps numbers of its own.",
)


@global_avg_pool.misconception(
    look="How many axes does your result have? How many should it have?",
    wrong="Your result still has the axes H and W, with length 1. The result is (N, C): two axes.",
)
def keeps_height_and_width(x):
    return x.mean(axis=(2, 3), keepdims=True)


@global_avg_pool.misconception(
    look="Which axes disappeared? The result should say something about every channel.",
    wrong="Your result is a mean over the channels. Average over height and width; images and channels stay apart.",
)
def averages_over_channels(x):
    return x.mean(axis=1)


@global_avg_pool.misconception(
    look="How many numbers should come out for one image with two channels?",
    wrong="Your result is a mean over channels, height and width together. Every channel keeps a number of its own.",
    shown="two channels",
)
def one_number_per_image(x):
    return x.reshape(len(x), -1).mean(axis=1)


@global_avg_pool.misconception(
    look="How many numbers should come out for two images?",
    wrong="Your result is a mean over the images too. Every image of the batch keeps numbers of its own.",
    shown="two images",
)
def one_number_per_channel(x):
    return x.mean(axis=(0, 2, 3))


@global_avg_pool.misconception(
    look="How many axes does your result have? How many numbers stand for one channel?",
    wrong="Your result is a mean over the columns only. Each channel should become one number: both height and width go.",
)
def averages_over_the_width_only(x):
    return x.mean(axis=-1)


@global_avg_pool.misconception(
    look="How many axes does your result have? How many numbers stand for one channel?",
    wrong="Your result is a mean over the rows only. Each channel should become one number: both height and width go.",
)
def averages_over_the_height_only(x):
    return x.mean(axis=2)


@global_avg_pool.misconception(
    look="Which axes should disappear? Which ones did?",
    wrong="Your result is a mean over channels and rows. Average over height and width, the last two axes.",
)
def averages_over_channels_and_rows(x):
    return x.mean(axis=(1, 2))


@global_avg_pool.misconception(
    look="Which axes should disappear? Which ones did?",
    wrong="Your result is a mean over channels and columns. Average over height and width, the last two axes.",
)
def averages_over_channels_and_columns(x):
    return x.mean(axis=(1, 3))


@global_avg_pool.misconception(
    look="Which axes should disappear? Which ones did?",
    wrong="Your result is a mean over images and channels. Average over height and width, the last two axes.",
)
def averages_over_images_and_channels(x):
    return x.mean(axis=(0, 1))


@global_avg_pool.misconception(
    look="How many numbers come out? How many channels are there?",
    wrong="Your result is a single number, the mean of everything. Every channel of every image keeps a number of its own.",
)
def one_number_for_everything(x):
    return x.mean()


@global_avg_pool.alternative
def flattened_planes(x):
    n, c, height, width = x.shape
    return x.reshape(n, c, height * width).mean(axis=2)


@global_avg_pool.alternative
def global_average_with_loops(x):
    n, c, height, width = x.shape
    out = np.zeros((n, c), dtype=np.float32 if x.dtype == np.float32 else np.float64)
    for sample in range(n):
        for channel in range(c):
            out[sample, channel] = sum(float(v) for v in x[sample, channel].ravel()) / (height * width)
    return out
