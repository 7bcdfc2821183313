"""The signals of notebook 02: the lecture's numbers, an impulse, a spoken syllable, DNA, a sentence.

Everything is exact or made from a fixed seed, so the numbers quoted in the text stay true. Knows no
picture and no answer.
"""

from __future__ import annotations

import functools

import numpy as np

# The lecture's example: a signal, and a kernel that averages three neighbours.
x = np.array([1.0, 5, 3, 7, 5, 9, 7, 14])
moving_average = np.full(3, 1 / 3)

differencing = np.array([-1.0, 1])
impulse = np.array([0.0, 0, 0, 1, 0, 0, 0])
one_two_three = np.array([1.0, 2, 3])

# A signal and kernels on which a flip, a wrong crop or a wrong length shows.
short_signal = np.array([1.0, 5, 3, 7, 5])
lopsided = np.array([1.0, 2, -1])
even_kernel = np.array([1.0, 2, -1, 3])
lopsided_matrix = np.array(
    [[1.0, 2, -1, 0, 0], [0, 1, 2, -1, 0], [0, 0, 1, 2, -1]]
)  # its rows: lopsided, moved

# A clap (one sample) in a room that answers with two echoes, at half and at a quarter of the loudness.
clap = np.array([0.0, 1, 0, 0, 0, 0, 0, 0])
room = np.array([1.0, 0, 0.5, 0, 0.25])

# Two microphones, four moments; one filter with a kernel of two weights for each microphone.
two_channels = np.array([[[1.0, 2, 3, 4], [10, 0, 20, 0]]])  # (N, C, L) = (1, 2, 4)
stereo_filter = np.array([[[1.0, -1], [0.5, 0]]])  # (F, C, K) = (1, 2, 2)

SAMPLE_RATE = 16_000  # samples per second
HISS = (0.04, 0.22)  # seconds: where "s" is spoken
VOWEL = (0.26, 0.56)  # seconds: where "a" is spoken


@functools.cache
def syllable() -> np.ndarray:
    """The syllable "sa", synthesised: (9 600,) floats in −1 … 1, that is 0.6 s at 16 kHz.

    "s" is noise in which neighbouring samples differ much; "a" is a 120 Hz tone with overtones that are
    loudest near 700 Hz and 1 200 Hz. Not a recording: a caricature with the properties the notebook needs.
    """
    time = np.arange(int(0.6 * SAMPLE_RATE)) / SAMPLE_RATE
    noise = np.random.default_rng(2).normal(size=time.size + 1)
    hiss = 0.12 * (noise[1:] - noise[:-1]) * loudness(time, *HISS)
    vowel = sum(
        overtone(120 * k) * np.sin(2 * np.pi * 120 * k * time + 0.4 * k * k) for k in range(1, 25)
    ) * loudness(time, *VOWEL)
    return hiss + 0.6 * vowel / np.abs(vowel).max()


def overtone(frequency: float) -> float:
    """How loud a part of the vowel is at `frequency` Hz: two resonances of the mouth on a falling slope."""
    first = np.exp(-(((frequency - 700) / 150) ** 2))
    second = 0.6 * np.exp(-(((frequency - 1200) / 200) ** 2))
    return float(first + second + 0.25 / (1 + (frequency / 300) ** 2))


def loudness(time: np.ndarray, start: float, end: float) -> np.ndarray:
    """An envelope that fades in and out within 20 ms: 1 between start and end (seconds), 0 outside."""
    fade = 0.02
    return np.clip((time - start) / fade, 0, 1) * np.clip((end - time) / fade, 0, 1)


def rms(signal: np.ndarray, interval: tuple[float, float]) -> float:
    """Root mean square of the samples between two moments (seconds): how loud that part is."""
    start, end = (int(moment * SAMPLE_RATE) for moment in interval)
    return float(np.sqrt(np.mean(np.square(signal[start:end]))))


# The promoter of E. coli's lac operon (Dickson et al. 1975), and its mutant UV5, which differs in two letters.
lac_promoter = "CACCCCAGGCTTTACACTTTATGCTTCCGGCTCGTATGTTGTGTGGAATTGTGAGCGG"
lac_uv5 = lac_promoter.replace("TATGTT", "TATAAT")
pribnow_box = "TATAAT"

# A sentence as a sequence: one position for each word, one channel for each property of a word.
sentence = "the cast is very good but the plot is not good".split()
PROPERTIES = ("negates", "strengthens", "praises")
WORD_TABLE = {"not": (1, 0, 0), "very": (0, 1, 0), "good": (0, 0, 1)}


def words_as_channels(words: list[str]) -> np.ndarray:
    """Words as a signal with three channels, (1, 3, number of words); a word without a property is zeros."""
    return np.array([[WORD_TABLE.get(word, (0, 0, 0)) for word in words]], dtype=float).transpose(0, 2, 1)


# Two filters of width 2: "not" followed by praise, and a strengthener followed by praise.
phrase_filters = np.array(
    [
        [[1.0, 0], [0, 0], [0, 1]],
        [[0.0, 0], [1, 0], [0, 1]],
    ]
)  # (F, C, K) = (2, 3, 2)
phrase_bias = np.array([-1.0, -1])
