"""Exercise `conv2d_im2col`: the layer, right and at least 20 times as fast as four nested loops. Any right way counts.

The oracle is PyTorch's convolution; the loops stand in helpers.checking.references and in the notebook's statement.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from autograde.course.definition import call, call_error, exercise, fixture
from autograde.exercises.convolution_gradients.common import CONVOLUTIONS
from helpers.checking.compare import close


@exercise(points=3, difficulty="medium", minutes=20, compare=close(check_dtype=False))
def conv2d_im2col(x, w, b=None, stride=1, padding=0):
    """The convolution layer as one matrix product, right and fast."""
    import torch

    if w.shape[2] > x.shape[2] + 2 * padding or w.shape[3] > x.shape[3] + 2 * padding:
        raise ValueError(f"kernel {w.shape[2:]} does not fit image {x.shape[2:]} with padding {padding}")
    kind = np.float32 if x.dtype == w.dtype == np.float32 else np.float64
    arrays = [None if a is None else torch.from_numpy(np.array(a, dtype=kind, order="C")) for a in (x, w, b)]
    return torch.nn.functional.conv2d(*arrays, stride=stride, padding=padding).numpy()


NINE = np.arange(1.0, 10).reshape(1, 1, 3, 3)
TWO_IMAGES = np.random.default_rng(4).integers(-2, 5, size=(2, 2, 4, 5)).astype(float)
THREE_FILTERS = np.random.default_rng(5).integers(-2, 4, size=(3, 2, 2, 3)).astype(float)

conv2d_im2col.example("nine pixels, one filter", NINE, np.array([[[[1.0, 2], [3, 5]]]]), np.array([0.5]))
conv2d_im2col.example("two images, three filters", TWO_IMAGES, THREE_FILTERS, np.array([1.0, -2, 0.5]))
conv2d_im2col.example("no bias, stride 2, padding 1", TWO_IMAGES, THREE_FILTERS, stride=2, padding=1)
conv2d_im2col.example_error("a kernel too large", ValueError, NINE, np.ones((1, 1, 4, 4)))


@conv2d_im2col.cases(weight=2)
def batches_channels_filters(rng: np.random.Generator) -> Iterator[Any]:
    yield call(rng.normal(size=(3, 2, 5, 6)), rng.normal(size=(4, 2, 3, 3)), rng.normal(size=4))
    yield call(rng.normal(size=(1, 1, 4, 4)), rng.normal(size=(1, 1, 4, 4)), rng.normal(size=1))
    yield call(rng.normal(size=(2, 3, 4, 7)), rng.normal(size=(2, 3, 2, 3)), rng.normal(size=2))
    yield call(rng.normal(size=(2, 4, 3, 3)), rng.normal(size=(5, 4, 1, 1)), rng.normal(size=5))


@conv2d_im2col.cases
def strides_and_padding(rng: np.random.Generator) -> Iterator[Any]:
    yield call(rng.normal(size=(2, 2, 7, 6)), rng.normal(size=(3, 2, 3, 3)), rng.normal(size=3), 2, 0)
    yield call(rng.normal(size=(1, 2, 5, 5)), rng.normal(size=(2, 2, 3, 3)), rng.normal(size=2), 1, 1)
    yield call(rng.normal(size=(2, 1, 6, 8)), rng.normal(size=(2, 1, 2, 3)), rng.normal(size=2), 3, 2)


@conv2d_im2col.cases
def without_bias(rng: np.random.Generator) -> Iterator[Any]:
    yield call(rng.normal(size=(2, 2, 4, 5)), rng.normal(size=(3, 2, 2, 2)))
    yield call(rng.normal(size=(2, 3, 5, 5)), rng.normal(size=(3, 3, 3, 3)), None, stride=2, padding=1)


@conv2d_im2col.cases
def other_types_and_views(rng: np.random.Generator) -> Iterator[Any]:
    yield call(
        rng.normal(size=(2, 2, 5, 5)).astype(np.float32),
        rng.normal(size=(3, 2, 3, 3)).astype(np.float32),
        rng.normal(size=3).astype(np.float32),
    )
    yield call(rng.integers(-5, 6, size=(2, 2, 4, 4)), rng.integers(-3, 4, size=(2, 2, 2, 2)))
    yield call(
        rng.normal(size=(5, 4, 2, 2)).T,
        rng.normal(size=(3, 2, 2, 3)).transpose(0, 1, 3, 2),
        rng.normal(size=6)[::2],
    )


@conv2d_im2col.cases(weight=0.5)
def kernels_that_do_not_fit(rng: np.random.Generator) -> Iterator[Any]:
    yield call_error(ValueError, rng.normal(size=(1, 1, 3, 5)), rng.normal(size=(1, 1, 4, 2)))
    yield call_error(ValueError, rng.normal(size=(1, 1, 3, 3)), rng.normal(size=(1, 1, 2, 6)), None, 1, 1)


def columns(x, KH, KW, stride, padding):
    """Windows as columns (N, C·KH·KW, L), and the outputs' height and width."""
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    if KH > padded.shape[2] or KW > padded.shape[3]:
        raise ValueError("the kernel does not fit the padded image")
    views = sliding_window_view(padded, (KH, KW), axis=(2, 3))[:, :, ::stride, ::stride]
    Ho, Wo = views.shape[2:4]
    return views.transpose(0, 1, 4, 5, 2, 3).reshape(len(x), -1, Ho * Wo), Ho, Wo


@conv2d_im2col.misconception(
    look="Is `b` always an array? Read the docstring again.",
    wrong="Your layer fails without a bias: b may be None. Add it only where there is one.",
)
def needs_a_bias(x, w, b=None, stride=1, padding=0):
    F, C, KH, KW = w.shape
    cols, Ho, Wo = columns(x, KH, KW, stride, padding)
    return (w.reshape(F, -1) @ cols).reshape(len(x), F, Ho, Wo) + b[:, None, None]


@conv2d_im2col.misconception(
    look="One filter works, three don't. Where do the weights of filter 1 lie in your matrix?",
    wrong="`w.reshape(-1, F)` cuts the weights into pieces of F numbers. Filter f's weights must fill row f: `w.reshape(F, -1)`.",
)
def reshapes_weights_the_wrong_way(x, w, b=None, stride=1, padding=0):
    F, C, KH, KW = w.shape
    cols, Ho, Wo = columns(x, KH, KW, stride, padding)
    y = (w.reshape(-1, F).T @ cols).reshape(len(x), F, Ho, Wo)
    return y if b is None else y + b[:, None, None]


@conv2d_im2col.misconception(
    look="One image works, two don't. In your product, which axis comes first: filters or images?",
    wrong="With the windows of all images in one matrix the product has shape (F, N·H'·W'). Reshaping that to (N, F, …) mixes images and filters: "
    "reshape to (F, N, H', W'), then transpose.",
)
def mixes_images_and_filters(x, w, b=None, stride=1, padding=0):
    F, C, KH, KW = w.shape
    cols, Ho, Wo = columns(x, KH, KW, stride, padding)
    side_by_side = cols.transpose(1, 0, 2).reshape(C * KH * KW, -1)
    y = (w.reshape(F, -1) @ side_by_side).reshape(len(x), F, Ho, Wo)
    return y if b is None else y + b[:, None, None]


@conv2d_im2col.misconception(
    look="One filter works, three don't. What did your product's last axis hold before you reshaped it?",
    wrong="Your product is (N, H'·W', F), positions before filters. `reshape` does not move numbers: transpose to (N, F, H'·W') first.",
)
def reshapes_positions_into_filters(x, w, b=None, stride=1, padding=0):
    F, C, KH, KW = w.shape
    cols, Ho, Wo = columns(x, KH, KW, stride, padding)
    y = (cols.transpose(0, 2, 1) @ w.reshape(F, -1).T).reshape(len(x), F, Ho, Wo)
    return y if b is None else y + b[:, None, None]


@conv2d_im2col.misconception(
    look="Which examples have a bias? What do the others say?",
    wrong="The bias is missing from your result. Add b[f] to every output of filter f.",
)
def forgets_the_bias(x, w, b=None, stride=1, padding=0):
    F, C, KH, KW = w.shape
    cols, Ho, Wo = columns(x, KH, KW, stride, padding)
    return (w.reshape(F, -1) @ cols).reshape(len(x), F, Ho, Wo)


@conv2d_im2col.misconception(
    look="Is there a flip in the forward pass of a layer?",
    wrong="You turned the kernels by 180°. A layer computes the cross-correlation, without a flip; the turn belongs to dx.",
)
def flips_the_kernels(x, w, b=None, stride=1, padding=0):
    F, C, KH, KW = w.shape
    cols, Ho, Wo = columns(x, KH, KW, stride, padding)
    y = (w[:, :, ::-1, ::-1].reshape(F, -1) @ cols).reshape(len(x), F, Ho, Wo)
    return y if b is None else y + b[:, None, None]


@conv2d_im2col.misconception(
    look="Only the example with stride and padding fails. How many outputs do you return there?",
    wrong="You ignore stride and padding. Pad first, then take every stride-th window.",
)
def ignores_stride_and_padding(x, w, b=None, stride=1, padding=0):
    F, C, KH, KW = w.shape
    cols, Ho, Wo = columns(x, KH, KW, 1, 0)
    y = (w.reshape(F, -1) @ cols).reshape(len(x), F, Ho, Wo)
    return y if b is None else y + b[:, None, None]


@conv2d_im2col.timed(
    "On 8 images of 3 × 8 × 8 with 16 filters of 3 × 3",
    fixture("normal_numbers", 1, 8, 3, 8, 8),
    fixture("normal_numbers", 2, 16, 3, 3, 3),
    fixture("normal_numbers", 3, 16),
    1,
    1,
    reference="conv2d_four_loops",
    at_least=20,
    share=1 / 3,
    look="Your result is right. How often does the body of your innermost loop run at this size: 8 192 times, 64 times, 9 times, or once?",
    wrong="A round of a Python loop with a NumPy call in it costs microseconds however little it computes, and yours runs for every output number. Let one array operation do the work of "
    "many rounds: for all images and filters at once, or as one matrix product over the columns of im2col.",
)
def as_slow_as_four_loops(x, w, b=None, stride=1, padding=0):
    N, C, H, W = x.shape
    F, C, KH, KW = w.shape
    if KH > H + 2 * padding or KW > W + 2 * padding:
        raise ValueError("the kernel does not fit the padded image")
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    y = np.zeros((N, F, (H + 2 * padding - KH) // stride + 1, (W + 2 * padding - KW) // stride + 1))
    for n, f, i, j in np.ndindex(*y.shape):
        window = padded[n, :, i * stride : i * stride + KH, j * stride : j * stride + KW]
        y[n, f, i, j] = (window * w[f]).sum() + (0 if b is None else b[f])
    return y


@conv2d_im2col.alternative
def loops_over_positions(x, w, b=None, stride=1, padding=0):
    N, C, H, W = x.shape
    F, C, KH, KW = w.shape
    if KH > H + 2 * padding or KW > W + 2 * padding:
        raise ValueError("the kernel does not fit")
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    Ho, Wo = (H + 2 * padding - KH) // stride + 1, (W + 2 * padding - KW) // stride + 1
    y = np.zeros((N, F, Ho, Wo))
    rows = w.reshape(F, -1).T
    for i in range(Ho):
        for j in range(Wo):
            window = padded[:, :, i * stride : i * stride + KH, j * stride : j * stride + KW]
            y[:, :, i, j] = window.reshape(N, -1) @ rows
    return y if b is None else y + b[:, None, None]


@conv2d_im2col.alternative
def loops_over_kernel_offsets(x, w, b=None, stride=1, padding=0):
    N, C, H, W = x.shape
    F, C, KH, KW = w.shape
    Ho, Wo = (H + 2 * padding - KH) // stride + 1, (W + 2 * padding - KW) // stride + 1
    if H + 2 * padding < KH or W + 2 * padding < KW:
        raise ValueError(f"kernel {KH} × {KW} does not fit")
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    y = np.zeros((N, F, Ho, Wo))
    for a in range(KH):
        for c in range(KW):
            part = padded[
                :, :, a : a + stride * (Ho - 1) + 1 : stride, c : c + stride * (Wo - 1) + 1 : stride
            ]
            y += np.einsum("nchw,fc->nfhw", part, w[:, :, a, c], optimize=True)
    if b is not None:
        y += b.reshape(1, F, 1, 1)
    return y


@conv2d_im2col.alternative
def windows_and_tensordot(x, w, b=None, stride=1, padding=0):
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    if w.shape[2] > padded.shape[2] or w.shape[3] > padded.shape[3]:
        raise ValueError("the kernel does not fit")
    views = sliding_window_view(padded, w.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    y = np.tensordot(views, w, axes=([1, 4, 5], [1, 2, 3])).transpose(0, 3, 1, 2)
    return y if b is None else y + b[None, :, None, None]


@conv2d_im2col.alternative
def one_matrix_for_the_whole_batch(x, w, b=None, stride=1, padding=0):
    F, C, KH, KW = w.shape
    cols, Ho, Wo = columns(x, KH, KW, stride, padding)
    side_by_side = cols.transpose(1, 0, 2).reshape(C * KH * KW, -1)
    y = (w.reshape(F, -1) @ side_by_side).reshape(F, len(x), Ho, Wo).transpose(1, 0, 2, 3)
    return y if b is None else y + b[:, None, None]


conv2d_im2col.off_limits(*CONVOLUTIONS, "helpers.checking.references")
