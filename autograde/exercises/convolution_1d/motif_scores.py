"""The exercise `motif_scores`: oracle, examples, hidden cases, misconceptions, alternatives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograde.course.definition import call, call_error, exercise
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


@motif_scores.feature(present="small letters in the sequence", absent="capitals only in the sequence")
def small_sequence(sequence, motif):
    return sequence != sequence.upper()


@motif_scores.feature(present="small letters in the motif", absent="capitals only in the motif")
def small_motif(sequence, motif):
    return motif != motif.upper()


@motif_scores.feature(present="an N", absent="no N")
def unread(sequence, motif):
    return "N" in (sequence + motif).upper()


@motif_scores.feature(
    present="a letter other than A, C, G, T and N", absent="no letter other than A, C, G, T and N"
)
def no_base(sequence, motif):
    return not set((sequence + motif).upper()) <= set("ACGTN")


@motif_scores.feature(
    present="a motif as long as the sequence", absent="a motif longer or shorter than the sequence"
)
def as_long_as_the_sequence(sequence, motif):
    return len(motif) == len(sequence)


@motif_scores.feature(present="a motif of one letter", absent="a motif of several letters")
def one_letter(sequence, motif):
    return len(motif) == 1


motif_scores.example("an exact site", "GGTATAATCC", "TATAAT")
motif_scores.example("a site with two letters changed", "CTATGTTGA", "TATAAT")
motif_scores.example("a motif of one letter", "GATTACA", "A")
motif_scores.example("a motif as long as the sequence", "GATTACA", "GACTACA")
motif_scores.example("small letters in the sequence", "gGTaTAcC", "TATA")
motif_scores.example("small letters in the motif", "GTATACC", "Tata")
motif_scores.example("an N in the sequence", "TANCTAG", "TAG")
motif_scores.example("an N in the motif", "TAGCTTC", "TNG")
motif_scores.example("an N against itself", "TNACNTA", "TNA")
motif_scores.example("nothing but N in the sequence", "NNNNN", "ACGT")
motif_scores.example("nothing but N in the motif", "ACGTA", "NNNN")
motif_scores.example("a U against a T", "AUGATG", "ATG")
motif_scores.example("a U against itself", "AUGATG", "AUG")
motif_scores.example("an X and a dash", "ACXTGA-T", "X-G")
motif_scores.example_error("a motif too long by one", ValueError, "ACG", "ACGT")
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
    yield call_error(ValueError, letters(rng, 3), letters(rng, 4))
    yield call_error(ValueError, letters(rng, 3), letters(rng, 6))
    yield call_error(ValueError, letters(rng, 3), "")


@motif_scores.alternative
def letter_by_letter(sequence, motif):
    if len(motif) == 0 or len(motif) > len(sequence):
        raise ValueError("the motif does not fit the sequence")
    s, m = sequence.upper(), motif.upper()
    scores = []
    for start in range(len(s) - len(m) + 1):
        score = 0
        for k in range(len(m)):
            if s[start + k] == m[k] and m[k] in "ACGT":
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


UPPER = "s, m = sequence.upper(), motif.upper()"

motif_scores.edit(
    "tells_small_letters_apart",
    of=letter_by_letter,
    replace=UPPER,
    by="s, m = sequence, motif",
    look="Is a small letter the same base as the capital in your output?",
    wrong="Small letters score nothing in your output. A small letter is the same base, in the sequence and in the motif.",
)
motif_scores.edit(
    "small_letters_in_the_sequence_score_nothing",
    of=letter_by_letter,
    replace=UPPER,
    by="s, m = sequence, motif.upper()",
    look="Is a small letter of the sequence the same base as the capital in your output?",
    wrong="Small letters of the sequence score nothing in your output. A small letter is the same base.",
)
motif_scores.edit(
    "small_letters_in_the_motif_score_nothing",
    of=letter_by_letter,
    replace=UPPER,
    by="s, m = sequence.upper(), motif",
    look="Is a small letter of the motif the same base as the capital in your output?",
    wrong="In your output it is the motif whose small letters match nothing. A small letter is the same base there, too.",
)
motif_scores.edit(
    "reads_u_as_t",
    of=letter_by_letter,
    replace=UPPER,
    by='s, m = sequence.upper().replace("U", "T"), motif.upper().replace("U", "T")',
    shown="a U against a T",
    look="The sequence has a U where the motif has a T. Does that pair count in your output?",
    wrong="Your output takes U for T. That would be right for RNA; here the sequence is DNA, and U is a letter other than "
    "A, C, G and T: it matches nothing.",
)
motif_scores.edit(
    "unknown_matches_unknown",
    of=letter_by_letter,
    replace=' and m[k] in "ACGT"',
    by="",
    look="The same unknown letter stands in the sequence and in the motif. Does that count as a match in your output?",
    wrong="In your output an unknown letter matches itself. It says 'we could not read this base': its one-hot column is "
    "all zeros and scores 0, also against itself.",
)
motif_scores.edit(
    "knows_one_unknown_letter",
    of=letter_by_letter,
    replace='m[k] in "ACGT"',
    by='m[k] != "N"',
    look="A letter that is neither a base nor N stands in the sequence and in the motif. Does it count in your output?",
    wrong="N is treated as it should be, but another letter matches itself in your output. Only A, C, G and T can match.",
)
motif_scores.edit(
    "n_matches_everything",
    of=letter_by_letter,
    replace='s[start + k] == m[k] and m[k] in "ACGT"',
    by='s[start + k] == m[k] and m[k] in "ACGT" or "N" in (s[start + k], m[k])',
    look="One of the two letters is an N. Does the pair count in your output?",
    wrong="In your output N matches every letter. It says that the base could not be read, and scores 0 against everything.",
)
motif_scores.edit(
    "leaves_the_last_place_out",
    of=letter_by_letter,
    replace="range(len(s) - len(m) + 1)",
    by="range(len(s) - len(m))",
    look="At how many places does the motif lie on the sequence, and how many scores do you return?",
    wrong="Your last place is missing: a motif of K letters has N − K + 1 places on N letters.",
)
motif_scores.edit(
    "the_window_never_moves",
    of=letter_by_letter,
    replace="s[start + k]",
    by="s[k]",
    look="Which letters of the sequence is your second score made of?",
    wrong="All your scores are the one of the first place. At place i the motif meets the letters from i on.",
)
motif_scores.edit(
    "one_match_is_enough",
    of=letter_by_letter,
    replace="score += 1",
    by="score = 1",
    look="How high is your score where several letters match?",
    wrong="Your score is 1 wherever any letter matches. Every letter that matches adds 1.",
)
motif_scores.edit(
    "never_starts_the_count_anew",
    of=letter_by_letter,
    replace="scores = []\n    for start in range(len(s) - len(m) + 1):\n        score = 0\n",
    by="scores = []\n    score = 0\n    for start in range(len(s) - len(m) + 1):\n",
    look="Can a score be larger than the number of letters in the motif?",
    wrong="Each of your scores also holds all those before it. Every place starts again from 0.",
)
motif_scores.edit(
    "two_places_are_missing",
    of=letter_by_letter,
    replace="range(len(s) - len(m) + 1)",
    by="range(len(s) - len(m) - 1)",
    look="At how many places does the motif lie on the sequence, and how many scores do you return?",
    wrong="Your last two places are missing: a motif of K letters has N − K + 1 places on N letters.",
)
motif_scores.edit(
    "leaves_the_first_place_out",
    of=letter_by_letter,
    replace="range(len(s) - len(m) + 1)",
    by="range(1, len(s) - len(m) + 1)",
    look="At which letter of the sequence does your first place start?",
    wrong="Your first place is missing. It starts at letter 0.",
)
motif_scores.edit(
    "leaves_the_last_letter_out",
    of=letter_by_letter,
    replace="range(len(m))",
    by="range(len(m) - 1)",
    look="How many letters of the motif are compared in your scores?",
    wrong="The last letter of the motif is missing from your scores.",
)
motif_scores.edit(
    "leaves_the_first_letter_out",
    of=letter_by_letter,
    replace="range(len(m))",
    by="range(1, len(m))",
    look="How many letters of the motif are compared in your scores?",
    wrong="The first letter of the motif is missing from your scores.",
)
motif_scores.edit(
    "reads_one_letter_too_early",
    of=letter_by_letter,
    replace="s[start + k]",
    by="s[start + k - 1]",
    look="Which letters of the sequence is your first score made of?",
    wrong="Every place of yours starts one letter too early; the first letter of the first one meets the end of the sequence. Place i starts at letter i.",
)
motif_scores.edit(
    "counts_every_base",
    of=letter_by_letter,
    replace="s[start + k] == m[k] and m[k]",
    by="m[k]",
    look="Does a letter of the sequence that differs from the motif's count in your score?",
    wrong="Your score is the number of bases in the motif, whatever stands in the sequence. Only letters that agree count.",
)
motif_scores.edit(
    "counts_down",
    of=letter_by_letter,
    replace="score += 1",
    by="score -= 1",
    look="Compare the signs of your scores with those of the right ones.",
    wrong="Your scores have the wrong sign: every letter that matches adds 1.",
)
motif_scores.edit(
    "counts_twice",
    of=letter_by_letter,
    replace="score += 1",
    by="score += 2",
    look="What is your score where one letter matches?",
    wrong="Your scores are twice the right ones. Every letter that matches adds 1.",
)
motif_scores.edit(
    "holds_zeros_only",
    of=letter_by_letter,
    replace="score += 1",
    by="score += 0",
    look="Does any of your scores differ from 0?",
    wrong="Your scores are all 0: no match is counted.",
)
motif_scores.edit(
    "starts_at_one",
    of=letter_by_letter,
    replace="score = 0",
    by="score = 1",
    look="By how much does each of your scores differ from the right one?",
    wrong="Each of your scores is 1 too large: the count starts from 0.",
)
motif_scores.edit(
    "returns_after_the_first_place",
    of=letter_by_letter,
    replace="return np.array(scores)",
    by="return np.array(scores[:1])",
    look="How many scores do you return, and at how many places does the motif lie on the sequence?",
    wrong="Your output ends after the first place. Is the result returned before the others are done?",
)
motif_scores.edit(
    "adds_up_all_places",
    of=letter_by_letter,
    replace="return np.array(scores)",
    by="return np.array(sum(scores))",
    look="Each place has a score. How many do you return?",
    wrong="You return one number, the sum over all places. Wanted is an array with one score for each place.",
)
motif_scores.edit(
    "averages_over_the_channels",
    of=letter_by_letter,
    replace="scores.append(score)",
    by="scores.append(score / (4 * len(m)))",
    look="What is your score where all letters match?",
    wrong="Your scores are means over the window and the four channels. Wanted is the number of letters that match, from 0 to K.",
)
motif_scores.edit(
    "unknown_in_the_sequence_becomes_a",
    of=compare_codes,
    replace="code.get(letter, -1)",
    by="code.get(letter, 0)",
    look="Which letter of the motif does an unknown letter of the sequence match in your output?",
    wrong="In your output an unknown letter of the sequence counts as an A. It matches nothing.",
)
motif_scores.edit(
    "unknown_in_the_motif_becomes_a",
    of=compare_codes,
    replace="code.get(letter, -2)",
    by="code.get(letter, 0)",
    look="Which letter of the sequence does an unknown letter of the motif match in your output?",
    wrong="In your output an unknown letter of the motif counts as an A. It matches nothing.",
)
motif_scores.edit(
    "unknown_letters_match_each_other",
    of=compare_codes,
    replace="code.get(letter, -2)",
    by="code.get(letter, -1)",
    look="An unknown letter of the sequence meets an unknown letter of the motif. Does that count in your output?",
    wrong="In your output all unknown letters match each other. An unknown letter matches nothing, not even itself.",
)
motif_scores.edit(
    "returns_nothing",
    of=letter_by_letter,
    replace="return np.array(scores)",
    by="return None",
    look="What does your function return?",
    wrong="Your function returns None. Is there a `return` in front of its result?",
)
motif_scores.edit(
    "share_of_matches",
    of=letter_by_letter,
    replace="scores.append(score)",
    by="scores.append(score / len(m))",
    look="What is your score where all letters match?",
    wrong="Your scores are shares, from 0 to 1. Wanted is the number of letters that match, from 0 to K.",
)
motif_scores.edit(
    "no_error_for_a_bad_motif",
    of=letter_by_letter,
    replace="len(motif) == 0 or len(motif) > len(sequence)",
    by="False",
    look="What does the docstring promise for a motif that has no place on the sequence?",
    wrong="A motif that is empty or longer than the sequence must raise a ValueError. Yours lets both through.",
    if_source_has={
        "return ValueError": "`return ValueError(…)` only hands an error over; `raise` raises it."
    },
)
motif_scores.edit(
    "accepts_an_empty_motif",
    of=letter_by_letter,
    replace="len(motif) == 0 or ",
    by="",
    look="A motif that is too long is refused. What about one without letters?",
    wrong="An empty motif must raise a ValueError, too. Yours is let through.",
)
motif_scores.edit(
    "accepts_a_long_motif",
    of=letter_by_letter,
    replace=" or len(motif) > len(sequence)",
    by="",
    look="An empty motif is refused. What about one longer than the sequence?",
    wrong="A motif longer than the sequence must raise a ValueError, too. Yours is let through.",
)


@motif_scores.misconception(
    look="Which letter does the KeyError name? What does the docstring say about it?",
    wrong="A letter that is no base stops your function. It is no error: its one-hot column stays all zeros.",
)
def stops_at_an_unknown_letter(sequence, motif):
    if not 1 <= len(motif) <= len(sequence):
        raise ValueError("the motif does not fit")
    rows = {"A": 0, "C": 1, "G": 2, "T": 3}
    s = np.zeros((4, len(sequence)))
    m = np.zeros((4, len(motif)))
    for i, letter in enumerate(sequence.upper()):
        s[rows[letter], i] = 1
    for i, letter in enumerate(motif.upper()):
        m[rows[letter], i] = 1
    return np.array([np.sum(s[:, i : i + len(motif)] * m) for i in range(len(sequence) - len(motif) + 1)])


@motif_scores.misconception(
    look="“substring not found”: which letter is looked for, and what does the docstring say about it?",
    wrong="A letter that is no base stops your function. It is no error: its one-hot column stays all zeros.",
)
def cannot_find_an_unknown_letter(sequence, motif):
    if not 1 <= len(motif) <= len(sequence):
        raise ValueError("the motif does not fit")
    s = np.eye(4)[["ACGT".index(letter) for letter in sequence.upper()]]
    m = np.eye(4)[["ACGT".index(letter) for letter in motif.upper()]]
    return np.array([np.sum(s[i : i + len(m)] * m) for i in range(len(s) - len(m) + 1)])


@motif_scores.misconception(
    if_source_has={".find(": "`find` gives −1 for a letter that is missing, and −1 is the last row."},
    look="Which letter of the motif does your output match with an unknown letter?",
    wrong="In your output an unknown letter counts as a T. Its one-hot column is all zeros, so it matches nothing.",
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
    wrong="Your scores are those of the motif read backwards. Matching a pattern is cross-correlation: no flip.",
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
    look="What is your score where some of the letters match, but not all?",
    wrong="Your output knows perfect matches only. The score counts the letters that match, so that a site with a mutation still stands out.",
)
def perfect_or_nothing(sequence, motif):
    if not 1 <= len(motif) <= len(sequence):
        raise ValueError("the motif does not fit")
    sequence, motif = sequence.upper(), motif.upper()
    k = len(motif)
    return np.array([float(k) if sequence[i : i + k] == motif else 0.0 for i in range(len(sequence) - k + 1)])


@motif_scores.misconception(
    look="What is your score where all letters agree?",
    wrong="Your scores count the letters that differ. Those that match count.",
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
    look="Behind a letter that does not match, do further letters count in your output?",
    wrong="In your output nothing counts behind the first mismatch. Letters behind it can match as well: all K of them count.",
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
    look="What does a match of T with T add to your score, and what a pair like A and C?",
    wrong="In your scores a letter counts by its number: T on T adds 16, and A on C adds 2. A letter needs a channel of its own, with a single 1.",
)
def multiplies_letter_numbers(sequence, motif):
    if not 1 <= len(motif) <= len(sequence):
        raise ValueError("the motif does not fit")
    s = np.array(["ACGT".find(letter) + 1 for letter in sequence.upper()])
    m = np.array(["ACGT".find(letter) + 1 for letter in motif.upper()])
    return np.array([np.sum(s[i : i + len(m)] * m) for i in range(len(s) - len(m) + 1)])
