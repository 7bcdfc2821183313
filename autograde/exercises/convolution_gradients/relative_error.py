"""Exercise `relative_error`: one number that says how far two gradients are apart. Knows nothing of gradients."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograde.course.definition import call, call_error, exercise


@exercise(points=1, difficulty="easy", minutes=5)
def relative_error(a, b, eps=1e-8):
    """Largest relative error between two arrays, with a floor under the denominator."""
    if a.shape != b.shape:
        raise ValueError(f"shapes {a.shape} and {b.shape} differ")
    pairs = zip(a.ravel().tolist(), b.ravel().tolist(), strict=True)
    return max(abs(one - other) / max(eps, abs(one) + abs(other)) for one, other in pairs)


relative_error.example("the gradients of the cubes", np.array([3.01, 12.01]), np.array([3.0, 12.0]))
relative_error.example("b larger than a", np.array([1.0, 4]), np.array([1.5, 4]))
relative_error.example("opposite signs", np.array([1.0, -2, 4]), np.array([1.5, 2, 4]))
relative_error.example("a zero in both", np.array([0.0, 2]), np.array([0.0, 3]))
relative_error.example("a zero in one", np.array([0.0, 2]), np.array([0.001, 2]))
relative_error.example("a table", np.array([[0.1, 0.5], [3, 8]]), np.array([[0.3, 0.5], [5, 9]]))
relative_error.example("a floor of 2", np.array([0.1, 0.5, 3]), np.array([0.4, 0.5, 3.1]), eps=2.0)
relative_error.example("single precision", np.array([0.5, 2], np.float32), np.array([0.25, 2], np.float32))
relative_error.example("a view, read backwards", np.array([1.0, 2, 4])[::-1], np.array([4.0, 3, 1]))
relative_error.example_error("two lengths", ValueError, np.array([1.0]), np.array([1.0, 2]))
relative_error.example_error("a column and a list", ValueError, np.array([[1.0], [2]]), np.array([1.0, 2]))
relative_error.example_error("two tables", ValueError, np.array([[1.0, 2], [3, 4]]), np.array([[1.0], [3]]))


@relative_error.cases(weight=2)
def arrays_close_to_each_other(rng: np.random.Generator) -> Iterator[Any]:
    for shape in [(5,), (3, 4), (2, 3, 2, 2)]:
        a = rng.normal(size=shape)
        yield call(a, a * (1 + rng.uniform(1e-3, 1e-2, size=shape)))


@relative_error.cases
def signs_zeros_and_floors(rng: np.random.Generator) -> Iterator[Any]:
    yield call(rng.normal(size=6), rng.normal(size=6))
    yield call(np.zeros(3), np.zeros(3))
    yield call(np.array([0.0, 1e-12, 5]), np.array([0.0, -3e-12, 5]))
    yield call(rng.normal(size=4), rng.normal(size=4), eps=3.0)
    yield call(-rng.uniform(1, 2, size=4), -rng.uniform(1, 2, size=4))


@relative_error.cases
def other_types_and_views(rng: np.random.Generator) -> Iterator[Any]:
    yield call(rng.normal(size=5).astype(np.float32), rng.normal(size=5).astype(np.float32))
    yield call(rng.normal(size=(3, 4)).T, rng.normal(size=(8, 3))[::2])


@relative_error.cases(weight=0.5)
def shapes_that_differ(rng: np.random.Generator) -> Iterator[Any]:
    yield call_error(ValueError, rng.normal(size=(3, 1)), rng.normal(size=3))
    yield call_error(ValueError, rng.normal(size=4), rng.normal(size=(2, 2)))
    yield call_error(ValueError, rng.normal(size=(2, 1)), rng.normal(size=(2, 3)))


@relative_error.alternative
def in_one_line(a, b, eps=1e-8):
    if a.shape != b.shape:
        raise ValueError("the shapes differ")
    return np.max(np.abs(a - b) / np.maximum(eps, np.abs(a) + np.abs(b)))


relative_error.edit(
    "takes_the_mean",
    of=in_one_line,
    replace="np.max(",
    by="np.mean(",
    look="Which of the entries decides your number?",
    wrong="Your number is the mean of the errors, in which one wrong entry among many drowns. The largest counts.",
)
relative_error.edit(
    "takes_the_sum",
    of=in_one_line,
    replace="np.max(",
    by="np.sum(",
    look="Which of the entries decides your number?",
    wrong="Your number is the sum of the errors, which grows with the number of entries. The largest counts.",
)
relative_error.edit(
    "takes_the_smallest",
    of=in_one_line,
    replace="np.max(",
    by="np.min(",
    look="Which of the entries decides your number?",
    wrong="Your number is the smallest of the errors. The largest counts.",
)
relative_error.edit(
    "returns_every_entry",
    of=in_one_line,
    replace="np.max(",
    by="np.asarray(",
    look="How many numbers do you return?",
    wrong="You return the error of every entry. One number is asked for: the largest.",
)
relative_error.edit(
    "leaves_out_eps",
    of=in_one_line,
    replace="np.maximum(eps, np.abs(a) + np.abs(b))",
    by="(np.abs(a) + np.abs(b))",
    look="What is 0 / 0?",
    wrong="Where both entries are 0 your function divides 0 by 0. The floor eps makes it 0 / eps = 0.",
    shown="a zero in both",
)
relative_error.edit(
    "adds_eps",
    of=in_one_line,
    replace="np.maximum(eps, np.abs(a) + np.abs(b))",
    by="(eps + np.abs(a) + np.abs(b))",
    look="How large is your denominator for the first entries?",
    wrong="eps is added to the denominator. It is a floor: max(eps, |a| + |b|), which changes nothing where the sum is larger.",
    shown="a floor of 2",
)
relative_error.edit(
    "floor_under_each",
    of=in_one_line,
    replace="np.maximum(eps, np.abs(a) + np.abs(b))",
    by="(np.maximum(eps, np.abs(a)) + np.maximum(eps, np.abs(b)))",
    look="How large is your denominator for the first entries?",
    wrong="The floor lies under |a| and under |b| apart. It lies under their sum: max(eps, |a| + |b|).",
    shown="a floor of 2",
)
relative_error.edit(
    "divides_by_a_alone",
    of=in_one_line,
    replace="np.maximum(eps, np.abs(a) + np.abs(b))",
    by="np.maximum(eps, np.abs(a))",
    look="Swap a and b. Does your result change?",
    wrong="Your differences are divided by |a| alone. The denominator is |a| + |b|, in which both play the same part.",
)
relative_error.edit(
    "divides_by_b_alone",
    of=in_one_line,
    replace="np.maximum(eps, np.abs(a) + np.abs(b))",
    by="np.maximum(eps, np.abs(b))",
    look="Swap a and b. Does your result change?",
    wrong="Your differences are divided by |b| alone. The denominator is |a| + |b|, in which both play the same part.",
)
relative_error.edit(
    "divides_by_the_larger",
    of=in_one_line,
    replace="np.maximum(eps, np.abs(a) + np.abs(b))",
    by="np.maximum(eps, np.maximum(np.abs(a), np.abs(b)))",
    look="What is the largest value that your function can reach? By the rule it is 1.",
    wrong="Your differences are divided by the larger of |a| and |b|. The rule divides by their sum.",
)
relative_error.edit(
    "divides_by_the_mean",
    of=in_one_line,
    replace="np.maximum(eps, np.abs(a) + np.abs(b))",
    by="np.maximum(eps, (np.abs(a) + np.abs(b)) / 2)",
    look="What is the largest value that your function can reach? By the rule it is 1.",
    wrong="Your differences are divided by the mean of |a| and |b|. The rule divides by their sum.",
)
relative_error.edit(
    "lets_signs_cancel",
    of=in_one_line,
    replace="np.maximum(eps, np.abs(a) + np.abs(b))",
    by="np.maximum(eps, np.abs(a + b))",
    look="What is your denominator for −2 against 2?",
    wrong="Your denominator is |a + b|, in which opposite signs cancel. It is |a| + |b|.",
    shown="opposite signs",
)
relative_error.edit(
    "forgets_the_absolute_value",
    of=in_one_line,
    replace="np.abs(a - b)",
    by="(a - b)",
    look="Which entry has the largest error? Is its a − b positive?",
    wrong="Where b is larger than a your error is negative, and never the largest. The numerator is |a − b|.",
)
relative_error.edit(
    "largest_over_largest",
    of=in_one_line,
    replace="np.max(np.abs(a - b) / np.maximum(eps, np.abs(a) + np.abs(b)))",
    by="np.max(np.abs(a - b)) / max(eps, np.max(np.abs(a) + np.abs(b)))",
    look="Which entry has the largest error in proportion? Which one decides your number?",
    wrong="Your number is the largest difference over the largest sum, which may belong to different entries. Divide entry by entry; the "
    "largest of these counts.",
)
relative_error.edit(
    "compares_norms",
    of=in_one_line,
    replace="np.max(np.abs(a - b) / np.maximum(eps, np.abs(a) + np.abs(b)))",
    by="np.linalg.norm(a - b) / max(eps, np.linalg.norm(a) + np.linalg.norm(b))",
    look="Which entry has the largest error in proportion? Which one decides your number?",
    wrong="Your number compares the lengths (norms) of whole arrays, in which one wrong entry drowns. Divide entry by entry; the largest "
    "of these counts.",
)
relative_error.edit(
    "lets_shapes_broadcast",
    of=in_one_line,
    replace="a.shape != b.shape",
    by="False",
    look="Which shapes have a and b? What does your function make of them?",
    wrong="For two shapes you return a number: NumPy stretches one array to fit the other, and a wrong shape goes unnoticed. The "
    "docstring promises a ValueError.",
)
relative_error.edit(
    "compares_lengths_only",
    of=in_one_line,
    replace="a.shape != b.shape",
    by="len(a) != len(b)",
    look="Which shapes have a and b? In what are they alike?",
    wrong="Two arrays of one length get a number, whatever their other sides. All of the shape must agree.",
)
relative_error.edit(
    "compares_counts_only",
    of=in_one_line,
    replace="a.shape != b.shape",
    by="a.size != b.size",
    look="Which shapes have a and b? In what are they alike?",
    wrong="Two arrays with as many entries get a number, whatever their shapes. The shapes must agree.",
)
relative_error.edit(
    "compares_axes_only",
    of=in_one_line,
    replace="a.shape != b.shape",
    by="a.ndim != b.ndim",
    look="Which shapes have a and b? In what are they alike?",
    wrong="Two arrays with as many axes get a number, whatever their sides. The shapes must agree.",
)


@relative_error.alternative
def entry_by_entry(a, b, eps=1e-8):
    if a.shape != b.shape:
        raise ValueError(f"expected one shape, got {a.shape} and {b.shape}")
    worst = 0.0
    for at in np.ndindex(*a.shape):
        worst = max(worst, abs(a[at] - b[at]) / max(eps, abs(a[at]) + abs(b[at])))
    return float(worst)


@relative_error.alternative
def with_where(a, b, eps=1e-8):
    if np.shape(a) != np.shape(b):
        raise ValueError("a and b must have the same shape")
    total = abs(a) + abs(b)
    return (abs(a - b) / np.where(total > eps, total, eps)).max()
