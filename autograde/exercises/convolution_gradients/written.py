"""The question of notebook 06 that is graded by hand."""

from __future__ import annotations

from autograde.course.definition import written

written(
    "what_a_check_cannot_see",
    points=4,
    question="""
        A colleague shows you a `conv2d_backward`. On one example, an image of 7 × 7 with one channel, one filter of 3 × 3, stride 2 and padding 1,
        its dx, dw and db agree with numerical gradients to 1e-9. (a) Name two mistakes that the function can still contain, and for each an example that would show it.
        (b) Explain, with one pixel and two of its outputs, why dx needs the kernel turned round and dw does not.
        (c) The forward pass by im2col is much faster than loops. What does it cost, about how much for 3 × 3 and stride 1, and when would you not use it?
    """,
    rubric="""
        2 points: (a) two different mistakes that this example really cannot show, each with an example that does (half a point for a mistake, half for its example):
        `[p:-p]` at padding 0; filters and channels swapped; a missing sum over filters or channels; pairs or rectangles swapped; rows left over when the stride does not divide
        ((7 + 2 − 3) / 2 = 3 divides); a batch larger than 1; padding other than 1; changed inputs; float32. Not accepted: a missing flip, `=` for `+=`, an ignored stride, for the example shows them.
        1 point: (b) says that pixel j meets weight j − i in output i, so that the weight's number falls as the output's rises (dx), while weight k meets pixel i + k, which rises with i (dw); with two outputs named.
        1 point: (c) memory (and copying): each pixel is stored up to nine times; not when memory is short: large images, large kernels, large batches. Half a point without the factor.
    """,
)
