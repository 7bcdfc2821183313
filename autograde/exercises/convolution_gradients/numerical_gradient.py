"""Exercise `numerical_gradient`: central differences, one entry at a time. Knows nothing of convolution."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograde.course.definition import call, exercise, fixture


@exercise(points=3, difficulty="easy", minutes=15)
def numerical_gradient(f, x, h=1e-5):
    """Central difference of a function by every entry of an array."""
    steps = h * np.eye(x.size).reshape(x.size, *x.shape)  # one array per entry, h at that entry
    return np.array([(f(x + step) - f(x - step)) / (2 * h) for step in steps]).reshape(x.shape)


SUM_OF_CUBES, SUM_OF_SQUARES = fixture("sum_of_cubes"), fixture("sum_of_squares")
PRODUCT, WAVE, NEIGHBOURS = fixture("product"), fixture("wave"), fixture("neighbours")

numerical_gradient.example("the sum of squares", SUM_OF_SQUARES, np.array([1.0, -2, 3]))
numerical_gradient.example("the sum of cubes, a large step", SUM_OF_CUBES, np.array([1.0, 2]), h=0.1)
numerical_gradient.example("a product of all entries", PRODUCT, np.array([[2.0, 3, 0.7], [4, -1, 1.3]]))
numerical_gradient.example(
    "the wave sin(1·x₀) + sin(2·x₁) + …, at a transposed array",
    WAVE,
    np.array([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]]).T,
)


@numerical_gradient.cases(weight=2)
def arrays_of_many_shapes(rng: np.random.Generator) -> Iterator[Any]:
    for shape in [(1,), (7,), (3, 4), (2, 3, 2), (2, 1, 3, 2)]:
        yield call(WAVE, rng.normal(size=shape))


@numerical_gradient.cases
def entries_that_depend_on_each_other(rng: np.random.Generator) -> Iterator[Any]:
    yield call(PRODUCT, rng.uniform(0.5, 2.0, size=5))
    yield call(NEIGHBOURS, rng.normal(size=(3, 5)))


@numerical_gradient.cases
def large_steps(rng: np.random.Generator) -> Iterator[Any]:
    yield call(SUM_OF_CUBES, rng.normal(size=4), 0.5)
    yield call(WAVE, rng.normal(size=(2, 3)), h=0.25)
    yield call(SUM_OF_CUBES, rng.normal(size=3), h=1e-3)


@numerical_gradient.cases
def views_of_other_arrays(rng: np.random.Generator) -> Iterator[Any]:
    yield call(WAVE, rng.normal(size=(4, 6))[:, ::2])
    yield call(WAVE, rng.normal(size=9)[::-1])
    yield call(NEIGHBOURS, rng.normal(size=(3, 4)).T)
    yield call(PRODUCT, np.asfortranarray(rng.uniform(0.5, 2.0, size=(2, 3))))


@numerical_gradient.misconception(
    look="With a large step, central and one-sided differences part. Which of them are your numbers?",
    wrong="Your numbers are one-sided differences, (f(x + h) − f(x)) / h. The central difference steps to both sides and divides by 2h; "
    "its error shrinks with h², theirs only with h.",
    shown="the sum of cubes, a large step",
)
def forward_difference(f, x, h=1e-5):
    grad = np.zeros_like(x)
    z = x.copy()
    before = f(z)
    for at in np.ndindex(*x.shape):
        z[at] = x[at] + h
        grad[at] = (f(z) - before) / h
        z[at] = x[at]
    return grad


@numerical_gradient.misconception(
    look="By what factor does your result differ from the expected one?",
    wrong="Your gradient is twice as large as it should be. The two points lie 2h apart, so divide by 2h.",
)
def divides_by_h(f, x, h=1e-5):
    grad = np.zeros_like(x)
    for at in np.ndindex(*x.shape):
        up, down = x.copy(), x.copy()
        up[at] += h
        down[at] -= h
        grad[at] = (f(up) - f(down)) / h
    return grad


@numerical_gradient.misconception(
    look="Why do all entries of your gradient hold the same number?",
    wrong="Your numbers are those of moving every entry at once. A partial derivative moves one entry and holds the others still.",
)
def moves_all_entries(f, x, h=1e-5):
    return np.full(x.shape, (f(x + h) - f(x - h)) / (2 * h))


@numerical_gradient.misconception(
    look="What does f see of your step where the numbers of x do not lie in order in memory?",
    wrong="For a view whose numbers lie in another order your derivatives are 0: f never saw the step. Move the entries of the array that f gets; "
    "np.ndindex(x.shape) gives their places.",
    if_source_has={
        "ravel": "`x.ravel()` is a copy for an array that is not contiguous.",
        "reshape(-1)": "`x.reshape(-1)` is a copy for an array that is not contiguous.",
        "flatten": "`x.flatten()` always is a copy.",
    },
)
def changes_a_flat_copy(f, x, h=1e-5):
    flat = x.ravel()
    grad = np.zeros(x.size)
    for i in range(x.size):
        old = flat[i]
        flat[i] = old + h
        up = f(x)
        flat[i] = old - h
        down = f(x)
        flat[i] = old
        grad[i] = (up - down) / (2 * h)
    return grad.reshape(x.shape)


@numerical_gradient.misconception(
    look="Print x after your function has run. Is it what it was before?",
    wrong="After your function has run, every entry of x is moved by h. The caller's x must be untouched: put each old value back before "
    "the next entry, whose derivative is taken at the same point.",
)
def leaves_x_changed(f, x, h=1e-5):
    grad = np.zeros_like(x)
    for at in np.ndindex(*x.shape):
        x[at] += h
        up = f(x)
        x[at] -= 2 * h
        down = f(x)
        grad[at] = (up - down) / (2 * h)
    return grad


@numerical_gradient.misconception(
    look="Compare x before and after, to the last digit.",
    wrong="x comes back changed in its last digits, as + h − 2h + h leaves it: rounding. Remember the old value and write that back, or "
    "work on a copy.",
)
def restores_by_arithmetic(f, x, h=1e-5):
    grad = np.zeros_like(x)
    for at in np.ndindex(*x.shape):
        x[at] += h
        up = f(x)
        x[at] -= 2 * h
        down = f(x)
        x[at] += h
        grad[at] = (up - down) / (2 * h)
    return grad


@numerical_gradient.misconception(
    look="Where x has two axes: is a derivative of yours that of one entry, or of a whole row?",
    wrong="With two axes your numbers are those of moving a whole row at once. Visit every entry: np.ndindex(x.shape) gives all index tuples.",
    if_source_has={"x[i]": "With two axes `x[i]` is a row."},
)
def moves_whole_rows(f, x, h=1e-5):
    grad = np.zeros_like(x)
    for i in range(len(x)):
        up, down = x.copy(), x.copy()
        up[i] += h
        down[i] -= h
        grad[i] = (f(up) - f(down)) / (2 * h)
    return grad


@numerical_gradient.misconception(
    look="The sum of squares grows when you raise a positive entry. Which sign has your gradient there?",
    wrong="Your gradient has the opposite sign, as from f(x − h) − f(x + h): the larger step comes first.",
)
def subtracts_the_wrong_way_round(f, x, h=1e-5):
    grad = np.zeros_like(x)
    for at in np.ndindex(*x.shape):
        up, down = x.copy(), x.copy()
        up[at] += h
        down[at] -= h
        grad[at] = (f(down) - f(up)) / (2 * h)
    return grad


@numerical_gradient.misconception(
    look="With a large step, central and one-sided differences part. Which of them are your numbers?",
    wrong="Your numbers are one-sided differences, (f(x) − f(x − h)) / h. The central difference steps to both sides and divides by 2h.",
    shown="the sum of cubes, a large step",
)
def backward_difference(f, x, h=1e-5):
    grad = np.zeros_like(x)
    here = f(x)
    for at in np.ndindex(*x.shape):
        down = x.copy()
        down[at] -= h
        grad[at] = (here - f(down)) / h
    return grad


@numerical_gradient.misconception(
    look="Whose step is it: the caller's h, or another one?",
    wrong="With a large step your numbers are those of a small one. The caller chooses the step: use the argument h.",
)
def uses_a_step_of_its_own(f, x, h=1e-5):
    step = 1e-5
    grad = np.zeros_like(x)
    for at in np.ndindex(*x.shape):
        up, down = x.copy(), x.copy()
        up[at] += step
        down[at] -= step
        grad[at] = (f(up) - f(down)) / (2 * step)
    return grad


@numerical_gradient.misconception(
    look="How far apart are the two points whose values your numbers compare?",
    wrong="Your numbers are those of a step of h / 2 to each side. The rule here steps by h to each side, so that the points lie 2h apart.",
)
def steps_half_as_far(f, x, h=1e-5):
    grad = np.zeros_like(x)
    for at in np.ndindex(*x.shape):
        up, down = x.copy(), x.copy()
        up[at] += h / 2
        down[at] -= h / 2
        grad[at] = (f(up) - f(down)) / h
    return grad


@numerical_gradient.alternative
def in_place_with_old_values(f, x, h=1e-5):
    grad = np.zeros(x.shape)
    walk = np.nditer(x, flags=["multi_index"])
    while not walk.finished:
        at = walk.multi_index
        old = x[at]
        x[at] = old + h
        up = f(x)
        x[at] = old - h
        down = f(x)
        x[at] = old
        grad[at] = (up - down) / (2 * h)
        walk.iternext()
    return grad


@numerical_gradient.alternative
def one_flat_contiguous_copy(f, x, h=1e-5):
    z = np.array(x, order="C")
    flat = z.reshape(-1)
    grad = []
    for i, old in enumerate(flat.tolist()):
        flat[i] = old + h
        up = f(z)
        flat[i] = old - h
        grad.append((up - f(z)) / (2 * h))
        flat[i] = old
    return np.array(grad).reshape(x.shape)


@numerical_gradient.alternative
def all_steps_first(f, x, h=1e-5):
    steps = np.zeros((x.size, *x.shape))
    steps.reshape(x.size, -1)[np.arange(x.size), np.arange(x.size)] = h
    return np.reshape([f(x + s) / (2 * h) - f(x - s) / (2 * h) for s in steps], x.shape)


numerical_gradient.off_limits(
    "scipy.optimize", "scipy.differentiate", "torch.autograd", "torch.func", "numpy.gradient"
)
