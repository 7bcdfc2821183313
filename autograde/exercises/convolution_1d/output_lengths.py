"""The exercise `output_lengths`: oracle, examples, hidden cases, misconceptions, alternatives."""

from __future__ import annotations

import numpy as np

from autograde.course.definition import values


@values(points=2, difficulty="easy", minutes=5)
def output_lengths():
    """The lengths of six outputs, worked out on paper."""
    return {
        "valid_length": len(np.convolve(np.ones(12), np.ones(5), "valid")),
        "same_length": len(np.convolve(np.ones(12), np.ones(5), "same")),
        "full_length": len(np.convolve(np.ones(12), np.ones(5), "full")),
        "strided_length": len(range(0, 23 - 10 + 1, 3)),
        "padded_length": len(range(0, 10 + 2 * 4 - 5 + 1, 2)),
        "speech_length": len(range(0, 16000 - 400 + 1, 160)),
    }


def lengths(valid: int, full: int, strided: int, padded: int, speech: int) -> dict[str, int]:
    """An answer to `output_lengths` whose 'same' is right."""
    return {
        "valid_length": valid,
        "same_length": 12,
        "full_length": full,
        "strided_length": strided,
        "padded_length": padded,
        "speech_length": speech,
    }


@output_lengths.misconception(
    look="The places of a kernel of length 1 on a signal of length 5: how many are there, and what does "
    "your formula say?",
    wrong="You left out the + 1. From the first window to the last there are N − K steps, and one window "
    "more than steps.",
)
def forgets_the_first_window():
    return lengths(valid=7, full=15, strided=4, padded=6, speech=97)


@output_lengths.misconception(
    look="What happens to a window that would run over the end?",
    wrong="You rounded up. A window that does not fit wholly on the (padded) signal is not counted: round "
    "down.",
)
def rounds_up():
    return lengths(valid=8, full=16, strided=6, padded=8, speech=99)


@output_lengths.misconception(
    look="Padding 4: how many numbers longer does the signal get?",
    wrong="You counted the padding once. It is added at both ends: the signal grows by 2p.",
)
def counts_the_padding_once():
    return lengths(valid=8, full=16, strided=5, padded=5, speech=98)


@output_lengths.misconception(
    look="Kernel 10, stride 3, on 23 numbers: list the windows. Where does the last one start?",
    wrong="You divided the length of the signal by the stride. Divide the number of steps, N + 2p − K, and "
    "add 1.",
)
def divides_the_length_by_the_stride():
    return lengths(valid=8, full=16, strided=7, padded=9, speech=100)


@output_lengths.misconception(
    look="Full mode: does the kernel still touch the signal in your last position?",
    wrong="Full has N + K − 1 numbers: N + K would count a place where kernel and signal no longer touch.",
)
def full_adds_the_lengths():
    return lengths(valid=8, full=17, strided=5, padded=7, speech=98)


@output_lengths.misconception(
    look="The last three settings have a stride. Where does your formula use it?",
    wrong="You left the stride out: these are the lengths for a window that moves by one.",
)
def ignores_the_stride():
    return lengths(valid=8, full=16, strided=14, padded=14, speech=15601)


@output_lengths.misconception(
    look="Full mode: you counted numbers of the padded signal. How many windows fit on them?",
    wrong="12 + 2 · 4 = 20 is the length of the signal with its ghost zeros. The window of 5 has 20 − 5 + 1 = 16 places on it.",
)
def full_counts_the_padded_signal():
    return lengths(valid=8, full=20, strided=5, padded=7, speech=98)
