"""The gradient of max pooling: to the winners, adding where windows overlap."""

from __future__ import annotations

import numpy as np

from autograde.course.definition import call, exercise
from autograde.exercises.pooling.grids import (
    AUTOMATIC_GRADIENTS,
    LECTURE_UPSTREAM,
    fitting_windows,
    image,
)
from autograde.exercises.pooling.window_mistakes import add_loop_mistakes
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


@max_pool2d_backward.feature(
    present="a pixel that wins several windows", absent="pixels that win one window at most"
)
def several_wins(dout, switches, input_shape):
    planes = switches.reshape(len(switches) * switches.shape[1], -1)
    return any(len(np.unique(plane)) < plane.size for plane in planes)


def routed(rng, input_shape, kernel_size, stride, whole_numbers=False):
    """A call with random gradients and the switches of a random input, so that they fit together."""
    x = rng.integers(0, 3, size=input_shape) if whole_numbers else rng.normal(size=input_shape)
    windows = fitting_windows(x, kernel_size, stride)
    (kh, kw), (sh, sw) = pair(kernel_size), pair(stride)
    place = windows.reshape(*windows.shape[:4], kh * kw).argmax(axis=-1)
    i, j = np.indices(windows.shape[2:4])
    switches = (i * sh + place // kw) * input_shape[3] + j * sw + place % kw
    return call(rng.normal(size=switches.shape), switches, input_shape)


max_pool2d_backward.off_limits(
    "torch.nn.functional.max_unpool2d", "torch.nn.MaxUnpool2d", *AUTOMATIC_GRADIENTS
)
max_pool2d_backward.example(
    "windows that touch", image([[2, 7], [3, 5]]), np.array([[[[1, 6], [9, 15]]]]), (1, 1, 4, 4)
)
max_pool2d_backward.example(
    "fractions and negative gradients", LECTURE_UPSTREAM, np.array([[[[1, 6], [9, 15]]]]), (1, 1, 4, 4)
)
max_pool2d_backward.example(
    "a pixel that wins three windows", image([[2, 7], [3, 5]]), np.array([[[[9, 9], [9, 15]]]]), (1, 1, 4, 4)
)
max_pool2d_backward.example(
    "a map that is not square", image([[2], [5]]), np.array([[[[1], [4]]]]), (1, 1, 3, 2)
)
max_pool2d_backward.example("a single window", image([[4]]), np.array([[[[5]]]]), (1, 1, 3, 3))
max_pool2d_backward.example(
    "a window of one", image([[2, 7], [3, 5]]), np.array([[[[0, 1], [2, 3]]]]), (1, 1, 2, 2)
)
max_pool2d_backward.example(
    "two channels", np.array([[[[3.0]], [[5.0]]]]), np.array([[[[1]], [[2]]]]), (1, 2, 2, 2)
)
max_pool2d_backward.example(
    "three images",
    np.array([[[[3.0]]], [[[5.0]]], [[[4.0]]]]),
    np.array([[[[1]]], [[[2]]], [[[1]]]]),
    (3, 1, 2, 2),
)
max_pool2d_backward.example(
    "two images of three channels",
    np.array([[[[2.0]], [[7.0]], [[3.0]]], [[[5.0]], [[4.0]], [[6.0]]]]),
    np.array([[[[1]], [[0]], [[3]]], [[[2]], [[3]], [[0]]]]),
    (2, 3, 2, 2),
)
max_pool2d_backward.example(
    "two channels of 2 x 3 pixels",
    np.array([[[[2, -1]], [[0.5, 3]]]]),
    np.array([[[[1, 1]], [[0, 2]]]]),
    (1, 2, 2, 3),
)
max_pool2d_backward.example(
    "switches of type int32", image([[2, 7]]), np.array([[[[0, 3]]]], dtype=np.int32), (1, 1, 2, 2)
)
max_pool2d_backward.example(
    "single precision", image([[0.1, 0.3]], np.float32), np.array([[[[0, 3]]]]), (1, 1, 2, 2)
)
max_pool2d_backward.example(
    "views, read upside down",
    image([[2, 7], [3, 5]])[:, :, ::-1],
    np.array([[[[9, 15], [1, 6]]]])[:, :, ::-1],
    (1, 1, 4, 4),
)


@max_pool2d_backward.cases
def gradients_of_tiling_windows(rng):
    yield routed(rng, (1, 1, 6, 6), 2, 2)
    yield routed(rng, (3, 3, 6, 6), 3, 3)


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


@max_pool2d_backward.alternative
def routes_one_by_one(dout, switches, input_shape):
    height, width = input_shape[2:]
    n, c, rows, columns = dout.shape
    dx = np.zeros(input_shape)
    for sample, channel, i, j in np.ndindex(n, c, rows, columns):
        row, column = divmod(switches[sample, channel, i, j], width)
        dx[sample, channel, row, column] += dout[sample, channel, i, j]
    return dx


max_pool2d_backward.edit(
    "keeps_the_last_gradient",
    of=routes_one_by_one,
    replace="column] +=",
    by="column] =",
    look="Look at a pixel that wins several windows. Which of their gradients does your dx hold there?",
    wrong="A pixel that wins several windows collects all their gradients; your dx holds only the last one. Contributions add up.",
    if_source_has={
        "] +=": (
            "`dx[idx] += g` with an array `idx` reads, adds and writes once for each entry from the old values: of a "
            "position that occurs twice the last one stays. Read about np.add.at."
        ),
    },
)
max_pool2d_backward.edit(
    "keeps_the_first_gradient",
    of=routes_one_by_one,
    replace="dx[sample, channel, row, column] += dout[sample, channel, i, j]",
    by="dx[sample, channel, row, column] = dx[sample, channel, row, column] or dout[sample, channel, i, j]",
    look="Look at a pixel that wins several windows. Which of their gradients does your dx hold there?",
    wrong="A pixel that wins several windows collects all their gradients; your dx holds only the first one. Contributions add up.",
)
max_pool2d_backward.edit(
    "marks_winners_with_one",
    of=routes_one_by_one,
    replace="+= dout[sample, channel, i, j]",
    by="= 1",
    look="Compare the numbers in your dx with the numbers in dout.",
    wrong="Your dx holds 1 where a pixel won. Each winner should receive the upstream gradient of its window.",
)
max_pool2d_backward.edit(
    "counts_the_wins",
    of=routes_one_by_one,
    replace="dout[sample, channel, i, j]",
    by="1",
    look="Compare the numbers in your dx with the numbers in dout.",
    wrong="Your dx counts how many windows each pixel won. Each winner should receive the upstream gradients of its windows.",
)
max_pool2d_backward.edit(
    "one_index_for_the_whole_batch",
    of=routes_one_by_one,
    replace="dx[sample, channel, row",
    by="dx[0, 0, row",
    look="Where in your dx do the gradients of the second plane stand?",
    wrong="Every gradient lands in the first plane of your dx. A switch counts positions inside its own (H, W) plane.",
)
max_pool2d_backward.edit(
    "one_index_for_each_image",
    of=routes_one_by_one,
    replace="dx[sample, channel, row",
    by="dx[sample, 0, row",
    look="Where in your dx do the gradients of the second channel stand?",
    wrong="Every gradient of an image lands in the first channel of your dx. A switch counts positions inside its own (H, W) plane.",
)
max_pool2d_backward.edit(
    "gives_every_image_everything",
    of=routes_one_by_one,
    replace="dx[sample, channel, row",
    by="dx[:, channel, row",
    look="Do the images of your dx differ?",
    wrong="Every image of your dx holds the gradients of all images together. Each image of the batch receives its own.",
)
max_pool2d_backward.edit(
    "gives_every_channel_everything",
    of=routes_one_by_one,
    replace="dx[sample, channel, row",
    by="dx[sample, :, row",
    look="Do the channels of your dx differ?",
    wrong="Every channel of your dx holds the gradients of all channels together. Each channel receives its own.",
)
max_pool2d_backward.edit(
    "splits_by_height",
    of=routes_one_by_one,
    replace="i, j], width)",
    by="i, j], height)",
    look="In this plane, which row and which column is the position that the switch names?",
    wrong="Your gradients stand where the switch leads when it is divided by the height H. A flat index in a plane W wide is row times W plus column.",
)
max_pool2d_backward.edit(
    "counts_down_the_columns",
    of=routes_one_by_one,
    replace="row, column = divmod(switches[sample, channel, i, j], width)",
    by="column, row = divmod(switches[sample, channel, i, j], height)",
    look="In this plane, which row and which column is position 1?",
    wrong="Your gradients stand where the switch leads when it counts down the columns. It counts row by row: position 1 is to the right of position 0.",
)
max_pool2d_backward.edit(
    "swaps_row_and_column",
    of=routes_one_by_one,
    replace="row, column = divmod(switches[sample, channel, i, j], width)",
    by="column, row = divmod(switches[sample, channel, i, j], width)",
    look="In this plane, which row and which column is position 1?",
    wrong="Row and column are exchanged in your dx. A switch is row times W plus column.",
)
max_pool2d_backward.edit(
    "truncates_to_integers",
    of=routes_one_by_one,
    replace="np.zeros(input_shape)",
    by="np.zeros(input_shape, dtype=int)",
    look="Is every number in your dx a whole number? The upstream gradients are not.",
    wrong="Your dx holds whole numbers, so 0.5 became 0. Gradients have fractions.",
    if_source_has={
        "zeros_like(switches": "`zeros_like(switches)` takes over the switches' dtype, and they are integers.",
        "switches.dtype": "`switches.dtype` is an integer type.",
    },
)
max_pool2d_backward.edit(
    "fills_the_first_image_only",
    of=routes_one_by_one,
    replace="np.ndindex(n, c, rows, columns)",
    by="np.ndindex(1, c, rows, columns)",
    look="What does your dx hold for the second image?",
    wrong="Your dx is right for the first image and 0 for the others. dout holds a whole batch: its first axis counts images.",
)
max_pool2d_backward.edit(
    "reads_the_first_image_only",
    of=routes_one_by_one,
    replace="+= dout[sample,",
    by="+= dout[0,",
    look="Which gradients does the second image receive?",
    wrong="Every image receives the gradients of the first image. dout holds some for each image.",
)
max_pool2d_backward.edit(
    "uses_the_first_images_switches",
    of=routes_one_by_one,
    replace="switches[sample,",
    by="switches[0,",
    look="Where do the gradients of the second image stand?",
    wrong="The gradients of every image stand where the switches of the first image point. Each image has its own switches.",
)
max_pool2d_backward.edit(
    "uses_the_first_channels_switches",
    of=routes_one_by_one,
    replace="switches[sample, channel,",
    by="switches[sample, 0,",
    look="Where do the gradients of the second channel stand?",
    wrong="The gradients of every channel stand where the switches of the first channel point. Each channel has its own switches.",
)


max_pool2d_backward.edit(
    "wrong_sign",
    of=routes_one_by_one,
    replace="return dx",
    by="return -dx",
    look="Compare the signs of your numbers with those of the right ones.",
    wrong="Your dx has the opposite sign everywhere. The gradient goes back as it came.",
)
max_pool2d_backward.edit(
    "keeps_only_the_last_window",
    of=routes_one_by_one,
    replace="        row, column = divmod",
    by="        dx = np.zeros(input_shape)\n        row, column = divmod",
    look="How many windows does your dx know of?",
    wrong="Only the last window is in your dx; what came before is lost.",
    if_source_has={"zeros(": "Does the line that makes dx stand inside a loop?"},
)
add_loop_mistakes(max_pool2d_backward, of=routes_one_by_one, returns="return dx")


@max_pool2d_backward.misconception(
    look="Look at the pixel that wins several windows. What does it receive?",
    wrong=(
        "A pixel that wins several windows receives the mean of their gradients in your dx. It feeds several "
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
