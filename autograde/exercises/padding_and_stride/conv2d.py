"""The convolution layer: batch, channels, filters, bias, stride, padding, dilation."""

from __future__ import annotations

import numpy as np
import torch
from numpy.lib.stride_tricks import sliding_window_view

from autograde.course.definition import call, call_error, exercise
from helpers.checking.compare import close

NINE = np.array([[[[1.0, 2, 3], [4, 5, 7], [8, 6, 9]]]])
SIX = np.array([[[[1.0, 0, 2], [4, 3, 1]]]])
TWELVE = np.array([[[[1.0, 0, 2, 0], [0, 3, 0, 1], [2, 0, 1, 4]]]])
FLAT = np.array([[[[1.0, 0, 2, 0, 1, 3], [0, 3, 0, 1, 2, 0], [2, 0, 1, 0, 4, 1], [1, 2, 0, 5, 0, 2]]]])
SQUARE = np.array([[[[3.0, 3, 2, 1, 0], [0, 0, 1, 3, 1], [3, 1, 2, 2, 3], [2, 0, 0, 2, 2], [2, 0, 0, 0, 1]]]])
BY_HAND = np.array([[[[1.0, 2, 0], [0, 1, 3], [2, 0, 1]]]])
CORNER = np.array([[[[1.0, 2], [3, 5]]]])
OBLONG = np.array([[[[1.0, 2, -1], [0, 3, 1]]]])
NINE_WEIGHTS = np.array([[[[0.0, 1, 2], [2, 3, 0], [4, 1, 5]]]])
TWO_IMAGES = np.array([[[[1.0, 0], [4, 3], [2, 1]]], [[[0.0, 5], [2, 0], [6, 1]]]])
TWO_CHANNELS = np.array([[[[1.0, 0, 2], [4, 3, 1]], [[10.0, 0, 20], [0, 30, 0]]]])
FOR_TWO_CHANNELS = np.array([[[[1.0, -1], [2, 0]], [[0.5, 0], [0, 1]]]])
TWO_FILTERS = np.array([[[[1.0, 2], [3, 5]]], [[[0.0, 1], [-1, 0]]]])
TWO_TIMES_TWO = np.array([TWO_CHANNELS[0], [[[0.0, 1, 1], [2, 0, 2]], [[0, 10, 0], [20, 0, 20]]]])
THREE_FILTERS = np.array(
    [FOR_TWO_CHANNELS[0], [[[0.0, 1], [0, 0]], [[-1, 0], [0, 0]]], [[[1.0, 1], [0, 0]], [[0, 0], [0, 1]]]]
)


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


# One call of these slides a kernel over images. One-dimensional routines, Fourier transforms and windows do not.
conv2d.off_limits(
    "torch.nn.functional.conv2d",
    "torch.nn.functional.conv3d",
    "torch.nn.functional.conv_transpose2d",
    "torch.conv2d",
    "torch.conv3d",
    "torch.conv_transpose2d",
    "torch.convolution",
    "torch.nn.Conv2d",
    "torch.nn.LazyConv2d",
    "torch.nn.Conv3d",
    "torch.nn.ConvTranspose2d",
    "scipy.signal.correlate",
    "scipy.signal.convolve",
    "scipy.signal.correlate2d",
    "scipy.signal.convolve2d",
    "scipy.signal.fftconvolve",
    "scipy.signal.oaconvolve",
    "scipy.ndimage.correlate",
    "scipy.ndimage.convolve",
    "helpers.checking.references",
)


@conv2d.feature(present="several biases", absent="one bias at most")
def several_biases(x, w, b=None, stride=1, padding=0, dilation=1):
    return b is not None and len(b) > 1


@conv2d.feature(present="different dilation down and across", absent="one dilation for both ways")
def different_dilations(x, w, b=None, stride=1, padding=0, dilation=1):
    return pair(dilation)[0] != pair(dilation)[1]


@conv2d.feature(present="padding above and below", absent="no padding above and below")
def padding_down(x, w, b=None, stride=1, padding=0, dilation=1):
    return pair(padding)[0] > 0


@conv2d.feature(present="padding left and right", absent="no padding left and right")
def padding_sideways(x, w, b=None, stride=1, padding=0, dilation=1):
    return pair(padding)[1] > 0


@conv2d.feature(present="a stride down", absent="stride 1 down")
def stride_down(x, w, b=None, stride=1, padding=0, dilation=1):
    return pair(stride)[0] > 1


@conv2d.feature(present="a stride across", absent="stride 1 across")
def stride_sideways(x, w, b=None, stride=1, padding=0, dilation=1):
    return pair(stride)[1] > 1


@conv2d.feature(present="rows of weights with holes between them", absent="rows of weights side by side")
def holes_down(x, w, b=None, stride=1, padding=0, dilation=1):
    return w.shape[2] > 1 and pair(dilation)[0] > 1


@conv2d.feature(
    present="columns of weights with holes between them", absent="columns of weights side by side"
)
def holes_sideways(x, w, b=None, stride=1, padding=0, dilation=1):
    return w.shape[3] > 1 and pair(dilation)[1] > 1


@conv2d.feature(present="an output of several rows", absent="an output of one row")
def several_rows(x, w, b=None, stride=1, padding=0, dilation=1):
    return room(x, w, padding, dilation)[0] >= pair(stride)[0]


@conv2d.feature(present="an output of several columns", absent="an output of one column")
def several_columns(x, w, b=None, stride=1, padding=0, dilation=1):
    return room(x, w, padding, dilation)[1] >= pair(stride)[1]


@conv2d.feature(
    present="a kernel that just fits one way",
    absent="a kernel smaller than image and padding together both ways",
)
def just_fits(x, w, b=None, stride=1, padding=0, dilation=1):
    return 0 in room(x, w, padding, dilation)


def room(x, w, padding, dilation):
    """How many pixels a kernel can move down and across on the padded images."""
    return [
        x.shape[2 + a] + 2 * pair(padding)[a] - pair(dilation)[a] * (w.shape[2 + a] - 1) - 1 for a in (0, 1)
    ]


conv2d.example("one image, one filter", NINE, CORNER)
conv2d.example("an image that is not square", TWELVE, CORNER)
conv2d.example("a kernel that is not square", TWELVE, OBLONG)
conv2d.example("a kernel of one", SIX, np.array([[[[3.0]]]]))
conv2d.example("a kernel as large as the image", SIX, OBLONG)
conv2d.example("two images", TWO_IMAGES, CORNER)
conv2d.example("two channels", TWO_CHANNELS, FOR_TWO_CHANNELS)
conv2d.example("two filters", SIX, TWO_FILTERS)
conv2d.example("a bias", NINE, CORNER, np.array([0.5]))
conv2d.example("two filters, two biases", SIX, TWO_FILTERS, np.array([100.0, -5]))
conv2d.example("padding 1", SIX, CORNER, padding=1)
conv2d.example("padding as wide as the kernel", np.array([[[[4.0, 7]]]]), NINE_WEIGHTS, padding=3)
conv2d.example(
    "a kernel that fits only with padding above and below",
    np.array([[[[4.0, 7]]]]),
    NINE_WEIGHTS[:, :, :, 1:].copy(),
    padding=(1, 0),
)
conv2d.example(
    "a kernel that fits only with padding left and right",
    np.array([[[[4.0], [7]]]]),
    NINE_WEIGHTS[:, :, 1:].copy(),
    padding=(0, 1),
)
conv2d.example("stride 2", FLAT, CORNER, stride=2)
conv2d.example("stride 2, a row and a column left over", FLAT[:, :, :3, :5].copy(), CORNER, stride=2)
conv2d.example("a stride longer than the image", SIX, CORNER, stride=5)
conv2d.example("dilation 2", FLAT, CORNER, dilation=2)
conv2d.example("nine weights, dilation 2", SQUARE, NINE_WEIGHTS, dilation=2)
conv2d.example("padding 1, stride 2", BY_HAND, CORNER, None, 2, 1)
conv2d.example("stride 3, dilation 2", FLAT, CORNER, stride=3, dilation=2)
conv2d.example("a stride down only", FLAT, CORNER, stride=(2, 1))
conv2d.example("a stride across only", FLAT, CORNER, stride=(1, 2))
conv2d.example("padding left and right only", SIX, CORNER, padding=(0, 2))
conv2d.example("dilation down only", FLAT, CORNER, dilation=(3, 1))
conv2d.example("dilation across only", FLAT, CORNER, dilation=(1, 2))
conv2d.example("three pairs", FLAT, OBLONG, stride=(1, 2), padding=(1, 0), dilation=(2, 1))
conv2d.example(
    "two images, two channels, three filters, biases",
    TWO_TIMES_TWO,
    THREE_FILTERS,
    np.array([100.0, -5, 0.5]),
)
conv2d.example("negative numbers", np.array([[[[-1.0, 2, 1], [3, -4, 1]]]]), -CORNER)
conv2d.example("fractions", SIX / 8, CORNER)
conv2d.example("whole numbers, weights of fractions", SIX.astype(int), CORNER / 4)
conv2d.example("bytes", np.array([[[[200, 10, 30], [90, 250, 0]]]], dtype=np.uint8), np.array([[[[1, -1]]]]))
conv2d.example("single precision", (SIX / 8).astype(np.float32), CORNER.astype(np.float32))
conv2d.example("a view, upside down", NINE[:, :, ::-1], CORNER)
conv2d.example_error(
    "filters for three channels, images with two", ValueError, TWO_CHANNELS, np.ones((1, 3, 2, 2))
)
conv2d.example_error("filters for three channels, images with one", ValueError, SIX, np.ones((1, 3, 2, 2)))
conv2d.example_error("filters for one channel, images with two", ValueError, TWO_CHANNELS, CORNER)
conv2d.example_error("a kernel one too high", ValueError, SIX, np.ones((1, 1, 3, 2)))
conv2d.example_error("a kernel one too wide", ValueError, SIX, np.ones((1, 1, 2, 4)))
conv2d.example_error("a kernel too high and too wide", ValueError, SIX, np.ones((1, 1, 3, 4)))
conv2d.example_error(
    "a kernel too high in spite of its padding", ValueError, SIX, np.ones((1, 1, 5, 2)), padding=1
)
conv2d.example_error(
    "a kernel too wide in spite of its padding", ValueError, SIX, np.ones((1, 1, 2, 6)), padding=1
)
conv2d.example_error(
    "a kernel too high, padding left and right", ValueError, SIX, np.ones((1, 1, 3, 2)), padding=(0, 1)
)
conv2d.example_error(
    "a kernel too wide, padding above and below", ValueError, SIX, np.ones((1, 1, 2, 4)), padding=(1, 0)
)
conv2d.example_error("a kernel too high by its holes", ValueError, NINE, CORNER, dilation=(3, 1))
conv2d.example_error("a kernel too wide by its holes", ValueError, NINE, CORNER, dilation=(1, 3))


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
    yield call(*layer(rng, 1, 1, 2, (4, 5), (3, 2)), stride=6)


@conv2d.cases(weight=2)
def paddings(rng):
    yield call(*layer(rng, 2, 2, 3, (5, 6), (3, 3)), padding=1)
    yield call(*layer(rng, 1, 3, 2, (4, 4), (3, 5)), padding=2)
    yield call(*layer(rng, 2, 2, 2, (2, 3), (4, 4)), 1, 2)
    yield call(*layer(rng, 1, 1, 2, (6, 5), (3, 3)), stride=2, padding=1)
    yield call(*layer(rng, 1, 2, 1, (3, 4), (2, 3)), padding=(4, 3))


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
    yield call_error(ValueError, x[:, :1], w, b)
    yield call_error(ValueError, x, rng.normal(size=(2, 2, 2, 7)), b)
    yield call_error(ValueError, x, rng.normal(size=(2, 2, 2, 9)), b, padding=1)
    yield call_error(ValueError, x, rng.normal(size=(2, 2, 2, 8)), b, padding=(2, 0))
    yield call_error(ValueError, x, rng.normal(size=(2, 2, 6, 5)), b, padding=(0, 1))
    yield call_error(ValueError, x, rng.normal(size=(2, 2, 3, 2)), b, dilation=(2, 1))
    yield call_error(ValueError, x, rng.normal(size=(2, 2, 2, 3)), b, dilation=(1, 3))


@conv2d.cases
def kernels_that_fit_with_padding_only(rng):
    yield call(*layer(rng, 2, 2, 2, (2, 3), (4, 4)), 1, 2)
    yield call(*layer(rng, 1, 2, 2, (4, 2), (2, 4)), padding=(0, 1))
    yield call(*layer(rng, 1, 1, 2, (3, 6), (2, 3)), 2, 1, 3)
    yield call(*layer(rng, 1, 2, 1, (3, 3), (5, 1), bias=False), padding=(1, 0))


def pair(value):
    """(value, value) for a number; a pair stays as it is."""
    return value if isinstance(value, tuple) else (value, value)


@conv2d.alternative
def layer_window_by_window(x, w, b=None, stride=1, padding=0, dilation=1):
    sh, sw = pair(stride)
    ph, pw = pair(padding)
    dh, dw = pair(dilation)
    N, C, H, W = x.shape
    F, D, KH, KW = w.shape
    reach_h, reach_w = dh * (KH - 1) + 1, dw * (KW - 1) + 1
    if C != D:
        raise ValueError("the channels differ")
    if reach_h > H + 2 * ph or reach_w > W + 2 * pw:
        raise ValueError("the kernel does not fit")
    padded = np.zeros((N, C, H + 2 * ph, W + 2 * pw))
    padded[:, :, ph : ph + H, pw : pw + W] = x
    rows, columns = (H + 2 * ph - reach_h) // sh + 1, (W + 2 * pw - reach_w) // sw + 1
    y = np.zeros((N, F, rows, columns))
    for n, f, i, j in np.ndindex(N, F, rows, columns):
        top, left = i * sh, j * sw
        window = padded[n, :, top : top + reach_h : dh, left : left + reach_w : dw]
        y[n, f, i, j] = np.sum(window * w[f])
        if b is not None:
            y[n, f, i, j] += b[f]
    return y


conv2d.edit(
    "flips_the_kernel",
    of=layer_window_by_window,
    replace="np.sum(window * w[f])",
    by="np.sum(window * w[f][:, ::-1, ::-1])",
    look="Work the first number of the output out by hand. Do you get yours when you turn the kernel round?",
    wrong="Your output is the one of a kernel turned round in both directions: true convolution. Layers don't flip: w[f, c, "
    "0, 0] meets the upper left pixel of a window.",
)
conv2d.edit(
    "flips_the_rows",
    of=layer_window_by_window,
    replace="np.sum(window * w[f])",
    by="np.sum(window * w[f][:, ::-1])",
    look="Work the first number of the output out by hand. Which row of the kernel meets the upper row of the window?",
    wrong="Your output is the one of a kernel that stands upside down. Layers don't flip: row 0 of the kernel meets the "
    "upper row of a window.",
)
conv2d.edit(
    "mirrors_the_columns",
    of=layer_window_by_window,
    replace="np.sum(window * w[f])",
    by="np.sum(window * w[f][:, :, ::-1])",
    look="Work the first number of the output out by hand. Which column of the kernel meets the left column of the window?",
    wrong="Your output is the one of a mirrored kernel. Layers don't flip: column 0 of the kernel meets the left column of "
    "a window.",
)
conv2d.edit(
    "transposes_the_kernel",
    of=layer_window_by_window,
    replace="np.sum(window * w[f])",
    by="np.sum(window * w[f].swapaxes(1, 2))",
    look="Work the first number of the output out by hand. Where does the weight w[0, 0, 0, 1] go: one to the right, or "
    "one down?",
    wrong="Your output is the one of a kernel whose rows and columns are swapped. w[f, c, k, l] stands in row k and column l.",
    shown="one image, one filter",
)
conv2d.edit(
    "keeps_the_last_channel",
    of=layer_window_by_window,
    replace="np.sum(window * w[f])",
    by="np.sum(window[-1] * w[f, -1])",
    look="Does your output change when a pixel of channel 0 does?",
    wrong="Your output is the one of the last channel alone. A filter adds up what it finds in all channels.",
    shown="two channels",
    if_source_has={"= np.sum(": "Is a sum over one channel overwritten by the next, with = in place of +=?"},
)
conv2d.edit(
    "reads_the_first_channel_only",
    of=layer_window_by_window,
    replace="np.sum(window * w[f])",
    by="np.sum(window[0] * w[f, 0])",
    look="Does your output change when a pixel of channel 1 does?",
    wrong="Your output is the one of channel 0 alone. A filter adds up what it finds in all channels.",
    shown="two channels",
)
conv2d.edit(
    "averages_the_window",
    of=layer_window_by_window,
    replace="np.sum(window * w[f])",
    by="np.mean(window * w[f])",
    look="How many weights has the kernel? Multiply your numbers by that.",
    wrong="Your output is the mean of the products. A layer adds them up.",
    shown="one image, one filter",
)
conv2d.edit(
    "averages_the_channels",
    of=layer_window_by_window,
    replace="np.sum(window * w[f])",
    by="np.sum(window * w[f]) / C",
    look="By what factor is your output too small?",
    wrong="Your output is the mean over the channels. A filter adds them up.",
    shown="two channels",
)
conv2d.edit(
    "reads_the_first_image_only",
    of=layer_window_by_window,
    replace="padded[n, :",
    by="padded[0, :",
    look="Is your output for image 1 the one for image 0 once more?",
    wrong="Your output is the one of image 0 for every image. Each image of the batch has an output of its own.",
    shown="two images",
)
conv2d.edit(
    "computes_the_first_image_only",
    of=layer_window_by_window,
    replace="np.ndindex(N, F",
    by="np.ndindex(1, F",
    look="What does your output hold for image 1?",
    wrong="Your output holds zeros for every image but the first. The same filters run over each image of the batch.",
    shown="two images",
)
conv2d.edit(
    "uses_the_first_filter_only",
    of=layer_window_by_window,
    replace="np.sum(window * w[f])",
    by="np.sum(window * w[0])",
    look="Are the two maps of your output alike?",
    wrong="All maps of your output come from filter 0. Map f belongs to filter f.",
    shown="two filters",
)
conv2d.edit(
    "uses_the_last_filter_only",
    of=layer_window_by_window,
    replace="np.sum(window * w[f])",
    by="np.sum(window * w[-1])",
    look="Are the two maps of your output alike?",
    wrong="All maps of your output come from the last filter. Map f belongs to filter f.",
    shown="two filters",
)
conv2d.edit(
    "adds_up_the_filters",
    of=layer_window_by_window,
    replace="np.sum(window * w[f])",
    by="np.sum(window * w)",
    look="Are the two maps of your output alike?",
    wrong="Each map of your output is the sum over all filters. Map f belongs to filter f alone.",
    shown="two filters",
)
conv2d.edit(
    "puts_filters_before_images",
    of=layer_window_by_window,
    replace="return y",
    by="return y.transpose(1, 0, 2, 3)",
    look="Which axis of your output counts the images, and which one the filters?",
    wrong="Your output is (F, N, H′, W′). The images come first: (N, F, H′, W′).",
    shown="two images",
)
conv2d.edit(
    "swaps_rows_and_columns_of_the_output",
    of=layer_window_by_window,
    replace="return y",
    by="return y.transpose(0, 1, 3, 2)",
    look="How many rows should the output have, and how many columns?",
    wrong="Your output is (N, F, W′, H′). Rows come before columns: (N, F, H′, W′).",
    shown="an image that is not square",
)
conv2d.edit(
    "forgets_the_bias",
    of=layer_window_by_window,
    replace="y[n, f, i, j] += b[f]",
    by="pass",
    look="Does your output change when the bias does?",
    wrong="Your output is the one without a bias. b[f] is added to every number of map f.",
)
conv2d.edit(
    "adds_the_bias_for_every_channel",
    of=layer_window_by_window,
    replace="+= b[f]",
    by="+= C * b[f]",
    look="By how much does the bias raise your output?",
    wrong="The bias comes once for each channel in your output. It belongs to the filter: add it once, after the sum over "
    "channels.",
)
conv2d.edit(
    "adds_the_bias_for_every_weight",
    of=layer_window_by_window,
    replace="+= b[f]",
    by="+= KH * KW * C * b[f]",
    look="By how much does the bias raise your output?",
    wrong="The bias comes once for each weight in your output. It belongs to the filter: add it once, after the sum over "
    "the window.",
    shown="a bias",
)
conv2d.edit(
    "takes_the_bias_away",
    of=layer_window_by_window,
    replace="+= b[f]",
    by="-= b[f]",
    look="Does the bias raise your output, or lower it?",
    wrong="Your output is lower by the bias. It is added.",
)
conv2d.edit(
    "uses_the_first_bias_for_all",
    of=layer_window_by_window,
    replace="+= b[f]",
    by="+= b[0]",
    look="By how much does the bias raise each of your two maps?",
    wrong="All maps of your output have the first bias. Filter f has its own, b[f].",
    shown="two filters, two biases",
)
conv2d.edit(
    "needs_a_bias",
    of=layer_window_by_window,
    replace="if b is not None:",
    by="if True:",
    look="b is None here. What does your code do with it?",
    wrong="Your layer fails without a bias: b may be None. Add it only where there is one.",
)
conv2d.edit(
    "asks_whether_the_biases_are_true",
    of=layer_window_by_window,
    replace="if b is not None:",
    by="if b:",
    look="Two biases: what does your code ask of b?",
    wrong="Your layer asks whether an array of several biases is true, which has no answer. Ask whether there is one: `b is "
    "not None`.",
    shown="two filters, two biases",
)
conv2d.edit(
    "ignores_the_padding",
    of=layer_window_by_window,
    replace="ph, pw = pair(padding)",
    by="ph = pw = 0",
    look="Is your output the one for padding 0?",
    wrong="Your output is the same whatever the padding is. Zeros stand around the images before any window is read.",
)
conv2d.edit(
    "slices_with_a_negative_end",
    of=layer_window_by_window,
    replace="ph : ph + H, pw : pw + W",
    by="ph:-ph, pw:-pw",
    look="No padding on one side: how many rows and columns are to hold x?",
    wrong="Your code fails where a padding is 0: x is put into an empty part of the padded images. x starts at row ph and "
    "ends before row ph + H.",
    shown="one image, one filter",
    if_source_has={":-": "A slice that ends at −p is empty for p = 0, since −0 is 0."},
)
conv2d.edit(
    "leaves_out_the_windows_of_the_padding",
    of=layer_window_by_window,
    replace="(H + 2 * ph - reach_h) // sh + 1, (W + 2 * pw - reach_w) // sw + 1",
    by="(H - reach_h) // sh + 1, (W - reach_w) // sw + 1",
    look="Is the shape of your output the one for padding 0?",
    wrong="Your output starts in the padding, and has only as many rows and columns as without it. Windows stand on H + 2p "
    "rows and W + 2p columns.",
    shown="padding 1",
)
conv2d.edit(
    "moves_every_window_by_one",
    of=layer_window_by_window,
    replace="top, left = i * sh, j * sw",
    by="top, left = i, j",
    look="Where does the window of y[0, 0, 0, 1] start?",
    wrong="Your output has the right shape, but its windows start at (i, j), as at stride 1. They start at (i · s, j · s).",
    shown="stride 2",
)
conv2d.edit(
    "strides_down_only",
    of=layer_window_by_window,
    replace="sh, sw = pair(stride)",
    by="sh, sw = pair(stride)[0], 1",
    look="Is your output smaller in both directions?",
    wrong="Your windows move by the stride down, and by 1 across. Both directions have a stride.",
    shown="stride 2",
)
conv2d.edit(
    "takes_one_stride_for_both_ways",
    of=layer_window_by_window,
    replace="sh, sw = pair(stride)",
    by="sh = sw = pair(stride)[0]",
    look="By how much do your windows move across?",
    wrong="Your windows move across by the stride that is meant for down. The second number of the pair belongs to the "
    "columns.",
    shown="a stride down only",
)
conv2d.edit(
    "leaves_out_the_last_window",
    of=layer_window_by_window,
    replace="(H + 2 * ph - reach_h) // sh + 1, (W + 2 * pw - reach_w) // sw + 1",
    by="(H + 2 * ph - reach_h) // sh, (W + 2 * pw - reach_w) // sw",
    look="Does one more window fit after your last one?",
    wrong="Your output has a row and a column too few. From the first window to the last there is one window more than "
    "steps: + 1.",
    shown="one image, one filter",
)
conv2d.edit(
    "ignores_the_dilation",
    of=layer_window_by_window,
    replace="dh, dw = pair(dilation)",
    by="dh = dw = 1",
    look="Is your output the one for dilation 1?",
    wrong="Your output is the same whatever the dilation is. With dilation d neighbouring weights meet pixels d apart.",
)
conv2d.edit(
    "reads_a_window_without_holes",
    of=layer_window_by_window,
    replace="top : top + reach_h : dh, left : left + reach_w : dw",
    by="top : top + KH, left : left + KW",
    look="The shape is right. How far apart are the pixels that your neighbouring weights meet?",
    wrong="Your output has the shape that the dilation asks for, but the weights meet pixels side by side. They meet pixels "
    "d apart.",
)
conv2d.edit(
    "loses_weights_of_a_dilated_kernel",
    of=layer_window_by_window,
    replace="top : top + reach_h : dh, left : left + reach_w : dw",
    by="top : top + KH : dh, left : left + KW : dw",
    look="How many pixels of a window do your weights meet?",
    wrong="Your windows end too early: with dilation a window of K weights reaches over d(K − 1) + 1 pixels, not over K.",
    shown="dilation 2",
)
conv2d.edit(
    "one_dilation_for_both_ways",
    of=layer_window_by_window,
    replace="dh, dw = pair(dilation)",
    by="dh = dw = pair(dilation)[0]",
    look="How far apart across are the pixels that neighbouring weights meet in your output?",
    wrong="Your kernel spreads across by the dilation that is meant for down. The second number of the pair belongs to the "
    "columns.",
    shown="dilation down only",
)
conv2d.edit(
    "one_padding_for_both_ways",
    of=layer_window_by_window,
    replace="ph, pw = pair(padding)",
    by="ph = pw = pair(padding)[0]",
    look="How many columns of zeros has your output seen on each side?",
    wrong="Your frame is as wide as it is high. The second number of the pair belongs to the columns.",
    shown="padding left and right only",
)
conv2d.edit(
    "swaps_the_numbers_of_pairs",
    of=layer_window_by_window,
    replace="sh, sw = pair(stride)\n    ph, pw = pair(padding)\n    dh, dw = pair(dilation)",
    by="sw, sh = pair(stride)\n    pw, ph = pair(padding)\n    dw, dh = pair(dilation)",
    look="Which of the two numbers belongs to the rows?",
    wrong="Your output is the one for pairs that mean (across, down). The first number belongs to the rows: (down, across), "
    "like (H, W).",
)
conv2d.edit(
    "uses_the_first_number_of_pairs_twice",
    of=layer_window_by_window,
    replace="sh, sw = pair(stride)\n    ph, pw = pair(padding)\n    dh, dw = pair(dilation)",
    by="sh = sw = pair(stride)[0]\n    ph = pw = pair(padding)[0]\n    dh = dw = pair(dilation)[0]",
    look="Which of the two numbers belongs to the columns?",
    wrong="Your output is the one for the first number of each pair in both directions. The second one belongs to the columns.",
)
conv2d.edit(
    "swaps_stride_and_dilation",
    of=layer_window_by_window,
    replace="sh, sw = pair(stride)\n    ph, pw = pair(padding)\n    dh, dw = pair(dilation)",
    by="sh, sw = pair(dilation)\n    ph, pw = pair(padding)\n    dh, dw = pair(stride)",
    look="Start of the window, plus steps inside it: to which of the two does the stride belong?",
    wrong="Your output is the one with stride and dilation in each other's place. The stride sets windows apart, the "
    "dilation the weights inside a window.",
    shown="stride 2",
)
conv2d.edit(
    "takes_the_type_of_the_image",
    of=layer_window_by_window,
    replace="np.zeros((N, F, rows, columns))",
    by="np.zeros((N, F, rows, columns), x.dtype)",
    look="The images are whole numbers, the weights are not: what has become of your sums?",
    wrong="Your output has the type of x. Whole numbers cannot hold these sums: make it float.",
    shown="whole numbers, weights of fractions",
)
conv2d.edit(
    "cuts_sums_to_whole_numbers",
    of=layer_window_by_window,
    replace="np.zeros((N, F, rows, columns))",
    by="np.zeros((N, F, rows, columns), int)",
    look="What has become of the fractions in your output?",
    wrong="Your output holds whole numbers, and fractions are cut off. Make it float.",
    shown="fractions",
)
conv2d.edit(
    "cuts_sums_before_the_bias",
    of=layer_window_by_window,
    replace="np.sum(window * w[f])",
    by="int(np.sum(window * w[f]))",
    look="What has become of the fractions in your output?",
    wrong="Your sums are whole numbers, and their fractions are cut off. Keep them as floats.",
    shown="fractions",
)
conv2d.edit(
    "changes_what_other_windows_read",
    of=layer_window_by_window,
    replace="np.sum(window * w[f])",
    by="np.sum(np.multiply(window, w[f], out=window))",
    look="Your first number is right, and the ones after it are not. What has become of the pixels that both windows read?",
    wrong="Your windows change pixels that other windows read. Products go into an array of their own.",
    shown="one image, one filter",
    if_source_has={"*=": "`window *= …` writes into the images that the window was cut from."},
)
conv2d.edit(
    "cuts_the_image_to_whole_numbers",
    of=layer_window_by_window,
    replace="= x\n",
    by="= x.astype(int)\n",
    look="What has become of 0.125 in the image?",
    wrong="Your output is the one of an image whose fractions are cut off. Keep x as floats.",
    shown="fractions",
)
conv2d.edit(
    "does_not_compare_channels",
    of=layer_window_by_window,
    replace='    if C != D:\n        raise ValueError("the channels differ")\n',
    by="",
    look="How many channels have the images, and for how many are the filters?",
    wrong="Where images or filters have a single channel, it is used for all channels of the other. Compare the two "
    "numbers, and raise a ValueError where they differ.",
)
conv2d.edit(
    "lets_filters_have_fewer_channels",
    of=layer_window_by_window,
    replace="if C != D:",
    by="if C < D:",
    look="How many channels have the images, and for how many are the filters?",
    wrong="Filters that are made for fewer channels than the images have are not refused. Any difference is a ValueError.",
)
conv2d.edit(
    "returns_something_where_nothing_fits",
    of=layer_window_by_window,
    replace='    if reach_h > H + 2 * ph or reach_w > W + 2 * pw:\n        raise ValueError("the kernel does not fit")\n',
    by="",
    look="What does your function return for a kernel that is one row too high?",
    wrong="Where the kernel does not fit, your function returns all the same. The docstring promises a ValueError.",
)
conv2d.edit(
    "refuses_only_what_is_too_large_both_ways",
    of=layer_window_by_window,
    replace="2 * ph or reach_w",
    by="2 * ph and reach_w",
    look="A kernel that is too large in one direction only: does it fit?",
    wrong="A kernel is refused only where it is too high and too wide. One of the two is enough.",
)
conv2d.edit(
    "compares_heights_only",
    of=layer_window_by_window,
    replace=" or reach_w > W + 2 * pw",
    by="",
    look="A kernel that is one column too wide: does it fit?",
    wrong="A kernel that is too wide is not refused. Compare widths as well as heights.",
)
conv2d.edit(
    "compares_widths_only",
    of=layer_window_by_window,
    replace="reach_h > H + 2 * ph or ",
    by="",
    look="A kernel that is one row too high: does it fit?",
    wrong="A kernel that is too high is not refused. Compare heights as well as widths.",
)
conv2d.edit(
    "forgets_the_holes_when_it_refuses",
    of=layer_window_by_window,
    replace="if reach_h > H + 2 * ph or reach_w > W + 2 * pw:",
    by="if KH > H + 2 * ph or KW > W + 2 * pw:",
    look="Over how many pixels does the kernel reach, its holes included?",
    wrong="A kernel that is too large only because of its holes is not refused. What has to fit is its reach, d(K − 1) + 1.",
)
conv2d.edit(
    "refuses_what_fits_with_padding",
    of=layer_window_by_window,
    replace="reach_h > H + 2 * ph or reach_w > W + 2 * pw",
    by="reach_h > H or reach_w > W",
    look="How high and how wide are the images with their zeros? Does the kernel fit there?",
    wrong="You refuse a kernel that is larger than the images but fits on images and padding together. Compare its reach "
    "with H + 2p and W + 2p.",
)
conv2d.edit(
    "refuses_a_kernel_that_just_fits",
    of=layer_window_by_window,
    replace="reach_h > H + 2 * ph or reach_w > W + 2 * pw",
    by="reach_h >= H + 2 * ph or reach_w >= W + 2 * pw",
    look="A kernel exactly as high as the padded images: how many places has it from top to bottom?",
    wrong="You refuse a kernel that just fits. It has one place: only a reach that is larger than the padded images is "
    "refused.",
)


def layer_of(x, w, b, stride, padding, dilation):
    """The layer, over the kernel's taps: wrong answers below call it with one thing changed."""
    (sh, sw), (ph, pw), (dh, dw) = pair(stride), pair(padding), pair(dilation)
    rows = (x.shape[2] + 2 * ph - dh * (w.shape[2] - 1) - 1) // sh + 1
    columns = (x.shape[3] + 2 * pw - dw * (w.shape[3] - 1) - 1) // sw + 1
    if x.shape[1] != w.shape[1] or min(rows, columns) < 1:
        raise ValueError("channels differ, or the kernel does not fit")
    p = np.pad(x.astype(float), ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    out = np.zeros((x.shape[0], w.shape[0], rows, columns))
    for k, m in np.ndindex(w.shape[2:]):
        tap = p[:, :, k * dh :, m * dw :][:, :, : (rows - 1) * sh + 1 : sh, : (columns - 1) * sw + 1 : sw]
        out += np.einsum("nchw,fc->nfhw", tap, w[:, :, k, m])
    return out if b is None else out + b[:, None, None]


@conv2d.misconception(
    look="Padding 1: what stands in the corners of your output?",
    wrong="Your zeros stand around the output. They belong around the input, before any window is read.",
    shown="padding 1",
)
def pads_the_output(x, w, b=None, stride=1, padding=0, dilation=1):
    out = layer_of(x, w, b, stride, 0, dilation)
    down, across = pair(padding)
    return np.pad(out, ((0, 0), (0, 0), (down, down), (across, across)))


@conv2d.misconception(
    look="Padding 1: how many rows and columns should the output have? On how many sides of the image do your zeros stand?",
    wrong="Your output is the one of zeros above and to the left only. A padding of p means p rows above and p below, and p "
    "columns on each side.",
    shown="padding 1",
)
def pads_top_and_left(x, w, b=None, stride=1, padding=0, dilation=1):
    down, across = pair(padding)
    padded = np.pad(x.astype(float), ((0, 0), (0, 0), (down, 0), (across, 0)))
    return layer_of(padded, w, b, stride, 0, dilation)


@conv2d.misconception(
    look="By how much does the bias raise each column of your output?",
    wrong="Your biases go along the columns. There is one for each filter, the same at every place of its map.",
    shown="two filters, two biases",
    if_source_has={
        "+ b": "An array of shape (F,) lines up with the last axis; (F, 1, 1) lines up with the filters."
    },
)
def adds_the_bias_along_the_columns(x, w, b=None, stride=1, padding=0, dilation=1):
    out = layer_of(x, w, None, stride, padding, dilation)
    return out if b is None else out + b


@conv2d.misconception(
    look="What does your code do with stride=(2, 1)?",
    wrong="Your layer fails where a pair is given. stride, padding and dilation may each be one number or a pair (rows, columns): "
    "make pairs of all three first.",
    shown="a stride down only",
)
def takes_single_numbers_only(x, w, b=None, stride=1, padding=0, dilation=1):
    padded = np.pad(x.astype(float), ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    rows = (padded.shape[2] - dilation * (w.shape[2] - 1) - 1) // stride + 1
    if rows < 1:
        raise ValueError("the kernel does not fit")
    return layer_of(padded, w, b, stride, 0, dilation)


@conv2d.misconception(
    look="How many channels have the images, and for how many are the filters?",
    wrong="Filters that are made for more channels than the images have are used as far as the channels go. Compare the two "
    "numbers, and raise a ValueError where they differ.",
)
def uses_filters_as_far_as_the_channels_go(x, w, b=None, stride=1, padding=0, dilation=1):
    if x.shape[1] > w.shape[1]:
        raise IndexError(f"index {w.shape[1]} is out of bounds for axis 1 with size {w.shape[1]}")
    return layer_of(x, w[:, : x.shape[1]], b, stride, padding, dilation)


@conv2d.misconception(
    look="Your first number is right. Take it away from your second one: do you get the right one?",
    wrong="Your sum goes on from window to window: each number holds all that came before it. Every window begins at 0.",
    shown="one image, one filter",
)
def goes_on_from_window_to_window(x, w, b=None, stride=1, padding=0, dilation=1):
    out = layer_of(x, w, None, stride, padding, dilation)
    out = np.cumsum(out).reshape(out.shape)
    return out if b is None else out + b[:, None, None]


@conv2d.misconception(
    look="Start of the window, plus steps inside it: to which of the two does the stride belong?",
    wrong="Your output has the right shape, but inside a window it steps by the stride, and from window to window by the dilation. "
    "It is the other way round: i · s + k · d.",
    shown="stride 2",
)
def steps_inside_by_the_stride(x, w, b=None, stride=1, padding=0, dilation=1):
    y = layer_of(x, w, None, stride, padding, dilation)
    (sh, sw), (ph, pw), (dh, dw) = pair(stride), pair(padding), pair(dilation)
    p = np.pad(x.astype(float), ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    for i, j in np.ndindex(y.shape[2:]):
        y[:, :, i, j] = 0 if b is None else b
        for k, m in np.ndindex(w.shape[2:]):
            y[:, :, i, j] += p[:, :, i * dh + k * sh, j * dw + m * sw] @ w[:, :, k, m].T
    return y


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


conv2d.edit(
    "keeps_the_last_product",
    of=layer_with_plain_loops,
    replace="total += float(x",
    by="total = float(x",
    look="Work the first number of the output out by hand: of the products, which one is yours?",
    wrong="Your numbers are the last product of each window alone. All of them are added up, and the bias.",
    shown="one image, one filter",
)
conv2d.edit(
    "leaves_out_the_last_row_of_weights",
    of=layer_with_plain_loops,
    replace="for k in range(KH):",
    by="for k in range(KH - 1):",
    look="Work the first number of the output out by hand. Which of the products are in yours?",
    wrong="Your output is the one of a kernel without its last row.",
    shown="one image, one filter",
)
conv2d.edit(
    "leaves_out_the_last_column_of_weights",
    of=layer_with_plain_loops,
    replace="for m in range(KW):",
    by="for m in range(KW - 1):",
    look="Work the first number of the output out by hand. Which of the products are in yours?",
    wrong="Your output is the one of a kernel without its last column.",
    shown="one image, one filter",
)
conv2d.edit(
    "loses_the_first_row_and_column",
    of=layer_with_plain_loops,
    replace="if 0 <= row < H and 0 <= column < W:",
    by="if 0 < row < H and 0 < column < W:",
    look="Which pixels of x take part in your first number?",
    wrong="Row 0 and column 0 of the images count for nothing in your output. They are pixels like all others.",
    shown="one image, one filter",
)
conv2d.edit(
    "reads_columns_as_rows",
    of=layer_with_plain_loops,
    replace="x[n, c, row, column]",
    by="x[n, c, column, row]",
    look="Work the second number of the output out by hand. Does its window lie to the right of the first, or below?",
    wrong="Your output is the one of images whose rows and columns are swapped, or your code leaves the image. The first of "
    "the last two indices is the row.",
    shown="one image, one filter",
)
conv2d.edit(
    "counts_windows_without_the_holes",
    of=layer_with_plain_loops,
    replace="    rows = (H + 2 * ph - dh * (KH - 1) - 1) // sh + 1\n    columns = (W + 2 * pw - dw * (KW - 1) - 1) // sw + 1",
    by="    rows = (H + 2 * ph - KH) // sh + 1\n    columns = (W + 2 * pw - KW) // sw + 1",
    look="How many windows of the dilated kernel fit?",
    wrong="Your output has as many rows and columns as without dilation. What has to fit is the reach, d(K − 1) + 1.",
    shown="dilation 2",
)
conv2d.edit(
    "divides_by_the_dilation",
    of=layer_with_plain_loops,
    replace="    rows = (H + 2 * ph - dh * (KH - 1) - 1) // sh + 1\n    columns = (W + 2 * pw - dw * (KW - 1) - 1) // sw + 1",
    by="    rows = (H + 2 * ph - dh * (KH - 1) - 1) // dh + 1\n    columns = (W + 2 * pw - dw * (KW - 1) - 1) // dw + 1",
    look="By what is the room for the window divided: by its stride, or by its dilation?",
    wrong="The shape of your output is the one for the dilation in place of the stride. Windows stand a stride apart.",
    shown="stride 2",
)


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
