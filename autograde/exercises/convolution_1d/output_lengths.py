"""The exercise `output_lengths`: six lengths worked out on paper, and the mistakes that show in a single one."""

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


def lengths(
    valid: float = 8,
    same: float = 12,
    full: float = 16,
    strided: float = 5,
    padded: float = 7,
    speech: float = 98,
) -> dict[str, float]:
    """An answer to `output_lengths`; what is not given is right."""
    return {
        "valid_length": valid,
        "same_length": same,
        "full_length": full,
        "strided_length": strided,
        "padded_length": padded,
        "speech_length": speech,
    }


# A hint is said for whichever of its values comes up, so it names none of them, unless there is only one.


@output_lengths.misconception(
    look="A kernel of length 1 on a signal of length 5 has five places. What does your rule say?",
    wrong="One is missing. From the first window to the last there are so many steps, and one window more than steps: + 1.",
)
def forgets_the_first_window():
    return lengths(valid=7, strided=4, padded=6, speech=97)


@output_lengths.misconception(
    look="What happens to a window that would run over the end?",
    wrong="One is too many. A window that does not lie wholly on the (padded) signal does not count: round down.",
)
def rounds_up():
    return lengths(strided=6, padded=8, speech=99)


@output_lengths.misconception(
    look="Can there be half a window?",
    wrong="The steps are rounded down to a whole number before 1 is added.",
)
def does_not_round():
    return lengths(strided=13 / 3 + 1, padded=7.5, speech=98.5)


@output_lengths.misconception(
    look="By how many numbers does a padding of 4 lengthen the signal?",
    wrong="The padding counts once in your number. It stands at both ends: the signal grows by 2p.",
)
def counts_the_padding_once():
    return lengths(padded=5)


@output_lengths.misconception(
    look="By how many numbers does a padding of 4 lengthen the signal?",
    wrong="Your number is the one without padding. The signal grows by p at both ends.",
)
def ignores_the_padding():
    return lengths(padded=3)


@output_lengths.misconception(
    look="Where does the last window start? How many steps of the stride lead there?",
    wrong="Your number is the length of the signal divided by the stride. What is divided is the way from the first "
    "window to the last, N + 2p − K; then add 1.",
)
def divides_the_length_by_the_stride():
    return lengths(strided=7, padded=9, speech=100)


@output_lengths.misconception(
    look="The setting has a stride. How far does the window move from one output to the next in yours?",
    wrong="Your number is the one of a window that moves by one.",
)
def ignores_the_stride():
    return lengths(strided=14, padded=14, speech=15601)


@output_lengths.misconception(
    look="Full mode: does the kernel still touch the signal at your last place?",
    wrong="Full has N + K − 1 numbers: N + K would count a place where kernel and signal no longer touch.",
)
def full_adds_the_lengths():
    return lengths(full=17)


@output_lengths.misconception(
    look="Full mode: how many numbers do a signal of 1 and a kernel of 1 give? What does your rule say?",
    wrong="Full has N + K − 1 numbers: one more than yours.",
)
def full_is_one_too_short():
    return lengths(full=15)


@output_lengths.misconception(
    look="Full mode: how many places does the window have on a signal of 20 numbers?",
    wrong="12 + 2 · 4 = 20 is the length of the signal with its ghost zeros. The window of 5 has 20 − 5 + 1 = 16 places on it.",
)
def full_counts_the_padded_signal():
    return lengths(full=20)


@output_lengths.misconception(
    look="Which of the two modes lets the kernel hang over the ends?",
    wrong="That is the length of the other mode: full is the longest, N + K − 1, and valid the shortest, N − K + 1.",
)
def takes_full_for_valid():
    return lengths(valid=16, full=8)


@output_lengths.misconception(
    look="Mode same: the same length as what?",
    wrong="That is the length of valid. Same is as long as the longer of the two, here the signal.",
)
def same_is_valid():
    return lengths(same=8)
