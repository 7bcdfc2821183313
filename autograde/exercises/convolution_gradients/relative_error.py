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


relative_error.example("the cubes' gradients", np.array([3.01, 12.01]), np.array([3.0, 12.0]))
relative_error.example("opposite signs", np.array([1.0, -2, 4]), np.array([1.5, 2, 4]))
relative_error.example("a zero in both", np.array([0.0, 2]), np.array([0.0, 3]))
relative_error.example(
    "a table, and the floor at work", np.array([[0.1, 0.5], [3, 8]]), np.array([[0.3, 0.5], [5, 9]]), eps=2.0
)
relative_error.example_error("two shapes", ValueError, np.array([1.0, 2]), np.array([1.0]))


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


@relative_error.misconception(
    look="One wrong entry among a thousand right ones: what does your number say?",
    wrong="Your number is the mean of the relative errors, in which one wrong entry drowns. The largest is asked for.",
)
def takes_the_mean(a, b, eps=1e-8):
    if a.shape != b.shape:
        raise ValueError("shapes differ")
    return np.mean(np.abs(a - b) / np.maximum(eps, np.abs(a) + np.abs(b)))


@relative_error.misconception(
    look="What is 0 / 0 in your function?",
    wrong="Where both entries are 0 yours divides 0 by 0; the floor eps makes it 0 / eps = 0.",
)
def leaves_out_eps(a, b, eps=1e-8):
    if a.shape != b.shape:
        raise ValueError("shapes differ")
    with np.errstate(all="ignore"):
        return np.max(np.abs(a - b) / (np.abs(a) + np.abs(b)))


@relative_error.misconception(
    look="Where |a| + |b| is larger than eps: does eps still change your number?",
    wrong="Your number is the one of eps added to the denominator. It is a floor: max(eps, |a| + |b|), which changes nothing where the sum is larger.",
)
def adds_eps(a, b, eps=1e-8):
    if a.shape != b.shape:
        raise ValueError("shapes differ")
    return np.max(np.abs(a - b) / (eps + np.abs(a) + np.abs(b)))


@relative_error.misconception(
    look="Swap a and b. Does your result change?",
    wrong="Your number is the one of |a| alone in the denominator, so a and b play different parts. It is |a| + |b|.",
)
def divides_by_a_alone(a, b, eps=1e-8):
    if a.shape != b.shape:
        raise ValueError("shapes differ")
    return np.max(np.abs(a - b) / np.maximum(eps, np.abs(a)))


@relative_error.misconception(
    look="What is the largest value your function can reach? By the rule above it is 1.",
    wrong="Your number is the one of a division by the larger of |a| and |b|. The rule here divides by their sum.",
)
def divides_by_the_larger(a, b, eps=1e-8):
    if a.shape != b.shape:
        raise ValueError("shapes differ")
    return np.max(np.abs(a - b) / np.maximum(eps, np.maximum(np.abs(a), np.abs(b))))


@relative_error.misconception(
    look="Look at −2 against 2. What is your denominator there?",
    wrong="Your number is the one of |a + b| in the denominator, in which opposite signs cancel. It is |a| + |b|, absolute values first.",
)
def lets_signs_cancel(a, b, eps=1e-8):
    if a.shape != b.shape:
        raise ValueError("shapes differ")
    return np.max(np.abs(a - b) / np.maximum(eps, np.abs(a + b)))


@relative_error.misconception(
    look="Can your result be smaller when b is larger than a?",
    wrong="The absolute value in the numerator is missing: where b is larger, a − b is negative and never the largest.",
)
def forgets_the_absolute_value(a, b, eps=1e-8):
    if a.shape != b.shape:
        raise ValueError("shapes differ")
    return np.max((a - b) / np.maximum(eps, np.abs(a) + np.abs(b)))


@relative_error.misconception(
    look="Which entry decides your result: the one with the largest relative error, or the largest entry?",
    wrong="Your number is the largest difference divided by the largest sum. They may belong to different entries: divide entry by entry, then take the largest.",
)
def largest_over_largest(a, b, eps=1e-8):
    if a.shape != b.shape:
        raise ValueError("shapes differ")
    return np.max(np.abs(a - b)) / max(eps, np.max(np.abs(a) + np.abs(b)))


@relative_error.misconception(
    look="What does the docstring promise for two shapes?",
    wrong="Two shapes that differ get a number: NumPy stretches a smaller array to fit a larger one, and a wrong shape goes unnoticed. A ValueError is asked for.",
)
def lets_shapes_broadcast(a, b, eps=1e-8):
    return np.max(np.abs(a - b) / np.maximum(eps, np.abs(a) + np.abs(b)))


@relative_error.misconception(
    look="One wrong entry among a thousand right ones: what does your number say?",
    wrong="Your number compares the lengths (norms) of whole arrays, in which one wrong entry drowns. Divide entry by entry, then take "
    "the largest.",
)
def compares_norms(a, b, eps=1e-8):
    if a.shape != b.shape:
        raise ValueError("shapes differ")
    return np.linalg.norm(a - b) / max(eps, np.linalg.norm(a) + np.linalg.norm(b))


@relative_error.misconception(
    look="What is the largest value your function can reach? By the rule above it is 1.",
    wrong="Your number is the one of a division by the mean of |a| and |b|. The rule here divides by their sum.",
)
def divides_by_the_mean(a, b, eps=1e-8):
    if a.shape != b.shape:
        raise ValueError("shapes differ")
    return np.max(np.abs(a - b) / np.maximum(eps, (np.abs(a) + np.abs(b)) / 2))


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
