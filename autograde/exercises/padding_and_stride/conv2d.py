"""The convolution layer: batch, channels, filters, bias, stride, padding, dilation."""

from __future__ import annotations

import numpy as np
import torch
from numpy.lib.stride_tricks import sliding_window_view

from autograde.course.definition import call, call_error, exercise
from helpers.checking.compare import close

LECTURE_IMAGE = np.array(
    [[3, 3, 2, 1, 0], [0, 0, 1, 3, 1], [3, 1, 2, 2, 3], [2, 0, 0, 2, 2], [2, 0, 0, 0, 1]]
)
LECTURE_KERNEL = np.array([[0, 1, 2], [2, 2, 0], [0, 1, 2]])
IMAGE = LECTURE_IMAGE[None, None].astype(float)
KERNEL = LECTURE_KERNEL[None, None].astype(float)
CORNER = np.array([[[[1.0, 2], [3, 5]]]])
BY_HAND = np.array([[[[1.0, 2, 0], [0, 1, 3], [2, 0, 1]]]])
FLAT = np.array([[1.0, 0, 2, 0, 1, 3], [0, 3, 0, 1, 2, 0], [2, 0, 1, 0, 4, 1], [1, 2, 0, 5, 0, 2]])[
    None, None
]
OBLONG = np.array([[[[1.0, 2, -1], [0, 3, 1]]]])
TWO_SAMPLES = np.array(
    [
        [[[1.0, 2, 0], [0, 1, 3], [2, 0, 1]], [[10.0, 0, 20], [0, 30, 0], [10, 0, 10]]],
        [[[0.0, 1, 1], [2, 0, 2], [1, 1, 0]], [[0.0, 10, 0], [20, 0, 20], [0, 10, 0]]],
    ]
)
TWO_FILTERS = np.array([[[[1.0, -1], [2, 0]], [[0.5, 0], [0, 1]]], [[[0.0, 1], [0, 0]], [[-1.0, 0], [0, 0]]]])


@exercise(points=6, difficulty="hard", minutes=30, compare=close(check_dtype=False))
def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    """The layer as PyTorch computes it; whole numbers in double precision."""
    if x.shape[1] != w.shape[1]:
        raise ValueError("channels differ")
    kind = np.float32 if x.dtype == w.dtype == np.float32 else np.float64
    tensors = [None if a is None else torch.tensor(np.ascontiguousarray(a, dtype=kind)) for a in (x, w, b)]
    try:
        return torch.nn.functional.conv2d(*tensors, stride=stride, padding=padding, dilation=dilation).numpy()
    except RuntimeError as error:
        raise ValueError("the kernel does not fit") from error


conv2d.off_limits(
    "torch.nn.functional.conv2d",
    "torch.nn.functional.conv1d",
    "torch.nn.functional.conv3d",
    "torch.nn.functional.conv_transpose2d",
    "torch.conv2d",
    "torch.conv1d",
    "torch.conv3d",
    "torch.convolution",
    "torch.nn.Conv1d",
    "torch.nn.Conv2d",
    "torch.nn.Conv3d",
    "scipy.signal",
    "scipy.ndimage",
    "numpy.convolve",
    "numpy.correlate",
    "helpers.checking.references",
)
conv2d.example("the 5 × 5 image of notebook 03", IMAGE, KERNEL)
conv2d.example("the same with padding 1 and stride 2", IMAGE, KERNEL, stride=2, padding=1)
conv2d.example("the one worked by hand: padding 1, stride 2", BY_HAND, CORNER, None, 2, 1)
conv2d.example("a kernel that shows a flip, and a bias", FLAT, CORNER, np.array([0.5]))
conv2d.example(
    "two samples, two channels, two filters, biases", TWO_SAMPLES, TWO_FILTERS, np.array([100.0, -5])
)
conv2d.example(
    "pairs: stride 2 down and 1 across, padding 0 and 2", FLAT, OBLONG, stride=(2, 1), padding=(0, 2)
)
conv2d.example("dilation 2", FLAT, CORNER, dilation=2)
conv2d.example("whole-number image, fractional weights", IMAGE.astype(int), KERNEL * 0.25)
conv2d.example_error(
    "filters for three channels, images with two", ValueError, TWO_SAMPLES, np.zeros((1, 3, 2, 2))
)
conv2d.example_error("a kernel that does not fit", ValueError, IMAGE, np.ones((1, 1, 6, 2)))


def layer(rng, n, c, f, size, kernel, bias=True):
    """Random images, filters and biases of the given sizes."""
    x = rng.normal(size=(n, c, *size))
    w = rng.normal(size=(f, c, *kernel))
    return (x, w, rng.normal(size=f) if bias else None)


@conv2d.cases(weight=2)
def the_plain_layer(rng):
    yield call(*layer(rng, 2, 3, 4, (6, 7), (3, 3)))
    yield call(*layer(rng, 3, 2, 2, (5, 5), (2, 3)))
    yield call(*layer(rng, 2, 2, 3, (4, 6), (1, 1)))


@conv2d.cases
def one_of_each(rng):
    yield call(*layer(rng, 1, 1, 1, (4, 5), (3, 2)))
    yield call(*layer(rng, 1, 4, 1, (5, 4), (3, 3)))
    yield call(*layer(rng, 1, 1, 5, (5, 4), (2, 2)))
    yield call(*layer(rng, 1, 1, 1, (1, 1), (1, 1)))


@conv2d.cases
def no_bias(rng):
    x, w, _ = layer(rng, 2, 3, 2, (5, 6), (3, 3))
    yield call(x, w)
    yield call(x, w, None, 2, 1)
    yield call(x, w, b=None, stride=1, padding=2)


@conv2d.cases(weight=2)
def strides(rng):
    yield call(*layer(rng, 2, 2, 3, (7, 9), (3, 3)), stride=2)
    yield call(*layer(rng, 1, 2, 2, (8, 7), (3, 2)), stride=2)
    yield call(*layer(rng, 2, 1, 2, (9, 8), (2, 2)), 3)
    yield call(*layer(rng, 1, 3, 2, (10, 11), (4, 3)), stride=3)


@conv2d.cases(weight=2)
def paddings(rng):
    yield call(*layer(rng, 2, 2, 3, (5, 6), (3, 3)), padding=1)
    yield call(*layer(rng, 1, 3, 2, (4, 4), (3, 5)), padding=2)
    yield call(*layer(rng, 2, 2, 2, (2, 3), (4, 4)), 1, 2)
    yield call(*layer(rng, 1, 1, 2, (6, 5), (3, 3)), stride=2, padding=1)


@conv2d.cases(weight=3)
def pairs(rng):
    yield call(*layer(rng, 2, 2, 3, (7, 8), (3, 2)), stride=(2, 1))
    yield call(*layer(rng, 1, 2, 2, (9, 7), (2, 3)), stride=(1, 3))
    yield call(*layer(rng, 2, 1, 2, (5, 6), (3, 3)), padding=(0, 2))
    yield call(*layer(rng, 1, 2, 2, (6, 5), (3, 2)), padding=(2, 1))
    yield call(*layer(rng, 1, 2, 2, (7, 9), (3, 2)), dilation=(1, 3))
    yield call(*layer(rng, 2, 2, 2, (9, 10), (2, 3)), stride=(3, 2), padding=(1, 2), dilation=(3, 1))


@conv2d.cases(weight=2)
def dilations(rng):
    yield call(*layer(rng, 2, 2, 2, (7, 8), (3, 3)), dilation=2)
    yield call(*layer(rng, 1, 2, 3, (9, 8), (2, 3)), stride=2, padding=2, dilation=3)
    yield call(*layer(rng, 1, 1, 1, (5, 6), (1, 1)), dilation=4)


@conv2d.cases
def other_number_types(rng):
    x, w, b = (a.astype(np.float32) for a in layer(rng, 2, 2, 3, (6, 5), (3, 3)))
    yield call(x, w, b, 2, 1)
    whole = rng.integers(-9, 10, size=(2, 2, 5, 4))
    yield call(whole, rng.integers(-3, 4, size=(2, 2, 2, 3)), rng.integers(-5, 6, size=2), padding=1)
    yield call(whole, rng.normal(size=(3, 2, 3, 3)))
    yield call(whole, rng.integers(-3, 4, size=(2, 2, 3, 3)), np.array([0.25, -0.75]))


@conv2d.cases
def images_from_the_upper_half_of_a_byte(rng):
    pixels = rng.integers(100, 256, size=(1, 2, 5, 5)).astype(np.uint8)
    yield call(pixels, rng.normal(size=(2, 2, 3, 3)), None, 1, 1)


@conv2d.cases
def views_of_other_arrays(rng):
    x, w, b = layer(rng, 2, 3, 2, (6, 7), (3, 2))
    yield call(x.transpose(0, 1, 3, 2), w, b, stride=2, padding=1)
    yield call(x[:, ::-1, ::2], w[:, :, ::-1, ::-1], b)
    yield call(np.moveaxis(rng.normal(size=(2, 5, 6, 3)), 3, 1), w, b[::-1], padding=1)


@conv2d.cases
def what_does_not_fit(rng):
    x, w, b = layer(rng, 1, 2, 2, (4, 6), (3, 3))
    yield call_error(ValueError, x, w, b, dilation=2)
    yield call_error(ValueError, x, rng.normal(size=(2, 2, 7, 1)), b, padding=1)
    yield call_error(ValueError, x, rng.normal(size=(2, 3, 3, 3)), b)
    yield call_error(ValueError, x[:, :, :2], w, b)
    yield call_error(ValueError, x, rng.normal(size=(1, 1, 3, 3)))


def pair(value):
    """(value, value) for a number; a pair stays as it is."""
    return value if isinstance(value, tuple) else (value, value)


def checked_size(x, w, padding, stride, dilation):
    """Rows and columns of the output; ValueError where channels differ or nothing fits. Pairs throughout."""
    if x.shape[1] != w.shape[1]:
        raise ValueError("channels differ")
    room = [x.shape[2 + a] + 2 * padding[a] - dilation[a] * (w.shape[2 + a] - 1) - 1 for a in (0, 1)]
    if min(room) < 0:
        raise ValueError("the kernel does not fit")
    return room[0] // stride[0] + 1, room[1] // stride[1] + 1


def layer_of(x, w, b, stride, padding, dilation):
    """The layer, over the kernel's taps, without a check: wrong answers below call it with one thing changed."""
    stride, padding, dilation = pair(stride), pair(padding), pair(dilation)
    rows, columns = checked_size(x, w, padding, stride, dilation)
    p = np.zeros((*x.shape[:2], x.shape[2] + 2 * padding[0], x.shape[3] + 2 * padding[1]))
    p[:, :, padding[0] : padding[0] + x.shape[2], padding[1] : padding[1] + x.shape[3]] = x
    out = np.zeros((x.shape[0], w.shape[0], rows, columns))
    for a in range(w.shape[2]):
        for c in range(w.shape[3]):
            top, left = a * dilation[0], c * dilation[1]
            tap = p[
                :,
                :,
                top : top + (rows - 1) * stride[0] + 1 : stride[0],
                left : left + (columns - 1) * stride[1] + 1 : stride[1],
            ]
            out += np.einsum("nchw,fc->nfhw", tap, w[:, :, a, c])
    return out if b is None else out + np.asarray(b)[:, None, None]


@conv2d.misconception(
    look="The kernel [[1, 2], [3, 5]]: which weight meets the upper left pixel of a window?",
    wrong="You turn the kernel round (true convolution). Layers don't flip: w[0, 0] meets the upper left pixel.",
)
def flips_the_kernel(x, w, b=None, stride=1, padding=0, dilation=1):
    return layer_of(x, w[:, :, ::-1, ::-1], b, stride, padding, dilation)


@conv2d.misconception(
    look="Pairs: which of the two numbers belongs to the rows?",
    wrong="You read pairs as (across, down). The first number belongs to the rows: (down, across), like (H, W).",
)
def swaps_the_numbers_of_pairs(x, w, b=None, stride=1, padding=0, dilation=1):
    return layer_of(x, w, b, pair(stride)[::-1], pair(padding)[::-1], pair(dilation)[::-1])


@conv2d.misconception(
    look="Stride 2: is your output smaller in both directions?",
    wrong="You use the stride for the rows only. Columns step too, by stride[1].",
)
def strides_down_only(x, w, b=None, stride=1, padding=0, dilation=1):
    return layer_of(x, w, b, (pair(stride)[0], 1), padding, dilation)


@conv2d.misconception(
    look="Stride (2, 1): does your window move by 2 across as well?",
    wrong="You take the first number of each pair for both directions. The second one belongs to the columns.",
)
def uses_the_first_number_of_pairs_twice(x, w, b=None, stride=1, padding=0, dilation=1):
    return layer_of(x, w, b, pair(stride)[0], pair(padding)[0], pair(dilation)[0])


@conv2d.misconception(
    look="Two channels: does your output change when you change channel 0 of the input?",
    wrong="Only the last channel arrives: the loop over channels writes with = where it should add with +=.",
)
def keeps_the_last_channel(x, w, b=None, stride=1, padding=0, dilation=1):
    if x.shape[1] != w.shape[1]:
        raise ValueError("channels differ")
    return layer_of(x[:, -1:], w[:, -1:], b, stride, padding, dilation)


@conv2d.misconception(
    look="Two channels: by how much does the bias raise your output?",
    wrong="The bias is added once for each channel. It belongs to the filter: add it once, after the sum over channels.",
)
def adds_the_bias_for_every_channel(x, w, b=None, stride=1, padding=0, dilation=1):
    return layer_of(x, w, None if b is None else np.asarray(b) * x.shape[1], stride, padding, dilation)


@conv2d.misconception(
    look="Two samples: does sample 1 of your output hold its own numbers?",
    wrong="Only sample 0 is computed. The same filters run over every sample of the batch.",
)
def computes_the_first_sample_only(x, w, b=None, stride=1, padding=0, dilation=1):
    first = layer_of(x[:1], w, b, stride, padding, dilation)
    out = np.zeros((x.shape[0], *first.shape[1:]))
    out[0] = first[0]
    return out


@conv2d.misconception(
    look="Padding 1: what stands in the corners of your output?",
    wrong="You put the zeros around the output. They belong around the input, before any window is read.",
)
def pads_the_output(x, w, b=None, stride=1, padding=0, dilation=1):
    out = layer_of(x, w, b, stride, 0, dilation)
    down, across = pair(padding)
    return np.pad(out, ((0, 0), (0, 0), (down, down), (across, across)))


@conv2d.misconception(
    look="Padding 1: on how many sides do your zeros stand?",
    wrong="Your zeros stand above and to the left only. A padding of p adds p rows above and p below, and p columns on "
    "each side.",
)
def pads_top_and_left(x, w, b=None, stride=1, padding=0, dilation=1):
    down, across = pair(padding)
    padded = np.pad(x.astype(float), ((0, 0), (0, 0), (down, 0), (across, 0)))
    return layer_of(padded, w, b, stride, 0, dilation)


@conv2d.misconception(
    look="Dilation 2: which pixels does the kernel touch?",
    wrong="You don't use the dilation. With dilation d neighbouring weights meet pixels d apart.",
)
def ignores_the_dilation(x, w, b=None, stride=1, padding=0, dilation=1):
    return layer_of(x, w, b, stride, padding, 1)


@conv2d.misconception(
    look="Stride 2: where does the window of output 1 start?",
    wrong="The output has the right shape, but its windows start at i, not at i · stride.",
)
def moves_every_window_by_one(x, w, b=None, stride=1, padding=0, dilation=1):
    rows, columns = checked_size(x, w, pair(padding), pair(stride), pair(dilation))
    return layer_of(x, w, b, 1, padding, dilation)[:, :, :rows, :columns]


@conv2d.misconception(
    look="A whole-number image and fractional weights: which type does your output array have?",
    wrong="Your output takes its type from x. Made from whole numbers it cuts every sum down. Make it float.",
)
def takes_the_type_of_the_image(x, w, b=None, stride=1, padding=0, dilation=1):
    return layer_of(x, w, b, stride, padding, dilation).astype(x.dtype)


@conv2d.misconception(
    look="What happens when the filters have more channels than the images?",
    wrong="You don't compare the channels of x and w. Filters for three channels don't belong on images with two: raise a "
    "ValueError.",
)
def does_not_compare_channels(x, w, b=None, stride=1, padding=0, dilation=1):
    channels = min(x.shape[1], w.shape[1])
    return layer_of(x[:, :channels], w[:, :channels], b, stride, padding, dilation)


@conv2d.misconception(
    look="What does your function return for a kernel of 6 rows on an image of 5?",
    wrong="Where the kernel does not fit you return an empty array. The docstring promises a ValueError.",
)
def returns_nothing_where_nothing_fits(x, w, b=None, stride=1, padding=0, dilation=1):
    if x.shape[1] != w.shape[1]:
        raise ValueError("channels differ")
    try:
        return layer_of(x, w, b, stride, padding, dilation)
    except ValueError:
        return np.zeros((x.shape[0], w.shape[0], 0, 0))


@conv2d.misconception(
    look="Two filters: do the two maps of your output get different biases?",
    wrong="You add the biases along the columns (b lines up with the last axis). There is one for each filter: reshape b "
    "to (F, 1, 1).",
)
def adds_the_bias_along_the_columns(x, w, b=None, stride=1, padding=0, dilation=1):
    out = layer_of(x, w, None, stride, padding, dilation)
    return out if b is None else out + np.asarray(b)


@conv2d.misconception(
    look="Padding 1: is your output larger than with padding 0?",
    wrong="You don't use the padding. Put the zeros around the images first, then read the windows.",
)
def ignores_the_padding(x, w, b=None, stride=1, padding=0, dilation=1):
    return layer_of(x, w, b, stride, 0, dilation)


@conv2d.misconception(
    look="The kernel [[1, 2], [3, 5]]: which weight meets the upper left pixel of a window?",
    wrong="You turn the kernel upside down. Layers don't flip: w[0, 0] meets the upper left pixel, w[1, 0] the one below.",
)
def flips_the_rows(x, w, b=None, stride=1, padding=0, dilation=1):
    return layer_of(x, w[:, :, ::-1], b, stride, padding, dilation)


@conv2d.misconception(
    look="Is `b` always an array? Read the docstring again.",
    wrong="Your layer fails without a bias: b may be None. Add it only where there is one.",
)
def needs_a_bias(x, w, b=None, stride=1, padding=0, dilation=1):
    return layer_of(x, w, None, stride, padding, dilation) + b[:, None, None]


@conv2d.misconception(
    look="Only the example with pairs fails. What does your code do with stride=(2, 1)?",
    wrong="You use stride, padding and dilation as single numbers. Each may be a pair (rows, columns): make pairs of all three "
    "in the first lines, `sh, sw = …`.",
)
def takes_single_numbers_only(x, w, b=None, stride=1, padding=0, dilation=1):
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    return layer_of(padded, w, b, stride, 0, dilation)


@conv2d.alternative
def layer_with_plain_loops(x, w, b=None, stride=1, padding=0, dilation=1):
    (sh, sw), (ph, pw), (dh, dw) = pair(stride), pair(padding), pair(dilation)
    N, C, H, W = x.shape
    F, D, KH, KW = w.shape
    if C != D:
        raise ValueError("channels differ")
    if dh * (KH - 1) + 1 > H + 2 * ph or dw * (KW - 1) + 1 > W + 2 * pw:
        raise ValueError("kernel too large")
    rows = (H + 2 * ph - dh * (KH - 1) - 1) // sh + 1
    columns = (W + 2 * pw - dw * (KW - 1) - 1) // sw + 1
    y = np.zeros((N, F, rows, columns))
    for n in range(N):
        for f in range(F):
            for i in range(rows):
                for j in range(columns):
                    total = 0.0 if b is None else float(b[f])
                    for c in range(C):
                        for k in range(KH):
                            for m in range(KW):
                                row, column = i * sh + k * dh - ph, j * sw + m * dw - pw
                                if 0 <= row < H and 0 <= column < W:
                                    total += float(x[n, c, row, column]) * float(w[f, c, k, m])
                    y[n, f, i, j] = total
    return y


@conv2d.alternative
def layer_over_window_views(x, w, b=None, stride=1, padding=0, dilation=1):
    (sh, sw), (ph, pw), (dh, dw) = pair(stride), pair(padding), pair(dilation)
    if x.shape[1] != w.shape[1]:
        raise ValueError("channels differ")
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    reach = (dh * (w.shape[2] - 1) + 1, dw * (w.shape[3] - 1) + 1)
    if reach[0] > padded.shape[2] or reach[1] > padded.shape[3]:
        raise ValueError("kernel too large")
    windows = sliding_window_view(padded, reach, axis=(2, 3))[:, :, ::sh, ::sw, ::dh, ::dw]
    y = np.einsum("nchwkm,fckm->nfhw", windows, w)
    return y if b is None else y + b.reshape(1, -1, 1, 1)


@conv2d.alternative
def layer_as_one_matrix_product(x, w, b=None, stride=1, padding=0, dilation=1):
    stride, padding, dilation = (np.broadcast_to(v, 2) for v in (stride, padding, dilation))
    F, C, KH, KW = w.shape
    if C != x.shape[1]:
        raise ValueError("channels differ")
    padded = np.pad(x, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2))
    rows = (padded.shape[2] - dilation[0] * (KH - 1) - 1) // stride[0] + 1
    columns = (padded.shape[3] - dilation[1] * (KW - 1) - 1) // stride[1] + 1
    if rows < 1 or columns < 1:
        raise ValueError("kernel too large")
    down = np.arange(rows)[:, None] * stride[0] + np.arange(KH) * dilation[0]
    across = np.arange(columns)[:, None] * stride[1] + np.arange(KW) * dilation[1]
    patches = padded[:, :, down[:, None, :, None], across[None, :, None, :]]
    table = patches.transpose(0, 2, 3, 1, 4, 5).reshape(-1, C * KH * KW)
    y = (table @ w.reshape(F, -1).T).reshape(x.shape[0], rows, columns, F).transpose(0, 3, 1, 2)
    return y if b is None else y + np.reshape(b, (F, 1, 1))
