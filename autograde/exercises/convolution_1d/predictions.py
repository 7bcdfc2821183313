"""The guesses of the lecture: practice, no marks."""

from __future__ import annotations

from autograde.course.definition import prediction

prediction(
    "moving_average_length",
    question="Eight numbers, a window of three that moves one number at a time. How many averages will "
    "there be?",
    answer=6,
    reason="The window can start at position 0, 1, 2, 3, 4 or 5. At 6 it would hang over the end: 8 − 3 + 1 "
    "= 6.",
)


prediction(
    "difference_of_a_constant",
    question="The signal is 7 everywhere. What does the kernel [−1, 1] answer, at every position?",
    answer=0,
    reason="−1 · 7 + 1 · 7 = 0. A kernel whose weights sum to 0 is silent wherever the signal does not "
    "change.",
)


prediction(
    "what_smoothing_removes",
    question="In the syllable “sa” the hiss “s” jumps from sample to sample; the vowel “a” changes slowly. Which of "
    "the two does a moving average of nine samples weaken more?",
    choices=["the hiss “s”", "the vowel “a”", "both by the same factor"],
    answer="the hiss “s”",
    reason="Where neighbours jump up and down their average is near 0. Where they are nearly equal it changes little.",
)


prediction(
    "impulse_through_correlation",
    question="Slide [1, 2, 3] over the impulse [0, 0, 1, 0, 0], left to right, no flip. What comes out?",
    choices=["1 2 3, the kernel forwards", "3 2 1, the kernel backwards", "1 1 1, its sum shared out"],
    answer="3 2 1, the kernel backwards",
    reason="The strip comes from the left, so its right end, the 3, reaches the 1 first; the 1 at its left "
    "end arrives last.",
)


prediction(
    "digits_multiplied",
    question="13 is [1, 3] and 12 is [1, 2]. What is the middle number of the full convolution of the two?",
    answer=5,
    reason="Tens times units, both ways: 1 · 2 + 3 · 1 = 5. And indeed 13 · 12 = 156: the digits are 1, 5, "
    "6.",
)


prediction(
    "free_numbers_in_the_matrix",
    question="The valid Toeplitz matrix for n = 8 and K = 3 has 6 × 8 = 48 entries. How many of them could "
    "you choose freely?",
    answer=3,
    reason="The three weights. They are repeated in six rows (18 entries), and the other 30 entries are 0 "
    "for good.",
)


prediction(
    "maps_after_a_layer",
    question="A signal with 2 channels goes through a layer with 5 filters. How many channels has the "
    "output?",
    answer=5,
    reason="One for each filter. A filter reads both input channels and adds what it finds, so channels do "
    "not multiply.",
)


prediction(
    "unknown_letters_score",
    question="The motif is TNA. What is the highest score that any sequence can reach?",
    answer=2,
    reason="T and A can match. The one-hot column of N is all zeros, so its place never adds anything.",
)
