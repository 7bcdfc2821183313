"""The exercise `conv1d`: oracle, examples, hidden cases, misconceptions, alternatives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograde.course.definition import call, call_error, exercise
from autograde.exercises.convolution_1d.common import (
    LECTURE_X,
    MOVING_AVERAGE,
    SLIDING_LIBRARY_CALLS,
    different_whole_numbers,
    float_type,
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


TWO_CHANNELS = np.array([[[1.0, 2, 3, 4], [10, 0, 20, 0]]])


STEREO_KERNEL = np.array([[[1.0, -1], [0.5, 0]]])


def small_layer(
    batch: int, channels: int, length: int, filters: int, width: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Signal, kernels and biases of small whole numbers, so that visible examples can be followed by hand."""
    signal = (np.arange(batch * channels * length) * 7 % 11 - 3.0).reshape(batch, channels, length)
    kernels = (np.arange(filters * channels * width) * 5 % 7 - 2.0).reshape(filters, channels, width)
    return signal, kernels, 100.0 * np.arange(1, filters + 1)


conv1d.example("the lecture's signal, as a batch of one", LECTURE_X[None, None], MOVING_AVERAGE[None, None])


conv1d.example("two channels into one", TWO_CHANNELS, STEREO_KERNEL)


conv1d.example("two channels, three filters with biases", *small_layer(1, 2, 6, 3, 3))


conv1d.example("three filters at three positions", *small_layer(1, 2, 5, 3, 3))


conv1d.example("one filter whose bias is 100, padding 2", *small_layer(2, 1, 4, 1, 3), padding=2)


conv1d.example("stride 2 that does not divide, padding 1", *small_layer(2, 2, 6, 3, 3), stride=2, padding=1)


conv1d.example("stride 3 past a kernel of 2", *small_layer(1, 2, 8, 2, 2)[:2], stride=3)


conv1d.example("a kernel longer than the signal, padding 1", *small_layer(1, 1, 3, 1, 4)[:2], padding=1)


conv1d.example_error("a kernel too long", ValueError, np.ones((1, 1, 2)), np.ones((1, 1, 3)))


conv1d.example_error(
    "two channels for a kernel with three", ValueError, np.ones((1, 2, 5)), np.ones((1, 3, 3))
)


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


@conv1d.cases
def arrays_of_other_types(rng: np.random.Generator) -> Iterator[Any]:
    x, w, b = layer(rng, 2, 2, 8, 3, 3)
    yield call(x.astype(np.float32), w.astype(np.float32), b.astype(np.float32), stride=2, padding=1)
    yield call(rng.integers(-5, 6, size=(2, 2, 7)), w, b, padding=1)
    yield call(rng.integers(1, 9, size=(1, 2, 7)), different_whole_numbers(rng, 2, 2, 3))


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
    yield call_error(ValueError, *layer(rng, 1, 2, 3, 2, 6), padding=1)
    yield call_error(ValueError, rng.normal(size=(2, 2, 8)), rng.normal(size=(3, 4, 3)))
    yield call_error(ValueError, rng.normal(size=(2, 3, 8)), rng.normal(size=(3, 1, 3)))


@conv1d.misconception(
    look="Look at the biases 100, 200, 300. To which axis of your output are they added?",
    wrong="You added the bias along the positions. There is one bias for each filter, the same at every "
    "position: shape (F, 1), so that it spreads along the last axis.",
)
def bias_per_position(x, w, b=None, stride=1, padding=0):
    if x.shape[1] != w.shape[1] or x.shape[2] + 2 * padding < w.shape[2]:
        raise ValueError("the kernel does not fit")
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding)))
    size = (xp.shape[2] - w.shape[2]) // stride + 1
    out = np.zeros((x.shape[0], w.shape[0], size))
    for i in range(size):
        out[:, :, i] = np.einsum("nck,fck->nf", xp[:, :, i * stride : i * stride + w.shape[2]], w)
    return out if b is None else out + b


@conv1d.misconception(
    look="The signal has two channels. Which of them does your output depend on?",
    wrong="Inside the loop over channels you assign instead of adding, so each channel overwrites the one "
    "before and only the last survives. A filter adds up all its channels.",
)
def the_last_channel_wins(x, w, b=None, stride=1, padding=0):
    if x.shape[1] != w.shape[1] or x.shape[2] + 2 * padding < w.shape[2]:
        raise ValueError("the kernel does not fit")
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding)))
    k = w.shape[2]
    size = (xp.shape[2] - k) // stride + 1
    out = np.zeros((x.shape[0], w.shape[0], size))
    for n in range(x.shape[0]):
        for f in range(w.shape[0]):
            for c in range(x.shape[1]):
                for i in range(size):
                    out[n, f, i] = np.sum(xp[n, c, i * stride : i * stride + k] * w[f, c])
    return out if b is None else out + b[:, None]


@conv1d.misconception(
    look="Why are there zeros between your outputs?",
    wrong="You write the result of the window at i·s to out[i·s], which leaves holes. The windows start at "
    "i·s; the outputs stand next to each other, at out[i].",
)
def writes_where_it_reads(x, w, b=None, stride=1, padding=0):
    if x.shape[1] != w.shape[1] or x.shape[2] + 2 * padding < w.shape[2]:
        raise ValueError("the kernel does not fit")
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding)))
    k = w.shape[2]
    out = np.zeros((x.shape[0], w.shape[0], xp.shape[2] - k + 1))
    for i in range(0, xp.shape[2] - k + 1, stride):
        out[:, :, i] = np.einsum("nck,fck->nf", xp[:, :, i : i + k], w)
    return out if b is None else out + b[:, None]


@conv1d.misconception(
    look="How many zeros stand before your signal, and how many behind it?",
    wrong="You padded one side only. padding = p means p zeros before and p zeros behind: the signal grows "
    "by 2p.",
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
    look="Which numbers of the signal does your first output read?",
    wrong="You applied the stride inside the kernel, so that it skips numbers (that is dilation). The "
    "stride is how far the whole window moves; inside it the numbers stay neighbours.",
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
    look="Work out the first output by hand. Which number do you pair with the first weight?",
    wrong="You turned the kernel round. In deep learning conv1d is cross-correlation: w[f, c, 0] meets the "
    "first number of the window.",
)
def flips_like_a_convolution(x, w, b=None, stride=1, padding=0):
    if x.shape[1] != w.shape[1] or x.shape[2] + 2 * padding < w.shape[2]:
        raise ValueError("the kernel does not fit")
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding)))
    size = (xp.shape[2] - w.shape[2]) // stride + 1
    out = np.zeros((x.shape[0], w.shape[0], size))
    for i in range(size):
        window = xp[:, :, i * stride : i * stride + w.shape[2]]
        out[:, :, i] = np.einsum("nck,fck->nf", window, w[:, :, ::-1])
    return out if b is None else out + b[:, None]


@conv1d.misconception(
    look="Print the shape of your padded signal. Which axes have grown?",
    wrong="np.pad(x, p) pads every axis: your batch and your channels grew too, and the kernel meets "
    "channels of zeros. Give one pair for each axis: ((0, 0), (0, 0), (p, p)).",
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
    look="How far are you from the expected numbers? Measure it in units of the bias.",
    wrong="You add the bias inside the loop over channels, so each channel brings it again. It belongs to "
    "the filter: add it once, after the channels are summed.",
)
def bias_for_every_channel(x, w, b=None, stride=1, padding=0):
    if x.shape[1] != w.shape[1] or x.shape[2] + 2 * padding < w.shape[2]:
        raise ValueError("the kernel does not fit")
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding)))
    k = w.shape[2]
    size = (xp.shape[2] - k) // stride + 1
    out = np.zeros((x.shape[0], w.shape[0], size))
    for f in range(w.shape[0]):
        for c in range(x.shape[1]):
            for i in range(size):
                out[:, f, i] += xp[:, c, i * stride : i * stride + k] @ w[f, c]
                if b is not None:
                    out[:, f, i] += b[f]
    return out


@conv1d.misconception(
    look="Does b change anything in your output?",
    wrong="You never add the bias. Each filter f adds its own b[f] to all its outputs.",
)
def leaves_the_bias_out(x, w, b=None, stride=1, padding=0):
    if x.shape[1] != w.shape[1] or x.shape[2] + 2 * padding < w.shape[2]:
        raise ValueError("the kernel does not fit")
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding)))
    size = (xp.shape[2] - w.shape[2]) // stride + 1
    out = np.zeros((x.shape[0], w.shape[0], size))
    for i in range(size):
        out[:, :, i] = np.einsum("nck,fck->nf", xp[:, :, i * stride : i * stride + w.shape[2]], w)
    return out


@conv1d.misconception(
    look="What does Python say to `if b:` when b is an array of three numbers?",
    wrong="`if b:` asks a whole array whether it is true: NumPy refuses when there are several biases, and "
    "a single bias of 0 counts as none. Ask `if b is not None:`.",
)
def asks_an_array_whether_it_is_true(x, w, b=None, stride=1, padding=0):
    if x.shape[1] != w.shape[1] or x.shape[2] + 2 * padding < w.shape[2]:
        raise ValueError("the kernel does not fit")
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding)))
    size = (xp.shape[2] - w.shape[2]) // stride + 1
    out = np.zeros((x.shape[0], w.shape[0], size))
    for i in range(size):
        out[:, :, i] = np.einsum("nck,fck->nf", xp[:, :, i * stride : i * stride + w.shape[2]], w)
    if b:
        out += b[:, None]
    return out


@conv1d.misconception(
    look="What should happen when the kernel is longer than the padded signal?",
    wrong="Your numbers are right, but a kernel that does not fit must raise a ValueError. Yours returns an "
    "empty output, and the mistake shows up much later, somewhere else.",
)
def empty_output_for_a_long_kernel(x, w, b=None, stride=1, padding=0):
    if x.shape[1] != w.shape[1]:
        raise ValueError("channels differ")
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding)))
    k = w.shape[2]
    starts = range(0, xp.shape[2] - k + 1, stride)
    out = np.zeros((x.shape[0], w.shape[0], len(starts)))
    for i, start in enumerate(starts):
        out[:, :, i] = np.einsum("nck,fck->nf", xp[:, :, start : start + k], w)
    return out if b is None else out + b[:, None]


@conv1d.misconception(
    look="A signal with two channels, a kernel for three: what does your code do with the third?",
    wrong="Signal and kernel must have the same number of channels. Yours uses the channels that both have "
    "and says nothing; raise a ValueError.",
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
    look="Two signals go in. Is the second one in your output?",
    wrong="Only the first signal of the batch is computed; the others stay 0. Loop over n, or let NumPy carry the axis along.",
)
def first_signal_only(x, w, b=None, stride=1, padding=0):
    out = np.zeros_like(a_layer(x, w, None, stride, padding))
    out[0] = a_layer(x[:1], w, None, stride, padding)[0]
    return out if b is None else out + b[:, None]


@conv1d.misconception(
    look="Does a change of the second signal of the batch change the output of the first one?",
    wrong="You add up the whole batch. Each signal is treated on its own: sum over channels and window, never over n.",
)
def adds_up_the_batch(x, w, b=None, stride=1, padding=0):
    out = np.zeros_like(a_layer(x, w, None, stride, padding))
    out[:] = a_layer(x, w, None, stride, padding).sum(axis=0)
    return out if b is None else out + b[:, None]


@conv1d.misconception(
    look="Stride 2: where does your second window start?",
    wrong="You counted the outputs with the stride, but your windows still move by one. Window i starts at i · stride.",
)
def windows_move_by_one(x, w, b=None, stride=1, padding=0):
    out = a_layer(x, w, b, 1, padding)
    return out[:, :, : (x.shape[2] + 2 * padding - w.shape[2]) // stride + 1]


@conv1d.misconception(
    look="How long is your output where padding is asked for?",
    wrong="You ignore the padding. Put that many zeros before and behind each channel first.",
)
def ignores_the_padding(x, w, b=None, stride=1, padding=0):
    if x.shape[1] != w.shape[1] or x.shape[2] + 2 * padding < w.shape[2]:
        raise ValueError("the kernel does not fit")
    size = max(0, (x.shape[2] - w.shape[2]) // stride + 1)
    out = np.zeros((x.shape[0], w.shape[0], size))
    for i in range(size):
        out[:, :, i] = np.einsum("nck,fck->nf", x[:, :, i * stride : i * stride + w.shape[2]], w)
    return out if b is None else out + b[:, None]


@conv1d.misconception(
    look="Which channels of the signal does your output depend on?",
    wrong="You use channel 0 alone. A filter has a row of weights for each channel and adds up what all of them find.",
)
def first_channel_only(x, w, b=None, stride=1, padding=0):
    if x.shape[1] != w.shape[1]:
        raise ValueError("the channels differ")
    return a_layer(x[:, :1], w[:, :1], b, stride, padding)


@conv1d.misconception(
    look="The stride does not divide evenly here. What does your last window read?",
    wrong="You rounded up: your last window reads beyond the padded signal. Only windows that fit wholly count, so round down: //.",
)
def rounds_up(x, w, b=None, stride=1, padding=0):
    return a_layer(x, w, b, stride, padding, -(-(x.shape[2] + 2 * padding - w.shape[2]) // stride) + 1)


@conv1d.misconception(
    look="The kernel is longer than the signal, and there is padding. Does it fit?",
    wrong="You compare the kernel with the signal as it came. What must be long enough is the padded signal, L + 2 · padding.",
)
def measures_before_padding(x, w, b=None, stride=1, padding=0):
    if w.shape[2] > x.shape[2]:
        raise ValueError("the kernel does not fit")
    return a_layer(x, w, b, stride, padding)


@conv1d.misconception(
    look="Which axis of your output counts the filters?",
    wrong="Your last two axes are swapped. The shape is (N, F, L′): first the filters, then the positions.",
)
def filters_last(x, w, b=None, stride=1, padding=0):
    return a_layer(x, w, b, stride, padding).transpose(0, 2, 1)


@conv1d.alternative
def five_plain_loops(x, w, b=None, stride=1, padding=0):
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


conv1d.off_limits(*SLIDING_LIBRARY_CALLS)
