"""The exercise `motif_scores`: oracle, examples, hidden cases, misconceptions, alternatives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograde.course.definition import call, call_error, exercise
from autograde.exercises.convolution_1d.common import SLIDING_LIBRARY_CALLS
from helpers.checking.compare import close

BASES = "ACGT"


def letters(rng: np.random.Generator, length: int, alphabet: str = BASES) -> str:
    """A random sequence of the given letters."""
    return "".join(rng.choice(list(alphabet), size=length))


def motif_of(rng: np.random.Generator, width: int) -> str:
    """A random motif that begins and ends with different letters, so that it is not its own mirror image."""
    first, last = rng.permutation(list(BASES))[:2]
    return f"{first}{letters(rng, width - 2)}{last}"


def with_one_typo(rng: np.random.Generator, motif: str) -> str:
    """The motif with another base in its middle: the nearly right site that a score must still show."""
    middle = len(motif) // 2
    other = rng.choice([base for base in BASES if base != motif[middle].upper()])
    return motif[:middle] + str(other) + motif[middle + 1 :]


@exercise(points=3, difficulty="medium", minutes=15, compare=close(check_dtype=False))
def motif_scores(sequence, motif):
    """How many letters of the motif match at each place of a DNA sequence."""
    if not 1 <= len(motif) <= len(sequence):
        raise ValueError(f"a motif of {len(motif)} letters does not fit a sequence of {len(sequence)}")
    one_hot = [
        np.array([[letter == base for letter in text.upper()] for base in BASES], dtype=float)
        for text in (sequence, motif)
    ]
    return sum(
        np.correlate(channel, weights, mode="valid") for channel, weights in zip(*one_hot, strict=True)
    )


motif_scores.example("a promoter box", "GGTATAATCC", "TATAAT")


motif_scores.example("small letters", "ggTAtAcc", "tata")


motif_scores.example("an unknown letter against itself", "TNACNTA", "TNA")


motif_scores.example("other letters of the alphabet", "ACXUTGA-T", "XTG")


motif_scores.example("a motif as long as the sequence", "GATTACA", "GACTACA")


motif_scores.example_error("a motif too long", ValueError, "ACG", "ACGT")


motif_scores.example_error("an empty motif", ValueError, "ACG", "")


@motif_scores.cases(weight=2)
def sequences_of_bases(rng: np.random.Generator) -> Iterator[Any]:
    for before, width, after in [(5, 4, 3), (12, 6, 12), (0, 7, 0), (0, 5, 4), (6, 3, 0)]:
        motif = motif_of(rng, width)
        yield call(letters(rng, before) + with_one_typo(rng, motif) + letters(rng, after), motif)
    yield call(letters(rng, 9) + "G", "G")


@motif_scores.cases
def both_cases_mixed(rng: np.random.Generator) -> Iterator[Any]:
    motif = motif_of(rng, 5)
    yield call(letters(rng, 6, "acgtACGT") + with_one_typo(rng, motif).lower() + letters(rng, 4), motif)
    yield call(letters(rng, 3) + with_one_typo(rng, motif).upper() + letters(rng, 4), motif.lower())
    yield call("TTACGT", "acg")


@motif_scores.cases
def unknown_letters(rng: np.random.Generator) -> Iterator[Any]:
    yield call(letters(rng, 5, "ACGTN") + "ANCG" + letters(rng, 4, "ACGTN"), "ANCG")
    yield call("nnxn-" + letters(rng, 4, "acgt"), "Nn-")
    yield call(letters(rng, 5, "ACGU") + "TUAR" + letters(rng, 3, "RYKM"), "TUAR")


@motif_scores.cases(weight=0.5)
def motifs_that_do_not_fit(rng: np.random.Generator) -> Iterator[Any]:
    yield call_error(ValueError, letters(rng, 3), letters(rng, 6))
    yield call_error(ValueError, letters(rng, 3), "")


@motif_scores.misconception(
    look="Compare 'tata' with 'TAtA'. Are these the same bases for your code?",
    wrong="Small letters score nothing in yours. In sequence files a small letter is the same base: turn "
    "both strings into capitals first.",
)
def tells_small_letters_apart(sequence, motif):
    if not 1 <= len(motif) <= len(sequence):
        raise ValueError("the motif does not fit")
    scores = []
    for i in range(len(sequence) - len(motif) + 1):
        scores.append(sum(a == b and a in "ACGT" for a, b in zip(sequence[i:], motif)))
    return np.array(scores, dtype=float)


@motif_scores.misconception(
    look="Is the last place in your answer? How many places does the motif have on the sequence?",
    wrong="You stop one place too early: a motif of K letters has N − K + 1 places on N letters.",
)
def leaves_the_last_place_out(sequence, motif):
    if not 1 <= len(motif) <= len(sequence):
        raise ValueError("the motif does not fit")
    sequence, motif = sequence.upper(), motif.upper()
    scores = np.zeros(len(sequence) - len(motif))
    for i in range(len(scores)):
        scores[i] = sum(a == b and a in "ACGT" for a, b in zip(sequence[i : i + len(motif)], motif))
    return scores


@motif_scores.misconception(
    look="An N in the sequence and an N in the motif: do you count that as a match?",
    wrong="You compare letters, so an unknown letter matches itself. N means 'we could not read this base': "
    "its one-hot column is all zeros and scores 0, also against another N.",
)
def unknown_matches_unknown(sequence, motif):
    if not 1 <= len(motif) <= len(sequence):
        raise ValueError("the motif does not fit")
    sequence, motif = sequence.upper(), motif.upper()
    return np.array(
        [
            float(sum(a == b for a, b in zip(sequence[i:], motif)))
            for i in range(len(sequence) - len(motif) + 1)
        ]
    )


@motif_scores.misconception(
    look="What is your score for a perfect match of six letters?",
    wrong="You divided by the length of the motif. The exercise asks for the number of matches, so a "
    "perfect match of six letters scores 6.",
)
def share_of_matches(sequence, motif):
    if not 1 <= len(motif) <= len(sequence):
        raise ValueError("the motif does not fit")
    sequence, motif = sequence.upper(), motif.upper()
    k = len(motif)
    return np.array(
        [
            sum(a == b and a in "ACGT" for a, b in zip(sequence[i : i + k], motif)) / k
            for i in range(len(sequence) - k + 1)
        ]
    )


@motif_scores.misconception(
    look="Which of your four channels lights up for an unknown letter?",
    wrong="An unknown letter lights up channel T in yours: find gives −1 for a letter that is missing, and "
    "−1 is the last row. Leave that column at zero.",
)
def unknown_becomes_t(sequence, motif):
    if not 1 <= len(motif) <= len(sequence):
        raise ValueError("the motif does not fit")
    s = np.zeros((4, len(sequence)))
    m = np.zeros((4, len(motif)))
    for i, letter in enumerate(sequence.upper()):
        s["ACGT".find(letter), i] = 1
    for i, letter in enumerate(motif.upper()):
        m["ACGT".find(letter), i] = 1
    return np.array([np.sum(s[:, i : i + len(motif)] * m) for i in range(len(sequence) - len(motif) + 1)])


@motif_scores.misconception(
    look="Where does the motif stand in the sequence, and where is your highest score?",
    wrong="You search for the motif backwards: the kernel was flipped. Matching a pattern is "
    "cross-correlation, no flip.",
)
def searches_backwards(sequence, motif):
    if not 1 <= len(motif) <= len(sequence):
        raise ValueError("the motif does not fit")
    sequence, motif = sequence.upper(), motif.upper()[::-1]
    k = len(motif)
    return np.array(
        [
            float(sum(a == b and a in "ACGT" for a, b in zip(sequence[i : i + k], motif)))
            for i in range(len(sequence) - k + 1)
        ]
    )


@motif_scores.misconception(
    look="Five of six letters match. What is your score there?",
    wrong="You report only perfect matches. The score counts the letters that match, so that a site with "
    "one mutation still stands out.",
)
def perfect_or_nothing(sequence, motif):
    if not 1 <= len(motif) <= len(sequence):
        raise ValueError("the motif does not fit")
    sequence, motif = sequence.upper(), motif.upper()
    k = len(motif)
    return np.array([float(k) if sequence[i : i + k] == motif else 0.0 for i in range(len(sequence) - k + 1)])


@motif_scores.misconception(
    look="What does the docstring promise for a motif that does not fit?",
    wrong="Your scores are right, but a motif that is empty or longer than the sequence must raise a "
    "ValueError.",
)
def no_error_for_a_bad_motif(sequence, motif):
    sequence, motif = sequence.upper(), motif.upper()
    k = len(motif)
    return np.array(
        [
            float(sum(a == b and a in "ACGT" for a, b in zip(sequence[i : i + k], motif)))
            for i in range(len(sequence) - k + 1)
        ]
    )


@motif_scores.misconception(
    look="What is your score where all letters agree?",
    wrong="You count the letters that differ. The score counts those that match.",
)
def counts_mismatches(sequence, motif):
    if not 1 <= len(motif) <= len(sequence):
        raise ValueError("the motif does not fit")
    sequence, motif = sequence.upper(), motif.upper()
    k = len(motif)
    return np.array(
        [sum(a != b for a, b in zip(sequence[i : i + k], motif)) for i in range(len(sequence) - k + 1)]
    )


@motif_scores.misconception(
    look="N is treated as it should be. What about X, U, or a dash?",
    wrong="You left N out and let every other letter match itself. Only A, C, G and T can match.",
)
def knows_one_unknown_letter(sequence, motif):
    if not 1 <= len(motif) <= len(sequence):
        raise ValueError("the motif does not fit")
    sequence, motif = sequence.upper(), motif.upper()
    k = len(motif)
    return np.array(
        [
            sum(a == b and a != "N" for a, b in zip(sequence[i : i + k], motif))
            for i in range(len(sequence) - k + 1)
        ]
    )


@motif_scores.misconception(
    look="What happens in your code after the first letter that does not match?",
    wrong="You stop at the first mismatch. Letters behind it can match as well: compare all K of them.",
)
def stops_at_the_first_mismatch(sequence, motif):
    if not 1 <= len(motif) <= len(sequence):
        raise ValueError("the motif does not fit")
    sequence, motif = sequence.upper(), motif.upper()
    scores = np.zeros(len(sequence) - len(motif) + 1)
    for i in range(len(scores)):
        for a, b in zip(sequence[i:], motif):
            if a != b:
                break
            scores[i] += a in "ACGT"
    return scores


@motif_scores.misconception(
    look="What does your product say when A meets C, and when T meets T?",
    wrong="You numbered the letters and multiplied the numbers: T · T then counts 16 and A · C counts 2. A letter needs a channel of "
    "its own, with a single 1.",
)
def multiplies_letter_numbers(sequence, motif):
    if not 1 <= len(motif) <= len(sequence):
        raise ValueError("the motif does not fit")
    s = np.array(["ACGT".find(letter) + 1 for letter in sequence.upper()])
    m = np.array(["ACGT".find(letter) + 1 for letter in motif.upper()])
    return np.array([np.sum(s[i : i + len(m)] * m) for i in range(len(s) - len(m) + 1)])


@motif_scores.alternative
def letter_by_letter(sequence, motif):
    if len(motif) == 0 or len(motif) > len(sequence):
        raise ValueError("the motif does not fit the sequence")
    scores = []
    for start in range(len(sequence) - len(motif) + 1):
        score = 0
        for k in range(len(motif)):
            letter = sequence[start + k].upper()
            if letter in "ACGT" and letter == motif[k].upper():
                score += 1
        scores.append(score)
    return np.array(scores)


@motif_scores.alternative
def one_hot_windows(sequence, motif):
    def one_hot(text):
        return (np.array(list(text.upper()))[None, :] == np.array(list("ACGT"))[:, None]).astype(float)

    if not 1 <= len(motif) <= len(sequence):
        raise ValueError("the motif does not fit the sequence")
    windows = np.lib.stride_tricks.sliding_window_view(one_hot(sequence), len(motif), axis=1)
    return np.einsum("clk,ck->l", windows, one_hot(motif))


@motif_scores.alternative
def compare_codes(sequence, motif):
    if not motif or len(motif) > len(sequence):
        raise ValueError("the motif does not fit the sequence")
    code = {"A": 0, "C": 1, "G": 2, "T": 3}
    s = np.array([code.get(letter, -1) for letter in sequence.upper()])
    m = np.array([code.get(letter, -2) for letter in motif.upper()])
    places = np.arange(len(s) - len(m) + 1)[:, None] + np.arange(len(m))
    return np.count_nonzero(s[places] == m, axis=1)


motif_scores.off_limits(*SLIDING_LIBRARY_CALLS)
