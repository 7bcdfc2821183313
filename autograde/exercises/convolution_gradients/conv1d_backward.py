"""Exercise `conv1d_backward`: gradients of the one-dimensional layer by input, weights and bias.

The oracle is PyTorch's automatic differentiation. Each of the three gradients earns its share of the points.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from autograde.course.definition import call, exercise
from autograde.exercises.convolution_gradients.common import (
    CONVOLUTIONS,
    GRADIENTS,
    layer_gradients,
    overflowing,
)
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
    """A call with signals of the given shape (N, C, L), so large that y overflows: a gradient measured by differences is none."""
    length = (shape[2] + 2 * padding - width) // stride + 1
    x, w = rng.normal(size=shape), rng.normal(size=(filters, shape[1], width))
    dout = rng.normal(size=(shape[0], filters, length))
    return overflowing(call(dout, x, w, stride=stride, padding=padding))


SHORT = np.array([[[1.0, 5, 3, 7]]])
TURNED = np.array([[[1.0, 2, 4]]])

conv1d_backward.example(
    "one signal, one channel, one filter",
    np.array([[[1.0, -2, 4]]]),
    np.array([[[1.0, 5, 3, 7, 5]]]),
    np.array([[[1.0, 2, -1]]]),
)
conv1d_backward.example(
    "fractions", np.array([[[0.5, -0.25]]]), np.array([[[0.1, 2.5, -1.5]]]), np.array([[[0.3, -0.7]]])
)
conv1d_backward.example(
    "two signals",
    np.array([[[1.0, -2]], [[3, 5]]]),
    np.array([[[1.0, 5, 3]], [[2, -1, 4]]]),
    np.array([[[1.0, 2]]]),
)
conv1d_backward.example(
    "two channels",
    np.array([[[1.0, -2]]]),
    np.array([[[1.0, 5, 3], [2, -1, 4]]]),
    np.array([[[1.0, 2], [3, -4]]]),
)
conv1d_backward.example(
    "two filters", np.array([[[1.0, -2], [3, 5]]]), SHORT[:, :, :3], np.array([[[1.0, 2]], [[4, -1]]])
)
conv1d_backward.example(
    "two channels and two filters",
    np.array([[[1.0, -2], [3, 5]]]),
    np.array([[[1.0, 5, 3], [2, -1, 4]]]),
    np.array([[[1.0, 2], [3, -4]], [[5, 0], [-2, 6]]]),
)
conv1d_backward.example(
    "stride 2", np.array([[[2.0, -1]]]), np.array([[[1.0, 5, 3, 7, 2]]]), TURNED, stride=2
)
conv1d_backward.example(
    "stride 2, one sample left over",
    np.array([[[2.0, -1]]]),
    np.array([[[1.0, 5, 3, 7, 2, 4, 6]]]),
    np.array([[[1.0, 2, 4, -3]]]),
    stride=2,
)
conv1d_backward.example(
    "stride 3, gaps between windows",
    np.array([[[2.0, -1]]]),
    np.array([[[1.0, 5, 3, 7, 2]]]),
    np.array([[[3.0, 4]]]),
    stride=3,
)
conv1d_backward.example("padding 1", np.array([[[1.0, 0, -1, 2]]]), SHORT, TURNED, padding=1)
conv1d_backward.example(
    "padding 3, more outputs than samples",
    np.array([[[5.0, 2, -1, 3, 4, -2, 6, 1]]]),
    np.array([[[1.0, 5]]]),
    np.array([[[3.0]]]),
    padding=3,
)
conv1d_backward.example(
    "a kernel that fits only with padding",
    np.array([[[3.0]]]),
    np.array([[[1.0, 5]]]),
    np.array([[[1.0, 2, 4, -3]]]),
    padding=1,
)
conv1d_backward.example(
    "a kernel as long as the signal", np.array([[[3.0]]]), SHORT, np.array([[[1.0, 2, 4, -3]]])
)
conv1d_backward.example(
    "two signals of two channels, one output each",
    np.array([[[3.0]], [[-2]]]),
    np.array([[[1.0, 5], [2, -1]], [[4, 3], [0, 6]]]),
    np.array([[[1.0, 2], [3, -4]]]),
)
conv1d_backward.example("a kernel of one", np.array([[[1.0, -2, 4, 3]]]), SHORT, np.array([[[2.0]]]))
conv1d_backward.example(
    "single precision",
    np.array([[[0.5, -2]]], np.float32),
    np.array([[[1, 0.25, 3]]], np.float32),
    np.array([[[1, 2]]], np.float32),
)
conv1d_backward.example(
    "views, read backwards",
    np.array([[[1.0, -2, 4]]])[:, :, ::-1],
    SHORT[:, :, ::-1],
    np.array([[[3.0, 1]]])[:, :, ::-1],
)
conv1d_backward.example(
    "numbers so large that y overflows",
    np.array([[[1.0, -2, 4]]]),
    np.array([[[1e200, 5e200, 3e200, 7e200, 5e200]]]),
    np.array([[[1e200, 2e200, -1e200]]]),
)
conv1d_backward.example(
    "numbers so large that y overflows, two filters",
    np.array([[[1.0, -2], [3, 5]]]),
    np.array([[[1e200, 5e200, 3e200]]]),
    np.array([[[1e200, 2e200]], [[4e200, 1e200]]]),
)
conv1d_backward.example(
    "two signals, two channels, three filters, stride 3, padding 2",
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
    yield layer_case(rng, (1, 2, 3), 2, 1, padding=3)


@conv1d_backward.cases
def several_strides(rng: np.random.Generator) -> Iterator[Any]:
    yield layer_case(rng, (2, 2, 9), 3, 3, stride=2)
    yield layer_case(rng, (2, 3, 8), 2, 3, stride=2, padding=1)
    yield layer_case(rng, (2, 2, 9), 2, 4, stride=2)
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
        1e200 * rng.uniform(1, 2, size=(2, 2, 14))[:, :, ::2],
        1e200 * rng.uniform(1, 2, size=(3, 2, 3))[:, ::-1],
    )
    yield call(
        rng.normal(size=(2, 3, 4))[:, :, ::-1],
        1e200 * rng.uniform(1, 2, size=(7, 2, 2)).T,
        1e200 * rng.uniform(1, 2, size=(3, 2, 3)),
        2,
        1,
    )


@conv1d_backward.cases(weight=0.5)
def kernels_that_fit_with_padding(rng: np.random.Generator) -> Iterator[Any]:
    yield layer_case(rng, (2, 2, 3), 3, 5, padding=1)
    yield layer_case(rng, (1, 1, 2), 2, 4, stride=2, padding=2)


@conv1d_backward.alternative
def output_by_output(dout, x, w, stride=1, padding=0):
    N, C, L = x.shape
    F, _, K = w.shape
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding)))
    dpadded, dw = np.zeros(padded.shape), np.zeros(w.shape)
    for n, f, i in np.ndindex(*dout.shape):
        g, start = dout[n, f, i], i * stride
        dw[f] += g * padded[n, :, start : start + K]
        dpadded[n, :, start : start + K] += g * w[f]
    return dpadded[:, :, padding : padding + L], dw, dout.sum(axis=(0, 2))


conv1d_backward.edit(
    "dx_without_flip",
    of=output_by_output,
    replace="g * w[f]",
    by="g * w[f, :, ::-1]",
    look="Which weight lies on the path from x[0] to y[0]? Which one stands in your dx[0]?",
    wrong="Your dx is the one of a kernel turned the wrong way. The path from x[j] to y[i] carries weight j − i: sample 0 met weight 0 in"
    " output 0, sample 2 met weight 2. Slid over dout, the kernel is turned round.",
)
conv1d_backward.edit(
    "flips_all_axes",
    of=output_by_output,
    replace="g * w[f]",
    by="g * w[F - 1 - f, ::-1]",
    look="With one filter and one channel your dx is right. Which filter's weights stand in your dx where only filter 0 has a gradient?",
    wrong="In your dx filters and channels are in reverse order too. The kernel alone is turned: the last axis of w.",
)
conv1d_backward.edit(
    "turns_filters_not_kernels",
    of=output_by_output,
    replace="g * w[f]",
    by="g * w[F - 1 - f, ::-1, ::-1]",
    look="Which weight lies on the path from x[0] to y[0]? Which one stands in your dx[0]?",
    wrong="In your dx filters or channels are in reverse order, and the kernel is not turned. It is the other way round: each kernel is "
    "turned by itself, and filters and channels stay where they are.",
    shown="two channels and two filters",
)
conv1d_backward.edit(
    "crops_with_minus_p",
    of=output_by_output,
    replace="padding : padding + L",
    by="padding:-padding",
    look="What is the shape of your dx?",
    wrong="Your dx is empty where there is no padding. `[p:-p]` is an empty slice for p = 0; `[p : p + L]` is right for every p.",
)
conv1d_backward.edit(
    "forgets_to_crop",
    of=output_by_output,
    replace="dpadded[:, :, padding : padding + L]",
    by="dpadded",
    look="Compare the shape of your dx with that of x.",
    wrong="Your dx still holds the gradients of the padding. The zeros aren't part of x: cut them off at both ends.",
)
conv1d_backward.edit(
    "flips_dw",
    of=output_by_output,
    replace="    return ",
    by="    dw = dw[:, :, ::-1]\n    return ",
    look="Which sample stood under weight 0 when y[0] was computed? Is it in your dw[0]?",
    wrong="Your dw comes out backwards. Forward, x[i + k] met w[k]; so dw[k] collects dout[i] · x[i + k], in the same order. Only dx has the turn.",
)
conv1d_backward.edit(
    "db_averaged",
    of=output_by_output,
    replace="dout.sum(axis=(0, 2))",
    by="dout.mean(axis=(0, 2))",
    look="Raise a bias by 1. How many outputs rise by 1, and what does each bring to the loss?",
    wrong="Your db is a mean. The bias is added to every output of its filter, and what they bring adds up: a sum over batch and positions.",
)
conv1d_backward.edit(
    "db_for_every_signal",
    of=output_by_output,
    replace="dout.sum(axis=(0, 2))",
    by="dout.sum(axis=2)",
    look="What is the shape of your db? How many biases has the layer?",
    wrong="Your db has a row for each signal of the batch. One bias serves them all: their gradients add up, and db has shape (F,).",
)
conv1d_backward.edit(
    "db_for_every_position",
    of=output_by_output,
    replace="dout.sum(axis=(0, 2))",
    by="dout.sum(axis=0)",
    look="What is the shape of your db? How many biases has the layer?",
    wrong="Your db has a number for every position. One bias serves them all: their gradients add up, and db has shape (F,).",
)
conv1d_backward.edit(
    "db_one_number",
    of=output_by_output,
    replace="dout.sum(axis=(0, 2))",
    by="dout.sum()",
    look="What is the shape of your db? How many biases has the layer?",
    wrong="Your db is one number for all filters. Each filter has a bias of its own: db has shape (F,).",
)
conv1d_backward.edit(
    "ignores_the_stride",
    of=output_by_output,
    replace="i * stride",
    by="i",
    look="Where does the window of output 1 start?",
    wrong="Your windows move by 1. Output i read the samples from i · stride on; its gradient goes back to just those.",
)
conv1d_backward.edit(
    "length_from_the_output",
    of=output_by_output,
    replace="dpadded[:, :, padding : padding + L], dw, ",
    by="dpadded[:, :, padding : min(padding + L, (dout.shape[2] - 1) * stride + K)], dw, ",
    look="What is the length of your dx? What is the length of x?",
    wrong="Your dx lacks the samples at the end that no window reached. It has the length of x; what no output read gets gradient 0.",
)
conv1d_backward.edit(
    "averages_over_the_batch",
    of=output_by_output,
    replace="    return ",
    by="    dw = dw / N\n    return ",
    look="By what factor does your dw differ from the expected one?",
    wrong="Your dw is a mean over the batch. The loss adds up over the signals of a batch, and so do the gradients; whoever wants a mean "
    "puts the 1/N into dout.",
)
conv1d_backward.edit(
    "averages_over_the_positions",
    of=output_by_output,
    replace="    return ",
    by="    dw = dw / dout.shape[2]\n    return ",
    look="By what factor does your dw differ from the expected one?",
    wrong="Your dw is a mean over the outputs. What a weight brings to the loss along its paths adds up.",
)
conv1d_backward.edit(
    "first_signal_only",
    of=output_by_output,
    replace="np.ndindex(*dout.shape)",
    by="np.ndindex(1, *dout.shape[1:])",
    look="What does your dx hold for the second signal?",
    wrong="Only the first signal is in your dx and dw. dout and x hold a whole batch.",
)
conv1d_backward.edit(
    "sums_dx_over_the_batch",
    of=output_by_output,
    replace="dpadded[n, :",
    by="dpadded[:, :",
    look="Do the two signals of your dx differ?",
    wrong="Every signal of your dx collects the gradients of all signals. Each has its own; only weights and biases are shared by the batch.",
)
conv1d_backward.edit(
    "one_gradient_for_all_channels",
    of=output_by_output,
    replace="    return ",
    by="    dpadded[...] = dpadded.sum(axis=1, keepdims=True)\n    return ",
    look="Do the two channels of your dx differ?",
    wrong="Every channel of your dx collects what belongs to all channels. Each channel has weights of its own: dx sums over filters only.",
)
conv1d_backward.edit(
    "last_filter_only",
    of=output_by_output,
    replace="    return ",
    by="    dpadded[...] = 0\n    for n, i in np.ndindex(N, dout.shape[2]):\n        dpadded[n, :, i * stride : i * stride + K] += dout[n, -1, i] * w[-1]\n    return ",
    look="How many filters does a sample feed? How many of them are in your dx?",
    wrong="Your dx holds what the last filter sends back, alone. A sample goes into the outputs of all filters, and their gradients add up.",
)
conv1d_backward.edit(
    "keeps_the_last_of_all",
    of=output_by_output,
    replace="start + K] += g * w[f]",
    by="start + K] = g * w[f]",
    look="How many outputs does a sample in the middle feed? How many of them are in your dx?",
    wrong="Your dx holds what the last output brought that a sample fed, the last filter's last window. All that it fed counts, and adds up.",
)
conv1d_backward.edit(
    "returns_dw_first",
    of=output_by_output,
    replace="dpadded[:, :, padding : padding + L], dw",
    by="dw, dpadded[:, :, padding : padding + L]",
    look="Which shapes have your first and your second result?",
    wrong="Your first result is the gradient of w, and the second that of x. The order is (dx, dw, db).",
)
conv1d_backward.edit(
    "returns_db_first",
    of=output_by_output,
    replace="dpadded[:, :, padding : padding + L], dw, dout.sum(axis=(0, 2))",
    by="dout.sum(axis=(0, 2)), dw, dpadded[:, :, padding : padding + L]",
    look="Which shapes have your three results?",
    wrong="Your results come in the order (db, dw, dx). The order is (dx, dw, db).",
)
conv1d_backward.edit(
    "ignores_the_padding_in_dw",
    of=output_by_output,
    replace="dw[f] += g * padded[n, :, start : start + K]",
    by="dw[f] += g * np.pad(x[n], ((0, 0), (0, 2 * padding)))[:, start : start + K]",
    look="Which sample stood under weight 0 when y[0] was computed?",
    wrong="Your dw is the one of a signal whose zeros all lie behind it. Half of them lie in front: sample j of x is sample j + padding "
    "of the padded signal.",
)
conv1d_backward.edit(
    "dx_measured_by_differences",
    of=output_by_output,
    replace="dpadded[:, :, padding : padding + L]",
    by="np.where(np.isfinite(abs(x).max() * abs(w).max()), dpadded[:, :, padding : padding + L], np.nan)",
    look="What is a number times another, both about 10²⁰⁰, for a computer? Which of dx, dw and db needs such a product?",
    wrong="Your dx is NaN here. A gradient measured by differences is: the outputs of this layer are infinite for a computer, and ∞ − ∞ "
    "is no number. A backward pass never needs the outputs: it is made of dout, w and x.",
)
conv1d_backward.edit(
    "dx_and_dw_measured_by_differences",
    of=output_by_output,
    replace="dpadded[:, :, padding : padding + L], dw",
    by="np.where(np.isfinite(abs(x).max() * abs(w).max()), dpadded[:, :, padding : padding + L], np.nan), np.where(np.isfinite(abs(x).max() * abs(w).max()), dw, np.nan)",
    look="What is a number times another, both about 10²⁰⁰, for a computer? Which of dx, dw and db needs such a product?",
    wrong="Your dx and dw are NaN here. A gradient measured by differences is: the outputs of this layer are infinite for a computer, and"
    " ∞ − ∞ is no number. A backward pass never needs the outputs: it is made of dout, w and x.",
)
conv1d_backward.edit(
    "returns_db_before_dw",
    of=output_by_output,
    replace="dpadded[:, :, padding : padding + L], dw, dout.sum(axis=(0, 2))",
    by="dpadded[:, :, padding : padding + L], dout.sum(axis=(0, 2)), dw",
    look="Which shapes have your three results?",
    wrong="Your results come in the order (dx, db, dw). The order is (dx, dw, db).",
)
conv1d_backward.edit(
    "returns_dx_last",
    of=output_by_output,
    replace="dpadded[:, :, padding : padding + L], dw, dout.sum(axis=(0, 2))",
    by="dw, dout.sum(axis=(0, 2)), dpadded[:, :, padding : padding + L]",
    look="Which shapes have your three results?",
    wrong="Your results come in the order (dw, db, dx). The order is (dx, dw, db).",
)
conv1d_backward.edit(
    "returns_db_first_and_dw_last",
    of=output_by_output,
    replace="dpadded[:, :, padding : padding + L], dw, dout.sum(axis=(0, 2))",
    by="dout.sum(axis=(0, 2)), dpadded[:, :, padding : padding + L], dw",
    look="Which shapes have your three results?",
    wrong="Your results come in the order (db, dx, dw). The order is (dx, dw, db).",
)
conv1d_backward.edit(
    "length_from_the_output_without_padding",
    of=output_by_output,
    replace="dpadded[:, :, padding : padding + L]",
    by="dpadded[:, :, padding : (dout.shape[2] - 1) * stride + K - padding]",
    look="What is the length of your dx? What is the length of x?",
    wrong="Your dx is as long as L' outputs need it, (L' − 1) · stride + K − 2 · padding. Where the stride leaves samples over, x is "
    "longer: the samples left over have a place in dx too.",
)


@conv1d_backward.misconception(
    look="How many outputs does a sample in the middle feed? How many of them are in your dx?",
    wrong="Where windows overlap, your dx holds what the last of them brought. All outputs that a sample fed count, and add up.",
)
def assigns_in_overlaps(dout, x, w, stride=1, padding=0):
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding)))
    dx, dw = np.zeros(padded.shape), np.zeros(w.shape)
    K = w.shape[2]
    for i in range(dout.shape[2]):
        window = slice(i * stride, i * stride + K)
        dx[:, :, window] = np.einsum("nf,fck->nck", dout[:, :, i], w)
        dw += np.einsum("nf,nck->fck", dout[:, :, i], padded[:, :, window])
    return dx[:, :, padding : padding + x.shape[2]], dw, dout.sum(axis=(0, 2))


@conv1d_backward.misconception(
    look="How far apart do the windows of two neighbouring outputs start? How many zeros belong between them?",
    wrong="Your dx is the one of outputs that lie stride + 1 samples apart. Between neighbours of the upstream gradient belong stride − 1 zeros.",
)
def spreads_too_far(dout, x, w, stride=1, padding=0):
    N, F, Lo = dout.shape
    L, K = x.shape[2], w.shape[2]
    spread = np.zeros((N, F, max(L + 2 * padding, (Lo - 1) * (stride + 1) + K) + K - 1))
    spread[:, :, K - 1 : K + (Lo - 1) * (stride + 1) : stride + 1] = dout
    dx = np.einsum("nfjk,fck->ncj", sliding_window_view(spread, K, axis=2), w[:, :, ::-1])
    windows = sliding_window_view(np.pad(x, ((0, 0), (0, 0), (padding, padding))), K, axis=2)[:, :, ::stride]
    dw = np.einsum("nfi,ncik->fck", dout, windows[:, :, :Lo])
    return dx[:, :, padding : padding + L], dw, dout.sum(axis=(0, 2))


@conv1d_backward.misconception(
    look="Which weights lie between filter 0 and channel 1?",
    wrong="Filters and channels have changed places in your dx: w[c, f] stands where w[f, c] belongs. Where their numbers differ this even fails.",
)
def swaps_filters_and_channels(dout, x, w, stride=1, padding=0):
    N, C, L = x.shape
    F, C, K = w.shape
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding)))
    dx, dw = np.zeros(padded.shape), np.zeros(w.shape)
    for n, f, i in np.ndindex(*dout.shape):
        window = slice(i * stride, i * stride + K)
        for c in range(C):
            dx[n, c, window] += dout[n, f, i] * w[c, f]
        dw[f] += dout[n, f, i] * padded[n, :, window]
    return dx[:, :, padding : padding + L], dw, dout.sum(axis=(0, 2))


@conv1d_backward.misconception(
    look="What is a number times another, both about 10²⁰⁰, for a computer? Which of dx, dw and db needs such a product?",
    wrong="All your gradients are NaN here. A gradient measured by differences is: the outputs of this layer are infinite for a computer,"
    " and ∞ − ∞ is no number. A backward pass never needs the outputs: it is made of dout, w and x.",
)
def measured_by_differences(dout, x, w, stride=1, padding=0):
    def layer(x, w, b):
        padded = np.pad(x, ((0, 0), (0, 0), (padding, padding)))
        windows = sliding_window_view(padded, w.shape[2], axis=2)[:, :, ::stride]
        return np.einsum("ncik,fck->nfi", windows, w) + b[:, None]

    def slopes(loss, a):
        measured = np.zeros(a.shape)
        for at in np.ndindex(*a.shape):
            step = np.zeros(a.shape)
            step[at] = 1
            measured[at] = (loss(a + step) - loss(a - step)) / 2
        return measured

    b = np.zeros(len(w))
    with np.errstate(all="ignore"):
        return (
            slopes(lambda a: np.sum(dout * layer(a, w, b)), x),
            slopes(lambda a: np.sum(dout * layer(x, a, b)), w),
            slopes(lambda a: np.sum(dout * layer(x, w, a)), b),
        )


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
