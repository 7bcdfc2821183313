"""Exercise `conv1d_backward`: gradients of the one-dimensional layer by input, weights and bias.

The oracle is PyTorch's automatic differentiation. Each of the three gradients earns its share of the points.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from autograde.course.definition import call, exercise
from autograde.exercises.convolution_gradients.common import CONVOLUTIONS, GRADIENTS, layer_gradients
from helpers.checking.compare import parts


@exercise(
    points=3, difficulty="medium", minutes=25, compare=parts(names=("dx", "dw", "db"), shares=(1, 1, 1))
)
def conv1d_backward(dout, x, w, stride=1, padding=0):
    """Gradients of the one-dimensional convolution layer."""
    return layer_gradients(dout, x, w, stride, padding)


def layer_case(
    rng: np.random.Generator,
    shape: tuple[int, int, int],
    filters: int,
    width: int,
    stride: int = 1,
    padding: int = 0,
) -> Any:
    """A call with signals of the given shape (N, C, L)."""
    length = (shape[2] + 2 * padding - width) // stride + 1
    x, w = rng.normal(size=shape), rng.normal(size=(filters, shape[1], width))
    return call(rng.normal(size=(shape[0], filters, length)), x, w, stride=stride, padding=padding)


ONE_TO_SEVEN = np.array([[[1.0, 5, 3, 7, 5, 2, 4]]])

conv1d_backward.example(
    "worked by hand",
    np.array([[[1.0, -2, 4]]]),
    np.array([[[1.0, 5, 3, 7, 5]]]),
    np.array([[[1.0, 2, -1]]]),
)
conv1d_backward.example(
    "two channels, two filters, padding 1",
    np.array([[[1.0, 0, -1, 2], [3, 1, 0, -2]]]),
    np.array([[[1.0, 2, 0, 3], [4, -1, 2, 1]]]),
    np.array([[[1.0, 2, 4], [0, 1, -1]], [[2, 0, 1], [3, -1, 5]]]),
    padding=1,
)
conv1d_backward.example(
    "stride 2, one sample left over",
    np.array([[[2.0, -1]]]),
    ONE_TO_SEVEN[:, :, :6],
    np.array([[[1.0, 2, 4]]]),
    stride=2,
)
conv1d_backward.example(
    "a batch of two, three filters, stride 3, padding 2",
    np.array([[[1.0, 2, -1], [0, 3, 1], [2, 1, -2]], [[4, -1, 2], [1, 0, 5], [3, -3, 1]]]),
    np.array([[[1.0, 2, 3, 4, 5, 6], [0, 1, 0, -1, 2, 3]], [[2, -2, 1, 0, 4, 1], [5, 3, 1, -1, 0, 2]]]),
    np.array([[[1.0, 2], [3, -1]], [[0, 1], [4, 2]], [[-2, 5], [1, 3]]]),
    stride=3,
    padding=2,
)


@conv1d_backward.cases(weight=2)
def without_padding(rng: np.random.Generator) -> Iterator[Any]:
    yield layer_case(rng, (2, 3, 8), 4, 3)
    yield layer_case(rng, (1, 1, 5), 1, 5)
    yield layer_case(rng, (3, 2, 6), 1, 1)
    yield layer_case(rng, (2, 1, 7), 3, 4)


@conv1d_backward.cases
def with_padding(rng: np.random.Generator) -> Iterator[Any]:
    yield layer_case(rng, (2, 3, 6), 2, 3, padding=1)
    yield layer_case(rng, (1, 2, 5), 4, 4, padding=2)
    yield layer_case(rng, (2, 1, 3), 1, 5, padding=3)


@conv1d_backward.cases
def several_strides(rng: np.random.Generator) -> Iterator[Any]:
    yield layer_case(rng, (2, 2, 9), 3, 3, stride=2)
    yield layer_case(rng, (2, 3, 8), 2, 3, stride=2, padding=1)
    yield layer_case(rng, (1, 2, 11), 3, 2, stride=3)
    yield layer_case(rng, (2, 2, 10), 3, 4, stride=3, padding=2)
    yield layer_case(rng, (1, 1, 9), 2, 2, stride=4)


@conv1d_backward.cases
def single_precision_and_views(rng: np.random.Generator) -> Iterator[Any]:
    yield call(
        rng.normal(size=(2, 3, 5)).astype(np.float32),
        rng.normal(size=(2, 2, 7)).astype(np.float32),
        rng.normal(size=(3, 2, 3)).astype(np.float32),
    )
    yield call(
        rng.normal(size=(5, 3, 2)).T,
        rng.normal(size=(2, 2, 14))[:, :, ::2],
        rng.normal(size=(3, 2, 3))[:, ::-1],
    )
    yield call(
        rng.normal(size=(2, 3, 4))[:, :, ::-1], rng.normal(size=(7, 2, 2)).T, rng.normal(size=(3, 2, 3)), 2, 1
    )


def gradients_of_padded(dout, x, w, stride, padding):
    """Gradient of the padded signals, window by window, and of the weights."""
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding)))
    dx, dw = np.zeros_like(padded), np.zeros_like(w)
    K = w.shape[2]
    for i in range(dout.shape[2]):
        window = slice(i * stride, i * stride + K)
        dx[:, :, window] += np.einsum("nf,fck->nck", dout[:, :, i], w)
        dw += np.einsum("nf,nck->fck", dout[:, :, i], padded[:, :, window])
    return dx, dw


@conv1d_backward.misconception(
    look="Look at dx. Which weight lies on the path from x[0] to y[0], and which on the path from x[2] to y[0]?",
    wrong="Your dx slides the kernel over dout as it is. The path from x[j] to y[i] carries weight j − i: where i grows the weight's number shrinks. "
    "Turn the kernel round.",
)
def dx_without_flip(dout, x, w, stride=1, padding=0):
    dx, dw = gradients_of_padded(dout, x, w[:, :, ::-1], stride, padding)
    dw = gradients_of_padded(dout, x, w, stride, padding)[1]
    return dx[:, :, padding : padding + x.shape[2]], dw, dout.sum(axis=(0, 2))


@conv1d_backward.misconception(
    look="Which examples fail, those with padding or those without? What is `a[0:-0]`?",
    wrong="You cut the padding off with `[p:-p]`. With p = 0 that is `[0:0]`, an empty slice. Cut with `[p : p + L]`, which is right for every p.",
)
def crops_with_minus_p(dout, x, w, stride=1, padding=0):
    dx, dw = gradients_of_padded(dout, x, w, stride, padding)
    return dx[:, :, padding:-padding], dw, dout.sum(axis=(0, 2))


@conv1d_backward.misconception(
    look="Compare the shape of dx with that of x where there is padding.",
    wrong="Your dx still holds the gradients of the padding zeros. The zeros aren't part of x: cut them off at both ends.",
)
def forgets_to_crop(dout, x, w, stride=1, padding=0):
    dx, dw = gradients_of_padded(dout, x, w, stride, padding)
    return dx, dw, dout.sum(axis=(0, 2))


@conv1d_backward.misconception(
    look="Which sample stood under weight 0 when y[0] was computed? Is it in the sum for dw[0]?",
    wrong="Your dw comes out backwards. Forward, x[i + k] met w[k]; so dw[k] collects dout[i] · x[i + k], in the same order. Only dx needs the flip.",
)
def flips_dw(dout, x, w, stride=1, padding=0):
    dx, dw = gradients_of_padded(dout, x, w, stride, padding)
    return dx[:, :, padding : padding + x.shape[2]], dw[:, :, ::-1], dout.sum(axis=(0, 2))


@conv1d_backward.misconception(
    look="Raise a bias by 1. How many outputs rise by 1, and what does each contribute to the loss?",
    wrong="You averaged for db. The bias is added to every output of its filter, and the contributions of all of them add up: sum over batch and positions.",
)
def db_averaged(dout, x, w, stride=1, padding=0):
    dx, dw = gradients_of_padded(dout, x, w, stride, padding)
    return dx[:, :, padding : padding + x.shape[2]], dw, dout.mean(axis=(0, 2))


@conv1d_backward.misconception(
    look="Only strides above 1 fail. Where does the window of output 1 start?",
    wrong="Your windows move by 1. Output i read the samples from i · stride on; its gradient goes back to just those.",
)
def ignores_the_stride(dout, x, w, stride=1, padding=0):
    dx, dw = gradients_of_padded(dout, x, w, 1, padding)
    return dx[:, :, padding : padding + x.shape[2]], dw, dout.sum(axis=(0, 2))


@conv1d_backward.misconception(
    look="How many outputs does a sample in the middle feed? How many of them does your dx hear from?",
    wrong="You assign to dx where windows overlap, so only the last output counts. Contributions add up: `+=`.",
)
def assigns_in_overlaps(dout, x, w, stride=1, padding=0):
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding)))
    dx = np.zeros_like(padded)
    K = w.shape[2]
    for i in range(dout.shape[2]):
        dx[:, :, i * stride : i * stride + K] = np.einsum("nf,fck->nck", dout[:, :, i], w)
    dw = gradients_of_padded(dout, x, w, stride, padding)[1]
    return dx[:, :, padding : padding + x.shape[2]], dw, dout.sum(axis=(0, 2))


@conv1d_backward.misconception(
    look="What is the length of your dx where the stride leaves samples over?",
    wrong="You worked the length of dx out backwards from dout, and lost the samples that no window reached. Take the length of x; "
    "what no output read gets gradient 0.",
)
def length_from_the_output(dout, x, w, stride=1, padding=0):
    dx, dw = gradients_of_padded(dout, x, w, stride, padding)
    reached = (dout.shape[2] - 1) * stride + w.shape[2]
    return dx[:, :, padding : min(reached, dx.shape[2] - padding)], dw, dout.sum(axis=(0, 2))


@conv1d_backward.misconception(
    look="Does your answer change when you drop the last signal of the batch?",
    wrong="You average dw over the batch. The loss adds up over the signals of a batch; whoever wants a mean puts the 1/N into dout.",
)
def averages_over_the_batch(dout, x, w, stride=1, padding=0):
    dx, dw = gradients_of_padded(dout, x, w, stride, padding)
    return dx[:, :, padding : padding + x.shape[2]], dw / len(x), dout.sum(axis=(0, 2)) / len(x)


@conv1d_backward.misconception(
    look="Which weights lie between filter 0 and channel 1?",
    wrong="In dx you take w[c, f] where w[f, c] is needed: filters and channels changed places. Where their numbers differ this even fails.",
)
def swaps_filters_and_channels(dout, x, w, stride=1, padding=0):
    N, C, L = x.shape
    F, C, K = w.shape
    dx = np.zeros((N, C, L + 2 * padding))
    for i in range(dout.shape[2]):
        for f in range(F):
            for c in range(C):
                dx[:, c, i * stride : i * stride + K] += dout[:, f, i, None] * w[c, f]
    dw = gradients_of_padded(dout, x, w, stride, padding)[1]
    return dx[:, :, padding : padding + L], dw, dout.sum(axis=(0, 2))


@conv1d_backward.alternative
def five_plain_loops(dout, x, w, stride=1, padding=0):
    N, C, L = x.shape
    F, _, K = w.shape
    dx, dw, db = np.zeros((N, C, L)), np.zeros((F, C, K)), np.zeros(F)
    for n in range(N):
        for f in range(F):
            for i in range(dout.shape[2]):
                g = dout[n, f, i]
                db[f] += g
                for c in range(C):
                    for k in range(K):
                        j = i * stride + k - padding
                        if 0 <= j < L:
                            dx[n, c, j] += g * w[f, c, k]
                            dw[f, c, k] += g * x[n, c, j]
    return dx, dw, db


@conv1d_backward.alternative
def by_kernel_offset(dout, x, w, stride=1, padding=0):
    L, Lo = x.shape[2], dout.shape[2]
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding)))
    dx, dw = np.zeros(padded.shape, padded.dtype), np.zeros(w.shape, w.dtype)
    for k in range(w.shape[2]):
        under = slice(k, k + (Lo - 1) * stride + 1, stride)
        dw[:, :, k] = np.einsum("nfi,nci->fc", dout, padded[:, :, under])
        dx[:, :, under] += np.einsum("nfi,fc->nci", dout, w[:, :, k])
    return dx[:, :, padding : padding + L], dw, dout.sum(axis=(0, 2))


@conv1d_backward.alternative
def dilated_dout_and_flipped_kernel(dout, x, w, stride=1, padding=0):
    N, F, Lo = dout.shape
    L, K = x.shape[2], w.shape[2]
    spread = np.zeros((N, F, L + 2 * padding + K - 1))
    spread[:, :, K - 1 : K - 1 + (Lo - 1) * stride + 1 : stride] = dout
    dx = np.einsum("nfjk,fck->ncj", sliding_window_view(spread, K, axis=2), w[:, :, ::-1])
    windows = sliding_window_view(np.pad(x, ((0, 0), (0, 0), (padding, padding))), K, axis=2)[:, :, ::stride]
    dw = np.einsum("nfi,ncik->fck", dout, windows[:, :, :Lo])
    return dx[:, :, padding : padding + L], dw, np.einsum("nfi->f", dout)


conv1d_backward.off_limits(*CONVOLUTIONS, *GRADIENTS)
