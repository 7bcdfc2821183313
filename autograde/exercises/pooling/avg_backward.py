"""The gradient of average pooling: equal shares, adding where windows overlap."""

from __future__ import annotations

import numpy as np

from autograde.course.definition import call, exercise
from autograde.exercises.pooling.grids import AUTOMATIC_GRADIENTS, fitting_windows, image, leaves_gaps
from autograde.exercises.pooling.window_mistakes import add_loop_mistakes
from helpers.checking.compare import close


def pair(value):
    """(value, value) for a number; a pair stays as it is."""
    return value if isinstance(value, tuple) else (value, value)


@exercise(points=3, difficulty="medium", minutes=10, compare=close(check_dtype=False))
def avg_pool2d_backward(dout, input_shape, kernel_size, stride):
    """The gradient of average pooling: the transposed matrix of the linear map."""
    n, c, height, width = input_shape
    one_pixel_on = np.eye(height * width).reshape(height * width, 1, height, width)
    windows = fitting_windows(one_pixel_on, kernel_size, stride).mean(axis=(4, 5))
    share = windows.reshape(height * width, -1)
    return (dout.reshape(n * c, -1) @ share.T).reshape(input_shape).astype(dout.dtype)


def shared_out(rng, input_shape, kernel_size, stride):
    """A call with random gradients of the shape that average pooling gives."""
    (kh, kw), (sh, sw) = pair(kernel_size), pair(stride)
    n, c, height, width = input_shape
    dout = rng.normal(size=(n, c, (height - kh) // sh + 1, (width - kw) // sw + 1))
    return call(dout, input_shape, kernel_size, stride)


@avg_pool2d_backward.feature(present="gaps between windows", absent="windows without gaps between them")
def has_gaps(dout, input_shape, kernel_size, stride):
    return leaves_gaps(kernel_size, stride)


avg_pool2d_backward.off_limits(*AUTOMATIC_GRADIENTS)
avg_pool2d_backward.example("windows that touch", image([[8, 4], [2, 12]]), (1, 1, 4, 4), 2, 2)
avg_pool2d_backward.example(
    "fractions and negative gradients", image([[0.5, -4], [2.5, 3]]), (1, 1, 4, 4), 2, 2
)
avg_pool2d_backward.example("overlapping windows", image([[9, -18], [27, 36]]), (1, 1, 4, 4), 3, 1)
avg_pool2d_backward.example("a 4 x 4 window, stride 2", image([[16, 32], [-16, 48]]), (1, 1, 7, 7), 4, 2)
avg_pool2d_backward.example("gaps between windows", image([[8, 4], [2, 12]]), (1, 1, 5, 5), 2, 3)
avg_pool2d_backward.example("a map that is not square", image([[4, 8, 12]]), (1, 1, 2, 6), 2, 2)
avg_pool2d_backward.example("a row and a column left over", image([[4]]), (1, 1, 3, 3), 2, 2)
avg_pool2d_backward.example(
    "a window that is not square", image([[8, 4], [2, 12], [6, 10], [14, 16]]), (1, 1, 4, 4), (1, 2), (1, 2)
)
avg_pool2d_backward.example(
    "strides 1 down and 2 across", image([[8, 4], [2, 12], [6, 10]]), (1, 1, 4, 4), 2, (1, 2)
)
avg_pool2d_backward.example("a window as large as the map", image([[18]]), (1, 1, 3, 3), 3, 3)
avg_pool2d_backward.example("a window of one", image([[8, 4], [2, 12]]), (1, 1, 2, 2), 1, 1)
avg_pool2d_backward.example("two channels", np.array([[[[4.0]], [[8.0]]]]), (1, 2, 2, 2), 2, 2)
avg_pool2d_backward.example("two images", np.array([[[[4.0]]], [[[8.0]]]]), (2, 1, 2, 2), 2, 2)
avg_pool2d_backward.example(
    "two images of three channels, overlapping windows",
    np.array([[[[6.0, 12]], [[18, 24]], [[30, 36]]], [[[42, 48]], [[54, 60]], [[66, 72]]]]),
    (2, 3, 2, 3),
    2,
    1,
)
avg_pool2d_backward.example(
    "a 2 x 3 window, strides 2 down and 1 across",
    np.array([[[[6.0, 12.0]], [[-6.0, 3.0]]]]),
    (1, 2, 3, 4),
    (2, 3),
    (2, 1),
)
avg_pool2d_backward.example("single precision", image([[0.1, 0.3]], np.float32), (1, 1, 2, 4), 2, 2)
avg_pool2d_backward.example(
    "a view, read upside down", image([[8, 4], [2, 12]])[:, :, ::-1], (1, 1, 4, 4), 2, 2
)


@avg_pool2d_backward.cases
def shares_of_tiling_windows(rng):
    yield shared_out(rng, (2, 3, 6, 6), 2, 2)
    yield shared_out(rng, (1, 1, 6, 9), 3, 3)


@avg_pool2d_backward.cases(weight=2)
def shares_of_overlapping_windows(rng):
    yield shared_out(rng, (1, 1, 6, 6), 3, 1)
    yield shared_out(rng, (2, 2, 7, 9), 3, 2)
    yield shared_out(rng, (1, 2, 5, 7), (3, 2), (2, 1))
    yield shared_out(rng, (1, 2, 9, 11), (5, 4), 2)


@avg_pool2d_backward.cases
def shares_of_rectangles_and_leftovers(rng):
    yield shared_out(rng, (2, 2, 7, 8), (2, 3), (2, 3))
    yield shared_out(rng, (1, 2, 8, 5), 3, 3)
    yield shared_out(rng, (1, 1, 6, 7), (3, 1), (1, 2))


@avg_pool2d_backward.cases
def shares_with_gaps_and_single_windows(rng):
    yield shared_out(rng, (1, 2, 8, 9), 2, 3)
    yield shared_out(rng, (2, 3, 4, 5), (4, 5), 1)
    yield shared_out(rng, (2, 1, 3, 4), 1, 1)


@avg_pool2d_backward.cases
def shares_of_other_types_and_views(rng):
    yield call(rng.normal(size=(1, 2, 2, 3)).astype(np.float32), (1, 2, 4, 6), 2, 2)
    yield call(rng.normal(size=(2, 2, 3, 2)).transpose(0, 1, 3, 2), (2, 2, 4, 5), 3, 1)
    yield call(rng.normal(size=(1, 2, 4, 5))[:, :, ::-2, ::2], (1, 2, 4, 7), (2, 3), 2)


@avg_pool2d_backward.alternative
def shares_window_by_window(dout, input_shape, kernel_size, stride):
    kh, kw = pair(kernel_size)
    sh, sw = pair(stride)
    n, c, rows, columns = dout.shape
    dx = np.zeros(input_shape)
    for sample, channel, i, j in np.ndindex(n, c, rows, columns):
        share = dout[sample, channel, i, j] / (kh * kw)
        dx[sample, channel, i * sh : i * sh + kh, j * sw : j * sw + kw] += share
    return dx


avg_pool2d_backward.edit(
    "gives_everyone_everything",
    of=shares_window_by_window,
    replace=" / (kh * kw)",
    by="",
    look="By what factor are your numbers too large?",
    wrong="Every pixel of a window receives the whole gradient in your dx. In the forward pass each pixel counted 1/(kh kw); the same factor comes back.",
)
avg_pool2d_backward.edit(
    "overwrites_overlaps",
    of=shares_window_by_window,
    replace="kw] +=",
    by="kw] =",
    look="What does a pixel in several windows receive?",
    wrong="Where windows overlap, your dx holds the share of the last window only. A pixel in several windows collects a share from each.",
)
avg_pool2d_backward.edit(
    "gives_all_to_the_first",
    of=shares_window_by_window,
    replace="i * sh : i * sh + kh, j * sw : j * sw + kw] += share",
    by="i * sh, j * sw] += dout[sample, channel, i, j]",
    look="How many pixels of the first window have a gradient in your dx?",
    wrong="The first pixel of each window receives the whole gradient in your dx. In an average every pixel counts the same, so all get the same share.",
)
avg_pool2d_backward.edit(
    "shares_by_the_stride",
    of=shares_window_by_window,
    replace="(kh * kw)",
    by="(sh * sw)",
    look="How many pixels does this window hold? By what are your gradients divided?",
    wrong="Your gradients are divided by stride times stride. A window holds kernel height times kernel width pixels, however far it moves.",
)
avg_pool2d_backward.edit(
    "shares_by_one_side",
    of=shares_window_by_window,
    replace="(kh * kw)",
    by="kh",
    look="By what factor are your numbers too large?",
    wrong="Your gradients are divided by the window's height. The window holds kh times kw pixels; each gets that part of the gradient.",
)
avg_pool2d_backward.edit(
    "shares_by_one_side_squared",
    of=shares_window_by_window,
    replace="(kh * kw)",
    by="kh**2",
    look="How many pixels does this window hold? By what are your gradients divided?",
    wrong="Your gradients are divided by the square of the window's height. The window holds kh times kw pixels, and the two may differ.",
)
avg_pool2d_backward.edit(
    "shares_by_the_whole_map",
    of=shares_window_by_window,
    replace="(kh * kw)",
    by="(input_shape[2] * input_shape[3])",
    look="How many pixels does this window hold? By what are your gradients divided?",
    wrong="Your gradients are divided by H times W, the size of the map. Only the pixels of the window share one.",
)
avg_pool2d_backward.edit(
    "rounds_shares_down",
    of=shares_window_by_window,
    replace=" / (kh * kw)",
    by=" // (kh * kw)",
    look="Which numbers behind the decimal point does your dx hold?",
    wrong="Your shares are rounded down to whole numbers. A share may have a fraction.",
)
avg_pool2d_backward.edit(
    "swaps_height_and_width",
    of=shares_window_by_window,
    replace="kh, kw = pair(kernel_size)\n    sh, sw = pair(stride)",
    by="kw, kh = pair(kernel_size)\n    sw, sh = pair(stride)",
    look="How many rows and how many columns does your first window have?",
    wrong="Pairs are read as (across, down). They mean (down, across): the first number goes with rows.",
    shown="a window that is not square",
)
avg_pool2d_backward.edit(
    "swaps_the_window_only",
    of=shares_window_by_window,
    replace="kh, kw = pair(kernel_size)",
    by="kw, kh = pair(kernel_size)",
    look="How many rows and how many columns does your first window have?",
    wrong="Height and width of the window are swapped. A pair is (height, width): the first number goes with rows.",
)
avg_pool2d_backward.edit(
    "swaps_the_strides_only",
    of=shares_window_by_window,
    replace="sh, sw = pair(stride)",
    by="sw, sh = pair(stride)",
    look="By how much do your windows move down, and by how much across?",
    wrong="The two strides are swapped. A pair is (down, across): the first number goes with rows.",
)
avg_pool2d_backward.edit(
    "one_side_for_both",
    of=shares_window_by_window,
    replace="kh, kw = pair(kernel_size)",
    by="kh = kw = pair(kernel_size)[0]",
    look="How wide is the window over which the first gradient is shared?",
    wrong="Your window is as wide as it is high. A pair is (height, width), and the two may differ.",
)
avg_pool2d_backward.edit(
    "one_stride_for_both_ways",
    of=shares_window_by_window,
    replace="sh, sw = pair(stride)",
    by="sh = sw = pair(stride)[0]",
    look="By how much do your windows move down, and by how much across?",
    wrong="Your windows move across by the stride that is meant for down. A pair is (down, across).",
)
avg_pool2d_backward.edit(
    "starts_windows_one_apart",
    of=shares_window_by_window,
    replace="i * sh : i * sh + kh, j * sw : j * sw + kw",
    by="i : i + kh, j : j + kw",
    look="The first window is right. At which row and column does your second one start?",
    wrong="The shares of output (i, j) stand at the pixels from (i, j) on. Its window started at row i times stride, column j times stride.",
)
avg_pool2d_backward.edit(
    "fills_the_first_image_only",
    of=shares_window_by_window,
    replace="np.ndindex(n, c, rows, columns)",
    by="np.ndindex(1, c, rows, columns)",
    look="What does your dx hold for the second image?",
    wrong="Your dx is right for the first image and 0 for the others. dout holds a whole batch: its first axis counts images.",
)
avg_pool2d_backward.edit(
    "reads_the_first_image_only",
    of=shares_window_by_window,
    replace="share = dout[sample,",
    by="share = dout[0,",
    look="Which gradients does the second image receive?",
    wrong="Every image receives the gradients of the first image. dout holds some for each image.",
)
avg_pool2d_backward.edit(
    "sums_over_the_batch",
    of=shares_window_by_window,
    replace="dx[sample, channel",
    by="dx[:, channel",
    look="Do the images of your dx differ?",
    wrong="Every image of your dx holds the shares of all images together. Each image of the batch receives its own.",
)
avg_pool2d_backward.edit(
    "reads_the_first_channel_only",
    of=shares_window_by_window,
    replace="share = dout[sample, channel,",
    by="share = dout[sample, 0,",
    look="Which gradients does the second channel receive?",
    wrong="Every channel receives the gradients of the first channel. dout holds some for each channel.",
)
avg_pool2d_backward.edit(
    "sums_over_the_channels",
    of=shares_window_by_window,
    replace="dx[sample, channel",
    by="dx[sample, :",
    look="Do the channels of your dx differ?",
    wrong="Every channel of your dx holds the shares of all channels together. Each channel receives its own.",
)


avg_pool2d_backward.edit(
    "wrong_sign",
    of=shares_window_by_window,
    replace="return dx",
    by="return -dx",
    look="Compare the signs of your numbers with those of the right ones.",
    wrong="Your dx has the opposite sign everywhere. The gradient goes back as it came.",
)
avg_pool2d_backward.edit(
    "keeps_only_the_last_window",
    of=shares_window_by_window,
    replace="        share = ",
    by="        dx = np.zeros(input_shape)\n        share = ",
    look="How many windows does your dx know of?",
    wrong="Only the last window is in your dx; what came before is lost.",
    if_source_has={"zeros(": "Does the line that makes dx stand inside a loop?"},
)
avg_pool2d_backward.edit(
    "windows_as_large_as_the_stride",
    of=shares_window_by_window,
    replace="i * sh : i * sh + kh, j * sw : j * sw + kw",
    by="i * sh : i * sh + sh, j * sw : j * sw + sw",
    look="Which pixels does your first window reach?",
    wrong="Your windows are as large as the stride. The kernel size says how large they are, the stride how far they move.",
)
avg_pool2d_backward.edit(
    "moves_by_the_window",
    of=shares_window_by_window,
    replace="i * sh : i * sh + kh, j * sw : j * sw + kw",
    by="i * kh : i * kh + kh, j * kw : j * kw + kw",
    look="The first window is right. At which row and column does your second one start?",
    wrong="Your windows move by their own size. The stride says how far they move.",
)
add_loop_mistakes(avg_pool2d_backward, of=shares_window_by_window, returns="return dx")


@avg_pool2d_backward.misconception(
    look="What is the shape of your dx? What is input_shape?",
    wrong=(
        "Your dx is dout with every number repeated kh times down and kw times across. That is right only where windows "
        "touch and nothing is left over; otherwise they overlap, leave gaps, or end before the border."
    ),
)
def repeats_each_gradient(dout, input_shape, kernel_size, stride):
    kh, kw = pair(kernel_size)
    return dout.repeat(kh, axis=2).repeat(kw, axis=3) / (kh * kw)


@avg_pool2d_backward.misconception(
    look="Look at a pixel that lies in several windows. What does it receive?",
    wrong=(
        "A pixel in several windows receives the mean of its shares in your dx. Shares from several windows add up; "
        "nothing is averaged on the way back."
    ),
)
def averages_over_covering_windows(dout, input_shape, kernel_size, stride):
    (kh, kw), (sh, sw) = pair(kernel_size), pair(stride)
    dx, cover = np.zeros(input_shape), np.zeros(input_shape)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            dx[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw] += dout[:, :, i : i + 1, j : j + 1] / (
                kh * kw
            )
            cover[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw] += 1
    return dx / np.maximum(cover, 1)


@avg_pool2d_backward.alternative
def shares_with_plain_loops(dout, input_shape, kernel_size, stride):
    kh, kw = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
    dx = np.zeros(input_shape, dtype=dout.dtype)
    for sample, channel, i, j in np.ndindex(*dout.shape):
        for a in range(kh):
            for b in range(kw):
                dx[sample, channel, i * sh + a, j * sw + b] += dout[sample, channel, i, j] / (kh * kw)
    return dx


@avg_pool2d_backward.alternative
def shares_over_kernel_offsets(dout, input_shape, kernel_size, stride):
    (kh, kw), (sh, sw) = pair(kernel_size), pair(stride)
    rows, columns = dout.shape[2:]
    dx = np.zeros(input_shape, dtype=dout.dtype)
    for a in range(kh):
        for b in range(kw):
            dx[:, :, a : a + (rows - 1) * sh + 1 : sh, b : b + (columns - 1) * sw + 1 : sw] += dout / (
                kh * kw
            )
    return dx


@avg_pool2d_backward.alternative
def shares_with_two_small_matrices(dout, input_shape, kernel_size, stride):
    (kh, kw), (sh, sw) = pair(kernel_size), pair(stride)
    n, c, height, width = input_shape
    down = (np.arange(height)[:, None] - sh * np.arange(dout.shape[2])[None, :]).astype(int)
    across = (np.arange(width)[:, None] - sw * np.arange(dout.shape[3])[None, :]).astype(int)
    rows = ((down >= 0) & (down < kh)) / kh
    columns = ((across >= 0) & (across < kw)) / kw
    return (rows @ dout @ columns.T).astype(dout.dtype)
