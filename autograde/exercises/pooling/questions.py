"""Predictions of notebook 05 and its question that is answered in words."""

from __future__ import annotations

from autograde.course.definition import prediction, written

prediction(
    "windows_in_five",
    question="A 5 × 5 map is pooled with 2 × 2 windows and stride 2. How many numbers come out?",
    choices=["4", "6", "9", "it raises an error"],
    answer="4",
    reason=(
        "Two windows fit along each side; a third would hang over the border. The last row and column go "
        "unused."
    ),
)
prediction(
    "mean_of_a_spot",
    question="A 2 × 2 window holds 8, 0, 0, 0. Max pooling keeps 8. What does average pooling keep?",
    answer=2,
    reason="8 / 4 = 2. A lonely strong answer is diluted by its quiet neighbours.",
)
prediction(
    "windows_over_a_pixel",
    question="3 × 3 windows move over a 7 × 7 map with stride 2. In how many windows does pixel (2, 2) lie?",
    answer=4,
    reason=(
        "Rows 2 and columns 2 belong to the windows that start at 0 and to those that start at 2: 2 · 2 = 4."
    ),
)
prediction(
    "cells_that_stay",
    question=(
        "A photograph moves by one pixel. What share of its 2 × 2 max-pooled cells keep exactly the number "
        "they had?"
    ),
    choices=["almost all", "about three quarters", "about half", "about a quarter"],
    answer="about a quarter",
    reason="On this photograph it is 23 %. The explorer below shows which cells, and for other shifts.",
)
prediction(
    "gradient_of_a_loser",
    question="Pixel (0, 0) holds 0, its window's winner 55. You raise the 0 to 1. What is ∂L/∂x at (0, 0)?",
    answer=0,
    reason="The largest value is still 55, so the output does not move, and neither does the loss.",
)
prediction(
    "share_of_nine",
    question=(
        "A 3 × 3 average window receives the upstream gradient 9. What does each of its pixels get from it?"
    ),
    answer=1,
    reason="Each pixel counted 1/9 in the mean, so each gets 9 · 1/9 = 1.",
)
prediction(
    "flatten_without_pools",
    question=(
        "LeNet-5 without its two pooling layers: its maps are 32, 28, 24 and at last 20 pixels wide. "
        "There are 120 of these. How many numbers come out of flatten?"
    ),
    answer=48000,
    reason=(
        "120 · 20 · 20 = 48 000 instead of 120. The linear layer behind it would need 4 032 084 "
        "parameters, not 10 164."
    ),
)

written(
    "how_invariant",
    points=3,
    question="""
        A colleague says: "Our network pools, so it does not matter where in the picture the object stands."
        Answer in five to eight sentences. Use two numbers from the table or the explorer above. Say what pooling does
        to a shift of one pixel and to a shift of exactly one stride, and name one task for which you would
        want less pooling, with the reason.
    """,
    rubric="""
        1 point: two measured numbers, each with its pooling, shift and meaning of "unchanged" (for example
        23 % of the 2 × 2 maxima stay exactly equal after one pixel). Half a point without the conditions.
        1 point: tells invariance from equivariance. After one pixel most cells change, some by little; after
        one stride the pooled map is the old one, moved by one cell. Half a point for one of the two.
        1 point: a task in which the place matters (segmentation, pose, reading small print, counting,
        steering a robot), with the reason that pooling forgets where in its window the maximum stood.
    """,
)
