"""The exercise `conv1d`: oracle, examples, hidden cases, alternatives, misconceptions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograde.course.definition import call, call_error, exercise
from autograde.exercises.convolution_1d.common import (
    FIVE,
    LAYERS,
    LOPSIDED,
    different_whole_numbers,
    float_type,
    speaks_of_signals,
)
from helpers.checking.compare import close


@exercise(points=5, difficulty="hard", minutes=25, compare=close(check_dtype=False))
def conv1d(x, w, b=None, stride=1, padding=0):
    """A convolution layer on a batch of signals with channels."""
    import torch

    if x.shape[1] != w.shape[1]:
        raise ValueError(f"the signal has {x.shape[1]} channels, the kernel {w.shape[1]}")
    if x.shape[2] + 2 * padding < w.shape[2]:
        raise ValueError(f"kernel {w.shape[2]} does not fit signal {x.shape[2]} with padding {padding}")
    arrays = [a for a in (x, w, b) if a is not None]
    kind = float_type(*arrays)
    tensors = [torch.from_numpy(np.ascontiguousarray(a, dtype=kind)) for a in arrays]
    return torch.nn.functional.conv1d(*tensors, stride=stride, padding=padding).numpy()


speaks_of_signals(conv1d)


@conv1d.feature(present="several biases", absent="at most one bias")
def several_biases(x, w, b=None, stride=1, padding=0):
    return b is not None and len(b) > 1


@conv1d.feature(
    present="a kernel that reads differently backwards", absent="a kernel that reads the same backwards"
)
def reads_differently_backwards(x, w, b=None, stride=1, padding=0):
    return not np.array_equal(w, w[:, :, ::-1])


def small_layer(
    batch: int, channels: int, length: int, filters: int, width: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Signal, kernels and biases of small whole numbers, so that visible examples can be followed by hand."""
    signal = (np.arange(batch * channels * length) * 7 % 11 - 3.0).reshape(batch, channels, length)
    kernels = (np.arange(filters * channels * width) * 5 % 7 - 2.0).reshape(filters, channels, width)
    return signal, kernels, 100.0 * np.arange(1, filters + 1)


def signals(*rows: list[float]) -> np.ndarray:
    """A batch of signals with one channel, (N, 1, L)."""
    return np.array(rows, dtype=float)[:, None]


def one_filter(*weights: float) -> np.ndarray:
    """One filter for one channel, (1, 1, K)."""
    return np.array(weights, dtype=float)[None, None]


TWO_CHANNELS = np.array([[[1.0, 2, 3, 4], [10, 0, 20, 0]]])
STEREO_FILTER = np.array([[[1.0, -1], [0.5, 0]]])
TWO_FILTERS = np.array([[[1.0, -1]], [[2.0, 3]]])
SEVEN = signals([1, 5, 3, 7, 5, 9, 7])

conv1d.example("one signal, one channel, one filter", FIVE[None, None], LOPSIDED[None, None])
conv1d.example("a filter of one weight", signals([3, 1, 2]), one_filter(2))
conv1d.example("a filter as long as the signal", signals([3, 1, 2]), one_filter(1, 4, -2))
conv1d.example("two signals", signals([1, 5, 3], [2, 4, 9]), one_filter(2, 1))
conv1d.example("two channels", TWO_CHANNELS, STEREO_FILTER)
conv1d.example(
    "three channels", np.array([[[1.0, 2, 4], [5, 3, 1], [2, 7, 1]]]), np.array([[[1.0, 2], [3, 1], [2, 5]]])
)
conv1d.example(
    "three channels of two samples",
    np.array([[[1.0, 2], [5, 3], [2, 7]]]),
    np.array([[[1.0, 2], [3, 1], [2, 5]]]),
)
conv1d.example("two filters", signals([1, 5, 3, 7]), TWO_FILTERS)
conv1d.example("one filter with a bias", signals([1, 5, 3]), one_filter(2, 1), np.array([100.0]))
conv1d.example("two filters with biases", signals([1, 5, 3, 7]), TWO_FILTERS, np.array([100.0, 200]))
conv1d.example("three filters at three positions", *small_layer(1, 1, 5, 3, 3))
conv1d.example(
    "three filters on two samples", signals([3, 1]), np.array([[[1.0, -1]], [[2.0, 3]], [[4.0, 1]]])
)
conv1d.example("two channels and a bias", TWO_CHANNELS, STEREO_FILTER, np.array([100.0]))
conv1d.example("stride 2", SEVEN, one_filter(1, 2, -1), stride=2)
conv1d.example("stride 2, one sample left over", SEVEN[:, :, :6], one_filter(1, 2, -1), stride=2)
conv1d.example("stride 3 past a filter of 2", SEVEN, one_filter(1, 2), stride=3)
conv1d.example("padding 1", signals([3, 1, 2]), one_filter(1, 4), padding=1)
conv1d.example("padding 2", signals([3, 1, 2]), one_filter(1, 4, -2), padding=2)
conv1d.example(
    "a filter longer than the signal, padding 1", signals([3, 1, 2]), one_filter(1, 4, -2, 3, 5), padding=1
)
conv1d.example(
    "a filter as long as the signal with its padding of 3",
    signals([3, 5]),
    one_filter(1, 4, -2, 3, 5, 2, 6, -1),
    padding=3,
)
conv1d.example("integers, and a filter of fractions", np.array([[[2, 4, 6, 7]]]), one_filter(0.5, 0.25))
conv1d.example("fractions, and a filter of integers", signals([0.5, 1.5, 0.25]), np.array([[[1, 2]]]))
conv1d.example(
    "fractions, and a filter and its bias of integers",
    signals([0.5, 1.5, 0.25]),
    np.array([[[1, 2]]]),
    np.array([100]),
)
conv1d.example(
    "fractions in single precision",
    np.array([[[0.5, 1.5, 0.25]]], np.float32),
    one_filter(1, 2).astype(np.float32),
)
conv1d.example("a signal read from its end", signals([7, 1, 4, 2])[:, :, ::-1], one_filter(1, 3))
conv1d.example("everything at once", *small_layer(2, 2, 6, 3, 3), stride=2, padding=1)
conv1d.example_error("a filter too long by one", ValueError, np.ones((1, 1, 2)), np.ones((1, 1, 3)))
conv1d.example_error(
    "a filter too long even with padding 1", ValueError, np.ones((1, 1, 2)), np.ones((1, 1, 5)), padding=1
)
conv1d.example_error("two channels, a filter for three", ValueError, np.ones((1, 2, 5)), np.ones((1, 3, 3)))
conv1d.example_error("three channels, a filter for one", ValueError, np.ones((1, 3, 5)), np.ones((1, 1, 3)))
conv1d.example_error("one channel, a filter for three", ValueError, np.ones((1, 1, 5)), np.ones((1, 3, 3)))


def layer(
    rng: np.random.Generator, batch: int, channels: int, length: int, filters: int, width: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Random signal (N, C, L), kernels (F, C, K) and biases (F,)."""
    return (
        rng.normal(size=(batch, channels, length)),
        rng.normal(size=(filters, channels, width)),
        rng.normal(size=filters),
    )


@conv1d.cases(weight=2)
def batches_and_channels(rng: np.random.Generator) -> Iterator[Any]:
    yield call(*layer(rng, 2, 3, 9, 4, 3))
    yield call(*layer(rng, 3, 2, 7, 5, 3))
    yield call(*layer(rng, 1, 4, 6, 2, 2)[:2])
    yield call(*layer(rng, 2, 2, 6, 2, 4)[:2], b=None, stride=1, padding=0)


@conv1d.cases(weight=2)
def strides_and_paddings(rng: np.random.Generator) -> Iterator[Any]:
    yield call(*layer(rng, 2, 2, 9, 3, 3), stride=2)
    yield call(*layer(rng, 2, 2, 10, 3, 3), stride=2, padding=0)
    yield call(*layer(rng, 1, 2, 11, 2, 2), stride=4, padding=1)
    yield call(*layer(rng, 2, 3, 6, 2, 5), stride=1, padding=3)
    yield call(*layer(rng, 2, 1, 8, 2, 3), stride=3, padding=2)


@conv1d.cases
def edges_of_the_layer(rng: np.random.Generator) -> Iterator[Any]:
    yield call(*layer(rng, 1, 1, 6, 1, 3))
    yield call(*layer(rng, 2, 2, 4, 3, 4))
    yield call(*layer(rng, 2, 2, 3, 2, 5), padding=1)
    yield call(*layer(rng, 2, 3, 5, 2, 1), stride=2)
    yield call(*layer(rng, 2, 2, 2, 3, 8), padding=3)
    yield call(*layer(rng, 2, 2, 1, 2, 2), padding=4)
    yield call(*layer(rng, 2, 5, 3, 2, 3))
    yield call(*layer(rng, 2, 2, 3, 6, 2))


@conv1d.cases
def arrays_of_other_types(rng: np.random.Generator) -> Iterator[Any]:
    x, w, b = layer(rng, 2, 2, 8, 3, 3)
    yield call(x.astype(np.float32), w.astype(np.float32), b.astype(np.float32), stride=2, padding=1)
    yield call(rng.integers(-5, 6, size=(2, 2, 7)), w, b, padding=1)
    yield call(x, different_whole_numbers(rng, 2, 2, 3), padding=1)
    yield call(rng.integers(1, 9, size=(1, 2, 7)), different_whole_numbers(rng, 2, 2, 3))
    yield call(x, different_whole_numbers(rng, 2, 2, 3), different_whole_numbers(rng, 2))


@conv1d.cases
def views_of_other_batches(rng: np.random.Generator) -> Iterator[Any]:
    x, w, b = layer(rng, 2, 3, 8, 2, 3)
    yield call(rng.normal(size=(8, 3, 2)).T, w, b)
    yield call(x[:, ::-1, ::2], w[::-1, :, ::-1], b, padding=1)
    yield call(
        rng.normal(size=(2, 9, 3)).transpose(0, 2, 1),
        rng.normal(size=(4, 3, 2)).transpose(2, 1, 0),
        b,
        stride=2,
    )


@conv1d.cases(weight=0.5)
def layers_that_do_not_fit(rng: np.random.Generator) -> Iterator[Any]:
    yield call_error(ValueError, *layer(rng, 1, 2, 3, 2, 4))
    yield call_error(ValueError, *layer(rng, 1, 2, 3, 2, 6), padding=1)
    yield call_error(ValueError, rng.normal(size=(2, 2, 8)), rng.normal(size=(3, 4, 3)))
    yield call_error(ValueError, rng.normal(size=(2, 3, 8)), rng.normal(size=(3, 1, 3)))
    yield call_error(ValueError, rng.normal(size=(2, 1, 8)), rng.normal(size=(3, 3, 3)))


@conv1d.alternative
def five_plain_loops(x, w, b=None, stride=1, padding=0):
    N, C, L = x.shape
    F, channels, K = w.shape
    if channels != C:
        raise ValueError(f"{C} channels meet a filter for {channels}")
    if K > L + 2 * padding:
        raise ValueError("the filter does not fit")
    padded = np.zeros((N, C, L + 2 * padding))
    padded[:, :, padding : padding + L] = x
    size = (L + 2 * padding - K) // stride + 1
    out = np.zeros((N, F, size))
    for n in range(N):
        for f in range(F):
            for i in range(size):
                total = 0.0
                for c in range(C):
                    for k in range(K):
                        total += padded[n, c, i * stride + k] * w[f, c, k]
                out[n, f, i] = total
                if b is not None:
                    out[n, f, i] += b[f]
    return out


@conv1d.alternative
def loops_without_a_padded_array(x, w, b=None, stride=1, padding=0):
    batch, channels, length = x.shape
    filters, kernel_channels, width = w.shape
    size = (length + 2 * padding - width) // stride + 1
    if channels != kernel_channels or size < 1:
        raise ValueError("the kernel does not fit")
    out = np.zeros((batch, filters, size))
    for n in range(batch):
        for f in range(filters):
            for i in range(size):
                total = 0.0 if b is None else b[f]
                for c in range(channels):
                    for k in range(width):
                        position = i * stride + k - padding
                        if 0 <= position < length:
                            total += x[n, c, position] * w[f, c, k]
                out[n, f, i] = total
    return out


@conv1d.alternative
def windows_and_einsum(x, w, b=None, stride=1, padding=0):
    if x.shape[1] != w.shape[1]:
        raise ValueError(f"{x.shape[1]} channels meet a kernel for {w.shape[1]}")
    if x.shape[2] + 2 * padding < w.shape[2]:
        raise ValueError("the kernel is longer than the padded signal")
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, w.shape[2], axis=2)[:, :, ::stride]
    out = np.einsum("nclk,fck->nfl", windows, w)
    if b is not None:
        out = out + b.reshape(1, -1, 1)
    return out


@conv1d.alternative
def one_matrix_product(x, w, b=None, stride=1, padding=0):
    n, c, length = x.shape
    f, wc, k = w.shape
    size = (length + 2 * padding - k) // stride + 1
    if c != wc or length + 2 * padding < k:
        raise ValueError("the kernel does not fit")
    padded = np.zeros((n, c, length + 2 * padding), dtype=np.result_type(x, w))
    padded[:, :, padding : padding + length] = x
    positions = stride * np.arange(size)[:, None] + np.arange(k)[None, :]
    columns = padded[:, :, positions].transpose(0, 2, 1, 3).reshape(n * size, c * k)
    out = (columns @ w.reshape(f, c * k).T).reshape(n, size, f).transpose(0, 2, 1)
    return out if b is None else out + np.reshape(b, (1, f, 1))


@conv1d.alternative
def strides_set_by_hand(x, w, b=None, stride=1, padding=0):
    if x.shape[1] != w.shape[1] or x.shape[2] + 2 * padding < w.shape[2]:
        raise ValueError("the kernel does not fit")
    padded = np.ascontiguousarray(np.pad(x, ((0, 0), (0, 0), (padding, padding))))
    n, c, length = padded.shape
    k = w.shape[2]
    sn, sc, sl = padded.strides
    windows = np.lib.stride_tricks.as_strided(
        padded, (n, c, (length - k) // stride + 1, k), (sn, sc, sl * stride, sl)
    )
    out = np.tensordot(windows, w, axes=([1, 3], [1, 2])).transpose(0, 2, 1)
    return out if b is None else out + b[None, :, None]


# ---------------------------------------------------------------------------------------- windows and strides

conv1d.edit(
    "flips_like_a_convolution",
    of=five_plain_loops,
    replace="w[f, c, k]",
    by="w[f, c, K - 1 - k]",
    look="Work out your first output by hand. Which weight meets the first number of the window?",
    wrong="Your outputs are those of filters turned round. The layer is cross-correlation: w[f, c, 0] meets the first number "
    "of the window.",
)
conv1d.edit(
    "keeps_the_last_product",
    of=five_plain_loops,
    replace="total +=",
    by="total =",
    look="How many products belong to one output, and how many of them are in yours?",
    wrong="Each of your outputs holds the last product of its window alone. All products add up, over the window and over the "
    "channels.",
)
conv1d.edit(
    "never_starts_the_sum_anew",
    of=five_plain_loops,
    replace="for i in range(size):\n                total = 0.0\n",
    by="total = 0.0\n            for i in range(size):\n",
    look="By how much does your second output differ from the right one? Compare with your first.",
    wrong="Each of your outputs also holds those before it. Every window starts again from 0.",
)
conv1d.edit(
    "one_output_is_missing",
    of=five_plain_loops,
    replace="// stride + 1",
    by="// stride",
    look="Is the last window in your output?",
    wrong="Your last output is missing: there is one window more than steps, so L′ ends with + 1.",
)
conv1d.edit(
    "leaves_the_last_output_at_zero",
    of=five_plain_loops,
    replace="for i in range(size)",
    by="for i in range(size - 1)",
    look="What is your last output made of?",
    wrong="The last output of each filter stays 0. There are L′ windows, and L′ is their number, not the last one's.",
)
conv1d.edit(
    "leaves_the_first_output_at_zero",
    of=five_plain_loops,
    replace="for i in range(size)",
    by="for i in range(1, size)",
    look="What is your first output made of?",
    wrong="The first output of each filter stays 0. The first window starts at 0.",
)
conv1d.edit(
    "adds_instead_of_multiplying",
    of=five_plain_loops,
    replace="i * stride + k] * w",
    by="i * stride + k] + w",
    look="What happens to each number of the window and its weight in your first output?",
    wrong="Your outputs are made of sums of a number and its weight. The two are multiplied; it is the products that are added up.",
)
conv1d.edit(
    "has_the_wrong_sign",
    of=five_plain_loops,
    replace="out[n, f, i] = total",
    by="out[n, f, i] = -total",
    look="Compare the signs of your outputs with those of the right ones.",
    wrong="Your sums have the wrong sign.",
)
conv1d.edit(
    "reads_one_number_too_early",
    of=five_plain_loops,
    replace="i * stride + k]",
    by="i * stride + k - 1]",
    look="Which numbers of the signal is your first output made of?",
    wrong="Every window of yours starts one number too early; the first weight of the first one meets the end of the signal. Window i starts at i · stride.",
)
conv1d.edit(
    "leaves_the_last_weight_out",
    of=five_plain_loops,
    replace="for k in range(K)",
    by="for k in range(K - 1)",
    look="How many weights of a filter's row are in your output?",
    wrong="The last weight of each row is missing from your outputs: a row has the weights 0 to K − 1.",
)
conv1d.edit(
    "leaves_the_first_weight_out",
    of=five_plain_loops,
    replace="for k in range(K)",
    by="for k in range(1, K)",
    look="How many weights of a filter's row are in your output?",
    wrong="The first weight of each row is missing from your outputs.",
)
conv1d.edit(
    "returns_nothing",
    of=five_plain_loops,
    replace="return out",
    by="return None",
    look="What does your function return?",
    wrong="Your function returns None. Is there a `return` in front of its result?",
)
conv1d.edit(
    "ignores_the_stride",
    of=five_plain_loops,
    replace="N, C, L = x.shape",
    by="N, C, L = x.shape\n    stride = 1",
    look="How far has the window moved from your first output to your second?",
    wrong="Your outputs are those of stride 1. Window i starts at i · stride, and there are fewer of them.",
)
conv1d.edit(
    "windows_move_by_one",
    of=five_plain_loops,
    replace="i * stride + k",
    by="i + k",
    look="Where does the window of your second output start?",
    wrong="The number of your outputs goes by the stride, but your windows move by one. Window i starts at i · stride.",
)

# --------------------------------------------------------------------------------------------------- padding

conv1d.edit(
    "ignores_the_padding",
    of=five_plain_loops,
    replace="    size = (L + 2 * padding - K) // stride + 1",
    by="    padded = x\n    size = max(0, (L - K) // stride + 1)",
    look="How long is your output where padding is asked for?",
    wrong="Your output is the one without padding. So many zeros stand before and behind each channel.",
)
conv1d.edit(
    "refuses_and_counts_without_padding",
    of=five_plain_loops,
    replace="F, channels, K = w.shape",
    by="F, channels, K = w.shape\n    padding = 0",
    look="How long is your output where padding is asked for?",
    wrong="Your output is the one without padding. So many zeros stand before and behind each channel, and what must be "
    "long enough for the filter is the padded signal.",
)
conv1d.edit(
    "measures_before_padding",
    of=five_plain_loops,
    replace="if K > L + 2 * padding",
    by="if K > L",
    look="The filter is longer than the signal, and there is padding. Does it fit?",
    wrong="A filter that fits on the padded signal is refused. What must be long enough is L + 2 · padding.",
)
conv1d.edit(
    "starts_behind_the_padding",
    of=five_plain_loops,
    replace="padded[:, :, padding : padding + L] = x",
    by="padded[:, :, :L] = x",
    look="Which number does the first weight meet in your first output?",
    wrong="All your zeros stand behind the signal. padding = p means p zeros before it and p behind.",
)

# ---------------------------------------------------------------------------- signals, channels and filters

conv1d.edit(
    "reads_the_first_signal_only",
    of=five_plain_loops,
    replace="padded[n, c,",
    by="padded[0, c,",
    look="Two signals go in. On which of them does your second output depend?",
    wrong="Your outputs for every signal are those of the first one. Each signal is treated on its own.",
)
conv1d.edit(
    "first_signal_only",
    of=five_plain_loops,
    replace="for n in range(N)",
    by="for n in range(1)",
    look="Two signals go in. Is the second one in your output?",
    wrong="Only the first signal of the batch has outputs; the place of the others is empty. Each signal is treated on its "
    "own, and all of them are.",
)
conv1d.edit(
    "the_last_channel_wins",
    of=five_plain_loops,
    replace="total = 0.0\n                for c in range(C):\n",
    by="for c in range(C):\n                    total = 0.0\n",
    look="There are several channels. Which of them does your output depend on?",
    wrong="Your outputs hold what the last channel gives, and nothing of the others. A filter adds up all its channels.",
    if_source_has={"] =": "Did you mean += where you write =?"},
)
conv1d.edit(
    "first_channel_only",
    of=five_plain_loops,
    replace="for c in range(C)",
    by="for c in range(1)",
    look="There are several channels. Which of them does your output depend on?",
    wrong="Your outputs hold what channel 0 gives, and nothing of the others. A filter has a row of weights for each "
    "channel and adds up what all of them find.",
)
conv1d.edit(
    "the_first_filter_for_all",
    of=five_plain_loops,
    replace="w[f, c, k]",
    by="w[0, c, k]",
    look="Several filters go in. Does your second channel differ from the first?",
    wrong="All channels of your output are made by the first filter. Channel f is made by filter f.",
)
conv1d.edit(
    "the_first_filter_only",
    of=five_plain_loops,
    replace="for f in range(F)",
    by="for f in range(1)",
    look="Several filters go in. What stands in the second channel of your output?",
    wrong="Only your first filter has outputs; the place of the others is empty. Every filter makes a channel.",
)
conv1d.edit(
    "returns_one_filter",
    of=five_plain_loops,
    replace="return out",
    by="return out[:, :1]",
    look="How many channels does your output have, and how many filters went in?",
    wrong="Your output has one channel, that of the first filter. Every filter makes one.",
)
conv1d.edit(
    "leaves_out_the_axis_of_the_batch",
    of=five_plain_loops,
    replace="return out",
    by="return out[0]",
    look="What shape does your output have, and what shape is promised?",
    wrong="Your output has the shape (F, L′): the axis of the batch is missing. It is (N, F, L′), also for one signal.",
)
conv1d.edit(
    "filters_last",
    of=five_plain_loops,
    replace="return out",
    by="return out.transpose(0, 2, 1)",
    look="Which axis of your output counts the filters?",
    wrong="The last two axes of your output are swapped. The shape is (N, F, L′): first the filters, then the positions.",
)
conv1d.edit(
    "cuts_fractions_off",
    of=five_plain_loops,
    replace="out = np.zeros((N, F, size))",
    by="out = np.zeros((N, F, size), dtype=x.dtype)",
    look="The signal holds integers, the filter fractions. What has become of the fractions in your output?",
    wrong="Your output holds whole numbers here: what stands behind the decimal point is cut off. An array of integers does "
    "that to every number that it stores. Make the output an array of floats, whatever the signal is.",
    if_source_has={
        "x.dtype": "`x.dtype` is the type of the signal.",
        "zeros_like(x": "`np.zeros_like` takes over the type of its argument.",
    },
)

# ------------------------------------------------------------------------------------------------------ bias

conv1d.edit(
    "leaves_the_bias_out",
    of=five_plain_loops,
    replace="if b is not None",
    by="if False",
    look="By how much do your outputs differ from the right ones?",
    wrong="The bias is missing from your outputs. Each filter f adds its own b[f] to all its outputs.",
)
conv1d.edit(
    "bias_for_every_channel",
    of=five_plain_loops,
    replace="+= b[f]",
    by="+= C * b[f]",
    look="How far are you from the expected numbers? Measure it in units of the bias.",
    wrong="Your outputs hold the bias once for each channel of the signal. It belongs to the filter: it is added once, "
    "after the channels are summed.",
)
conv1d.edit(
    "bias_for_every_product",
    of=five_plain_loops,
    replace="+= b[f]",
    by="+= C * K * b[f]",
    look="How far are you from the expected numbers? Measure it in units of the bias.",
    wrong="Your outputs hold the bias once for each product. It is added once, after the sum.",
)
conv1d.edit(
    "the_first_bias_for_all",
    of=five_plain_loops,
    replace="+= b[f]",
    by="+= b[0]",
    look="Which bias is in the second channel of your output?",
    wrong="All channels of your output hold the bias of the first filter. Filter f brings b[f].",
)

# -------------------------------------------------------------------------------------------------- refusals

conv1d.edit(
    "empty_output_for_a_long_kernel",
    of=five_plain_loops,
    replace='if K > L + 2 * padding:\n        raise ValueError("the filter does not fit")\n    padded = np.zeros((N, C, L + 2 * padding))\n    padded[:, :, padding : padding + L] = x\n    size = (L + 2 * padding - K) // stride + 1',
    by="padded = np.zeros((N, C, L + 2 * padding))\n    padded[:, :, padding : padding + L] = x\n    size = max(0, (L + 2 * padding - K) // stride + 1)",
    look="What should happen when the filter is longer than the padded signal?",
    wrong="A filter that does not fit must raise a ValueError. Yours is let through, and the mistake shows up much later, "
    "somewhere else.",
)


@conv1d.misconception(
    look="Two channels in the signal, three in the filter, or the other way round: what should happen?",
    wrong="Signal and filter must have the same number of channels. Yours are let through when they have not; raise a ValueError.",
)
def ignores_extra_channels(x, w, b=None, stride=1, padding=0):
    if x.shape[2] + 2 * padding < w.shape[2]:
        raise ValueError("the kernel does not fit")
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding)))
    k = w.shape[2]
    out = np.zeros((x.shape[0], w.shape[0], (xp.shape[2] - k) // stride + 1))
    for f in range(w.shape[0]):
        for c in range(min(x.shape[1], w.shape[1])):
            for i in range(out.shape[2]):
                out[:, f, i] += xp[:, c, i * stride : i * stride + k] @ w[f, c]
    return out if b is None else out + b[:, None]


@conv1d.misconception(
    look="The signal has three channels, the filter one. What should happen?",
    wrong="A filter made for one channel is let through. Signal and filter must have the same number of channels; ask for "
    "it, NumPy spreads an axis of length 1 without a word.",
)
def spreads_a_one_channel_filter(x, w, b=None, stride=1, padding=0):
    if x.shape[2] + 2 * padding < w.shape[2]:
        raise ValueError("the kernel does not fit")
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding)))
    k = w.shape[2]
    out = np.zeros((x.shape[0], w.shape[0], (xp.shape[2] - k) // stride + 1))
    for n in range(x.shape[0]):
        for f in range(w.shape[0]):
            for i in range(out.shape[2]):
                out[n, f, i] = np.sum(xp[n, :, i * stride : i * stride + k] * w[f])
    return out if b is None else out + b[:, None]


def a_layer(x, w, b, stride, padding, length=None):
    """The right layer; `length` replaces the number of outputs by the caller's idea."""
    if x.shape[1] != w.shape[1] or x.shape[2] + 2 * padding < w.shape[2]:
        raise ValueError("the kernel does not fit")
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding + stride)))
    if length is None:
        length = (x.shape[2] + 2 * padding - w.shape[2]) // stride + 1
    out = np.zeros((x.shape[0], w.shape[0], length))
    for i in range(length):
        out[:, :, i] = np.einsum("nck,fck->nf", xp[:, :, i * stride : i * stride + w.shape[2]], w)
    return out if b is None else out + b[:, None]


@conv1d.misconception(
    shown="three filters at three positions",
    look="The biases are 100, 200, 300. Along which axis of your output do they change?",
    wrong="Your biases run along the positions. There is one bias for each filter, the same at every position: shape (F, 1), "
    "so that it spreads along the last axis.",
)
def bias_per_position(x, w, b=None, stride=1, padding=0):
    out = a_layer(x, w, None, stride, padding)
    return out if b is None else out + b


@conv1d.misconception(
    look="What does Python say when a whole array is asked whether it is true?",
    wrong="The error comes from a question put to an array of several biases, as if it were one truth. Ask whether b is None: "
    "`if b is not None:`.",
    if_source_has={
        "if b:": "`if b:` also takes a single bias of 0 for none.",
        "b != None": "`b != None` compares number by number.",
        "b == None": "`b == None` compares number by number.",
    },
)
def asks_an_array_whether_it_is_true(x, w, b=None, stride=1, padding=0):
    out = a_layer(x, w, None, stride, padding)
    if b:
        out += b[:, None]
    return out


@conv1d.misconception(
    look="What stands between your outputs?",
    wrong="Your outputs stand at the places where their windows start, with holes between them. The windows start at i·s; "
    "the outputs stand next to each other.",
)
def writes_where_it_reads(x, w, b=None, stride=1, padding=0):
    ones = a_layer(x, w, None, 1, padding)
    out = np.zeros_like(ones)
    out[:, :, ::stride] = ones[:, :, ::stride]
    return out if b is None else out + b[:, None]


@conv1d.misconception(
    look="How many outputs are missing at the right end of yours?",
    wrong="Your output is the one of a signal with p zeros before it and none behind. padding = p means p zeros at each end: "
    "the signal grows by 2p.",
)
def pads_on_the_left_only(x, w, b=None, stride=1, padding=0):
    if x.shape[1] != w.shape[1] or x.shape[2] + 2 * padding < w.shape[2]:
        raise ValueError("the kernel does not fit")
    xp = np.concatenate([np.zeros(x.shape[:2] + (padding,)), x], axis=2)
    size = (xp.shape[2] - w.shape[2]) // stride + 1
    out = np.zeros((x.shape[0], w.shape[0], size))
    for i in range(size):
        out[:, :, i] = np.einsum("nck,fck->nf", xp[:, :, i * stride : i * stride + w.shape[2]], w)
    return out if b is None else out + b[:, None]


@conv1d.misconception(
    look="Which numbers of the signal is your first output made of?",
    wrong="Your windows skip numbers inside (that is dilation) and move by one. The stride is how far the whole window "
    "moves; inside it the numbers stay neighbours.",
)
def stride_inside_the_kernel(x, w, b=None, stride=1, padding=0):
    if x.shape[1] != w.shape[1] or x.shape[2] + 2 * padding < w.shape[2]:
        raise ValueError("the kernel does not fit")
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding)))
    reach = (w.shape[2] - 1) * stride + 1
    size = xp.shape[2] - reach + 1
    out = np.zeros((x.shape[0], w.shape[0], size))
    for i in range(size):
        out[:, :, i] = np.einsum("nck,fck->nf", xp[:, :, i : i + reach : stride], w)
    return out if b is None else out + b[:, None]


@conv1d.misconception(
    look="With padding, which channel and which signal does your first output read?",
    wrong="Your outputs read zeros where signals and channels should be: as if the batch and the channels had been padded, too. "
    "Only the last axis is: one pair for each axis, ((0, 0), (0, 0), (p, p)).",
    if_source_has={"np.pad(x, padding)": "`np.pad(x, padding)` pads every axis."},
)
def pads_every_axis(x, w, b=None, stride=1, padding=0):
    if x.shape[1] != w.shape[1] or x.shape[2] + 2 * padding < w.shape[2]:
        raise ValueError("the kernel does not fit")
    xp = np.pad(x, padding)
    size = (xp.shape[2] - w.shape[2]) // stride + 1
    out = np.zeros((x.shape[0], w.shape[0], size))
    for n in range(x.shape[0]):
        for f in range(w.shape[0]):
            for i in range(size):
                for c in range(x.shape[1]):
                    out[n, f, i] += np.sum(xp[n, c, i * stride : i * stride + w.shape[2]] * w[f, c])
    return out if b is None else out + b[:, None]


@conv1d.misconception(
    look="Does a change of the second signal of the batch change the output of the first one?",
    wrong="Your output adds up the whole batch. Each signal is treated on its own: the sum goes over channels and window, "
    "never over n.",
)
def adds_up_the_batch(x, w, b=None, stride=1, padding=0):
    out = np.zeros_like(a_layer(x, w, None, stride, padding))
    out[:] = a_layer(x, w, None, stride, padding).sum(axis=0)
    return out if b is None else out + b[:, None]


@conv1d.misconception(
    look="How many channels does your output have, and how many filters went in?",
    wrong="Your output has a channel for every pair of a filter and a channel of the signal. A filter adds up all channels: "
    "it makes one.",
)
def keeps_the_channels_apart(x, w, b=None, stride=1, padding=0):
    if x.shape[1] != w.shape[1]:
        raise ValueError("the channels differ")
    pairs = [a_layer(x[:, c : c + 1], w[:, c : c + 1], b, stride, padding) for c in range(x.shape[1])]
    apart = np.stack(pairs, axis=2)
    return apart.reshape(len(x), -1, apart.shape[3])


@conv1d.misconception(
    look="The stride leaves something over here. What does your last window read?",
    wrong="Your last window reaches beyond the padded signal. Only windows that lie on it wholly count: L′ is rounded down.",
)
def rounds_up(x, w, b=None, stride=1, padding=0):
    return a_layer(x, w, b, stride, padding, -(-(x.shape[2] + 2 * padding - w.shape[2]) // stride) + 1)


conv1d.off_limits(*LAYERS)
