"""The question `what_the_flip_changes`, answered in words and graded by hand."""

from __future__ import annotations

from autograde.course.definition import written

written(
    "what_the_flip_changes",
    points=3,
    question="Deep-learning libraries compute cross-correlation and call it convolution.\n\n(a) Name one "
    "property that convolution has and cross-correlation lacks.\n\n(b) Why can a network learn equally well "
    "with either?\n\n(c) Describe one situation in which confusing the two gives a wrong result.",
    rubric="1 point: (a) a correct property: commutative (x ∗ w = w ∗ x), or associative, or the impulse "
    "returns the kernel forwards, or it multiplies polynomials. 1 point: (b) says that the kernel is "
    "learned, so training finds the reversed weights and the layer computes the same outputs; half if it "
    "only says that 'it does not matter'. 1 point: (c) a situation in which the kernel is NOT learned "
    "afterwards: a kernel designed by hand or measured (an echo, a motif, an edge filter), or weights moved "
    "between libraries with different conventions, with the consequence said. No point for 'symmetric "
    "kernels', where confusing the two does no harm.",
)
