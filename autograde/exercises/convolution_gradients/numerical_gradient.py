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


@numerical_gradient.feature(present="an array of several axes", absent="a list of numbers")
def several_axes(f, x, h=1e-5):
    return x.ndim > 1


numerical_gradient.example("the sum of squares", SUM_OF_SQUARES, np.array([1.0, -2, 3]))
numerical_gradient.example("a single entry", WAVE, np.array([0.5]))
numerical_gradient.example("a large step", SUM_OF_CUBES, np.array([1.0, 2]), h=0.1)
numerical_gradient.example("a table", PRODUCT, np.array([[2.0, 3, 0.7], [4, -1, 1.3]]))
numerical_gradient.example("neighbours in a table", NEIGHBOURS, np.array([[1.0, 2, 4], [3, 0.5, -2]]))
numerical_gradient.example("three axes", WAVE, np.array([[[0.1, 0.2]], [[0.3, 0.4]]]))
numerical_gradient.example("a transposed table", WAVE, np.array([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]]).T)
numerical_gradient.example("a view, read backwards", WAVE, np.array([0.1, 0.2, 0.3])[::-1])


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


@numerical_gradient.alternative
def entry_by_entry(f, x, h=1e-5):
    grad = np.zeros(x.shape)
    for at in np.ndindex(*x.shape):
        up, down = x.copy(), x.copy()
        up[at] += h
        down[at] -= h
        grad[at] = (f(up) - f(down)) / (2 * h)
    return grad


numerical_gradient.edit(
    "forward_difference",
    of=entry_by_entry,
    replace="(f(up) - f(down)) / (2 * h)",
    by="(f(up) - f(x)) / h",
    look="What is f at the two points that make your first number?",
    wrong="Your numbers are (f(x + h) − f(x)) / h, a step to one side. The central difference steps to both, f(x + h) − f(x − h), and "
    "divides by 2h; its error shrinks with h², not with h.",
    shown="a large step",
)
numerical_gradient.edit(
    "backward_difference",
    of=entry_by_entry,
    replace="(f(up) - f(down)) / (2 * h)",
    by="(f(x) - f(down)) / h",
    look="What is f at the two points that make your first number?",
    wrong="Your numbers are (f(x) − f(x − h)) / h, a step to one side. The central difference steps to both, f(x + h) − f(x − h), and divides by 2h.",
    shown="a large step",
)
numerical_gradient.edit(
    "one_side_over_two_steps",
    of=entry_by_entry,
    replace="(f(up) - f(down)) / (2 * h)",
    by="(f(up) - f(x)) / (2 * h)",
    look="By what factor does your result differ from the expected one?",
    wrong="Your numbers are a step to one side, divided by two steps: half of the slope. The two points of a central difference are x + h"
    " and x − h, which lie 2h apart.",
)
numerical_gradient.edit(
    "divides_by_h",
    of=entry_by_entry,
    replace="(f(up) - f(down)) / (2 * h)",
    by="(f(up) - f(down)) / h",
    look="By what factor does your result differ from the expected one?",
    wrong="Your gradient is twice as large as it should be. The two points lie 2h apart, so the difference is divided by 2h.",
)
numerical_gradient.edit(
    "multiplies_by_h",
    of=entry_by_entry,
    replace="(f(up) - f(down)) / (2 * h)",
    by="(f(up) - f(down)) / 2 * h",
    look="By what factor does your result differ from the expected one?",
    wrong="Your numbers are h² times the right ones: the difference is divided by 2 and multiplied by h. It is divided by all of 2h.",
    if_source_has={
        "/ 2 * h": "`/ 2 * h` divides by 2 and then multiplies by h; `/ (2 * h)` needs the brackets."
    },
)
numerical_gradient.edit(
    "subtracts_the_wrong_way_round",
    of=entry_by_entry,
    replace="(f(up) - f(down)) / (2 * h)",
    by="(f(down) - f(up)) / (2 * h)",
    look="Which sign has your gradient where f grows when the entry is raised?",
    wrong="All signs of your gradient are turned round. It is f(x + h) − f(x − h), the larger place first.",
)
numerical_gradient.edit(
    "uses_a_step_of_its_own",
    of=entry_by_entry,
    replace="        up[at] += h\n        down[at] -= h\n        grad[at] = (f(up) - f(down)) / (2 * h)",
    by="        up[at] += 1e-5\n        down[at] -= 1e-5\n        grad[at] = (f(up) - f(down)) / (2 * 1e-5)",
    look="Which step does this call ask for? How far from x are the points at which you evaluate f?",
    wrong="Your result is the one of a small step of your own. The caller chooses the step: the argument h.",
    shown="a large step",
)
numerical_gradient.edit(
    "steps_half_as_far",
    of=entry_by_entry,
    replace="        up[at] += h\n        down[at] -= h\n        grad[at] = (f(up) - f(down)) / (2 * h)",
    by="        up[at] += h / 2\n        down[at] -= h / 2\n        grad[at] = (f(up) - f(down)) / h",
    look="How far apart are the two points at which you evaluate f?",
    wrong="Your points lie h apart, half a step to each side. Here the step to each side is h, so that they lie 2h apart.",
    shown="a large step",
)
numerical_gradient.edit(
    "moves_all_entries",
    of=entry_by_entry,
    replace="        up[at] += h\n        down[at] -= h",
    by="        up += h\n        down -= h",
    look="Do the entries of your gradient differ?",
    wrong="All entries of your gradient hold the same number: what f does when every entry of x moves. A partial derivative moves one "
    "entry and holds the others still.",
)
numerical_gradient.edit(
    "moves_whole_rows",
    of=entry_by_entry,
    replace="        up[at] += h\n        down[at] -= h",
    by="        up[at[0]] += h\n        down[at[0]] -= h",
    look="Do the numbers in one row of your gradient differ?",
    wrong="Each number of your gradient is what f does when a whole row of x moves. A partial derivative moves one entry and holds the "
    "others still; `np.ndindex(x.shape)` gives all places.",
)
numerical_gradient.edit(
    "keeps_earlier_steps",
    of=entry_by_entry,
    replace="    for at in np.ndindex(*x.shape):\n        up, down = x.copy(), x.copy()\n",
    by="    up, down = x.copy(), x.copy()\n    for at in np.ndindex(*x.shape):\n",
    look="Your first number is right. Which entries of x have moved when your second one is computed?",
    wrong="Each of your numbers is what f does when this entry moves and all entries before it too: those that were moved stay moved. "
    "Only one entry may differ from x at a time.",
)
numerical_gradient.edit(
    "stops_after_the_first_entry",
    of=entry_by_entry,
    replace="    return grad",
    by="        return grad",
    look="How many entries of your gradient are not 0?",
    wrong="Your gradient holds its first number and zeros. Every entry of x needs its own.",
    if_source_has={
        "        return": "How far is the `return` indented? Inside a loop it ends the function in the first round."
    },
)
numerical_gradient.edit(
    "hands_over_a_flat_array",
    of=entry_by_entry,
    replace="(f(up) - f(down))",
    by="(f(up.ravel()) - f(down.ravel()))",
    look="Which shape has the array that f is called with?",
    wrong="f sees the numbers of x in one long row. It takes an array of the shape of x: in this f, neighbours in a row belong together.",
    shown="neighbours in a table",
)
numerical_gradient.edit(
    "returns_a_flat_gradient",
    of=entry_by_entry,
    replace="return grad",
    by="return grad.ravel()",
    look="Compare the shape of your result with the shape of x.",
    wrong="Your numbers are right and lie in one long row. The gradient has the shape of x.",
)
numerical_gradient.edit(
    "cuts_fractions",
    of=entry_by_entry,
    replace="grad = np.zeros(x.shape)",
    by="grad = np.zeros(x.shape, dtype=int)",
    look="Which numbers behind the decimal point does your gradient hold?",
    wrong="Your gradient holds whole numbers, with the fractions cut off. A slope may have a fraction.",
    if_source_has={"dtype=int": "`dtype=int` makes an array that can hold nothing else."},
)


@numerical_gradient.misconception(
    look="How many numbers of your gradient are 0? Does f see the entry that you move?",
    wrong="Your gradient is 0 for an array whose numbers don't lie in order, since f never sees a moved entry there: a flat version of "
    "such an array is a copy. An index of x itself, from `np.ndindex(x.shape)`, moves the entry in x.",
    if_source_has={
        "ravel()": "`ravel()` gives a copy of such an array, not a view.",
        "reshape(-1)": "`reshape(-1)` gives a copy of such an array, not a view.",
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
    look="Look at x before and after your function has run. Is it the same?",
    wrong="x is left changed: each entry that was moved stays moved by h. The caller's array must be the same afterwards, and while one "
    "entry moves, all others must stand where they were.",
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
    look="Your gradient is right. Compare x before and after, to the last digit.",
    wrong="x is changed in its last digits: + h − 2h + h doesn't come back exactly to the old value. Keep the old value and put it back, "
    "or work on a copy.",
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


numerical_gradient.off_limits("scipy.optimize.approx_fprime", "scipy.differentiate")
