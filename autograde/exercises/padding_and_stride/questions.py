"""Predictions of notebook 04 and its question that is answered in words."""

from __future__ import annotations

from autograde.course.definition import prediction, written

prediction(
    "windows_at_stride_three",
    question="Seven pixels in a row, a window of 3, stride 3. How many windows fit?",
    choices=["2", "2⅓", "3", "none: it must divide"],
    answer="2",
    reason="They start at 0 and 3. One at 6 would need pixels 7 and 8. Pixel 6 is read by no window.",
)
prediction(
    "size_inside_the_ring",
    question="An 8 × 8 image gets a ring of zeros and is then read by a 3 × 3 kernel, stride 1. How many rows has the output?",
    answer=8,
    reason="8 + 2 = 10 rows, and 10 − 3 + 1 = 8 places. One ring makes up exactly for what a 3 × 3 kernel takes away.",
)
prediction(
    "reach_of_a_dilated_kernel",
    question="Three weights with one hole between each two (dilation 2). How many pixels is it from the first weight to the last, both included?",
    answer=5,
    reason="Three weights and two holes. In general d(K − 1) + 1: here 2 · 2 + 1 = 5.",
)
prediction(
    "where_the_odd_zero_goes",
    question="8 numbers, kernel 3, stride 2: four windows need one extra zero in all. One library puts it after the end. Where do "
    "its windows start?",
    choices=["at 0, 2, 4, 6", "at −1, 1, 3, 5", "at −1, 0, 2, 4"],
    answer="at 0, 2, 4, 6",
    reason="The one zero stands after the end, so nothing is moved: the last window, at 6, reads 6, 7 and the zero.",
)
prediction(
    "how_often_a_corner_is_used",
    question="A 3 × 3 kernel moves over a 9 × 9 image without padding. In how many windows does the corner pixel lie?",
    answer=1,
    reason="Only the window in the corner holds it. A pixel in the middle lies in nine windows.",
)
prediction(
    "corner_after_two_layers",
    question="Two such layers, one after the other: 9 × 9 → 7 × 7 → 5 × 5. The middle pixel has 81 ways to reach the output. "
    "How many has the corner?",
    answer=1,
    reason="Its one window makes a corner pixel of the 7 × 7 map, and that one has one window again: 1 · 1.",
)
prediction(
    "field_of_three_layers",
    question="Three layers of 3 × 3 kernels, stride 1. A unit of the third layer sees a square of the image. How many pixels "
    "wide is it?",
    answer=7,
    reason="3 for one layer, and each further layer adds one pixel on either side: 3, 5, 7.",
)
prediction(
    "cost_at_stride_two",
    question="You change a layer’s stride from 1 to 2 and nothing else. The number of multiplications it makes becomes about …",
    choices=["a quarter", "half", "the same", "double"],
    answer="a quarter",
    reason="Half as many windows down and half as many across. Each window costs what it cost before.",
)

written(
    "choosing_a_border",
    points=3,
    question="""
        A network of six 3 × 3 layers (stride 1) looks for cells in microscope pictures of 64 × 64 pixels and misses
        those near the border.

        (a) All six layers are *valid*. How large is the output, and why does the network know so little about the
        corner pixel? Use two numbers.
        (b) A colleague changes all layers to *same* padding with zeros. What improves, and what does a frame of zeros
        claim about the world that may be false? Name one other filling and what it claims.
        (c) When would you choose *valid* all the same?
    """,
    rubric="""
        1 point for (a): 64 − 6 · 2 = 52 on a side; and a count of paths or windows: the corner has one path to the
        output, a pixel in the middle 9 per layer, 9^6 = 531 441 in all. Half a point for one of the two.
        1 point for (b): the output keeps 64 × 64 and the border gets outputs of its own (corner pixels have more
        paths: 4 instead of 1 in a single layer). Zeros claim that it is black (or exactly average, after centring)
        beyond the edge, and draw an artificial edge there. Another filling (mirror, repeat the edge, wrap round) with
        its claim. Half a point without the claim.
        1 point for (c): any good reason, such as measurements in which no output may rest on invented pixels; large
        pictures cut into tiles with overlap, where real neighbours are at hand; the object is known to be in the
        middle.
    """,
)
